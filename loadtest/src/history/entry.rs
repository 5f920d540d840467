//! One request and its answer, in less than a hundred bytes: ten million of them fit in memory.
//! It must not know the wire.

use crate::said::{Acknowledged, Refusal, Said};

/// The kind of code in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// A present code, or a pass that was got for one.
    Honest,
    /// A code that was made with no key of the service.
    Forged,
    /// A code that is too old.
    Expired,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Recorded,
    AlreadyRecorded,
    Deferred,
    Refused(Refusal),
    Unknown,
}

/// One request, with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub person: i64,
    /// The course whose screen was scanned.
    pub course: i64,
    /// Unix microseconds of the request.
    pub began_us: i64,
    /// Microseconds until the answer.
    pub took_us: u32,
    pub intent: Intent,
    pub outcome: Outcome,
    id: [u8; 16],
    at_us: i64,
    recorded_at_us: i64,
    receipt: u64,
    slot: u32,
    day: u16,
    /// The row that was promised is of another course than the one whose code was sent.
    strayed: bool,
}

impl Entry {
    pub(super) const fn invoked(person: i64, course: i64, intent: Intent, began_us: i64) -> Self {
        Self {
            person,
            course,
            began_us,
            took_us: 0,
            intent,
            outcome: Outcome::Unknown,
            id: [0; 16],
            at_us: 0,
            recorded_at_us: 0,
            receipt: 0,
            slot: 0,
            day: 0,
            strayed: false,
        }
    }

    pub(super) fn answer(&mut self, said: &Said, now_us: i64) {
        self.took_us = u32::try_from((now_us - self.began_us).max(0)).unwrap_or(u32::MAX);
        self.outcome = match said {
            Said::Recorded(_) => Outcome::Recorded,
            Said::AlreadyRecorded(_) => Outcome::AlreadyRecorded,
            Said::Deferred { .. } => Outcome::Deferred,
            Said::Refused { refusal, .. } => Outcome::Refused(*refusal),
            Said::Unknown => Outcome::Unknown,
        };
        let Some(row) = said.acknowledged() else { return };
        self.id = row.id.to_be_bytes();
        self.at_us = row.at_us;
        self.recorded_at_us = row.recorded_at_us;
        self.receipt = row.receipt;
        // A value out of range is no slot and no day that a check-in of ours can have: the check will report it.
        self.slot = u32::try_from(row.slot).unwrap_or(u32::MAX);
        self.day = u16::try_from(row.day).unwrap_or(u16::MAX);
        self.strayed = row.course != self.course;
    }

    /// The row that was promised, if one was. A row of a course that was not asked for has no course here.
    pub fn acknowledged(&self) -> Option<Acknowledged> {
        matches!(self.outcome, Outcome::Recorded | Outcome::AlreadyRecorded).then(|| Acknowledged {
            id: u128::from_be_bytes(self.id),
            at_us: self.at_us,
            recorded_at_us: self.recorded_at_us,
            day: i64::from(self.day),
            slot: i64::from(self.slot),
            course: if self.strayed { i64::MIN } else { self.course },
            receipt: self.receipt,
        })
    }
}
