//! What the rows say of themselves: once per slot, on the right day, within the cap, and counted right. Pure.
//! It must not know what was asked.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Fault, Stored, StoredRow};
use crate::clock::shanghai_day;

/// Where the row of each person, course and slot is.
pub(super) type BySlot = HashMap<(i64, i64, i64), usize>;

pub(super) fn by_slot(rows: &[StoredRow], faults: &mut Vec<Fault>) -> BySlot {
    let mut by_slot = BySlot::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let StoredRow { person, course, slot, .. } = *row;
        if by_slot.insert((person, course, slot), index).is_some() {
            faults.push(Fault::Duplicated { person, course, slot });
        }
    }
    by_slot
}

pub(super) fn days(held: &Stored, faults: &mut Vec<Fault>) {
    let slot_us = held.repeat_s * 1_000_000;
    let wrong = held
        .rows
        .iter()
        .filter(|row| row.day != shanghai_day(row.at_us) || row.slot != row.at_us.div_euclid(slot_us));
    faults.extend(wrong.map(|row| Fault::WrongDay {
        person: row.person,
        course: row.course,
        at_us: row.at_us,
    }));
}

pub(super) fn caps(held: &Stored, faults: &mut Vec<Fault>) {
    let mut people: HashMap<i64, HashSet<i64>> = HashMap::new();
    for row in held.rows.iter().filter(|row| held.caps.contains_key(&row.course)) {
        people.entry(row.course).or_default().insert(row.person);
    }
    for (course, people) in people {
        let (cap, people) = (held.caps[&course], people.len() as u64);
        if people > u64::from(cap) {
            faults.push(Fault::OverCap { course, cap, people });
        }
    }
}

/// What the counts of a course's day ought to be.
#[derive(Default)]
struct Counted {
    attendees: i64,
    check_ins: i64,
}

pub(super) fn counts(held: &Stored, faults: &mut Vec<Fault>) {
    let mut counted: BTreeMap<(i64, i64), Counted> = BTreeMap::new();
    for row in &held.rows {
        counted.entry((row.course, row.day)).or_default().check_ins += 1;
    }
    let mut present: Vec<_> = held.rows.iter().map(|row| (row.course, row.person, row.day)).collect();
    present.sort_unstable();
    present.dedup();
    for (course, _, day) in &present {
        counted.entry((*course, *day)).or_default().attendees += 1;
    }
    let mut people: BTreeMap<i64, i64> = BTreeMap::new();
    let mut last = None;
    for (course, person, _) in &present {
        if last.replace((*course, *person)) != Some((*course, *person)) {
            *people.entry(*course).or_default() += 1;
        }
    }
    let mut newcomers: BTreeMap<i64, i64> = BTreeMap::new();
    for tally in &held.tallies {
        let is = counted.remove(&(tally.course, tally.day)).unwrap_or_default();
        let mut compare = |what, says, is| {
            if says != is {
                faults.push(Fault::Tally { course: tally.course, day: tally.day, what, says, is });
            }
        };
        compare("attendees", tally.attendees, is.attendees);
        compare("check_ins", tally.check_ins, is.check_ins);
        *newcomers.entry(tally.course).or_default() += tally.newcomers;
    }
    for ((course, day), is) in counted {
        faults.push(Fault::Tally { course, day, what: "check_ins", says: 0, is: is.check_ins });
    }
    for (course, says) in newcomers {
        let is = people.get(&course).copied().unwrap_or(0);
        if says != is {
            faults.push(Fault::Tally { course, day: 0, what: "newcomers", says, is });
        }
    }
}
