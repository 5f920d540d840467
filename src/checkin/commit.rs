//! Group commit: what arrives while a batch is being committed becomes the next batch. Every waiter is answered exactly
//! once, and only after Postgres has said that the rows are safe.
//!
//! Courses are spread over a few lanes, so that two batches never wait for one course's lock on this node.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::batch::{Fate, decide};
use super::counts::{self, Counts};
use super::record::{CheckIn, NewCheckIn};
use super::{Error, Seen, sql};
use crate::clock::Clock;
use crate::db::is_away;
use crate::http::Refusal;

/// The most rows in one transaction.
const BATCH: usize = 512;
/// Batches in flight.
const LANES: usize = 3;
/// A transaction that takes longer is given up; whether it was committed, a retry will tell.
const DEADLINE: Duration = Duration::from_secs(3);

/// What a waiter is told.
#[derive(Clone, Debug)]
pub(super) enum Committed {
    Recorded(CheckIn),
    Already(CheckIn),
    Refused(Refusal),
    /// Postgres could not be reached, or did not say: to be tried again.
    Away,
    /// The row itself cannot be written; it has been logged.
    Broken,
}

struct Waiting {
    check_in: NewCheckIn,
    answer: oneshot::Sender<Committed>,
}

/// The intake. Dropping every clone ends the lanes, once they have drained.
#[derive(Clone)]
pub struct Committer {
    lanes: Vec<mpsc::Sender<Waiting>>,
}

/// What a lane works with.
#[derive(Clone)]
struct Lane {
    pool: PgPool,
    seen: Seen,
    counts: Counts,
    clock: Clock,
}

impl Committer {
    /// Starts the lanes. They are the promise: if one ends before the intake is closed, the process must end.
    /// `queue` check-ins may wait in each; beyond that the answer is `busy`, at once.
    pub fn start(
        pool: PgPool,
        seen: Seen,
        counts: Counts,
        clock: Clock,
        queue: usize,
    ) -> (Self, JoinSet<()>) {
        let lane = Lane { pool, seen, counts, clock };
        let mut running = JoinSet::new();
        let lanes = (0..LANES).map(|_| {
            let (sender, receiver) = mpsc::channel(queue);
            running.spawn(lane.clone().run(receiver));
            sender
        });
        (Self { lanes: lanes.collect() }, running)
    }

    /// Queues a check-in and waits until Postgres has it, or says why not.
    pub(super) async fn commit(&self, check_in: NewCheckIn) -> Result<Committed, Error> {
        let lane = usize::try_from(check_in.slot.course.0).unwrap_or(0) % self.lanes.len();
        let (answer, answered) = oneshot::channel();
        self.lanes[lane].try_send(Waiting { check_in, answer }).map_err(|_| Error::Busy)?;
        Ok(answered.await.unwrap_or(Committed::Away))
    }
}

impl Lane {
    async fn run(self, mut queue: mpsc::Receiver<Waiting>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut waiting, BATCH).await > 0 {
            metrics::histogram!("zaichang_batch_rows")
                .record(f64::from(u32::try_from(waiting.len()).unwrap_or(0)));
            let (batch, answers): (Vec<_>, Vec<_>) =
                waiting.drain(..).map(|waiting| (waiting.check_in, waiting.answer)).unzip();
            let committed = self.settle(&batch).await;
            for (answer, committed) in answers.into_iter().zip(committed) {
                // Whoever hung up will ask again and be told that it is recorded.
                let _ = answer.send(committed);
            }
        }
    }

    /// Commits the batch; if it fails for a reason of its own it is halved, until only the broken row is refused.
    async fn settle(&self, batch: &[NewCheckIn]) -> Vec<Committed> {
        let mut settled = Vec::with_capacity(batch.len());
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            match self.attempt(part).await {
                Ok(committed) => settled.extend(committed),
                Err(error) if is_away(&error) => {
                    metrics::counter!("zaichang_commit_away_total").increment(1);
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

    async fn attempt(&self, batch: &[NewCheckIn]) -> sqlx::Result<Vec<Committed>> {
        let mut connection = self.pool.acquire().await?;
        let began = self.clock.now();
        match tokio::time::timeout(DEADLINE, self.transact(&mut connection, batch)).await {
            Ok(Ok(committed)) => {
                drop(connection);
                let took = self.clock.now().duration_since(began);
                metrics::histogram!("zaichang_commit_seconds").record(took.as_secs_f64());
                Ok(committed)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => {
                // It may still be committing: this connection is nobody's any more.
                drop(connection.detach());
                Err(sqlx::Error::PoolTimedOut)
            }
        }
    }

    async fn transact(
        &self,
        connection: &mut PgConnection,
        batch: &[NewCheckIn],
    ) -> sqlx::Result<Vec<Committed>> {
        let mut courses: Vec<_> = batch.iter().map(|check_in| check_in.slot.course.0).collect();
        courses.sort_unstable();
        courses.dedup();
        let mut transaction = connection.begin().await?;
        let seats = sql::lock_courses(&mut transaction, &courses).await?;
        let held = sql::held(&mut transaction, batch).await?;
        let fates = decide(batch, &held, &seats);
        let writes: Vec<_> = batch
            .iter()
            .zip(&fates)
            .filter_map(|(check_in, fate)| match fate {
                Fate::Write { first_today, newcomer } => {
                    Some(sql::Write { check_in, first_today: *first_today, newcomer: *newcomer })
                }
                _ => None,
            })
            .collect();
        let recorded_at = self.clock.now();
        if writes.is_empty() {
            transaction.rollback().await?;
        } else {
            let counts = sql::write(&mut transaction, &writes, recorded_at).await?;
            transaction.commit().await?;
            let rows = writes.iter().map(|write| write.check_in.recorded(recorded_at)).collect();
            self.publish(rows, counts);
        }
        Ok(told(batch, &fates, recorded_at))
    }

    /// After the commit: the screens, the other nodes, and the memory of repeats. Its failure changes no answer.
    fn publish(&self, rows: Vec<CheckIn>, counts: Vec<counts::Count>) {
        for count in &counts {
            self.counts.tell(*count);
        }
        metrics::counter!("zaichang_check_ins_total").increment(rows.len() as u64);
        let seen = self.seen.clone();
        tokio::spawn(async move {
            seen.remember(&rows).await;
            counts::publish(&seen, &counts).await;
        });
    }
}

/// What each waiter is told of its fate.
fn told(batch: &[NewCheckIn], fates: &[Fate], recorded_at: jiff::Timestamp) -> Vec<Committed> {
    let told = batch.iter().zip(fates).map(|(check_in, fate)| match fate {
        Fate::Write { .. } => Committed::Recorded(check_in.recorded(recorded_at)),
        Fate::Held(held) => Committed::Already(*held),
        Fate::Same(earlier) => Committed::Already(batch[*earlier].recorded(recorded_at)),
        Fate::Refused(refusal) => Committed::Refused(*refusal),
    });
    told.collect()
}
