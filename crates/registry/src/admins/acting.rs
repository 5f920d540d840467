//! An admin who changes another's account: that they may, and still may once it is locked; and how the outcome is answered. It must
//! not know what is changed.

use axum::Json;
use sqlx::PgConnection;

use super::Error;
use super::body::UnitAdmin;
use super::module::AdminsState;
use super::unit::is_kept_by;
use zaichang_platform::auth::Account;
use zaichang_platform::auth::of_unit::{self, OfAccount};
use zaichang_platform::change::{self, Change, Current, Outcome};
use zaichang_platform::http::{IfMatch, Problem, Versioned};

/// Begins a change of another's account by an admin who may still make it, and has seen what stands.
pub(super) async fn begin<'a>(
    state: &'a AdminsState,
    by: &'a Account,
    row: &OfAccount,
    seen: &IfMatch,
) -> Result<Result<(Change<'a>, OfAccount), Current<OfAccount>>, Error> {
    may_act_on(by, row)?;
    let mut change = Change::begin(&state.pool, &state.guard.clock, by).await?;
    if !of_unit::hold(change.connection(), by.id, row.id).await? {
        return Err(Error::NoLongerAdmin);
    }
    let stands = change.lock::<OfAccount>(row.id.0, seen).await?.ok_or(Error::NotFound)?;
    Ok(stands.map(|stands| (change, stands)))
}

/// The account as it is from now on, or as it stands where another version was seen.
pub(super) fn answered(outcome: Outcome<OfAccount>) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    change::answered(outcome, |account| Ok(account.into()))
}

/// On those of the same unit and below, never on oneself, so that a full admin always remains.
pub(super) fn may_act_on(by: &Account, row: &OfAccount) -> Result<(), Error> {
    if by.id == row.id {
        return Err(Error::OwnAccount);
    }
    is_kept_by(row.role, by)
}

/// That who acts is a full admin still, while the transaction lasts: one who is disabled at this moment leaves no link behind.
pub(super) async fn still_may(transaction: &mut PgConnection, by: &Account) -> Result<(), Error> {
    if of_unit::hold(transaction, by.id, by.id).await? { Ok(()) } else { Err(Error::NoLongerAdmin) }
}
