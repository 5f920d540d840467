//! The queries of exports. Functions take a connection; who calls owns the transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_as};
use uuid::Uuid;

use super::Export;
use zaichang_core::ids::{AccountId, CourseId};
use zaichang_platform::db;
use zaichang_platform::files::Written;

struct StoredExport {
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

impl TryFrom<StoredExport> for Export {
    type Error = sqlx::Error;

    fn try_from(row: StoredExport) -> Result<Self, sqlx::Error> {
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

/// How many exports an account has.
pub(super) struct Living {
    pub all: i64,
    pub waiting: i64,
}

/// Exports of an account that have not expired, failed ones too, and how many of them are still to be made. No other export of it is added until the transaction ends.
pub(super) async fn living(
    connection: &mut PgConnection,
    account: AccountId,
    now: Timestamp,
) -> sqlx::Result<Living> {
    query!("select id from accounts where id = $1 for no key update", account.0)
        .fetch_one(&mut *connection)
        .await?;
    query_as!(
        Living,
        r#"select count(*) as "all!", count(*) filter (where state in ('queued', 'running')) as "waiting!"
         from exports where account_id = $1 and expires_at > $2"#,
        account.0,
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await
}

/// Adds an export. Nodes of the release before leave it alone: for them a worker has it until it expires.
pub(super) async fn add(connection: &mut PgConnection, export: &Export, node: Uuid) -> sqlx::Result<()> {
    query!(
        "insert into exports (id, course_id, account_id, format, filter, state, created_at, expires_at, worker, worker_until)
         values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $7)",
        export.id,
        export.course.0,
        export.account.0,
        export.format.word(),
        export.filter,
        export.created_at.to_sqlx() as _,
        export.expires_at.to_sqlx() as _,
        node,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An export of this course. One whose job killed its nodes until it failed for good has failed, too: no node was left to say so.
pub(super) async fn of_course(pool: &PgPool, course: CourseId, id: Uuid) -> sqlx::Result<Option<Export>> {
    let row = query_as!(
        StoredExport,
        r#"select id, course_id, account_id, format, filter, created_at, expires_at, file, rows, bytes, sha256,
             case when state in ('queued', 'running') and job_has_failed('export:' || id) then 'failed' else state
             end as "state!"
         from exports where id = $1 and course_id = $2"#,
        id,
        course.0,
    )
    .fetch_optional(pool)
    .await?;
    row.map(Export::try_from).transpose()
}

/// Takes this export for one try; none if it is ready or has expired.
pub(super) async fn take(pool: &PgPool, id: Uuid, now: Timestamp) -> sqlx::Result<Option<Export>> {
    let row = query_as!(
        StoredExport,
        "update exports set state = 'running' where id = $1 and state <> 'ready' and expires_at > $2
         returning id, course_id, account_id, format, filter, state, created_at, expires_at, file, rows, bytes, sha256",
        id,
        now.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    row.map(Export::try_from).transpose()
}

/// What was written.
pub(super) struct Made {
    pub rows: i64,
    pub file: Written,
}

/// The file is there; false if the export has one already, or is gone.
pub(super) async fn ready(connection: &mut PgConnection, id: Uuid, made: &Made) -> sqlx::Result<bool> {
    let ready = query!(
        "update exports set state = 'ready', file = $2, rows = $3, bytes = $4, sha256 = $5
         where id = $1 and state <> 'ready'",
        id,
        made.file.id,
        made.rows,
        i64::try_from(made.file.bytes).unwrap_or(i64::MAX),
        made.file.sha256.as_slice(),
    )
    .execute(connection)
    .await?;
    Ok(ready.rows_affected() == 1)
}

/// This try came to nothing: another one follows, or none any more.
pub(super) async fn not_made(pool: &PgPool, id: Uuid, was_last: bool) -> sqlx::Result<()> {
    query!(
        "update exports set state = case when $2 then 'failed' else 'queued' end where id = $1 and state = 'running'",
        id,
        was_last,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets what expired before then, and the jobs that failed for good over it.
pub(in super::super) async fn forget(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!(
        r#"with gone as (delete from exports where expires_at < $1 returning id)
         select count(withdraw_job('export:' || id)) from gone"#,
        before.to_sqlx() as _,
    )
    .fetch_one(pool)
    .await?;
    Ok(())
}
