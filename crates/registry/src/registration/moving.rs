//! What becomes of the registrations of a unit that is merged into another: they go on there, submitted or not, each with the
//! department that its own has become. It must not know how units are merged.

use serde_json::json;
use sqlx::{PgConnection, query, query_scalar};

use super::sql::{Registration, subject};
use zaichang_core::ids::{RegistrationId, UnitId};
use zaichang_platform::change::Change;
use zaichang_platform::review as kit;

/// Gives every open registration of this unit to the other, in the caller's change, which holds both units' rows. How many.
pub(super) async fn move_to(
    change: &mut Change<'_>,
    from: UnitId,
    into: UnitId,
    name: &str,
) -> sqlx::Result<usize> {
    let ids = open(change.connection(), from).await?;
    change.lock_rows::<Registration>(&ids).await?;
    // Some were approved or went elsewhere before they were locked; none has been submitted, as that needs the unit's row.
    let ids = open(change.connection(), from).await?;
    query!(
        "update registrations set unit_id = $2,
             department_id = coalesce((select merged_into from units where units.id = department_id), department_id)
         where id = any($1)",
        &ids,
        into.0,
    )
    .execute(change.connection())
    .await?;
    let noun = subject(RegistrationId(0)).noun;
    kit::correct_all(change.connection(), noun, &ids, &json!({ "unit": name })).await?;
    Ok(ids.len())
}

/// Those that are no person's yet.
async fn open(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select id from registrations where unit_id = $1 and person_id is null order by id",
        unit.0,
    );
    ids.fetch_all(connection).await
}
