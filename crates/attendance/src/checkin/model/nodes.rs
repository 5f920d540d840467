//! A node of the model: its lanes, and the intake that a stop closes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;

use super::Error;
use super::commit::{Committed, Committer};
use super::counts::Counts;
use super::outside::{JoinSet, PgPool};
use super::record::NewCheckIn;
use super::seen::Seen;
use super::store::Store;
use zaichang_core::clock::Clock;

pub(super) struct Node {
    intake: RefCell<Option<(Committer, JoinSet<()>)>>,
    in_flight: Cell<usize>,
}

impl Node {
    /// Starts a node whose lanes let so many check-ins wait.
    pub(super) fn start(store: &Arc<Store>, queue: usize) -> Rc<Self> {
        let clock = Clock::set_to(Timestamp::UNIX_EPOCH);
        let [pool, seen, counts] = [store, store, store].map(Arc::clone);
        let started = Committer::start(PgPool(pool), Seen(seen), Counts(counts), clock, queue);
        let intake = RefCell::new(Some(started));
        Rc::new(Self { intake, in_flight: Cell::new(0) })
    }

    /// A request: nothing once the intake is closed.
    pub(super) async fn commit(&self, check_in: NewCheckIn) -> Option<Result<Committed, Error>> {
        let committer = self.intake.borrow().as_ref().map(|(committer, _)| committer.clone())?;
        if committer.knows(check_in.slot.course) {
            Store::of_schedule().happened("knew the course whole");
        }
        self.in_flight.update(|requests| requests + 1);
        let committed = committer.commit(check_in).await;
        self.in_flight.update(|requests| requests - 1);
        Some(committed)
    }

    /// Closes the intake and waits until the lanes have drained: requests in flight are answered.
    pub(super) async fn stop(&self) {
        let Some((committer, lanes)) = self.intake.take() else { return };
        drop(committer);
        if self.in_flight.get() > 0 {
            Store::of_schedule().happened("drained with people waiting");
        }
        lanes.join_all().await;
    }

    /// Ends the node where it stands.
    pub(super) async fn die(&self) {
        let Some((committer, lanes)) = self.intake.take() else { return };
        drop(committer);
        lanes.shutdown().await;
        Store::of_schedule().happened("a node died");
    }
}
