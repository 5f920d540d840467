//! The closed loop: each of so many connections sends the next request as soon as it has the answer to the last.
//! For throughput only: its latencies leave out phones that could not even ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Run, Shot, attempt};
use crate::said::Said;

/// Sends until `length` is over or `next` has no more. `heard` is called with every answer. Gives how long it took.
pub async fn closed(
    run: &Run,
    connections: usize,
    length: Duration,
    next: impl Fn() -> Option<Shot> + Send + Sync + 'static,
    heard: impl Fn(&Shot, &Said) + Send + Sync + 'static,
) -> Duration {
    let (next, heard) = (Arc::new(next), Arc::new(heard));
    let lines = run.lines(connections).await;
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for (worker, mut line) in lines.into_iter().enumerate() {
        let (run, next, heard) = (run.clone(), Arc::clone(&next), Arc::clone(&heard));
        workers.spawn(async move {
            let mut buffer = Vec::with_capacity(512);
            while began.elapsed() < length && !run.stop.is_cancelled() {
                let Some(shot) = next() else { break };
                let sent = Instant::now();
                let (said, kind) = attempt(&run, worker, &mut line, &mut buffer, &shot).await;
                run.meter.record(worker, kind, sent.elapsed());
                heard(&shot, &said);
            }
        });
    }
    while workers.join_next().await.is_some() {}
    began.elapsed()
}
