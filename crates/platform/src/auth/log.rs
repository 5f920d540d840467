//! Logins of admins in the audit log: each that succeeds, and of those that are refused the first of a burst, so that strangers
//! cannot make it grow as they like. It must not know why a login was refused.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{Account, Error, Guard, sql};
use crate::audit::{self, Entry};
use crate::http::budget::Budget;
use zaichang_core::ids::AccountId;

/// A burst of refused logins of one account is written down once in so long.
const BURST: Duration = Duration::from_hours(1);
/// Rows at once and how soon another may follow, whatever is tried on this node: 1,440 a day.
const ROWS: u32 = 100;
const ROWS_EACH: Duration = Duration::from_mins(1);
/// Accounts that are remembered.
const ENTRIES: usize = 1 << 14;

/// Which refused logins have been written down lately. Wrong passwords, wrong codes after right passwords and unjudged logins
/// are counted apart, so that a flood of the one does not hide the other.
pub struct Refused {
    wrong: Budget,
    wrong_code: Budget,
    limited: Budget,
    rows_of_wrong: Budget,
    rows_of_wrong_code: Budget,
    rows_of_limited: Budget,
}

impl Default for Refused {
    fn default() -> Self {
        let accounts = || Budget::new(1, BURST, ENTRIES);
        let rows = || Budget::new(ROWS, ROWS_EACH, 1);
        Self {
            wrong: accounts(),
            wrong_code: accounts(),
            limited: accounts(),
            rows_of_wrong: rows(),
            rows_of_wrong_code: rows(),
            rows_of_limited: rows(),
        }
    }
}

impl Refused {
    /// Whether a wrong password for this account is written down.
    fn begins_wrong(&self, account: AccountId, now: Timestamp) -> bool {
        self.wrong.admit(account.0, now).is_ok() && self.rows_of_wrong.admit((), now).is_ok()
    }

    /// Whether a wrong code after the right password is written down.
    fn begins_wrong_code(&self, account: AccountId, now: Timestamp) -> bool {
        self.wrong_code.admit(account.0, now).is_ok() && self.rows_of_wrong_code.admit((), now).is_ok()
    }

    /// Whether it is written down that this account, if there is one, is guessed at too often.
    fn begins_limited(&self, account: &str, now: Timestamp) -> bool {
        self.limited.admit(account, now).is_ok() && self.rows_of_limited.admit((), now).is_ok()
    }
}

/// An admin has logged in, in the transaction of their session.
pub async fn logged_in(
    transaction: &mut PgConnection,
    account: &Account,
    on_known_device: bool,
    now: Timestamp,
) -> sqlx::Result<()> {
    let detail = json!({ "known_device": on_known_device });
    let act = Entry { action: "log_in", noun: "account", noun_id: account.id.0, detail };
    audit::record(transaction, account, now, act).await
}

/// A wrong password was presented for an account. Recorded in the background: the time it takes would reveal that there is one.
pub fn wrong_password(guard: &Arc<Guard>, pool: &PgPool, account: AccountId) {
    if guard.refused.begins_wrong(account, guard.clock.now()) {
        write_on_the_side(guard, pool, "wrong_password", Of::Id(account));
    }
}

/// The password was right and the code that goes with it was not.
pub fn wrong_code(guard: &Arc<Guard>, pool: &PgPool, account: AccountId) {
    if guard.refused.begins_wrong_code(account, guard.clock.now()) {
        write_on_the_side(guard, pool, "wrong_code", Of::Id(account));
    }
}

/// A login was not judged because too many were tried. Whether there is such an account is looked up in the background.
pub fn too_many(guard: &Arc<Guard>, pool: &PgPool, account: &str) {
    if guard.refused.begins_limited(account, guard.clock.now()) {
        write_on_the_side(guard, pool, "too_many_requests", Of::Name(account.to_owned()));
    }
}

/// Whose login was refused.
enum Of {
    Id(AccountId),
    Name(String),
}

fn write_on_the_side(guard: &Arc<Guard>, pool: &PgPool, why: &'static str, of: Of) {
    let (guard, pool) = (Arc::clone(guard), pool.clone());
    let now = guard.clock.now();
    tokio::spawn(async move {
        if let Err(error) = write(&guard, &pool, why, of, now).await {
            tracing::error!(%error, "a refused login was not written to the audit log");
        }
    });
}

async fn write(guard: &Guard, pool: &PgPool, why: &str, of: Of, now: Timestamp) -> Result<(), Error> {
    let id = match of {
        Of::Id(id) => Some(id),
        Of::Name(name) => sql::credentials(pool, &name).await?.map(|credentials| credentials.id),
    };
    let Some(id) = id else { return Ok(()) };
    let Some(account) = guard.sessions.account(id).await? else { return Ok(()) };
    let act = Entry { action: "refuse_login", noun: "account", noun_id: id.0, detail: json!({ "why": why }) };
    let mut connection = pool.acquire().await?;
    Ok(audit::record(&mut connection, &account, now, act).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_written_down_once_and_a_flood_of_bursts_only_so_often() {
        let (refused, at) = (Refused::default(), |minutes: i64| {
            Timestamp::from_second(1_764_378_133 + 60 * minutes).unwrap()
        });
        let written = (0..500).filter(|_| refused.begins_wrong(AccountId(1), at(0))).count();
        assert_eq!(written, 1);
        assert!(
            refused.begins_wrong_code(AccountId(1), at(0)),
            "a wrong password does not hide a wrong code"
        );
        assert!(refused.begins_wrong(AccountId(1), at(61)));
        let written =
            (0..5000).filter(|at_once| refused.begins_limited(&format!("admin-{at_once}"), at(0))).count();
        assert_eq!(written, 100);
        assert!(refused.begins_wrong(AccountId(2), at(62)));
    }
}
