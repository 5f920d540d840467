//! The queries of sessions: whose one is, which live, and what ends them.

use std::ops::Range;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::TokenHash;
use super::own_sessions::OpenedWith;
use super::sessions::{OpenedBy, Session, Subject};
use zaichang_core::ids::{AccountId, PersonId};

/// A person's id, or an account's: the other column is null.
fn ids(subject: Subject) -> (Option<i64>, Option<i64>) {
    match subject {
        Subject::Person(PersonId(id)) => (Some(id), None),
        Subject::Account(AccountId(id)) => (None, Some(id)),
    }
}

pub(super) async fn insert_session(
    connection: &mut PgConnection,
    hash: &TokenHash,
    subject: Subject,
    client: &str,
    opened_by: OpenedBy,
    lasts: Range<Timestamp>,
) -> sqlx::Result<()> {
    let (person, account) = ids(subject);
    query!(
        "insert into sessions (token_hash, person_id, account_id, client_kind, opened_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        hash.as_slice(),
        person,
        account,
        client,
        opened_by.word(),
        lasts.start.to_sqlx() as _,
        lasts.end.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn sessions(
    pool: &PgPool,
    hashes: &[TokenHash],
) -> sqlx::Result<Vec<(TokenHash, sqlx::Result<Session>)>> {
    let hashes: Vec<_> = hashes.iter().map(|hash| hash.to_vec()).collect();
    let rows = query!(
        "select token_hash, person_id, account_id, expires_at, seen_at from sessions
         where token_hash = any($1) and revoked_at is null",
        &hashes,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let sessions = rows.filter_map(|row| {
        let subject = match (row.person_id, row.account_id) {
            (Some(person), _) => Subject::Person(PersonId(person)),
            (None, account) => Subject::Account(AccountId(account?)),
        };
        let seen_at = row.seen_at.map(Instant::to_jiff);
        let session = Session { subject, expires_at: row.expires_at.to_jiff(), seen_at };
        Some((row.token_hash.try_into().ok()?, Ok(session)))
    });
    Ok(sessions.collect())
}

/// Writes down that a session is used now, unless it was last used before `since`: then it is not any more. Gives which.
pub(super) async fn see_session(
    pool: &PgPool,
    hash: &TokenHash,
    since: Timestamp,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let seen = query!(
        "update sessions set seen_at = greatest(seen_at, $3)
         where token_hash = $1 and revoked_at is null and seen_at > $2",
        hash.as_slice(),
        since.to_sqlx() as _,
        now.to_sqlx() as _,
    );
    Ok(seen.execute(pool).await?.rows_affected() == 1)
}

pub(super) async fn opened_since(
    pool: &PgPool,
    hash: &TokenHash,
    opened_by: OpenedBy,
    then: Timestamp,
) -> sqlx::Result<bool> {
    let found = query_scalar!(
        r#"select exists (
               select from sessions
               where token_hash = $1 and revoked_at is null and opened_by = $2 and created_at >= $3
           ) as "found!""#,
        hash.as_slice(),
        opened_by.word(),
        then.to_sqlx() as _,
    );
    found.fetch_one(pool).await
}

/// False if it has ended already; else it does not end before the transaction.
pub(super) async fn hold_session(connection: &mut PgConnection, hash: &TokenHash) -> sqlx::Result<bool> {
    let held = query_scalar!(
        "select token_hash from sessions where token_hash = $1 and revoked_at is null for share",
        hash.as_slice(),
    );
    Ok(held.fetch_optional(connection).await?.is_some())
}

/// False if it has ended already.
pub(super) async fn revoke_session(
    connection: &mut PgConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let revoked = query!(
        "update sessions set revoked_at = $2 where token_hash = $1 and revoked_at is null",
        hash.as_slice(),
        now.to_sqlx() as _,
    );
    Ok(revoked.execute(connection).await?.rows_affected() == 1)
}

pub(super) async fn revoke_sessions(
    transaction: &mut PgConnection,
    people: &[PersonId],
    client: &str,
    now: Timestamp,
) -> sqlx::Result<Vec<TokenHash>> {
    let people: Vec<_> = people.iter().map(|id| id.0).collect();
    let hashes = query_scalar!(
        "update sessions set revoked_at = $3
         where person_id = any($1) and client_kind = $2 and revoked_at is null returning token_hash",
        &people,
        client,
        now.to_sqlx() as _,
    );
    let hashes = hashes.fetch_all(transaction).await?.into_iter();
    Ok(hashes.filter_map(|hash| hash.try_into().ok()).collect())
}

pub(super) async fn revoke_sessions_of(
    transaction: &mut PgConnection,
    subject: Subject,
    but: Option<&TokenHash>,
    now: Timestamp,
) -> sqlx::Result<Vec<TokenHash>> {
    let (person, account) = ids(subject);
    let hashes = query_scalar!(
        "update sessions set revoked_at = $4
         where (person_id = $1 or account_id = $2) and revoked_at is null and token_hash is distinct from $3
         returning token_hash",
        person,
        account,
        but.map(TokenHash::as_slice),
        now.to_sqlx() as _,
    );
    let hashes = hashes.fetch_all(transaction).await?.into_iter();
    Ok(hashes.filter_map(|hash| hash.try_into().ok()).collect())
}

/// A session of an account, or of a person, that lives.
pub(super) struct LivingSession {
    pub hash: TokenHash,
    /// None of a release to come.
    pub client: Option<OpenedWith>,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
    pub seen_at: Option<Timestamp>,
    pub device: Option<String>,
    pub network: Option<[u8; 8]>,
}

/// The newest first, 100 at most.
pub(super) async fn living_sessions(
    pool: &PgPool,
    subject: Subject,
    idle_since: Timestamp,
    now: Timestamp,
) -> sqlx::Result<Vec<LivingSession>> {
    let (person, account) = ids(subject);
    let rows = query!(
        "select token_hash, client_kind, created_at, expires_at, seen_at, device, network from sessions
         where (person_id = $1 or account_id = $2) and revoked_at is null and expires_at > $3 and coalesce(seen_at > $4, true)
         order by created_at desc limit 100",
        person,
        account,
        now.to_sqlx() as _,
        idle_since.to_sqlx() as _,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let sessions = rows.filter_map(|row| {
        Some(LivingSession {
            hash: row.token_hash.try_into().ok()?,
            client: row.client_kind.parse().ok(),
            opened_at: row.created_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
            seen_at: row.seen_at.map(Instant::to_jiff),
            device: row.device,
            network: row.network.and_then(|network| network.try_into().ok()),
        })
    });
    Ok(sessions.collect())
}

/// Says where a session was opened, and of one that ends when it is not used, when it was first used.
pub(super) async fn place_session(
    connection: &mut PgConnection,
    hash: &TokenHash,
    device: Option<&str>,
    network: &[u8],
    seen_at: Option<Timestamp>,
) -> sqlx::Result<()> {
    query!(
        "update sessions set device = $2, network = $3, seen_at = $4 where token_hash = $1",
        hash.as_slice(),
        device,
        network,
        seen_at.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes away sessions that expired before this.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from sessions where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
