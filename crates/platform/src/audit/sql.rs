//! The queries by which the log is read: the acts of a unit and of all that lies below it, merged by time. Each unit's newest
//! are read from an index, so that nobody reads the whole nation's log.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{PgPool, query};

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
    pub unit_id: i64,
    pub unit: String,
    pub action: String,
    pub noun: String,
    pub noun_id: i64,
    pub detail: Value,
}

/// A query whose text holds the filter once, between two parts: over `audit_log` and the unit `below`. Its arguments are $1 to $8;
/// those that follow are $9 and on.
macro_rules! of_chosen {
    ($query:ident![$($row:ident)?], $before:tt, $after:tt, $unit:expr, $filter:expr $(, $more:expr)* $(,)?) => {
        sqlx::$query!(
            $($row,)?
            r#"with named as (
                   select accounts.id from accounts where holds(accounts.name, $8) or holds(accounts.account, $8)
               ), below as (
                   select units.id, units.name from units above join units
                       on units.path >= above.path and units.path < left(above.path, -1) || '0'
                   where above.id = $1
               ) "# + $before + r#"
                   where unit_id = below.id
                     and at >= coalesce($2, '-infinity'::timestamptz) and at < coalesce($3, 'infinity'::timestamptz)
                     and ($4::bigint is null or account_id = $4)
                     and ($5::text is null or action = $5)
                     and ($6::text is null
                          or noun = $6 and noun_id = coalesce($7::bigint, noun_id)
                          or $7 is not null and detail -> $6 = to_jsonb($7::bigint))
                     and ($8::text is null or holds(below.name, $8) or account_id in (select id from named)
                          or holds(detail::text, $8)) "# + $after,
            $unit,
            $filter.from.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
            $filter.until.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
            $filter.account,
            $filter.action,
            $filter.noun,
            $filter.noun_id,
            $filter.search.as_ref().map(Search::text)
            $(, $more)*
        )
    };
}

/// The newest acts of the filter before a place, of a unit and what lies below it.
pub(super) async fn acts(
    pool: &PgPool,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Place>,
    rows: i64,
) -> sqlx::Result<Vec<Row>> {
    let (at, id) = after.unzip();
    of_chosen!(
        query_as![Row],
        r#", page as (
                   select act.* from below cross join lateral (
                       select audit_log.* from audit_log"#,
        r#"             and (at, id) < (coalesce($9, 'infinity'::timestamptz), coalesce($10::bigint, 9223372036854775807))
                       order by at desc, id desc limit $11
                   ) act
                   order by at desc, id desc limit $11
               )
               select page.id, at, account_id, accounts.account, accounts.name as account_name, page.unit_id,
                   units.name as unit, action, noun, noun_id, detail
               from page join accounts on accounts.id = account_id join units on units.id = page.unit_id
               order by at desc, page.id desc"#,
        unit,
        filter,
        at.map(Timestamp::to_sqlx) as _,
        id,
        rows,
    )
    .fetch_all(pool)
    .await
}

/// How many acts the filter chooses, counted as far as lists count.
pub(super) async fn count(pool: &PgPool, UnitId(unit): UnitId, filter: &Filter) -> sqlx::Result<i64> {
    of_chosen!(
        query_scalar![],
        r#"select count(*) as "count!" from (
                   select from below cross join lateral (
                       select from audit_log"#,
        r#"             limit $9::bigint + 1
                   ) act limit $9::bigint + 1
               ) counted"#,
        unit,
        filter,
        COUNTED,
    )
    .fetch_one(pool)
    .await
}

/// What accounts are called.
pub(super) async fn accounts(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, name from accounts where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
