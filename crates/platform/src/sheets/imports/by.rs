//! In whose name something is imported: who has sent a file, and for whom the shell does it. The log names them.

use sqlx::{PgPool, query_scalar};

use crate::auth::{Account, accounts};
use crate::authority::{Act, permits, who_may};
use zaichang_core::ids::AccountId;

/// Accounts that are looked at: of the only one there is, there are not so many.
const MOST: i64 = 50;

/// The account of this name, or the only one there is where none is said, that may do what is imported; none if there are
/// several or none.
pub async fn the_only(pool: &PgPool, act: Act, account: Option<&str>) -> sqlx::Result<Option<Account>> {
    let mut admins = Vec::new();
    for id in accounts_of(pool, act, account).await? {
        admins.extend(may_import(pool, AccountId(id), act).await?);
    }
    Ok(if admins.len() == 1 { admins.pop() } else { None })
}

/// The account, if it may log in and do this.
pub async fn may_import(pool: &PgPool, id: AccountId, act: Act) -> sqlx::Result<Option<Account>> {
    let account = accounts::living(pool, id).await?;
    Ok(account.filter(|account| !account.must_change_password && permits(account, act)))
}

/// The ids of accounts whose role may do this.
async fn accounts_of(pool: &PgPool, act: Act, account: Option<&str>) -> sqlx::Result<Vec<i64>> {
    // An account with rights or a given password has a word of its own, as the release before reads neither.
    let roles: Vec<String> = who_may(act)
        .iter()
        .flat_map(|role| [role.word().to_owned(), format!("limited_{}", role.word())])
        .collect();
    let ids = query_scalar!(
        "select id from accounts
         where role = any($2) and disabled_at is null and ($1::text is null or account = $1)
         order by id limit $3",
        account,
        &roles,
        MOST,
    );
    ids.fetch_all(pool).await
}
