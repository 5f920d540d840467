//! A steady load: people come independently at a mean rate, and each tries until the answer is final.
//! Also the load that other tests put on a service during a fault.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Site, count};
use crate::crowd::Crowd;
use crate::demo::Course;
use crate::drive::{Open, Opened, Run, Shot, open};
use crate::history::History;
use crate::measure::Measured;
use crate::pairs::Pairs;
use crate::progress::watch;
use crate::report::{Demand, Report};
use crate::schedule::poisson;

/// How long a person without a final answer tries.
pub const PERSIST: Duration = Duration::from_mins(1);

/// How many come, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// People per second, on average.
    pub rate: f64,
    pub length: Duration,
    /// The most connections.
    pub connections: usize,
    /// A person without a final answer tries for so long.
    pub persist: Duration,
    /// The same seed makes the same arrivals.
    pub seed: u64,
}

impl Plan {
    /// At this rate for so long, over as many connections as it takes.
    pub const fn new(rate: f64, length: Duration) -> Self {
        Self { rate, length, connections: 4096, persist: PERSIST, seed: 1 }
    }
}

/// Sends the load in this run; it ends when the plan does or the run is stopped, and all people have a final answer.
pub async fn send(run: &Run, plan: Plan, pairs: Arc<Pairs>) -> Opened {
    let how = Open { connections: plan.connections, persist: plan.persist, serve_waiting: true };
    let schedule = poisson(plan.rate, plan.length, plan.seed);
    open(run, how, Vec::new(), schedule, move |_| pairs.take().map(Shot::check_in), |_, _, _| {}).await
}

/// A steady load that goes on by itself until it is stopped.
pub struct Load {
    run: Run,
    sending: JoinHandle<Opened>,
}

/// What a load that was stopped leaves behind.
pub struct Stopped {
    pub history: History,
    pub measured: Measured,
    pub opened: Opened,
}

impl Load {
    /// Starts at once. Every pair of the crowd is used once; when they are used up the arrivals end.
    pub fn start(crowd: Arc<Crowd>, plan: Plan) -> Self {
        let run = Run::begin(Arc::clone(&crowd), plan.length);
        let pairs = Arc::new(Pairs::new(crowd.phones.len(), crowd.halls.len()));
        let sent = run.clone();
        Self { run, sending: tokio::spawn(async move { send(&sent, plan, pairs).await }) }
    }

    /// What is sent and measured, while it goes on.
    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// Ends the arrivals; waits until all who came have a final answer or have given up.
    pub async fn stop(self) -> anyhow::Result<Stopped> {
        self.run.stop.cancel();
        self.ended().await
    }

    /// Waits until the plan is over and all have a final answer or have given up.
    pub async fn ended(self) -> anyhow::Result<Stopped> {
        let opened = self.sending.await?;
        Ok(Stopped {
            history: self.run.history.clone(),
            measured: self.run.meter.sum_up(opened.took),
            opened,
        })
    }
}

/// The steady load as a scenario.
pub async fn run(site: &Site, courses: &[Course], plan: Plan) -> anyhow::Result<Report> {
    let (crowd, before) = site.gather(courses).await?;
    site.warm(&crowd).await?;
    let load = Load::start(Arc::clone(&crowd), plan);
    let run = load.run().clone();
    let watching = watch("steady", &run.meter, plan.length);
    let Stopped { measured, opened, .. } = load.ended().await?;
    drop(watching);
    let mut report = Report::new("steady");
    report.fact("people per second asked for", plan.rate);
    report.fact("people who came", super::number(opened.arrived as u64));
    report.fact("connections", super::number(opened.connections as u64));
    let acknowledged = count(&measured, "recorded") + count(&measured, "already_recorded");
    report.demands.push(Demand::exactly("acknowledged at once, of all", measured.all.count, acknowledged));
    report.part(&format!("steady, {:.0}/s", plan.rate), measured);
    report.findings = Some(site.verify(&run, before).await?);
    Ok(report)
}
