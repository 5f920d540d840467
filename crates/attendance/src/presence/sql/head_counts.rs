//! The queries of head counts.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use zaichang_core::ids::{AccountId, CourseId};

/// Keeps a count beside the attendees by check-in at that moment.
pub(in crate::presence) async fn insert(
    connection: &mut PgConnection,
    course: CourseId,
    day: Date,
    heads: i32,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into head_counts (course_id, day, heads, counted_by, counted_at, attendees)
         values ($1, $2, $3, $4, $5,
             coalesce((select attendees from tallies where course_id = $1 and day = $2), 0))",
        course.0,
        day.to_sqlx() as _,
        heads,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A count with who made it.
pub(in crate::presence) struct HeadCountRow {
    pub heads: i32,
    pub attendees: i32,
    pub counted_by: String,
    pub counted_at: Timestamp,
}

/// Those of a course's day, the newest first.
pub(in crate::presence) async fn of_day(
    pool: &PgPool,
    course: CourseId,
    day: Date,
) -> sqlx::Result<Vec<HeadCountRow>> {
    let rows = query!(
        "select heads, attendees, accounts.name as counted_by, counted_at from head_counts
         join accounts on accounts.id = counted_by
         where course_id = $1 and day = $2 order by head_counts.id desc limit 100",
        course.0,
        day.to_sqlx() as _,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let rows = rows.map(|row| HeadCountRow {
        heads: row.heads,
        attendees: row.attendees,
        counted_by: row.counted_by,
        counted_at: row.counted_at.to_jiff(),
    });
    Ok(rows.collect())
}

/// Distinct people of the day by check-in.
pub(in crate::presence) async fn attendees(pool: &PgPool, course: CourseId, day: Date) -> sqlx::Result<i32> {
    let attendees = query_scalar!(
        "select attendees from tallies where course_id = $1 and day = $2",
        course.0,
        day.to_sqlx() as _,
    );
    Ok(attendees.fetch_optional(pool).await?.unwrap_or(0))
}
