//! The queries by which the log is read: the acts of a unit and of all that lies below it, merged by time, and what those above have
//! done to one of these. Each unit's newest are read from an index, so that nobody reads the whole nation's log.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, query};

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

/// A query over the filter's acts, in three parts: those of each unit, by their index; those that units above have done to each, by
/// another; and one account's, by its own. What the reader's unit and those below have done to each other is read in the first part
/// alone; above a province there is nobody. Its arguments are $1 to $8; those that follow are $9 and on. Whatever Postgres plans, it runs
/// the half that is asked for: of the other a condition on the arguments alone is false. What is written of an act is looked
/// through as bytes, and only letters of ASCII in either case: a million acts in less than half the time.
macro_rules! of_chosen {
    ($query:ident![$($row:ident)?], [$first:tt $second:tt $third:tt $fourth:tt $last:tt], $unit:expr, $filter:expr $(, $more:expr)* $(,)?) => {
        of_chosen!(
            @with r#" and at >= $2 and at < coalesce($3, 'infinity'::timestamptz)
                     and ($5::text is null or action = $5)
                     and ($6::text is null
                          or noun = $6 and noun_id = coalesce($7::bigint, noun_id)
                          or $7 is not null and detail -> $6 = to_jsonb($7::bigint))
                     and ($8::text is null or held.is_called or account_id in (select id from named)
                          or case when lower($8) = upper($8) then strpos(detail::text collate "C", $8) > 0
                              else strpos(lower(detail::text collate "C"), lower($8 collate "C")) > 0 end) "#,
            $query![$($row)?], [$first $second $third $fourth $last], $unit, $filter $(, $more)*
        )
    };
    (@with $chosen:tt, $query:ident![$($row:ident)?], [$first:tt $second:tt $third:tt $fourth:tt $last:tt], $unit:expr, $filter:expr $(, $more:expr)*) => {
        sqlx::$query!(
            $($row,)?
            r#"with below as materialized (
                   select units.id, holds(units.name, $8) as is_called from units above join units
                       on units.path >= above.path and units.path < left(above.path, -1) || '0'
                   where above.id = $1
               ), named as (
                   select accounts.id from accounts
                   where holds(accounts.name, $8) or holds(accounts.account, $8) and unit_id in (select id from below)
               ) "# + $first + r#" from below held cross join lateral (
                   select "# + $second + r#" from audit_log where $4::bigint is null and unit_id = held.id"# + $chosen + $third + r#"
               ) act union all select act.* from below held cross join lateral (
                   select "# + $second + r#" from audit_log where $4::bigint is null and concerned_unit_id = held.id
                       and (select parent_id is not null from units where id = $1)
                       and unit_id not in (select id from below)"# + $chosen + $third + r#"
               ) act union all (
                   select "# + $second + r#" from audit_log left join below held on held.id = unit_id
                   where account_id = $4 and (held.id is not null or concerned_unit_id in (select id from below))"# + $chosen + $fourth + r#"
               ) "# + $last,
            $unit,
            $filter.from.to_sqlx() as _,
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

/// The newest acts of the filter before a place, of a unit and what lies below it, and those that others have done to these.
pub(super) async fn acts(
    connection: &mut PgConnection,
    UnitId(unit): UnitId,
    filter: &Filter,
    after: Option<Place>,
    rows: i64,
) -> sqlx::Result<Vec<Row>> {
    let (at, id) = after.unzip();
    of_chosen!(
        query_as![Row],
        [
            ", page as (select act.*"
            "audit_log.*"
            r#" and (at, audit_log.id) < (coalesce($9, 'infinity'::timestamptz), coalesce($10::bigint, 9223372036854775807))
                   order by at desc, id desc limit $11"#
            r#" and (at, audit_log.id) < (coalesce($9, 'infinity'::timestamptz), coalesce($10::bigint, 9223372036854775807))
                   order by at desc, audit_log.id desc limit $11"#
            r#" order by at desc, id desc limit $11)
               select page.id as "id!", at as "at!", account_id as "account_id!", accounts.account, accounts.name as account_name,
                   page.unit_id in (select id from below) as "is_own!", page.unit_id as "unit_id!", units.name as unit, action as "action!", noun as "noun!", noun_id as "noun_id!",
                   detail as "detail!"
               from page join accounts on accounts.id = account_id join units on units.id = page.unit_id
               order by page.at desc, page.id desc"#
        ],
        unit,
        filter,
        at.map(Timestamp::to_sqlx) as _,
        id,
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
    of_chosen!(
        query_scalar![],
        [
            r#"select count(*) as "count!" from (select 1"#
            "1"
            " limit $9::bigint + 1"
            " limit $9::bigint + 1"
            " limit $9::bigint + 1) counted"
        ],
        unit,
        filter,
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
