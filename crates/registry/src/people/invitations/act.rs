//! Inviting: who is claimed, told and written to the audit log in one transaction, so that a death on the way invites all of them or none.

use jiff::Timestamp;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::notice::invitation;
use super::sql::{self, Counted, Meant};
use super::{AGAIN, MOST};
use crate::units::Unit;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::PersonId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;
use zaichang_platform::notices;

const fn meant<'a>(
    unit: &Unit,
    chosen: Option<&'a [i64]>,
    today: jiff::civil::Date,
    lately: Timestamp,
) -> Meant<'a> {
    Meant { unit: unit.id, chosen, today, lately }
}

/// What it would come to now.
pub(super) async fn foresee(
    connection: &mut PgConnection,
    unit: &Unit,
    chosen: Option<&[i64]>,
    now: Timestamp,
) -> sqlx::Result<Counted> {
    sql::count(connection, meant(unit, chosen, day_of(now), now - AGAIN)).await
}

/// Invites those of a unit who may be, at most as many as was told before; how many.
pub(super) async fn invite(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    unit: &Unit,
    chosen: Option<&[i64]>,
    at_most: u16,
) -> sqlx::Result<usize> {
    let mut transaction = pool.begin().await?;
    let now = clock.now();
    let meant = meant(unit, chosen, day_of(now), now - AGAIN);
    let invited = sql::claim(&mut transaction, meant, at_most.min(MOST), now).await?;
    // Pressed twice: it was done before.
    if invited.is_empty() {
        return Ok(0);
    }
    let told = invited.iter().map(|id| invitation(PersonId(*id), (unit.id, &unit.name)));
    notices::write_all(&mut transaction, told.collect(), now).await?;
    let detail = json!({ "invited": invited.len(), "people_chosen": chosen.is_some() });
    let entry = Entry { action: "invite_people", noun: "unit", noun_id: unit.id.0, detail };
    audit::record(&mut transaction, by, now, entry).await?;
    transaction.commit().await?;
    Ok(invited.len())
}
