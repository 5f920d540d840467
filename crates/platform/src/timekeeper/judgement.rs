//! What comparisons of two clocks say about this one. Pure: it must not know how they are made.

use super::LIMIT_MS;

/// One comparison.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// How far this node's clock is ahead, in milliseconds, if the answer took as long as the question.
    pub skew_ms: i64,
    /// From the question to the answer. In truth the skew is up to half of it more or less.
    pub took_ms: i64,
    /// Wall clock minus steady clock at that instant, in milliseconds.
    pub agreed_ms: i64,
}

/// What has been found so far.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    off_in_a_row: u8,
}

impl Judgement {
    /// Whether the clock is right; none where this comparison does not decide it, and what was found before stands.
    pub fn of(&mut self, reading: &Reading) -> Option<bool> {
        let skew_ms = reading.skew_ms.abs();
        if skew_ms <= LIMIT_MS && reading.took_ms / 2 <= LIMIT_MS {
            self.off_in_a_row = 0;
            return Some(true);
        }
        // A slow answer is no proof against the clock.
        if skew_ms - reading.took_ms / 2 > LIMIT_MS {
            self.off_in_a_row = self.off_in_a_row.saturating_add(1);
        }
        (self.off_in_a_row >= 2).then_some(false)
    }

    /// Whether the last comparison was the one that decided against the clock.
    pub fn has_just_decided(&self) -> bool {
        self.off_in_a_row == 2
    }

    /// Whether the next comparison should come soon.
    pub fn in_doubt(&self) -> bool {
        self.off_in_a_row > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(readings: &[(i64, i64)]) -> Vec<Option<bool>> {
        let mut judgement = Judgement::default();
        let of = |(skew_ms, took_ms): &(i64, i64)| {
            judgement.of(&Reading { skew_ms: *skew_ms, took_ms: *took_ms, agreed_ms: 0 })
        };
        readings.iter().map(of).collect()
    }

    #[test]
    fn a_clock_within_the_limit_is_right_at_once() {
        assert_eq!(found(&[(500, 2)]), [Some(true)]);
        assert_eq!(found(&[(-500, 2)]), [Some(true)]);
    }

    #[test]
    fn a_clock_is_off_when_two_in_a_row_say_so() {
        assert_eq!(found(&[(0, 2), (600, 2), (600, 2)]), [Some(true), None, Some(false)]);
        assert_eq!(found(&[(-300_000, 2), (-300_000, 2)]), [None, Some(false)]);
        assert_eq!(found(&[(600, 2), (0, 2), (600, 2), (0, 2)]), [None, Some(true), None, Some(true)]);
    }

    #[test]
    fn a_slow_answer_is_no_proof_either_way() {
        assert_eq!(found(&[(600, 300), (600, 300), (600, 300)]), [None, None, None]);
        assert_eq!(found(&[(0, 1200)]), [None]);
        assert_eq!(found(&[(5000, 900), (5000, 900)]), [None, Some(false)]);
    }

    #[test]
    fn it_is_right_again_by_one_good_comparison() {
        assert_eq!(found(&[(900, 2), (900, 2), (900, 2), (3, 2)])[2..], [Some(false), Some(true)]);
    }
}
