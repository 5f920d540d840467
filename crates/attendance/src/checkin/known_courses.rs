//! The known courses of one lane: the courses that it knows whole, and the versions at which it left the others. Bounded: what
//! has not been written for long is forgotten first, and where everything is in use no other course is read whole.
//! It knows no Postgres.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use super::course_rows::CourseRows;
use zaichang_core::ids::CourseId;

/// The most rows that one lane remembers: about 200 bytes each.
const MOST_ROWS: usize = 250_000;
/// A course that was written within so many changes of the lane's known courses, a few seconds of a flood, is in use. To forget
/// it for another's sake would mean to read both of them over and over again.
const IN_USE: u64 = 10_000;
/// The largest course that is worth reading whole while its lock is held.
pub(super) const LARGEST: i64 = 30_000;
/// Versions left behind that are remembered.
const MOST_LEFT: usize = 50_000;

/// The courses that some lane of this node knows whole, for those who only want to know whether it does.
#[derive(Clone, Default)]
pub(super) struct Known(Arc<RwLock<HashSet<CourseId>>>);

impl Known {
    /// Whether a check-in of this course will be decided without asking Redis or Postgres which rows exist.
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
pub(super) struct KnownCourses {
    known: Known,
    known_courses: HashMap<CourseId, CourseRows>,
    left: HashMap<CourseId, i64>,
    /// When each was last written, counted in changes.
    written: HashMap<CourseId, u64>,
    changes: u64,
    rows: usize,
}

impl KnownCourses {
    pub fn new(known: Known) -> Self {
        Self { known, ..Self::default() }
    }

    pub fn of(&self, course: CourseId) -> Option<&CourseRows> {
        self.known_courses.get(&course)
    }

    /// Changes the rows of a known course, after a commit.
    pub fn change(&mut self, course: CourseId, change: impl FnOnce(&mut CourseRows)) {
        if let Some(mut course_rows) = self.take(course) {
            change(&mut course_rows);
            self.keep(course, course_rows);
        }
    }

    /// Remembers a course whole, if there is room for it.
    pub fn keep(&mut self, course: CourseId, course_rows: CourseRows) {
        self.changes += 1;
        self.left.remove(&course);
        if !self.make_room(course_rows.rows()) {
            self.known.set(course, false);
            return;
        }
        self.rows += course_rows.rows();
        self.written.insert(course, self.changes);
        if self.known_courses.insert(course, course_rows).is_none() {
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

    /// Remembers only at which version this node left a course.
    pub fn leave(&mut self, course: CourseId, version: i64) {
        self.forget(course);
        if self.left.len() >= MOST_LEFT {
            self.left.clear();
        }
        self.left.insert(course, version);
    }

    /// Whether the course is unchanged since this node's last write, or was never written: then it is worth reading whole.
    pub fn was_left_at(&self, course: CourseId, version: i64) -> bool {
        version == 0 || self.left.get(&course) == Some(&version)
    }

    /// What is remembered of a course may be wrong.
    pub fn forget(&mut self, course: CourseId) {
        if self.take(course).is_some() {
            self.known.set(course, false);
        }
    }

    fn take(&mut self, course: CourseId) -> Option<CourseRows> {
        let course_rows = self.known_courses.remove(&course)?;
        self.written.remove(&course);
        self.rows -= course_rows.rows();
        Some(course_rows)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::checkin::batch::Seats;
    use crate::checkin::record::{CheckIn, Slot, Source};
    use zaichang_core::ids::PersonId;

    fn course_rows(course: CourseId, rows: i64) -> CourseRows {
        let at = Timestamp::UNIX_EPOCH;
        let row = |person| CheckIn {
            id: uuid::Uuid::nil(),
            slot: Slot::of(PersonId(person), course, at, 600),
            at,
            recorded_at: at,
            source: Source::Scan,
        };
        let mut course_rows = CourseRows::new(1, Seats { cap: None, taken: rows });
        (0..rows).for_each(|person| course_rows.add(row(person), None));
        course_rows
    }

    #[test]
    fn what_was_not_written_for_long_is_forgotten_first_and_what_is_in_use_never() {
        let known = Known::default();
        let mut known_courses = KnownCourses::new(known.clone());
        let half = i64::try_from(MOST_ROWS / 2).unwrap();
        for course in [1, 2] {
            known_courses.keep(CourseId(course), course_rows(CourseId(course), half));
        }
        let remembered = |known_courses: &KnownCourses| {
            let remembered = [1, 2, 3].map(|course| known_courses.of(CourseId(course)).is_some());
            assert_eq!([1, 2, 3].map(|course| known.contains(CourseId(course))), remembered);
            remembered
        };
        assert!(!known_courses.make_room(1));
        known_courses.keep(CourseId(3), course_rows(CourseId(3), half));
        assert_eq!(remembered(&known_courses), [true, true, false], "both are in use");
        (0..=IN_USE).for_each(|_| known_courses.change(CourseId(1), |course_rows| course_rows.version += 1));
        known_courses.keep(CourseId(3), course_rows(CourseId(3), half));
        assert_eq!(remembered(&known_courses), [true, false, true], "the second is not any more");
    }

    #[test]
    fn a_course_is_worth_knowing_when_nobody_else_has_written_since() {
        let mut known_courses = KnownCourses::default();
        assert!(known_courses.was_left_at(CourseId(1), 0), "a new course is empty");
        assert!(!known_courses.was_left_at(CourseId(1), 7));
        known_courses.leave(CourseId(1), 7);
        assert!(known_courses.was_left_at(CourseId(1), 7));
        assert!(!known_courses.was_left_at(CourseId(1), 8));
    }
}
