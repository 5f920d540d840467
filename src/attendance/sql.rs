//! The queries of attendance records. Both forms keep the same filters: one pages, one streams everything.

use futures_util::Stream;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgPool, query};
use uuid::Uuid;

use super::query::Filter;
use super::record::Row;

/// People and records of the whole filter.
pub(super) struct Totals {
    pub attendees: i64,
    pub check_ins: i64,
}

pub(super) async fn totals(pool: &PgPool, filter: &Filter) -> sqlx::Result<Totals> {
    let row = query!(
        r#"select count(distinct c.person_id) as "attendees!", count(*) as "check_ins!"
           from check_ins c
           join people on people.id = c.person_id
           join units on units.id = people.unit_id
           left join units departments on departments.id = people.department_id
           where c.course_id = $1
             and ($2::date is null or c.day = $2)
             and ($3::text is null or people.name like $3 or units.name like $3 or departments.name like $3
                  or people.card_number = $4)
             and ($5::text is null or c.source = $5)
             and ($6::bigint is null or c.screen = $6)"#,
        filter.course,
        filter.day.map(ToSqlx::to_sqlx) as _,
        filter.pattern,
        filter.card_number,
        filter.source,
        filter.screen,
    )
    .fetch_one(pool)
    .await?;
    Ok(Totals { attendees: row.attendees, check_ins: row.check_ins })
}

/// The records before a key, newest first; all of them without a limit.
pub(super) fn records<'a>(
    pool: &'a PgPool,
    filter: &'a Filter,
    before: Option<(Timestamp, Uuid)>,
    limit: Option<i64>,
) -> impl Stream<Item = sqlx::Result<Row>> + 'a {
    let (before_at, before_id) = before.unzip();
    sqlx::query_as!(
        Row,
        r#"select c.id, c.person_id, people.name, people.id_number_sealed, people.phone_sealed, people.key_id,
               people.card_number, people.title, people.specialty, units.name as unit, departments.name as "department?",
               c.at, c.recorded_at, c.day, c.slot, c.source, c.screen, screens.place as "place?", c.code_age_ms,
               c.client_kind, c.scene, c.flags, accounts.name as "assisted_by?", c.reason
           from check_ins c
           join people on people.id = c.person_id
           join units on units.id = people.unit_id
           left join units departments on departments.id = people.department_id
           left join screens on screens.screen = c.screen
           left join accounts on accounts.id = c.assisted_by
           where c.course_id = $1
             and ($2::date is null or c.day = $2)
             and ($3::text is null or people.name like $3 or units.name like $3 or departments.name like $3
                  or people.card_number = $4)
             and ($5::text is null or c.source = $5)
             and ($6::bigint is null or c.screen = $6)
             and ($7::timestamptz is null or (c.at, c.id) < ($7, $8))
           order by c.at desc, c.id desc
           limit $9"#,
        filter.course,
        filter.day.map(ToSqlx::to_sqlx) as _,
        filter.pattern,
        filter.card_number,
        filter.source,
        filter.screen,
        before_at.map(ToSqlx::to_sqlx) as _,
        before_id,
        limit,
    )
    .fetch(pool)
}
