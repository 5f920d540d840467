//! `zaichang doctor`: looks at settings, keys, machine, clocks and stores, and says what to fix, in Chinese and English.
//! It changes nothing but one key in Redis that expires within a second; it must not print a secret.

mod clamav;
mod clocks;
mod connections;
mod durability;
mod finding;
mod keys;
mod machine;
mod memory;
mod names;
mod postgres;
mod print;
mod redis;
mod schema;
mod seals;
mod settings;
mod wechat;

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use secrecy::ExposeSecret as _;
use serde::Serialize;

use self::finding::{Finding, Level};
use super::say;
use crate::config::Settings;
use crate::stores::Running;

/// A store that has not answered everything by then counts as not answering.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// Whether nothing has to be fixed.
    ok: bool,
    /// How many findings have to be fixed.
    fix: usize,
    findings: &'a [Finding],
}

/// Prints every finding, as lines or as JSON; fails if anything is to be fixed. `file` is the settings file that the
/// command line names.
pub async fn doctor(file: Option<&Path>, json: bool) -> anyhow::Result<()> {
    // One provider for all of TLS, as in `serve`.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut findings = names::unknown(file);
    match Settings::read(file) {
        Ok(settings) => findings.extend(examine(&settings).await),
        Err(error) => findings.push(settings::unreadable(&error)),
    }
    let fix = findings.iter().filter(|finding| finding.level == Level::Fix).count();
    if json {
        let report = Report { ok: fix == 0, fix, findings: &findings };
        say(&serde_json::to_string_pretty(&report)?);
    } else {
        findings.iter().flat_map(Finding::lines).for_each(|line| say(&line));
    }
    if fix > 0 {
        bail!("{fix} 项须改 · {fix} to fix");
    }
    Ok(())
}

async fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = settings::judge(settings).await;
    findings.extend(machine::judge(settings));
    let (keys, found) = keys::judge(settings);
    findings.push(found);
    let private = Running::read(&settings.data_dir).and_then(|running| running.private_postgres);
    let is_private = settings.database_url.is_none();
    match settings.database_url.as_ref().map(|url| url.expose_secret().to_owned()).or(private) {
        Some(url) => {
            let asked = postgres::examine(settings, &url, is_private, keys.as_ref());
            let told = tokio::time::timeout(PATIENCE, asked).await;
            findings.extend(told.unwrap_or_else(|_| vec![postgres::silent()]));
        }
        None => findings.push(Finding::wrong(
            "postgres",
            "未检查 not examined",
            "未设置 ZAICHANG_DATABASE_URL，且服务未运行：请先启动 zaichang serve 再运行 doctor，或设置该项。",
            "ZAICHANG_DATABASE_URL is not set and no server runs here: start `zaichang serve` first and run doctor \
             again, or set it.",
        )),
    }
    findings.extend(redis::examine(settings).await);
    findings.extend(wechat::examine(settings).await);
    findings.push(clamav::examine(settings).await);
    findings.push(print::examine(settings).await);
    findings
}
