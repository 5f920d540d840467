//! The known courses of a lane, each compared with the store whenever it is kept or changed.

use crate::checkin::known_courses::KnownCourses as Real;
pub(super) use crate::checkin::known_courses::{Known, LARGEST};
use zaichang_core::ids::{CourseId, PersonId};

use super::course_rows::CourseRows;
use super::invariant::Invariant;
use super::people::check_in;
use super::record::Slot;
use super::store::{Course, Planted, Store};

pub(super) struct KnownCourses(Real);

impl KnownCourses {
    pub(super) fn new(known: Known) -> Self {
        Self(Real::new(known))
    }

    pub(super) fn of(&self, course: CourseId) -> Option<&CourseRows> {
        self.0.of(course)
    }

    pub(super) fn change(&mut self, course: CourseId, change: impl FnOnce(&mut CourseRows)) {
        self.0.change(course, change);
        self.compare(course);
    }

    pub(super) fn keep(&mut self, course: CourseId, course_rows: CourseRows) {
        self.0.keep(course, course_rows);
        self.compare(course);
    }

    pub(super) fn make_room(&mut self, rows: usize) -> bool {
        self.0.make_room(rows)
    }

    pub(super) fn leave(&mut self, course: CourseId, version: i64) {
        self.0.leave(course, version);
    }

    pub(super) fn was_left_at(&self, course: CourseId, version: i64) -> bool {
        self.0.was_left_at(course, version)
    }

    pub(super) fn forget(&mut self, course: CourseId) {
        if !Store::of_schedule().is_planted(Planted::RowsAreKept) {
            self.0.forget(course);
        }
    }

    fn compare(&self, id: CourseId) {
        let Some(course_rows) = self.0.of(id) else { return };
        let store = Store::of_schedule();
        let course =
            store.state().past(id).iter().rfind(|course| course.version == course_rows.version).cloned();
        let is_the_store = course.as_ref().is_some_and(|course| tells(course_rows, course));
        store.holds(Invariant::known_rows_are_the_store_as_of_their_version, is_the_store, || {
            format!("{id}: {course_rows:?}, the store {course:?}")
        });
    }
}

/// Whether the remembered rows equal all that is stored of the course.
fn tells(course_rows: &CourseRows, course: &Course) -> bool {
    let seats = course_rows.seats();
    let counts_are_right = seats.cap == course.cap
        && usize::try_from(seats.taken) == Ok(course.people().len())
        && course_rows.rows() == course.rows.len();
    counts_are_right
        && course.rows.iter().all(|(slot, (row, device))| {
            let of_another = Slot { person: PersonId(0), ..*slot };
            let holder = course_rows.existing(&check_in(of_another, row.at, *device)).device_holder;
            course_rows.existing(&check_in(*slot, row.at, *device)).same == Some(*row)
                && (device.is_none() || holder == Some(slot.person))
        })
}
