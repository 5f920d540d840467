//! Units as they are read, with their divisions and other names.

use std::collections::HashMap;

use sqlx::{PgConnection, PgPool, query, query_scalar};

use crate::units::unit::{Above, Merged, OtherName, Part, Unit};
use zaichang_core::ids::UnitId;
use zaichang_platform::db;
use zaichang_platform::http::Version;

/// Those of these units that there are, in any order. People are counted as their states are today by Postgres' own clock: rows are read by
/// functions that lock them, which know no day.
pub(in crate::units) async fn units(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Unit>> {
    let rows = query!(
        r#"select units.id, unit_versions.version, units.kind, units.name, units.category, units.grade, units.hospital_class,
               units.closed_at, units.division, into_units.id as "into_id?", into_units.name as "into_name?",
               unit_merges.people as "merged_people?", unit_merges.finished_at as merge_finished_at, above.id as "above_id?", above.kind as "above_kind?",
               coalesce(above.authority, above.name) as above_name,
               case when units.kind = 'department'
                   then (select count(*) from people where department_id = units.id and merged_into is null and person_state_on(people.id, states_dated, state, today.day) <> 'cancelled')
                   else (select count(*) from people where unit_id = units.id and merged_into is null and person_state_on(people.id, states_dated, state, today.day) <> 'cancelled') end as "people!",
               (select count(*) from accounts where unit_id = units.id and disabled_at is null) as "admins!"
           from units join unit_versions on unit_versions.id = units.id
           left join units above on above.id = units.parent_id
           left join units into_units on into_units.id = units.merged_into
           left join unit_merges on from_id = units.id
           cross join (select (now() at time zone 'Asia/Shanghai')::date as day) today
           where units.id = any($1)"#,
        ids,
    );
    let rows = rows.fetch_all(&mut *connection).await?;
    let codes: Vec<_> = rows.iter().filter_map(|row| row.division.clone()).collect();
    let ways = ways(connection, &codes).await?;
    let mut names = other_names(connection, ids).await?;
    let units = rows.into_iter().map(|row| {
        let above_kind = row.above_kind.map(|kind| db::word("units", "kind", row.id, &kind)).transpose()?;
        let above = row.above_id.zip(row.above_name).zip(above_kind);
        Ok(Unit {
            id: UnitId(row.id),
            version: Version(row.version),
            kind: db::word("units", "kind", row.id, &row.kind)?,
            name: row.name,
            above: above.map(|((id, name), kind)| Above { id: UnitId(id), name, kind }),
            division: row.division.and_then(|code| ways.get(&code).cloned()).unwrap_or_default(),
            category: db::word("units", "category", row.id, &row.category)?,
            grade: db::word("units", "grade", row.id, &row.grade)?,
            hospital_class: db::word("units", "hospital_class", row.id, &row.hospital_class)?,
            closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            merged: row.into_id.zip(row.into_name).map(|(id, name)| Merged {
                id: UnitId(id),
                name,
                people: row.merged_people.unwrap_or_default(),
                runs: row.merged_people.is_some() && row.merge_finished_at.is_none(),
            }),
            other_names: names.remove(&row.id).unwrap_or_default(),
            people: row.people,
            admins: row.admins,
        })
    });
    units.collect()
}

/// Each of these divisions after those that it lies in, the province first; also one that holds no longer.
async fn ways(connection: &mut PgConnection, codes: &[String]) -> sqlx::Result<HashMap<String, Vec<Part>>> {
    let rows = query!(
        r#"with recursive way as (
               select code as origin, code, name, level, parent, 0 as up from divisions where code = any($1)
               union all
               select origin, divisions.code, divisions.name, divisions.level, divisions.parent, up + 1
               from way join divisions on divisions.code = way.parent
           )
           select origin as "origin!", code as "code!", name as "name!", level as "level!" from way order by origin, up desc"#,
        codes,
    );
    let mut ways: HashMap<String, Vec<Part>> = HashMap::new();
    for row in rows.fetch_all(connection).await? {
        let level = db::word("divisions", "level", &row.code, &row.level)?;
        ways.entry(row.origin).or_default().push(Part { code: row.code, name: row.name, level });
    }
    Ok(ways)
}

async fn other_names(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<HashMap<i64, Vec<OtherName>>> {
    let rows = query!(
        "select id, unit_id, name, kind, until from unit_names where unit_id = any($1)
         order by until desc nulls last, id",
        ids,
    );
    let mut names: HashMap<i64, Vec<OtherName>> = HashMap::new();
    for row in rows.fetch_all(connection).await? {
        let kind = db::word("unit_names", "kind", row.id, &row.kind)?;
        let until = row.until.map(jiff_sqlx::Timestamp::to_jiff);
        names.entry(row.unit_id).or_default().push(OtherName { name: row.name, kind, until });
    }
    Ok(names)
}

/// What units are called, for the audit log.
pub(in crate::units) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, name from units where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whether a unit lies at or below another.
pub(crate) async fn lies_below(
    connection: &mut PgConnection,
    unit: UnitId,
    above: UnitId,
) -> sqlx::Result<bool> {
    let below = query_scalar!(r#"select $2 in (select unit_and_above($1)) as "below!""#, unit.0, above.0);
    below.fetch_one(connection).await
}

/// Whether this division stands, and lies in that of the unit, if the unit has one.
pub(in crate::units) async fn division_lies_in(
    connection: &mut PgConnection,
    code: &str,
    unit: UnitId,
) -> sqlx::Result<bool> {
    let lies = query_scalar!(
        r#"select exists (select from divisions where code = $1 and valid_until is null)
               and exists (select from units where id = $2 and (division is null or $1 in (select divisions_in(division))))
               as "lies!""#,
        code,
        unit.0,
    );
    lies.fetch_one(connection).await
}

/// Whether no institution lies below this unit.
pub(in crate::units) async fn lacks_units(pool: &PgPool, above: UnitId) -> sqlx::Result<bool> {
    let lacks = query_scalar!(
        r#"select not exists (select from units where id in (select unit_and_below($1)) and kind = 'unit') as "lacks!""#,
        above.0,
    );
    lacks.fetch_one(pool).await
}
