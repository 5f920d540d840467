//! `zaichang demo`: invented data, into the running server's database if there is one. The module `demo` invents it.

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use super::say;
use crate::config::Settings;
use crate::demo::nation::{self, Scale};
use crate::demo::{Demo, fill};
use crate::schema::MIGRATIONS;
use crate::stores::{self, Running, Stores};
use crate::telemetry;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_platform::db;

/// Fills demo data with so many people who are logged in.
pub async fn demo(settings: Settings, people: usize, json: bool) -> anyhow::Result<()> {
    let database = Database::open(&settings).await?;
    let filled = database.demo(people).await;
    database.close().await?;
    let demo = filled?;
    if json {
        say(&serde_json::to_string(&demo)?);
    } else {
        say(&format!(
            "{} people, {} courses open now · 演示数据已就绪",
            demo.people.len(),
            demo.courses.len()
        ));
    }
    Ok(())
}

/// Fills a whole nation.
pub async fn nation(settings: Settings) -> anyhow::Result<()> {
    let database = Database::open(&settings).await?;
    let filled = database.nation().await;
    database.close().await?;
    filled.map(drop)
}

/// The database to be filled, and what its demo must know.
struct Database {
    pool: PgPool,
    /// Servers that were started for this command.
    stores: Option<Stores>,
    base_url: String,
    sealer: Sealer,
    master_keys: Vec<String>,
}

impl Database {
    async fn open(settings: &Settings) -> anyhow::Result<Self> {
        telemetry::log(settings)?;
        let (keys, written) = stores::master_keys(settings)?;
        let running = Running::read(&settings.data_dir);
        let private = running.as_ref().and_then(|running| running.private_postgres.clone());
        let (url, stores) = match (&settings.database_url, private) {
            (None, Some(private)) => (private, None),
            _ => {
                let stores = Stores::without_redis(settings).await?;
                (stores.database_url.expose_secret().to_owned(), Some(stores))
            }
        };
        Ok(Self {
            pool: db::pool(&url, 4).context(db::NO_ANSWER)?,
            stores,
            base_url: running
                .map_or_else(|| settings.public_url_for(settings.listen), |running| running.base_url),
            sealer: Sealer::new(Keys::clone(&keys)),
            master_keys: written.expose_secret().split(',').map(|key| key.trim().to_owned()).collect(),
        })
    }

    async fn demo(&self, people: usize) -> anyhow::Result<Demo> {
        db::migrate(&self.pool, &MIGRATIONS).await?;
        let (base_url, keys) = (self.base_url.clone(), self.master_keys.clone());
        fill(&self.pool, &self.sealer, Clock::System.now(), people, base_url, keys).await
    }

    async fn nation(&self) -> anyhow::Result<nation::Written> {
        db::migrate(&self.pool, &MIGRATIONS).await?;
        nation::fill(&self.pool, &self.sealer, Clock::System.now(), Scale::NATION, |table, rows, elapsed| {
            say(&format!("{:>4} s  {table} {rows}", elapsed.as_secs()));
        })
        .await
    }

    async fn close(self) -> anyhow::Result<()> {
        self.pool.close().await;
        match self.stores {
            Some(stores) => stores.close().await.map_err(Into::into),
            None => Ok(()),
        }
    }
}
