//! Logs and metrics of the process. Logs carry routes, never addresses; codes and numbers never reach them.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings};

/// Starts logging to standard error.
pub fn log(settings: &Settings) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(&settings.log).map_err(|error| anyhow::anyhow!("ZAICHANG_LOG: {error}"))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("the log cannot be started: {error}"))
}

/// Starts collecting metrics.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let seconds = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];
    let rows = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)?
        .set_buckets_for_metric(Matcher::Suffix("_rows".to_owned()), &rows)?
        .install_recorder()?;
    describe();
    Ok(handle)
}

/// The names and what they count.
fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!("zaichang_check_ins_total", "Rows committed.");
    describe_counter!("zaichang_refusals_total", "Refusals answered, by code.");
    describe_counter!("zaichang_seen_total", "Repeats answered from memory: this node's, or that of Redis.");
    describe_counter!("zaichang_seen_skipped_total", "Times Redis was not asked because it had just failed.");
    describe_counter!("zaichang_seen_failed_total", "Times Redis did not answer.");
    describe_counter!("zaichang_commit_away_total", "Batches that Postgres could not take.");
    describe_histogram!("zaichang_batch_rows", "Check-ins in one batch.");
    describe_histogram!("zaichang_commit_seconds", "Time of one batch's transaction, in seconds.");
    describe_counter!("zaichang_codes_rendered_total", "Codes rendered for screens.");
    describe_gauge!("zaichang_pages", "Venue pages connected to this node.");
    describe_counter!(
        "zaichang_page_endings_total",
        "Lines to venue pages that the server ended, by reason."
    );
    describe_counter!("zaichang_panics_total", "Handlers that panicked.");
}
