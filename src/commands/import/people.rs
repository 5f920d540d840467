//! People from a file, on the shell: gone through twice, as the page does it, first to be told and then to be written.

use anyhow::{Context as _, bail};
use sqlx::PgPool;

use super::{CHANGED, Found, ImportFile, bytes_of, explained, say, tell, who};
use crate::config::Settings;
use crate::stores;
use zaichang_core::clock::Clock;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::Act;
use zaichang_platform::change::Change;
use zaichang_platform::sheets::imports::{Counts, Progress};
use zaichang_registry::people::import::{self, Batch, Error};

pub(super) async fn import(pool: &PgPool, settings: &Settings, wanted: &ImportFile) -> anyhow::Result<()> {
    let missing = (
        "没有这个可导入人员的管理员 · no admin who may import people has this account",
        "请用 --account 写明以哪个单位或行政部门管理员的名义导入 · say with --account in whose name: an admin of a unit or an authority",
    );
    let by = who(pool, Act::ImportPeople, wanted.account.as_deref(), missing).await?;
    let sealer = Sealer::new(stores::master_keys(settings)?.0);
    let bytes = bytes_of(&wanted.file)?;
    let clock = Clock::System;
    let checked = import::check(pool, &sealer, &by, bytes.clone(), clock.now(), Progress::unheard());
    let checked = checked.await.map_err(said)?;
    let found = Found {
        bytes: &bytes,
        place: checked.place,
        counts: checked.counts,
        faults: &checked.faults,
        title: import::TITLE,
    };
    if tell(wanted, &found, &settings.data_dir)?.is_none() {
        return Ok(());
    }
    let batch = import::batch()?;
    let written = written(pool, &sealer, &clock, &by, (bytes, batch), &checked.plan).await;
    import::clear(pool, batch).await;
    let Counts { add, change, .. } = written?;
    say(&format!("已导入：新增 {add} 人，补充 {change} 人 · imported: {add} added, {change} filled in"));
    Ok(())
}

async fn written(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    (bytes, batch): (Vec<u8>, Batch),
    seen: &str,
) -> anyhow::Result<Counts> {
    let staged = import::stage(pool, sealer, by, bytes, clock.now(), Progress::unheard(), batch);
    let staged = staged.await.map_err(said)?;
    if staged.plan != seen {
        bail!(CHANGED);
    }
    let mut change = Change::begin(pool, clock, by).await?;
    import::write(&mut change, sealer, batch, staged.counts).await.map_err(said)?;
    change.commit().await.context("the import was not committed")?;
    Ok(staged.counts)
}

/// What came in between, in both languages.
fn said(error: Error) -> anyhow::Error {
    match error {
        Error::Sheet(error) => explained(&error),
        Error::Otherwise => anyhow::anyhow!(CHANGED),
        error => error.into(),
    }
}
