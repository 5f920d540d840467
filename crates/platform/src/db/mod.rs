//! Postgres: the pools, migrating, and what errors mean. It knows no module's tables.

mod connections;
mod error;
mod word;

pub use connections::tell_connections;
pub use error::{Constraint, away, is_away, is_coded, is_too_slow};
pub use word::{Readable, UnknownWord, readable, word};

use std::time::Duration;

use anyhow::Context as _;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};

use crate::jobs;

/// How long a request waits for a connection before storage counts as away.
const ACQUIRE: Duration = Duration::from_secs(2);

/// A statement that runs longer than this is stuck; jobs have a pool with another.
const STATEMENT_TIMEOUT: &str = "5s";

/// A pool on the primary. Commits are synchronous whatever the server's default: the promise depends on it.
pub fn pool(url: &str, connections: u32) -> Result<PgPool, sqlx::Error> {
    pool_with(url, connections, &[])
}

fn pool_with(url: &str, connections: u32, more: &[(&str, &str)]) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("zaichang").options([
        ("synchronous_commit", "on"),
        ("statement_timeout", STATEMENT_TIMEOUT),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("timezone", "UTC"),
        // Our statements are short and many: compiling them costs more than running them.
        ("jit", "off"),
    ]);
    let options = options.options(more.iter().copied());
    Ok(PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        // A check-out must not cost a round trip; a dead connection is found by its first statement.
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(alive(connection)))
        .connect_lazy_with(options))
}

/// Whether a connection that comes back answers. The pool asks as well, and would wait for ever on a line that is dead at
/// the other end: one by one all its connections would be lost. An error takes this one out.
async fn alive(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let answered = tokio::time::timeout(PATIENCE, connection.ping()).await;
    answered.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
}

/// A pool for the statements of the commits alone. Their plans need no statistics, which a new course's day does not have:
/// always by index, and planned once.
pub fn commit_pool(url: &str, connections: u32) -> Result<PgPool, sqlx::Error> {
    pool_with(
        url,
        connections,
        &[
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ],
    )
}

/// A pool for jobs: few connections, long time-outs. Jobs read whole courses, and no request waits for them.
pub fn job_pool(url: &str) -> Result<PgPool, sqlx::Error> {
    pool_with(url, JOBS, &[("statement_timeout", "10min")])
}

/// Connections of a node for its jobs: what hears of new ones, what keeps the queue, and two for each job that runs.
pub const JOBS: u32 = 6;

/// How long a query on the way of a check-in may take before storage counts as away: a frozen server answers nothing,
/// not even its own time-out.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Waits for a query for so long and no longer.
pub async fn within<T>(patience: Duration, query: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(patience, query).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// What is said when Postgres cannot be used at the start.
pub const NO_ANSWER: &str = "Postgres 无法使用，请确认它已启动，并检查 ZAICHANG_DATABASE_URL 的地址、用户与密码 · Postgres cannot \
     be used: see that it runs, and check address, user and password in ZAICHANG_DATABASE_URL";

/// Until a node asks again whether it is its turn to migrate.
const TURN: Duration = Duration::from_millis(200);

const NOT_MIGRATED: &str = "数据库结构升级失败，请查看原因，必要时恢复备份 · the schema could not be brought up to date: see why, \
     and restore a backup if need be";

/// Brings the schema up to date. Several nodes may do it at once: one does, the others wait.
pub async fn migrate(pool: &PgPool, migrations: &Migrator) -> anyhow::Result<()> {
    let mut connection = match pool.acquire().await {
        Ok(connection) => connection,
        Err(error) => {
            // The pool reports only that time ran out; a connection of one's own reports why.
            let asked = within(PATIENCE, PgConnection::connect_with(&pool.connect_options())).await;
            return Err(asked.err().unwrap_or(error)).context(NO_ANSWER);
        }
    };
    // A migration may take longer than a request.
    sqlx::query("set statement_timeout = 0").execute(&mut *connection).await?;
    sqlx::query("set lock_timeout = 0").execute(&mut *connection).await?;
    turn(&mut connection).await?;
    let migrated = migrated(pool, &mut connection, migrations).await;
    // The turn ends with the connection.
    connection.close().await?;
    migrated
}

/// Waits until no other node migrates. It asks again and again: a statement that waited would hold up every index that is built
/// concurrently, for ever, as that waits for all statements which began before it.
async fn turn(connection: &mut PgConnection) -> sqlx::Result<()> {
    let turn = "select pg_try_advisory_lock(hashtext('zaichang.migrate'))";
    while !sqlx::query_scalar::<_, bool>(turn).fetch_one(&mut *connection).await? {
        tokio::time::sleep(TURN).await;
    }
    Ok(())
}

async fn migrated(pool: &PgPool, connection: &mut PgConnection, migrations: &Migrator) -> anyhow::Result<()> {
    // The queue of jobs is there before the functions that speak of it.
    jobs::prepare((*pool.connect_options()).clone()).await.context(NOT_MIGRATED)?;
    migrations.run(connection).await.context(NOT_MIGRATED)?;
    Ok(())
}
