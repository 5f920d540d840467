//! The rounds: the yardsticks and the service in turn, begun with another one each round, so that what the machine does
//! meanwhile meets all of them. It must not know what the figures have to be beyond their targets.

use super::figures::Figure;
use super::test_server::TestServer;
use super::yardstick::{Done, measure};
use super::{Plan, Record, Section, heard};
use crate::baseline::Yardstick;
use crate::report::Report;
use crate::say::note;
use crate::scenario::{GENERATOR_US, SERVER_US, flood, forged, repeat};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Yardstick(Yardstick),
    Section(Section),
}

const TURNS: [Turn; 6] = [
    Turn::Yardstick(Yardstick::Noop),
    Turn::Section(Section::Repeat),
    Turn::Yardstick(Yardstick::Naive),
    Turn::Section(Section::Flood),
    Turn::Yardstick(Yardstick::Ceiling),
    Turn::Section(Section::Forged),
];

/// Runs all rounds and adds their figures.
pub(super) async fn run(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    let wanted: Vec<Turn> = TURNS.into_iter().filter(|turn| needed(plan, *turn)).collect();
    let mut done: Vec<Vec<Done>> = vec![Vec::new(); wanted.len()];
    for round in 0..plan.rounds {
        for step in 0..wanted.len() {
            let place = (round + step) % wanted.len();
            let is = match wanted[place] {
                Turn::Yardstick(yardstick) => measure(yardstick, plan, server).await?,
                Turn::Section(section) => service(section, plan, server, record).await?,
            };
            note(&format!("round {} of {}: {:?} {:.0}/s", round + 1, plan.rounds, wanted[place], is.per_s));
            done[place].push(is);
        }
    }
    let of = |turn: Turn| {
        let place = wanted.iter().position(|wanted| *wanted == turn)?;
        Some(done[place].iter().map(|done| done.per_s).collect::<Vec<_>>())
    };
    let yardstick = |yardstick| of(Turn::Yardstick(yardstick)).unwrap_or_default();
    let (noop, naive, ceiling) =
        (yardstick(Yardstick::Noop), yardstick(Yardstick::Naive), yardstick(Yardstick::Ceiling));
    for (name, values) in [("noop", &noop), ("naive", &naive), ("ceiling", &ceiling)] {
        if !values.is_empty() {
            record.figures.push(Figure::alone(&format!("yardstick {name}, per s"), values.clone(), None));
        }
    }
    if let Some(new) = of(Turn::Section(Section::Flood)) {
        let what = "new check-ins, per s";
        record.figures.push(Figure::beside(what, new.clone(), ("ceiling", ceiling), 0.75));
        record.figures.push(Figure::beside(what, new, ("naive", naive), 3.5));
    }
    if let Some(repeats) = of(Turn::Section(Section::Repeat)) {
        record.figures.push(Figure::beside("repeats, per s", repeats, ("noop", noop.clone()), 0.6));
    }
    if let Some(forged) = of(Turn::Section(Section::Forged)) {
        record.figures.push(Figure::beside("forged codes refused, per s", forged, ("noop", noop), 0.8));
    }
    for (turn, done) in wanted.iter().zip(&done) {
        let server_us = done.iter().map(|done| done.server_us).collect();
        let generator_us = done.iter().map(|done| done.generator_us).collect();
        let name = turn.name();
        record.figures.push(Figure::alone(
            &format!("{name}: processor of the server per answer, µs"),
            server_us,
            None,
        ));
        let what = format!("{name}: processor of the generator per answer, µs");
        record.figures.push(Figure::alone(&what, generator_us, None));
    }
    Ok(())
}

impl Turn {
    fn name(self) -> String {
        match self {
            Self::Yardstick(yardstick) => format!("yardstick {yardstick:?}").to_lowercase(),
            Self::Section(section) => format!("{section:?}").to_lowercase(),
        }
    }
}

fn needed(plan: &Plan, turn: Turn) -> bool {
    match turn {
        Turn::Section(section) => plan.wants(section),
        Turn::Yardstick(Yardstick::Noop) => plan.wants(Section::Repeat) || plan.wants(Section::Forged),
        Turn::Yardstick(_) => plan.wants(Section::Flood),
    }
}

/// What the service does in one section, begun afresh.
async fn service(
    section: Section,
    plan: &Plan,
    server: &mut TestServer,
    record: &mut Record,
) -> anyhow::Result<Done> {
    server.fresh(&[]).await?;
    server.site.connections = plan.connections;
    let (site, courses, length) = (&server.site, &server.courses, plan.length());
    let (report, part, kind) = match section {
        Section::Flood => (flood::run(site, courses, length).await?, "flood", "recorded"),
        Section::Repeat => (repeat::run(site, courses, length).await?, "repeats", "already_recorded"),
        _ => (forged::run(site, courses, length).await?, "forged", "refused"),
    };
    heard(record, &report);
    let fact = |name| report.facts.iter().find(|(what, _)| what == name).map_or(f64::NAN, |(_, is)| *is);
    Ok(Done {
        per_s: of_part(&report, part, kind),
        server_us: fact(SERVER_US),
        generator_us: fact(GENERATOR_US),
    })
}

/// Answers of a kind per second in a part of a report.
pub(super) fn of_part(report: &Report, name: &str, kind: &str) -> f64 {
    let part = report.parts.iter().find(|part| part.name == name);
    part.map_or(0.0, |part| part.measured.per_s(kind))
}
