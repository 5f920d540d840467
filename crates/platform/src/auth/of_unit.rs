//! The accounts of a unit as its other admins see and end them. It must not know who may, nor why.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query};

use super::{Account, Error, Role, SecondFactor, sql};
use crate::authority::{Act, Addressed, OfUnit, Right, holds};
use crate::change::{Changeable, LastChange};
use crate::db;
use crate::http::{Problem, Version};
use zaichang_core::ids::{AccountId, UnitId};

/// Accounts of a unit that are read at most: the disabled ones stay for good.
const MOST: i64 = 500;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfAccount {
    pub id: AccountId,
    pub unit: UnitId,
    /// What is typed at login.
    pub account: String,
    pub name: String,
    pub role: Role,
    /// None of a full admin.
    pub rights: Option<Vec<Right>>,
    /// Of what other admins change of it: its rights, whether it is disabled, a given password.
    pub version: Version,
    /// None of one that logs in by its password alone.
    pub second_factor: Option<SecondFactor>,
    pub made_at: Timestamp,
    /// None of one that has never logged in.
    pub logged_in_at: Option<Timestamp>,
    /// None of one that may log in.
    pub disabled: Option<Disabled>,
    /// Who gave the password that its holder has not replaced yet.
    pub password_given_by: Option<AccountId>,
}

/// That an account was disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    pub at: Timestamp,
    /// The name of who did it; none of one that no admin has disabled.
    pub by: Option<String>,
    /// Why; none of one that was locked together with its unit.
    pub reason: Option<String>,
}

#[derive(Deserialize)]
pub struct AccountPath {
    id: i64,
}

impl OfUnit for OfAccount {
    fn unit(&self) -> UnitId {
        self.unit
    }
}

impl Addressed for OfAccount {
    type Path = AccountPath;

    async fn find(pool: &PgPool, path: AccountPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        Ok(one(&mut connection, AccountId(path.id)).await.map_err(Error::from)?)
    }
}

/// The accounts of a unit: those that may log in first, the oldest first.
pub async fn of_unit(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Vec<OfAccount>> {
    read(connection, Some(unit), None).await
}

/// Those of these accounts that there are.
async fn several(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<OfAccount>> {
    read(connection, None, Some(ids)).await
}

/// Without the macro: the columns are called otherwise, as this table is joined to the others that have them.
impl Changeable for OfAccount {
    const NOUN: &'static str = "account";

    fn id(&self) -> i64 {
        self.id.0
    }

    fn version(&self) -> Version {
        self.version
    }

    async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Self>> {
        several(connection, ids).await
    }

    async fn lock(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
        let lock = query!("select id from accounts where id = any($1) order by id for no key update", ids);
        lock.fetch_all(connection).await.map(drop)
    }

    async fn last_change(connection: &mut PgConnection, id: i64) -> sqlx::Result<LastChange> {
        let last = query!(
            r#"select accounts.name as "by?", changed.account_changed_at as changed_at
               from accounts changed left join accounts on accounts.id = changed.account_changed_by where changed.id = $1"#,
            id
        );
        let last = last.fetch_one(connection).await?;
        Ok(LastChange { by: last.by, at: last.changed_at.map(Instant::to_jiff) })
    }
}

/// The account of this id.
pub async fn one(connection: &mut PgConnection, id: AccountId) -> sqlx::Result<Option<OfAccount>> {
    Ok(several(connection, &[id.0]).await?.pop())
}

async fn read(
    connection: &mut PgConnection,
    unit: Option<UnitId>,
    ids: Option<&[i64]>,
) -> sqlx::Result<Vec<OfAccount>> {
    let rows = query!(
        r#"select id, unit_id, account, name, role, second_factor, rights, account_version, created_at, disabled_at, disabled_for,
               (select enders.name from accounts enders where enders.id = accounts.disabled_by) as disabled_by, password_given_by,
               (select at from audit_log
                where noun = 'account' and noun_id = accounts.id and action in ('log_in', 'accept_admin_link')
                order by audit_log.id desc limit 1) as "logged_in_at: Instant"
           from accounts
           where ($1::bigint is null or unit_id = $1) and ($2::bigint[] is null or id = any($2))
           order by disabled_at is not null, id limit $3"#,
        unit.map(|unit| unit.0),
        ids,
        MOST,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let accounts = rows.map(|row| {
        let factor = row.second_factor.map(|word| db::word("accounts", "second_factor", row.id, &word));
        Ok(OfAccount {
            id: AccountId(row.id),
            unit: UnitId(row.unit_id),
            role: sql::role_of(row.id, &row.role)?,
            account: row.account,
            name: row.name,
            second_factor: factor.transpose()?,
            rights: sql::rights_of(row.id, row.rights)?,
            version: Version(row.account_version),
            made_at: row.created_at.to_jiff(),
            logged_in_at: row.logged_in_at.map(Instant::to_jiff),
            disabled: row.disabled_at.map(|at| Disabled {
                at: at.to_jiff(),
                by: row.disabled_by,
                reason: row.disabled_for,
            }),
            password_given_by: row.password_given_by.map(AccountId),
        })
    });
    accounts.collect()
}

/// Locks the account that acts and the one that it acts on, and says whether the first is still a full admin: of two that disable each
/// other, or take each other's rights, the second is none already, so that a full admin always remains.
pub async fn hold(transaction: &mut PgConnection, by: AccountId, on: AccountId) -> sqlx::Result<bool> {
    // Always in one order, so that two wait for each other and not for ever.
    let held = query!(
        r#"select id, disabled_at is null and rights is null and password_given_at is null as "may!"
           from accounts where id = any($1) order by id for no key update"#,
        &[by.0, on.0],
    );
    let held = held.fetch_all(transaction).await?;
    Ok(held.iter().any(|row| row.id == by.0 && row.may))
}

/// Whether the account may still do the act, while the transaction lasts: of who is disabled at this moment, or loses the right, nothing
/// stays open that was not seen.
pub async fn still_may(transaction: &mut PgConnection, by: &Account, act: Act) -> sqlx::Result<bool> {
    let row = query!(
        "select role, rights from accounts where id = $1 and disabled_at is null and password_given_at is null for share",
        by.id.0,
    );
    let Some(row) = row.fetch_optional(transaction).await? else { return Ok(false) };
    let rights = sql::rights_of(by.id.0, row.rights)?;
    Ok(holds(sql::role_of(by.id.0, &row.role)?, rights.as_deref(), act))
}

/// From now on it logs in no more, for this reason: a new version, by this account. False if it does not already.
pub async fn disable(
    transaction: &mut PgConnection,
    id: AccountId,
    reason: &str,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let disabled = query!(
        "update accounts set disabled_at = $2, disabled_by = $3, disabled_for = $4,
             account_version = account_version + 1, account_changed_by = $3, account_changed_at = $2
         where id = $1 and disabled_at is null",
        id.0,
        now.to_sqlx() as _,
        by.0,
        reason,
    );
    Ok(disabled.execute(transaction).await?.rows_affected() == 1)
}

/// From now on it may log in again: a new version, by this account. False if it may already.
pub async fn enable(
    transaction: &mut PgConnection,
    id: AccountId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let enabled = query!(
        "update accounts set disabled_at = null, disabled_by = null, disabled_for = null,
             account_version = account_version + 1, account_changed_by = $3, account_changed_at = $2
         where id = $1 and disabled_at is not null",
        id.0,
        now.to_sqlx() as _,
        by.0,
    );
    Ok(enabled.execute(transaction).await?.rows_affected() == 1)
}

/// What the account may do from now on, of what its role may; all of it where none is given. A new version, by this account.
pub async fn give_rights(
    connection: &mut PgConnection,
    id: AccountId,
    rights: Option<&[Right]>,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    let words = sql::words_of(rights);
    query!(
        "update accounts set rights = $2, account_version = account_version + 1, account_changed_by = $3, account_changed_at = $4
         where id = $1",
        id.0,
        words.as_deref() as Option<&[String]>,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
