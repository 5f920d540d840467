//! What the rules say of halls made by hand.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::checkin::{Device, Later};
use zaichang_core::ids::SpotCheckId;
use zaichang_hosting::project::SpotCheck;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_764_378_000 + second).unwrap()
}

fn network(name: u64) -> Network {
    Network(name.to_be_bytes())
}

/// A scan of a person in the hall, on the hall's network, with a device of their own and a young code.
fn scan(person: i64, second: i64) -> Observed {
    let device = Device(i128::from(person).to_be_bytes());
    let scan = Scan {
        screen: ScreenNumber(1),
        step: second / 3,
        code_age_ms: 1200,
        device,
        network: Some(network(1)),
        bound: None,
        presented: None,
        scene: Some(1011),
        risk_rank: Some(0),
        device_others: 0,
        device_is: Familiarity::Known,
        faces_failed: 0,
        distance_m: None,
    };
    Observed { person: PersonId(person), slot: second / 600, at: at(second), scan: Some(scan) }
}

/// The program's own, but that young codes say nothing: each finding is to be looked at alone.
fn rules() -> Rules {
    let rules = Rules::default();
    Rules { code_age: rules.code_age.into_iter().filter(|band| band.points > 0).collect(), ..rules }
}

/// A hundred people who are there.
fn hall() -> CourseDay {
    CourseDay { check_ins: (1..=100).map(|person| scan(person, person * 5)).collect(), spot_checks: vec![] }
}

fn changed(mut observed: Observed, change: impl FnOnce(&mut Scan)) -> Observed {
    change(observed.scan.as_mut().unwrap());
    observed
}

/// A scan that was not one call: when its pass was bound, if it was anonymous, and presented, and over which network.
fn handed(observed: Observed, bound: Option<(i32, u64)>, presented: (i32, u64)) -> Observed {
    let later = |(after_ms, name)| Later { after_ms, network: network(name) };
    changed(observed, |scan| {
        scan.bound = bound.map(later);
        scan.presented = Some(later(presented));
    })
}

/// What is found about a person beside a hundred who are there; nothing is found about those.
fn found(of: Vec<Observed>, spot_checks: Vec<SpotCheck>) -> Vec<Vec<Reason>> {
    let mut hall = hall();
    for spot_check in &spot_checks {
        let answers =
            (1..=100).map(|person| Observed { slot: spot_check.slot(), ..scan(person, 700 + person) });
        hall.check_ins.extend(answers);
    }
    hall.check_ins.extend(of);
    hall.spot_checks = spot_checks;
    let assessed = assess(&rules(), &hall);
    assert!(
        assessed.iter().all(|found| found.person.0 > 100),
        "somebody who is there is suspected: {assessed:?}"
    );
    assessed.into_iter().map(|found| found.reasons).collect()
}

fn names(reasons: &[Reason]) -> Vec<String> {
    let name =
        |reason: &Reason| serde_json::to_value(&reason.finding).unwrap()["rule"].as_str().unwrap().to_owned();
    reasons.iter().map(name).collect()
}

#[test]
fn nothing_is_found_about_a_hall_of_people_who_are_there() {
    assert!(found(vec![scan(101, 30)], vec![]).is_empty());
}

#[test]
fn each_finding_is_found_alone() {
    let away = || changed(scan(101, 30), |scan| scan.network = Some(network(77)));
    let table: [(&str, Vec<Observed>); 11] = [
        ("risk_rank", vec![changed(scan(101, 30), |scan| scan.risk_rank = Some(4))]),
        ("code_age", vec![changed(scan(101, 30), |scan| scan.code_age_ms = 5200)]),
        ("scene", vec![changed(scan(101, 30), |scan| scan.scene = Some(1013))]),
        ("device_of_others", vec![changed(scan(101, 30), |scan| scan.device_others = 2)]),
        ("new_device", vec![changed(scan(101, 30), |scan| scan.device_is = Familiarity::New)]),
        ("face_failed", vec![changed(scan(101, 30), |scan| scan.faces_failed = 2)]),
        ("distance", vec![changed(scan(101, 30), |scan| scan.distance_m = Some(6000))]),
        ("lone_network", vec![away()]),
        ("presented_elsewhere", vec![handed(scan(101, 30), Some((20_000, 77)), (20_400, 77))]),
        (
            "scanned_without_login",
            vec![scan(101, 30), handed(scan(101, 900), Some((20_000, 1)), (20_400, 1))],
        ),
        (
            "several_devices",
            vec![scan(101, 30), changed(scan(101, 900), |scan| scan.device = Device([9; 16]))],
        ),
    ];
    for (rule, of) in table {
        let found = found(of, vec![]);
        assert!(!found.is_empty(), "{rule}");
        assert!(found.iter().all(|reasons| names(reasons) == [rule]), "{rule}: {found:?}");
    }
}

#[test]
fn a_phone_that_is_near_and_a_face_that_was_found_out_of_patience_weigh_no_more_than_that() {
    let rules = rules();
    let near = changed(scan(101, 30), |scan| scan.distance_m = Some(300));
    assert!(found(vec![near], vec![]).is_empty(), "nearness may be a lie, and is no fault");
    let failed = |times| changed(scan(101, 30), |scan| scan.faces_failed = times);
    let points = |times| found(vec![failed(times)], vec![])[0][0].points;
    assert_eq!(points(1), rules.face_failed.points);
    assert_eq!(points(9), points(3), "a dark hall fails a face more often than that");
}

#[test]
fn a_code_that_is_sent_to_a_group_is_found_by_those_who_use_it_together() {
    let group = |networks: fn(u64) -> u64| {
        let of = (101..=110).map(|person| {
            changed(scan(person, 31), |scan| scan.network = Some(network(networks(person.unsigned_abs()))))
        });
        found(of.collect(), vec![])
    };
    assert!(
        group(|person| person).iter().all(|found| names(found) == ["lone_network", "together_from_afar"])
    );
    assert!(group(|_| 77).iter().all(|found| names(found) == ["together_from_one_network"]));
}

#[test]
fn who_came_before_a_spot_check_and_does_not_answer_it_is_missed() {
    let spot_check = SpotCheck { id: SpotCheckId(5), opens_at: at(700), closes_at: at(880) };
    let missed = |observed| found(observed, vec![spot_check]);
    assert_eq!(names(&missed(vec![scan(101, 30)])[0]), ["spot_checks"]);
    let answered = Observed { slot: spot_check.slot(), ..scan(101, 750) };
    assert!(missed(vec![scan(101, 30), answered]).is_empty());
    assert!(missed(vec![scan(101, 800)]).is_empty(), "who came later was not asked");
    let assisted = Observed { scan: None, ..scan(101, 30) };
    assert!(missed(vec![assisted]).is_empty(), "a phone that cannot scan cannot answer");
}

#[test]
fn in_a_small_hall_a_network_of_one_s_own_says_nothing() {
    let rules = rules();
    let check_ins = (1..=9)
        .map(|person| changed(scan(person, 5), |scan| scan.network = Some(network(person.unsigned_abs()))));
    let hall = CourseDay { check_ins: check_ins.collect(), spot_checks: vec![] };
    assert!(assess(&rules, &hall).is_empty());
}

#[test]
fn reasons_add_up_and_the_heaviest_comes_first() {
    let spot_check = SpotCheck {
        id: SpotCheckId(5),
        opens_at: at(700),
        closes_at: at(700) + SignedDuration::from_mins(3),
    };
    let mut hall = hall();
    hall.check_ins.retain(|check_in| check_in.person.0 < 2);
    hall.check_ins.push(changed(scan(2, 10), |scan| scan.scene = Some(1012)));
    hall.spot_checks.push(spot_check);
    let rules = rules();
    let assessed = assess(&rules, &hall);
    let [there, suspected] = &assessed[..] else { panic!("{assessed:?}") };
    assert_eq!((there.score, there.suspicious), (rules.spot_check.missed, false));
    assert_eq!(suspected.score, rules.spot_check.missed + rules.scene.points);
    assert!(suspected.suspicious);
    assert_eq!(names(&suspected.reasons), ["scene", "spot_checks"]);
}

#[test]
fn young_codes_speak_for_a_person_and_only_so_far() {
    let rules = Rules::default();
    let mut hall = hall();
    hall.check_ins.push(changed(scan(101, 30), |scan| scan.network = Some(network(77))));
    let score = |hall: &CourseDay| assess(&rules, hall).last().map(|found| found.score);
    let once = score(&hall);
    assert_eq!(once, Some(rules.lone_network.points + rules.code_age_at_least));
    hall.check_ins.push(changed(scan(101, 1300), |scan| scan.network = Some(network(77))));
    assert_eq!(score(&hall), once);
}

#[test]
fn in_a_crowd_chance_brings_strangers_together() {
    // Every tenth of a thousand is alone on a network: a code of fifty has five of them by chance.
    let alone = |person: i64| {
        changed(scan(person, person / 50 * 3), |scan| {
            if person % 10 == 0 {
                scan.network = Some(network(person.unsigned_abs() + 1000));
            }
        })
    };
    let hall = CourseDay { check_ins: (1..=1000).map(alone).collect(), spot_checks: vec![] };
    let together = assess(&rules(), &hall).into_iter().filter(|found| names(&found.reasons).len() > 1);
    assert_eq!(together.count(), 0);
}

#[test]
fn the_same_people_with_the_same_codes_again_are_a_script_s() {
    // On the hall's own network, with young codes: nothing else distinguishes them from people who are there.
    let group = (101..=107).flat_map(|person| [scan(person, 31), scan(person, 1231)]);
    let found = found(group.collect(), vec![]);
    assert_eq!(found.len(), 14);
    assert!(found.iter().all(|reasons| names(reasons) == ["always_together"]), "{found:?}");
}

#[test]
fn a_pass_that_was_presented_late_or_by_whoever_scanned_says_little_about_where() {
    let rules = rules();
    let points = |observed| found(vec![observed], vec![]).first().map(|reasons| reasons[0].points);
    let soon = rules.presented_elsewhere.soon_ms;
    assert_eq!(points(handed(scan(101, 30), None, (soon, 77))), Some(rules.presented_elsewhere.logged_in));
    assert_eq!(points(handed(scan(101, 30), None, (soon + 1, 77))), None, "after an outage, from home");
    assert_eq!(points(handed(scan(101, 30), None, (400, 1))), None, "the hall's network all along");
}

#[test]
fn a_phone_that_leaves_the_wi_fi_is_hardly_remarkable() {
    let mut hall = hall();
    for check_in in &mut hall.check_ins[..20] {
        check_in.scan.as_mut().unwrap().network = Some(network(2));
    }
    hall.check_ins.push(handed(scan(101, 30), Some((20_000, 2)), (20_400, 2)));
    hall.check_ins.push(handed(scan(102, 30), None, (400, 2)));
    let assessed = assess(&rules(), &hall);
    let [found] = &assessed[..] else { panic!("{assessed:?}") };
    assert_eq!((found.person, names(&found.reasons)), (PersonId(101), vec!["changed_network".to_owned()]));
}

#[test]
fn in_a_hall_of_many_networks_another_one_weighs_less() {
    // Each person has a network of their own.
    let alone = |person: i64| {
        changed(scan(person, person * 5), |scan| scan.network = Some(network(person.unsigned_abs())))
    };
    let mut hall = CourseDay { check_ins: (1..=100).map(alone).collect(), spot_checks: vec![] };
    hall.check_ins[99] = handed(hall.check_ins[99].clone(), Some((20_000, 777)), (20_400, 777));
    let assessed = assess(&rules(), &hall);
    let found = assessed.iter().find(|found| found.person == PersonId(100)).unwrap();
    let elsewhere = found
        .reasons
        .iter()
        .find(|reason| matches!(reason.finding, Finding::PresentedElsewhere { people: 0, hall: 100, .. }));
    assert_eq!(elsewhere.unwrap().points, rules().presented_elsewhere.points_at_most(1.0));
}

#[test]
fn a_login_that_a_scan_lacks_is_found_by_the_presentation_too_but_not_in_an_outage() {
    // Bound by presenting it: the person had a login.
    let lacking = |person: i64, second| handed(scan(person, second), Some((20_000, 1)), (20_000, 1));
    let alone = found(vec![lacking(101, 30)], vec![]);
    assert_eq!(names(&alone[0]), ["scanned_without_login"]);
    let mut hall = hall();
    hall.check_ins.extend((101..=160).map(|person| lacking(person, 250)));
    assert!(assess(&rules(), &hall).is_empty(), "sessions could not be looked up");
}
