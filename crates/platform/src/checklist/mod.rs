//! The checklist of the console's first page: what is still to be done before a deployment, an authority or a unit can work. Each
//! module declares its lines, and a line goes by itself once what it asks for is there. It knows no line.

mod module;
mod routes;

pub use module::MODULE;

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use sqlx::PgPool;

use crate::auth::Account;
use crate::authority::{Act, permits};

/// Whether what a line asks for is still to be done by this admin.
type Waits = Arc<dyn Fn(PgPool, Arc<Account>) -> BoxFuture<'static, sqlx::Result<bool>> + Send + Sync>;

/// One thing to be done.
#[derive(Clone)]
struct Line {
    /// The word on the wire, by which the console knows what it says and where it leads.
    name: &'static str,
    /// Who may not do it is not asked to.
    act: Act,
    waits: Waits,
}

/// The lines of all modules, in the order in which they were declared.
#[derive(Clone, Default)]
pub struct Checklist(Arc<RwLock<Vec<Line>>>);

impl Checklist {
    /// Declares a line: it stands on the list of the admins who may do this act, for as long as `waits` says so.
    pub fn line<F>(
        &self,
        name: &'static str,
        act: Act,
        waits: impl Fn(PgPool, Arc<Account>) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = sqlx::Result<bool>> + Send + 'static,
    {
        let waits: Waits = Arc::new(move |pool, account| Box::pin(waits(pool, account)));
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(Line { name, act, waits });
    }

    /// What this admin has still to do, in order.
    async fn waiting(&self, pool: &PgPool, account: &Arc<Account>) -> sqlx::Result<Vec<&'static str>> {
        let lines = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut waiting = Vec::new();
        for line in lines.iter().filter(|line| permits(account, line.act)) {
            if (line.waits)(pool.clone(), Arc::clone(account)).await? {
                waiting.push(line.name);
            }
        }
        Ok(waiting)
    }
}
