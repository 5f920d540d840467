//! A check-in as it is written and as it is read again.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Device, Network};
use zaichang_core::clock::day_of;
use zaichang_core::ids::{AccountId, CourseId, PersonId, ScreenNumber};
use zaichang_hosting::project::Course;
use zaichang_platform::auth::ClientKind;

/// How a presence came to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    /// The person scanned the screen's code.
    Scan,
    /// Staff vouched for the person.
    Assisted,
    /// A card was swiped at a reader.
    Card,
}

impl Source {
    /// The word in SQL, in a column with the constraint `check_in_source_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// From midnight in Asia/Shanghai to midnight in UTC, a third of a day.
const EIGHT_HOURS_S: u32 = 28_800;

/// What makes two scans the same check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    pub person: PersonId,
    pub course: CourseId,
    /// Calendar day of the scan in Asia/Shanghai.
    pub day: Date,
    /// `floor(unix_s / repeat_s)` of the scan; of a scan that answers a spot check, that check's id below zero.
    pub slot: i64,
}

impl Slot {
    /// The slot of a scan in this course. While a spot check is open it is that check's own slot, so that a scan is recorded
    /// for it even shortly after an earlier scan.
    pub fn in_course(person: PersonId, course: &Course, at: Timestamp, repeat_s: u32) -> Self {
        let slot = Self::of(person, course.id, at, repeat_s);
        course.spot_check_at(at).map_or(slot, |spot_check| Self { slot: spot_check.slot(), ..slot })
    }

    /// Whether every slot of this length lies within one day in Asia/Shanghai. Slots are counted from midnight in UTC, which
    /// is eight o'clock there: the length has to divide the eight hours as well as the day.
    pub const fn fits_days(repeat_s: u32) -> bool {
        repeat_s > 0 && EIGHT_HOURS_S.is_multiple_of(repeat_s)
    }

    pub fn of(person: PersonId, course: CourseId, at: Timestamp, repeat_s: u32) -> Self {
        Self { person, course, day: day_of(at), slot: at.as_second().div_euclid(i64::from(repeat_s)) }
    }
}

/// The scan behind a check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub screen: ScreenNumber,
    pub step: i64,
    /// Age of the code when it arrived, from the start of its step; up to 250 ms below zero.
    pub code_age_ms: i32,
    pub device: Device,
    pub network: Network,
}

/// A moment after the scan: how long after it, and over which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Later {
    pub after_ms: i32,
    pub network: Network,
}

impl Later {
    pub fn since(scanned_at: Timestamp, now: Timestamp, network: Network) -> Self {
        let after_ms = now.as_millisecond() - scanned_at.as_millisecond();
        Self { after_ms: i32::try_from(after_ms).unwrap_or(i32::MAX), network }
    }
}

/// How a scan came from the screen to the record, where exchange and check-in were not one call. A pass can be sent on: these
/// two moments are the evidence of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handover {
    /// When an anonymous pass became its person's: at the login, or as it was presented. None where the person who scanned
    /// was logged in.
    pub bound: Option<Later>,
    /// When the pass was presented.
    pub presented: Option<Later>,
}

/// The basis of a check-in: a scan, or staff who vouched for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    Scan(Evidence, Handover),
    Assisted { by: AccountId, reason: String },
}

/// A check-in about to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCheckIn {
    pub id: Uuid,
    pub slot: Slot,
    /// Who was merged into the person: their records are the person's. None of nearly everybody.
    pub others: Option<Arc<[PersonId]>>,
    pub at: Timestamp,
    pub basis: Basis,
    pub client: ClientKind,
    pub scene: Option<u16>,
    /// The person was approved only after the scan.
    pub approved_afterwards: bool,
}

impl NewCheckIn {
    /// The person, and those who were merged into them.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        [self.slot.person].into_iter().chain(self.others.iter().flat_map(|others| others.iter().copied()))
    }

    /// Whether this row is the person's.
    pub fn is_of(&self, person: PersonId) -> bool {
        self.people().any(|own| own == person)
    }

    pub fn device(&self) -> Option<Device> {
        match &self.basis {
            Basis::Scan(evidence, _) => Some(evidence.device),
            Basis::Assisted { .. } => None,
        }
    }

    pub const fn source(&self) -> Source {
        match self.basis {
            Basis::Scan(..) => Source::Scan,
            Basis::Assisted { .. } => Source::Assisted,
        }
    }

    /// As it will be read again once it is committed.
    pub fn recorded(&self, recorded_at: Timestamp) -> CheckIn {
        CheckIn { id: self.id, slot: self.slot, at: self.at, recorded_at, source: self.source() }
    }
}

/// A committed check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckIn {
    pub id: Uuid,
    pub slot: Slot,
    /// When the code was scanned.
    pub at: Timestamp,
    /// When the row was committed.
    pub recorded_at: Timestamp,
    pub source: Source,
}

impl CheckIn {
    /// The few words that Redis keeps; the slot is its key.
    pub fn remembered(&self) -> String {
        let mut words = String::with_capacity(80);
        let (at, recorded_at) = (self.at.as_millisecond(), self.recorded_at.as_millisecond());
        write!(words, "{} {at} {recorded_at} {}", self.id.simple(), self.source.word())
            .expect("a String takes all");
        words
    }

    /// Reads them again; nothing if they are not ours, or of another day than the slot's.
    pub fn from_remembered(slot: Slot, words: &str) -> Option<Self> {
        let mut words = words.split(' ');
        let id = Uuid::try_parse(words.next()?).ok()?;
        let at = Timestamp::from_millisecond(words.next()?.parse().ok()?).ok()?;
        let recorded_at = Timestamp::from_millisecond(words.next()?.parse().ok()?).ok()?;
        let source: Source = words.next()?.parse().ok()?;
        (day_of(at) == slot.day).then_some(Self { id, slot, at, recorded_at, source })
    }
}

/// An id that sorts by the time of the scan (UUID version 7).
/// It names a row and opens nothing, so it need not be hard to guess.
pub fn new_id(at: Timestamp) -> Uuid {
    let mut random = [0; 10];
    fastrand::fill(&mut random);
    let ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_slot_of_an_admitted_length_crosses_midnight(
            repeat_s in prop::sample::select((1..=86_400).filter(|s| Slot::fits_days(*s)).collect::<Vec<_>>()),
            second in 0_i64..4_102_444_800,
        ) {
            let at = |second| Timestamp::from_second(second).unwrap();
            let slot = |second| Slot::of(PersonId(1), CourseId(2), at(second), repeat_s);
            let first = second - second.rem_euclid(i64::from(repeat_s));
            let last = first + i64::from(repeat_s) - 1;
            prop_assert_eq!(slot(first), slot(second));
            prop_assert_eq!(slot(last), slot(second));
        }

        #[test]
        fn a_length_that_is_not_admitted_crosses_some_midnight(
            repeat_s in (1_u32..=86_400).prop_filter("admitted", |s| !Slot::fits_days(*s)),
        ) {
            let midnight = |day: i64| day * 86_400 - i64::from(EIGHT_HOURS_S);
            let number = |second: i64| second.div_euclid(i64::from(repeat_s));
            prop_assert!((0..i64::from(repeat_s)).map(midnight).any(|at| number(at) == number(at - 1)));
        }
    }

    #[test]
    fn a_slot_is_ten_minutes_and_lies_within_one_day() {
        let slot = |at: &str| Slot::of(PersonId(1), CourseId(2), at.parse().unwrap(), 600);
        assert_eq!(slot("2025-11-29T09:00:00+08:00"), slot("2025-11-29T09:09:59.999+08:00"));
        assert_ne!(slot("2025-11-29T09:09:59.999+08:00"), slot("2025-11-29T09:10:00+08:00"));
        assert_ne!(slot("2025-11-29T23:59:59+08:00").day, slot("2025-11-30T00:00:00+08:00").day);
    }

    #[test]
    fn what_redis_remembers_is_what_was_committed() {
        let at: Timestamp = "2025-11-29T09:02:13.123+08:00".parse().unwrap();
        let slot = Slot::of(PersonId(1), CourseId(2), at, 600);
        let check_in = CheckIn { id: new_id(at), slot, at, recorded_at: at, source: Source::Assisted };
        assert_eq!(CheckIn::from_remembered(slot, &check_in.remembered()), Some(check_in));
        let yesterday = Slot { day: slot.day.yesterday().unwrap(), ..slot };
        assert_eq!(CheckIn::from_remembered(yesterday, &check_in.remembered()), None);
        for wrong in ["", "x", "0 1 2 scan", "nonsense 1 2 scan", &format!("{}x", check_in.remembered())] {
            assert_eq!(CheckIn::from_remembered(slot, wrong), None, "{wrong}");
        }
    }
}
