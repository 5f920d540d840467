//! The outside of the model's commits, under the names of the real one: connections to the store, tasks of the scheduler,
//! and a deadline that passes when it is least convenient.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use shuttle::future::{AbortHandle, JoinHandle, spawn_local};

use super::session::Session;
use super::store::Store;

/// Every acquired connection is a new one: what a pool keeps is of no consequence.
#[derive(Clone)]
pub(super) struct PgPool(pub Arc<Store>);

impl PgPool {
    pub(super) async fn acquire(&self) -> sqlx::Result<PgConnection> {
        self.0.moment().await;
        if self.0.goes_wrong(20, "no connection") {
            return Err(sqlx::Error::PoolTimedOut);
        }
        Ok(PgConnection { session: Some(Session::open(&self.0)) })
    }
}

/// A connection, without a session once that has been lost or while a statement has it.
pub(super) struct PgConnection {
    session: Option<Session>,
}

/// As of the pool.
pub(super) type Acquired = PgConnection;

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())
}

impl PgConnection {
    pub(super) fn detach(self) -> Self {
        self
    }

    /// Runs a statement to its end, even if its caller no longer waits for the answer.
    pub(super) async fn run<T: 'static>(
        &mut self,
        statement: impl AsyncFnOnce(&mut Session) -> sqlx::Result<T> + 'static,
    ) -> sqlx::Result<T> {
        let mut session = self.session.take().ok_or_else(lost)?;
        let store = Arc::clone(&session.store);
        let running = spawn(async move {
            store.moment().await;
            if store.goes_wrong(12, "lost before it was applied") {
                drop(session);
                return Err(lost());
            }
            let answer = statement(&mut session).await;
            store.moment().await;
            if store.goes_wrong(12, "lost the answer") {
                return Err(lost());
            }
            Ok((session, answer))
        });
        let (session, answer) = running.await.map_err(|_| lost())??;
        self.session = Some(session);
        answer
    }
}

/// As of `sqlx`.
pub(super) trait Connection {
    async fn begin(&mut self) -> sqlx::Result<Transaction<'_>>;
}

impl Connection for PgConnection {
    async fn begin(&mut self) -> sqlx::Result<Transaction<'_>> {
        self.run(async |session| {
            session.in_transaction = true;
            Ok(())
        })
        .await?;
        Ok(Transaction(self))
    }
}

/// Rolled back when it is dropped before its commit.
pub(super) struct Transaction<'c>(&'c mut PgConnection);

impl Transaction<'_> {
    pub(super) async fn commit(self) -> sqlx::Result<()> {
        self.0
            .run(async |session| {
                session.store.happened("committed a transaction");
                session.commit().await;
                Ok(())
            })
            .await
    }

    pub(super) async fn rollback(self) -> sqlx::Result<()> {
        self.0
            .run(async |session| {
                session.roll_back();
                Ok(())
            })
            .await
    }
}

impl std::ops::Deref for Transaction<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0
    }
}

impl std::ops::DerefMut for Transaction<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Some(session) = &mut self.0.session {
            session.roll_back();
        }
    }
}

/// A task of its own. The schedule does not end before it does.
pub(super) fn spawn<T: 'static>(task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
    let store = Store::of_schedule();
    store.state().tasks += 1;
    spawn_local(async move {
        let ended = task.await;
        let mut state = store.state();
        state.tasks -= 1;
        state.wake();
        drop(state);
        ended
    })
}

/// The lanes of a node.
pub(super) struct JoinSet<T>(Vec<JoinHandle<T>>);

impl<T: 'static> JoinSet<T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn spawn(&mut self, task: impl Future<Output = T> + 'static) -> AbortHandle {
        let running = spawn_local(task);
        let handle = running.abort_handle();
        self.0.push(running);
        handle
    }

    /// Waits until every task has ended by itself.
    pub(super) async fn join_all(self) {
        for task in self.0 {
            task.await.expect("a lane ends by itself");
        }
    }

    /// Ends every task where it stands: the node is dead.
    pub(super) async fn shutdown(self) {
        for task in self.0 {
            task.abort();
            // It may have ended by itself a moment before.
            let _ = task.await;
        }
    }
}

/// Gives a future up at any of its steps, if something may still go wrong.
pub(super) async fn timeout<T>(
    _: Duration,
    future: impl Future<Output = T>,
) -> Result<T, Option<Infallible>> {
    let store = Store::of_schedule();
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending if store.goes_wrong(25, "given up") => Poll::Ready(Err(None)),
        Poll::Pending => Poll::Pending,
    })
    .await
}
