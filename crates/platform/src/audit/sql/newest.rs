//! The newest acts of the whole log, looked through for those that a filter chooses.

use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_as};

use super::super::filter::{Filter, Keyset};
use super::{EntryRow, SEARCHED_THROUGH};
use crate::search::Search;
use zaichang_core::ids::UnitId;

/// The acts of a unit and what lies below it, and those that others have done to these, that are among so many of the newest of the
/// whole log. The first day is asked about outside of what is looked through: inside, the planner expects few acts and sorts all. A text
/// is put into small letters once, and where it has no letters of two cases, names are looked through as they are written: in a fifth
/// of the time.
pub(super) async fn among(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Keyset>,
    looks_through: i64,
    rows: i64,
) -> sqlx::Result<Vec<EntryRow>> {
    let (before, before_id) = filter.before(after);
    query_as!(
        EntryRow,
        r#"with below as materialized (
               select units.id, holds(units.name, $10) as is_called from units above join units
                   on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1
           ),
           own as materialized (
               select act from (
                   select act from audit_log act where (at, act.id) < ($3, $4::bigint) order by at desc, act.id desc limit $8
               ) newest
               where (act).at >= $2 and act_is(act, $5, $6, $7)
                   and ((act).unit_id in (select id from below)
                       or (act).concerned_unit_id in (select id from below) and (select parent_id is not null from units where id = $1))
           ),
           named as (
               select id from accounts where id in (select (act).account_id from own) and case when (select lower($10) = upper($10))
                   then strpos(name, $10) > 0 or strpos(account, $10) > 0 and unit_id in (select id from below)
                   else strpos(lower(name), (select lower($10))) > 0
                       or strpos(lower(account), (select lower($10))) > 0 and unit_id in (select id from below) end
           ),
           page as (
               select (act).* from own
               where ($10::text is null or (act).unit_id in (select id from below where is_called)
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

/// The last act that a search for a page looks through, if earlier ones are asked for.
pub(super) async fn search_ends(
    connection: &mut PgConnection,
    filter: &Filter,
    after: Option<Keyset>,
) -> sqlx::Result<Option<Keyset>> {
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
