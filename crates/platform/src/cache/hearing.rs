//! Whether this node receives notifications of changes, and whether Postgres has just left a query unanswered: by these a
//! cache knows what it may still believe. It must not know how changes are heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use zaichang_core::clock::steady;

/// How long after its last proof the listener's connection counts as alive. Longer than the listener's silence and patience
/// together. A listener that has died or hangs gives no proof, so its end needs no detection of its own.
const PROOF_MS: i64 = 4_000;
/// For this long after a query that Postgres did not answer, it is not asked again for rows that are cached.
const UNANSWERED_MS: i64 = 500;
/// Never.
const LONG_AGO: i64 = i64::MIN / 2;

/// Shared by the listener, which proves it, and the caches, which ask. False until proved. Clones share it.
#[derive(Clone)]
pub struct Hearing(Arc<Inner>);

struct Inner {
    proved_ms: AtomicI64,
    unanswered_ms: AtomicI64,
    heard: watch::Sender<bool>,
}

impl Default for Hearing {
    fn default() -> Self {
        let (proved_ms, unanswered_ms) = (LONG_AGO.into(), LONG_AGO.into());
        Self(Arc::new(Inner { proved_ms, unanswered_ms, heard: watch::Sender::new(false) }))
    }
}

impl Hearing {
    /// The connection lives: all changes until now have been received. True if it had been lost.
    pub fn prove(&self) -> bool {
        self.0.proved_ms.store(now_ms(), Ordering::Relaxed);
        self.0.heard.send_if_modified(|heard| !std::mem::replace(heard, true))
    }

    /// The connection is lost. True if it had not been.
    pub fn lose(&self) -> bool {
        self.0.proved_ms.store(LONG_AGO, Ordering::Relaxed);
        self.0.heard.send_if_modified(|heard| std::mem::replace(heard, false))
    }

    /// Whether changes are heard now.
    pub fn is_heard(&self) -> bool {
        self.is_heard_at(now_ms())
    }

    /// Waits until changes are heard.
    pub async fn begins(&self) {
        // It lives as long as this does.
        let _ = self.0.heard.subscribe().wait_for(|heard| *heard).await;
    }

    /// Publishes it as a metric, until it is dropped.
    pub async fn tell(self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        loop {
            ticks.tick().await;
            metrics::gauge!("zaichang_changes_heard").set(f64::from(u8::from(self.is_heard())));
        }
    }

    pub(super) fn is_heard_at(&self, now_ms: i64) -> bool {
        now_ms - self.0.proved_ms.load(Ordering::Relaxed) < PROOF_MS
    }

    /// Postgres has not answered.
    pub(super) fn unanswered(&self) {
        self.0.unanswered_ms.store(now_ms(), Ordering::Relaxed);
    }

    /// Postgres answers again: the next question is asked.
    pub fn answered(&self) {
        self.0.unanswered_ms.store(LONG_AGO, Ordering::Relaxed);
    }

    pub(super) fn was_unanswered_at(&self, now_ms: i64) -> bool {
        now_ms - self.0.unanswered_ms.load(Ordering::Relaxed) < UNANSWERED_MS
    }
}

/// The steady clock in milliseconds.
pub(super) fn now_ms() -> i64 {
    i64::try_from(steady().as_millis()).unwrap_or(i64::MAX)
}
