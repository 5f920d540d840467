//! Sealing again as a module of the program: one job for each newest master key, asked for at every start.

use std::time::Duration;

use axum::Router;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use super::{Resealed, reseal};
use zaichang_core::seal::Sealer;
use zaichang_platform::jobs::{self, Failed, Job, RunsOn, Try};
use zaichang_platform::metric::Metric;
use zaichang_platform::module::{Context, Module};

/// What is measured.
const METRICS: &[Metric] = &[Metric::gauge(
    "zaichang_rows_not_resealed",
    "Rows that could not be sealed again after a rotation of the master keys, by table: people, accounts, registrations, and \
         by why: unknown_key, altered, collides.",
)];

/// What older master keys sealed.
pub const MODULE: Module = Module { name: "resealing", metrics: METRICS, open, ..Module::EMPTY };

/// How long after a job could not be added it is added again.
const AGAIN: Duration = Duration::from_mins(1);

/// Seals everything again with one newest master key. A row under it is its effect, and needs no more. Its name is that of the
/// release before, which sealed people alone.
#[derive(Serialize, Deserialize)]
struct ResealPeople {
    /// The key's id, in hexadecimal digits. Only nodes whose newest key it is take the job.
    #[serde(skip)]
    key_id: String,
}

impl Job for ResealPeople {
    const NAME: &'static str = "reseal_people";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        key_of(&self.key_id)
    }
}

fn key_of(key_id: &str) -> String {
    format!("reseal:{key_id}")
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    let (pool, sealer) = (context.pool.clone(), context.sealer.clone());
    let key_id = hex::encode(sealer.key_id());
    let older = sealer.clone();
    context.job(move |_: ResealPeople, attempt| reseal_all(attempt, sealer.clone()));
    // Once more by and by: the job of a node that was killed is free only when it has not been heard of for a while.
    context.hourly("reseal_of_older_keys", move |pool, _| {
        let older = older.clone();
        async move { withdraw_older(&pool, &older).await }
    });
    context.until_done("reseal", move || ask(pool.clone(), key_id.clone()));
    Ok(Router::new())
}

/// Each start asks for it: what there is to do is little unless the keys are others now.
async fn ask(pool: PgPool, key_id: String) {
    let place = RunsOn::Key(key_id.clone());
    let job = ResealPeople { key_id };
    loop {
        let asked = async { jobs::enqueue(&mut *pool.acquire().await?, &job, &place).await };
        match asked.await {
            Ok(()) => return,
            Err(error) => tracing::error!(%error, "sealing again is put off"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Takes back the jobs of keys that were the newest for a while: no node may be left that takes them, and the newest key's own job
/// does their work. Where such nodes still run, each that starts in their place asks anew.
async fn withdraw_older(pool: &PgPool, sealer: &Sealer) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?;
    for older in sealer.older_key_ids() {
        jobs::withdraw(&mut connection, &key_of(&hex::encode(older))).await?;
    }
    Ok(())
}

async fn reseal_all(attempt: Try, sealer: Sealer) -> Result<(), Failed> {
    let Resealed { rows, left } = reseal(&attempt.pool, &sealer).await.map_err(|error| {
        tracing::error!(%error, "sealing again is put off");
        Failed("database")
    })?;
    if rows.values().any(|rows| *rows > 0) {
        tracing::info!(?rows, "rows were sealed again with the newest master key");
    }
    withdraw_older(&attempt.pool, &sealer).await.map_err(|error| {
        tracing::error!(%error, "jobs of older master keys wait on");
        Failed("database")
    })?;
    if !left.is_empty() {
        tracing::error!(?left, "rows that could not be sealed again: zaichang doctor lists them");
    }
    Ok(())
}
