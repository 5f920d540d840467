//! A sound history, and one with each kind of fault planted in it.

use super::*;
use crate::clock::shanghai_day;
use crate::history::Intent;
use crate::said::{Acknowledged, Refusal, Said};

const AT_US: i64 = 1_764_378_133_123_000;
const SLOT_S: i64 = 600;
const RECEIPT: u64 = 77;

fn row(person: i64) -> StoredRow {
    StoredRow {
        id: u128::from(person.unsigned_abs()),
        person,
        course: 5,
        day: shanghai_day(AT_US),
        slot: AT_US / (SLOT_S * 1_000_000),
        at_us: AT_US,
        recorded_at_us: AT_US + 2000,
    }
}

fn promised(row: &StoredRow) -> Acknowledged {
    Acknowledged {
        id: row.id,
        at_us: row.at_us,
        recorded_at_us: row.recorded_at_us,
        day: row.day,
        slot: row.slot,
        course: row.course,
        receipt: RECEIPT,
    }
}

fn asked(person: i64, intent: Intent, began_us: i64, said: &Said) -> Entry {
    let mut entry = Entry::invoked(person, 5, intent, began_us);
    entry.answer(said, began_us + 1000);
    entry
}

fn refused(refusal: Refusal) -> Said {
    Said::Refused { refusal, status: 409, retry_after_ms: None }
}

fn held(rows: Vec<StoredRow>) -> Stored {
    let count = i64::try_from(rows.len()).unwrap();
    let day = shanghai_day(AT_US);
    Stored {
        tallies: vec![Tally { course: 5, day, attendees: count, newcomers: count, check_ins: count }],
        rows,
        repeat_s: SLOT_S,
        caps: HashMap::from([(5, 3)]),
        ..Stored::default()
    }
}

/// Three people: recorded and repeated; unknown and asked again; refused for good.
fn sound() -> (Vec<Entry>, Stored) {
    let (one, two) = (row(1), row(2));
    let entries = vec![
        asked(1, Intent::Honest, AT_US, &Said::Recorded(promised(&one))),
        asked(1, Intent::Honest, AT_US + 5000, &Said::AlreadyRecorded(promised(&one))),
        asked(2, Intent::Honest, AT_US, &Said::Unknown),
        asked(2, Intent::Honest, AT_US + 9000, &Said::AlreadyRecorded(promised(&two))),
        asked(3, Intent::Honest, AT_US, &refused(Refusal::CapReached)),
        asked(4, Intent::Forged, AT_US, &refused(Refusal::CodeForged)),
    ];
    (entries, held(vec![one, two]))
}

/// The kinds of fault found after a valid run has been altered.
fn spoilt(spoil: impl FnOnce(&mut Vec<Entry>, &mut Stored)) -> Vec<&'static str> {
    let (mut entries, mut held) = sound();
    spoil(&mut entries, &mut held);
    check(&entries, &held).faults.into_keys().collect()
}

#[test]
fn a_sound_run_has_no_fault() {
    let (entries, held) = sound();
    let findings = check(&entries, &held);
    assert!(findings.is_sound(), "{findings:?}");
    assert_eq!((findings.requests, findings.rows, findings.new_rows), (6, 2, 2));
    assert_eq!(findings.answers["already_recorded"], 2);
}

#[test]
fn a_row_that_was_promised_and_is_not_there_is_lost() {
    let kinds = spoilt(|_, held| *held = super::tests::held(vec![row(2)]));
    assert_eq!(kinds, ["lost"]);
}

#[test]
fn a_row_that_says_something_else_than_was_told_is_found() {
    assert_eq!(spoilt(|_, held| held.rows[0].at_us += 1000), ["differs"]);
    assert_eq!(spoilt(|_, held| held.rows[0].recorded_at_us += 1), ["differs"]);
    // The other id is also one that no answer named.
    assert_eq!(spoilt(|_, held| held.rows[0].id = 99), ["differs", "uninvoked"]);
    let kinds = spoilt(|entries, _| {
        let other = Acknowledged { course: 6, ..promised(&row(1)) };
        entries[0] = asked(1, Intent::Honest, AT_US, &Said::Recorded(other));
    });
    assert_eq!(kinds, ["differs"]);
}

#[test]
fn two_rows_of_one_slot_are_found() {
    let kinds = spoilt(|_, held| {
        let twin = StoredRow { id: 50, ..held.rows[1] };
        held.rows.insert(1, twin);
        held.tallies[0].check_ins += 1;
    });
    assert!(kinds.contains(&"duplicated"), "{kinds:?}");
}

#[test]
fn two_answers_about_one_slot_must_agree() {
    let kinds = spoilt(|entries, _| {
        let other = Acknowledged { receipt: 78, ..promised(&row(1)) };
        entries[1] = asked(1, Intent::Honest, AT_US + 5000, &Said::AlreadyRecorded(other));
    });
    assert_eq!(kinds, ["two_answers"]);
}

#[test]
fn one_person_more_than_the_cap_is_found() {
    let fill = |people: i64| {
        move |entries: &mut Vec<Entry>, held: &mut Stored| {
            let rows: Vec<_> = (1..=people).map(row).collect();
            *entries = rows
                .iter()
                .map(|row| asked(row.person, Intent::Honest, AT_US, &Said::Recorded(promised(row))))
                .collect();
            *held = super::tests::held(rows);
        }
    };
    assert_eq!(spoilt(fill(3)), [""; 0]);
    assert_eq!(spoilt(fill(4)), ["over_cap"]);
}

#[test]
fn a_row_on_the_wrong_day_or_in_the_wrong_slot_is_found() {
    let kinds = spoilt(|_, held| held.rows[0].day += 1);
    assert!(
        kinds.contains(&"wrong_day") && kinds.contains(&"differs") && kinds.contains(&"tally"),
        "{kinds:?}"
    );
    let kinds = spoilt(|_, held| held.repeat_s = 300);
    assert_eq!(kinds, ["wrong_day"]);
}

#[test]
fn a_row_that_nobody_asked_for_is_found() {
    // No request at all; only one with a forged code; a second row of a person who was answered with one.
    for (person, slots) in [(9, 0), (4, 0), (1, 1)] {
        let kinds = spoilt(|_, held| {
            let at_us = AT_US + slots * SLOT_S * 1_000_000;
            held.rows.push(StoredRow { id: 60, slot: row(1).slot + slots, at_us, ..row(person) });
            held.tallies[0].check_ins += 1;
            held.tallies[0].attendees += 1 - slots;
            held.tallies[0].newcomers += 1 - slots;
        });
        assert_eq!(kinds, ["uninvoked"], "{person}");
    }
}

#[test]
fn a_row_from_before_the_run_needs_nobody() {
    let kinds = spoilt(|entries, held| {
        held.before.insert(2);
        entries.retain(|entry| entry.person != 2);
    });
    assert_eq!(kinds, [""; 0]);
}

#[test]
fn a_refusal_that_was_recorded_all_the_same_is_found() {
    for refusal in [Refusal::CapReached, Refusal::Busy] {
        let kinds = spoilt(|entries, _| {
            entries.retain(|entry| entry.person != 2);
            entries.push(asked(2, Intent::Honest, AT_US, &refused(refusal)));
        });
        assert_eq!(kinds, ["contradicted"]);
    }
}

#[test]
fn whoever_was_left_without_an_answer_must_have_asked_again() {
    assert_eq!(spoilt(|entries, _| entries.truncate(3)), ["unresolved"]);
    let deferred = Said::Deferred { pass: "p".to_owned(), retry_after_ms: 1 };
    let kinds = spoilt(|entries, _| entries.push(asked(1, Intent::Honest, AT_US + 9_000_000, &deferred)));
    assert_eq!(kinds, ["unresolved"]);
}

#[test]
fn a_count_that_the_rows_do_not_add_up_to_is_found() {
    assert_eq!(spoilt(|_, held| held.tallies[0].check_ins += 1), ["tally"]);
    assert_eq!(spoilt(|_, held| held.tallies[0].attendees -= 1), ["tally"]);
    assert_eq!(spoilt(|_, held| held.tallies[0].newcomers += 1), ["tally"]);
    assert_eq!(spoilt(|_, held| held.tallies.clear()), ["tally"]);
    assert_eq!(spoilt(|_, held| held.tallies.push(Tally { day: 1, ..held.tallies[0] })), ["tally"]);
}
