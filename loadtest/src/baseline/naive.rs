//! The yardstick of the usual design: a pool, and one insert per request. It must not know HTTP.

use anyhow::Context as _;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::NewRow;

const CONNECTIONS: u32 = 32;

#[derive(Clone)]
pub(super) struct Naive {
    pool: PgPool,
}

impl Naive {
    /// Connects and makes its table afresh.
    pub async fn open(database_url: &str) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).min_connections(CONNECTIONS);
        let pool = pool.connect(database_url).await.context("cannot reach the yardstick's database")?;
        super::ceiling::make_table(&pool, "naive_check_ins").await?;
        Ok(Self { pool })
    }

    pub async fn insert(&self, row: &NewRow) -> sqlx::Result<()> {
        sqlx::query(
            "insert into naive_check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step,
                 code_age_ms, device_hash, client_kind)
             values ($1, $2, $3, date '1970-01-01' + $4, $5, to_timestamp($6 / 1e6), now(), 'scan', $7, $8, 0, $9, 'app')
             on conflict do nothing",
        )
        .bind(row.id)
        .bind(row.person)
        .bind(row.course)
        .bind(row.day)
        .bind(row.slot)
        .bind(row.at_us)
        .bind(row.screen)
        .bind(row.step)
        .bind(row.device.as_slice())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
