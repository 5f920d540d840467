//! Thousands of orders of events, none of which breaks an invariant; and for each invariant a mistake that it finds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

use super::invariant::Invariant;
use super::people::Scan;
use super::scenario::{End, Scenario};
use super::store::{Plan, Planted};

/// What happened in all schedules of a test together, and how often.
type Events = BTreeMap<&'static str, usize>;

fn play(
    scheduler: impl Scheduler + 'static,
    plan: Plan,
    scenario: impl Fn() -> Scenario + Send + Sync + 'static,
) -> Events {
    let mut config = Config::new();
    // The frames of a build without optimisation are large.
    config.stack_size = 0x2_0000;
    if plan.planted.is_some() {
        config.failure_persistence = FailurePersistence::None;
    }
    let events = Arc::new(Mutex::new(Events::new()));
    let all = Arc::clone(&events);
    Runner::new(scheduler, config).run(move || {
        let store = scenario().play(plan.clone());
        for (event, times) in store.events() {
            *all.lock().unwrap().entry(event).or_default() += times;
        }
    });
    events.lock().unwrap().clone()
}

/// A model that never gets there proves nothing.
fn all_happened(events: &Events, expected: &[&str]) {
    let missing: Vec<_> = expected.iter().filter(|event| !events.contains_key(**event)).collect();
    assert!(missing.is_empty(), "no schedule had {missing:?}: {events:#?}");
}

const EVERY_DAY: [&str; 12] = [
    "already recorded",
    "broken",
    "cap reached",
    "changed a cap",
    "committed a transaction",
    "committed in one round trip",
    "device in use",
    "drained with people waiting",
    "knew the course whole",
    "read whole",
    "recorded",
    "stood at another version",
];
const FAULTS: [&str; 8] = [
    "a node died",
    "a retry found its row",
    "busy",
    "given up",
    "lost before it was applied",
    "lost the answer",
    "no connection",
    "sent away",
];

#[test]
fn two_nodes_keep_the_promise_whatever_is_lost() {
    let plan = Plan { faults: 4, ..Plan::default() };
    let events = play(RandomScheduler::new(1600), plan, Scenario::by_chance);
    all_happened(&events, &EVERY_DAY);
    all_happened(&events, &FAULTS);
}

#[test]
fn two_nodes_keep_the_promise_when_few_turn_points_matter() {
    let plan = Plan { faults: 3, ..Plan::default() };
    let events = play(PctScheduler::new(4, 1200), plan, Scenario::by_chance);
    all_happened(&events, &EVERY_DAY);
    all_happened(&events, &FAULTS);
}

#[test]
fn nobody_is_sent_away_while_nothing_goes_wrong() {
    let calm = || Scenario { end: End::Stops, ..Scenario::by_chance() };
    let events = play(RandomScheduler::new(500), Plan::default(), calm);
    all_happened(&events, &EVERY_DAY);
    assert!(FAULTS.iter().all(|fault| !events.contains_key(fault)), "{events:#?}");
}

/// Forgetting spares a node a failed attempt. The promise does not depend on it: the store compares the version.
#[test]
fn a_ledger_that_is_not_forgotten_costs_a_look_and_no_row() {
    let plan = Plan { faults: 4, planted: Some(Planted::RowsAreKept), ..Plan::default() };
    let events = play(RandomScheduler::new(300), plan, Scenario::by_chance);
    all_happened(&events, &["stood at another version", "lost the answer"]);
}

/// Plays a scenario with a mistake in it, in orders of events that are the same every time.
fn plant(planted: Planted, watched: Invariant, scenario: Scenario) {
    // What the planted mistake does is a fault like others.
    let faults = if planted == Planted::AnswerBeforeCommit { 2 } else { 0 };
    let plan = Plan { faults, planted: Some(planted), watched: Some(watched) };
    play(RandomScheduler::new_from_seed(7, 2000), plan, move || scenario.clone());
}

/// Three people, each three times and at both nodes, in one course: so many hours apart, with the device that is theirs.
fn at_both_nodes(cap: Option<i32>, hours: i64, device: fn(i64) -> u8) -> Scenario {
    let scans = |person: i64| {
        let nodes = if person == 2 { [1, 0, 0] } else { [0, 0, 1] };
        let scan =
            |(time, node)| Scan { person, course: 3, hour: time * hours, device: Some(device(person)), node };
        (0..).zip(nodes).map(scan).collect()
    };
    Scenario { cap, queue: 8, people: (1..=3).map(scans).collect(), caps: Vec::new(), end: End::Stays }
}

fn own(person: i64) -> u8 {
    u8::try_from(person).unwrap()
}

fn shared(_: i64) -> u8 {
    1
}

#[test]
#[should_panic(expected = "invariant one_row_per_slot is broken")]
fn a_version_that_is_not_compared_writes_a_slot_twice() {
    plant(Planted::VersionIgnored, Invariant::one_row_per_slot, at_both_nodes(None, 0, own));
}

#[test]
#[should_panic(expected = "invariant tallies_equal_the_rows is broken")]
fn a_version_that_is_not_compared_counts_somebody_twice() {
    plant(Planted::VersionIgnored, Invariant::tallies_equal_the_rows, at_both_nodes(None, 1, own));
}

#[test]
#[should_panic(expected = "invariant one_person_per_device is broken")]
fn a_version_that_is_not_compared_lends_a_device() {
    let mut scenario = at_both_nodes(None, 1, shared);
    // Those who come first make the known courses; the device then comes on another day.
    scenario.people.iter_mut().flatten().for_each(|scan| scan.hour += if scan.person == 1 { 0 } else { 24 });
    plant(Planted::VersionIgnored, Invariant::one_person_per_device, scenario);
}

#[test]
#[should_panic(expected = "invariant known_rows_are_the_store_as_of_their_version is broken")]
fn a_version_that_is_not_counted_up_is_noticed_by_known_rows() {
    let scenario = at_both_nodes(None, 1, own);
    plant(Planted::VersionStands, Invariant::known_rows_are_the_store_as_of_their_version, scenario);
}

#[test]
#[should_panic(expected = "invariant no_seat_beyond_the_cap is broken")]
fn a_version_that_is_not_compared_gives_a_seat_twice() {
    plant(Planted::VersionIgnored, Invariant::no_seat_beyond_the_cap, at_both_nodes(Some(2), 0, own));
}

#[test]
#[should_panic(expected = "invariant no_seat_beyond_the_cap is broken")]
fn a_cap_that_counts_no_version_up_gives_a_seat_too_many() {
    let scenario = Scenario { caps: vec![(3, Some(1))], ..at_both_nodes(Some(3), 0, own) };
    plant(Planted::CapWithoutVersion, Invariant::no_seat_beyond_the_cap, scenario);
}

#[test]
#[should_panic(expected = "invariant refusals_are_true is broken")]
fn a_cap_that_counts_no_version_up_refuses_somebody_wrongly() {
    let scenario = Scenario { caps: vec![(3, Some(3))], ..at_both_nodes(Some(1), 0, own) };
    plant(Planted::CapWithoutVersion, Invariant::refusals_are_true, scenario);
}

#[test]
#[should_panic(expected = "invariant answered_rows_are_there is broken")]
fn a_commit_that_is_answered_too_early_breaks_the_promise() {
    plant(Planted::AnswerBeforeCommit, Invariant::answered_rows_are_there, at_both_nodes(None, 0, own));
}

#[test]
#[should_panic(expected = "invariant published_is_committed is broken")]
fn a_commit_that_is_answered_too_early_is_published() {
    plant(Planted::AnswerBeforeCommit, Invariant::published_is_committed, at_both_nodes(None, 0, own));
}

#[test]
#[should_panic(expected = "invariant every_waiter_is_answered is broken")]
fn a_node_that_does_not_drain_leaves_people_without_an_answer() {
    let scenario = Scenario { end: End::Dies, ..at_both_nodes(None, 0, own) };
    let plan = Plan { watched: Some(Invariant::every_waiter_is_answered), ..Plan::default() };
    play(RandomScheduler::new_from_seed(7, 2000), plan, move || scenario.clone());
}
