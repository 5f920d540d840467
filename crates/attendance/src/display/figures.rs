//! What is measured of screens: how many pages there are, how late codes and counts are, and why lines end.
//! It decides nothing.

use std::sync::LazyLock;

use jiff::Timestamp;
use metrics::{Histogram, histogram};
use strum::VariantArray as _;

use super::protocol::Ending;
use zaichang_platform::metric::Metric;

/// What people at a screen can notice.
const LATENESS: &[f64] =
    &[1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 3e-2, 5e-2, 7.5e-2, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1.0];

/// What is measured.
pub(super) const METRICS: &[Metric] = &[
    Metric::gauge("zaichang_pages", "Venue pages connected to this node."),
    Metric::counter("zaichang_codes_rendered_total", "Codes rendered for screens."),
    Metric::histogram(
        "zaichang_code_lateness_seconds",
        LATENESS,
        "From the end of the code before it to a code being handed to a page's socket, in seconds.",
    ),
    Metric::histogram(
        "zaichang_count_lateness_seconds",
        LATENESS,
        "From the newest record to the count that holds it being handed to a page's socket, in seconds.",
    ),
    Metric::counter_by_label(
        "zaichang_page_endings_total",
        "Lines to venue pages that the server ended or lost, by reason.",
    ),
];

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
