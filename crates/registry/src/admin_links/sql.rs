//! The queries of links that are made on the server.

use std::ops::Range;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use super::link::{MadeBy, Runner};
use zaichang_platform::auth::TokenHash;

/// Links are made and used one at a time.
pub(crate) async fn lock(transaction: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(hashtextextended('admin_links', 0))").execute(transaction).await?;
    Ok(())
}

/// Whether no admin of an authority can log in who may let others in, and the data are not the demo's. The word is a full admin's:
/// sub-accounts, and who was given a password, have others.
pub(super) async fn lacks_an_admin(transaction: &mut PgConnection) -> sqlx::Result<bool> {
    let lacks = query_scalar!(
        r#"select not exists (select from accounts where role = 'authority_admin' and disabled_at is null)
               and not exists (select from deployment where kind = 'demo') as "lacks!""#
    );
    lacks.fetch_one(transaction).await
}

/// The link that lives, of those that are made on the server.
pub(super) async fn living(
    transaction: &mut PgConnection,
    now: Timestamp,
) -> sqlx::Result<Option<(TokenHash, Timestamp)>> {
    let row = query!(
        "select token_hash, expires_at from admin_links where ended_at is null and unit_id is null and expires_at > $1",
        now.to_sqlx() as _,
    );
    let row = row.fetch_optional(transaction).await?;
    Ok(row.and_then(|row| Some((row.token_hash.try_into().ok()?, row.expires_at.to_jiff()))))
}

pub(super) async fn end_all(transaction: &mut PgConnection, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "update admin_links set ended_at = $1 where ended_at is null and unit_id is null",
        now.to_sqlx() as _
    )
    .execute(transaction)
    .await?;
    Ok(())
}

pub(super) async fn insert(
    transaction: &mut PgConnection,
    hash: &TokenHash,
    by: &MadeBy,
    lasts: Range<Timestamp>,
) -> sqlx::Result<()> {
    let Runner { uid, os_user, claimed_user } = by.runner();
    query!(
        "insert into admin_links (token_hash, made_by, os_uid, os_user, claimed_user, made_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        hash.as_slice(),
        by.word(),
        uid.map(i64::from),
        os_user,
        claimed_user,
        lasts.start.to_sqlx() as _,
        lasts.end.to_sqlx() as _,
    )
    .execute(transaction)
    .await?;
    Ok(())
}
