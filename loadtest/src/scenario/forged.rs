//! Forged codes: chance, and right codes with one bit flipped, as fast as the answers come. None may be accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::{Site, count, number};
use crate::demo::Course;
use crate::drive::{Run, Shot, What, closed};
use crate::pairs::Pair;
use crate::progress::watch;
use crate::report::{Demand, Report};
use crate::said::Refusal;

/// Sends forged codes for so long. Every answer must be `code_forged`, or `too_many_requests` beyond the failures that an
/// address may have.
pub async fn run(site: &Site, courses: &[Course], length: Duration) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(courses).await?;
    site.warm(&crowd).await?;
    let run = Run::begin(Arc::clone(&crowd), length);
    let (forged, limited) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let watching = watch("forged", &run.meter, length);
    let mut report = Report::new("forged");
    let sent = {
        let (forged, limited) = (Arc::clone(&forged), Arc::clone(&limited));
        closed(&run, site.connections, length, forger(&run), move |_, said| {
            if said.is_refused(Refusal::CodeForged) {
                forged.fetch_add(1, Ordering::Relaxed);
            } else if said.is_refused(Refusal::TooManyRequests) {
                limited.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let took = site.worked(&run, &mut report, sent).await;
    drop(watching);
    let measured = run.meter.sum_up(took);
    let (forged, limited) = (forged.load(Ordering::Relaxed), limited.load(Ordering::Relaxed));
    report.fact("forged codes refused per second", measured.per_s("refused"));
    report.fact("of these code_forged", number(forged));
    report.fact("of these too_many_requests", number(limited));
    report.demands.push(Demand::exactly("refused so, of all", measured.all.count, forged + limited));
    let accepted = count(&measured, "recorded") + count(&measured, "already_recorded");
    report.demands.push(Demand::exactly("forged codes accepted", 0, accepted));
    report.part("forged", measured);
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}

/// All people in turn, with both kinds of forgery in turn.
fn forger(run: &Run) -> impl Fn() -> Option<Shot> + Send + Sync + 'static {
    let (phones, halls) = (run.crowd.phones.len(), run.crowd.halls.len());
    let place = AtomicUsize::new(0);
    move || {
        let place = place.fetch_add(1, Ordering::Relaxed);
        let what = if place.is_multiple_of(2) { What::Flipped } else { What::Random };
        Some(Shot { what, pair: Pair { phone: place % phones, hall: place % halls } })
    }
}
