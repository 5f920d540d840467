//! Every request and its answer, so that it can be checked against Postgres at the end.
//! It must not know how requests are sent.

mod check;
mod entry;
mod postgres;

pub use check::{Fault, Findings, Stored, StoredRow, Tally, check};
pub use entry::{Entry, Intent, Outcome};
pub use postgres::{Before, database_url, held, open, verify};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::unix_us;
use crate::said::Said;

const SHARDS: usize = 16;

/// The log of a run. Cheap to clone; every clone writes into the same log.
#[derive(Clone)]
pub struct History {
    shards: Arc<[Mutex<Vec<Entry>>; SHARDS]>,
}

/// One request that is under way. Dropped before it was answered, it is logged as unknown.
pub struct Invocation<'a> {
    history: &'a History,
    shard: usize,
    entry: Entry,
    answered: bool,
}

impl Default for History {
    fn default() -> Self {
        Self { shards: Arc::new(std::array::from_fn(|_| Mutex::new(Vec::new()))) }
    }
}

impl History {
    /// Logs that a request is sent now. `worker` only spreads the writers.
    pub fn invoke(&self, worker: usize, person: i64, course: i64, intent: Intent) -> Invocation<'_> {
        let entry = Entry::invoked(person, course, intent, unix_us());
        Invocation { history: self, shard: worker % SHARDS, entry, answered: false }
    }

    /// How many requests have ended.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Whether nothing has ended yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of everything that has ended so far, in no order.
    pub fn entries(&self) -> Vec<Entry> {
        self.shards.iter().flat_map(|shard| lock(shard).clone()).collect()
    }

    /// How many answers say this.
    pub fn count(&self, wanted: impl Fn(&Entry) -> bool) -> u64 {
        self.shards.iter().map(|shard| lock(shard).iter().filter(|entry| wanted(entry)).count() as u64).sum()
    }
}

impl Invocation<'_> {
    /// Logs what was answered.
    pub fn answered(mut self, said: &Said) {
        self.entry.answer(said, unix_us());
        self.answered = true;
    }
}

impl Drop for Invocation<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.entry.answer(&Said::Unknown, unix_us());
        }
        lock(&self.history.shards[self.shard]).push(self.entry);
    }
}

fn lock(shard: &Mutex<Vec<Entry>>) -> MutexGuard<'_, Vec<Entry>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_given_up_is_unknown() {
        let history = History::default();
        drop(history.invoke(1, 7, 5, Intent::Honest));
        history.invoke(2, 8, 5, Intent::Honest).answered(&Said::Unknown);
        assert_eq!(history.len(), 2);
        assert_eq!(history.count(|entry| entry.outcome == Outcome::Unknown), 2);
    }

    #[test]
    fn ten_million_requests_fit_in_memory() {
        assert!(size_of::<Entry>() <= 96, "{} bytes", size_of::<Entry>());
    }
}
