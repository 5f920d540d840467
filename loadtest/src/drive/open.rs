//! The open loop: people come when the schedule says, whether the server keeps up or not. Latency counts from the
//! scheduled instant, so that waiting for a connection is waiting. It must not know what the schedule means.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use super::dispatch::{Dispatch, Due, Next};
use super::{Run, Shot, attempt, attend};
use crate::client::Line;
use crate::drive::What;
use crate::measure::Kind;
use crate::said::Said;
use crate::schedule::Schedule;

/// How an open loop is sent.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// The most connections. A person who finds all of them taken waits.
    pub connections: usize,
    /// A person without a final answer tries again for so long; zero for one attempt each.
    pub persist: Duration,
    /// Whether those who still wait when the schedule is over are served.
    pub serve_waiting: bool,
}

/// The result of an open loop, besides the meter's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opened {
    pub took: Duration,
    /// People who came.
    pub arrived: usize,
    /// Of these, how many were never sent because no connection was free until the end.
    pub unsent: usize,
    pub connections: usize,
}

/// Sends by the schedule over `lines` and as many more connections as the plan allows; `next` says who comes at its n-th
/// instant, none if no person does. `heard` is called with every answer and the instant at which it was due.
pub async fn open(
    run: &Run,
    plan: Open,
    lines: Vec<Line>,
    schedule: Schedule,
    next: impl Fn(usize) -> Option<Shot> + Send + Sync + 'static,
    heard: impl Fn(&Shot, &Said, Instant) + Send + Sync + 'static,
) -> Opened {
    let dispatch = Arc::new(Dispatch::new(plan.connections));
    let (workers, heard) = (TaskTracker::new(), Arc::new(heard));
    let names = Arc::new(AtomicUsize::new(lines.len()));
    for (worker, line) in lines.into_iter().enumerate() {
        dispatch.join();
        workers.spawn(serve(
            run.clone(),
            Arc::clone(&dispatch),
            Arc::clone(&heard),
            plan,
            worker,
            line,
            None,
        ));
    }
    let began = Instant::now();
    // Dropping this future also ends the pacer.
    let running = run.stop.child_token();
    let guard = running.clone().drop_guard();
    let (told, paced) = tokio::sync::oneshot::channel();
    let pacer = {
        let (run, dispatch, workers, runtime) =
            (run.clone(), Arc::clone(&dispatch), workers.clone(), Handle::current());
        move || {
            let mut arrived = 0;
            for (place, offset) in schedule.into_iter().enumerate() {
                let at = began + offset;
                // A thread of its own: the run time's timer is no finer than a millisecond.
                while let Some(left) =
                    at.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
                {
                    thread::sleep(left.min(Duration::from_millis(100)));
                    if running.is_cancelled() {
                        break;
                    }
                }
                if running.is_cancelled() {
                    break;
                }
                let Some(shot) = next(place) else { continue };
                arrived += 1;
                if let Some(first) = dispatch.arrive(Due { shot, at }) {
                    let worker = names.fetch_add(1, Ordering::Relaxed);
                    let (line, first) = (run.line(), Some(first));
                    let served = serve(
                        run.clone(),
                        Arc::clone(&dispatch),
                        Arc::clone(&heard),
                        plan,
                        worker,
                        line,
                        first,
                    );
                    workers.spawn_on(served, &runtime);
                }
            }
            let _ = told.send(arrived);
        }
    };
    let spawned = thread::Builder::new().name("pacer".to_owned()).spawn(pacer);
    let arrived = if spawned.is_ok() { paced.await.unwrap_or(0) } else { 0 };
    let took = began.elapsed();
    let unsent = dispatch.close(plan.serve_waiting);
    workers.close();
    workers.wait().await;
    drop(guard);
    Opened { took, arrived, unsent, connections: dispatch.opened() }
}

/// One connection, from its first arrival to the end of the run.
async fn serve(
    run: Run,
    dispatch: Arc<Dispatch>,
    heard: Arc<impl Fn(&Shot, &Said, Instant)>,
    plan: Open,
    worker: usize,
    mut line: Line,
    mut first: Option<Due>,
) {
    let mut buffer = Vec::with_capacity(512);
    loop {
        let due = match first.take().map_or_else(|| dispatch.next(), Next::Send) {
            Next::Send(due) => Some(due),
            Next::Wait(receiver) => receiver.await.ok(),
            Next::End => None,
        };
        let Some(Due { shot, at }) = due else { return };
        // A connection that the server has closed while it was idle is no answer that went missing.
        let _ = line.revive().await;
        let said = if shot.what == What::CheckIn && !plan.persist.is_zero() {
            let give_up = at + plan.persist;
            attend(&run, worker, &mut line, &mut buffer, &shot, at, give_up).await.said
        } else {
            let (said, kind): (Said, Kind) = attempt(&run, worker, &mut line, &mut buffer, &shot).await;
            run.meter.record(worker, kind, at.elapsed());
            said
        };
        heard(&shot, &said, at);
    }
}
