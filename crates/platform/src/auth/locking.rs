//! The accounts of a unit that is closed are locked with it, and unlocked if it is opened again: those that were locked at that
//! instant; those of a unit that is merged may act for the other. It must not know why a unit is closed.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query};

use zaichang_core::ids::UnitId;

/// Locks the accounts of this unit and of what lies below it, from now on. How many there were.
pub async fn lock_of_unit(connection: &mut PgConnection, unit: UnitId, now: Timestamp) -> sqlx::Result<u64> {
    let locked = query!(
        "update accounts set disabled_at = $2 where unit_id in (select unit_and_below($1)) and disabled_at is null",
        unit.0,
        now.to_sqlx() as _,
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

/// Unlocks those of them that were locked at this instant. How many.
pub async fn unlock_of_unit(
    connection: &mut PgConnection,
    unit: UnitId,
    locked_at: Timestamp,
) -> sqlx::Result<u64> {
    let unlocked = query!(
        "update accounts set disabled_at = null where unit_id in (select unit_and_below($1)) and disabled_at = $2",
        unit.0,
        locked_at.to_sqlx() as _,
    );
    Ok(unlocked.execute(connection).await?.rows_affected())
}
