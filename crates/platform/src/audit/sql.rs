//! The queries by which the log is read: the acts of a unit and of all that lies below it, merged by time, and what those above have
//! done to one of these. An authority finds a page of them among the newest of the whole log; other readers, by each unit's newest.
//! So no request reads the whole nation's log. A word or a thing is in no index: an authority looks through so many acts at a time for it.

mod newest;
mod units;

use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, PgPool, query, query_scalar};

use super::filter::{Filter, Keyset};
use zaichang_core::ids::UnitId;

pub(super) use units::count;

/// An act as it lies in the log.
pub(super) struct EntryRow {
    pub id: i64,
    pub at: jiff_sqlx::Timestamp,
    pub account_id: i64,
    pub account: String,
    pub account_name: String,
    /// Whether who acted did so for the reader's unit, or for one below it.
    pub is_own: bool,
    pub unit_id: i64,
    pub unit: String,
    pub action: String,
    pub noun: String,
    pub noun_id: i64,
    pub detail: Value,
}

/// Acts of the whole log that are looked through for a page before each unit is asked for its own: a province has some of each hundred.
const LOOKED_THROUGH: i64 = 2_000;

/// The same where no index has what is asked for: no unit is asked then, and the reader goes on from there. So many are read in less
/// than 50 ms, also by who has done all of them.
const SEARCHED_THROUGH: i64 = 5_000;

/// Units, departments not counted, from which on a page is looked for there; of fewer, each is asked in less time.
const UNITS_OF_MANY: i64 = 500;

/// The newest acts of the filter before a place, of a unit and what lies below it, and those that others have done to these.
pub(super) struct Acts {
    pub rows: Vec<EntryRow>,
    /// Where looking through the log ended before there were enough; none where all that is asked for was looked through.
    pub ended: Option<Keyset>,
    /// Whether there are too many of them to be counted in the time that a page may take.
    pub are_beyond_counting: bool,
}

pub(super) async fn acts(
    connection: &mut PgConnection,
    unit: UnitId,
    filter: &Filter,
    after: Option<Keyset>,
    rows: i64,
) -> sqlx::Result<Acts> {
    let mut are_beyond_counting = false;
    if filter.account.is_none() && has_many_units(connection, unit).await? {
        if filter.is_in_no_index() {
            if has_many_acts(connection, unit, filter, after).await? {
                return part_of_a_search(connection, unit, filter, after, rows).await;
            }
            are_beyond_counting = after.is_some() && has_many_acts(connection, unit, filter, None).await?;
        } else {
            let found = newest::among(connection, unit, filter, after, LOOKED_THROUGH, rows).await?;
            if i64::try_from(found.len()) == Ok(rows) {
                return Ok(Acts { rows: found, ended: None, are_beyond_counting });
            }
        }
    }
    let rows = units::of_each(connection, unit, filter, after, rows).await?;
    Ok(Acts { rows, ended: None, are_beyond_counting })
}

async fn has_many_units(connection: &mut PgConnection, UnitId(unit): UnitId) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select count(*) = $2 as "has!" from (
               select from units above join units on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1 and units.kind <> 'department' limit $2
           ) counted"#,
        unit,
        UNITS_OF_MANY,
    )
    .fetch_one(connection)
    .await
}

/// Whether a unit and those below it have more acts in these days than are looked through for a page: the log may be the whole
/// nation's, of which a county has hardly any.
async fn has_many_acts(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Keyset>,
) -> sqlx::Result<bool> {
    let (before, before_id) = filter.before(after);
    query_scalar!(
        r#"select count(*) = $5::bigint as "has!" from (
               select from units above join units on units.path >= above.path and units.path < left(above.path, -1) || '0'
               cross join lateral (
                   select from audit_log where unit_id = units.id and at >= $2 and (at, audit_log.id) < ($3, $4::bigint) limit $5
               ) act
               where above.id = $1 and units.kind <> 'department' limit $5
           ) counted"#,
        unit,
        filter.from.to_sqlx() as _,
        before.to_sqlx() as _,
        before_id,
        SEARCHED_THROUGH,
    )
    .fetch_one(connection)
    .await
}

/// The page, or what of it so many acts hold, and where they end: as of one moment, since the log grows.
async fn part_of_a_search(
    connection: &mut PgConnection,
    unit: UnitId,
    filter: &Filter,
    after: Option<Keyset>,
    rows: i64,
) -> sqlx::Result<Acts> {
    let mut moment = connection.begin_with("begin isolation level repeatable read read only").await?;
    let found = newest::among(&mut moment, unit, filter, after, SEARCHED_THROUGH, rows).await?;
    let is_full = i64::try_from(found.len()) == Ok(rows);
    let ended = if is_full { None } else { newest::search_ends(&mut moment, filter, after).await? };
    moment.commit().await?;
    Ok(Acts { rows: found, ended, are_beyond_counting: true })
}

/// What accounts are called.
pub(super) async fn accounts(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, name from accounts where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
