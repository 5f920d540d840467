//! Lists and searches take turns at the connections that check-ins share: so many at once, so many waiting and not for long,
//! the next is answered `busy`. However much one of them reads, the rest of the pool is free. No account has more than one turn of a
//! kind at a time, so that one that asks on and on does not keep others waiting; look-ups in the hall and the forms of
//! applicants have lanes of their own. It must not know what is read.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, PgConnection, PgPool, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::{is_away, is_too_slow};
use crate::http::{Problem, refusals};
use zaichang_core::ids::{AccountId, RegistrationId};

/// Of the pool's connections, lists and searches together have a quarter.
const PART: u32 = 4;
/// Of these, searches have half; the desk has as many, and so have forms.
const PART_OF_SEARCHES: u32 = 8;
/// For each that reads, so many may wait.
const WAITING: usize = 8;
/// Who has waited for so long is told to come back.
const PATIENCE: Duration = Duration::from_secs(2);
/// When.
const AGAIN_MS: u64 = 2000;
/// A statement ends by itself before this (`db::pool`).
const ENDS: Duration = Duration::from_secs(6);

/// Whose a turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    Account(AccountId),
    /// Somebody who registers.
    Applicant(RegistrationId),
}

impl From<AccountId> for Reader {
    fn from(id: AccountId) -> Self {
        Self::Account(id)
    }
}

impl From<RegistrationId> for Reader {
    fn from(id: RegistrationId) -> Self {
        Self::Applicant(id)
    }
}

/// What is read: in which lane one waits for it, and what one is told where it takes too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reads {
    /// A list that an index finds.
    List,
    /// One that is searched by what people typed or chose without an index: many rows are looked through for few.
    Search,
    /// A person at the desk in the hall, who waits there. Budgets bound how many an account looks up, not turns.
    Desk,
    /// What a form offers while somebody types into it.
    Form,
}

impl Reads {
    /// A search where something was typed or chosen, else a list.
    pub const fn search_if(searches: bool) -> Self {
        if searches { Self::Search } else { Self::List }
    }

    /// What a list that could not be read is refused with: what its module's error is, but where a search took too long, what to
    /// do about that, as the same once more would take as long. Where nothing was typed that could be narrowed, it is storage
    /// that is slow.
    pub fn unread<E>(self, error: sqlx::Error) -> Problem
    where
        E: From<sqlx::Error>,
        Problem: From<E>,
    {
        if self != Self::List && is_too_slow(&error) {
            return refusals::SEARCH_TOO_SLOW.into();
        }
        E::from(error).into()
    }
}

/// The turns of one node.
#[derive(Clone)]
pub struct Lanes {
    pool: PgPool,
    all: Lane,
    searches: Lane,
    desk: Lane,
    forms: Lane,
    /// Of those who read or wait now.
    readers: Arc<Mutex<Readers>>,
}

type Readers = HashMap<(Reader, Reads), Weak<Lane>>;

#[derive(Clone)]
struct Lane {
    free: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// A place and a turn in a lane.
struct LanePermit {
    _place: OwnedSemaphorePermit,
    _free: OwnedSemaphorePermit,
    /// A reader's own lane lasts as long as they read.
    _own: Option<Arc<Lane>>,
}

/// A connection to read a list with. Its turn lasts until the last statement has ended, even if the caller hangs up before.
pub struct ListConnection {
    connection: Option<PoolConnection<Postgres>>,
    held: Vec<LanePermit>,
}

impl Lane {
    fn new(at_once: usize) -> Self {
        let of = |permits| Arc::new(Semaphore::new(permits));
        Self { free: of(at_once), places: of(at_once * (1 + WAITING)) }
    }

    async fn hold(&self) -> Option<LanePermit> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let free = Arc::clone(&self.free).acquire_owned().await.ok()?;
        Some(LanePermit { _place: place, _free: free, _own: None })
    }
}

impl Lanes {
    pub fn new(pool: PgPool) -> Self {
        let (all, part) = shares(pool.options().get_max_connections());
        Self::of(pool, all, part)
    }

    fn of(pool: PgPool, all: usize, part: usize) -> Self {
        let (all, [searches, desk, forms]) = (Lane::new(all), [part; 3].map(Lane::new));
        Self { pool, all, searches, desk, forms, readers: Arc::default() }
    }

    /// A turn for this reader. Refuses with `busy` who would wait too long.
    pub async fn turn(&self, reader: impl Into<Reader>, reads: Reads) -> Result<ListConnection, Problem> {
        let held = tokio::time::timeout(PATIENCE, self.hold(reader.into(), reads)).await.ok().flatten();
        let held = held.ok_or_else(|| Problem::from(refusals::BUSY).retry_after_ms(AGAIN_MS))?;
        let connection = self.pool.acquire().await.map_err(|error| {
            if is_away(&error) {
                return Problem::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(1000);
            }
            tracing::error!(%error, "a list has no connection");
            refusals::INTERNAL.into()
        })?;
        Ok(ListConnection { connection: Some(connection), held })
    }

    /// None where too many wait already. Everybody waits for their own turn first, without a place that others could have. Who
    /// waits among the searches keeps no list waiting; lists that read keep searches waiting.
    async fn hold(&self, reader: Reader, reads: Reads) -> Option<Vec<LanePermit>> {
        let mut held = Vec::with_capacity(3);
        if reads != Reads::Desk {
            let own = self.own(reader, reads);
            let turn = own.hold().await?;
            held.push(LanePermit { _own: Some(own), ..turn });
        }
        let lanes: &[&Lane] = match reads {
            Reads::List => &[&self.all],
            Reads::Search => &[&self.searches, &self.all],
            Reads::Desk => &[&self.desk],
            Reads::Form => &[&self.forms],
        };
        for lane in lanes {
            held.push(lane.hold().await?);
        }
        Some(held)
    }

    /// The reader's own lane of one turn: the one that they have now, or a new one.
    fn own(&self, reader: Reader, reads: Reads) -> Arc<Lane> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = readers.get(&(reader, reads)).and_then(Weak::upgrade) {
            return own;
        }
        // As many are kept as read or wait, who are few.
        readers.retain(|_, own| own.strong_count() > 0);
        let own = Arc::new(Lane::new(1));
        readers.insert((reader, reads), Arc::downgrade(&own));
        own
    }
}

/// How many lists and searches of a pool read at once; and how many of them searches, which is also how many of the desk and how
/// many of forms.
fn shares(connections: u32) -> (usize, usize) {
    let of = |part: u32| usize::try_from((connections / part).max(1)).unwrap_or(1);
    (of(PART), of(PART_OF_SEARCHES))
}

impl Deref for ListConnection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("it is there until the turn is dropped")
    }
}

impl DerefMut for ListConnection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until the turn is dropped")
    }
}

impl Drop for ListConnection {
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

    const ONE: Reader = Reader::Account(AccountId(1));
    const OTHER: Reader = Reader::Account(AccountId(2));

    fn lanes(all: usize, part: usize) -> Lanes {
        Lanes::of(PgPool::connect_lazy("postgres://nowhere.invalid/none").unwrap(), all, part)
    }

    #[test]
    fn the_most_that_lists_take_is_a_quarter_and_searches_an_eighth() {
        for (connections, all, part) in [(2, 1, 1), (7, 1, 1), (8, 2, 1), (16, 4, 2), (200, 50, 25)] {
            assert_eq!(shares(connections), (all, part), "{connections}");
        }
    }

    #[tokio::test]
    async fn a_search_waits_for_searches_and_a_list_for_none_of_them() {
        let lanes = lanes(2, 1);
        let search = lanes.hold(ONE, Reads::Search).await.unwrap();
        assert!(lanes.hold(OTHER, Reads::Search).now_or_never().is_none(), "it waits");
        let list = lanes.hold(OTHER, Reads::List).now_or_never().flatten().expect("a list has its turn");
        assert!(lanes.hold(ONE, Reads::List).now_or_never().is_none(), "of two turns the search has one");
        drop((search, list));
        assert!(lanes.hold(OTHER, Reads::Search).now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn nobody_has_two_turns_of_a_kind_and_who_asks_on_and_on_keeps_others_from_nothing() {
        let lanes = lanes(4, 2);
        let first = lanes.hold(ONE, Reads::List).await.unwrap();
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(lanes.hold(ONE, Reads::List))).collect();
        for waits in &mut waiting {
            assert!(waits.as_mut().now_or_never().is_none());
        }
        assert!(
            lanes.hold(ONE, Reads::List).now_or_never().is_some_and(|held| held.is_none()),
            "refused at once"
        );
        let mut others = Vec::new();
        for other in 2..5 {
            let held = lanes.hold(Reader::Account(AccountId(other)), Reads::List).now_or_never().flatten();
            others.push(held.expect("those who wait for their own turn have none of the others' places"));
        }
        drop(first);
        assert!(waiting.remove(0).await.is_some());
        drop((waiting, others));
        assert!(lanes.hold(OTHER, Reads::Form).now_or_never().flatten().is_some());
        let readers = lanes.readers.lock().unwrap();
        assert!(readers.len() <= 2, "who reads no longer is forgotten");
    }

    #[tokio::test]
    async fn the_desk_and_the_forms_wait_for_no_list() {
        let lanes = lanes(1, 1);
        let list = lanes.hold(ONE, Reads::List).await.unwrap();
        let desk = lanes.hold(ONE, Reads::Desk).now_or_never().flatten();
        let form = lanes.hold(Reader::Applicant(RegistrationId(1)), Reads::Form).now_or_never().flatten();
        assert!(desk.is_some() && form.is_some());
        drop(list);
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
