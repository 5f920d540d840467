//! Units as they are written: entered, changed, moved, closed and opened again.

use jiff::Timestamp;
use sqlx::{PgConnection, query, query_scalar};

use crate::units::kind::{Category, Grade, HospitalClass, UnitKind};
use zaichang_core::ids::UnitId;
use zaichang_core::reading::Reading;

/// What an admin may say of a unit.
pub(in crate::units) struct Facts<'a> {
    pub name: &'a str,
    pub division: Option<&'a str>,
    pub category: Category,
    pub grade: Grade,
    pub hospital_class: HospitalClass,
}

impl<'a> Facts<'a> {
    /// Of a department, which is on no axis.
    pub fn of_department(name: &'a str) -> Self {
        Self {
            name,
            division: None,
            category: Category::Unknown,
            grade: Grade::Unknown,
            hospital_class: HospitalClass::Undetermined,
        }
    }
}

pub(in crate::units) async fn insert(
    connection: &mut PgConnection,
    above: UnitId,
    kind: UnitKind,
    facts: &Facts<'_>,
    position: i32,
) -> sqlx::Result<UnitId> {
    let Reading { pinyin, initials } = Reading::of_unit(facts.name);
    let id = query_scalar!(
        "insert into units (parent_id, kind, name, pinyin, initials, division, category, grade, hospital_class, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        above.0,
        kind.word(),
        facts.name,
        pinyin,
        initials,
        facts.division,
        facts.category.word(),
        facts.grade.word(),
        facts.hospital_class.word(),
        position,
    );
    id.fetch_one(connection).await.map(UnitId)
}

pub(in crate::units) async fn update(
    connection: &mut PgConnection,
    id: UnitId,
    facts: &Facts<'_>,
) -> sqlx::Result<()> {
    query!(
        "update units set name = $2, division = $3, category = $4, grade = $5, hospital_class = $6 where id = $1",
        id.0,
        facts.name,
        facts.division,
        facts.category.word(),
        facts.grade.word(),
        facts.hospital_class.word(),
    )
    .execute(&mut *connection)
    .await?;
    read_name(connection, id, facts.name).await
}

/// Another name has taken its reading away: it is kept beside the name that it is of.
async fn read_name(connection: &mut PgConnection, id: UnitId, name: &str) -> sqlx::Result<()> {
    let Reading { pinyin, initials } = Reading::of_unit(name);
    query!(
        "update units set pinyin = $2, initials = $3 where id = $1 and pinyin is distinct from $2",
        id.0,
        pinyin,
        initials,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Another name for a department.
pub(in crate::units) async fn set_name(
    connection: &mut PgConnection,
    id: UnitId,
    name: &str,
) -> sqlx::Result<()> {
    query!("update units set name = $2 where id = $1", id.0, name).execute(&mut *connection).await?;
    read_name(connection, id, name).await
}

pub(in crate::units) async fn set_above(
    connection: &mut PgConnection,
    id: UnitId,
    above: UnitId,
) -> sqlx::Result<()> {
    query!("update units set parent_id = $2 where id = $1", id.0, above.0).execute(connection).await?;
    Ok(())
}

/// What the authority of a region is called. A region that has been an authority before keeps its admins.
pub(crate) async fn set_authority(
    connection: &mut PgConnection,
    region: UnitId,
    name: &str,
) -> sqlx::Result<()> {
    query!("update units set authority = $2 where id = $1", region.0, name).execute(connection).await?;
    Ok(())
}

/// Locks the unit's own row, which a submission to the unit locks until it is committed: before anything is counted that a
/// closed unit must not have.
pub(in crate::units) async fn hold_against_submitting(
    connection: &mut PgConnection,
    id: UnitId,
) -> sqlx::Result<()> {
    query_scalar!("select id from units where id = $1 for no key update", id.0)
        .fetch_optional(connection)
        .await
        .map(drop)
}

/// Holds the unit's own row: it is not closed before the transaction ends.
pub(in crate::units) async fn hold_open(connection: &mut PgConnection, id: UnitId) -> sqlx::Result<()> {
    let held = query_scalar!("select id from units where id = $1 for share", id.0);
    held.fetch_optional(connection).await.map(drop)
}

/// Closes a unit with all open ones below it, or opens it again with those that were closed at the same instant.
pub(in crate::units) async fn set_closed(
    connection: &mut PgConnection,
    id: UnitId,
    closed_at: Option<Timestamp>,
    was_closed_at: Option<Timestamp>,
) -> sqlx::Result<()> {
    // Before the units themselves, as who changes one of them does.
    query_scalar!(
        "select id from unit_versions where id in (select unit_and_below($1)) order by id for no key update",
        id.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    query_scalar!(
        "select id from units where id in (select unit_and_below($1)) order by length(path), id for no key update",
        id.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    query!(
        "update units set closed_at = $2 where id in (select unit_and_below($1)) and closed_at is not distinct from $3",
        id.0,
        closed_at.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        was_closed_at.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
