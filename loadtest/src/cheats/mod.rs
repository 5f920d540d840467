//! Cheats: a hall of people who are there, beside people who are not and try to be counted by every known way, against
//! the real server, its real rules and its real clock. What is accepted, what is flagged, and who is flagged wrongly.

mod assumptions;
mod cast;
mod found;
mod method;
mod outcome;
mod part;
mod passwords;
mod play;
mod steal;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;
use tokio::time::sleep;

use cast::{Actor, Numbers, cast};
use found::found;
use outcome::{Hall, report, table};
use part::Act;
use play::{Venue, play};

use crate::client::{Target, call};
use crate::codes::{MasterKey, Minter, STRICT_STEP_MS};
use crate::demo::Course;
use crate::opening::open_screen;
use crate::report::Report;
use crate::say::{note, say};
use crate::scenario::Site;

/// The hall.
#[derive(Args, Clone, Debug)]
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
    /// The same seed casts the same hall; several are played one after another, each in a course of its own
    #[arg(long, default_values_t = [1])]
    seed: Vec<u64>,
}

/// Plays a day for each seed, and reports the results of all.
pub async fn run(site: &Site, courses: &[Course], plan: Plan) -> anyhow::Result<Report> {
    ensure!(
        courses.len() >= plan.seed.len(),
        "{} courses are needed for as many seeds, {} are open",
        plan.seed.len(),
        courses.len()
    );
    let mut halls = Vec::new();
    for (seed, course) in plan.seed.iter().zip(courses) {
        halls.push(hall(site, course, &plan, *seed).await?);
    }
    say(&table(&halls));
    Ok(report(&halls))
}

/// Simulates one hall, without and with spot checks.
async fn hall(site: &Site, course: &Course, plan: &Plan, seed: u64) -> anyhow::Result<Hall> {
    let arrivals = Duration::from_secs(plan.arrivals);
    let actors = cast(Numbers { honest: plan.honest, cheats: plan.cheats }, arrivals, seed);
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
    let venue = Arc::new(Venue {
        demo: site.demo.clone(),
        target,
        minter: Minter::new(&master, opened.screen, STRICT_STEP_MS),
        ticket: opened.ticket,
        course: course.id,
        arrivals,
        outcomes: Mutex::default(),
    });
    ensure!(steal::open_page(&venue).await, "the venue's page could not be opened");
    passwords::give(&site.pool, &actors, &site.demo).await?;
    note(&format!("seed {seed}: {} people in {} s", actors.len(), plan.arrivals));
    play(&venue, &actors, Act::Arrivals, seed).await;
    networks_are_told_apart(site, course).await?;
    note("waiting for the assessor");
    let arrived = found(&site.pool, course.id).await?;
    let has_arrived = venue.outcomes();
    for round in 1..=plan.spot_checks {
        note(&format!("spot check {round} of {}, {} min", plan.spot_checks, plan.minutes));
        spot_check(&venue, &actors, plan, seed, round).await?;
    }
    note("waiting for the assessor");
    let checked = found(&site.pool, course.id).await?;
    note(&format!("judged by the rules {}", checked.version));
    Ok(Hall::of(seed, &venue, &actors, [(&has_arrived, &arrived), (&venue.outcomes(), &checked)]))
}

/// Without a trusted proxy all of this comes from one address, and networks would carry no evidence.
async fn networks_are_told_apart(site: &Site, course: &Course) -> anyhow::Result<()> {
    let networks = sqlx::query_scalar("select count(distinct network) from check_ins where course_id = $1");
    let networks: i64 = networks.bind(course.id).fetch_one(&site.pool).await?;
    ensure!(
        networks > 1,
        "the server takes everybody for one address: start it with ZAICHANG_TRUSTED_PROXIES=127.0.0.1"
    );
    Ok(())
}

/// Orders one and simulates it from its opening to its end.
async fn spot_check(
    venue: &Arc<Venue>,
    actors: &[Actor],
    plan: &Plan,
    seed: u64,
    round: u32,
) -> anyhow::Result<()> {
    let path = format!("/api/v1/courses/{}/spot-checks", venue.course);
    let body = json!({ "minutes": plan.minutes }).to_string();
    let ordered =
        call(&venue.target, "POST", &path, Some(&venue.demo.unit_admin.session), Some(&body)).await?;
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
    play(venue, actors, Act::SpotCheck, seed.wrapping_add(u64::from(round) << 32)).await;
    sleep(until(closes_at) + Duration::from_secs(1)).await;
    Ok(())
}
