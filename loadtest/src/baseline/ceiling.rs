//! The yardstick that is the ceiling: what arrives while a batch is written becomes the next one, one statement each,
//! three at a time. It must not know HTTP.

use std::sync::Arc;

use anyhow::Context as _;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::{Mutex, mpsc, oneshot};
use uuid::Uuid;

use super::NewRow;

const CONNECTIONS: u32 = 3;
const BATCH: usize = 512;

struct Waiting {
    row: NewRow,
    answer: oneshot::Sender<bool>,
}

#[derive(Clone)]
pub(super) struct Ceiling {
    queue: mpsc::UnboundedSender<Waiting>,
}

/// Makes a table afresh with the columns of a scan and one key.
pub(super) async fn make_table(pool: &PgPool, name: &'static str) -> anyhow::Result<()> {
    let made = format!(
        "drop table if exists {name};
         create table {name} (
             person_id bigint not null, course_id bigint not null, day date not null, slot bigint not null,
             id uuid not null, at timestamptz not null, recorded_at timestamptz not null, source text not null,
             screen bigint, step bigint, code_age_ms integer, device_hash bytea, client_kind text not null,
             primary key (person_id, course_id, day, slot))"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(made))
        .execute(pool)
        .await
        .context("cannot make the yardstick's table")?;
    Ok(())
}

impl Ceiling {
    /// Connects, makes its table afresh and starts the writers.
    pub async fn open(database_url: &str) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).min_connections(CONNECTIONS);
        let pool = pool.connect(database_url).await.context("cannot reach the yardstick's database")?;
        make_table(&pool, "ceiling_check_ins").await?;
        let (queue, waiting) = mpsc::unbounded_channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..CONNECTIONS {
            tokio::spawn(write(pool.clone(), Arc::clone(&waiting)));
        }
        Ok(Self { queue })
    }

    pub async fn insert(&self, row: NewRow) -> sqlx::Result<()> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Waiting { row, answer }).map_err(|_| sqlx::Error::WorkerCrashed)?;
        if answered.await.unwrap_or(false) { Ok(()) } else { Err(sqlx::Error::WorkerCrashed) }
    }
}

async fn write(pool: PgPool, waiting: Arc<Mutex<mpsc::UnboundedReceiver<Waiting>>>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        // In the order of the key, so that two batches never wait for each other.
        batch.sort_unstable_by_key(|waiting| (waiting.row.person, waiting.row.course));
        let written = insert(&pool, &batch).await.is_ok();
        for waiting in batch.drain(..) {
            // A client that hung up does not wait for it.
            let _ = waiting.answer.send(written);
        }
    }
}

async fn insert(pool: &PgPool, batch: &[Waiting]) -> sqlx::Result<()> {
    let rows = || batch.iter().map(|waiting| &waiting.row);
    sqlx::query(
        "insert into ceiling_check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step,
             code_age_ms, device_hash, client_kind)
         select id, person_id, course_id, date '1970-01-01' + day, slot, to_timestamp(at / 1e6), now(), 'scan', screen,
             step, 0, device, 'app'
         from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[],
             $8::bigint[], $9::bytea[]) arrived (id, person_id, course_id, day, slot, at, screen, step, device)
         on conflict do nothing",
    )
    .bind(rows().map(|row| row.id).collect::<Vec<Uuid>>())
    .bind(rows().map(|row| row.person).collect::<Vec<_>>())
    .bind(rows().map(|row| row.course).collect::<Vec<_>>())
    .bind(rows().map(|row| row.day).collect::<Vec<_>>())
    .bind(rows().map(|row| row.slot).collect::<Vec<_>>())
    .bind(rows().map(|row| row.at_us).collect::<Vec<_>>())
    .bind(rows().map(|row| row.screen).collect::<Vec<_>>())
    .bind(rows().map(|row| row.step).collect::<Vec<_>>())
    .bind(rows().map(|row| row.device.to_vec()).collect::<Vec<_>>())
    .execute(pool)
    .await?;
    Ok(())
}
