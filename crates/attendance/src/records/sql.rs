//! The queries of attendance records, all over the same filter: the totals, the records, and a person's days.
//!
//! They are quick for a hall of thousands whether or not a plan knows what is asked for: what a filter does not name is never
//! looked at, people are searched once and not for each of their records, and only a page's own records are joined.

use futures_util::Stream;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::query::{Filter, Keyset, Order};
use super::record::RecordRow;
use crate::presence::Reason;
use zaichang_core::ids::UnitId;
use zaichang_platform::search::Search;

/// A query that begins with `chosen`, the check-ins of a filter: the one place where the filter is SQL. Its arguments are $1 to $8;
/// those that follow the filter are $9 and on.
macro_rules! of_chosen {
    ($row:ident, $select:tt, $filter:expr $(, $more:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            r#"with named as (
                   -- A merged row is found by the row that stays.
                   select came.id from people came join people on people.id = coalesce(came.merged_into, came.id)
                   where came.id in (select person_id from check_ins where course_id = $1)
                     and (person_is_called(people.name, people.pinyin, people.initials, $3, $4) or people.card_number = $3
                          or exists (select from units where units.id in (people.unit_id, people.department_id) and holds(units.name, $3)))
               ), chosen as (
                   select c.* from check_ins c
                   where c.course_id = $1
                     and ($2::date is null or c.day = $2)
                     and ($3::text is null or c.person_id in (select id from named)
                          or $8::bigint is not null and ('x' || right(c.id::text, 12))::bit(48)::bigint % 110075314176 = $8)
                     and ($5::text is null or c.source = $5)
                     and ($6::bigint is null or c.screen = $6)
                     and ($7::bool is null or $7 = ((c.day, c.person_id, c.slot) in (
                         select day, person_id, slot from assessments where course_id = $1 and suspicious
                     )))
               ) "# + $select,
            $filter.course,
            $filter.day.map(ToSqlx::to_sqlx) as _,
            $filter.search.as_ref().map(Search::text),
            $filter.search.as_ref().and_then(Search::letters),
            $filter.source,
            $filter.screen,
            $filter.suspicious,
            $filter.ending
            $(, $more)*
        )
    };
}

/// People and records of the whole filter.
pub(super) struct Totals {
    pub attendees: i64,
    pub check_ins: i64,
    /// Of the records, those whose newest verdict is a strike.
    pub struck: i64,
}

pub(super) async fn totals(executor: impl PgExecutor<'_>, filter: &Filter) -> sqlx::Result<Totals> {
    of_chosen!(
        Totals,
        r#"select count(distinct coalesce(merged.merged_into, c.person_id)) as "attendees!", count(*) as "check_ins!",
                   count(*) filter (where (c.day, c.person_id, c.slot) in (
                       select day, person_id, slot from (
                           select distinct on (day, person_id, slot) day, person_id, slot, verdict from verdicts
                           where course_id = $1 order by day, person_id, slot, id desc
                       ) newest where verdict = 'struck'
                   )) as "struck!"
               from chosen c
               left join people merged on merged.id = c.person_id and merged.merged_into is not null"#,
        filter
    )
    .fetch_one(executor)
    .await
}

/// The records in the filter's order; all of them without a limit.
pub(super) fn records<'a>(
    executor: impl PgExecutor<'a> + 'a,
    filter: &'a Filter,
    after: Option<Keyset>,
    limit: Option<i64>,
) -> impl Stream<Item = sqlx::Result<RecordRow>> + 'a {
    let by_suspicion = filter.order == Order::Suspicion;
    let (rank, at, id) = match after {
        None => (None, None, None),
        Some(Keyset::ByTime(at, id)) => (Some(0), Some(at.to_sqlx()), Some(id)),
        Some(Keyset::BySuspicion(score, at, id)) => (Some(score), Some(at.to_sqlx()), Some(id)),
    };
    of_chosen!(
        RecordRow,
        r#", ranked as (
                   select c.*, case when $9 then coalesce((
                       select score from assessments a
                       where a.course_id = $1 and a.day = c.day and a.person_id = c.person_id and a.slot = c.slot
                   ), 0) else 0 end as rank
                   from chosen c
               ), page as (
                   select * from ranked
                   where $10::int is null or (rank, at, id) < ($10, $11, $12)
                   order by rank desc, at desc, id desc limit $13
               )
               select c.id, people.id as person_id, people.name, people.id_number_sealed, people.phone_sealed, people.key_id,
                   people.card_number, people.title, people.specialty, units.name as unit, departments.name as "department?",
                   c.at, c.recorded_at, c.day, c.slot, c.source, c.screen, screens.place as "place?", c.code_age_ms,
                   c.client_kind, c.scene, accounts.name as "assisted_by?", c.reason, c.approved_afterwards,
                   a.score as "score?", a.suspicious as "suspicious?", a.rules as "rules?", a.reasons as "reasons?: Json<Vec<Reason>>",
                   v.verdict as "verdict?", v.reason as "verdict_reason?", v.given_by as "verdict_by?", v.given_at as "verdict_at?"
               from page c
               join people written on written.id = c.person_id
               join people on people.id = coalesce(written.merged_into, written.id)
               join units on units.id = people.unit_id
               left join units departments on departments.id = people.department_id
               left join screens on screens.screen = c.screen
               left join accounts on accounts.id = c.assisted_by
               left join assessments a on a.course_id = c.course_id and a.day = c.day and a.person_id = c.person_id and a.slot = c.slot
               left join lateral (
                   select verdict, verdicts.reason, judges.name as given_by, given_at from verdicts
                   join accounts judges on judges.id = given_by
                   where verdicts.course_id = c.course_id and verdicts.day = c.day
                     and verdicts.person_id = c.person_id and verdicts.slot = c.slot
                   order by verdicts.id desc limit 1
               ) v on true
               order by c.rank desc, c.at desc, c.id desc"#,
        filter,
        by_suspicion,
        rank,
        at as _,
        id,
        limit,
    )
    .fetch(executor)
}

/// A person's day, as the summary sums it up.
pub(super) struct PersonDay {
    pub person_id: i64,
    pub name: String,
    pub id_number_sealed: Vec<u8>,
    pub key_id: Vec<u8>,
    pub card_number: Option<String>,
    pub title: String,
    pub unit: String,
    pub department: Option<String>,
    pub day: jiff_sqlx::Date,
    /// Without what staff have struck.
    pub first_at: Option<jiff_sqlx::Timestamp>,
    pub last_at: Option<jiff_sqlx::Timestamp>,
    pub check_ins: i64,
    pub assisted: i64,
    pub struck: i64,
}

/// What a unit is called.
pub(super) async fn unit_name(executor: impl PgExecutor<'_>, unit: UnitId) -> sqlx::Result<String> {
    let unit =
        sqlx::query!("select id, name from units where id = any($1)", &[unit.0]).fetch_one(executor).await?;
    Ok(unit.name)
}

/// The days of a course that have records, in order.
pub(super) async fn days(
    executor: impl PgExecutor<'_>,
    filter: &Filter,
) -> sqlx::Result<Vec<jiff::civil::Date>> {
    let days = sqlx::query_scalar!(
        "select distinct day from check_ins where course_id = $1 and ($2::date is null or day = $2) order by day",
        filter.course,
        filter.day.map(ToSqlx::to_sqlx) as _,
    )
    .fetch_all(executor)
    .await?;
    Ok(days.into_iter().map(jiff_sqlx::Date::to_jiff).collect())
}

/// Every person of the filter with each of their days, a person's days together.
pub(super) fn people<'a>(
    executor: impl PgExecutor<'a> + 'a,
    filter: &'a Filter,
) -> impl Stream<Item = sqlx::Result<PersonDay>> + 'a {
    of_chosen!(
        PersonDay,
        r#"select people.id as person_id, people.name, people.id_number_sealed, people.key_id, people.card_number, people.title,
                   units.name as unit, departments.name as "department?", c.day,
                   min(c.at) filter (where v.verdict is distinct from 'struck') as first_at,
                   max(c.at) filter (where v.verdict is distinct from 'struck') as last_at,
                   count(*) as "check_ins!", count(*) filter (where c.source = 'assisted') as "assisted!",
                   count(*) filter (where v.verdict = 'struck') as "struck!"
               from chosen c
               join people written on written.id = c.person_id
               join people on people.id = coalesce(written.merged_into, written.id)
               join units on units.id = people.unit_id
               left join units departments on departments.id = people.department_id
               left join lateral (
                   select verdict from verdicts
                   where verdicts.course_id = c.course_id and verdicts.day = c.day
                     and verdicts.person_id = c.person_id and verdicts.slot = c.slot
                   order by verdicts.id desc limit 1
               ) v on true
               group by people.id, units.id, departments.id, c.day
               order by units.name, departments.name nulls first, people.name, people.id, c.day"#,
        filter
    )
    .fetch(executor)
}
