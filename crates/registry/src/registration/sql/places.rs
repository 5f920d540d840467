//! Where a registration belongs: the unit that is chosen or proposed, held open while it is submitted, and whether it still stands.

use sqlx::{PgConnection, query, query_scalar};

use crate::registration::Error;
use crate::registration::proposed::ProposedUnit;
use zaichang_core::ids::{RegistrationId, UnitId};
use zaichang_platform::db;

/// Holds the unit that a registration has chosen, and its department, until the transaction ends, so that it is not closed before
/// what is submitted to it is there. Before the registration itself is locked, as who closes the unit does. Which unit it was.
pub(in crate::registration) async fn hold_chosen(
    connection: &mut PgConnection,
    id: RegistrationId,
) -> sqlx::Result<Option<UnitId>> {
    let chosen = query!("select unit_id, department_id from registrations where id = $1", id.0);
    let Some(chosen) = chosen.fetch_optional(&mut *connection).await? else { return Ok(None) };
    let units: Vec<_> = chosen.unit_id.into_iter().chain(chosen.department_id).map(UnitId).collect();
    hold(connection, &units).await?;
    Ok(chosen.unit_id.map(UnitId))
}

/// The unit that a registration proposes, in whose place none is chosen. It is not locked.
pub(in crate::registration) async fn proposed_by(
    connection: &mut PgConnection,
    id: RegistrationId,
) -> sqlx::Result<Option<ProposedUnit>> {
    let row = query!(
        r#"select proposed_name as "name!", proposed_division as "division!", proposed_category as "category!", proposed_address
           from registrations where id = $1 and unit_id is null and proposed_name is not null"#,
        id.0,
    );
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(None) };
    let category = db::word("registrations", "proposed_category", id.0, &row.category)?;
    Ok(Some(ProposedUnit { name: row.name, division: row.division, category, address: row.proposed_address }))
}

/// Holds these units until the transaction ends, each before what lies in it.
pub(in crate::registration) async fn hold(
    connection: &mut PgConnection,
    units: &[UnitId],
) -> sqlx::Result<()> {
    let ids: Vec<_> = units.iter().map(|unit| unit.0).collect();
    query_scalar!("select id from units where id = any($1) order by length(path), id for share", &ids)
        .fetch_all(connection)
        .await
        .map(drop)
}

/// Refuses what is no open unit, and what is no open department of it at whatever depth.
pub(in crate::registration) async fn stand_in_the_tree(
    connection: &mut PgConnection,
    unit: Option<UnitId>,
    department: Option<UnitId>,
) -> Result<(), Error> {
    let stand = query!(
        r#"select ($1::bigint is null or exists (select from units where id = $1 and kind = 'unit' and closed_at is null)) as "unit!",
               ($2::bigint is null or exists (select from units where id = $2 and kind = 'department' and closed_at is null)
                   and $1 in (select unit_and_above($2))) as "department!""#,
        unit.map(|unit| unit.0),
        department.map(|department| department.0),
    )
    .fetch_one(connection)
    .await?;
    match (stand.unit, stand.department) {
        (false, _) => Err(Error::NoSuch("unit_id")),
        (true, false) => Err(Error::NoSuch("department_id")),
        (true, true) => Ok(()),
    }
}

/// Those of these registrations whose unit is no open one any more, or whose department is none of it.
pub(in crate::registration) async fn unfit_places(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<i64>> {
    let unfit = query_scalar!(
        "select id from registrations
         where id = any($1) and not (
             exists (select from units where units.id = unit_id and kind = 'unit' and closed_at is null)
             and (department_id is null or exists (
                     select from units where units.id = department_id and kind = 'department' and closed_at is null
                 ) and unit_id in (select unit_and_above(department_id)))
         )",
        ids,
    );
    unfit.fetch_all(connection).await
}
