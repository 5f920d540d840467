//! The ledgers of a lane, each compared with the store whenever it is kept or changed.

use crate::checkin::ledgers::Ledgers as Real;
pub(super) use crate::checkin::ledgers::{Known, LARGEST};
use zaichang_core::ids::{CourseId, PersonId};

use super::invariant::Invariant;
use super::ledger::Ledger;
use super::people::check_in;
use super::record::Slot;
use super::store::{Course, Planted, Store};

pub(super) struct Ledgers(Real);

impl Ledgers {
    pub(super) fn new(known: Known) -> Self {
        Self(Real::new(known))
    }

    pub(super) fn of(&self, course: CourseId) -> Option<&Ledger> {
        self.0.of(course)
    }

    pub(super) fn change(&mut self, course: CourseId, change: impl FnOnce(&mut Ledger)) {
        self.0.change(course, change);
        self.compare(course);
    }

    pub(super) fn keep(&mut self, course: CourseId, ledger: Ledger) {
        self.0.keep(course, ledger);
        self.compare(course);
    }

    pub(super) fn make_room(&mut self, rows: usize) -> bool {
        self.0.make_room(rows)
    }

    pub(super) fn leave(&mut self, course: CourseId, turn: i64) {
        self.0.leave(course, turn);
    }

    pub(super) fn was_left_at(&self, course: CourseId, turn: i64) -> bool {
        self.0.was_left_at(course, turn)
    }

    pub(super) fn forget(&mut self, course: CourseId) {
        if !Store::here().is_planted(Planted::LedgerIsKept) {
            self.0.forget(course);
        }
    }

    fn compare(&self, id: CourseId) {
        let Some(ledger) = self.0.of(id) else { return };
        let store = Store::here();
        let course = store.state().past(id).iter().rfind(|course| course.turn == ledger.turn).cloned();
        let is_the_store = course.as_ref().is_some_and(|course| tells(ledger, course));
        store.holds(Invariant::ledger_is_the_store_as_of_its_turn, is_the_store, || {
            format!("{id}: {ledger:?}, the store {course:?}")
        });
    }
}

/// Whether a ledger tells all that is stored of a course, and nothing else.
fn tells(ledger: &Ledger, course: &Course) -> bool {
    let seats = ledger.seats();
    let counts_are_right = seats.cap == course.cap
        && usize::try_from(seats.taken) == Ok(course.people().len())
        && ledger.rows() == course.rows.len();
    counts_are_right
        && course.rows.iter().all(|(slot, (row, device))| {
            let of_another = Slot { person: PersonId(0), ..*slot };
            let holder = ledger.held(&check_in(of_another, row.at, *device)).device_holder;
            ledger.held(&check_in(*slot, row.at, *device)).same == Some(*row)
                && (device.is_none() || holder == Some(slot.person))
        })
}
