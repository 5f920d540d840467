//! `zaichang import units|people FILE`: what the console's pages do, for who has a shell on a node: the same checks, the same plan, the
//! same one transaction, in the name of an admin who may.

mod people;
mod units;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use super::say;
use crate::config::Settings;
use crate::schema::MIGRATIONS;
use crate::stores::{Running, Stores};
use crate::telemetry;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::Act;
use zaichang_platform::db;
use zaichang_platform::sheets::imports::{self, Counts, RowFault, Rows};
use zaichang_platform::sheets::{self, Place};

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
        ImportWhat::Units(wanted) => units::import(&pool, wanted, &settings.data_dir).await,
        ImportWhat::People(wanted) => people::import(&pool, &settings, wanted).await,
    };
    pool.close().await;
    if let Some(stores) = stores {
        stores.close().await?;
    }
    imported
}

/// What a file comes to.
struct Found<'a> {
    bytes: &'a [u8],
    place: Place,
    counts: Counts,
    faults: &'a [RowFault],
    /// The head of the column in which it stands what is wrong.
    title: &'static str,
}

/// Tells what was found, and writes the marked file if that is asked for. Which rows are to be imported; none of a dry run.
fn tell(wanted: &ImportFile, found: &Found<'_>, scratch: &Path) -> anyhow::Result<Option<Rows>> {
    for fault in found.faults {
        say(&format!("第 {} 行 {}：{} · {}", fault.row, fault.name, fault.chinese, fault.english));
    }
    let Counts { add, change, same, wrong } = found.counts;
    say(&format!(
        "新增 {add}，修改 {change}，无变化 {same}，有误 {wrong} · {add} to add, {change} to change, {same} as they are, {wrong} wrong"
    ));
    if let Some(to) = &wanted.marked {
        mark(found, scratch, to).with_context(|| to.display().to_string())?;
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

fn mark(found: &Found<'_>, scratch: &Path, to: &Path) -> anyhow::Result<()> {
    let said: BTreeMap<_, _> = found.faults.iter().map(|fault| (fault.row, fault.chinese.clone())).collect();
    // Not in the place of a file that is there: it may be the one that was read.
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(to)?;
    Ok(sheets::mark(found.bytes, found.place, found.title, &said, scratch, file)?)
}
