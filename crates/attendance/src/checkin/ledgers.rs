//! The ledgers of one lane: the courses that it knows whole, and the turns at which it left the others. Bounded: what
//! has not been written for long is forgotten first, and where everything is in use no other course is read whole.
//! It knows no Postgres.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use super::ledger::Ledger;
use zaichang_core::ids::CourseId;

/// The most rows that one lane remembers: about 200 bytes each.
const MOST_ROWS: usize = 250_000;
/// A course that was written within so many changes of the lane's ledgers, a few seconds of a flood, is in use. To forget
/// it for another's sake would mean to read both of them over and over again.
const IN_USE: u64 = 10_000;
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
    /// When each was last written, counted in changes.
    written: HashMap<CourseId, u64>,
    changes: u64,
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

    /// Remembers a course whole, if there is room for it.
    pub fn keep(&mut self, course: CourseId, ledger: Ledger) {
        self.changes += 1;
        self.left.remove(&course);
        if !self.make_room(ledger.rows()) {
            self.known.set(course, false);
            return;
        }
        self.rows += ledger.rows();
        self.written.insert(course, self.changes);
        if self.ledgers.insert(course, ledger).is_none() {
            self.known.set(course, true);
        }
    }

    /// Whether so many more rows can be remembered; what is not in use is forgotten for them.
    pub fn make_room(&mut self, rows: usize) -> bool {
        while self.rows + rows > MOST_ROWS {
            let oldest = self.written.iter().min_by_key(|(_, change)| **change);
            match oldest.map(|(course, change)| (*course, *change)) {
                Some((course, change)) if self.changes - change > IN_USE => self.forget(course),
                _ => return false,
            }
        }
        true
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
    use zaichang_core::ids::PersonId;

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
    fn what_was_not_written_for_long_is_forgotten_first_and_what_is_in_use_never() {
        let known = Known::default();
        let mut ledgers = Ledgers::new(known.clone());
        let half = i64::try_from(MOST_ROWS / 2).unwrap();
        for course in [1, 2] {
            ledgers.keep(CourseId(course), ledger(CourseId(course), half));
        }
        let remembered = |ledgers: &Ledgers| {
            let remembered = [1, 2, 3].map(|course| ledgers.of(CourseId(course)).is_some());
            assert_eq!([1, 2, 3].map(|course| known.contains(CourseId(course))), remembered);
            remembered
        };
        assert!(!ledgers.make_room(1));
        ledgers.keep(CourseId(3), ledger(CourseId(3), half));
        assert_eq!(remembered(&ledgers), [true, true, false], "both are in use");
        (0..=IN_USE).for_each(|_| ledgers.change(CourseId(1), |ledger| ledger.turn += 1));
        ledgers.keep(CourseId(3), ledger(CourseId(3), half));
        assert_eq!(remembered(&ledgers), [true, false, true], "the second is not any more");
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
