//! The cap: ten times as many people as there are seats, all at once. Exactly the seats are taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::ensure;

use super::Site;
use crate::demo::Course;
use crate::drive::{Run, Shot, closed};
use crate::history::Before;
use crate::pairs::Pair;
use crate::report::{Demand, Report};
use crate::said::Refusal;

/// People for each seat.
const RUSH: usize = 10;
/// Connections: as many at once as one process may well have.
const AT_ONCE: usize = 2000;
const PATIENCE: Duration = Duration::from_mins(2);

/// Fills every capped course for which the demo has people enough.
pub async fn run(site: &Site, courses: &[Course]) -> anyhow::Result<Report> {
    let mut report = Report::new("cap");
    let (crowd, before) = site.gather(courses).await?;
    let run = Run::begin(Arc::clone(&crowd), Duration::from_secs(5));
    for (hall, course) in courses.iter().enumerate() {
        let Some(cap) = course.cap.and_then(|cap| usize::try_from(cap).ok()) else { continue };
        let people = newcomers(&run, hall, &before, cap * RUSH);
        if people.len() < cap * RUSH {
            report.fact(&format!("left out, too few people: the course with cap {cap}"), 1.0);
            continue;
        }
        fill(
            &run.next(Duration::from_secs(5)),
            hall,
            cap - before.people(course.id).min(cap),
            people,
            &mut report,
        )
        .await;
    }
    ensure!(
        !report.parts.is_empty(),
        "no capped course, or too few people: `zaichang demo --people` with more"
    );
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}

/// People who have never come to this hall's course.
pub(super) fn newcomers(run: &Run, hall: usize, before: &Before, most: usize) -> Vec<Pair> {
    let course = run.crowd.halls[hall].course;
    let phones = run.crowd.phones.iter().enumerate();
    let new = phones.filter(|(_, phone)| !before.attended(course, phone.person));
    new.map(|(phone, _)| Pair { phone, hall }).take(most).collect()
}

async fn fill(run: &Run, hall: usize, seats: usize, people: Vec<Pair>, report: &mut Report) {
    let came = people.len();
    let (at_once, queue) = (came.min(AT_ONCE), std::sync::Mutex::new(people));
    let full = Arc::new(AtomicU64::new(0));
    let refused = Arc::clone(&full);
    let next = move || queue.lock().ok().and_then(|mut queue| queue.pop()).map(Shot::check_in);
    let took = closed(run, at_once, PATIENCE, next, move |_, said| {
        refused.fetch_add(u64::from(said.is_refused(Refusal::CapReached)), Ordering::Relaxed);
    })
    .await;
    let measured = run.meter.sum_up(took);
    let course = run.crowd.halls[hall].course;
    let recorded = super::count(&measured, "recorded");
    let (came, seats) = (came as u64, seats as u64);
    report.demands.push(Demand::exactly(&format!("course {course}: recorded"), seats.min(came), recorded));
    let refused = full.load(Ordering::Relaxed);
    report.demands.push(Demand::exactly(
        &format!("course {course}: cap_reached"),
        came.saturating_sub(seats),
        refused,
    ));
    report.part(&format!("course {course}, {came} people for {seats} seats"), measured);
}
