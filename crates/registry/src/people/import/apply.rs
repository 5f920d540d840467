//! A staged file carried out: its rows in one transaction, each step one statement, or none of them. Where one of its
//! numbers was entered elsewhere meanwhile, nothing is written, and what it would do is told anew.

use sqlx::PgPool;

use super::{Batch, Error, sql};
use crate::people::of_unit::Person;
use zaichang_core::seal::Sealer;
use zaichang_platform::audit;
use zaichang_platform::change::Change;
use zaichang_platform::db::is_coded;
use zaichang_platform::sheets::imports::Counts;

/// People of whom something is filled in by one statement.
const PIECE: usize = 500;

/// Writes what was staged under this batch and comes to these counts. It stands once the change is committed.
pub async fn write(
    change: &mut Change<'_>,
    sealer: &Sealer,
    batch: Batch,
    counts: Counts,
) -> Result<(), Error> {
    if counts.add + counts.change == 0 {
        return Ok(());
    }
    let above = change.by().unit.id;
    if !sql::hold_places(change.connection(), batch, above).await.map_err(quicker)? {
        return Err(Error::Otherwise);
    }
    // Another file with the same people may take a while: it is waited for, and then looked at.
    sql::wait_longer(change.connection()).await?;
    if counts.change > 0 {
        fill(change, batch, counts.change).await?;
    }
    let units = sql::units(change.connection(), batch).await?;
    let (by, now) = (change.by(), change.now());
    // One entry for each unit: whom it has entered is known by it.
    let acts = audit::record_all(change.connection(), by, now, "import_people", "unit", &units).await?;
    let acts = acts.into_iter().collect();
    let has_older_keys = sealer.older_key_ids().next().is_some();
    sql::plan_for_many(change.connection()).await?;
    let entered =
        sql::enter(change.connection(), batch, &acts, has_older_keys, now).await.map_err(quicker)?;
    // A person who has submitted a registration since the file was judged waits for their unit, with scans that a file does not know.
    if sql::overtakes(change.connection(), batch).await.map_err(quicker)? {
        return Err(Error::Otherwise);
    }
    // What waits lies in a table that a crash of Postgres empties.
    if entered == u64::from(counts.add) { Ok(()) } else { Err(Error::Interrupted) }
}

/// Fills in what is empty, under the lock of whom it is filled in of, with an entry of the log for each.
async fn fill(change: &mut Change<'_>, batch: Batch, wanted: u32) -> Result<(), Error> {
    let people = sql::people(change.connection(), batch).await?;
    change.lock_rows::<Person>(&people).await.map_err(quicker)?;
    let (by, now) = (change.by(), change.now());
    let mut filled = 0;
    for people in people.chunks(PIECE) {
        let acts = sql::changed(change.connection(), batch, people).await?;
        audit::record_all(change.connection(), by, now, "change_person", "person", &acts).await?;
        filled += sql::fill(change.connection(), batch, people).await.map_err(quicker)?;
    }
    // Somebody changed one of them after they were read.
    if filled == u64::from(wanted) { Ok(()) } else { Err(Error::Otherwise) }
}

/// Who had one of the numbers first, or has held what is written for longer than is waited for.
fn quicker(error: sqlx::Error) -> Error {
    use zaichang_platform::db::Constraint as _;
    let of_numbers = [
        "person_id_number_is_unique",
        "person_phone_is_unique",
        "person_card_number_is_unique",
        "person_account_is_unique",
    ];
    let is_held = is_coded(&error, &["55P03", "40P01"]);
    if is_held || of_numbers.iter().any(|constraint| error.breaks(constraint)) {
        Error::Otherwise
    } else {
        error.into()
    }
}

/// Takes away what was staged, written or not: best effort, as what is left goes within a day.
pub async fn clear(pool: &PgPool, batch: Batch) {
    if let Err(error) = sql::clear(pool, batch).await {
        tracing::debug!(%error, "what an import has staged is left for the sweep");
    }
}
