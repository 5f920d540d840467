//! Every metric of the process: its name with its unit, what it means, and the buckets that suit it. docs/metrics.md says
//! what is healthy. A name that is recorded and not listed here fails a test.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use self::Kind::{Counter, Gauge, Histogram};
use crate::clock::Clock;
use crate::http::Refusal;

/// How a metric counts.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Only ever grows.
    Counter,
    Gauge,
    /// With the upper bounds of its buckets.
    Histogram(&'static [f64]),
}

struct Metric {
    name: &'static str,
    kind: Kind,
    help: &'static str,
}

const fn metric(name: &'static str, kind: Kind, help: &'static str) -> Metric {
    Metric { name, kind, help }
}

/// Pure work of the processor: a quarter of a microsecond to a millisecond.
const JUDGE: &[f64] = &[2.5e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3];
/// Caches when warm, Postgres when cold.
const ADMISSION: &[f64] =
    &[1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 1e-4, 2.5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 0.5, 2.0];
/// One round trip, given up after 50 ms.
const SEEN: &[f64] = &[1e-6, 1e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1];
/// A whole check-in, fsync and waiting included; given up after seconds.
const CHECK_IN: &[f64] = &[
    5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 1e-2, 1.5e-2, 2.5e-2, 5e-2, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0,
];
const QUEUE_WAIT: &[f64] =
    &[1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1.0, 3.0];
const COMMIT: &[f64] =
    &[5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 1e-2, 2e-2, 3e-2, 5e-2, 0.1, 0.2, 0.5, 1.0, 3.0];
const PUBLISH: &[f64] = &[5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1];
/// What people at a screen can notice.
const LATENESS: &[f64] =
    &[1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 3e-2, 5e-2, 7.5e-2, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1.0];
/// Up to the largest batch.
const ROWS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

const METRICS: &[Metric] = &[
    // The corridor, stage by stage.
    metric("zaichang_judge_seconds", Histogram(JUDGE), "Reading and judging one code, in seconds; sampled."),
    metric(
        "zaichang_admission_seconds",
        Histogram(ADMISSION),
        "Deciding whether person and place are admitted, caches included, in seconds; sampled.",
    ),
    metric("zaichang_seen_seconds", Histogram(SEEN), "Asking the memory of repeats, in seconds; sampled."),
    metric(
        "zaichang_check_in_seconds",
        Histogram(CHECK_IN),
        "A whole check-in from the request to its answer, in seconds, by answer: recorded, already_recorded, deferred, \
         refused.",
    ),
    metric(
        "zaichang_queue_depth",
        Gauge,
        "Check-ins waiting in a commit lane, by lane; at ZAICHANG_COMMIT_QUEUE the answer is busy.",
    ),
    metric(
        "zaichang_queue_wait_seconds",
        Histogram(QUEUE_WAIT),
        "From entering a commit lane to the start of its batch, in seconds.",
    ),
    metric("zaichang_batch_rows", Histogram(ROWS), "Check-ins in one batch."),
    metric(
        "zaichang_commit_seconds",
        Histogram(COMMIT),
        "One batch's transaction, its fsync included, in seconds.",
    ),
    metric(
        "zaichang_publish_seconds",
        Histogram(PUBLISH),
        "Telling Redis and the other nodes of a committed batch, in seconds.",
    ),
    metric("zaichang_check_ins_total", Counter, "Rows committed by this node."),
    metric("zaichang_refusals_total", Counter, "Refusals answered, by code."),
    metric(
        "zaichang_seen_total",
        Counter,
        "Repeats answered from a memory, by memory: node (this process) or redis.",
    ),
    // The stores.
    metric("zaichang_seen_skipped_total", Counter, "Times Redis was not asked because it had just failed."),
    metric("zaichang_seen_failed_total", Counter, "Times Redis did not answer."),
    metric(
        "zaichang_commit_away_total",
        Counter,
        "Batches that Postgres could not take: their phones keep passes.",
    ),
    metric(
        "zaichang_clock_skew_seconds",
        Gauge,
        "How far this node's clock is ahead of Postgres', in seconds; beyond half a second it judges no codes.",
    ),
    metric(
        "zaichang_database_connections",
        Gauge,
        "Connections to Postgres, by pool: requests or commits, and by state: used, idle, or unopened (room for more).",
    ),
    metric("zaichang_caches_entries", Gauge, "Entries of a cache of this node, by cache."),
    // The screens.
    metric("zaichang_pages", Gauge, "Venue pages connected to this node."),
    metric("zaichang_codes_rendered_total", Counter, "Codes rendered for screens."),
    metric(
        "zaichang_code_lateness_seconds",
        Histogram(LATENESS),
        "From the end of the code before it to a code being handed to a page's socket, in seconds.",
    ),
    metric(
        "zaichang_count_lateness_seconds",
        Histogram(LATENESS),
        "From the newest record to the count that holds it being handed to a page's socket, in seconds.",
    ),
    metric(
        "zaichang_page_endings_total",
        Counter,
        "Lines to venue pages that the server ended or lost, by reason.",
    ),
    // The process.
    metric(
        "zaichang_panics_total",
        Counter,
        "Panics of handlers and of tasks behind them. There should be none.",
    ),
    metric("process_resident_memory_bytes", Gauge, "Memory of the process that is in RAM, in bytes."),
    metric("process_cpu_seconds_total", Counter, "Processor time used, user and system, in whole seconds."),
    metric("process_open_fds", Gauge, "Open file descriptors."),
    metric("process_max_fds", Gauge, "The most file descriptors that the process may open."),
    metric("process_threads", Gauge, "Threads of the process."),
    metric("process_start_time_seconds", Gauge, "When the process began to measure, in Unix seconds."),
];

/// Starts collecting metrics.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS {
        if let Histogram(buckets) = metric.kind {
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
            Counter => metrics::describe_counter!(*name, *help),
            Gauge => metrics::describe_gauge!(*name, *help),
            Histogram(_) => metrics::describe_histogram!(*name, *help),
        }
    }
}

/// Counters begin at nought: one that first appears as 1 has not risen, as far as an alert can see.
fn begin() {
    const LABELLED: [&str; 3] =
        ["zaichang_refusals_total", "zaichang_seen_total", "zaichang_page_endings_total"];
    let plain =
        METRICS.iter().filter(|metric| matches!(metric.kind, Counter) && !LABELLED.contains(&metric.name));
    for Metric { name, .. } in plain {
        metrics::counter!(*name).increment(0);
    }
    for refusal in Refusal::ALL {
        metrics::counter!("zaichang_refusals_total", "code" => refusal.word()).increment(0);
    }
    for memory in ["node", "redis"] {
        metrics::counter!("zaichang_seen_total", "memory" => memory).increment(0);
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 need 31 bits of 52")]
    metrics::gauge!("process_start_time_seconds").set(Clock::System.now().as_second() as f64);
    super::look_at_process();
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
