//! Counting courses again to which two came who were merged into one, or who are two again: their head counts, and the seats that are
//! taken. From the rows alone, so that it may be done any number of times. It must not know how people are merged.

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::sql::recount as sql;
use zaichang_platform::jobs::{Failed, Try};
use zaichang_registry::people::merging::RecountMerged;

/// A check-in that was under way beside a merge, on a node that had not heard of it, is in the counts by then; so is what a node of the
/// release before has counted, which knows of no merge: an upgrade takes no longer.
const LATE: SignedDuration = SignedDuration::from_hours(72);

/// Counts the courses of a merge again.
pub(super) async fn of_merge(job: RecountMerged, attempt: Try) -> Result<(), Failed> {
    let counted = courses(&attempt.pool, job.merge).await;
    counted.map_err(|error| {
        tracing::error!(%error, merge = job.merge, "counting courses of merged people again is put off");
        Failed("database")
    })
}

/// Counts those of merges of the last days once more.
pub(super) async fn of_late(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    for merge in sql::merges_since(pool, now - LATE).await? {
        courses(pool, merge).await?;
    }
    Ok(())
}

/// Each course by itself, under the lock of its version: nodes that know its rows read them again.
async fn courses(pool: &PgPool, merge: i64) -> sqlx::Result<()> {
    for course in sql::courses_of_both(pool, merge).await? {
        let mut transaction = pool.begin().await?;
        if sql::count_again(&mut transaction, course).await? {
            transaction.commit().await?;
        }
    }
    Ok(())
}
