//! What each command does, from its settings to its last line. The only place that prints.

mod doctor;
mod key;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;

use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::Keys;
use crate::seal::Sealer;
use crate::stores::{self, Running, Stores};
use crate::{db, router, telemetry};

pub use doctor::doctor;
pub use key::{KeyAct, key};
pub use serve::serve;

/// Prints a line for people or programs.
fn say(line: &str) {
    // A reader who has closed the pipe needs no more.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says what went wrong and with what code the process ends.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "zaichang: {error:#}");
    ExitCode::FAILURE
}

/// Brings the schema up to date.
pub async fn migrate(settings: Settings) -> anyhow::Result<()> {
    telemetry::log(&settings)?;
    let stores = Stores::without_redis(&settings).await?;
    let pool = db::pool(stores.database_url.expose_secret(), 2).context(db::NO_ANSWER)?;
    let migrated = db::migrate(&pool).await;
    pool.close().await;
    stores.close().await?;
    migrated?;
    say("schema is up to date · 数据库结构已是最新");
    Ok(())
}

/// Fills demo data, into the running server's database if there is one.
pub async fn demo(settings: Settings, people: usize, json: bool) -> anyhow::Result<()> {
    telemetry::log(&settings)?;
    let (keys, written) = stores::master_keys(&settings)?;
    let running = Running::read(&settings.data_dir);
    let private = running.as_ref().and_then(|running| running.private_postgres.clone());
    let (database_url, stores) = match (&settings.database_url, private) {
        (None, Some(private)) => (private, None),
        _ => {
            let stores = Stores::without_redis(&settings).await?;
            (stores.database_url.expose_secret().to_owned(), Some(stores))
        }
    };
    let base_url =
        running.map_or_else(|| settings.public_url_for(settings.listen), |running| running.base_url);
    let filled = async {
        let pool = db::pool(&database_url, 4).context(db::NO_ANSWER)?;
        db::migrate(&pool).await?;
        let master_keys = written.expose_secret().split(',').map(|key| key.trim().to_owned()).collect();
        let sealer = Sealer::new(Keys::clone(&keys));
        let demo =
            crate::demo::fill(&pool, &sealer, Clock::System.now(), people, base_url, master_keys).await;
        pool.close().await;
        demo
    };
    let demo = filled.await;
    if let Some(stores) = stores {
        stores.close().await?;
    }
    let demo = demo?;
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

/// Prints the OpenAPI document.
pub fn openapi() -> anyhow::Result<()> {
    say(&router::openapi().to_pretty_json().context("the document cannot be written")?);
    Ok(())
}
