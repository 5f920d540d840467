//! Logs, metrics and traces of the process. They carry routes, never addresses; codes and numbers never reach them.
//! It knows no module: modules record, this names and sends.

mod metrics;
#[cfg(feature = "traces")]
mod traces;

pub use self::metrics::{look_at_process, metrics};
#[cfg(feature = "traces")]
pub use self::traces::close;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{self, LogFormat, Settings};
use zaichang_platform::jobs::REPEATED;

/// Starts logging to standard error, and sending spans where the settings say so. Called inside the runtime.
pub fn log(settings: &Settings) -> anyhow::Result<()> {
    let filter = filter(&settings.log).map_err(|_| config::wrong("LOG"))?;
    if let Some(collector) = &settings.traces {
        return log_and_trace(settings, filter, collector);
    }
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("日志无法启动 · the log cannot be started: {error}"))
}

/// What is set; and nothing of what a library repeats all through an outage, unless it is asked for by the library's name.
fn filter(set: &str) -> Result<EnvFilter, ParseError> {
    let filter = EnvFilter::try_new(set)?;
    if set.contains("graphile_worker") {
        return Ok(filter);
    }
    REPEATED
        .iter()
        .try_fold(filter, |filter, target| Ok(filter.add_directive(format!("{target}=off").parse()?)))
}

#[cfg(feature = "traces")]
fn log_and_trace(settings: &Settings, filter: EnvFilter, collector: &str) -> anyhow::Result<()> {
    use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
    use tracing_subscriber::util::SubscriberInitExt as _;

    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match settings.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let spans = traces::layer(collector, settings.traces_share)?;
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(filter)).with(spans);
    subscriber
        .try_init()
        .map_err(|error| anyhow::anyhow!("日志无法启动 · the log cannot be started: {error}"))
}

#[cfg(not(feature = "traces"))]
fn log_and_trace(_: &Settings, _: EnvFilter, _: &str) -> anyhow::Result<()> {
    anyhow::bail!(
        "ZAICHANG_TRACES：本程序未编入链路追踪，请去掉该设置，或用 cargo build --features traces 重新构建 · \
         this program was built without traces: leave the setting out, or build with --features traces"
    )
}

/// Sends the spans that still wait; without traces there are none.
#[cfg(not(feature = "traces"))]
pub fn close() -> std::future::Ready<()> {
    std::future::ready(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_repeats_is_left_out_unless_it_is_asked_for() {
        let usual = filter("info").unwrap().to_string();
        assert!(REPEATED.iter().all(|target| usual.contains(&format!("{target}=off"))), "{usual}");
        assert!(!filter("info,graphile_worker=debug").unwrap().to_string().contains("off"));
        assert!(filter("info,=").is_err() || filter("a=nonsense").is_err());
    }
}
