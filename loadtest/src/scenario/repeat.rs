//! Repeats: all people scan again and again in one slot. The first scan is recorded, all others get the first's receipt.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Site, count, wait_for_room};
use crate::demo::Course;
use crate::drive::{Run, Shot, closed};
use crate::pairs::Pairs;
use crate::progress::watch;
use crate::report::{Demand, Report};

/// Scans of each person at the least, the first included.
const SCANS: usize = 5;
/// The first scans take no longer than this on any machine that is worth measuring.
const FIRST: Duration = Duration::from_mins(1);

/// Each person once, then each again at least four times and at least for `length`.
pub async fn run(site: &Site, courses: &[Course], length: Duration) -> anyhow::Result<Report> {
    wait_for_room(site.repeat_s, FIRST + length).await;
    let (crowd, before) = site.gather(courses).await?;
    site.warm(&crowd).await?;
    let (phones, halls) = (crowd.phones.len(), crowd.halls.len());
    let first = Run::begin(Arc::clone(&crowd), Duration::from_secs(5));
    let place = AtomicUsize::new(0);
    let pairs = Pairs::new(phones, halls);
    let next = move || {
        let place = place.fetch_add(1, Ordering::Relaxed);
        (place < phones).then(|| Shot::check_in(pairs.at(place)))
    };
    let took = closed(&first, site.connections, FIRST, next, |_, _| {}).await;
    let mut report = Report::new("repeat");
    report.part("first scans", first.meter.sum_up(took));

    let again = first.next(length);
    let watching = watch("repeat", &again.meter, length);
    let place = AtomicUsize::new(0);
    let pairs = Pairs::new(phones, halls);
    let end = Instant::now() + length;
    let next = move || {
        let place = place.fetch_add(1, Ordering::Relaxed);
        let owed = place < phones * (SCANS - 1);
        (owed || Instant::now() < end).then(|| Shot::check_in(pairs.at(place % phones)))
    };
    let sent = closed(&again, site.connections, FIRST + length, next, |_, _| {});
    let took = site.worked(&again, &mut report, sent).await;
    drop(watching);
    let measured = again.meter.sum_up(took);
    report.fact("repeats answered per second", measured.per_s("already_recorded"));
    let already = count(&measured, "already_recorded");
    report.demands.push(Demand::exactly("already_recorded, of all repeats", measured.all.count, already));
    report.part("repeats", measured);
    report.findings = Some(site.verify(&again, before).await?);
    Ok(report)
}
