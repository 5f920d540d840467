//! The hall of `loadtest cheats`, reckoned by the rules alone: the same people, ways and times, without a server, in seconds.
//! The points of the rules are chosen on it, and a change that accuses people who are there fails here.

#[path = "../../../../loadtest/src/cheats/assumptions.rs"]
mod assumptions;
#[path = "../../../../loadtest/src/cheats/cast.rs"]
mod cast;
#[path = "../../../../loadtest/src/cheats/method.rs"]
#[expect(dead_code, reason = "what only a played hall needs")]
mod method;
#[path = "../../../../loadtest/src/cheats/part.rs"]
mod part;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::Ipv4Addr;
use std::time::Duration;

use jiff::Timestamp;

use self::cast::{Actor, Numbers, cast};
use self::method::Method;
use self::part::{Act, Way, entrance, latency, way};
use super::{CourseDay, Familiarity, Observed, Rules, Scan, assess};
use crate::checkin::{Device, Later, Network};
use zaichang_core::ids::{PersonId, ScreenNumber, SpotCheckId};
use zaichang_hosting::project::SpotCheck;
use zaichang_platform::auth::ClientKind;

/// Saturday morning; steps of three seconds, with one of grace.
const BEGAN_MS: i64 = 1_764_378_000_000;
const STEP_MS: i64 = 3000;
const MINUTES: Duration = Duration::from_mins(3);

/// A hall that fills, with what its people have done.
struct Played {
    actors: Vec<Actor>,
    hall: CourseDay,
    arrivals: Duration,
    seed: u64,
    /// Whose phone each is, for this course today.
    holders: HashMap<String, usize>,
    come: HashSet<usize>,
}

fn at(since: Duration) -> Timestamp {
    let ms = i64::try_from(since.as_millis()).unwrap();
    Timestamp::from_millisecond(BEGAN_MS + ms).unwrap()
}

fn network(address: Ipv4Addr) -> Network {
    let [a, b, c, _] = address.octets();
    Network([a, b, c, 0, 0, 0, 0, 0])
}

impl Played {
    fn arrive(numbers: Numbers, arrivals: Duration, seed: u64) -> Self {
        let actors = cast(numbers, arrivals, seed);
        let mut played = Self {
            actors,
            hall: CourseDay::default(),
            arrivals,
            seed,
            holders: HashMap::new(),
            come: HashSet::new(),
        };
        played.act(Act::Arrivals, Duration::ZERO, seed, None);
        played
    }

    /// Spot checks, one after another.
    fn checked(&mut self, rounds: u32) {
        for round in 1..=rounds {
            let began =
                self.arrivals + Duration::from_mins(2) + (MINUTES + Duration::from_mins(1)) * (round - 1);
            let spot_check = SpotCheck {
                id: SpotCheckId(i64::from(round)),
                opens_at: at(began),
                closes_at: at(began + MINUTES),
            };
            let seed = self.seed.wrapping_add(u64::from(round) << 32);
            self.act(Act::SpotCheck, began, seed, Some(spot_check));
            self.hall.spot_checks.push(spot_check);
        }
    }

    fn act(&mut self, act: Act, began: Duration, seed: u64, spot_check: Option<SpotCheck>) {
        for (place, actor) in self.actors.clone().iter().enumerate() {
            let mut dice =
                fastrand::Rng::with_seed(seed ^ (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut together =
                fastrand::Rng::with_seed(seed ^ (actor.group as u64).wrapping_mul(0xff51_afd7_ed55_8ccd));
            let has_come = self.come.contains(&place);
            if let Some(after) = entrance(actor, act, has_come, &mut dice, &mut together) {
                self.perform(actor, act, began, after, spot_check, &mut dice);
            }
        }
        self.hall.check_ins.sort_by_key(|check_in| check_in.at);
    }

    /// Looks at the screen until a code is young enough.
    fn perform(
        &mut self,
        actor: &Actor,
        act: Act,
        began: Duration,
        after: Duration,
        spot_check: Option<SpotCheck>,
        dice: &mut fastrand::Rng,
    ) {
        let refused = [Method::Photo, Method::Forged, Method::ReplayedPass, Method::StolenLink];
        if refused.contains(&actor.method) {
            return;
        }
        if actor.borrows {
            self.come.insert(actor.person);
            return self.note(actor, began + after, spot_check, None);
        }
        let mut now = after;
        for _ in 0..6 {
            let shown = at(began + now).as_millisecond().div_euclid(STEP_MS);
            now += latency(actor, dice);
            let scanned = at(began + now);
            let age_ms = scanned.as_millisecond() - shown * STEP_MS;
            if age_ms < 2 * STEP_MS {
                if self.holders.entry(actor.device.clone()).or_insert(actor.person) != &actor.person {
                    return;
                }
                let way = way(actor, act, now, self.arrivals, dice);
                self.come.insert(actor.person);
                let scan = scan(actor, shown, age_ms, way);
                return self.note(actor, began + now, spot_check, Some(scan));
            }
            now += assumptions::between(dice, 0.5, 1.5);
        }
    }

    fn note(&mut self, actor: &Actor, since: Duration, spot_check: Option<SpotCheck>, scan: Option<Scan>) {
        let person = PersonId(i64::try_from(actor.person).unwrap() + 1);
        let at = at(since);
        let open = spot_check.filter(|spot_check| at < spot_check.closes_at);
        let slot = open.map_or(at.as_second() / 600, |spot_check| spot_check.slot());
        self.hall.check_ins.push(Observed { person, slot, at, scan });
    }

    /// What speaks against people who are there and are flagged all the same, and how often.
    fn accused(&self, rules: &Rules) -> BTreeMap<String, usize> {
        let honest = |person: i64| {
            let place = usize::try_from(person - 1).unwrap();
            self.actors[place].method == Method::Honest
        };
        let mut people = HashSet::new();
        let found = assess(rules, &self.hall);
        let found = found.iter().filter(|one| one.suspicious && honest(one.person.0));
        let mut accused: BTreeMap<String, usize> = BTreeMap::new();
        for one in found.filter(|one| people.insert(one.person)) {
            let against = one.reasons.iter().filter(|reason| reason.points > 0);
            let names = against.map(|reason| {
                let written = serde_json::to_value(&reason.finding).unwrap();
                written["rule"].as_str().unwrap().to_owned()
            });
            *accused.entry(names.collect::<Vec<_>>().join(" + ")).or_default() += 1;
        }
        accused
    }

    /// Of each way: how many were recorded, and how many of them are flagged.
    fn judged(&self, rules: &Rules) -> BTreeMap<Method, (usize, usize)> {
        let found = assess(rules, &self.hall);
        let flagged: HashSet<_> = found.iter().filter(|one| one.suspicious).map(|one| one.person.0).collect();
        let mut judged: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        for actor in self.actors.iter().filter(|actor| self.come.contains(&actor.person)) {
            let of = judged.entry(actor.method).or_default();
            of.0 += 1;
            of.1 += usize::from(flagged.contains(&(i64::try_from(actor.person).unwrap() + 1)));
        }
        judged
    }
}

fn scan(actor: &Actor, step: i64, age_ms: i64, way: Option<Way>) -> Scan {
    let later = |way: Way, more_ms: i32| Later {
        after_ms: i32::try_from(way.after.as_millis()).unwrap() + more_ms,
        network: network(way.presents_from),
    };
    // A login's answer is back at the phone a moment before the pass is presented.
    let presented = way.map(|way| later(way, if way.logs_in { 300 } else { 0 }));
    Scan {
        screen: ScreenNumber(1),
        step,
        code_age_ms: i32::try_from(age_ms).unwrap(),
        device: Device::of(ClientKind::Wechat, &actor.device),
        network: Some(network(actor.scans_from)),
        bound: way.filter(|way| !way.with_login).map(|way| later(way, 0)),
        presented,
        scene: Some(if actor.method == Method::Album { 1013 } else { 1011 }),
        risk_rank: None,
        device_others: 0,
        device_is: Familiarity::First,
        faces_failed: 0,
        distance_m: None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn percent((come, flagged): (usize, usize)) -> f64 {
    if come == 0 { 0.0 } else { 100.0 * flagged as f64 / come as f64 }
}

const ARRIVALS: Duration = Duration::from_mins(10);

#[test]
fn a_pass_that_is_sent_on_is_found_and_people_who_are_there_are_not() {
    let mut played = Played::arrive(Numbers { honest: 10_000, cheats: 200 }, ARRIVALS, 1001);
    played.checked(4);
    let judged = played.judged(&Rules::default());
    assert!(percent(judged[&Method::SentOn]) >= 95.0, "{judged:?}");
    assert!(percent(judged[&Method::Relay]) >= 95.0, "{judged:?}");
    assert!(percent(judged[&Method::Honest]) <= 0.5, "{judged:?}");
}

/// Prints what docs/presence.md calls reckoned: `ZAICHANG_SIMULATED=1,2,3 cargo test --lib simulated -- --ignored --nocapture`;
/// by the rules of the file `ZAICHANG_PRESENCE_RULES`, if there is one.
#[test]
#[ignore = "prints figures by which the points are chosen"]
fn figures_of_halls() {
    let seeds = std::env::var("ZAICHANG_SIMULATED").unwrap_or_else(|_| "1001".to_owned());
    let rules = std::env::var("ZAICHANG_PRESENCE_RULES").map_or_else(
        |_| Rules::default(),
        |path| Rules::read(&std::fs::read_to_string(path).unwrap()).unwrap(),
    );
    for honest in [10_000, 1000, 300, 100] {
        for seed in seeds.split(',') {
            let cheats = (honest / 50).max(10);
            let seed = seed.trim().parse().unwrap();
            let mut played = Played::arrive(Numbers { honest, cheats }, ARRIVALS, seed);
            for rounds in [0, 4] {
                played.checked(rounds);
                for (method, of) in played.judged(&rules) {
                    let share = percent(of);
                    eprintln!(
                        "{honest} people, seed {seed}, {rounds} spot checks, {method:?}: {of:?} {share:.2} %"
                    );
                }
                eprintln!("  why people who are there: {:?}", played.accused(&rules));
            }
        }
    }
}
