//! Passwords are hashed in lanes: so many at once, so many waiting, the next is answered `busy`. A flood in one lane does not
//! hold up another. It must not know what is hashed, or done instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Error;

/// One lane.
pub struct Lane {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// A place in the queue, given back also when the caller hangs up.
struct QueuePlace<'a>(&'a AtomicUsize);

impl Drop for QueuePlace<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lane {
    pub fn new(at_once: usize, most_waiting: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(at_once)), waiting: AtomicUsize::new(0), most_waiting }
    }

    /// Does the work off the async threads. It keeps its permit until it is done, even if the caller hangs up.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = self.turn().await.inspect_err(|_| {
            metrics::counter!("zaichang_password_checks_refused_total").increment(1);
        })?;
        let work = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        work.await.map_err(|_| Error::Interrupted)
    }

    /// A turn for something else, until it is given back.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        let _place = self.place().ok_or(Error::Busy)?;
        Arc::clone(&self.free).acquire_owned().await.map_err(|_| Error::Interrupted)
    }

    /// The same, for no longer than this: beyond it is `Busy`, and the caller says so while the reader still waits.
    pub async fn turn_within(&self, limit: Duration) -> Result<OwnedSemaphorePermit, Error> {
        tokio::time::timeout(limit, self.turn()).await.unwrap_or(Err(Error::Busy))
    }

    fn place(&self) -> Option<QueuePlace<'_>> {
        let place = QueuePlace(&self.waiting);
        (self.waiting.fetch_add(1, Ordering::Relaxed) < self.most_waiting).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Begins work that reports when it runs and ends at a signal.
    fn begin(
        lane: &Arc<Lane>,
        runs: &mpsc::Sender<usize>,
        ends: mpsc::Receiver<()>,
        number: usize,
    ) -> tokio::task::JoinHandle<Result<(), Error>> {
        let (lane, runs) = (Arc::clone(lane), runs.clone());
        tokio::spawn(async move {
            lane.run(move || {
                let _ = runs.send(number);
                let _ = ends.recv();
            })
            .await
        })
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_hangs_up_makes_no_room_before_the_work_is_done() {
        let lane = Arc::new(Lane::new(1, 100));
        let (runs, running) = mpsc::channel();
        let (end_first, first_ends) = mpsc::channel();
        let first = begin(&lane, &runs, first_ends, 1);
        assert_eq!(running.recv(), Ok(1));
        // Its caller is gone, and so are many that come after.
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        for number in 2..50 {
            let (_, ends) = mpsc::channel();
            let cut = begin(&lane, &runs, ends, number);
            tokio::task::yield_now().await;
            cut.abort();
            assert!(cut.await.is_err());
        }
        assert_eq!((lane.free.available_permits(), lane.waiting.load(Ordering::Relaxed)), (0, 0));
        assert_eq!(running.try_recv(), Err(mpsc::TryRecvError::Empty));
        end_first.send(()).unwrap();
        let (end_last, last_ends) = mpsc::channel();
        let last = begin(&lane, &runs, last_ends, 50);
        end_last.send(()).unwrap();
        last.await.unwrap().unwrap();
        assert_eq!(running.try_iter().collect::<Vec<_>>(), [50]);
    }

    #[tokio::test]
    async fn a_turn_that_does_not_come_in_time_is_refused_and_leaves_its_place() {
        let lane = Lane::new(1, 3);
        let turn = lane.turn().await.unwrap();
        for _ in 0..10 {
            let waited = lane.turn_within(Duration::from_millis(1)).await;
            assert!(matches!(waited, Err(Error::Busy)));
        }
        assert_eq!(lane.waiting.load(Ordering::Relaxed), 0);
        drop(turn);
        assert!(lane.turn_within(Duration::from_mins(1)).await.is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_says_so_at_once_and_another_lane_is_free() {
        let (lane, reserved) = (Arc::new(Lane::new(1, 3)), Lane::new(1, 3));
        let (runs, running) = mpsc::channel();
        let (end, ends) = mpsc::channel();
        let first = begin(&lane, &runs, ends, 0);
        assert_eq!(running.recv(), Ok(0));
        let waiting: Vec<_> = (1..4).map(|number| begin(&lane, &runs, mpsc::channel().1, number)).collect();
        while lane.waiting.load(Ordering::Relaxed) < 3 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(lane.run(|| ()).await, Err(Error::Busy)));
        assert!(reserved.run(|| ()).await.is_ok());
        end.send(()).unwrap();
        for work in waiting.into_iter().chain([first]) {
            work.await.unwrap().unwrap();
        }
        assert!(lane.run(|| ()).await.is_ok());
    }
}
