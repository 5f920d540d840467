//! The queries of files. Functions take a connection; who calls owns the transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};
use uuid::Uuid;

use super::{Kind, NewFile, Written};

/// The row of a file that is about to be written.
pub(super) async fn begin(pool: &PgPool, id: Uuid, new: &NewFile<'_>, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "insert into files (id, kind, account_id, job, sealed, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        new.kind.name,
        new.account.0,
        new.job,
        new.kind.sealed,
        now.to_sqlx() as _,
        new.expires_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// It is whole. What its job had begun besides goes.
pub(super) async fn keep(
    connection: &mut PgConnection,
    written: &Written,
    now: Timestamp,
) -> sqlx::Result<()> {
    let job = query_scalar!(
        "update files set kept_at = $2, bytes = $3, sha256 = $4 where id = $1 returning job",
        written.id,
        now.to_sqlx() as _,
        i64::try_from(written.bytes).unwrap_or(i64::MAX),
        written.sha256.as_slice(),
    )
    .fetch_one(&mut *connection)
    .await?;
    query!("delete from files where job = $1 and id <> $2 and kept_at is null", job, written.id)
        .execute(connection)
        .await?;
    Ok(())
}

/// It will not be kept.
pub(super) async fn discard(pool: &PgPool, id: Uuid) -> sqlx::Result<()> {
    query!("delete from files where id = $1 and kept_at is null", id).execute(pool).await?;
    Ok(())
}

/// How many bytes it has; none if it is of another kind, not whole, or has expired.
pub(super) async fn kept(pool: &PgPool, id: Uuid, kind: &Kind, now: Timestamp) -> sqlx::Result<Option<u64>> {
    let bytes = query_scalar!(
        r#"select bytes as "bytes!" from files
           where id = $1 and kind = $2 and sealed = $3 and kept_at is not null and expires_at > $4"#,
        id,
        kind.name,
        kind.sealed,
        now.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    Ok(bytes.and_then(|bytes| u64::try_from(bytes).ok()))
}

/// Those of these that are being written or may be opened.
pub(super) async fn living(pool: &PgPool, ids: &[Uuid], now: Timestamp) -> sqlx::Result<Vec<Uuid>> {
    query_scalar!("select id from files where id = any($1) and expires_at > $2", ids, now.to_sqlx() as _)
        .fetch_all(pool)
        .await
}

/// Forgets what expired before then.
pub(super) async fn forget(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from files where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
