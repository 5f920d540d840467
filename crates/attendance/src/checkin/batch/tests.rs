//! The rules of a batch as tables, and what must hold for every batch.

use jiff::Timestamp;
use proptest::prelude::*;

use super::super::Network;
use super::super::record::{Basis, Evidence, Handover, new_id};
use super::*;
use crate::checkin::refusals;
use zaichang_core::ids::ScreenNumber;
use zaichang_platform::auth::ClientKind;

const COURSE: CourseId = CourseId(1);

fn check_in(person: i64, device: u8, minute: i64) -> NewCheckIn {
    let at = Timestamp::from_second(1_764_374_400 + minute * 60).unwrap();
    let evidence = Evidence {
        screen: ScreenNumber(7),
        step: 1,
        code_age_ms: 100,
        device: Device([device; 16]),
        network: Network([1; 8]),
    };
    NewCheckIn {
        id: new_id(at),
        slot: Slot::of(PersonId(person), COURSE, at, 600),
        others: None,
        at,
        basis: Basis::Scan(evidence, Handover::default()),
        client: ClientKind::H5,
        scene: None,
        approved_afterwards: false,
    }
}

fn seats(cap: Option<i32>, taken: i64) -> HashMap<CourseId, Seats> {
    HashMap::from([(COURSE, Seats { cap, taken })])
}

fn fresh(batch: &[NewCheckIn]) -> Vec<Existing> {
    vec![Existing::default(); batch.len()]
}

const NEW: Fate = Fate::Write { first_today: true, newcomer: true };

#[test]
fn the_same_scan_twice_in_a_batch_is_one_row() {
    let batch = [check_in(1, 1, 0), check_in(1, 1, 0), check_in(1, 1, 9)];
    assert_eq!(decide(&batch, &fresh(&batch), &seats(None, 0)), [NEW, Fate::Same(0), Fate::Same(0)]);
}

#[test]
fn a_scan_in_a_later_slot_is_a_record_but_no_new_attendee() {
    let batch = [check_in(1, 1, 0), check_in(1, 1, 10)];
    let fates = decide(&batch, &fresh(&batch), &seats(Some(1), 0));
    assert_eq!(fates, [NEW, Fate::Write { first_today: false, newcomer: false }]);
}

#[test]
fn the_last_place_goes_to_who_came_first() {
    let batch = [check_in(1, 1, 0), check_in(2, 2, 0), check_in(3, 3, 0)];
    let fates = decide(&batch, &fresh(&batch), &seats(Some(10), 8));
    assert_eq!(fates, [NEW, NEW, Fate::Refused(refusals::CAP_REACHED)]);
}

#[test]
fn a_full_course_still_takes_those_it_counts_already() {
    let batch = [check_in(1, 1, 20)];
    let held = [Existing { attended_today: true, attended_before: true, ..Existing::default() }];
    let fates = decide(&batch, &held, &seats(Some(10), 10));
    assert_eq!(fates, [Fate::Write { first_today: false, newcomer: false }]);
}

#[test]
fn a_person_of_an_earlier_day_takes_no_new_seat_but_is_counted_today() {
    let batch = [check_in(1, 1, 0)];
    let held = [Existing { attended_before: true, ..Existing::default() }];
    let fates = decide(&batch, &held, &seats(Some(10), 10));
    assert_eq!(fates, [Fate::Write { first_today: true, newcomer: false }]);
}

#[test]
fn a_device_checks_in_one_person_a_day() {
    let batch = [check_in(1, 1, 0), check_in(2, 1, 0), check_in(1, 1, 10), check_in(1, 2, 20)];
    let fates = decide(&batch, &fresh(&batch), &seats(None, 0));
    let again = Fate::Write { first_today: false, newcomer: false };
    assert_eq!(fates, [NEW, Fate::Refused(refusals::DEVICE_IN_USE), again.clone(), again]);
    let batch = [check_in(2, 1, 0)];
    let held = [Existing { device_holder: Some(PersonId(1)), ..Existing::default() }];
    assert_eq!(decide(&batch, &held, &seats(None, 0)), [Fate::Refused(refusals::DEVICE_IN_USE)]);
}

#[test]
fn staff_may_check_in_many_from_one_desk() {
    let assisted = |person| NewCheckIn {
        basis: Basis::Assisted { by: zaichang_core::ids::AccountId(1), reason: "手机没电".to_owned() },
        ..check_in(person, 0, 0)
    };
    let batch = [assisted(1), assisted(2)];
    assert_eq!(decide(&batch, &fresh(&batch), &seats(None, 0)), [NEW, NEW]);
}

proptest! {
    #[test]
    fn whatever_arrives_the_cap_holds_and_every_slot_is_written_once(
        arrivals in prop::collection::vec((1_i64..12, 0_u8..12, 0_i64..40), 0..60),
        cap in 1_i32..8,
        taken in 0_i64..8,
    ) {
        let batch: Vec<_> = arrivals.iter().map(|(person, device, minute)| check_in(*person, *device, *minute)).collect();
        let fates = decide(&batch, &fresh(&batch), &seats(Some(cap), taken));
        let written: Vec<_> = batch.iter().zip(&fates).filter(|(_, fate)| matches!(fate, Fate::Write { .. })).collect();
        let newcomers = fates.iter().filter(|fate| matches!(fate, Fate::Write { newcomer: true, .. })).count();
        prop_assert!(i64::try_from(newcomers).unwrap() <= (i64::from(cap) - taken).max(0));
        let mut people: Vec<_> = written.iter().map(|(check_in, _)| check_in.slot.person).collect();
        people.sort_unstable();
        people.dedup();
        prop_assert_eq!(people.len(), newcomers);
        let mut slots: Vec<_> = written.iter().map(|(check_in, _)| check_in.slot).collect();
        slots.sort_unstable();
        let rows = slots.len();
        slots.dedup();
        prop_assert_eq!(slots.len(), rows);
        // One device, one person.
        let mut holders: HashMap<Device, PersonId> = HashMap::new();
        for (check_in, _) in &written {
            let holder = *holders.entry(check_in.device().unwrap()).or_insert(check_in.slot.person);
            prop_assert_eq!(holder, check_in.slot.person);
        }
        // A check-in decided to be the same as an earlier one has its slot.
        for (check_in, fate) in batch.iter().zip(&fates) {
            if let Fate::Same(earlier) = fate {
                prop_assert_eq!(batch[*earlier].slot, check_in.slot);
                let is_written = matches!(fates[*earlier], Fate::Write { .. });
                prop_assert!(is_written);
            }
        }
    }
}
