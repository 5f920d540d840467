//! The queries of exports. Functions take a connection; who calls owns the transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_as, query_scalar};
use uuid::Uuid;

use super::Export;
use zaichang_core::ids::{AccountId, CourseId};
use zaichang_platform::db;

/// Tries after which an export has failed.
const TRIES: i16 = 3;

struct Row {
    id: Uuid,
    course_id: i64,
    account_id: i64,
    format: String,
    filter: Vec<u8>,
    state: String,
    created_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
    file: Option<Uuid>,
    rows: Option<i64>,
    bytes: Option<i64>,
    sha256: Option<Vec<u8>>,
}

impl TryFrom<Row> for Export {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let format = db::word("exports", "format", row.id, &row.format)?;
        let state = db::word("exports", "state", row.id, &row.state)?;
        Ok(Self {
            id: row.id,
            course: CourseId(row.course_id),
            account: AccountId(row.account_id),
            format,
            filter: row.filter,
            state,
            created_at: row.created_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
            file: row.file,
            rows: row.rows,
            bytes: row.bytes,
            sha256: row.sha256,
        })
    }
}

/// Exports of an account whose file is kept or still to be made. No other export of it is added until the transaction ends.
pub(super) async fn living(
    connection: &mut PgConnection,
    account: AccountId,
    now: Timestamp,
) -> sqlx::Result<i64> {
    query!("select id from accounts where id = $1 for no key update", account.0)
        .fetch_one(&mut *connection)
        .await?;
    query_scalar!(
        r#"select count(*) as "living!" from exports where account_id = $1 and expires_at > $2 and state <> 'failed'"#,
        account.0,
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await
}

/// Adds an export for this worker, which others leave alone until then.
pub(super) async fn add(
    connection: &mut PgConnection,
    export: &Export,
    worker: Uuid,
    until: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into exports (id, course_id, account_id, format, filter, state, created_at, expires_at, worker, worker_until)
         values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9)",
        export.id,
        export.course.0,
        export.account.0,
        export.format.word(),
        export.filter,
        export.created_at.to_sqlx() as _,
        export.expires_at.to_sqlx() as _,
        worker,
        until.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An export of this course.
pub(super) async fn of_course(pool: &PgPool, course: CourseId, id: Uuid) -> sqlx::Result<Option<Export>> {
    let row = query_as!(
        Row,
        "select id, course_id, account_id, format, filter, state, created_at, expires_at, file, rows, bytes, sha256
         from exports where id = $1 and course_id = $2",
        id,
        course.0,
    )
    .fetch_optional(pool)
    .await?;
    row.map(Export::try_from).transpose()
}

/// Takes the oldest that this worker was asked for, or whose worker has died; `file` is its name for this try.
pub(super) async fn take(
    pool: &PgPool,
    worker: Uuid,
    file: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Option<Export>> {
    let row = query_as!(
        Row,
        "update exports set state = 'running', worker = $1, worker_until = $2, tries = tries + 1, file = $3
         where id = (
             select id from exports
             where state in ('queued', 'running') and tries < $5 and expires_at > $4
               and ((worker = $1 and state = 'queued') or worker_until < $4)
             order by created_at limit 1 for update skip locked
         )
         returning id, course_id, account_id, format, filter, state, created_at, expires_at, file, rows, bytes, sha256",
        worker,
        until.to_sqlx() as _,
        file,
        now.to_sqlx() as _,
        TRIES,
    )
    .fetch_optional(pool)
    .await?;
    row.map(Export::try_from).transpose()
}

/// Records for the other workers that this one lives; false if the export is not its own any more.
pub(super) async fn keep(pool: &PgPool, id: Uuid, file: Uuid, until: Timestamp) -> sqlx::Result<bool> {
    let kept = query!(
        "update exports set worker_until = $3 where id = $1 and file = $2 and state = 'running'",
        id,
        file,
        until.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// What was written.
pub(super) struct Made {
    pub rows: i64,
    pub bytes: i64,
    pub sha256: [u8; 32],
}

/// The file is there; false if the export is not this try's any more.
pub(super) async fn ready(pool: &PgPool, id: Uuid, file: Uuid, made: &Made) -> sqlx::Result<bool> {
    let ready = query!(
        "update exports set state = 'ready', rows = $3, bytes = $4, sha256 = $5
         where id = $1 and file = $2 and state = 'running'",
        id,
        file,
        made.rows,
        made.bytes,
        made.sha256.as_slice(),
    )
    .execute(pool)
    .await?;
    Ok(ready.rows_affected() == 1)
}

/// This try came to nothing: another one, or none any more.
pub(super) async fn not_made(pool: &PgPool, id: Uuid, file: Uuid) -> sqlx::Result<()> {
    query!(
        "update exports set state = case when tries < $3 then 'queued' else 'failed' end
         where id = $1 and file = $2 and state = 'running'",
        id,
        file,
        TRIES,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives up what has killed its workers often enough.
pub(super) async fn give_up(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "update exports set state = 'failed' where state in ('queued', 'running') and tries >= $2 and worker_until < $1",
        now.to_sqlx() as _,
        TRIES,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets what has long expired. Gives the files that are kept.
pub(super) async fn sweep(pool: &PgPool, now: Timestamp, long_ago: Timestamp) -> sqlx::Result<Vec<Uuid>> {
    query!("delete from exports where expires_at < $1", long_ago.to_sqlx() as _).execute(pool).await?;
    query_scalar!(
        r#"select file as "file!" from exports where file is not null and expires_at > $1 and state in ('running', 'ready')"#,
        now.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await
}
