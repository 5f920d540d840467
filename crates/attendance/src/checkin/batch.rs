//! What becomes of each check-in of a batch, decided under the courses' locks from what Postgres already holds. Pure.
//!
//! Check-ins of a batch are decided in their order of arrival: the last free seat goes to the first to arrive.

use std::borrow::Borrow;
use std::collections::HashMap;

use jiff::civil::Date;

use super::Device;
use super::record::{CheckIn, NewCheckIn, Slot};
use crate::checkin::refusals;
use zaichang_core::ids::{CourseId, PersonId};
use zaichang_platform::http::Refusal;

/// What Postgres holds about one check-in of the batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Existing {
    /// The row of the same slot.
    pub same: Option<CheckIn>,
    /// The person has a row of this course on this day, or on any day.
    pub attended_today: bool,
    pub attended_before: bool,
    /// Another person whom this device has checked in for this course today.
    pub device_holder: Option<PersonId>,
}

/// The cap of a course, and how many distinct people it counts already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seats {
    pub cap: Option<i32>,
    pub taken: i64,
}

/// What becomes of one check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A row is written. `first_today` adds an attendee, `newcomer` takes a seat.
    Write {
        first_today: bool,
        newcomer: bool,
    },
    /// Postgres holds it already.
    Existing(CheckIn),
    /// An earlier one of this batch is the same check-in: its index.
    Same(usize),
    Refused(Refusal),
}

/// What the batch itself has decided so far, on top of what Postgres holds.
#[derive(Default)]
struct Decided {
    slots: HashMap<Slot, usize>,
    attendees: HashMap<(CourseId, PersonId), Vec<Date>>,
    devices: HashMap<(CourseId, Date, Device), PersonId>,
    seats_taken: HashMap<CourseId, i64>,
}

/// One fate for each check-in, in order. `held` runs beside `batch`; a course without `seats` does not exist.
pub(super) fn decide(
    batch: &[impl Borrow<NewCheckIn>],
    held: &[Existing],
    seats: &HashMap<CourseId, Seats>,
) -> Vec<Fate> {
    let mut decided = Decided::default();
    let pairs = batch.iter().zip(held).enumerate();
    pairs.map(|(index, (check_in, held))| decided.fate(index, check_in.borrow(), held, seats)).collect()
}

impl Decided {
    fn fate(
        &mut self,
        index: usize,
        check_in: &NewCheckIn,
        held: &Existing,
        seats: &HashMap<CourseId, Seats>,
    ) -> Fate {
        let slot = check_in.slot;
        if let Some(same) = held.same {
            return Fate::Existing(same);
        }
        if let Some(earlier) = self.slots.get(&slot) {
            return Fate::Same(*earlier);
        }
        let Some(seats) = seats.get(&slot.course) else { return Fate::Refused(refusals::NOT_FOUND) };
        let device = check_in.device().map(|device| (slot.course, slot.day, device));
        let used_here =
            device.and_then(|key| self.devices.get(&key)).is_some_and(|holder| *holder != slot.person);
        if held.device_holder.is_some() || used_here {
            return Fate::Refused(refusals::DEVICE_IN_USE);
        }
        let days = self.attendees.entry((slot.course, slot.person)).or_default();
        let newcomer = !held.attended_before && days.is_empty();
        let first_today = !held.attended_today && !days.contains(&slot.day);
        let taken = self.seats_taken.entry(slot.course).or_insert(seats.taken);
        if newcomer && seats.cap.is_some_and(|cap| *taken >= i64::from(cap)) {
            return Fate::Refused(refusals::CAP_REACHED);
        }
        *taken += i64::from(newcomer);
        days.push(slot.day);
        self.slots.insert(slot, index);
        if let Some(device) = device {
            self.devices.insert(device, slot.person);
        }
        Fate::Write { first_today, newcomer }
    }
}

#[cfg(test)]
mod tests;
