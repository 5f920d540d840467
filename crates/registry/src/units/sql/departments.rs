//! The departments of a unit, in their order.

use sqlx::{PgConnection, query, query_scalar};

use zaichang_core::ids::UnitId;

/// The ids of a unit's departments in their order, each after the one that it lies in.
pub(in crate::units) async fn departments(
    connection: &mut PgConnection,
    unit: UnitId,
) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        r#"with recursive below (id, place) as (
               select id, array[row(position, id)] from units where parent_id = $1 and kind = 'department'
               union all
               select units.id, place || row(position, units.id)
               from units join below on units.parent_id = below.id
           )
           select id as "id!" from below order by place"#,
        unit.0,
    );
    ids.fetch_all(connection).await
}

/// The department's unit: the lowest above it that is none.
pub(in crate::units) async fn unit_of_department(
    connection: &mut PgConnection,
    department: UnitId,
) -> sqlx::Result<Option<UnitId>> {
    let unit = query_scalar!(
        "select id from units where id in (select unit_and_above($1)) and kind <> 'department'
         order by length(path) desc limit 1",
        department.0,
    );
    Ok(unit.fetch_optional(connection).await?.map(UnitId))
}

/// Locks a unit whose departments are changed in any way: two who do it at once do it one after the other.
pub(in crate::units) async fn lock(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<()> {
    let locked = query_scalar!("select id from unit_versions where id = $1 for no key update", unit.0);
    locked.fetch_optional(connection).await.map(drop)
}

/// The last position of those that lie directly in one; 0 where there is none.
pub(in crate::units) async fn last_position(
    connection: &mut PgConnection,
    above: UnitId,
) -> sqlx::Result<i32> {
    let last = query_scalar!(
        r#"select coalesce(max(position), 0) as "last!" from units where parent_id = $1 and kind = 'department'"#,
        above.0,
    );
    last.fetch_one(connection).await
}

/// The departments that lie directly in one, in this order.
pub(in crate::units) async fn order(
    connection: &mut PgConnection,
    above: UnitId,
    ids: &[i64],
) -> sqlx::Result<()> {
    query!(
        "update units set position = place from unnest($2::bigint[]) with ordinality as wanted (id, place)
         where units.id = wanted.id and parent_id = $1 and kind = 'department'",
        above.0,
        ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}
