//! The queries of jobs: each calls a function of migrations/20261129200101_jobs.sql, which knows the library's tables.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::{PgConnection, PgPool, query_as, query_scalar};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use crate::db;

/// Why somebody should look at a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(super) enum JobState {
    /// It was tried as often as it may be.
    Failed,
    /// It has been due for five minutes, and no node has begun it.
    Late,
    /// It has been running for an hour.
    Hanging,
}

/// A job that is stuck.
pub(super) struct StuckJob {
    pub id: i64,
    pub job: String,
    pub state: JobState,
    /// Since when it is due, or runs.
    pub since: Timestamp,
    pub tries: i32,
    pub most_tries: i32,
    pub error: Option<String>,
    pub added_at: Timestamp,
}

struct StuckJobRow {
    id: i64,
    job: String,
    state: String,
    since: jiff_sqlx::Timestamp,
    tries: i32,
    most_tries: i32,
    error: Option<String>,
    added_at: jiff_sqlx::Timestamp,
}

impl TryFrom<StuckJobRow> for StuckJob {
    type Error = sqlx::Error;

    fn try_from(row: StuckJobRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.id,
            state: db::word("stuck_jobs", "state", row.id, &row.state)?,
            job: row.job,
            since: row.since.to_jiff(),
            tries: row.tries,
            most_tries: row.most_tries,
            error: row.error,
            added_at: row.added_at.to_jiff(),
        })
    }
}

/// The newest of those that are stuck, at most so many.
pub(super) async fn stuck(pool: &PgPool, most: i64) -> sqlx::Result<Vec<StuckJob>> {
    let rows = query_as!(
        StuckJobRow,
        r#"select id as "id!", job as "job!", state as "state!", since as "since!", tries as "tries!",
             most_tries as "most_tries!", error, added_at as "added_at!"
         from stuck_jobs() order by since desc, id desc limit $1"#,
        most,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(StuckJob::try_from).collect()
}

/// Tries a stuck job anew; its kind, or none if it is not stuck or runs.
pub(super) async fn retry(connection: &mut PgConnection, id: i64) -> sqlx::Result<Option<String>> {
    query_scalar!("select retry_job(id) from stuck_jobs() where id = $1 and state in ('failed', 'late')", id,)
        .fetch_optional(connection)
        .await
        .map(Option::flatten)
}

/// How many jobs there are, by kind and by what is with them.
pub(super) async fn counts(pool: &PgPool) -> sqlx::Result<Vec<((String, &'static str), i64)>> {
    let mut counts = Vec::new();
    let rows = query_as!(
        Counted,
        r#"select job as "job!", waiting as "waiting!", running as "running!" from count_jobs()"#,
    );
    for Counted { job, waiting, running } in rows.fetch_all(pool).await? {
        counts.push(((job.clone(), "waiting"), waiting));
        counts.push(((job, "running"), running));
    }
    let rows = query_as!(
        CountedStuck,
        r#"select job as "job!", state as "state!", count(*) as "jobs!" from stuck_jobs() group by 1, 2"#,
    );
    for CountedStuck { job, state, jobs } in rows.fetch_all(pool).await? {
        let state: JobState = db::word("stuck_jobs", "state", &job, &state)?;
        counts.push(((job, state.into()), jobs));
    }
    Ok(counts)
}

struct Counted {
    job: String,
    waiting: i64,
    running: i64,
}

struct CountedStuck {
    job: String,
    state: String,
    jobs: i64,
}

/// Frees what waits for a node that is away.
pub(super) async fn free(pool: &PgPool) -> sqlx::Result<()> {
    query_scalar!(r#"select true as "freed!" from free_jobs_of_nodes()"#).fetch_one(pool).await?;
    Ok(())
}

/// Forgets what a newer job of its key has replaced.
pub(super) async fn forget_replaced(pool: &PgPool) -> sqlx::Result<()> {
    query_scalar!(r#"select true as "forgotten!" from forget_replaced_jobs()"#).fetch_one(pool).await?;
    Ok(())
}
