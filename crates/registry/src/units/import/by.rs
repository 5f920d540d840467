//! For whom the shell imports: the named admin of an authority, or the only one there is. The log names them.

use sqlx::PgPool;

use crate::units::sql;
use zaichang_core::ids::AccountId;
use zaichang_platform::auth::{Account, accounts};
use zaichang_platform::authority::{Act, permits};

/// The admin of an authority whose account is called so, if they may import units.
pub async fn authority_of_account(pool: &PgPool, account: &str) -> sqlx::Result<Option<Account>> {
    Ok(found(pool, Some(account)).await?.into_iter().next())
}

/// The only admin of any authority who may import units; none if there are several or none.
pub async fn only_authority(pool: &PgPool) -> sqlx::Result<Option<Account>> {
    let mut admins = found(pool, None).await?;
    Ok(if admins.len() == 1 { admins.pop() } else { None })
}

async fn found(pool: &PgPool, account: Option<&str>) -> sqlx::Result<Vec<Account>> {
    let mut admins = Vec::new();
    for id in sql::authority_accounts(pool, account).await? {
        admins.extend(may_import(pool, AccountId(id)).await?);
    }
    Ok(admins)
}

/// The account, if it may log in and import units.
pub(super) async fn may_import(pool: &PgPool, id: AccountId) -> sqlx::Result<Option<Account>> {
    let account = accounts::living(pool, id).await?;
    Ok(account.filter(|account| !account.must_change_password && permits(account, Act::ImportUnits)))
}
