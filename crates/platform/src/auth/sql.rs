//! The queries of accounts and sessions.

use std::ops::Range;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::TokenHash;
use super::account::{Account, AccountUnit};
use super::sessions::{OpenedBy, Session, Subject};
use crate::db;
use zaichang_core::ids::{AccountId, PersonId, UnitId};

pub(super) async fn insert_session(
    connection: &mut PgConnection,
    hash: &TokenHash,
    subject: Subject,
    client: &str,
    opened_by: OpenedBy,
    lasts: Range<Timestamp>,
) -> sqlx::Result<()> {
    let (person, account) = match subject {
        Subject::Person(PersonId(id)) => (Some(id), None),
        Subject::Account(AccountId(id)) => (None, Some(id)),
    };
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
        "select token_hash, person_id, account_id, expires_at from sessions
         where token_hash = any($1) and revoked_at is null",
        &hashes,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let sessions = rows.filter_map(|row| {
        let subject = match (row.person_id, row.account_id) {
            (Some(person), _) => Subject::Person(PersonId(person)),
            (None, account) => Subject::Account(AccountId(account?)),
        };
        let session = Session { subject, expires_at: row.expires_at.to_jiff() };
        Some((row.token_hash.try_into().ok()?, Ok(session)))
    });
    Ok(sessions.collect())
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

pub(super) async fn revoke_session(pool: &PgPool, hash: &TokenHash, now: Timestamp) -> sqlx::Result<()> {
    query!(
        "update sessions set revoked_at = $2 where token_hash = $1 and revoked_at is null",
        hash.as_slice(),
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
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

pub(super) async fn accounts(
    pool: &PgPool,
    ids: &[AccountId],
) -> sqlx::Result<Vec<(AccountId, sqlx::Result<Account>)>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        "select accounts.id, account, accounts.name, role, unit_id, units.name as unit_name
         from accounts join units on units.id = unit_id
         where accounts.id = any($1) and disabled_at is null",
        &ids,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let accounts = rows.map(|row| {
        let account = db::word("accounts", "role", row.id, &row.role).map(|role| Account {
            id: AccountId(row.id),
            account: row.account,
            name: row.name,
            role,
            unit: AccountUnit { id: UnitId(row.unit_id), name: row.unit_name },
        });
        (AccountId(row.id), account)
    });
    Ok(accounts.collect())
}

/// The account's id and password hash.
pub(super) async fn account_password(
    pool: &PgPool,
    account: &str,
) -> sqlx::Result<Option<(AccountId, String)>> {
    let row =
        query!("select id, password_hash from accounts where account = $1 and disabled_at is null", account)
            .fetch_optional(pool)
            .await?;
    Ok(row.map(|row| (AccountId(row.id), row.password_hash)))
}

/// Takes away sessions that expired before this.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from sessions where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
