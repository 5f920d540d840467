//! The queries by which courses are counted again whose people were merged.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query_scalar};

/// Merges that were done or undone since then, the oldest first.
pub(in crate::checkin) async fn merges_since(pool: &PgPool, since: Timestamp) -> sqlx::Result<Vec<i64>> {
    let merges = query_scalar!(
        "select id from person_merges where merged_at > $1 or undone_at > $1 order by id",
        since.to_sqlx() as _
    );
    merges.fetch_all(pool).await
}

/// The courses to which both of a merge came, also by the rows of who was merged into either before.
pub(in crate::checkin) async fn courses_of_both(pool: &PgPool, merge: i64) -> sqlx::Result<Vec<i64>> {
    let courses = query_scalar!(
        "with recursive people_of (id) as (
             select id from (
                 select from_id as id from person_merges where id = $1 union select into_id from person_merges where id = $1
             ) two
             union select from_id from person_merges join people_of on into_id = people_of.id
         )
         select course_id from check_ins where person_id in (select id from people_of)
         group by course_id having count(distinct person_id) > 1 order by course_id",
        merge,
    );
    courses.fetch_all(pool).await
}

/// Counts the people of a course again, where two that were merged are one; whether that has changed anything. Locks its version and counts
/// it up, so that its rows are not written meanwhile, and every node reads them again. A person is new on the first day on which they came.
pub(in crate::checkin) async fn count_again(
    connection: &mut PgConnection,
    course: i64,
) -> sqlx::Result<bool> {
    query_scalar!("select turn from turns where course_id = $1 for no key update", course)
        .fetch_optional(&mut *connection)
        .await?;
    let counted = query_scalar!(
        r#"with came as (
               select coalesce(merged.merged_into, came.person_id) as person, came.day
               from check_ins came
               left join people merged on merged.id = came.person_id and merged.merged_into is not null
               where came.course_id = $1
           ), days as (
               select day, count(*) as attendees, count(*) filter (where day = first_day) as newcomers
               from (select person, day, min(day) over (partition by person) as first_day from came group by person, day) each
               group by day
           ), changed as (
               update tallies set attendees = days.attendees, newcomers = days.newcomers
               from days where tallies.course_id = $1 and tallies.day = days.day
                   and (tallies.attendees, tallies.newcomers) is distinct from (days.attendees, days.newcomers)
                   -- Not where months were archived: who came in them would be counted as new on a later day.
                   and not exists (
                       select from tallies kept where kept.course_id = $1 and check_ins > 0 and day not in (select day from days)
                   )
               returning 1
           ), taken as (
               update turns set turn = turn + 1 where course_id = $1 and exists (select from changed)
           )
           select exists (select from changed) as "changed!""#,
        course,
    );
    counted.fetch_one(connection).await
}
