//! `zaichang import units|people FILE`: what the console's pages do, for who has a shell on a node: the same checks, the same plan, the
//! same one transaction, in the name of an admin who may.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use super::say;
use crate::config::Settings;
use crate::schema::MIGRATIONS;
use crate::stores::{self, Running, Stores};
use crate::telemetry;
use zaichang_core::clock::Clock;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::Act;
use zaichang_platform::db;
use zaichang_platform::sheets;
use zaichang_platform::sheets::imports::{
    self, Carrying, Counts, Judging, Kind, Outcome, Progress, Rows, TITLE, carry_out,
};
use zaichang_registry::people::import::People;
use zaichang_registry::units::import::Units;

/// What to import.
#[derive(Subcommand)]
pub enum ImportWhat {
    /// Units, from an XLSX or CSV file with the columns of the template.
    Units(ImportFile),
    /// People of a unit, or of the units below an authority.
    People(ImportFile),
}

/// A file, and what to do with it.
#[derive(Args)]
pub struct ImportFile {
    file: PathBuf,
    /// Only say what each row would do and what is wrong with it.
    #[arg(long)]
    dry_run: bool,
    /// Import the rows with which nothing is wrong, and leave the others.
    #[arg(long, conflicts_with = "dry_run")]
    only_good: bool,
    /// In whose name: the account of an admin who may. The only one there is, unless said.
    #[arg(long)]
    account: Option<String>,
    /// Write the file here as a workbook, with what is wrong beside each row.
    #[arg(long)]
    marked: Option<PathBuf>,
}

/// Imports a file.
pub async fn import(settings: Settings, what: ImportWhat) -> anyhow::Result<()> {
    telemetry::log(&settings)?;
    let private = Running::read(&settings.data_dir).and_then(|running| running.private_postgres);
    let (url, stores) = match (&settings.database_url, private) {
        (None, Some(private)) => (private, None),
        _ => {
            let stores = Stores::without_redis(&settings).await?;
            (stores.database_url.expose_secret().to_owned(), Some(stores))
        }
    };
    // As its jobs: a statement that writes a whole file takes longer than one of a request may.
    let pool = db::job_pool(&url).context(db::NO_ANSWER)?;
    let imported = match &what {
        ImportWhat::Units(wanted) => units(&pool, &settings, wanted).await,
        ImportWhat::People(wanted) => people(&pool, &settings, wanted).await,
    };
    pool.close().await;
    if let Some(stores) = stores {
        stores.close().await?;
    }
    imported
}

async fn units(pool: &PgPool, settings: &Settings, wanted: &ImportFile) -> anyhow::Result<()> {
    let missing = (
        "没有这个可导入单位的行政部门管理员 · no admin of an authority who may import units has this account",
        "请用 --account 写明以哪个行政部门管理员的名义导入 · say with --account in whose name: an admin of an authority",
    );
    // No links are made here.
    let kind = Units { public_url: "".into() };
    let Some(Counts { add, change, .. }) = carried_out(pool, &kind, settings, wanted, missing).await? else {
        return Ok(());
    };
    say(&format!("已导入：新增 {add} 个，修改 {change} 个 · imported: {add} added, {change} changed"));
    Ok(())
}

async fn people(pool: &PgPool, settings: &Settings, wanted: &ImportFile) -> anyhow::Result<()> {
    let missing = (
        "没有这个可导入人员的管理员 · no admin who may import people has this account",
        "请用 --account 写明以哪个单位或行政部门管理员的名义导入 · say with --account in whose name: an admin of a unit or an authority",
    );
    let kind = People { sealer: Sealer::new(stores::master_keys(settings)?.0) };
    let Some(Counts { add, change, .. }) = carried_out(pool, &kind, settings, wanted, missing).await? else {
        return Ok(());
    };
    say(&format!("已导入：新增 {add} 人，补充 {change} 人 · imported: {add} added, {change} filled in"));
    Ok(())
}

/// Goes through a file twice, as the page does it: first it is told what it would do, then that is done. None of a dry run.
async fn carried_out<K: Kind>(
    pool: &PgPool,
    kind: &K,
    settings: &Settings,
    wanted: &ImportFile,
    missing: (&'static str, &'static str),
) -> anyhow::Result<Option<Counts>> {
    let by = &who(pool, K::ACT, wanted.account.as_deref(), missing).await?;
    let bytes = bytes_of(&wanted.file)?;
    let (clock, progress) = (&Clock::System, Progress::unheard());
    let judging = Judging { pool, by, now: clock.now(), progress, batch: None };
    let (outcome, _) = kind.judge(bytes.clone(), &judging).await.map_err(said)?;
    let Some(rows) = tell(wanted, &bytes, &outcome, &settings.data_dir)? else { return Ok(None) };
    let carrying = Carrying { pool, clock, by, seen: &outcome.plan, rows, progress, import: None };
    let done = carry_out(kind, bytes, &carrying).await.map_err(said)?;
    Ok(Some(done.counts))
}

/// Tells what was found, and writes the marked file if that is asked for. Which rows are to be imported; none of a dry run.
fn tell(wanted: &ImportFile, bytes: &[u8], found: &Outcome, scratch: &Path) -> anyhow::Result<Option<Rows>> {
    for fault in &found.faults {
        say(&format!("第 {} 行 {}：{} · {}", fault.row, fault.name, fault.chinese, fault.english));
    }
    let Counts { add, change, same, wrong } = found.counts;
    say(&format!(
        "新增 {add}，修改 {change}，无变化 {same}，有误 {wrong} · {add} to add, {change} to change, {same} as they are, {wrong} wrong"
    ));
    if let Some(to) = &wanted.marked {
        mark(bytes, found, scratch, to).with_context(|| to.display().to_string())?;
        say(&format!("标注后的文件 · the marked file: {}", to.display()));
    }
    if wanted.dry_run {
        say("仅检查，未作任何修改 · dry run: nothing was changed");
        return Ok(None);
    }
    if wrong > 0 && !wanted.only_good {
        bail!(
            "有 {wrong} 行有误，未作任何修改：请更正后再导入，或用 --only-good 只导入无误的行 · {wrong} rows are wrong and nothing was \
             changed: put them right, or import the others with --only-good"
        );
    }
    Ok(Some(if wanted.only_good { Rows::Good } else { Rows::All }))
}

const CHANGED: &str = "数据在检查之后有变化，未作任何修改：请重新运行 · something changed after the check and nothing was done: run it again";

/// In whose name.
async fn who(
    pool: &PgPool,
    act: Act,
    account: Option<&str>,
    (unknown, several): (&'static str, &'static str),
) -> anyhow::Result<Account> {
    db::migrate(pool, &MIGRATIONS).await?;
    let found = imports::the_only(pool, act, account).await?;
    found.context(if account.is_some() { unknown } else { several })
}

/// The file, if it is no larger than one that is sent may be.
fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = || file.display().to_string();
    let bytes = std::fs::metadata(file).with_context(name)?.len();
    ensure!(
        bytes <= sheets::MOST_BYTES as u64,
        "{}",
        explained(&sheets::Error::TooLarge("it has 16 MB at most"))
    );
    std::fs::read(file).with_context(name)
}

/// What came in between, in both languages.
fn said(error: imports::Error) -> anyhow::Error {
    match error {
        imports::Error::Sheet(error) => explained(&error),
        imports::Error::Otherwise => anyhow::anyhow!(CHANGED),
        imports::Error::Refused(why) => {
            anyhow::anyhow!(
                "有一行在写入时被拒绝，未作任何修改 · a row was refused when it was written, and nothing was done: {why}"
            )
        }
        error => error.into(),
    }
}

/// What is wrong with a file, in both languages.
fn explained(error: &sheets::Error) -> anyhow::Error {
    match error.refusal() {
        Some(refusal) => {
            let (chinese, english) = (refusal.chinese(), refusal.english());
            anyhow::anyhow!(
                "{}：{} · {}: {} ({error})",
                chinese.title,
                chinese.detail,
                english.title,
                english.detail
            )
        }
        None => anyhow::anyhow!("{error}"),
    }
}

fn mark(bytes: &[u8], found: &Outcome, scratch: &Path, to: &Path) -> anyhow::Result<()> {
    let said: BTreeMap<_, _> = found.faults.iter().map(|fault| (fault.row, fault.chinese.clone())).collect();
    // Not in the place of a file that is there: it may be the one that was read.
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(to)?;
    Ok(sheets::mark(bytes, found.place, TITLE, &said, scratch, file)?)
}
