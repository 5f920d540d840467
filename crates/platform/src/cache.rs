//! Rows read from Postgres, kept in this node's memory for a while. Missing rows are asked for together, so that a hall that
//! arrives at once costs a query and not a thousand. While this node receives no notifications of changes, what is older than
//! a second is asked for again, and is not believed if Postgres does not answer. It knows no module.

mod hearing;
mod stale;

pub use hearing::Hearing;
pub use stale::Stale;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::sync;
use tokio::sync::{Semaphore, mpsc, oneshot};

use self::hearing::now_ms;
use crate::db::{self, is_away};
use crate::supervise;

/// A backstop only: changes are notified. Long, so that what is known outlives an outage of Postgres.
const LIFE_MS: i64 = 30 * 60_000;
/// An entry this young is believed even while no notifications arrive.
const YOUNG_MS: i64 = 1_000;
/// The most keys of one query.
const GATHERED: usize = 2048;
/// Queries in flight. What is asked for meanwhile goes with the next.
const QUERIES: usize = 2;
/// How long a query may take while no notifications arrive. Postgres is probably away then, and each query on a dead
/// connection keeps those that wait from a living one: with `db::PATIENCE` the first success after an outage that left
/// connections half open came 1.2 s after the return, with this within 0.8 s.
const UNHEARD_PATIENCE: Duration = Duration::from_millis(500);
/// How often what is kept is counted.
const LOOK: Duration = Duration::from_secs(5);
/// Keys that may wait to be gathered; beyond that their callers wait to hand them in.
const WAITING: usize = 16_384;

/// Rows by their keys; a key without a row is known to have none. Clones share it.
pub struct Cache<K, V> {
    kept: Arc<Kept<K, V>>,
    asks: mpsc::Sender<Ask<K, V>>,
    hearing: Hearing,
}

impl<K, V> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), asks: self.asks.clone(), hearing: self.hearing.clone() }
    }
}

struct Kept<K, V> {
    rows: sync::Cache<K, Entry<V>>,
    /// How often something was forgotten: a query that began before may have read what is not true any more.
    forgotten: Mutex<u64>,
}

#[derive(Clone)]
struct Entry<V> {
    row: Option<V>,
    /// When it was asked for, by the steady clock.
    asked_ms: i64,
}

struct Ask<K, V> {
    key: K,
    answer: oneshot::Sender<sqlx::Result<Option<V>>>,
}

impl<K, V> Cache<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Keeps at most `most` rows. `load` reads those of many keys from the store; for a row that it cannot read it returns the
    /// error, and that key alone fails. To be called inside a Tokio runtime.
    pub fn new<S, L, F>(most: usize, hearing: &Hearing, store: &S, load: L) -> Self
    where
        S: Clone + Send + Sync + 'static,
        L: Fn(S, Vec<K>) -> F + Send + Sync + 'static,
        F: Future<Output = sqlx::Result<Vec<(K, sqlx::Result<V>)>>> + Send + 'static,
    {
        // It begins small and grows: what is empty takes no memory.
        let rows = sync::Cache::with(
            most / 64,
            most as u64,
            quick_cache::UnitWeighter,
            <_>::default(),
            <_>::default(),
        );
        let kept = Arc::new(Kept { rows, forgotten: Mutex::new(0) });
        let (asks, asked) = mpsc::channel(WAITING);
        let asked = Arc::new(tokio::sync::Mutex::new(asked));
        let (store, gathered, heard) = (store.clone(), Arc::clone(&kept), hearing.clone());
        let load = Arc::new(move |keys: Vec<K>| load(store.clone(), keys));
        tokio::spawn(supervise::until_done("cache", move || {
            gather(Arc::clone(&gathered), heard.clone(), Arc::clone(&asked), Arc::clone(&load))
        }));
        Self { kept, asks, hearing: hearing.clone() }
    }

    /// The row, from memory or read now; never one older than a second that may have changed without a notification.
    pub async fn get(&self, key: &K) -> sqlx::Result<Option<V>> {
        if let Some(told) = self.kept.rows.get(key) {
            let now_ms = now_ms();
            let age_ms = now_ms - told.asked_ms;
            if age_ms < YOUNG_MS || (age_ms < LIFE_MS && self.hearing.is_heard_at(now_ms)) {
                return Ok(told.row);
            }
            // A caller with an old entry to fall back on does not wait for Postgres at every step of an outage.
            if self.hearing.was_unanswered_at(now_ms) {
                return Err(sqlx::Error::PoolTimedOut);
            }
        }
        let (answer, answered) = oneshot::channel();
        let ask = Ask { key: key.clone(), answer };
        self.asks.send(ask).await.map_err(|_| sqlx::Error::PoolClosed)?;
        answered.await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// The row as it was when last read from Postgres: for when `get` says that storage is away.
    pub fn stale(&self, key: &K) -> Option<Stale<V>> {
        let told = self.kept.rows.get(key).filter(|told| now_ms() - told.asked_ms < LIFE_MS)?;
        told.row.map(Stale::new)
    }

    /// It was changed somewhere.
    pub fn forget(&self, key: &K) {
        self.kept.forget(|rows| drop(rows.remove(key)));
    }

    /// Those rows of which this is true were changed somewhere.
    pub fn forget_where(&self, changed: impl Fn(&V) -> bool) {
        self.kept.forget(|rows| rows.retain(|_, told| !told.row.as_ref().is_some_and(&changed)));
    }

    /// What was changed is not known.
    pub fn forget_all(&self) {
        self.kept.forget(sync::Cache::clear);
    }

    /// How many are kept.
    pub fn entries(&self) -> usize {
        self.kept.rows.len()
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Kept<K, V> {
    fn forget(&self, these: impl FnOnce(&sync::Cache<K, Entry<V>>)) {
        let mut forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        *forgotten += 1;
        these(&self.rows);
    }

    fn forgotten(&self) -> u64 {
        *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a query has read, unless something was forgotten since it began.
    fn keep(&self, began: u64, asked_ms: i64, told: impl Iterator<Item = (K, Option<V>)>) {
        let forgotten = self.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        if *forgotten == began {
            told.for_each(|(key, row)| self.rows.insert(key, Entry { row, asked_ms }));
        }
    }
}

/// Asks Postgres for all keys that wait, until no caller is left.
async fn gather<K, V, L, F>(
    kept: Arc<Kept<K, V>>,
    hearing: Hearing,
    asked: Arc<tokio::sync::Mutex<mpsc::Receiver<Ask<K, V>>>>,
    load: Arc<L>,
) where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    L: Fn(Vec<K>) -> F + Send + Sync + 'static,
    F: Future<Output = sqlx::Result<Vec<(K, sqlx::Result<V>)>>> + Send + 'static,
{
    // Only this task receives: one begun after a panic waits here until the old one has let go.
    let mut asked = asked.lock().await;
    let queries = Arc::new(Semaphore::new(QUERIES));
    let mut waiting = Vec::new();
    loop {
        let Ok(permit) = Arc::clone(&queries).acquire_owned().await else { return };
        if asked.recv_many(&mut waiting, GATHERED).await == 0 {
            return;
        }
        let mut answers: HashMap<K, Vec<oneshot::Sender<_>>> = HashMap::with_capacity(waiting.len());
        for Ask { key, answer } in waiting.drain(..) {
            answers.entry(key).or_default().push(answer);
        }
        let (kept, hearing) = (Arc::clone(&kept), hearing.clone());
        let (began, asked_ms) = (kept.forgotten(), now_ms());
        let told = load(answers.keys().cloned().collect());
        tokio::spawn(async move {
            let patience = if hearing.is_heard() { db::PATIENCE } else { UNHEARD_PATIENCE };
            let told = db::within(patience, told).await;
            drop(permit);
            let mut rows: HashMap<K, sqlx::Result<V>> = match told {
                Ok(rows) => {
                    hearing.answered();
                    rows.into_iter().collect()
                }
                Err(error) => {
                    if is_away(&error) {
                        hearing.unanswered();
                    }
                    return fail(error, answers.into_values().flatten());
                }
            };
            let told = |key: &K| match rows.get(key) {
                Some(Ok(row)) => Some((key.clone(), Some(row.clone()))),
                Some(Err(_)) => None,
                None => Some((key.clone(), None)),
            };
            kept.keep(began, asked_ms, answers.keys().filter_map(told));
            for (key, answers) in answers {
                match rows.remove(&key).transpose() {
                    Ok(row) => answers.into_iter().for_each(|answer| drop(answer.send(Ok(row.clone())))),
                    Err(error) => fail(error, answers),
                }
            }
        });
    }
}

/// Answers callers whose rows could not be read: the first gets the error, the others whether a retry may help.
fn fail<V>(error: sqlx::Error, answers: impl IntoIterator<Item = oneshot::Sender<sqlx::Result<Option<V>>>>) {
    let away = is_away(&error);
    let mut first = Some(error);
    for answer in answers {
        let other = || if away { sqlx::Error::PoolTimedOut } else { sqlx::Error::RowNotFound };
        let _ = answer.send(Err(first.take().unwrap_or_else(other)));
    }
}

/// Publishes as a metric how many entries the caches have, by name, until it is dropped.
pub async fn tell_entries<C: IntoIterator<Item = (&'static str, usize)>>(count: impl Fn() -> C) {
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        ticks.tick().await;
        for (cache, entries) in count() {
            metrics::gauge!("zaichang_caches_entries", "cache" => cache)
                .set(f64::from(u32::try_from(entries).unwrap_or(u32::MAX)));
        }
    }
}

#[cfg(test)]
mod tests;
