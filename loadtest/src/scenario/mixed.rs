//! Everything at once, as on a long day: new people, repeats, forged codes, old codes, and people who read their records.
//! For minutes, or for hours as a soak.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Site, number};
use crate::demo::Course;
use crate::drive::{Open, Run, Shot, What, open};
use crate::history::Intent;
use crate::pairs::Pairs;
use crate::processor::resident_mb;
use crate::progress::watch;
use crate::report::{Demand, Report};
use crate::said::Refusal;
use crate::scenario::steady::PERSIST;
use crate::schedule::poisson;

/// Of a hundred requests.
const NEW: u8 = 50;
const REPEATS: u8 = 25;
const FORGED: u8 = 10;
const EXPIRED: u8 = 5;

/// A repeat is of a person who came so many arrivals ago at the least.
const LAG: usize = 1000;

/// Sends the mixture at a mean rate per second, in an open loop. When every pair has been used they begin again: in a
/// later slot each is new.
pub async fn run(
    site: &Site,
    name: &'static str,
    courses: &[Course],
    rate: f64,
    length: Duration,
) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(courses).await?;
    site.warm(&crowd).await?;
    let run = Run::begin(Arc::clone(&crowd), length);
    let (watching, how) = (
        watch(name, &run.meter, length),
        Open { connections: site.connections.max(4096), persist: PERSIST, serve_waiting: true },
    );
    let memory = || site.server.and_then(|pid| resident_mb(pid).ok());
    let at_first = memory();
    let opened = open(&run, how, Vec::new(), poisson(rate, length, 1), mixture(&run), |_, _, _| {}).await;
    drop(watching);
    let measured = run.meter.sum_up(opened.took);
    let mut report = Report::new(name);
    report.fact("people per second asked for", rate);
    report.fact("connections", number(opened.connections as u64));
    for (when, memory) in [("at the start", at_first), ("at the end", memory())] {
        if let Some(memory) = memory {
            report.fact(&format!("server's memory {when}, MB"), memory);
        }
    }
    let of = |intent: Intent, bad: fn(&crate::history::Entry) -> bool| {
        run.history.count(move |entry| entry.intent == intent && bad(entry))
    };
    let accepted = of(Intent::Forged, |entry| entry.acknowledged().is_some());
    report.demands.push(Demand::exactly("forged codes accepted", 0, accepted));
    // A person checked in with it before gets already_recorded for an old code: that is right.
    let recorded = of(Intent::Expired, |entry| entry.outcome == crate::history::Outcome::Recorded);
    report.demands.push(Demand::exactly("old codes recorded", 0, recorded));
    let refused = of(
        Intent::Honest,
        |entry| matches!(entry.outcome, crate::history::Outcome::Refused(refusal) if refusal != Refusal::CodeExpired),
    );
    report.demands.push(Demand::exactly("right codes refused", 0, refused));
    report.part(name, measured);
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}

fn mixture(run: &Run) -> impl Fn(usize) -> Option<Shot> + Send + Sync + 'static {
    let (phones, halls) = (run.crowd.phones.len(), run.crowd.halls.len());
    let (pairs, come) = (Pairs::new(phones, halls), AtomicUsize::new(0));
    move |_| {
        let dice = fastrand::u8(..100);
        let so_far = come.load(Ordering::Relaxed);
        let new = || come.fetch_add(1, Ordering::Relaxed) % (phones * halls);
        let anybody = || fastrand::usize(..phones * halls);
        let (what, place) = match dice {
            dice if dice < NEW => (What::CheckIn, new()),
            dice if dice < NEW + REPEATS && so_far > LAG => {
                let ago = fastrand::usize(LAG..=so_far.min(phones * halls));
                (What::CheckIn, (so_far - ago) % (phones * halls))
            }
            dice if dice < NEW + REPEATS => (What::CheckIn, new()),
            dice if dice < NEW + REPEATS + FORGED => {
                (if dice.is_multiple_of(2) { What::Flipped } else { What::Random }, anybody())
            }
            dice if dice < NEW + REPEATS + FORGED + EXPIRED => (What::Expired, anybody()),
            _ => (What::Records, anybody()),
        };
        Some(Shot { what, pair: pairs.at(place) })
    }
}
