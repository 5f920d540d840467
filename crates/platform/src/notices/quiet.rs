//! Hours of rest, in which no message is sent that may wait: from 22:00 to 07:00 in Shanghai unless their reader says otherwise. Pure.

use jiff::Timestamp;

use zaichang_core::clock::{day_of, instant_of, minute_of_day};

const DAY: i16 = 24 * 60;

/// Hours of rest, in minutes after midnight; none where both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub from: i16,
    pub until: i16,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { from: 22 * 60, until: 7 * 60 }
    }
}

impl Quiet {
    /// When something may be sent that is ready at this instant: then, or when the hours of rest that hold then are over.
    pub fn ends(self, at: Timestamp) -> Timestamp {
        let minute = minute_of_day(at);
        let rests = if self.from <= self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        };
        if !rests {
            return at;
        }
        let until = if minute < self.until { self.until } else { self.until + DAY };
        instant_of(day_of(at), until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ready_in_hours_of_rest_waits_until_they_are_over_across_midnight_too() {
        let night = Quiet::default();
        let noon = Quiet { from: 12 * 60, until: 13 * 60 };
        let never = Quiet { from: 60, until: 60 };
        for (quiet, at, sent) in [
            (night, "2026-11-30T21:59:59+08:00", "2026-11-30T21:59:59+08:00"),
            (night, "2026-11-30T22:00:00+08:00", "2026-12-01T07:00:00+08:00"),
            (night, "2026-11-30T23:59:59+08:00", "2026-12-01T07:00:00+08:00"),
            (night, "2026-12-01T00:00:00+08:00", "2026-12-01T07:00:00+08:00"),
            (night, "2026-12-01T06:59:59+08:00", "2026-12-01T07:00:00+08:00"),
            (night, "2026-12-01T07:00:00+08:00", "2026-12-01T07:00:00+08:00"),
            (noon, "2026-12-01T12:30:00+08:00", "2026-12-01T13:00:00+08:00"),
            (noon, "2026-12-01T23:30:00+08:00", "2026-12-01T23:30:00+08:00"),
            (never, "2026-12-01T01:00:00+08:00", "2026-12-01T01:00:00+08:00"),
        ] {
            assert_eq!(quiet.ends(at.parse().unwrap()), sent.parse().unwrap(), "{quiet:?} {at}");
        }
    }
}
