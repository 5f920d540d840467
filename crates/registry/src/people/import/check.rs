//! A file gone through, piece by piece: judged, and staged if it is to be written. Reading and sealing are done off the async
//! threads, and no more than a few pieces are in memory, however long the file is.

use jiff::Timestamp;
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::plan::{Disclosures, Judge, Sum, What};
use super::sql::{self, Staged};
use super::{Batch, Error, sheet};
use zaichang_core::clock::day_of;
use zaichang_core::seal::{self, Sealer};
use zaichang_platform::auth::Account;
use zaichang_platform::sheets::imports::{Counts, Progress, RowFault, Tally};
use zaichang_platform::sheets::{self, TableLocation};

/// What a file comes to.
#[derive(Debug)]
pub struct Checked {
    pub place: TableLocation,
    /// What the plan is known by.
    pub plan: String,
    pub counts: Counts,
    pub faults: Vec<RowFault>,
    pub told: Disclosures,
    /// Departments that the sender's own unit lacks, in the order of their names.
    pub missing: Vec<String>,
}

/// What this file would do, in the name of this admin. Nothing is changed.
pub async fn check(
    pool: &PgPool,
    sealer: &Sealer,
    by: &Account,
    bytes: Vec<u8>,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Checked, Error> {
    go_through(pool, sealer, by, bytes, now, progress, None).await
}

/// The same, and what it would do is staged under this batch.
pub async fn stage(
    pool: &PgPool,
    sealer: &Sealer,
    by: &Account,
    bytes: Vec<u8>,
    now: Timestamp,
    progress: Progress<'_>,
    batch: Batch,
) -> Result<Checked, Error> {
    go_through(pool, sealer, by, bytes, now, progress, Some(batch)).await
}

async fn go_through(
    pool: &PgPool,
    sealer: &Sealer,
    by: &Account,
    bytes: Vec<u8>,
    now: Timestamp,
    progress: Progress<'_>,
    batch: Option<Batch>,
) -> Result<Checked, Error> {
    let (pieces, mut read) = mpsc::channel(sheet::PIECES);
    let of_reader = sealer.clone();
    let reading = spawn_blocking(move || sheet::read(&bytes, &of_reader, day_of(now), &pieces));
    let (mut judge, mut rows) = (Judge::new(pool, by, day_of(now)).await?, 0);
    while let Some(piece) = read.recv().await {
        let judged = judge.rows(pool, piece).await?;
        rows += judged.len();
        if let Some(batch) = batch {
            keep(pool, sealer, batch, judged, now).await?;
        }
        progress.tell(rows).await;
    }
    // A reader that panics has met what it cannot read.
    let place = reading.await.unwrap_or(Err(sheets::Error::NotAWorkbook))?;
    let Sum { tally, told, missing } = judge.sum;
    let plan = tally.plan();
    let Tally { counts, faults, .. } = tally;
    Ok(Checked { place, plan, counts, faults, told, missing: missing.into_iter().collect() })
}

/// Seals and stages what these rows do.
async fn keep(
    pool: &PgPool,
    sealer: &Sealer,
    batch: Batch,
    rows: Vec<(u32, What)>,
    now: Timestamp,
) -> Result<(), Error> {
    let of_sealing = sealer.clone();
    let sealed = spawn_blocking(move || {
        let mut staged = Staged::default();
        for (row, what) in &rows {
            match what {
                What::Add(new) => staged.add(*row, new, &of_sealing)?,
                What::Fill(filled) => staged.fill(*row, filled),
                What::Same | What::Wrong(_) => {}
            }
        }
        Ok::<_, seal::Error>(staged)
    });
    let staged = sealed.await.map_err(|_| Error::Interrupted)?.map_err(Error::Seal)?;
    if !staged.is_empty() {
        sql::stage(pool, batch, &sealer.key_id(), &staged, now).await?;
    }
    Ok(())
}
