//! The way into the queue: its schema, and one function of SQL. It must not run anything.

use std::borrow::Borrow;

use graphile_worker::WorkerUtils;
use jiff::SignedDuration;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, query_scalar};
use uuid::Uuid;

use super::Job;

/// The library's schema.
const SCHEMA: &str = "graphile_worker";

/// Which nodes may take a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunsOn {
    Anywhere,
    /// This process. Any other takes it when it was not begun within half a minute, or not done.
    Node(Uuid),
    /// Those whose newest master key is the one with this id, in hexadecimal digits.
    Key(String),
}

impl RunsOn {
    /// As it is written to the job's row; a node takes what it can write itself.
    pub(super) fn flag(&self) -> Option<String> {
        match self {
            Self::Anywhere => None,
            Self::Node(node) => Some(format!("node:{node}")),
            Self::Key(key) => Some(format!("key:{key}")),
        }
    }
}

/// Adds the job in the caller's transaction. One with its key that waits or runs already stands for it; one that has failed
/// for good is tried anew.
pub async fn enqueue<J: Job>(connection: &mut PgConnection, job: &J, place: &RunsOn) -> sqlx::Result<()> {
    enqueue_in_turn(connection, job, place, 0).await
}

/// The same for one of many that somebody waits for: of those that are due, the ones of a lower turn come first.
pub async fn enqueue_in_turn<J: Job>(
    connection: &mut PgConnection,
    job: &J,
    place: &RunsOn,
    turn: i16,
) -> sqlx::Result<()> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    query_scalar!(
        "select enqueue_job($1, $2, $3, $4, $5, $6)",
        J::NAME,
        payload,
        job.key(),
        i32::from(J::TRIES),
        place.flag(),
        turn,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Adds each of these jobs, as `enqueue` does one.
pub async fn enqueue_all<J: Job>(
    connection: &mut PgConnection,
    jobs: &[J],
    place: &RunsOn,
) -> sqlx::Result<()> {
    let jobs: Vec<_> = jobs.iter().map(|job| (job, 0, SignedDuration::ZERO)).collect();
    enqueue_all_after::<J>(connection, &jobs, place).await
}

/// The same for jobs each of which has its turn, and is not due before so long.
pub async fn enqueue_all_after<J: Job>(
    connection: &mut PgConnection,
    jobs: &[(impl Borrow<J>, i16, SignedDuration)],
    place: &RunsOn,
) -> sqlx::Result<()> {
    let (mut payloads, mut keys) = (Vec::new(), Vec::new());
    for (job, ..) in jobs {
        let job = job.borrow();
        payloads.push(serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(Box::new(error)))?);
        keys.push(job.key());
    }
    let (turns, waits): (Vec<_>, Vec<_>) =
        jobs.iter().map(|(_, turn, wait)| (*turn, wait.as_secs_f64())).unzip();
    query_scalar!(
        "select case when wait > 0 then enqueue_job_after($1, payload, key, $4, $5, turn, make_interval(secs => wait))
             else enqueue_job($1, payload, key, $4, $5, turn) end
         from unnest($2::jsonb[], $3::text[], $6::smallint[], $7::float8[]) job (payload, key, turn, wait)",
        J::NAME,
        &payloads,
        &keys,
        i32::from(J::TRIES),
        place.flag(),
        &turns,
        &waits,
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// The same for one that is not due before so long.
pub async fn enqueue_after<J: Job>(
    connection: &mut PgConnection,
    job: &J,
    place: &RunsOn,
    turn: i16,
    wait: SignedDuration,
) -> sqlx::Result<()> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    query_scalar!(
        "select enqueue_job_after($1, $2, $3, $4, $5, $6, make_interval(secs => $7))",
        J::NAME,
        payload,
        job.key(),
        i32::from(J::TRIES),
        place.flag(),
        turn,
        wait.as_secs_f64(),
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Takes back the job with this key if it waits: its effect is no longer needed.
pub async fn withdraw(connection: &mut PgConnection, key: &str) -> sqlx::Result<()> {
    query_scalar!(r#"select true as "withdrawn!" from withdraw_job($1)"#, key).fetch_one(connection).await?;
    Ok(())
}

/// Makes the queue's tables, or brings them up to date. Several nodes may do it at once.
pub async fn prepare(options: PgConnectOptions) -> anyhow::Result<()> {
    let options = options.options([("statement_timeout", "0"), ("lock_timeout", "0")]);
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
    let made = WorkerUtils::new(pool.clone(), SCHEMA).migrate().await;
    pool.close().await;
    Ok(made?)
}
