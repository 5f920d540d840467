//! Lists and searches take turns at the connections that check-ins share: so many at once, so many waiting and not for long,
//! the next is answered `busy`. However much one of them reads, the rest of the pool is free. It must not know what is read.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, PgConnection, PgPool, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::{is_away, is_too_slow};
use crate::http::{Problem, refusals};

/// Of the pool's connections, lists and searches together have a quarter; of these, searches have half.
const PART: u32 = 4;
/// For each that reads, so many may wait.
const WAITING: usize = 8;
/// Whoever has waited for so long is told to come back.
const PATIENCE: Duration = Duration::from_secs(2);
/// When.
const AGAIN_MS: u64 = 2000;
/// A statement ends by itself before this (`db::pool`).
const ENDS: Duration = Duration::from_secs(6);

/// The turns of one node.
#[derive(Clone)]
pub struct Lanes {
    pool: PgPool,
    all: Lane,
    searches: Lane,
}

#[derive(Clone)]
struct Lane {
    free: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// A place and a turn in a lane.
struct Held {
    _place: OwnedSemaphorePermit,
    _free: OwnedSemaphorePermit,
}

/// A connection to read a list with. Its turn lasts until the last statement has ended, even if the caller hangs up before.
pub struct Turn {
    connection: Option<PoolConnection<Postgres>>,
    held: Vec<Held>,
}

impl Lane {
    fn new(at_once: usize) -> Self {
        let of = |permits| Arc::new(Semaphore::new(permits));
        Self { free: of(at_once), places: of(at_once * (1 + WAITING)) }
    }

    async fn hold(&self) -> Option<Held> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let free = Arc::clone(&self.free).acquire_owned().await.ok()?;
        Some(Held { _place: place, _free: free })
    }
}

impl Lanes {
    pub fn new(pool: PgPool) -> Self {
        let (all, searches) = shares(pool.options().get_max_connections());
        Self { pool, all: Lane::new(all), searches: Lane::new(searches) }
    }

    /// A turn, for a list or for one that is searched by what people typed. Refuses with `busy` whoever would wait too long.
    pub async fn turn(&self, searches: bool) -> Result<Turn, Problem> {
        let held = tokio::time::timeout(PATIENCE, self.hold(searches)).await.ok().flatten();
        let held = held.ok_or_else(|| Problem::from(refusals::BUSY).retry_after_ms(AGAIN_MS))?;
        let connection = self.pool.acquire().await.map_err(|error| {
            if is_away(&error) {
                return Problem::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000);
            }
            tracing::error!(%error, "a list has no connection");
            refusals::INTERNAL.into()
        })?;
        Ok(Turn { connection: Some(connection), held })
    }

    /// None where too many wait already. Whoever waits among the searches keeps no list waiting.
    async fn hold(&self, searches: bool) -> Option<Vec<Held>> {
        let mut held = Vec::with_capacity(2);
        if searches {
            held.push(self.searches.hold().await?);
        }
        held.push(self.all.hold().await?);
        Some(held)
    }
}

/// How many lists and searches of a pool read at once, and how many of them searches.
fn shares(connections: u32) -> (usize, usize) {
    let of = |part: u32| usize::try_from((connections / part).max(1)).unwrap_or(1);
    (of(PART), of(PART * 2))
}

/// What a list that could not be read is refused with: what its module's error is, but where it took too long, what to do about
/// that. The same once more would take as long.
pub fn unread<E>(error: sqlx::Error) -> Problem
where
    E: From<sqlx::Error>,
    Problem: From<E>,
{
    if is_too_slow(&error) { refusals::SEARCH_TOO_SLOW.into() } else { E::from(error).into() }
}

impl Deref for Turn {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("it is there until the turn is dropped")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until the turn is dropped")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (connection, held) = (self.connection.take(), std::mem::take(&mut self.held));
        let (Some(mut connection), Ok(runtime)) = (connection, tokio::runtime::Handle::try_current()) else {
            return;
        };
        runtime.spawn(async move {
            // Answered once nothing runs on it any more.
            let _ = tokio::time::timeout(ENDS, connection.ping()).await;
            drop((connection, held));
        });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn the_most_that_lists_take_is_a_quarter_and_never_all_of_a_pool() {
        for (connections, all, searches) in [(2, 1, 1), (7, 1, 1), (8, 2, 1), (16, 4, 2), (200, 50, 25)] {
            assert_eq!(shares(connections), (all, searches), "{connections}");
        }
    }

    #[tokio::test]
    async fn a_search_waits_for_searches_and_a_list_for_none_of_them() {
        let pool = PgPool::connect_lazy("postgres://nowhere.invalid/none").unwrap();
        let lanes = Lanes { pool, all: Lane::new(2), searches: Lane::new(1) };
        let search = lanes.hold(true).await.unwrap();
        assert!(lanes.hold(true).now_or_never().is_none(), "it waits");
        let list = lanes.hold(false).now_or_never().flatten().expect("a list has its turn");
        assert!(lanes.hold(false).now_or_never().is_none(), "of two turns the search has one");
        drop((search, list));
        assert!(lanes.hold(true).now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn more_than_may_wait_are_refused_at_once() {
        let lane = Lane::new(1);
        let first = lane.hold().await.unwrap();
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(lane.hold())).collect();
        for waits in &mut waiting {
            assert!(waits.as_mut().now_or_never().is_none());
        }
        assert!(lane.hold().now_or_never().is_some_and(|held| held.is_none()));
        drop(first);
        assert!(waiting.remove(0).await.is_some());
    }
}
