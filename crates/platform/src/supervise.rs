//! Background tasks are supervised: the end of one, by a return or a panic, is counted and logged, and it is begun again
//! after a pause. What the process cannot do without (listeners, commit lanes) ends it instead: `serve` sees to that.
//! It knows no task.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;

/// Before a task that has ended is begun again: one that always fails must not take a processor.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs a task that never ends by itself, until it is dropped.
pub async fn for_ever<F: Future<Output = ()>>(name: &'static str, begin: impl FnMut() -> F) {
    again_and_again(name, begin, PAUSE).await;
}

async fn again_and_again<F: Future<Output = ()>>(
    name: &'static str,
    mut begin: impl FnMut() -> F,
    pause: Duration,
) {
    loop {
        if run(name, begin()).await.is_some() {
            ended(name, "returned");
        }
        tokio::time::sleep(pause).await;
    }
}

/// Runs a task until it is done; one that panics is begun again.
pub async fn until_done<T, F: Future<Output = T>>(name: &'static str, begin: impl FnMut() -> F) -> T {
    once_done(name, begin, PAUSE).await
}

async fn once_done<T, F: Future<Output = T>>(
    name: &'static str,
    mut begin: impl FnMut() -> F,
    pause: Duration,
) -> T {
    loop {
        if let Some(done) = run(name, begin()).await {
            return done;
        }
        tokio::time::sleep(pause).await;
    }
}

/// Runs it once; none if it panicked.
pub async fn run<T>(name: &'static str, task: impl Future<Output = T>) -> Option<T> {
    // After a panic the task is begun anew. What it shares with others is behind locks that survive a panic.
    let done = AssertUnwindSafe(task).catch_unwind().await;
    done.inspect_err(|_| ended(name, "panicked")).ok()
}

/// A task has ended that should not have.
pub fn ended(name: &'static str, how: &'static str) {
    metrics::counter!("zaichang_task_ends_total", "task" => name).increment(1);
    tracing::error!(task = name, how, "a background task has ended");
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    /// Runs it here, and gives what was counted.
    fn counted(task: impl Future<Output = ()>) -> String {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        metrics::with_local_recorder(&recorder, || runtime.block_on(task));
        handle.render()
    }

    #[test]
    fn a_task_that_panics_or_returns_is_counted_and_begun_again() {
        let (begun, lives) = (Cell::new(0), tokio::sync::Notify::new());
        let told = counted(async {
            let begin = || async {
                begun.set(begun.get() + 1);
                match begun.get() {
                    1 => panic!("planted"),
                    2 => {}
                    _ => {
                        lives.notify_one();
                        std::future::pending::<()>().await;
                    }
                }
            };
            tokio::select! {
                () = again_and_again("planted", begin, Duration::ZERO) => {}
                () = lives.notified() => {}
            }
        });
        assert_eq!(begun.get(), 3);
        assert!(told.contains("zaichang_task_ends_total{task=\"planted\"} 2"), "{told}");
    }

    #[test]
    fn a_task_that_is_done_is_not_begun_again() {
        let begun = Cell::new(0);
        let told = counted(async {
            let begin = || async {
                begun.set(begun.get() + 1);
                assert!(begun.get() > 1, "planted");
            };
            once_done("planted", begin, Duration::ZERO).await;
        });
        assert_eq!(begun.get(), 2);
        assert!(told.contains("zaichang_task_ends_total{task=\"planted\"} 1"), "{told}");
    }
}
