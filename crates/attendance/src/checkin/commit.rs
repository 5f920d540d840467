//! Group commit: what arrives while a batch is being committed becomes the next batch. Every waiter is answered exactly
//! once, and only after Postgres has said that the rows are safe.
//!
//! Courses are spread over a few lanes, so that two batches never wait for one course's lock on this node.

use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::counts::{self, Counts};
use super::figures::{Began, FIGURES};
use super::known_courses::{Known, KnownCourses};
use super::outside::{Acquired, JoinSet, PgPool, spawn, timeout};
use super::record::{CheckIn, NewCheckIn};
use super::{Error, Seen};
use zaichang_core::clock::Clock;
use zaichang_core::ids::CourseId;
use zaichang_platform::db::is_away;
use zaichang_platform::http::Refusal;

/// The most rows in one transaction.
const BATCH: usize = 512;
/// Batches in flight.
pub(super) const LANES: usize = 2;
/// A transaction that takes longer is given up. It may have been committed: a retry finds out.
const DEADLINE: Duration = Duration::from_secs(3);

/// How long a check-in waits for a place in a full queue. Refusing at once costs nearly as much as recording, and refused
/// clients retry: under a flood, less time would be left for the check-ins already queued.
const PLACE: Duration = Duration::from_secs(1);

/// The answer to a waiting check-in.
#[derive(Clone, Debug)]
pub(super) enum Committed {
    Recorded(CheckIn),
    Already(CheckIn),
    Refused(Refusal),
    /// Postgres could not be reached, or did not answer: to be tried again.
    Away,
    /// The row itself cannot be written; it has been logged.
    Broken,
}

struct Waiting {
    entered: Began,
    check_in: NewCheckIn,
    answer: oneshot::Sender<Committed>,
}

/// The intake. Dropping every clone ends the lanes, once they have drained.
#[derive(Clone)]
pub struct Committer {
    lanes: Vec<mpsc::Sender<Waiting>>,
    known: Known,
}

/// What a lane works with. `versions.rs` says how it writes under a course's version.
pub(super) struct Lane {
    lane: usize,
    pool: PgPool,
    connection: Option<Acquired>,
    seen: Seen,
    counts: Counts,
    pub(super) clock: Clock,
    pub(super) known_courses: KnownCourses,
}

impl Committer {
    /// Starts the lanes. The promise depends on them: if one ends before the intake is closed, the process must end.
    /// `queue` check-ins may wait in each; beyond that the answer is `busy`, after a second's wait for a place.
    pub fn start(
        pool: PgPool,
        seen: Seen,
        counts: Counts,
        clock: Clock,
        queue: usize,
    ) -> (Self, JoinSet<()>) {
        let known = Known::default();
        let mut running = JoinSet::new();
        let lanes = (0..LANES).map(|lane| {
            let (sender, receiver) = mpsc::channel(queue);
            let lane = Lane {
                lane,
                pool: pool.clone(),
                connection: None,
                seen: seen.clone(),
                counts: counts.clone(),
                clock: clock.clone(),
                known_courses: KnownCourses::new(known.clone()),
            };
            running.spawn(lane.run(receiver));
            sender
        });
        (Self { lanes: lanes.collect(), known: known.clone() }, running)
    }

    /// Whether this node knows the course whole: a repeat will be found without asking Redis.
    pub(super) fn knows(&self, course: CourseId) -> bool {
        self.known.contains(course)
    }

    /// Queues a check-in and waits until Postgres has it, or says why not.
    pub(super) async fn commit(&self, check_in: NewCheckIn) -> Result<Committed, Error> {
        let lane = usize::try_from(check_in.slot.course.0).unwrap_or(0) % self.lanes.len();
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { entered: Began::now(), check_in, answer };
        match self.lanes[lane].try_send(waiting) {
            Ok(()) => {}
            Err(TrySendError::Full(waiting)) => {
                let placed = timeout(PLACE, self.lanes[lane].send(waiting)).await;
                placed.ok().and_then(Result::ok).ok_or(Error::Busy)?;
            }
            Err(TrySendError::Closed(_)) => return Err(Error::Busy),
        }
        Ok(answered.await.unwrap_or(Committed::Away))
    }
}

impl Lane {
    async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut waiting, BATCH).await > 0 {
            let entered = waiting.iter().map(|waiting| waiting.entered);
            FIGURES.batch(self.lane, entered, waiting.len(), queue.len());
            let (batch, answers): (Vec<_>, Vec<_>) =
                waiting.drain(..).map(|waiting| (waiting.check_in, waiting.answer)).unzip();
            let committed = self.settle(&batch).await;
            for (answer, committed) in answers.into_iter().zip(committed) {
                // Sending fails if the client has hung up; its retry is answered from the row.
                let _ = answer.send(committed);
            }
        }
    }

    /// Commits the batch; if it fails for a reason of its own it is halved, until only the broken row is refused.
    async fn settle(&mut self, batch: &[NewCheckIn]) -> Vec<Committed> {
        let mut settled = Vec::with_capacity(batch.len());
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            match self.attempt(part).await {
                Ok(committed) => settled.extend(committed),
                Err(error) if is_away(&error) => {
                    FIGURES.away.increment(1);
                    tracing::warn!(%error, rows = part.len(), "Postgres is away: phones keep their passes");
                    settled.extend(part.iter().map(|_| Committed::Away));
                }
                Err(error) if part.len() == 1 => {
                    tracing::error!(%error, id = %part[0].id, "a check-in cannot be written");
                    settled.push(Committed::Broken);
                }
                Err(error) => {
                    tracing::warn!(%error, rows = part.len(), "a batch failed and is halved");
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
            }
        }
        settled
    }

    async fn attempt(&mut self, batch: &[NewCheckIn]) -> sqlx::Result<Vec<Committed>> {
        // Kept from batch to batch: giving it back and taking it again would cost a round trip each time.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        let began = Began::now();
        match timeout(DEADLINE, self.commit_batch(&mut connection, batch)).await {
            Ok(Ok(committed)) => {
                self.connection = Some(connection);
                FIGURES.committed(began);
                Ok(committed)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => {
                // It may still be committing: this connection must not be used again.
                drop(connection.detach());
                Err(sqlx::Error::PoolTimedOut)
            }
        }
    }

    /// After the commit: the memory of repeats, the screens, and the other nodes. Its failure changes no answer.
    pub(super) fn publish(&self, rows: Vec<CheckIn>, counts: Vec<counts::Count>) {
        for count in &counts {
            self.counts.tell(*count);
        }
        FIGURES.check_ins.increment(rows.len() as u64);
        self.seen.keep(&rows);
        let seen = self.seen.clone();
        spawn(async move {
            let began = Began::now();
            seen.remember(&rows).await;
            counts::publish(&seen, &counts).await;
            FIGURES.published(began);
        });
    }
}
