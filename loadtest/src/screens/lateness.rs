//! How late things came: a histogram of microseconds that travels between processes and adds up. Pure.

use hdrhistogram::Histogram;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::instant::Micros;

/// Up to ten minutes, to three digits.
const MOST: u64 = 600_000_000;

/// A histogram of microseconds.
#[derive(Clone, Debug)]
pub struct Lateness(Histogram<u64>);

impl Default for Lateness {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, MOST, 3).expect("the bounds are sound"))
    }
}

impl Lateness {
    /// Counts one. What came before its time came in time: clocks are read one after the other.
    pub fn record(&mut self, late: Micros) {
        self.0.saturating_record(u64::try_from(late).unwrap_or(0));
    }

    /// Adds what another process has counted.
    pub fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("all histograms have the same bounds");
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The lateness that this share of all did not exceed, in milliseconds.
    pub fn ms(&self, share: f64) -> f64 {
        to_ms(self.0.value_at_quantile(share))
    }

    pub fn max_ms(&self) -> f64 {
        to_ms(self.0.max())
    }
}

#[expect(clippy::cast_precision_loss, reason = "the histogram ends at ten minutes")]
fn to_ms(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// Travels as pairs of a value and how often it was met.
impl Serialize for Lateness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(self.0.iter_recorded().map(|met| (met.value_iterated_to(), met.count_at_value())))
    }
}

impl<'de> Deserialize<'de> for Lateness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut lateness = Self::default();
        for (value, count) in Vec::<(u64, u64)>::deserialize(deserializer)? {
            lateness.0.saturating_record_n(value, count);
        }
        Ok(lateness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processes_add_up_to_what_one_would_have_counted() {
        let (mut left, mut right, mut whole) =
            (Lateness::default(), Lateness::default(), Lateness::default());
        for late in 0..10_000 {
            if late % 3 == 0 {
                left.record(late);
            } else {
                right.record(late);
            }
            whole.record(late);
        }
        let travelled: Lateness = serde_json::from_str(&serde_json::to_string(&right).unwrap()).unwrap();
        left.add(&travelled);
        assert_eq!(left.count(), 10_000);
        for share in [0.5, 0.99, 0.999] {
            assert!((left.ms(share) - whole.ms(share)).abs() < f64::EPSILON, "{share}");
        }
        assert!((left.ms(0.99) - 9.9).abs() < 0.02 && (left.max_ms() - 9.999).abs() < 0.02);
    }

    #[test]
    fn what_came_early_was_not_late_and_what_never_came_is_the_most() {
        let mut lateness = Lateness::default();
        lateness.record(-5);
        lateness.record(Micros::MAX);
        assert!(lateness.ms(0.5) < 0.001 && lateness.max_ms() >= 600_000.0);
    }
}
