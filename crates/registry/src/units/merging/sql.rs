//! The statements of a merge, all but those of other modules' rows; and what hangs on a unit that is to be merged.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::list::COUNTED;

/// Locks the versions of all that lies in both units, whose own are locked; then the units themselves, which a submission
/// to one of them locks until it is committed.
pub(super) async fn lock_all(connection: &mut PgConnection, from: UnitId, into: UnitId) -> sqlx::Result<()> {
    query_scalar!(
        "select id from unit_versions
         where id in (select unit_and_below($1) union select unit_and_below($2)) order by id for no key update",
        from.0,
        into.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    query_scalar!(
        "select id from units where id in ($1, $2) order by length(path), id for no key update",
        from.0,
        into.0
    )
    .fetch_all(connection)
    .await
    .map(drop)
}

pub(super) async fn has_open_units(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<bool> {
    let has = query_scalar!(
        r#"select exists (
               select from units where id in (select unit_and_below($1)) and id <> $1 and kind = 'unit' and closed_at is null
           ) as "has!""#,
        unit.0,
    );
    has.fetch_one(connection).await
}

/// Whether people are still being moved out of this unit or into it.
pub(super) async fn is_being_merged(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<bool> {
    let runs = query_scalar!(
        r#"select exists (select from unit_merges where finished_at is null and (from_id = $1 or into_id = $1)) as "runs!""#,
        unit.0,
    );
    runs.fetch_one(connection).await
}

/// Departments that lie in others from now on, each after what lies there.
pub(super) async fn move_departments(
    connection: &mut PgConnection,
    moved: &[(UnitId, UnitId)],
) -> sqlx::Result<()> {
    let (ids, above): (Vec<_>, Vec<_>) = moved.iter().map(|(id, above)| (id.0, above.0)).unzip();
    query!(
        "update units set parent_id = wanted.above,
             position = wanted.place::integer + (
                 select coalesce(max(position), 0) from units beside where beside.parent_id = wanted.above and beside.kind = 'department'
             )
         from unnest($1::bigint[], $2::bigint[]) with ordinality as wanted (id, above, place)
         where units.id = wanted.id",
        &ids,
        &above,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is closed, and what it is from now on.
pub(super) async fn set_merged(
    connection: &mut PgConnection,
    merged: &[(UnitId, UnitId)],
) -> sqlx::Result<()> {
    let (ids, into): (Vec<_>, Vec<_>) = merged.iter().map(|(id, into)| (id.0, into.0)).unzip();
    query!(
        "update units set merged_into = wanted.into_id
         from unnest($1::bigint[], $2::bigint[]) as wanted (id, into_id) where units.id = wanted.id",
        &ids,
        &into,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Opens these departments again.
pub(super) async fn reopen(connection: &mut PgConnection, ids: &[UnitId]) -> sqlx::Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    query!("update units set closed_at = null where id = any($1) and merged_into is null", &ids)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everybody who is of this unit, cancelled or not.
pub(super) async fn people(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<i64> {
    let people = query_scalar!(r#"select count(*) as "people!" from people where unit_id = $1"#, unit.0);
    people.fetch_one(connection).await
}

pub(super) async fn begin(
    connection: &mut PgConnection,
    from: UnitId,
    into: UnitId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<i64> {
    let id = query_scalar!(
        "insert into unit_merges (from_id, into_id, account_id, merged_at) values ($1, $2, $3, $4) returning id",
        from.0,
        into.0,
        by.0,
        now.to_sqlx() as _,
    );
    id.fetch_one(connection).await
}

/// What hangs on a unit that is to be merged, besides what hangs on any.
pub(super) struct Held {
    pub people: i64,
    pub admins: i64,
    pub registrations: i64,
    pub projects: i64,
    pub courses: i64,
}

pub(super) async fn held(connection: &mut PgConnection, unit: UnitId, today: Date) -> sqlx::Result<Held> {
    let row = query!(
        r#"with below as (select unit_and_below($1) as id)
           select
               (select count(*) from (
                    select from people where unit_id in (select id from below) limit $3::bigint + 1
                ) counted) as "people!",
               (select count(*) from accounts where unit_id in (select id from below) and disabled_at is null) as "admins!",
               (select count(*) from registrations where person_id is null and unit_id in (select id from below)) as "registrations!",
               (select count(*) from projects where unit_id in (select id from below)) as "projects!",
               (select count(*) from courses join projects on projects.id = project_id
                where unit_id in (select id from below) and projects.state not in ('rejected', 'closed')
                    and exists (select from periods where periods.project_id = projects.id and last_day >= $2))
                   as "courses!""#,
        unit.0,
        today.to_sqlx() as _,
        COUNTED,
    );
    let row = row.fetch_one(connection).await?;
    Ok(Held {
        people: row.people,
        admins: row.admins,
        registrations: row.registrations,
        projects: row.projects,
        courses: row.courses,
    })
}
