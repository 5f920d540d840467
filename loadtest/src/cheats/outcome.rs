//! The results of a hall, as the table of docs/presence.md and as demands. It must not weigh anything itself.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::cast::Actor;
use super::found::Found;
use super::method::Method;
use super::play::{Outcome, Venue};
use crate::report::{Demand, Report};

/// The result of one method.
#[derive(Clone, Default)]
struct Tally {
    tried: usize,
    accepted: usize,
    flagged: usize,
    rules: BTreeMap<String, usize>,
}

/// The result of one hall: after the arrivals, and after the spot checks.
pub(super) struct Hall {
    seed: u64,
    arrived: BTreeMap<Method, Tally>,
    checked: BTreeMap<Method, Tally>,
    /// Answers without an outcome.
    unknown: u64,
}

impl Hall {
    pub fn of(
        seed: u64,
        venue: &Venue,
        actors: &[Actor],
        seen: [(&HashMap<usize, Outcome>, &Found); 2],
    ) -> Self {
        let [arrived, checked] = seen.map(|(outcomes, found)| tallies(venue, actors, outcomes, found));
        let (outcomes, _) = seen[1];
        let unknown = outcomes.values().filter(|outcome| outcome.unknown && !outcome.recorded).count();
        Self { seed, arrived, checked, unknown: unknown as u64 }
    }
}

fn tallies(
    venue: &Venue,
    actors: &[Actor],
    outcomes: &HashMap<usize, Outcome>,
    found: &Found,
) -> BTreeMap<Method, Tally> {
    let mut tallies: BTreeMap<Method, Tally> = BTreeMap::new();
    for actor in actors {
        let tally = tallies.entry(actor.method).or_default();
        // The first account on a phone is its owner's.
        if actor.method == Method::Accounts && is_owner(actor, actors, outcomes) {
            continue;
        }
        tally.tried += 1;
        if outcomes.get(&actor.person).is_some_and(|outcome| outcome.recorded) {
            let id = venue.demo.people[actor.person].id;
            tally.accepted += 1;
            tally.flagged += usize::from(found.suspicious.contains(&id));
            for rule in found.rules.get(&id).into_iter().flat_map(BTreeMap::keys) {
                *tally.rules.entry(rule.clone()).or_default() += 1;
            }
        }
    }
    tallies
}

/// Whether this is the one account of a group's phone that got in, or, when none did, the group's first.
fn is_owner(actor: &Actor, actors: &[Actor], outcomes: &HashMap<usize, Outcome>) -> bool {
    let recorded = |person: usize| outcomes.get(&person).is_some_and(|outcome| outcome.recorded);
    let mut group = actors.iter().filter(|other| other.group == actor.group);
    group.find(|other| recorded(other.person)).is_none_or(|owner| owner.person == actor.person)
}

/// The halls side by side, in Markdown: of each, those flagged without spot checks and with them.
pub(super) fn table(halls: &[Hall]) -> String {
    let mut table = String::from("| | tried | accepted |");
    for Hall { seed, .. } in halls {
        let _ = write!(table, " flagged, seed {seed}, no spot check | with spot checks |");
    }
    table.push_str("\n|---|---|---|");
    table.push_str(&"---|---|".repeat(halls.len()));
    let Some(first) = halls.first() else { return table };
    for (method, tally) in &first.checked {
        let accepted = percent(tally.accepted, tally.tried);
        let _ = write!(table, "\n| {} | {} | {accepted:.0} % |", method.name(), tally.tried);
        for hall in halls {
            for tallies in [&hall.arrived, &hall.checked] {
                let tally = tallies.get(method).cloned().unwrap_or_default();
                let flagged = percent(tally.flagged, tally.accepted);
                let _ = match tally.accepted {
                    0 => write!(table, " |"),
                    _ if *method == Method::Honest => write!(table, " {flagged:.2} % |"),
                    _ => write!(table, " {flagged:.0} % |"),
                };
            }
        }
    }
    table
}

/// Facts and demands of all halls; with several, each is named by its seed.
pub(super) fn report(halls: &[Hall]) -> Report {
    let mut report = Report::new("cheats");
    for hall in halls {
        let of = if halls.len() > 1 { format!("seed {}: ", hall.seed) } else { String::new() };
        facts(&mut report, &of, hall);
        demands(&mut report, &of, hall);
    }
    report
}

fn facts(report: &mut Report, of: &str, hall: &Hall) {
    for (method, tally) in &hall.checked {
        let name = format!("{of}{}", method.name());
        let arrived = hall.arrived.get(method).cloned().unwrap_or_default();
        report.fact(&format!("{name}: tried"), number(tally.tried));
        report.fact(&format!("{name}: accepted, %"), percent(tally.accepted, tally.tried));
        report.fact(
            &format!("{name}: flagged before any spot check, %"),
            percent(arrived.flagged, arrived.accepted),
        );
        report.fact(&format!("{name}: flagged of the accepted, %"), percent(tally.flagged, tally.accepted));
        for (rule, people) in &tally.rules {
            report.fact(&format!("{name}: {rule}, %"), percent(*people, tally.accepted));
        }
    }
}

fn demands(report: &mut Report, of: &str, hall: &Hall) {
    let share = |method: Method, of: fn(&Tally) -> f64| hall.checked.get(&method).map_or(0.0, of);
    let accepted = |tally: &Tally| percent(tally.accepted, tally.tried);
    let flagged = |tally: &Tally| percent(tally.flagged, tally.accepted);
    let mut demand = |demand: Demand| report.demands.push(demand);
    for method in [Method::Photo, Method::Forged, Method::ReplayedPass, Method::StolenLink, Method::Accounts]
    {
        let what = format!("{of}{}: accepted, %", method.name());
        demand(Demand::at_most(&what, 0.0, share(method, accepted)));
    }
    for method in [Method::Relay, Method::Video, Method::SentOn] {
        let what = format!("{of}{}: flagged, %", method.name());
        demand(Demand::at_least(&what, 95.0, share(method, flagged)));
    }
    let there = format!("{of}{}", Method::Honest.name());
    let honest = |of| share(Method::Honest, of);
    demand(Demand::at_most(&format!("{there}: flagged, %"), 0.5, honest(flagged)));
    demand(Demand::at_least(&format!("{there}: accepted, %"), 99.9, honest(accepted)));
    demand(Demand::exactly(&format!("{of}answers that say nothing"), 0, hall.unknown));
}

#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
const fn number(count: usize) -> f64 {
    count as f64
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * number(part) / number(whole) }
}
