//! What every scenario starts from: the demo, the nodes, and the database that the history is checked against.
//! It must not know any scenario.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use sqlx::PgPool;

use crate::crowd::Crowd;
use crate::demo::{Course, Demo};
use crate::drive::{Run, Shot, What, closed};
use crate::history::{Before, Findings, verify};
use crate::measure::Kind;
use crate::pairs::Pair;
use crate::processor::{Effort, PerAnswer};
use crate::report::Report;

/// The names of two figures of a report.
pub const GENERATOR_US: &str = "processor time per answer, generator, µs";
pub const SERVER_US: &str = "processor time per answer, server, µs";

/// Where a load is sent, and where its history is checked.
#[derive(Clone)]
pub struct Site {
    pub demo: Demo,
    /// The nodes, as phones reach them.
    pub base_urls: Vec<String>,
    pub pool: PgPool,
    /// The server's setting: seconds of a slot.
    pub repeat_s: u32,
    /// The most connections.
    pub connections: usize,
    /// The server's process, if it is known and on this machine.
    pub server: Option<u32>,
}

impl Site {
    /// The people and open screens of these courses, with what was there before.
    pub async fn gather(&self, courses: &[Course]) -> anyhow::Result<(Arc<Crowd>, Before)> {
        let crowd = Crowd::gather(&self.demo, &self.base_urls, courses).await?;
        let before = Before::read(&self.pool, &crowd.courses()).await?;
        Ok((crowd, before))
    }

    /// Each person's session and standing are known to every node, as they are when people logged in before they came:
    /// each exchanges a code for a pass, which records nothing.
    pub async fn warm(&self, crowd: &Arc<Crowd>) -> anyhow::Result<()> {
        for base_url in &self.base_urls {
            let only = [crate::client::Target::resolve(base_url).await?];
            let run = Run::to(Arc::clone(crowd), &only, Duration::from_mins(1));
            let (phones, place) = (crowd.phones.len(), std::sync::atomic::AtomicUsize::new(0));
            let next = move || {
                let phone = place.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                (phone < phones).then_some(Shot { what: What::Scan, pair: Pair { phone, hall: 0 } })
            };
            closed(&run, self.connections.min(64), Duration::from_mins(5), next, |_, _| {}).await;
            let warmed = run.meter.count(Kind::Records);
            ensure!(
                warmed == phones as u64,
                "{} of {phones} people could not scan at {base_url}: is the demo of this server?",
                phones as u64 - warmed
            );
        }
        Ok(())
    }

    /// Runs a closed loop and reports the processor time of each answer.
    pub async fn worked<T>(&self, run: &Run, report: &mut Report, sent: impl Future<Output = T>) -> T {
        let effort = Effort::begin(self.server);
        let done = sent.await;
        let PerAnswer { generator_us, server_us } = effort.per_answer(run.meter.answers());
        report.fact(GENERATOR_US, generator_us);
        if let Some(server_us) = server_us {
            report.fact(SERVER_US, server_us);
        }
        done
    }

    /// Checks the history of a run against Postgres.
    pub async fn verify(&self, run: &Run, before: Before) -> anyhow::Result<Findings> {
        verify(&run.history, &self.pool, &run.crowd.courses(), self.repeat_s, before).await
    }
}
