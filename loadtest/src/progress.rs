//! A bar on the terminal while a run goes on; nothing where there is none.
//! It must not know what is sent.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

use crate::measure::Meter;

const EVERY: Duration = Duration::from_millis(200);

/// Takes the bar away when it is dropped.
pub struct Watch {
    bar: ProgressBar,
    ticking: JoinHandle<()>,
}

/// Shows how far a run of about `length` is, and how many answers a second come.
pub fn watch(what: &'static str, meter: &Arc<Meter>, length: Duration) -> Watch {
    let length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    // Hidden by itself where stderr is no terminal.
    let bar = ProgressBar::with_draw_target(Some(length_ms), ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template("{prefix:>12} {bar:40} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(what);
    let (ticked, meter) = (bar.clone(), Arc::clone(meter));
    let ticking = tokio::spawn(async move {
        let mut last = meter.answers();
        let began = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(EVERY).await;
            let answers = meter.answers();
            let per_s = (answers - last) * 1000 / u64::try_from(EVERY.as_millis()).unwrap_or(1);
            last = answers;
            ticked.set_position(u64::try_from(began.elapsed().as_millis()).unwrap_or(0).min(length_ms));
            ticked.set_message(format!("{answers} answers, {per_s}/s"));
        }
    });
    Watch { bar, ticking }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ticking.abort();
        self.bar.finish_and_clear();
    }
}
