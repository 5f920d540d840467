//! Weighs a hall's evidence by the rules. Pure: the server and the simulation of cheats run this very code.
//!
//! What speaks against a person (the age of all codes, the network, a missed spot check) stands with each of that
//! person's check-ins of the day; what speaks against one check-in stands with that one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::evidence::{CourseDay, Familiarity, Observed, Scan};
use super::handover::Handovers;
use super::reason::{Finding, Reason};
use super::rules::Rules;
use crate::checkin::Network;
use zaichang_core::ids::{PersonId, ScreenNumber};

/// What speaks against a check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    pub person: PersonId,
    pub slot: i64,
    /// The sum of the reasons' points.
    pub score: i32,
    pub suspicious: bool,
    /// The heaviest first.
    pub reasons: Vec<Reason>,
}

/// One assessment for each check-in that anything speaks against, in the order of the hall's.
pub fn assess(rules: &Rules, hall: &CourseDay) -> Vec<Assessment> {
    let people = People::of(hall);
    let networks = Networks::of(rules, &people);
    let mut codes: HashMap<(ScreenNumber, i64), Code> = HashMap::new();
    for (check_in, scan) in scans(hall) {
        codes.entry((scan.screen, scan.step)).or_default().add(check_in.person, scan, &networks);
    }
    let companions = Companions::of(&people);
    let handovers = Handovers::of(people.0.iter(), hall);
    let of_people: HashMap<PersonId, Vec<Reason>> = people
        .0
        .iter()
        .map(|(person, day)| {
            let mut reasons = of_person(rules, hall, *person, day, &networks);
            reasons.extend(companions.suspected(rules, day, &codes));
            reasons.extend(handovers.suspected(rules, *person, day, &networks));
            (*person, reasons)
        })
        .collect();
    let assessed = hall.check_ins.iter().filter_map(|check_in| {
        let mut reasons = of_people.get(&check_in.person).cloned().unwrap_or_default();
        if let Some(scan) = &check_in.scan {
            reasons.extend(of_scan(rules, check_in.person, scan, &codes, &networks));
        }
        reasons.retain(|reason| reason.points != 0);
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
        let score = reasons.iter().map(|reason| reason.points).sum();
        (score > 0).then_some(Assessment {
            person: check_in.person,
            slot: check_in.slot,
            score,
            suspicious: score >= rules.suspicious_at,
            reasons,
        })
    });
    assessed.collect()
}

fn scans(hall: &CourseDay) -> impl Iterator<Item = (&Observed, &Scan)> {
    hall.check_ins.iter().filter_map(|check_in| check_in.scan.as_ref().map(|scan| (check_in, scan)))
}

/// Each person's check-ins of the day.
struct People<'a>(BTreeMap<PersonId, Vec<&'a Observed>>);

impl<'a> People<'a> {
    fn of(hall: &'a CourseDay) -> Self {
        let mut people: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for check_in in &hall.check_ins {
            people.entry(check_in.person).or_default().push(check_in);
        }
        Self(people)
    }
}

/// Over which networks the hall came.
pub(super) struct Networks {
    people: HashMap<Network, HashSet<PersonId>>,
    /// Distinct people who came by scan.
    hall: usize,
    /// The people who came only over networks of few, with how many shared the busiest of them.
    lone: HashMap<PersonId, usize>,
}

impl Networks {
    fn of(rules: &Rules, people: &People<'_>) -> Self {
        let mut on: HashMap<Network, HashSet<PersonId>> = HashMap::new();
        let mut of: HashMap<PersonId, HashSet<Network>> = HashMap::new();
        for (person, day) in &people.0 {
            for network in day.iter().filter_map(|check_in| check_in.scan.as_ref()?.network) {
                on.entry(network).or_default().insert(*person);
                of.entry(*person).or_default().insert(network);
            }
        }
        let hall = of.len();
        let rule = rules.lone_network;
        let busiest = |networks: &HashSet<Network>| networks.iter().map(|network| on[network].len()).max();
        let lone = of.iter().filter_map(|(person, networks)| Some((*person, busiest(networks)?)));
        let lone = lone.filter(|(_, people)| hall >= rule.hall && *people < rule.people).collect();
        Self { people: on, hall, lone }
    }

    /// How many people came by scan.
    pub(super) fn hall(&self) -> usize {
        self.hall
    }

    /// How many people scanned over it.
    pub(super) fn people_on(&self, network: Network) -> usize {
        self.people.get(&network).map_or(0, HashSet::len)
    }

    /// Which share of the hall came over it.
    fn share(&self, network: Network) -> f64 {
        counted(self.people_on(network)) / counted(self.hall.max(1))
    }

    /// Which share of the hall came over networks of few alone.
    pub(super) fn lone_share(&self) -> f64 {
        counted(self.lone.len()) / counted(self.hall.max(1))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
pub(super) const fn counted(people: usize) -> f64 {
    people as f64
}

/// Whether so many are more than chance brings where `expected` are to be expected: chance spreads them as Poisson's law has it.
fn are_too_many(people: usize, expected: f64, least: f64, deviations: f64) -> bool {
    counted(people) >= expected + least.max(deviations * expected.sqrt())
}

/// Who came with one code.
#[derive(Default)]
struct Code {
    people: BTreeSet<PersonId>,
    lone: BTreeSet<PersonId>,
    over: HashMap<Network, BTreeSet<PersonId>>,
}

impl Code {
    fn add(&mut self, person: PersonId, scan: &Scan, networks: &Networks) {
        self.people.insert(person);
        if networks.lone.contains_key(&person) {
            self.lone.insert(person);
        }
        if let Some(network) = scan.network {
            self.over.entry(network).or_default().insert(person);
        }
    }
}

/// Who came with exactly the same codes, each time.
struct Companions {
    people: usize,
    with: HashMap<Vec<(ScreenNumber, i64)>, usize>,
}

impl Companions {
    fn of(people: &People<'_>) -> Self {
        let mut with: HashMap<_, usize> = HashMap::new();
        for day in people.0.values() {
            *with.entry(codes_of(day)).or_default() += 1;
        }
        Self { people: people.0.len(), with }
    }

    /// One code shared is a crowd; the same crowd again is none. Chance brings as many as the codes' shares let expect.
    fn suspected(
        &self,
        rules: &Rules,
        day: &[&Observed],
        codes: &HashMap<(ScreenNumber, i64), Code>,
    ) -> Option<Reason> {
        let of_day = codes_of(day);
        let others = self.with.get(&of_day)?.checked_sub(1).filter(|_| of_day.len() > 1)?;
        let everybody = counted(self.people);
        let share = |code| counted(codes.get(code).map_or(0, |code| code.people.len())) / everybody;
        let expected = everybody * of_day.iter().map(share).product::<f64>();
        let rule = rules.always_together;
        are_too_many(others, expected, rule.people, rule.deviations).then_some(Reason {
            points: rule.points,
            finding: Finding::AlwaysTogether { people: others, codes: of_day.len() },
        })
    }
}

/// The codes of a person's day, each once, in their order.
fn codes_of(day: &[&Observed]) -> Vec<(ScreenNumber, i64)> {
    let scans = day.iter().filter_map(|check_in| check_in.scan.as_ref());
    let codes: BTreeSet<_> = scans.map(|scan| (scan.screen, scan.step)).collect();
    codes.into_iter().collect()
}

/// What speaks against everything that this person did today.
fn of_person(
    rules: &Rules,
    hall: &CourseDay,
    person: PersonId,
    day: &[&Observed],
    networks: &Networks,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let scans: Vec<_> = day.iter().filter_map(|check_in| check_in.scan.as_ref()).collect();
    let mut tell = |points, finding| reasons.push(Reason { points, finding });
    let ages = scans.iter().map(|scan| scan.code_age_ms);
    let of_ages: i32 = ages.clone().map(|age_ms| rules.points_of_age(age_ms)).sum();
    if let Some(oldest_ms) = ages.max() {
        tell(of_ages.max(rules.code_age_at_least), Finding::CodeAge { oldest_ms, codes: scans.len() });
    }
    let devices: HashSet<_> = scans.iter().map(|scan| scan.device).collect();
    if devices.len() > 1 {
        tell(rules.several_devices.points, Finding::SeveralDevices { devices: devices.len() });
    }
    if let Some(people) = networks.lone.get(&person) {
        tell(rules.lone_network.points, Finding::LoneNetwork { people: *people, hall: networks.hall });
    }
    // A person whom only staff checked in has a phone that cannot answer.
    let scanned = day.iter().filter(|check_in| check_in.scan.is_some());
    if let Some(came_at) = scanned.map(|check_in| check_in.at).min() {
        let asked = hall.spot_checks.iter().filter(|spot_check| came_at < spot_check.opens_at);
        let answered = |slot| day.iter().any(|check_in| check_in.slot == slot);
        let answers: Vec<bool> = asked.map(|spot_check| answered(spot_check.slot())).collect();
        let answered = answers.iter().filter(|answered| **answered).count();
        let missed = answers.len() - answered;
        let points = points(rules.spot_check.missed, missed) + points(rules.spot_check.answered, answered);
        tell(points, Finding::SpotChecks { missed, asked: answers.len() });
    }
    reasons
}

/// So many times the points.
fn points(each: i32, times: usize) -> i32 {
    each.saturating_mul(i32::try_from(times).unwrap_or(i32::MAX))
}

/// What speaks against one check-in alone.
fn of_scan(
    rules: &Rules,
    person: PersonId,
    scan: &Scan,
    codes: &HashMap<(ScreenNumber, i64), Code>,
    networks: &Networks,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut tell = |points, finding| reasons.push(Reason { points, finding });
    if let Some(scene) = scan.scene.filter(|scene| rules.scene.scenes.contains(scene)) {
        tell(rules.scene.points, Finding::Scene { scene });
    }
    if let Some(rank) = scan.risk_rank.filter(|rank| *rank >= rules.risk_rank.from) {
        tell(rules.risk_rank.points, Finding::RiskRank { rank });
    }
    if scan.device_others > 0 {
        tell(rules.device_of_others.points, Finding::DeviceOfOthers { people: scan.device_others });
    }
    if scan.device_is == Familiarity::New {
        tell(rules.new_device.points, Finding::NewDevice);
    }
    if scan.faces_failed > 0 {
        let counted = usize::try_from(scan.faces_failed).unwrap_or(usize::MAX).min(rules.face_failed.times);
        tell(points(rules.face_failed.points, counted), Finding::FaceFailed { times: scan.faces_failed });
    }
    if let Some(metres) = scan.distance_m {
        tell(rules.points_of_distance(metres), Finding::Distance { metres });
    }
    let Some(code) = codes.get(&(scan.screen, scan.step)) else { return reasons };
    let (all, afar) = (counted(code.people.len()), code.lone.len());
    let rule = rules.together_from_afar;
    if code.lone.contains(&person)
        && are_too_many(afar, all * networks.lone_share(), rule.people, rule.deviations)
    {
        tell(rule.points, Finding::TogetherFromAfar { people: afar });
    }
    let rule = rules.together_from_one_network;
    let foreign = |network: &Network| networks.share(*network) <= rule.share_at_most;
    if let Some(network) = scan.network.filter(foreign) {
        let people = code.over.get(&network).map_or(0, BTreeSet::len);
        let expected = all * networks.share(network);
        if are_too_many(people, expected, rule.people, rule.deviations)
            && networks.hall >= rules.lone_network.hall
        {
            tell(rule.points, Finding::TogetherFromOneNetwork { people });
        }
    }
    reasons
}

#[cfg(test)]
mod tests;
