//! What is measured without a yardstick: latency at a steady rate, the rush, overload, and memory.
//! It must not know how a scenario sends.

use std::time::Duration;

use super::figures::{Figure, Target};
use super::test_server::TestServer;
use super::{Plan, Record, Section, heard};
use crate::crowd::Crowd;
use crate::demo::Demo;
use crate::drive::{Run, Shot, closed};
use crate::measure::{Latencies, Measured};
use crate::pairs::Pairs;
use crate::report::Report;
use crate::say::note;
use crate::scenario::arrivals::{self, Crowding};
use crate::scenario::{overload, steady};

const RATE: f64 = 2000.0;
const PRESENT: usize = 10_000;
/// Places in a lane's queue, so that the connections of one process can fill it: the setting's default is larger than that.
const QUEUE: &str = "1024";

/// Runs those that are wanted and adds their figures.
pub(super) async fn run(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    server.site.connections = plan.connections;
    if plan.wants(Section::Steady) {
        latency(plan, server, record).await?;
    }
    if plan.wants(Section::Rush) {
        rush(plan, server, record).await?;
    }
    if plan.wants(Section::Overload) {
        overloaded(plan, server, record).await?;
    }
    if plan.wants(Section::Memory) {
        memory(plan, server, record).await?;
    }
    Ok(())
}

fn of(measured: &Measured, pick: fn(&Latencies) -> f64) -> f64 {
    pick(&measured.all)
}

/// The first stretch of each round's report.
fn each(reports: &[Report], pick: fn(&Latencies) -> f64) -> Vec<f64> {
    reports.iter().filter_map(|report| report.parts.first()).map(|part| of(&part.measured, pick)).collect()
}

async fn latency(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    let mut reports = Vec::new();
    for round in 0..plan.rounds {
        server.fresh(&[]).await?;
        let load = steady::Plan::new(RATE, plan.length().max(Duration::from_secs(5)));
        let report = steady::run(&server.site, &server.courses, load).await?;
        note(&format!("steady, round {} of {}", round + 1, plan.rounds));
        heard(record, &report);
        reports.push(report);
    }
    let figure = |what: &str, pick: fn(&Latencies) -> f64, most| {
        let what = format!("at {RATE:.0} people per s: {what}, ms");
        Figure::alone(&what, each(&reports, pick), Some(Target::AtMost(most)))
    };
    record.figures.push(figure("p50", |latencies| latencies.p50_ms, 3.0));
    record.figures.push(figure("p99", |latencies| latencies.p99_ms, 10.0));
    record.figures.push(figure("p99.9", |latencies| latencies.p999_ms, 50.0));
    Ok(())
}

async fn rush(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    let courses = server.site.demo.courses.clone();
    let Some(course) = courses.iter().filter(|course| course.cap.is_some()).max_by_key(|course| course.cap)
    else {
        return Ok(());
    };
    let mut reports = Vec::new();
    for round in 0..plan.rounds {
        server.fresh(&[]).await?;
        let report = arrivals::run(&server.site, course, Crowding::Rush).await?;
        note(&format!("rush, round {} of {}", round + 1, plan.rounds));
        heard(record, &report);
        reports.push(report);
    }
    let what = format!("rush for {} seats in 10 s: p99, ms", course.cap.unwrap_or(0));
    let p99 = each(&reports, |latencies| latencies.p99_ms);
    record.figures.push(Figure::alone(&what, p99, Some(Target::AtMost(30.0))));
    // That exactly the cap was recorded is a demand of the scenario itself.
    Ok(())
}

async fn overloaded(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    let (mut goodput, mut recovered) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        server.fresh(&[("ZAICHANG_COMMIT_QUEUE", QUEUE)]).await?;
        let mut report = overload::run(&server.site, &server.courses, plan.length()).await?;
        note(&format!("overload, round {} of {}", round + 1, plan.rounds));
        // These two are judged by their medians over the rounds.
        let mut take = |start: &str, into: &mut Vec<f64>| {
            into.extend(
                report
                    .demands
                    .extract_if(.., |demand| demand.what.starts_with(start))
                    .map(|demand| demand.is),
            );
        };
        take("goodput", &mut goodput);
        take("recovered", &mut recovered);
        heard(record, &report);
    }
    let (least, most) = (Some(Target::AtLeast(0.9)), Some(Target::AtMost(2000.0)));
    record.figures.push(Figure::alone("overload: goodput ÷ peak", goodput, least));
    record.figures.push(Figure::alone("overload: recovered after, ms", recovered, most));
    Ok(())
}

async fn memory(plan: &Plan, server: &mut TestServer, record: &mut Record) -> anyhow::Result<()> {
    server.fresh(&[]).await?;
    let idle = server.resident_mb()?;
    let (all, present) = (&server.site.demo, PRESENT.min(server.site.demo.people.len()));
    let demo = Demo { people: all.people[..present].to_vec(), ..all.clone() };
    let crowd = Crowd::gather(&demo, &server.site.base_urls, &server.courses).await?;
    let run = Run::begin(crowd, plan.length());
    let (pairs, place) = (Pairs::new(present, server.courses.len()), std::sync::atomic::AtomicUsize::new(0));
    let next = move || {
        let place = place.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        (place < present).then(|| Shot::check_in(pairs.at(place)))
    };
    closed(&run, plan.connections, Duration::from_mins(1), next, |_, _| {}).await;
    let after = server.resident_mb()?;
    let what = format!("memory with {present} people checked in, MB");
    record.figures.push(Figure::alone("memory idle, MB", vec![idle], Some(Target::AtMost(60.0))));
    record.figures.push(Figure::alone(&what, vec![after], Some(Target::AtMost(150.0))));
    Ok(())
}
