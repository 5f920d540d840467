//! The ledgers of one lane: the courses that it knows whole, and the turns at which it left the others. Bounded: what
//! has not been written for longest is forgotten first. It knows no Postgres.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use super::ledger::Ledger;
use crate::ids::CourseId;

/// The most rows that one lane remembers: about 100 bytes each.
const MOST_ROWS: usize = 100_000;
/// The largest course that is worth reading whole while its lock is held.
pub(super) const LARGEST: i64 = 30_000;
/// Turns left behind that are remembered.
const MOST_LEFT: usize = 50_000;

/// The courses that some lane of this node knows whole, for those who only want to know whether it does.
#[derive(Clone, Default)]
pub(super) struct Known(Arc<RwLock<HashSet<CourseId>>>);

impl Known {
    /// Whether a check-in of this course will be decided without asking anybody what is there already.
    pub fn contains(&self, course: CourseId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&course)
    }

    fn set(&self, course: CourseId, known: bool) {
        let mut courses = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known {
            courses.insert(course);
        } else {
            courses.remove(&course);
        }
    }
}

#[derive(Default)]
pub(super) struct Ledgers {
    known: Known,
    ledgers: HashMap<CourseId, Ledger>,
    left: HashMap<CourseId, i64>,
    /// When each was last written, counted in batches.
    written: HashMap<CourseId, u64>,
    batches: u64,
    rows: usize,
}

impl Ledgers {
    pub fn new(known: Known) -> Self {
        Self { known, ..Self::default() }
    }

    pub fn of(&self, course: CourseId) -> Option<&Ledger> {
        self.ledgers.get(&course)
    }

    /// Changes a ledger that is there, after a commit.
    pub fn change(&mut self, course: CourseId, change: impl FnOnce(&mut Ledger)) {
        if let Some(mut ledger) = self.take(course) {
            change(&mut ledger);
            self.keep(course, ledger);
        }
    }

    /// Remembers a course whole.
    pub fn keep(&mut self, course: CourseId, ledger: Ledger) {
        self.batches += 1;
        self.rows += ledger.rows();
        self.written.insert(course, self.batches);
        self.left.remove(&course);
        if self.ledgers.insert(course, ledger).is_none() {
            self.known.set(course, true);
        }
        while self.rows > MOST_ROWS && self.ledgers.len() > 1 {
            let Some(oldest) =
                self.written.iter().min_by_key(|(_, batch)| **batch).map(|(course, _)| *course)
            else {
                return;
            };
            self.forget(oldest);
        }
    }

    /// Remembers only at which turn this node left a course.
    pub fn leave(&mut self, course: CourseId, turn: i64) {
        self.forget(course);
        if self.left.len() >= MOST_LEFT {
            self.left.clear();
        }
        self.left.insert(course, turn);
    }

    /// Whether nobody has written since this node did: then the course is worth knowing whole.
    pub fn was_left_at(&self, course: CourseId, turn: i64) -> bool {
        turn == 0 || self.left.get(&course) == Some(&turn)
    }

    /// What is remembered of a course may be wrong.
    pub fn forget(&mut self, course: CourseId) {
        if self.take(course).is_some() {
            self.known.set(course, false);
        }
    }

    fn take(&mut self, course: CourseId) -> Option<Ledger> {
        let ledger = self.ledgers.remove(&course)?;
        self.written.remove(&course);
        self.rows -= ledger.rows();
        Some(ledger)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::checkin::record::{CheckIn, Slot, Source};
    use crate::ids::PersonId;

    fn ledger(course: CourseId, rows: i64) -> Ledger {
        let at = Timestamp::UNIX_EPOCH;
        let row = |person| CheckIn {
            id: uuid::Uuid::nil(),
            slot: Slot::of(PersonId(person), course, at, 600),
            at,
            recorded_at: at,
            source: Source::Scan,
        };
        let mut ledger = Ledger::new(1, None);
        (0..rows).for_each(|person| ledger.add(row(person), None));
        ledger
    }

    #[test]
    fn what_was_not_written_for_longest_is_forgotten_first() {
        let known = Known::default();
        let mut ledgers = Ledgers::new(known.clone());
        let half = i64::try_from(MOST_ROWS / 2).unwrap();
        for course in [1, 2] {
            ledgers.keep(CourseId(course), ledger(CourseId(course), half));
        }
        ledgers.change(CourseId(1), |ledger| ledger.turn += 1);
        ledgers.keep(CourseId(3), ledger(CourseId(3), half));
        let remembered = [1, 2, 3].map(|course| ledgers.of(CourseId(course)).is_some());
        assert_eq!(remembered, [true, false, true]);
        assert_eq!([1, 2, 3].map(|course| known.contains(CourseId(course))), remembered);
    }

    #[test]
    fn a_course_is_worth_knowing_when_nobody_else_has_written_since() {
        let mut ledgers = Ledgers::default();
        assert!(ledgers.was_left_at(CourseId(1), 0), "a new course is empty");
        assert!(!ledgers.was_left_at(CourseId(1), 7));
        ledgers.leave(CourseId(1), 7);
        assert!(ledgers.was_left_at(CourseId(1), 7));
        assert!(!ledgers.was_left_at(CourseId(1), 8));
    }
}
