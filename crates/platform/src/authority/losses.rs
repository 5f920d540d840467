//! What is closed when an account may no longer do an act: modules say what is left open by it, and who takes the act away has that
//! closed in the same transaction. It knows no module's rows.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::Act;
use crate::auth::Account;
use zaichang_core::ids::AccountId;

/// Closes what this account has left open, by somebody, at an instant; gives how many things that were.
type Close =
    for<'a> fn(&'a mut PgConnection, AccountId, &'a Account, Timestamp) -> BoxFuture<'a, sqlx::Result<u64>>;

/// What goes with one act.
#[derive(Clone, Copy)]
struct Loss {
    act: Act,
    /// As the log calls them.
    things: &'static str,
    close: Close,
}

/// What goes with each act.
#[derive(Clone, Default)]
pub struct Losses(Arc<RwLock<Vec<Loss>>>);

impl Losses {
    /// With this act go things that the log calls so.
    pub fn of(&self, act: Act, things: &'static str, close: Close) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(Loss { act, things, close });
    }

    /// Closes what goes with the acts that are lost, in the caller's transaction, which holds the account. Gives how many of each.
    pub async fn end(
        &self,
        connection: &mut PgConnection,
        account: AccountId,
        lost: impl Fn(Act) -> bool,
        by: &Account,
        now: Timestamp,
    ) -> sqlx::Result<Vec<(&'static str, u64)>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut ended = Vec::new();
        for Loss { things, close, .. } in known.into_iter().filter(|loss| lost(loss.act)) {
            ended.push((things, close(&mut *connection, account, by, now).await?));
        }
        Ok(ended)
    }
}
