//! `zaichang import units FILE`: what the console's page does, for who has a shell on a node: the same checks, the same plan, the
//! same one transaction, in the name of an admin of an authority.

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
use zaichang_core::clock::Clock;
use zaichang_platform::auth::Account;
use zaichang_platform::change::Change;
use zaichang_platform::db;
use zaichang_platform::sheets::imports::{Counts, Progress, Rows};
use zaichang_platform::sheets::{self, Sheet};
use zaichang_registry::units::import::{self, Done, Plan};

/// What to import.
#[derive(Subcommand)]
pub enum ImportWhat {
    /// Units, from an XLSX or CSV file with the columns of the template.
    Units(UnitsFile),
}

/// A file of units, and what to do with it.
#[derive(Args)]
pub struct UnitsFile {
    file: PathBuf,
    /// Only say what each row would do and what is wrong with it.
    #[arg(long)]
    dry_run: bool,
    /// Import the rows with which nothing is wrong, and leave the others.
    #[arg(long, conflicts_with = "dry_run")]
    only_good: bool,
    /// In whose name: the account of an admin of an authority. The only one there is, unless said.
    #[arg(long)]
    account: Option<String>,
    /// Write the file here as a workbook, with what is wrong beside each row.
    #[arg(long)]
    marked: Option<PathBuf>,
}

/// Imports a file.
pub async fn import(settings: Settings, what: ImportWhat) -> anyhow::Result<()> {
    let ImportWhat::Units(wanted) = what;
    telemetry::log(&settings)?;
    let private = Running::read(&settings.data_dir).and_then(|running| running.private_postgres);
    let (url, stores) = match (&settings.database_url, private) {
        (None, Some(private)) => (private, None),
        _ => {
            let stores = Stores::without_redis(&settings).await?;
            (stores.database_url.expose_secret().to_owned(), Some(stores))
        }
    };
    let pool = db::pool(&url, 2).context(db::NO_ANSWER)?;
    let imported = units(&pool, &wanted, &settings.data_dir).await;
    pool.close().await;
    if let Some(stores) = stores {
        stores.close().await?;
    }
    imported
}

async fn units(pool: &PgPool, wanted: &UnitsFile, scratch: &Path) -> anyhow::Result<()> {
    db::migrate(pool, &MIGRATIONS).await?;
    let by = who(pool, wanted.account.as_deref()).await?;
    let bytes = bytes_of(&wanted.file)?;
    let sheet = import::read(&bytes).map_err(|error| told(&error))?;
    let plan = import::preview(pool, by.unit.id, &sheet).await?;
    tell(&plan);
    if let Some(to) = &wanted.marked {
        mark(&bytes, &sheet, &plan, scratch, to).with_context(|| to.display().to_string())?;
        say(&format!("标注后的文件 · the marked file: {}", to.display()));
    }
    let Counts { add, change, wrong, .. } = plan.counts();
    if wanted.dry_run {
        say("仅检查，未作任何修改 · dry run: nothing was changed");
        return Ok(());
    }
    if wrong > 0 && !wanted.only_good {
        bail!(
            "有 {wrong} 行有误，未作任何修改：请更正后再导入，或用 --only-good 只导入无误的行 · {wrong} rows are wrong and nothing was \
             changed: put them right, or import the others with --only-good"
        );
    }
    let rows = if wanted.only_good { Rows::Good } else { Rows::All };
    let clock = Clock::System;
    let mut transaction = Change::begin(pool, &clock, &by).await?;
    match import::apply(&mut transaction, &sheet, rows, &plan.digest(), Progress::unheard()).await? {
        Done::Done(..) => transaction.commit().await?,
        Done::Otherwise(_) => bail!(
            "数据在检查之后有变化，未作任何修改：请重新运行 · something changed after the check and nothing was done: run it again"
        ),
    }
    say(&format!("已导入：新增 {add} 个，修改 {change} 个 · imported: {add} added, {change} changed"));
    Ok(())
}

/// In whose name.
async fn who(pool: &PgPool, account: Option<&str>) -> anyhow::Result<Account> {
    let found = match account {
        Some(account) => import::authority_of_account(pool, account).await?,
        None => import::only_authority(pool).await?,
    };
    found.context(match account {
        Some(_) => "没有这个可导入单位的行政部门管理员 · no admin of an authority who may import units has this account",
        None => "请用 --account 写明以哪个行政部门管理员的名义导入 · say with --account in whose name: an admin of an authority",
    })
}

/// The file, if it is no larger than one that is sent may be.
fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = || file.display().to_string();
    let bytes = std::fs::metadata(file).with_context(name)?.len();
    ensure!(bytes <= sheets::MOST_BYTES as u64, "{}", told(&sheets::Error::TooLarge("it has 8 MB at most")));
    std::fs::read(file).with_context(name)
}

/// What is wrong with a file, in both languages.
fn told(error: &sheets::Error) -> anyhow::Error {
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

fn tell(plan: &Plan) {
    for fault in plan.faults() {
        say(&format!("第 {} 行 {}：{} · {}", fault.row, fault.name, fault.chinese, fault.english));
    }
    let Counts { add, change, same, wrong } = plan.counts();
    say(&format!(
        "新增 {add}，修改 {change}，无变化 {same}，有误 {wrong} · {add} to add, {change} to change, {same} as they are, {wrong} wrong"
    ));
}

fn mark(bytes: &[u8], sheet: &Sheet, plan: &Plan, scratch: &Path, to: &Path) -> anyhow::Result<()> {
    let said: BTreeMap<_, _> = plan.faults().into_iter().map(|fault| (fault.row, fault.chinese)).collect();
    // Not in the place of a file that is there: it may be the one that was read.
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(to)?;
    Ok(sheets::mark(bytes, sheet.place, import::TITLE, &said, scratch, file)?)
}
