//! The accounts of a unit that is closed are locked with it, and unlocked if it is opened again: those that were locked at that
//! instant; those of a unit that is merged may act for the other. Each is a change of the account, as another admin's would be: who
//! has seen it before is told. It must not know why a unit is closed.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};

use zaichang_core::ids::{AccountId, UnitId};

/// Locks the accounts of this unit and of what lies below it, from now on: a new version of each, by this account. How many there were.
pub async fn lock_of_unit(
    connection: &mut PgConnection,
    unit: UnitId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let locked = query!(
        "update accounts set disabled_at = $2, disabled_by = $3, disabled_for = null,
             account_version = account_version + 1, account_changed_by = $3, account_changed_at = $2
         where unit_id in (select unit_and_below($1)) and disabled_at is null",
        unit.0,
        now.to_sqlx() as _,
        by.0,
    );
    Ok(locked.execute(connection).await?.rows_affected())
}

/// The accounts of this unit and of what lies below it act for the other from now on, locked ones, too. How many there were.
pub async fn move_of_unit(connection: &mut PgConnection, from: UnitId, into: UnitId) -> sqlx::Result<u64> {
    let moved = query!(
        "update accounts set unit_id = $2 where unit_id in (select unit_and_below($1))",
        from.0,
        into.0,
    );
    Ok(moved.execute(connection).await?.rows_affected())
}

/// Unlocks those of them that were locked at this instant: a new version of each, by this account. How many.
pub async fn unlock_of_unit(
    connection: &mut PgConnection,
    unit: UnitId,
    locked_at: Timestamp,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let unlocked = query!(
        "update accounts set disabled_at = null, disabled_by = null, disabled_for = null,
             account_version = account_version + 1, account_changed_by = $3, account_changed_at = $4
         where unit_id in (select unit_and_below($1)) and disabled_at = $2",
        unit.0,
        locked_at.to_sqlx() as _,
        by.0,
        now.to_sqlx() as _,
    );
    Ok(unlocked.execute(connection).await?.rows_affected())
}
