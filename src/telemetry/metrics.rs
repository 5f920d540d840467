//! The metrics of the process, from their beginning to their page. docs/operating/metrics.en.md says what is healthy.
//! A name that is recorded and not in the table fails a test.

mod table;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use self::table::METRICS;

/// How a metric counts.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Only ever grows.
    Counter,
    /// The same, one for each value of its label.
    CounterByLabel,
    Gauge,
    /// With the upper bounds of its buckets.
    Histogram(&'static [f64]),
}

struct Metric {
    name: &'static str,
    kind: Kind,
    help: &'static str,
}

/// Starts collecting metrics.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS {
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
    for Metric { name, kind, help } in METRICS {
        match kind {
            Kind::Counter | Kind::CounterByLabel => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram(_) => metrics::describe_histogram!(*name, *help),
        }
    }
}

/// Every counter begins at 0: to an alert, one that first appears as 1 has not risen.
fn begin() {
    let plain = METRICS.iter().filter(|metric| matches!(metric.kind, Kind::Counter));
    for Metric { name, .. } in plain {
        metrics::counter!(*name).increment(0);
    }
    for refusal in crate::modules::refusals() {
        metrics::counter!("zaichang_refusals_total", "code" => refusal.word()).increment(0);
    }
    for budget in ["address", "phone", "account", "right", "screen", "node"] {
        metrics::counter!("zaichang_guesses_limited_total", "budget" => budget).increment(0);
    }
    for level in ["easy", "medium", "hard"] {
        metrics::counter!("zaichang_logins_by_work_total", "level" => level).increment(0);
    }
    for memory in ["node", "redis"] {
        metrics::counter!("zaichang_seen_total", "memory" => memory).increment(0);
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
