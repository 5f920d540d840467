//! What a node remembers of a course that it has written: all that Postgres held of it as of a turn. Pure.
//! It may be used only while Postgres says that the course still stands at that turn. It cannot know that by itself.

use ahash::AHashMap;
use jiff::civil::Date;

use super::Device;
use super::batch::{Held, Seats};
use super::record::{CheckIn, NewCheckIn};
use zaichang_core::ids::PersonId;

/// A course's check-ins, of all days.
#[derive(Clone, Debug, Default)]
pub(super) struct CourseRows {
    /// The turn as of which this is the whole truth.
    pub turn: i64,
    cap: Option<i32>,
    people: AHashMap<PersonId, Vec<CheckIn>>,
    devices: AHashMap<(Date, Device), PersonId>,
    rows: usize,
}

impl CourseRows {
    /// A course at `turn`; its rows are still to be added.
    pub fn new(turn: i64, cap: Option<i32>) -> Self {
        Self { turn, cap, ..Self::default() }
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

    /// What Postgres holds about a check-in of this course.
    pub fn held(&self, asked: &NewCheckIn) -> Held {
        let rows = self.people.get(&asked.slot.person).map_or(&[][..], Vec::as_slice);
        let holder = asked.device().and_then(|device| self.devices.get(&(asked.slot.day, device))).copied();
        Held {
            same: rows.iter().find(|row| row.slot == asked.slot).copied(),
            attended_today: rows.iter().any(|row| row.slot.day == asked.slot.day),
            attended_before: !rows.is_empty(),
            device_holder: holder.filter(|holder| *holder != asked.slot.person),
        }
    }

    /// The cap, and the distinct people that it counts.
    pub fn seats(&self) -> Seats {
        Seats { cap: self.cap, taken: i64::try_from(self.people.len()).unwrap_or(i64::MAX) }
    }

    /// How many rows it holds.
    pub fn rows(&self) -> usize {
        self.rows
    }
}
