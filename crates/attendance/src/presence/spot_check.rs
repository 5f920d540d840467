//! Ordering a spot check: at once, or at a moment that is drawn and not published before it comes. Pure.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use zaichang_core::clock::day_of;
use zaichang_platform::http::Problem;

/// Between the order and the opening: within it every node learns of it, so that none takes an answer for a repeat.
pub const LEAD: SignedDuration = SignedDuration::from_secs(3);
/// A shorter check misses slow people; a longer one gives absent people time to come back.
const MINUTES: std::ops::RangeInclusive<i64> = 1..=30;

/// How the moment came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Mode {
    /// Asked for at once.
    Now,
    /// Drawn by the server from a range.
    Random,
}

impl Mode {
    /// The word in SQL, in a column with the constraint `spot_check_mode_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What the organiser asks for.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// How long it is open: 1 to 30, 3 unless said.
    #[serde(default = "three")]
    #[schema(minimum = 1, maximum = 30, default = 3)]
    pub minutes: i64,
    /// The server draws the moment from this range; it opens at once without one.
    pub random: Option<Range>,
}

fn three() -> i64 {
    3
}

/// A range of today from which a moment is drawn: the check opens and closes within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// A spot check that is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSpotCheck {
    pub day: Date,
    pub mode: Mode,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    asked: Option<Range>,
    ordered_at: Timestamp,
}

impl NewSpotCheck {
    /// What the moment was drawn from.
    pub fn range(&self) -> Option<(Timestamp, Timestamp)> {
        self.asked.map(|range| (range.from, range.until))
    }

    /// The instants at which people must be able to scan. Of a drawn one both ends of its range, as whether it may be held
    /// must not depend on what was drawn.
    pub fn judged_at(&self) -> [Timestamp; 2] {
        let Some(range) = self.asked else { return [self.opens_at; 2] };
        let last = range.until.checked_sub(SignedDuration::from_millis(1)).unwrap_or(range.from);
        [range.from.max(self.ordered_at), last]
    }
}

impl Order {
    /// Settles the moment. `drawn` is uniform over all 64 bits, from the system's source: it cannot be foretold.
    pub fn settle(self, now: Timestamp, drawn: u64) -> Result<NewSpotCheck, Problem> {
        if !MINUTES.contains(&self.minutes) {
            return Err(Problem::field("minutes", "it is 1 to 30"));
        }
        let length = SignedDuration::from_mins(self.minutes);
        let day = day_of(now);
        let Some(range) = self.random else {
            let opens_at = now + LEAD;
            return Ok(NewSpotCheck {
                day,
                mode: Mode::Now,
                opens_at,
                closes_at: opens_at + length,
                asked: None,
                ordered_at: now,
            });
        };
        let from = range.from.max(now + LEAD);
        let latest = range.until.checked_sub(length).unwrap_or(Timestamp::MIN);
        // The end of the day is the next one's beginning.
        let last = range.until.checked_sub(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MIN);
        if day_of(range.from) != day || day_of(last) != day {
            return Err(Problem::field("random", "both ends are of today"));
        }
        if latest < from {
            return Err(Problem::field("random", "from now on it is shorter than the spot check itself"));
        }
        let width = u64::try_from(latest.as_millisecond() - from.as_millisecond()).unwrap_or(0) + 1;
        let offset_ms = i64::try_from((u128::from(drawn) * u128::from(width)) >> 64).unwrap_or(0);
        let opens_at = from + SignedDuration::from_millis(offset_ms);
        let closes_at = opens_at + length;
        Ok(NewSpotCheck { day, mode: Mode::Random, opens_at, closes_at, asked: Some(range), ordered_at: now })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2025-11-29T{text}+08:00").parse().unwrap()
    }

    proptest! {
        #[test]
        fn a_drawn_moment_lies_with_its_end_inside_the_range(minutes in 1_i64..=30, drawn: u64) {
            let range = Range { from: at("09:00:00"), until: at("11:00:00") };
            let order = Order { minutes, random: Some(range) };
            let settled = order.settle(at("08:00:00"), drawn).unwrap();
            prop_assert!(range.from <= settled.opens_at && settled.closes_at <= range.until);
            prop_assert_eq!(settled.closes_at.duration_since(settled.opens_at), SignedDuration::from_mins(minutes));
        }

        #[test]
        fn a_range_that_has_begun_is_drawn_from_what_is_left(drawn: u64) {
            let order = Order { minutes: 3, random: Some(Range { from: at("09:00:00"), until: at("11:00:00") }) };
            prop_assert!(order.settle(at("10:30:00"), drawn).unwrap().opens_at >= at("10:30:00") + LEAD);
        }
    }

    #[test]
    fn a_range_may_end_with_the_day() {
        let midnight = at("23:00:00") + SignedDuration::from_hours(1);
        let order = Order { minutes: 3, random: Some(Range { from: at("23:00:00"), until: midnight }) };
        assert!(order.settle(at("08:00:00"), u64::MAX).is_ok());
        let never = Order { minutes: 3, random: Some(Range { from: Timestamp::MIN, until: Timestamp::MIN }) };
        assert!(never.settle(at("08:00:00"), 1).is_err());
    }

    #[test]
    fn both_ends_of_the_range_can_be_drawn() {
        let order = Order { minutes: 3, random: Some(Range { from: at("09:00:00"), until: at("11:00:00") }) };
        assert_eq!(order.settle(at("08:00:00"), 0).unwrap().opens_at, at("09:00:00"));
        assert_eq!(order.settle(at("08:00:00"), u64::MAX).unwrap().closes_at, at("11:00:00"));
    }

    #[test]
    fn what_cannot_be_held_names_its_field() {
        let random = |from, until| Some(Range { from: at(from), until: at(until) });
        let tomorrow =
            Some(Range { from: at("23:00:00"), until: at("23:59:00") + SignedDuration::from_hours(1) });
        let table = [
            (0, None, "minutes"),
            (31, None, "minutes"),
            (3, random("11:00:00", "10:00:00"), "random"),
            (3, random("09:00:00", "09:02:59"), "random"),
            (3, random("07:00:00", "08:02:00"), "random"),
            (3, tomorrow, "random"),
        ];
        for (minutes, random, field) in table {
            let refused = Order { minutes, random }.settle(at("08:00:00"), 1).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some(field), "{minutes} {random:?}");
        }
    }
}
