//! A spot check (抽查): some minutes in which all who are present are asked to scan once more. Pure.

use jiff::Timestamp;

use zaichang_core::ids::SpotCheckId;

/// When a spot check is open: `opens_at` included, `closes_at` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpotCheck {
    pub id: SpotCheckId,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
}

impl SpotCheck {
    pub fn is_open_at(&self, at: Timestamp) -> bool {
        self.opens_at <= at && at < self.closes_at
    }

    /// The slot of its answers: below zero, where no hour of the clock is.
    pub const fn slot(&self) -> i64 {
        -self.id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_check_has_exact_edges() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let spot_check = SpotCheck { id: SpotCheckId(7), opens_at: at(1000), closes_at: at(61_000) };
        for (ms, open) in [(999, false), (1000, true), (60_999, true), (61_000, false)] {
            assert_eq!(spot_check.is_open_at(at(ms)), open, "{ms}");
        }
        assert_eq!(spot_check.slot(), -7);
    }
}
