//! Units from a file, on the shell.

use std::path::Path;

use anyhow::bail;
use sqlx::PgPool;

use super::{CHANGED, Found, ImportFile, bytes_of, explained, say, tell, who};
use zaichang_core::clock::Clock;
use zaichang_platform::authority::Act;
use zaichang_platform::change::Change;
use zaichang_platform::sheets::imports::{Counts, Progress};
use zaichang_registry::units::import::{self, Done};

pub(super) async fn import(pool: &PgPool, wanted: &ImportFile, scratch: &Path) -> anyhow::Result<()> {
    let missing = (
        "没有这个可导入单位的行政部门管理员 · no admin of an authority who may import units has this account",
        "请用 --account 写明以哪个行政部门管理员的名义导入 · say with --account in whose name: an admin of an authority",
    );
    let by = who(pool, Act::ImportUnits, wanted.account.as_deref(), missing).await?;
    let bytes = bytes_of(&wanted.file)?;
    let sheet = import::read(&bytes).map_err(|error| explained(&error))?;
    let plan = import::preview(pool, by.unit.id, &sheet).await?;
    let (counts, faults) = (plan.counts(), plan.faults());
    let found = Found { bytes: &bytes, place: sheet.place, counts, faults: &faults, title: import::TITLE };
    let Some(rows) = tell(wanted, &found, scratch)? else { return Ok(()) };
    let clock = Clock::System;
    let mut change = Change::begin(pool, &clock, &by).await?;
    match import::apply(&mut change, &sheet, rows, &plan.digest(), Progress::unheard()).await? {
        Done::Done(..) => change.commit().await?,
        Done::Otherwise(_) => bail!(CHANGED),
    }
    let Counts { add, change, .. } = counts;
    say(&format!("已导入：新增 {add} 个，修改 {change} 个 · imported: {add} added, {change} changed"));
    Ok(())
}
