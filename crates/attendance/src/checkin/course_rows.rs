//! What a node remembers of a course that it has written: all that Postgres held of it as of a version. Pure.
//! It may be used only while Postgres says that the course still stands at that version. It cannot know that by itself.

use ahash::AHashMap;
use jiff::civil::Date;

use super::Device;
use super::batch::{Existing, Seats};
use super::record::{CheckIn, NewCheckIn};
use zaichang_core::ids::PersonId;

/// A course's check-ins, of all days.
#[derive(Clone, Debug, Default)]
pub(super) struct CourseRows {
    /// The version as of which this is the whole truth.
    pub version: i64,
    cap: Option<i32>,
    people: AHashMap<PersonId, Vec<CheckIn>>,
    devices: AHashMap<(Date, Device), PersonId>,
    /// Distinct people, where two who were merged are one.
    seats_taken: i64,
    rows: usize,
}

impl CourseRows {
    /// A course at `version`; its rows are still to be added, all but how many people they are of.
    pub fn new(version: i64, seats: Seats) -> Self {
        Self { version, cap: seats.cap, seats_taken: seats.taken, ..Self::default() }
    }

    /// Adds a committed row.
    pub fn add(&mut self, check_in: CheckIn, device: Option<Device>) {
        let person = check_in.slot.person;
        if let Some(device) = device {
            self.devices.entry((check_in.slot.day, device)).or_insert(person);
        }
        // Most people come once.
        self.people.entry(person).or_insert_with(|| Vec::with_capacity(1)).push(check_in);
        self.rows += 1;
    }

    /// Gives a seat to somebody who had never come.
    pub fn seat(&mut self) {
        self.seats_taken += 1;
    }

    /// What Postgres holds about a check-in of this course.
    pub fn existing(&self, asked: &NewCheckIn) -> Existing {
        let mut rows = asked.people().filter_map(|person| self.people.get(&person)).flatten().peekable();
        let holder = asked.device().and_then(|device| self.devices.get(&(asked.slot.day, device))).copied();
        let mut held = Existing {
            attended_before: rows.peek().is_some(),
            device_holder: holder.filter(|holder| !asked.is_of(*holder)),
            ..Existing::default()
        };
        for row in rows.filter(|row| row.slot.day == asked.slot.day) {
            held.attended_today = true;
            held.same = held.same.or_else(|| (row.slot.slot == asked.slot.slot).then_some(*row));
        }
        held
    }

    /// The cap, and the distinct people that it counts.
    pub fn seats(&self) -> Seats {
        Seats { cap: self.cap, taken: self.seats_taken }
    }

    /// How many rows it holds.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::checkin::Network;
    use crate::checkin::record::{Basis, Evidence, Handover, Slot, Source, new_id};
    use zaichang_core::ids::{CourseId, ScreenNumber};
    use zaichang_platform::auth::ClientKind;

    fn asked(person: i64, others: &[i64], minute: i64) -> NewCheckIn {
        let at = Timestamp::from_second(1_764_374_400 + minute * 60).unwrap();
        let evidence = Evidence {
            screen: ScreenNumber(7),
            step: 1,
            code_age_ms: 100,
            device: Device([1; 16]),
            network: Network([1; 8]),
        };
        let others: Arc<[_]> = others.iter().copied().map(PersonId).collect();
        NewCheckIn {
            id: new_id(at),
            slot: Slot::of(PersonId(person), CourseId(1), at, 600),
            others: (!others.is_empty()).then_some(others),
            at,
            basis: Basis::Scan(evidence, Handover::default()),
            client: ClientKind::H5,
            scene: None,
            approved_afterwards: false,
        }
    }

    #[test]
    fn a_person_s_rows_are_those_of_whoever_was_merged_into_them_as_well() {
        let mut course_rows = CourseRows::new(1, Seats { cap: Some(2), taken: 1 });
        let row = asked(2, &[], 0);
        course_rows.add(
            CheckIn { id: row.id, slot: row.slot, at: row.at, recorded_at: row.at, source: Source::Scan },
            row.device(),
        );
        // Alone: a newcomer, whose device another has used.
        let held = course_rows.existing(&asked(1, &[], 0));
        assert_eq!((held.same, held.attended_today, held.attended_before), (None, false, false));
        assert_eq!(held.device_holder, Some(PersonId(2)));
        // With the other's: the same slot, and their own device.
        let held = course_rows.existing(&asked(1, &[9, 2], 0));
        assert_eq!((held.same.map(|same| same.id), held.device_holder), (Some(row.id), None));
        assert!(held.attended_today && held.attended_before);
        // In another slot of the day it is a new row, and takes no seat.
        let held = course_rows.existing(&asked(1, &[2], 20));
        assert_eq!((held.same, held.attended_today, held.attended_before), (None, true, true));
        assert_eq!(course_rows.seats().taken, 1);
        course_rows.seat();
        assert_eq!(course_rows.seats().taken, 2);
    }
}
