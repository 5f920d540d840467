//! What was asked and answered for each person and course, set against the rows. Pure.
//! It must not know what the rows say of themselves.

use std::collections::{HashMap, HashSet};

use super::rows::BySlot;
use super::{Fault, Stored, StoredRow};
use crate::history::{Entry, Intent, Outcome};
use crate::said::Refusal;

/// Every acknowledged row is there and says what was answered. Gives the ids of those rows.
pub(super) fn acknowledgements(
    entries: &[Entry],
    rows: &[StoredRow],
    by_slot: &BySlot,
    faults: &mut Vec<Fault>,
) -> HashSet<u128> {
    let mut told: HashMap<(i64, i64, i64), (u128, u64)> = HashMap::new();
    let mut ids = HashSet::new();
    for entry in entries {
        let Some(row) = entry.acknowledged() else { continue };
        let (person, course, slot) = (entry.person, entry.course, row.slot);
        let differs = |what| Fault::Differs { person, course, slot, what };
        if row.course != course {
            faults.push(differs("course"));
            continue;
        }
        let first = told.entry((person, course, slot)).or_insert((row.id, row.receipt));
        if *first != (row.id, row.receipt) {
            faults.push(Fault::TwoAnswers { person, course, slot });
        }
        let Some(held) = by_slot.get(&(person, course, slot)).map(|index| &rows[*index]) else {
            faults.push(Fault::Lost { person, course, slot });
            continue;
        };
        ids.insert(row.id);
        let what = [
            ("id", held.id == row.id),
            ("at", held.at_us == row.at_us),
            ("recorded_at", held.recorded_at_us == row.recorded_at_us),
            ("day", held.day == row.day),
        ];
        faults.extend(what.iter().filter(|(_, same)| !same).map(|(what, _)| differs(what)));
    }
    ids
}

/// What is known of one person and course from the answers alone.
#[derive(Default)]
struct PairAnswers {
    /// A request was sent with a right code.
    honestly: bool,
    /// An answer leaves open whether there is a row.
    perhaps: bool,
    acknowledged: bool,
    last_us: i64,
    open: bool,
}

impl PairAnswers {
    fn heard(&mut self, entry: &Entry) {
        self.honestly = true;
        let open = matches!(entry.outcome, Outcome::Unknown | Outcome::Deferred);
        self.perhaps |= open || entry.outcome == Outcome::Refused(Refusal::StorageUnavailable);
        self.acknowledged |= entry.acknowledged().is_some();
        if entry.began_us >= self.last_us {
            self.last_us = entry.began_us;
            self.open = open;
        }
    }
}

/// Every new row was asked for, and every phone left without an answer asked again. Gives how many rows are new.
pub(super) fn origins(
    entries: &[Entry],
    held: &Stored,
    acknowledged: &HashSet<u128>,
    faults: &mut Vec<Fault>,
) -> u64 {
    let mut asked: HashMap<(i64, i64), PairAnswers> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.intent == Intent::Honest) {
        asked.entry((entry.person, entry.course)).or_default().heard(entry);
    }
    let mut new_rows = 0;
    for row in held.rows.iter().filter(|row| !held.before.contains(&row.id)) {
        new_rows += 1;
        if acknowledged.contains(&row.id) {
            continue;
        }
        let StoredRow { person, course, slot, .. } = *row;
        match asked.get(&(person, course)) {
            Some(asked) if asked.perhaps => {}
            Some(asked) if asked.honestly && !asked.acknowledged => {
                faults.push(Fault::Contradicted { person, course, slot });
            }
            _ => faults.push(Fault::Uninvoked { person, course, slot }),
        }
    }
    let open = asked.iter().filter(|(_, asked)| asked.open);
    faults.extend(open.map(|((person, course), _)| Fault::Unresolved { person: *person, course: *course }));
    new_rows
}
