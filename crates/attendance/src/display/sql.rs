//! The queries of screens and tickets.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::access::Screen;
use zaichang_core::clock::instant_of;
use zaichang_core::ids::{AccountId, CourseId, ScreenNumber, UnitId};
use zaichang_platform::auth::TokenHash;

/// A screen as the console lists it.
pub(super) struct Listed {
    pub screen: i64,
    pub place: String,
    pub opened_at: jiff_sqlx::Timestamp,
    pub opened_by: String,
    pub closed_at: Option<jiff_sqlx::Timestamp>,
    /// A node that lives shows it to a page.
    pub online: bool,
    /// Since when none does; none if no page was ever there.
    pub gone_at: Option<jiff_sqlx::Timestamp>,
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
        r#"select screens.screen, place, opened_at, accounts.name as opened_by, closed_at,
               coalesce(pages.online, false) as "online!", pages.gone_at as "gone_at: _"
         from screens join accounts on accounts.id = opened_by
         left join lateral (
             select bool_or(gone_at is null and heard_at > now() - interval '10 seconds') as online,
                    max(coalesce(gone_at, heard_at)) as gone_at
             from shown_screens join display_nodes using (node) where shown_screens.screen = screens.screen
         ) as pages on true
         where course_id = $1 and day = $2 order by screens.screen"#,
        course.0,
        day.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await
}

/// A screen, open or closed.
pub(super) async fn screen(pool: &PgPool, number: ScreenNumber) -> sqlx::Result<Option<Screen>> {
    let row = query!(
        r#"select day, closed_at is not null as "closed!", unit_id from screens
           join courses on courses.id = course_id
           join projects on projects.id = project_id
           where screen = $1"#,
        number.stored()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Screen {
        number,
        day: row.day.to_jiff(),
        closed: row.closed,
        unit: UnitId(row.unit_id),
    }))
}

/// What screens are called: their course, and where in the venue they stand.
pub(super) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!(
        r#"select screen, title || ' · ' || screens.place as "title!"
           from screens join courses on courses.id = course_id where screen = any($1)"#,
        &ids
    );
    let rows = rows.fetch_all(&pool).await?.into_iter();
    Ok(rows.map(|row| (row.screen, row.title)).collect())
}

/// Closes an open screen and returns its course and place; none if it was closed already.
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

/// Closes the screens of this day and later that the account has acted on since the day began: opening one, replacing one and opening
/// another page of one stand in the log. Gives which, and what the account's holder is called.
pub(super) async fn close_screens_of(
    connection: &mut PgConnection,
    account: AccountId,
    day: Date,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<Vec<(ScreenNumber, String)>> {
    let closed = query!(
        "update screens set closed_by = $4, closed_at = $5
         where closed_at is null and day >= $2 and screen = any(array(
             select noun_id from audit_log where account_id = $1 and at >= $3 and noun = 'screen'
         ))
         returning screen, (select name from accounts where id = $1) as \"opener!\"",
        account.0,
        day.to_sqlx() as _,
        instant_of(day, 0).to_sqlx() as _,
        by.0,
        now.to_sqlx() as _,
    );
    let closed = closed.fetch_all(connection).await?.into_iter();
    Ok(closed.map(|row| (ScreenNumber::from_stored(row.screen), row.opener)).collect())
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

/// Records that this node lives. True if Postgres did not know it, or had forgotten it.
pub(super) async fn node_lives(pool: &PgPool, node: i64) -> sqlx::Result<bool> {
    query_scalar!(
        r#"insert into display_nodes (node, heard_at) values ($1, now())
           on conflict (node) do update set heard_at = excluded.heard_at returning xmax = 0 as "is_new!""#,
        node,
    )
    .fetch_one(pool)
    .await
}

/// Records which screens this node shows, and which it no longer shows.
pub(super) async fn tell_shown(
    pool: &PgPool,
    node: i64,
    screens: &[i64],
    shown: &[bool],
) -> sqlx::Result<()> {
    query!(
        "insert into shown_screens (node, screen, gone_at)
         select $1, screen, case when shown then null else now() end
         from unnest($2::bigint[], $3::bool[]) as told (screen, shown)
         on conflict on constraint screen_is_shown_once_per_node do update set gone_at = excluded.gone_at",
        node,
        screens,
        shown,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Keeps a page's characters, unless they are in use or the limit is reached.
pub(super) async fn insert_pairing(
    pool: &PgPool,
    characters: &str,
    secret: &TokenHash,
    now: Timestamp,
    expires_at: Timestamp,
    most: i64,
) -> sqlx::Result<bool> {
    let inserted = query!(
        "insert into screen_pairings (characters, secret_hash, asked_at, expires_at)
         select $1, $2, $3, $4 where (select count(*) from screen_pairings where expires_at >= $3) < $5
         on conflict (characters) do nothing",
        characters,
        secret.as_slice(),
        now.to_sqlx() as _,
        expires_at.to_sqlx() as _,
        most,
    )
    .execute(pool)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Whether these characters wait for an admin; their row is locked then.
pub(super) async fn lock_pairing(
    connection: &mut PgConnection,
    characters: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let waiting = query!(
        "select characters from screen_pairings where characters = $1 and expires_at >= $2 and screen is null for update",
        characters,
        now.to_sqlx() as _,
    );
    Ok(waiting.fetch_optional(connection).await?.is_some())
}

pub(super) async fn pair(
    connection: &mut PgConnection,
    characters: &str,
    screen: ScreenNumber,
) -> sqlx::Result<()> {
    query!("update screen_pairings set screen = $2 where characters = $1", characters, screen.stored())
        .execute(connection)
        .await?;
    Ok(())
}

/// The pairing of a page's secret, and the screen that its characters were entered for.
pub(super) async fn pairing(
    pool: &PgPool,
    secret: &TokenHash,
    now: Timestamp,
) -> sqlx::Result<Option<Option<ScreenNumber>>> {
    let screen = query_scalar!(
        "select screen from screen_pairings where secret_hash = $1 and expires_at >= $2",
        secret.as_slice(),
        now.to_sqlx() as _,
    );
    let screen = screen.fetch_optional(pool).await?;
    Ok(screen.map(|screen| screen.map(ScreenNumber::from_stored)))
}

/// Takes away tickets and pairings that expired before this, and nodes that were last heard of before it.
pub async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from screen_tickets where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    query!("delete from screen_pairings where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    query!("delete from display_nodes where heard_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
