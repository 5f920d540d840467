//! What becomes of the registrations that wait at a unit that is closed: they could not be judged there, so each goes back to its
//! applicant, who chooses another unit. A job does it, some at a time: a node that dies has returned what it has, and another goes
//! on. It must not know how a unit is closed.

use sqlx::{PgConnection, query_scalar};

use super::Error;
use super::returning::send_back;
use super::sql::Registration;
use crate::units::ReturnWaiting;
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::{Account, accounts};
use zaichang_platform::change::Change;
use zaichang_platform::jobs::{Failed, Try};
use zaichang_platform::review::Reason;

/// What their applicants read.
pub(super) const CLOSED: &str = "所选单位已停用，请改选其他单位后重新提交";
/// Registrations that are returned at a time: locks are held for a fraction of a second.
const AT_A_TIME: i64 = 100;

/// Returns what waits at a unit that was closed.
pub(super) async fn run(job: ReturnWaiting, attempt: Try, clock: Clock) -> Result<(), Failed> {
    let failed = |error: Error| {
        tracing::error!(%error, unit = job.unit().0, "returning what waits at a closed unit is put off");
        Failed("database")
    };
    let by = accounts::account_also_disabled(&attempt.pool, job.by()).await;
    let by = by.map_err(|error| failed(error.into()))?.ok_or(Failed("account_gone"))?;
    let (mut after, mut left) = (0, 0);
    while let Some(lot) = lot(&attempt, &clock, &by, job.unit(), after).await.map_err(failed)? {
        after = lot.last;
        left += lot.left;
    }
    // A node of the next release may read what this one cannot.
    if left > 0 { Err(Failed("rows_unreadable")) } else { Ok(()) }
}

/// What became of some of those that wait.
struct Lot {
    /// The id of the last of them.
    last: i64,
    /// How many stay, because they cannot be read here.
    left: usize,
}

/// Returns the next of those that wait, after this id; none once there is nothing left to return, or the unit has been opened again:
/// what waits there may be judged.
async fn lot(
    attempt: &Try,
    clock: &Clock,
    by: &Account,
    unit: UnitId,
    after: i64,
) -> Result<Option<Lot>, Error> {
    let mut change = Change::begin(&attempt.pool, clock, by).await?;
    // The unit before what waits there, as who submits to it does; it is not opened meanwhile.
    let closed =
        query_scalar!("select id from units where id = $1 and closed_at is not null for share", unit.0);
    if closed.fetch_optional(change.connection()).await?.is_none() {
        return Ok(None);
    }
    let ids = waiting(change.connection(), unit, after).await?;
    let Some(last) = ids.last().copied() else { return Ok(None) };
    change.lock_rows::<Registration>(&ids).await?;
    // Some were withdrawn before they were locked.
    let still = waiting(change.connection(), unit, after).await?;
    let ids: Vec<_> = ids.into_iter().filter(|id| still.contains(id)).collect();
    let reason = Reason::read(CLOSED).expect("it is 2 to 200 characters without a number");
    let left = send_back(&mut change, &ids, &reason).await?;
    change.commit().await?;
    Ok(Some(Lot { last, left }))
}

/// Some of those that wait for a verdict at this unit or below: those after this id, by their ids.
async fn waiting(connection: &mut PgConnection, unit: UnitId, after: i64) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select registrations.id from registrations
         join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
         where person_id is null and unit_id in (select unit_and_below($1)) and registrations.id > $3
         order by registrations.id limit $2",
        unit.0,
        AT_A_TIME,
        after,
    );
    ids.fetch_all(connection).await
}
