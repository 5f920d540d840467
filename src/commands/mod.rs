//! What each command does, from its settings to its last line. The only place that prints.

mod admin;
mod demo;
mod doctor;
mod import;
mod key;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;

use crate::config::Settings;
use crate::schema::MIGRATIONS;
use crate::stores::Stores;
use crate::{docs, router, telemetry};
use zaichang_platform::db;

pub use admin::{AdminAct, admin};
pub use demo::{demo, nation};
pub use doctor::doctor;
pub use import::{ImportWhat, import};
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
    let migrated = db::migrate(&pool, &MIGRATIONS).await;
    pool.close().await;
    stores.close().await?;
    migrated?;
    say("schema is up to date · 数据库结构已是最新");
    Ok(())
}

/// Prints the OpenAPI document.
pub fn openapi() -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(&router::openapi()).context("the document cannot be written")?);
    Ok(())
}

/// Prints the page about who may do what.
pub fn authority() -> anyhow::Result<()> {
    say(docs::authority(&router::openapi()).trim_end());
    Ok(())
}
