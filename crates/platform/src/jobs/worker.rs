//! The worker of a node: takes jobs that are due, a few at once, until the node stops; returns what it could not finish.
//! It must not know what a job does.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use graphile_worker::{
    FailureReason, JobRecovery, JobRecoveryContext, JobRecoveryResult, LocalQueueConfig,
    LocalQueueGetJobsComplete, LocalQueueGetJobsCompleteContext, RefetchDelayConfig, WorkerOptions,
    WorkerRecoveryConfig, WorkerShutdownConfig,
};
use sqlx::{Connection as _, PgPool};
use tokio_util::sync::CancellationToken;

use super::declared::Declared;
use super::hourly::{self, Sweep};
use super::queue::RunsOn;
use crate::db::{PATIENCE, within};
use zaichang_core::clock::Clock;

/// Jobs of a node at once: they share its processors with check-ins.
const AT_ONCE: usize = 2;
/// How often to look for what has become due. What is enqueued is notified at once.
const LOOK: Duration = Duration::from_secs(1);
/// How often a worker says that it lives…
const HEARD: Duration = Duration::from_secs(5);
/// …and after how long without a word others take its jobs. Longer than a failover of Postgres.
const DEAD: Duration = Duration::from_secs(30);
/// How long a stopping node lets a job go on.
const GRACE: Duration = Duration::from_secs(5);
/// After the worker could not begin, or broke off.
const PAUSE: Duration = Duration::from_secs(5);

/// The worker of a node.
pub struct Worker {
    pool: PgPool,
    declared: Vec<Declared>,
    sweeps: Vec<&'static str>,
    places: Vec<String>,
    stopping: CancellationToken,
}

impl Worker {
    /// Runs these on the pool's connections, and takes jobs for these places and for anywhere.
    pub fn new(
        pool: PgPool,
        mut declared: Vec<Declared>,
        sweeps: Vec<Sweep>,
        places: &[RunsOn],
        clock: Clock,
        stopping: CancellationToken,
    ) -> Self {
        let names = sweeps.iter().map(|sweep| sweep.name).collect();
        declared.push(hourly::declared(sweeps, clock));
        let places = places.iter().filter_map(RunsOn::flag).collect();
        Self { pool, declared, sweeps: names, places, stopping }
    }

    /// Works until the node stops, and then ends by itself. What breaks it off is logged, and it begins again.
    pub async fn run(self: Arc<Self>) {
        while !self.stopping.is_cancelled() {
            if let Err(error) = self.work().await {
                tracing::warn!(%error, "jobs wait: their worker begins again");
            }
            let _ = tokio::time::timeout(PAUSE, self.stopping.cancelled()).await;
        }
        self.pool.close().await;
    }

    async fn work(&self) -> anyhow::Result<()> {
        let stopping = self.stopping.clone();
        let options = WorkerOptions::default()
            .pg_pool(self.pool.clone())
            .concurrency(AT_ONCE)
            .poll_interval(LOOK)
            .job_flag_allowlist(self.places.clone())
            .local_queue(local_queue())
            .worker_recovery(
                WorkerRecoveryConfig::default()
                    .heartbeat_interval(HEARD)
                    .sweep_interval(HEARD)
                    .sweep_threshold(DEAD)
                    .enabled(true),
            )
            .worker_shutdown(
                WorkerShutdownConfig::default()
                    .listen_os_shutdown_signals(false)
                    .grace_period(GRACE)
                    .interrupted_job_retry_delay(Duration::ZERO)
                    .shutdown_signal(async move { stopping.cancelled().await }),
            )
            .on(JobRecovery, recover)
            .on(LocalQueueGetJobsComplete, count_look);
        let options = hourly::schedule(options, &self.sweeps)?;
        let options =
            self.declared.iter().fold(options, |options, declared| declared.register(options, &self.pool));
        let names: Vec<_> = self.declared.iter().map(|declared| declared.name).collect();
        let worker = options.init().await?;
        tracing::info!(worker = worker.worker_id().as_str(), jobs = ?names, "jobs are taken");
        tokio::select! {
            done = worker.run() => Ok(done?),
            never = tell_outages(&self.pool) => match never {},
        }
    }
}

/// It holds no more than the node can begin at once: what it holds, no other node can take.
///
/// Without a delay after a look that found less than it could hold, graphile_worker's queue looks again at once, without end:
/// each look notifies the very loop that then waits to be notified. One notification of a new job ends the delay.
fn local_queue() -> LocalQueueConfig {
    let delay = RefetchDelayConfig::default().with_duration(LOOK).with_max_abort_threshold(1);
    LocalQueueConfig::default().with_size(AT_ONCE).with_ttl(DEAD).with_refetch_delay(delay)
}

async fn count_look(_: LocalQueueGetJobsCompleteContext) {
    metrics::counter!("zaichang_job_looks_total").increment(1);
}

/// Logs once that jobs wait for Postgres, and once that they go on. The library says so with every look it takes: those lines are
/// left out (`REPEATED`).
async fn tell_outages(pool: &PgPool) -> Infallible {
    let mut is_away = false;
    loop {
        tokio::time::sleep(HEARD).await;
        let asked = within(PATIENCE, async { pool.acquire().await?.ping().await }).await;
        match (asked, is_away) {
            (Err(error), false) => tracing::warn!(%error, "jobs wait: Postgres does not answer"),
            (Ok(()), true) => tracing::info!("jobs go on: Postgres answers again"),
            (Err(_), true) | (Ok(()), false) => continue,
        }
        is_away = !is_away;
    }
}

/// Where the library logs, every second or every few, that Postgres is away.
pub const REPEATED: [&str; 4] = [
    "graphile_worker::local_queue::fetch",
    "graphile_worker::recovery_tasks",
    "graphile_worker::streams",
    "graphile_worker_crontab_runner",
];

/// A job whose node died has had its try: one that kills its nodes must not do so for ever. One that a stop broke off has not.
async fn recover(lost: JobRecoveryContext) -> JobRecoveryResult {
    match lost.reason {
        FailureReason::WorkerCrashed => JobRecoveryResult::FailWithBackoff,
        _ => JobRecoveryResult::Default,
    }
}
