//! What is done once an hour by one node of all, as modules declare it: partitions of the months to come, what has expired.
//! No request waits for it.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use graphile_worker::{Cron, CronBuilder, CrontabFill, CrontabTimerError, WorkerOptions};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;

use super::declared::{Declared, Failed, Job, Queued, Try};
use zaichang_core::clock::Clock;

/// The minute of the hour: courses begin at full hours and half ones.
const MINUTE: u32 = 17;

/// Before all that somebody has asked for: it is short, and keeps what they ask for short.
const FIRST: i16 = -1;

/// What is done once an hour.
pub struct Sweep {
    pub name: &'static str,
    run: Box<dyn Fn(PgPool, Timestamp) -> BoxFuture<'static, sqlx::Result<()>> + Send + Sync>,
}

impl Sweep {
    pub fn new<F>(name: &'static str, run: impl Fn(PgPool, Timestamp) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = sqlx::Result<()>> + Send + 'static,
    {
        Self { name, run: Box::new(move |pool, now| Box::pin(run(pool, now))) }
    }
}

/// A sweep that is due. Its row is written by the library's time-table, by which each hour has one.
#[derive(Serialize, Deserialize)]
struct Hourly {
    sweep: String,
}

impl Job for Hourly {
    const NAME: &'static str = "sweep";
    const TRIES: u8 = 3;

    fn key(&self) -> String {
        key(&self.sweep)
    }
}

fn key(sweep: &str) -> String {
    format!("sweep:{sweep}")
}

/// The job that runs them, each with the instant at which it is done.
pub(super) fn declared(sweeps: Vec<Sweep>, clock: Clock) -> Declared {
    let sweeps: HashMap<_, _> = sweeps.into_iter().map(|sweep| (sweep.name, Arc::new(sweep))).collect();
    Declared::new(move |due: Hourly, attempt: Try| {
        let (sweep, clock) = (sweeps.get(due.sweep.as_str()).cloned(), clock.clone());
        async move {
            let sweep = sweep.ok_or(Failed("not_declared"))?;
            (sweep.run)(attempt.pool, clock.now()).await.map_err(|error| {
                tracing::warn!(%error, sweep = sweep.name, "a sweep is put off");
                Failed("database")
            })
        }
    })
}

/// Their time-table. After an hour or less without any node, what was missed is made up for.
pub(super) fn schedule(
    options: WorkerOptions,
    sweeps: &[&'static str],
) -> Result<WorkerOptions, CrontabTimerError> {
    sweeps.iter().try_fold(options, |options, sweep| {
        let hourly: CronBuilder<Queued<Hourly>> = Cron::hourly_at(MINUTE)?;
        let hourly = hourly
            .id(key(sweep))
            .job_key(key(sweep))
            .max_attempts(Hourly::TRIES.into())
            .priority(FIRST)
            .fill(CrontabFill::hours(1))
            .payload_value(json!({ "sweep": sweep }));
        Ok(options.with_cron(hourly))
    })
}
