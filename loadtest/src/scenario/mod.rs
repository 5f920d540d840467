//! The scenarios: each sets up its state, sends, and says what the result must be.
//! They must not know how a request is sent or a history is checked.

pub mod arrivals;
pub mod cap;
pub mod flood;
pub mod forged;
pub mod mixed;
pub mod one_address;
pub mod overload;
pub mod repeat;
pub mod steady;

mod edge;
mod site;

pub use edge::wait_for_room;
pub use site::{GENERATOR_US, SERVER_US, Site};

use crate::measure::Measured;

/// How many answers are of a kind.
fn count(measured: &Measured, word: &str) -> u64 {
    measured.kinds.get(word).map_or(0, |latencies| latencies.count)
}

/// A count as a figure of a report.
#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
const fn number(count: u64) -> f64 {
    count as f64
}
