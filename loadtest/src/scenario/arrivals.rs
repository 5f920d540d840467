//! A hall that fills: two thousand people in ten minutes, half of them in the last two. And the rush, when an announcement says
//! "scan now": three thousand in ten seconds, and some more than there are seats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::cap::newcomers;
use super::{Site, count, number};
use crate::demo::Course;
use crate::drive::{Open, Run, Shot, open};
use crate::progress::watch;
use crate::report::{Demand, Report};
use crate::said::Refusal;
use crate::scenario::steady::PERSIST;
use crate::schedule::{Schedule, filling, spread};

/// Who comes, and how fast.
#[derive(Clone, Copy, Debug)]
pub enum Crowding {
    /// So many people in ten minutes; `compress` times as fast.
    Filling { people: usize, compress: f64 },
    /// The course's cap and a tenth more, in ten seconds.
    Rush,
}

const FILLING: Duration = Duration::from_mins(10);
const RUSH: Duration = Duration::from_secs(10);

/// Lets them come to one course.
pub async fn run(site: &Site, course: &Course, crowding: Crowding) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(std::slice::from_ref(course)).await?;
    site.warm(&crowd).await?;
    let (name, length, wanted) = match crowding {
        Crowding::Filling { people, compress } => ("arrivals", FILLING.div_f64(compress.max(0.01)), people),
        Crowding::Rush => {
            let cap = course.cap.context("the rush is to a course with a cap")?;
            ("rush", RUSH, usize::try_from(cap + cap / 10)?)
        }
    };
    let run = Run::begin(Arc::clone(&crowd), length);
    let people = newcomers(&run, 0, &before, wanted);
    ensure!(
        people.len() == wanted,
        "{wanted} people are needed who have not come yet, the demo has {}: `zaichang demo --people` with more",
        people.len()
    );
    let schedule: Schedule = match crowding {
        Crowding::Filling { .. } => filling(wanted, length, 1),
        Crowding::Rush => spread(wanted, length, 1),
    };
    let taken = before.people(course.id);
    let free = course.cap.map(|cap| usize::try_from(cap).unwrap_or(usize::MAX).saturating_sub(taken));
    let seats = free.map_or(wanted, |free| free.min(wanted));

    let full = Arc::new(AtomicU64::new(0));
    let refused = Arc::clone(&full);
    let how = Open { connections: site.connections.max(1024), persist: PERSIST, serve_waiting: true };
    let watching = watch(name, &run.meter, length);
    let next = move |place: usize| people.get(place).copied().map(Shot::check_in);
    let opened = open(&run, how, Vec::new(), schedule, next, move |_, said, _| {
        refused.fetch_add(u64::from(said.is_refused(Refusal::CapReached)), Ordering::Relaxed);
    })
    .await;
    drop(watching);
    let measured = run.meter.sum_up(opened.took);
    let mut report = Report::new(name);
    report.fact("connections", number(opened.connections as u64));
    report.demands.push(Demand::exactly("recorded", seats as u64, count(&measured, "recorded")));
    let refused = full.load(Ordering::Relaxed);
    report.demands.push(Demand::exactly("cap_reached", (wanted - seats) as u64, refused));
    report.part(&format!("{wanted} people in {:.0} s", length.as_secs_f64()), measured);
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}
