//! The queries of accounts.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::account::{Account, AccountUnit, Role, SecondFactor};
use super::accounts::{NewAccount, OfOtherKey, SealedAgain, SealedFactor};
use crate::authority::{Right, sorted};
use crate::db;
use zaichang_core::ids::{AccountId, UnitId};

/// Those of these that may log in.
pub(super) async fn accounts(
    pool: &PgPool,
    ids: &[AccountId],
) -> sqlx::Result<Vec<(AccountId, sqlx::Result<Account>)>> {
    read_accounts(pool, ids, false).await
}

/// The account with this id, disabled or not.
pub(super) async fn account_also_disabled(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<Account>> {
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
