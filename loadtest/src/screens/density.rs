//! How many frames were due at a time: per millisecond, so that the fullest 30 ms of a run are found. A code is due at its
//! step's edge, a count when it arrives: it has no promised instant. Adds up over processes. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::instant::Micros;

/// The window in which frames must not pile up, in milliseconds.
const WINDOW_MS: i64 = 30;
/// Frames are compared with those of a whole step of the default profile.
const STEP_MS: f64 = 3000.0;

/// Frames due by millisecond of Unix time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Density(BTreeMap<i64, u64>);

impl Density {
    /// Counts a frame that was due at an instant.
    pub fn record(&mut self, due: Micros) {
        *self.0.entry(due.div_euclid(1000)).or_default() += 1;
    }

    /// Adds what another process has counted.
    pub fn add(&mut self, other: &Self) {
        for (ms, frames) in &other.0 {
            *self.0.entry(*ms).or_default() += frames;
        }
    }

    /// The frames due in the fullest window, as a share of those of a mean step. Evenly spread frames come to 1 %.
    #[expect(clippy::cast_precision_loss, reason = "frames and milliseconds of one run")]
    pub fn fullest_share(&self) -> f64 {
        let (Some(first), Some(last)) = (self.0.keys().next(), self.0.keys().next_back()) else { return 0.0 };
        let all: u64 = self.0.values().sum();
        let of_a_step = all as f64 / (last - first + 1) as f64 * STEP_MS;
        let window = |from: i64| self.0.range(from..from + WINDOW_MS).map(|(_, frames)| frames).sum::<u64>();
        let fullest = self.0.keys().map(|from| window(*from)).max().unwrap_or(0);
        fullest as f64 / of_a_step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_that_are_spread_evenly_fill_a_window_by_a_hundredth_and_gathered_ones_all_of_it() {
        let (mut even, mut gathered, mut half) = (Density::default(), Density::default(), Density::default());
        assert!(even.fullest_share().abs() < f64::EPSILON, "nothing was due");
        for ms in 0..30_000 {
            even.record(ms * 1000);
            gathered.record(ms / 3000 * 3_000_000);
            if ms % 2 == 0 {
                half.record(ms * 1000);
            }
        }
        gathered.record(29_999_999);
        assert!((even.fullest_share() - 0.01).abs() < 1e-4, "{}", even.fullest_share());
        assert!((gathered.fullest_share() - 1.0).abs() < 1e-2, "{}", gathered.fullest_share());
        let travelled: Density = serde_json::from_str(&serde_json::to_string(&even).unwrap()).unwrap();
        half.add(&travelled);
        assert!((half.fullest_share() - 0.01).abs() < 1e-4, "{}", half.fullest_share());
    }
}
