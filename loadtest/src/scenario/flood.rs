//! The flood: every request is a new person in a hall, as fast as the answers come. For throughput.
//! The same loop loads the yardstick servers.

use std::sync::Arc;
use std::time::Duration;

use super::{Site, count};
use crate::demo::Course;
use crate::drive::{Run, Shot, closed};
use crate::pairs::Pairs;
use crate::progress::watch;
use crate::report::{Demand, Report};

/// Sends new pairs until they are used up or `length` is over. Gives how long it took.
pub async fn send(run: &Run, connections: usize, length: Duration) -> Duration {
    let pairs = Pairs::new(run.crowd.phones.len(), run.crowd.halls.len());
    closed(run, connections, length, move || pairs.take().map(Shot::check_in), |_, _| {}).await
}

/// The flood against the service, its history checked.
pub async fn run(site: &Site, courses: &[Course], length: Duration) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(courses).await?;
    site.warm(&crowd).await?;
    let run = Run::begin(Arc::clone(&crowd), length);
    let watching = watch("flood", &run.meter, length);
    let mut report = Report::new("flood");
    let took = site.worked(&run, &mut report, send(&run, site.connections, length)).await;
    drop(watching);
    let measured = run.meter.sum_up(took);
    report.fact("check-ins recorded per second", measured.per_s("recorded"));
    let acknowledged = count(&measured, "recorded") + count(&measured, "already_recorded");
    report.demands.push(Demand::exactly(
        "acknowledged, of all that were sent",
        measured.all.count,
        acknowledged,
    ));
    report.part("flood", measured);
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}
