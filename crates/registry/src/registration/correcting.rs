//! The unit puts a registration right before its verdict: a change under the lock of its row. It must not judge one.

use sqlx::PgPool;

use super::Error;
use super::entry::ValidEntry;
use super::sql::{Registration, hold, read, write};
use crate::units::lies_below;
use zaichang_core::clock::Clock;
use zaichang_core::ids::{RegistrationId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Current, Outcome};
use zaichang_platform::http::IfMatch;
use zaichang_platform::review::{self as kit, Word};

/// Puts right what was entered, before the verdict.
pub(super) async fn correct(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    id: RegistrationId,
    seen: &IfMatch,
    wanted: &ValidEntry,
) -> Result<Outcome<Registration>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    if let Some(unit) = wanted.unit {
        if !lies_below(change.connection(), unit, by.unit.id).await? {
            return Err(Error::NoSuch("unit_id"));
        }
        // Before the registration itself, as who closes the unit does.
        hold(change.connection(), &[unit]).await?;
    }
    let before = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(registration) => registration,
        standing => return Ok(standing),
    };
    let review = before.review.clone().ok_or(Error::NotFound)?;
    let now = change.now();
    write(change.connection(), sealer, &before, wanted, now).await?;
    let after = read(change.connection(), &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    let proposal = after.proposal(&after.applicant(sealer)?)?;
    // What changes nothing is no act; another name may look the same once it is masked.
    if proposal == review.after && after.version == before.version {
        return Ok(Ok(before));
    }
    let detail = serde_json::json!({ "before": review.after, "after": proposal });
    kit::correct(change.connection(), review, proposal).await?;
    change.record("correct_registration", &after, detail).await?;
    Ok(Ok(change.commit_row(after).await?))
}

/// The registration under its lock, or how it stands if it was seen otherwise; not found unless it is submitted to a unit below
/// this one. What the route has proved may be old: meanwhile its applicant may have gone to another unit.
pub(super) async fn locked(
    change: &mut Change<'_>,
    id: RegistrationId,
    seen: &IfMatch,
    above: UnitId,
) -> Result<Outcome<Registration>, Error> {
    let outcome = change.lock::<Registration>(id.0, seen).await?.ok_or(Error::NotFound)?;
    let stands = match &outcome {
        Ok(registration) => registration,
        Err(Current { row, .. }) => row,
    };
    let Some(unit) = stands.unit.as_ref().map(|unit| unit.id) else { return Err(Error::NotFound) };
    if stands.state().word() == Word::Draft || !lies_below(change.connection(), unit, above).await? {
        return Err(Error::NotFound);
    }
    Ok(outcome)
}
