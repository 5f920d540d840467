//! The queries of accounts and sessions.

use std::ops::Range;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::TokenHash;
use super::account::{Account, AccountUnit, Role, SecondFactor};
use super::accounts::{NewAccount, OfOtherKey, SealedAgain, SealedFactor};
use super::sessions::{OpenedBy, Session, Subject};
use crate::authority::{Right, sorted};
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
    account: AccountId,
    but: Option<&TokenHash>,
    now: Timestamp,
) -> sqlx::Result<Vec<TokenHash>> {
    let hashes = query_scalar!(
        "update sessions set revoked_at = $3
         where account_id = $1 and revoked_at is null and token_hash is distinct from $2 returning token_hash",
        account.0,
        but.map(TokenHash::as_slice),
        now.to_sqlx() as _,
    );
    let hashes = hashes.fetch_all(transaction).await?.into_iter();
    Ok(hashes.filter_map(|hash| hash.try_into().ok()).collect())
}

/// Those of these that may log in.
pub(super) async fn accounts(
    pool: &PgPool,
    ids: &[AccountId],
) -> sqlx::Result<Vec<(AccountId, sqlx::Result<Account>)>> {
    read_accounts(pool, ids, false).await
}

/// The account with this id, disabled or not.
pub(super) async fn whoever(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<Account>> {
    let found = read_accounts(pool, &[id], true).await?.pop();
    found.map(|(_, account)| account).transpose()
}

async fn read_accounts(
    pool: &PgPool,
    ids: &[AccountId],
    disabled_too: bool,
) -> sqlx::Result<Vec<(AccountId, sqlx::Result<Account>)>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"select accounts.id, account, accounts.name, role, unit_id,
               coalesce(units.authority, units.name) as "unit_name!", second_factor, rights,
               password_given_at is not null as "is_given!",
               coalesce((select authority_id = units.id from deployment where authority_id is not null), units.parent_id is null)
                   as "keeps_deployment!"
           from accounts join units on units.id = unit_id
           where accounts.id = any($1) and ($2 or disabled_at is null)"#,
        &ids,
        disabled_too,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let accounts = rows.map(|row| {
        let id = AccountId(row.id);
        let words = role_of(row.id, &row.role).and_then(|role| {
            let factor = row.second_factor.map(|word| db::word("accounts", "second_factor", row.id, &word));
            Ok((role, factor.transpose()?, rights_of(row.id, row.rights)?))
        });
        let account = words.map(|(role, second_factor, rights)| Account {
            id,
            account: row.account,
            name: row.name,
            role,
            unit: AccountUnit { id: UnitId(row.unit_id), name: row.unit_name },
            rights,
            second_factor,
            must_change_password: row.is_given,
            keeps_deployment: row.keeps_deployment,
        });
        (id, account)
    });
    Ok(accounts.collect())
}

/// What begins the role's word of an account that may do less than its role: a sub-account, or one whose password another admin has
/// given. Postgres keeps it (`limit_account`); a release that knows neither cannot read such a row.
const LIMITED: &str = "limited_";

/// What lies in an account's row.
pub(super) fn role_of(id: i64, word: &str) -> sqlx::Result<Role> {
    db::word("accounts", "role", id, word.strip_prefix(LIMITED).unwrap_or(word))
}

/// As they lie in a row.
pub(super) fn words_of(rights: Option<&[Right]>) -> Option<Vec<String>> {
    rights.map(|rights| rights.iter().map(|right| right.word().to_owned()).collect())
}

/// What lies in an account's row.
pub(super) fn rights_of(id: i64, words: Option<Vec<String>>) -> sqlx::Result<Option<Vec<Right>>> {
    let Some(words) = words else { return Ok(None) };
    let rights: Vec<Right> =
        words.iter().map(|word| db::word("accounts", "rights", id, word)).collect::<sqlx::Result<_>>()?;
    Ok(Some(sorted(&rights).unwrap_or_default()))
}

/// What an account proves itself by.
pub(super) struct Credentials {
    pub id: AccountId,
    pub password_hash: String,
    /// None of a password that its holder has chosen.
    pub given_at: Option<Timestamp>,
    /// None of an account that has a password alone.
    pub factor: Option<SecondFactor>,
    pub phone_sealed: Option<Vec<u8>>,
    pub totp_sealed: Option<Vec<u8>>,
    /// The master key that has sealed both.
    pub key_id: Option<Vec<u8>>,
    pub totp_step: Option<i64>,
}

/// What the account that is called so proves itself by.
pub(super) async fn credentials(pool: &PgPool, account: &str) -> sqlx::Result<Option<Credentials>> {
    let row = query!(
        r#"select id, coalesce(given_password_hash, password_hash) as "password_hash!", password_given_at, second_factor,
               phone_sealed, totp_sealed, key_id, totp_step
           from accounts where account = $1 and disabled_at is null"#,
        account,
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    let factor =
        row.second_factor.map(|word| db::word("accounts", "second_factor", row.id, &word)).transpose()?;
    Ok(Some(Credentials {
        id: AccountId(row.id),
        password_hash: row.password_hash,
        given_at: row.password_given_at.map(Instant::to_jiff),
        factor,
        phone_sealed: row.phone_sealed,
        totp_sealed: row.totp_sealed,
        key_id: row.key_id,
        totp_step: row.totp_step,
    }))
}

/// Whether the account is proved by what it was, while the transaction lasts: its password or second factor may have been set anew, or
/// it disabled, since the login was judged. What a newer master key has sealed again is the same.
pub(super) async fn still_proves(transaction: &mut PgConnection, judged: &Credentials) -> sqlx::Result<bool> {
    let stands = query!(
        "select id from accounts
         where id = $1 and disabled_at is null and coalesce(given_password_hash, password_hash) = $2
           and second_factor is not distinct from $3
           and (key_id is distinct from $4
               or (phone_sealed is not distinct from $5 and totp_sealed is not distinct from $6))
         for share",
        judged.id.0,
        judged.password_hash,
        judged.factor.map(SecondFactor::word),
        judged.key_id,
        judged.phone_sealed,
        judged.totp_sealed,
    );
    Ok(stands.fetch_optional(transaction).await?.is_some())
}

/// Whether this step's code is used now for the first time, and no later one was.
pub(super) async fn use_totp_step(pool: &PgPool, id: AccountId, step: i64) -> sqlx::Result<bool> {
    let used = query!(
        "update accounts set totp_step = $2 where id = $1 and coalesce(totp_step, 0) < $2",
        id.0,
        step,
    );
    Ok(used.execute(pool).await?.rows_affected() == 1)
}

pub(super) async fn insert_account(
    connection: &mut PgConnection,
    new: &NewAccount<'_>,
    sealed: &SealedFactor,
) -> sqlx::Result<AccountId> {
    let rights = words_of(new.rights.as_deref());
    let id = query_scalar!(
        "insert into accounts (unit_id, account, name, role, password_hash, phone_sealed, phone_index, totp_sealed, key_id,
             second_factor, totp_step, rights)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        new.unit.0,
        new.account.as_str(),
        new.name,
        new.role.word(),
        new.password_hash,
        sealed.phone.bytes,
        sealed.phone.index,
        sealed.totp,
        sealed.key_id,
        sealed.second_factor.word(),
        sealed.totp_step,
        rights.as_deref() as Option<&[String]>,
    );
    id.fetch_one(connection).await.map(AccountId)
}

pub(super) async fn set_factor(
    connection: &mut PgConnection,
    id: AccountId,
    stood: &str,
    sealed: &SealedFactor,
) -> sqlx::Result<bool> {
    let set = query!(
        "update accounts set phone_sealed = $2, phone_index = $3, totp_sealed = $4, key_id = $5, second_factor = $6,
             totp_step = $7
         where id = $1 and coalesce(given_password_hash, password_hash) = $8 and disabled_at is null",
        id.0,
        sealed.phone.bytes,
        sealed.phone.index,
        sealed.totp,
        sealed.key_id,
        sealed.second_factor.word(),
        sealed.totp_step,
        stood,
    );
    Ok(set.execute(connection).await?.rows_affected() == 1)
}

pub(super) async fn password_hash(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<String>> {
    let hash = query_scalar!(
        r#"select coalesce(given_password_hash, password_hash) as "hash!" from accounts where id = $1 and disabled_at is null"#,
        id.0
    );
    hash.fetch_optional(pool).await
}

/// When another admin gave the account its password; none of one that its holder has chosen.
pub(super) async fn password_given_at(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<Timestamp>> {
    let given_at = query_scalar!("select password_given_at from accounts where id = $1", id.0);
    Ok(given_at.fetch_optional(pool).await?.flatten().map(Instant::to_jiff))
}

pub(super) async fn change_password(
    connection: &mut PgConnection,
    id: AccountId,
    stood: &str,
    hash: &str,
) -> sqlx::Result<bool> {
    let changed = query!(
        "update accounts set password_hash = $3, given_password_hash = null, password_given_at = null, password_given_by = null
         where id = $1 and coalesce(given_password_hash, password_hash) = $2 and disabled_at is null",
        id.0,
        stood,
        hash,
    );
    Ok(changed.execute(connection).await?.rows_affected() == 1)
}

pub(super) async fn give_password(
    connection: &mut PgConnection,
    id: AccountId,
    hash: &str,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        // No password has the hash `!`: a release that knows no given ones accepts none.
        "update accounts set password_hash = '!', given_password_hash = $2, password_given_at = $3,
             password_given_by = $4, account_version = account_version + 1, account_changed_by = $4, account_changed_at = $3
         where id = $1",
        id.0,
        hash,
        now.to_sqlx() as _,
        by.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session of an account that lives.
pub(super) struct LivingSession {
    pub hash: TokenHash,
    pub opened_at: Timestamp,
    pub expires_at: Timestamp,
    pub seen_at: Option<Timestamp>,
    pub device: Option<String>,
    pub network: Option<[u8; 8]>,
}

/// The newest first, 100 at most.
pub(super) async fn living_sessions(
    pool: &PgPool,
    account: AccountId,
    idle_since: Timestamp,
    now: Timestamp,
) -> sqlx::Result<Vec<LivingSession>> {
    let rows = query!(
        "select token_hash, created_at, expires_at, seen_at, device, network from sessions
         where account_id = $1 and revoked_at is null and expires_at > $2 and coalesce(seen_at > $3, true)
         order by created_at desc limit 100",
        account.0,
        now.to_sqlx() as _,
        idle_since.to_sqlx() as _,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let sessions = rows.filter_map(|row| {
        Some(LivingSession {
            hash: row.token_hash.try_into().ok()?,
            opened_at: row.created_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
            seen_at: row.seen_at.map(Instant::to_jiff),
            device: row.device,
            network: row.network.and_then(|network| network.try_into().ok()),
        })
    });
    Ok(sessions.collect())
}

/// Says where a session was opened.
pub(super) async fn place_session(
    connection: &mut PgConnection,
    hash: &TokenHash,
    device: Option<&str>,
    network: &[u8],
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update sessions set device = $2, network = $3, seen_at = $4 where token_hash = $1",
        hash.as_slice(),
        device,
        network,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn account_exists(pool: &PgPool, account: &str) -> sqlx::Result<bool> {
    let found =
        query_scalar!(r#"select exists (select from accounts where account = $1) as "exists!""#, account,);
    found.fetch_one(pool).await
}

/// The account's sealed phone, and the master key that has sealed it.
pub(super) async fn account_phone(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let row =
        query!("select phone_sealed, key_id from accounts where id = $1", id.0).fetch_optional(pool).await?;
    Ok(row.and_then(|row| row.phone_sealed.zip(row.key_id)))
}

pub(super) async fn accounts_of_other_keys(
    connection: &mut PgConnection,
    key_id: &[u8],
) -> sqlx::Result<Vec<OfOtherKey>> {
    let rows = query!(
        r#"select id, key_id as "key_id!", phone_sealed, totp_sealed from accounts where key_id <> $1 order by id"#,
        key_id,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let others = rows.map(|row| OfOtherKey {
        id: row.id,
        key_id: row.key_id,
        phone: row.phone_sealed,
        totp: row.totp_sealed,
    });
    Ok(others.collect())
}

/// Unless another node was first.
pub(super) async fn reseal_account(
    pool: &PgPool,
    old: &OfOtherKey,
    new: &SealedAgain,
    key_id: &[u8],
) -> sqlx::Result<u64> {
    let resealed = query!(
        "update accounts set phone_sealed = $3, phone_index = $4, totp_sealed = $5, key_id = $6
         where id = $1 and key_id = $2 and phone_sealed is not distinct from $7 and totp_sealed is not distinct from $8",
        old.id,
        old.key_id,
        new.phone.as_ref().map(|sealed| sealed.bytes.clone()),
        new.phone.as_ref().map(|sealed| sealed.index.clone()),
        new.totp,
        key_id,
        old.phone,
        old.totp,
    );
    Ok(resealed.execute(pool).await?.rows_affected())
}

/// Takes away sessions that expired before this.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from sessions where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
