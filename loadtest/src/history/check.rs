//! The check: what was promised against the stored rows. Pure, so that every kind of fault can be planted in a test.
//! It must not know how either was got.

mod pairs;
mod rows;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde::Serialize;

use super::{Entry, Outcome};

/// How many faults are listed one by one.
const TOLD: usize = 10;

/// A row of `check_ins`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredRow {
    pub id: u128,
    pub person: i64,
    pub course: i64,
    /// Days since 1970.
    pub day: i64,
    pub slot: i64,
    /// Unix microseconds.
    pub at_us: i64,
    /// Unix microseconds.
    pub recorded_at_us: i64,
}

/// A row of `tallies`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    pub course: i64,
    /// Days since 1970.
    pub day: i64,
    pub attendees: i64,
    pub newcomers: i64,
    pub check_ins: i64,
}

/// Everything that Postgres holds of the courses of a run.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    pub rows: Vec<StoredRow>,
    /// Ids of the rows that were there before the run.
    pub before: HashSet<u128>,
    pub tallies: Vec<Tally>,
    /// The most distinct people of a course, for those that have a cap.
    pub caps: HashMap<i64, u32>,
    /// Seconds of a slot.
    pub repeat_s: i64,
}

/// What is wrong. Each of them breaks the promise, or a count that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Acknowledged, and there is no row.
    Lost { person: i64, course: i64, slot: i64 },
    /// Acknowledged, and the row says something else.
    Differs { person: i64, course: i64, slot: i64, what: &'static str },
    /// Two rows for one person, course and slot.
    Duplicated { person: i64, course: i64, slot: i64 },
    /// Two answers about one slot that do not name the same row or do not give the same receipt.
    TwoAnswers { person: i64, course: i64, slot: i64 },
    /// More distinct people than the cap.
    OverCap { course: i64, cap: u32, people: u64 },
    /// A row whose day or slot is not that of its instant.
    WrongDay { person: i64, course: i64, at_us: i64 },
    /// A row for which no request had a right code.
    Uninvoked { person: i64, course: i64, slot: i64 },
    /// Every answer was a refusal, and yet there is a row.
    Contradicted { person: i64, course: i64, slot: i64 },
    /// The last answer was none or `deferred`: it was not asked again until it was known.
    Unresolved { person: i64, course: i64 },
    /// A count that is not what the rows add up to. Day is in days since 1970; of newcomers the sum over all days counts.
    Tally { course: i64, day: i64, what: &'static str, says: i64, is: i64 },
}

impl Fault {
    /// Its kind, as the report counts it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Lost { .. } => "lost",
            Self::Differs { .. } => "differs",
            Self::Duplicated { .. } => "duplicated",
            Self::TwoAnswers { .. } => "two_answers",
            Self::OverCap { .. } => "over_cap",
            Self::WrongDay { .. } => "wrong_day",
            Self::Uninvoked { .. } => "uninvoked",
            Self::Contradicted { .. } => "contradicted",
            Self::Unresolved { .. } => "unresolved",
            Self::Tally { .. } => "tally",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// What the check found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    pub requests: u64,
    /// How many answers of each kind.
    pub answers: BTreeMap<String, u64>,
    /// Rows in Postgres, and how many of them are new.
    pub rows: u64,
    pub new_rows: u64,
    /// How many faults of each kind; empty when all is well.
    pub faults: BTreeMap<&'static str, u64>,
    /// The first of them.
    pub first: Vec<String>,
}

impl Findings {
    /// Whether the promise was kept.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn found(&mut self, fault: &Fault) {
        *self.faults.entry(fault.kind()).or_default() += 1;
        if self.first.len() < TOLD {
            self.first.push(fault.to_string());
        }
    }
}

/// Sets the history of a run against what Postgres holds after it.
pub fn check(entries: &[Entry], held: &Stored) -> Findings {
    let mut findings =
        Findings { requests: entries.len() as u64, rows: held.rows.len() as u64, ..Findings::default() };
    for entry in entries {
        *findings.answers.entry(word(entry.outcome).to_owned()).or_default() += 1;
    }
    let mut faults = Vec::new();
    let by_slot = rows::by_slot(&held.rows, &mut faults);
    rows::days(held, &mut faults);
    rows::caps(held, &mut faults);
    rows::counts(held, &mut faults);
    let acknowledged = pairs::acknowledgements(entries, &held.rows, &by_slot, &mut faults);
    findings.new_rows = pairs::origins(entries, held, &acknowledged, &mut faults);
    for fault in &faults {
        findings.found(fault);
    }
    findings
}

/// The word of an outcome, as the report writes it.
pub(crate) const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Recorded => "recorded",
        Outcome::AlreadyRecorded => "already_recorded",
        Outcome::Deferred => "deferred",
        Outcome::Refused(refusal) => refusal.word(),
        Outcome::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests;
