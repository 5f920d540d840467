//! One address: a hall of phones behind one address, beside an attacker on the same address who sends bad codes as fast as
//! the answers come. No phone may be refused because of the attacker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::ensure;

use super::cap::newcomers;
use super::{Site, count, number};
use crate::crowd::STRANGER;
use crate::demo::Course;
use crate::drive::{Open, Run, Shot, What, closed, open};
use crate::pairs::Pair;
use crate::progress::watch;
use crate::report::{Demand, Report};
use crate::said::Refusal;
use crate::schedule::spread;

const LENGTH: Duration = Duration::from_secs(10);
const ATTACKERS: usize = 8;

/// So many phones in ten seconds, and the attacker for as long.
pub async fn run(site: &Site, course: &Course, phones: usize) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(std::slice::from_ref(course)).await?;
    site.warm(&crowd).await?;
    let hall = Run::begin(Arc::clone(&crowd), LENGTH);
    let attack = hall.next(LENGTH);
    let people = newcomers(&hall, 0, &before, phones);
    ensure!(
        people.len() == phones,
        "{phones} people are needed who have not come yet, the demo has {}: `zaichang demo --people` with more",
        people.len()
    );
    let limited = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&limited);
    let attacker = || Some(Shot { what: What::Flipped, pair: Pair { phone: STRANGER, hall: 0 } });
    let next = move |place: usize| people.get(place).copied().map(Shot::check_in);
    // One attempt each: a phone that has to ask twice has been refused.
    let how = Open { connections: 4096, persist: Duration::ZERO, serve_waiting: true };
    let watching = watch("one address", &hall.meter, LENGTH);
    let (opened, attacked) = tokio::join!(
        open(&hall, how, Vec::new(), spread(phones, LENGTH, 1), next, move |_, said, _| {
            counted.fetch_add(u64::from(said.is_refused(Refusal::TooManyRequests)), Ordering::Relaxed);
        }),
        closed(&attack, ATTACKERS, LENGTH, attacker, |_, _| {})
    );
    drop(watching);
    let (measured, attack) = (hall.meter.sum_up(opened.took), attack.meter.sum_up(attacked));
    let mut report = Report::new("one-address");
    report.fact("bad codes refused per second", attack.per_s("refused"));
    report.fact("phones at once", number(opened.connections as u64));
    report.demands.push(Demand::exactly("phones recorded", phones as u64, count(&measured, "recorded")));
    report.demands.push(Demand::exactly("phones told too_many_requests", 0, limited.load(Ordering::Relaxed)));
    report.demands.push(Demand::exactly("bad codes refused", attack.all.count, count(&attack, "refused")));
    report.part("phones", measured);
    report.part("attacker", attack);
    report.findings = Some(site.verify(&hall, before).await?);
    Ok(report)
}
