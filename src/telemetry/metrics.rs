//! The metrics of the process, from their beginning to their page. docs/operating/metrics.en.md says what is healthy.
//! A name that is recorded and not declared fails a test.

mod table;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use self::table::METRICS;
use zaichang_platform::metric::{Kind, Metric};

/// All of them: the program's own, and those that the crates declare.
fn all() -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().chain(crate::modules::metrics())
}

/// Starts collecting metrics.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for metric in all() {
        if let Kind::Histogram(buckets) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
        }
    }
    let handle = builder.install_recorder()?;
    describe();
    begin();
    count_panics();
    Ok(handle)
}

/// Says what each metric means.
fn describe() {
    for Metric { name, kind, help } in all() {
        match kind {
            Kind::Counter | Kind::CounterOf { .. } => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram(_) => metrics::describe_histogram!(*name, *help),
        }
    }
}

/// Every counter begins at 0: to an alert, one that first appears as 1 has not risen.
fn begin() {
    for Metric { name, kind, .. } in all() {
        match kind {
            Kind::Counter => metrics::counter!(*name).increment(0),
            Kind::CounterOf { label, known } => {
                for value in *known {
                    metrics::counter!(*name, *label => *value).increment(0);
                }
            }
            Kind::Gauge | Kind::Histogram(_) => {}
        }
    }
    for refusal in crate::modules::refusals() {
        metrics::counter!("zaichang_refusals_total", "code" => refusal.word()).increment(0);
    }
    look_at_process();
}

/// Reads what the kernel says of this process: memory, processor time, open files, threads. Called before the metrics are rendered.
pub fn look_at_process() {
    Collector::default().collect();
}

/// Every panic counts, in a handler or in a task behind it; what is said of it on standard error stays as it was.
fn count_panics() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        metrics::counter!("zaichang_panics_total").increment(1);
        say(panic);
    }));
}

#[cfg(test)]
mod tests;
