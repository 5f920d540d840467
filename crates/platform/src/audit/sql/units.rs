//! The acts of each unit at and below one, by the indexes: a page of them, and how many there are.

use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query_as, query_scalar};

use super::super::filter::{Filter, Keyset};
use super::EntryRow;
use crate::list::COUNTED;
use crate::search::Search;
use zaichang_core::ids::UnitId;

/// In three parts: those of each unit, by their index; those that units above have done to each, by another; and one account's, by its
/// own. What the reader's unit and those below have done to each other is read in the first part alone; a province has
/// no units above it. Of thousands of units a page holds the acts of few: of each unit the newest act is looked up, and all of a page are read of
/// those units alone whose newest are the newest of all. Whatever Postgres plans, it runs the half that is asked for: of the other a
/// condition on the arguments alone is false.
pub(super) async fn of_each(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Keyset>,
    rows: i64,
) -> sqlx::Result<Vec<EntryRow>> {
    let (before, before_id) = filter.before(after);
    query_as!(
        EntryRow,
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
pub(in super::super) async fn count(
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
