//! The accounts of a unit as its other admins see and end them. It must not know who may, nor why.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as Instant, ToSqlx as _};
use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query};

use super::{Error, Role, SecondFactor, sql};
use crate::authority::{Addressed, OfUnit, Right};
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
    pub disabled_at: Option<Timestamp>,
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

/// Without the macro: the version is called otherwise here, and who changed an account is an account, too.
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
            r#"select accounts.name as "by?", changed.rights_changed_at as changed_at
               from accounts changed left join accounts on accounts.id = changed.rights_changed_by where changed.id = $1"#,
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
        r#"select id, unit_id, account, name, role, second_factor, rights, rights_version, created_at, disabled_at,
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
            version: Version(row.rights_version),
            made_at: row.created_at.to_jiff(),
            logged_in_at: row.logged_in_at.map(Instant::to_jiff),
            disabled_at: row.disabled_at.map(Instant::to_jiff),
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

/// From now on it logs in no more: a new version, by this account. False if it does not already.
pub async fn disable(
    transaction: &mut PgConnection,
    id: AccountId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let disabled = query!(
        "update accounts set disabled_at = $2,
             rights_version = rights_version + 1, rights_changed_by = $3, rights_changed_at = $2
         where id = $1 and disabled_at is null",
        id.0,
        now.to_sqlx() as _,
        by.0,
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
        "update accounts set disabled_at = null,
             rights_version = rights_version + 1, rights_changed_by = $3, rights_changed_at = $2
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
        "update accounts set rights = $2, rights_version = rights_version + 1, rights_changed_by = $3, rights_changed_at = $4
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
