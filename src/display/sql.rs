//! The queries of screens and tickets.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use crate::auth::TokenHash;
use crate::ids::{AccountId, CourseId, ScreenNumber};

/// A screen as the console lists it.
pub(super) struct Listed {
    pub screen: i64,
    pub place: String,
    pub opened_at: jiff_sqlx::Timestamp,
    pub opened_by: String,
    pub closed_at: Option<jiff_sqlx::Timestamp>,
}

pub(super) async fn insert_screen(
    connection: &mut PgConnection,
    course: CourseId,
    day: Date,
    place: &str,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<ScreenNumber> {
    let screen = query_scalar!(
        "insert into screens (course_id, day, place, opened_by, opened_at) values ($1, $2, $3, $4, $5) returning screen",
        course.0,
        day.to_sqlx() as _,
        place,
        by.0,
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(ScreenNumber::from_stored(screen))
}

/// How many screens of the course are open on the day.
pub(super) async fn open_screens(
    connection: &mut PgConnection,
    course: CourseId,
    day: Date,
) -> sqlx::Result<i64> {
    query_scalar!(
        r#"select count(*) as "count!" from screens where course_id = $1 and day = $2 and closed_at is null"#,
        course.0,
        day.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn screens(pool: &PgPool, course: CourseId, day: Date) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        "select screen, place, opened_at, accounts.name as opened_by, closed_at
         from screens join accounts on accounts.id = opened_by
         where course_id = $1 and day = $2 order by screen",
        course.0,
        day.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await
}

/// The course and the day of a screen, and whether it is closed.
pub(super) async fn course_of(
    pool: &PgPool,
    screen: ScreenNumber,
) -> sqlx::Result<Option<(CourseId, Date, bool)>> {
    let row = query!(
        r#"select course_id, day, closed_at is not null as "closed!" from screens where screen = $1"#,
        screen.stored()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (CourseId(row.course_id), row.day.to_jiff(), row.closed)))
}

/// Closes an open screen and tells its course and place; none if it was closed already.
pub(super) async fn close_screen(
    connection: &mut PgConnection,
    screen: ScreenNumber,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<Option<(CourseId, String)>> {
    let closed = query!(
        "update screens set closed_by = $2, closed_at = $3 where screen = $1 and closed_at is null
         returning course_id, place",
        screen.stored(),
        by.0,
        now.to_sqlx() as _,
    );
    let closed = closed.fetch_optional(connection).await?;
    Ok(closed.map(|row| (CourseId(row.course_id), row.place)))
}

pub(super) async fn insert_ticket(
    connection: &mut PgConnection,
    hash: &TokenHash,
    screen: ScreenNumber,
    expires_at: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into screen_tickets (token_hash, screen, expires_at) values ($1, $2, $3)",
        hash.as_slice(),
        screen.stored(),
        expires_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses up a ticket of this screen: true once.
pub(super) async fn use_ticket(
    pool: &PgPool,
    hash: &TokenHash,
    screen: ScreenNumber,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let used = query!(
        "update screen_tickets set used_at = $3
         where token_hash = $1 and screen = $2 and used_at is null and expires_at >= $3",
        hash.as_slice(),
        screen.stored(),
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Takes away tickets that expired before this.
pub async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from screen_tickets where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
