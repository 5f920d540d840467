//! The queries by which the log is read: the acts of a unit and of all that lies below it, merged by time, and what those above have
//! done to one of these. An authority finds a page of them among the newest of the whole log; whoever does not, by each unit's newest.
//! So nobody reads the whole nation's log. A word or a thing is in no index: an authority looks through so many acts at a time for it.

use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, PgPool, query, query_as, query_scalar};

use super::filter::{Filter, Place};
use crate::list::COUNTED;
use crate::search::Search;
use zaichang_core::ids::UnitId;

/// An act as it lies in the log.
pub(super) struct Row {
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

/// The same where no index has what is asked for: no unit is asked then, and the reader goes on from there. So many are read in about
/// 50 ms, in up to 75 where the text is of Latin letters.
const SEARCHED_THROUGH: i64 = 10_000;

/// Units, departments not counted, from which on a page is looked for there; of fewer, each is asked in less time.
const UNITS_OF_MANY: i64 = 500;

/// The newest acts of the filter before a place, of a unit and what lies below it, and those that others have done to these.
pub(super) struct Acts {
    pub rows: Vec<Row>,
    /// Where looking through the log ended before there were enough; none where all that is asked for was looked through.
    pub ended: Option<Place>,
}

pub(super) async fn acts(
    connection: &mut PgConnection,
    unit: UnitId,
    filter: &Filter,
    after: Option<Place>,
    rows: i64,
) -> sqlx::Result<Acts> {
    if filter.account.is_none() && has_many_units(connection, unit).await? {
        if !filter.is_in_no_index() {
            let found = among_the_newest(connection, unit, filter, after, LOOKED_THROUGH, rows).await?;
            if i64::try_from(found.len()) == Ok(rows) {
                return Ok(Acts { rows: found, ended: None });
            }
        } else if has_many_acts(connection, unit, filter, after).await? {
            return part_of_a_search(connection, unit, filter, after, rows).await;
        }
    }
    Ok(Acts { rows: of_each_unit(connection, unit, filter, after, rows).await?, ended: None })
}

/// Whether what a search finds cannot be counted in the time that a page may take.
pub(super) async fn is_beyond_counting(
    connection: &mut PgConnection,
    unit: UnitId,
    filter: &Filter,
) -> sqlx::Result<bool> {
    Ok(filter.is_in_no_index()
        && filter.account.is_none()
        && has_many_units(connection, unit).await?
        && has_many_acts(connection, unit, filter, None).await?)
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
    after: Option<Place>,
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
    after: Option<Place>,
    rows: i64,
) -> sqlx::Result<Acts> {
    let mut moment = connection.begin_with("begin isolation level repeatable read read only").await?;
    let found = among_the_newest(&mut moment, unit, filter, after, SEARCHED_THROUGH, rows).await?;
    let is_full = i64::try_from(found.len()) == Ok(rows);
    let ended = if is_full { None } else { search_ends(&mut moment, filter, after).await? };
    moment.commit().await?;
    Ok(Acts { rows: found, ended })
}

/// The last act that a search for a page looks through, if earlier ones are asked for.
async fn search_ends(
    connection: &mut PgConnection,
    filter: &Filter,
    after: Option<Place>,
) -> sqlx::Result<Option<Place>> {
    let (before, before_id) = filter.before(after);
    let last = query!(
        r#"select at as "at: jiff_sqlx::Timestamp", id from audit_log where (at, id) < ($1, $2::bigint)
           order by at desc, id desc offset $3::bigint - 1 limit 1"#,
        before.to_sqlx() as _,
        before_id,
        SEARCHED_THROUGH,
    )
    .fetch_optional(connection)
    .await?;
    Ok(last.map(|last| (last.at.to_jiff(), last.id)).filter(|(at, _)| *at >= filter.from))
}

/// Those of them that are among so many of the newest of the whole log. The first day is asked about outside of what is looked
/// through: inside, the planner expects few acts and sorts all. A text is put into small letters once, and where it has no letters of
/// two cases, names are looked through as they are written: in a fifth of the time.
async fn among_the_newest(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Place>,
    looks_through: i64,
    rows: i64,
) -> sqlx::Result<Vec<Row>> {
    let (before, before_id) = filter.before(after);
    query_as!(
        Row,
        r#"with below as materialized (
               select units.id, holds(units.name, $10) as is_called from units above join units
                   on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1
           ),
           named as (
               select id from accounts where case when (select lower($10) = upper($10))
                   then strpos(name, $10) > 0 or strpos(account, $10) > 0 and unit_id in (select id from below)
                   else strpos(lower(name), (select lower($10))) > 0
                       or strpos(lower(account), (select lower($10))) > 0 and unit_id in (select id from below) end
           ),
           page as (
               select (act).* from (
                   select act from audit_log act where (at, act.id) < ($3, $4::bigint) order by at desc, act.id desc limit $8
               ) newest
               where (act).at >= $2 and act_is(act, $5, $6, $7)
                   and ((act).unit_id in (select id from below)
                       or (act).concerned_unit_id in (select id from below) and (select parent_id is not null from units where id = $1))
                   and ($10::text is null or (act).unit_id in (select id from below where is_called)
                       or (act).account_id in (select id from named) or act_mentions(act, $10))
               order by (act).at desc, (act).id desc limit $9
           )
           select page.id as "id!", at as "at!", account_id as "account_id!", accounts.account, accounts.name as account_name,
               page.unit_id in (select id from below) as "is_own!", page.unit_id as "unit_id!", units.name as unit,
               action as "action!", noun as "noun!", noun_id as "noun_id!", detail as "detail!"
           from page join accounts on accounts.id = account_id join units on units.id = page.unit_id
           order by page.at desc, page.id desc"#,
        unit,
        filter.from.to_sqlx() as _,
        before.to_sqlx() as _,
        before_id,
        filter.action,
        filter.noun,
        filter.noun_id,
        looks_through,
        rows,
        filter.search.as_ref().map(Search::text),
    )
    .fetch_all(connection)
    .await
}

/// In three parts: those of each unit, by their index; those that units above have done to each, by another; and one account's, by its
/// own. What the reader's unit and those below have done to each other is read in the first part alone; above a province there is
/// nobody. Of thousands of units a page holds the acts of few: of each unit the newest act is looked up, and all of a page are read of
/// those units alone whose newest are the newest of all. Whatever Postgres plans, it runs the half that is asked for: of the other a
/// condition on the arguments alone is false.
async fn of_each_unit(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Place>,
    rows: i64,
) -> sqlx::Result<Vec<Row>> {
    let (before, before_id) = filter.before(after);
    query_as!(
        Row,
        r#"with below as materialized (
               select units.id, units.kind <> 'department' as acts, holds(units.name, $8) as is_called from units above join units
                   on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1
           ),
           named as (
               select accounts.id from accounts
               where holds(accounts.name, $8) or holds(accounts.account, $8) and unit_id in (select id from below)
           ),
           page as (
               select act.* from (
                   select held.* from below held cross join lateral (
                       select at, act.id from audit_log act
                       where $9::bigint is null and held.acts and unit_id = held.id and at >= $2 and (at, act.id) < ($3, $4::bigint)
                           and act_is(act, $5, $6, $7)
                           and ($8::text is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
                       order by at desc, act.id desc limit 1
                   ) newest
                   order by newest.at desc, newest.id desc limit $10
               ) held
               cross join lateral (
                   select act.* from audit_log act
                   where unit_id = held.id and at >= $2 and (at, act.id) < ($3, $4) and act_is(act, $5, $6, $7)
                       and ($8 is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
                   order by at desc, act.id desc limit $10
               ) act
               union all
               select act.* from below held cross join lateral (
                   select act.* from audit_log act
                   where $9 is null and (select parent_id is not null from units where id = $1)
                       and concerned_unit_id = held.id and unit_id not in (select id from below)
                       and at >= $2 and (at, act.id) < ($3, $4) and act_is(act, $5, $6, $7)
                       and ($8 is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
                   order by at desc, act.id desc limit $10
               ) act
               union all (
                   select act.* from audit_log act left join below held on held.id = unit_id
                   where $9 is not null and account_id = $9 and (held.id is not null or concerned_unit_id in (select id from below))
                       and at >= $2 and (at, act.id) < ($3, $4) and act_is(act, $5, $6, $7)
                       and ($8 is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
                   order by at desc, act.id desc limit $10
               )
               order by at desc, id desc limit $10
           )
           select page.id as "id!", at as "at!", account_id as "account_id!", accounts.account, accounts.name as account_name,
               page.unit_id in (select id from below) as "is_own!", page.unit_id as "unit_id!", units.name as unit,
               action as "action!", noun as "noun!", noun_id as "noun_id!", detail as "detail!"
           from page join accounts on accounts.id = account_id join units on units.id = page.unit_id
           order by page.at desc, page.id desc"#,
        unit,
        filter.from.to_sqlx() as _,
        before.to_sqlx() as _,
        before_id,
        filter.action,
        filter.noun,
        filter.noun_id,
        filter.search.as_ref().map(Search::text),
        filter.account,
        rows,
    )
    .fetch_all(connection)
    .await
}

/// How many acts the filter chooses, counted as far as lists count.
pub(super) async fn count(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
) -> sqlx::Result<i64> {
    let (before, before_id) = filter.before(None);
    query_scalar!(
        r#"with below as materialized (
               select units.id, units.kind <> 'department' as acts, holds(units.name, $8) as is_called from units above join units
                   on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1
           ),
           named as (
               select accounts.id from accounts
               where holds(accounts.name, $8) or holds(accounts.account, $8) and unit_id in (select id from below)
           )
           select count(*) as "count!" from (
               select from below held cross join lateral (
                   select from audit_log act
                   where $9::bigint is null and held.acts and unit_id = held.id and at >= $2 and (at, act.id) < ($3, $4::bigint)
                       and act_is(act, $5, $6, $7)
                       and ($8::text is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
                   limit $10::bigint + 1
               ) act
               union all
               select from below held cross join lateral (
                   select from audit_log act
                   where $9 is null and (select parent_id is not null from units where id = $1)
                       and concerned_unit_id = held.id and unit_id not in (select id from below)
                       and at >= $2 and (at, act.id) < ($3, $4) and act_is(act, $5, $6, $7)
                       and ($8 is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
                   limit $10 + 1
               ) act
               union all
               select from audit_log act left join below held on held.id = unit_id
               where $9 is not null and account_id = $9 and (held.id is not null or concerned_unit_id in (select id from below))
                   and at >= $2 and (at, act.id) < ($3, $4) and act_is(act, $5, $6, $7)
                   and ($8 is null or held.is_called or account_id in (select id from named) or act_mentions(act, $8))
               limit $10 + 1
           ) counted"#,
        unit,
        filter.from.to_sqlx() as _,
        before.to_sqlx() as _,
        before_id,
        filter.action,
        filter.noun,
        filter.noun_id,
        filter.search.as_ref().map(Search::text),
        filter.account,
        COUNTED,
    )
    .fetch_one(connection)
    .await
}

/// What accounts are called.
pub(super) async fn accounts(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, name from accounts where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
