//! Cheats: a hall of people who are there, beside people who are not and try to be counted by every known way, against
//! the real server, its real rules and its real clock. What is accepted, what is flagged, and who is flagged wrongly.

mod assumptions;
mod cast;
mod found;
mod method;
mod play;
mod steal;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;
use tokio::time::sleep;

use cast::{Actor, Numbers, cast};
use found::{Found, found};
use method::Method;
use play::{Act, Outcome, Stage, play};

use crate::client::{Target, call};
use crate::codes::{MasterKey, Minter, STRICT_STEP_MS};
use crate::demo::Course;
use crate::opening::open_screen;
use crate::report::{Demand, Report};
use crate::say::note;
use crate::scenario::Site;

/// The hall.
#[derive(Args, Clone, Copy, Debug)]
pub struct Plan {
    /// People who are there
    #[arg(long, default_value_t = 10_000)]
    honest: usize,
    /// People who are not, for each way of cheating
    #[arg(long, default_value_t = 200)]
    cheats: usize,
    /// Seconds in which everybody arrives; fewer make a crowd in which chance brings more people together
    #[arg(long, default_value_t = 600)]
    arrivals: u64,
    /// Spot checks afterwards, one after another
    #[arg(long, default_value_t = 4)]
    spot_checks: u32,
    /// How long each is open
    #[arg(long, default_value_t = 3)]
    minutes: u64,
    /// The same seed casts the same hall
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Plays the day and tells what came of it.
pub async fn run(site: &Site, course: &Course, plan: Plan) -> anyhow::Result<Report> {
    let arrivals = Duration::from_secs(plan.arrivals);
    let actors = cast(Numbers { honest: plan.honest, cheats: plan.cheats }, arrivals, plan.seed);
    ensure!(
        site.demo.people.len() >= actors.len(),
        "{} people are needed, the demo has {}: `zaichang demo --people {}`",
        actors.len(),
        site.demo.people.len(),
        actors.len()
    );
    let target = Target::resolve(&site.base_urls[0]).await?;
    let opened = open_screen(&target, &site.demo.unit_admin.session, course.id, "主会场").await?;
    let master = MasterKey::parse(&site.demo.master_keys[0])?;
    let stage = Arc::new(Stage {
        demo: site.demo.clone(),
        target,
        minter: Minter::new(&master, opened.screen, STRICT_STEP_MS),
        ticket: opened.ticket,
        course: course.id,
        outcomes: Mutex::default(),
    });
    ensure!(steal::open_page(&stage).await, "the venue's page could not be opened");
    note(&format!("{} people in {} s", actors.len(), plan.arrivals));
    play(&stage, &actors, Act::Arrivals, plan.seed).await;
    networks_are_told_apart(site, course).await?;
    for round in 1..=plan.spot_checks {
        note(&format!("spot check {round} of {}, {} min", plan.spot_checks, plan.minutes));
        spot_check(&stage, &actors, plan, round).await?;
    }
    note("waiting for the assessor");
    let found = found(&site.pool, course.id).await?;
    let outcomes = stage.outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    Ok(told(&stage, &actors, &outcomes, &found))
}

/// Without a trusted proxy all of this comes from one address, and no network would speak for or against anybody.
async fn networks_are_told_apart(site: &Site, course: &Course) -> anyhow::Result<()> {
    let networks = sqlx::query_scalar("select count(distinct network) from check_ins where course_id = $1");
    let networks: i64 = networks.bind(course.id).fetch_one(&site.pool).await?;
    ensure!(
        networks > 1,
        "the server takes everybody for one address: start it with ZAICHANG_TRUSTED_PROXIES=127.0.0.1"
    );
    Ok(())
}

/// Orders one and plays it from its opening to its end.
async fn spot_check(stage: &Arc<Stage>, actors: &[Actor], plan: Plan, round: u32) -> anyhow::Result<()> {
    let path = format!("/api/v1/courses/{}/spot-checks", stage.course);
    let body = json!({ "minutes": plan.minutes }).to_string();
    let ordered =
        call(&stage.target, "POST", &path, Some(&stage.demo.unit_admin.session), Some(&body)).await?;
    ensure!(ordered.status == 201, "no spot check could be ordered: {}", ordered.body);
    let at = |field: &str| -> anyhow::Result<jiff::Timestamp> {
        let item = &ordered.body["items"][0];
        item[field].as_str().context("a spot check says when it is open")?.parse().context("an instant")
    };
    let until = |instant: jiff::Timestamp| {
        let ms = instant.as_millisecond() - crate::clock::unix_ms();
        Duration::from_millis(u64::try_from(ms).unwrap_or(0))
    };
    let (opens_at, closes_at) = (at("opens_at")?, at("closes_at")?);
    sleep(until(opens_at)).await;
    play(stage, actors, Act::SpotCheck, plan.seed.wrapping_add(u64::from(round) << 32)).await;
    sleep(until(closes_at) + Duration::from_secs(1)).await;
    Ok(())
}

/// What came of one way.
#[derive(Default)]
struct Tally {
    tried: usize,
    accepted: usize,
    flagged: usize,
    rules: BTreeMap<String, usize>,
}

fn told(stage: &Stage, actors: &[Actor], outcomes: &HashMap<usize, Outcome>, found: &Found) -> Report {
    let mut tallies: BTreeMap<Method, Tally> = BTreeMap::new();
    let mut unknown = 0;
    for actor in actors {
        let tally = tallies.entry(actor.method).or_default();
        let outcome = outcomes.get(&actor.person).cloned().unwrap_or_default();
        // The first account on a phone is its owner's.
        if actor.method == Method::Accounts && is_owner(actor, actors, outcomes) {
            continue;
        }
        unknown += u64::from(outcome.unknown && !outcome.recorded);
        tally.tried += 1;
        if outcome.recorded {
            let id = stage.demo.people[actor.person].id;
            tally.accepted += 1;
            tally.flagged += usize::from(found.suspicious.contains(&id));
            for rule in found.rules.get(&id).into_iter().flat_map(BTreeMap::keys) {
                *tally.rules.entry(rule.clone()).or_default() += 1;
            }
        }
    }
    let mut report = Report::new("cheats");
    for (method, tally) in &tallies {
        let name = method.name();
        report.fact(&format!("{name}: tried"), number(tally.tried));
        report.fact(&format!("{name}: accepted, %"), percent(tally.accepted, tally.tried));
        report.fact(&format!("{name}: flagged of the accepted, %"), percent(tally.flagged, tally.accepted));
        for (rule, people) in &tally.rules {
            report.fact(&format!("{name}: {rule}, %"), percent(*people, tally.accepted));
        }
    }
    let share = |method: Method, of: fn(&Tally) -> f64| tallies.get(&method).map_or(0.0, of);
    let accepted = |tally: &Tally| percent(tally.accepted, tally.tried);
    let flagged = |tally: &Tally| percent(tally.flagged, tally.accepted);
    for method in [Method::Photo, Method::Forged, Method::ReplayedPass, Method::StolenLink, Method::Accounts]
    {
        report.demands.push(Demand::at_most(
            &format!("{}: accepted, %", method.name()),
            0.0,
            share(method, accepted),
        ));
    }
    for method in [Method::Relay, Method::Video] {
        report.demands.push(Demand::at_least(
            &format!("{}: flagged, %", method.name()),
            95.0,
            share(method, flagged),
        ));
    }
    let there = Method::Honest.name();
    report.demands.push(Demand::at_most(
        &format!("{there}: flagged, %"),
        0.5,
        share(Method::Honest, flagged),
    ));
    report.demands.push(Demand::at_least(
        &format!("{there}: accepted, %"),
        99.9,
        share(Method::Honest, accepted),
    ));
    report.demands.push(Demand::exactly("answers that say nothing", 0, unknown));
    note(&format!("judged by the rules {}", found.version));
    report
}

/// Whether this is the one account of a group's phone that got in, or, when none did, the group's first.
fn is_owner(actor: &Actor, actors: &[Actor], outcomes: &HashMap<usize, Outcome>) -> bool {
    let recorded = |person: usize| outcomes.get(&person).is_some_and(|outcome| outcome.recorded);
    let mut group = actors.iter().filter(|other| other.group == actor.group);
    group.find(|other| recorded(other.person)).is_none_or(|owner| owner.person == actor.person)
}

#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
const fn number(count: usize) -> f64 {
    count as f64
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * number(part) / number(whole) }
}
