//! What is measured of screens: how many pages there are, how late codes and counts are, and why lines end.
//! It decides nothing.

use std::sync::LazyLock;

use jiff::Timestamp;
use metrics::{Histogram, histogram};
use strum::VariantArray as _;

use super::protocol::Ending;

/// What a frame's lateness is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The end of the code that stood there before.
    Code(Timestamp),
    /// When the newest record that a count holds was written.
    Count(Timestamp),
}

static CODES: LazyLock<Histogram> = LazyLock::new(|| histogram!("zaichang_code_lateness_seconds"));
static COUNTS: LazyLock<Histogram> = LazyLock::new(|| histogram!("zaichang_count_lateness_seconds"));

impl Due {
    /// The frame was handed to a page's socket now. Clocks of two machines may make it early: that is on time.
    pub fn met(self, now: Timestamp) {
        let (due, histogram) = match self {
            Self::Code(due) => (due, &CODES),
            Self::Count(due) => (due, &COUNTS),
        };
        histogram.record(now.duration_since(due).as_secs_f64().max(0.0));
    }
}

/// A page, counted for as long as its line lasts, however it ends.
pub(super) struct Connected;

impl Connected {
    pub fn new() -> Self {
        metrics::gauge!("zaichang_pages").increment(1);
        Self
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        metrics::gauge!("zaichang_pages").decrement(1);
    }
}

/// A line was ended.
pub(super) fn ended(ending: Ending) {
    metrics::counter!("zaichang_page_endings_total", "reason" => ending.reason()).increment(1);
}

/// Every counter begins at 0: to an alert, one that first appears as 1 has not risen.
pub fn begin() {
    metrics::gauge!("zaichang_pages").increment(0);
    for &ending in Ending::VARIANTS {
        metrics::counter!("zaichang_page_endings_total", "reason" => ending.reason()).increment(0);
    }
}
