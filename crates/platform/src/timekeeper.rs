//! Keeps this node's clock against Postgres', and gives the time for judging codes only while it can be trusted: nodes
//! that disagree by seconds would accept what is stale. It knows no module.
//!
//! Two ways to lose trust: two comparisons in a row that found the clock off, or a wall clock that has moved otherwise
//! than the steady one since the last comparison, which is noticed on the spot. One good comparison wins it back. While
//! Postgres is away the last judgement stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;

use zaichang_core::clock::{Clock, steady};

mod judgement;

use judgement::{Judgement, Reading};

/// A clock that differs from Postgres' by more, in either direction, is off. By so much longer a code may be accepted
/// than its profile says. Half a second is far above what chrony leaves, and far below a step.
pub const LIMIT_MS: i64 = 500;
/// A wall clock that has moved so much against the steady one has been set. Slewing moves both.
const JUMP_MS: i64 = 250;
/// How often the clocks are compared.
const PERIOD: Duration = Duration::from_secs(3);
/// How soon again after a comparison that found the clock off, and how often a jump is looked for.
const SOON: Duration = Duration::from_millis(250);
/// An answer that took longer says too little about the time.
const PATIENCE: Duration = Duration::from_secs(1);
/// A comparison whose answer came so quickly needs no second one.
const QUICK_MS: i64 = 10;
/// No clock is trusted.
const UNTRUSTED: i64 = i64::MIN;

/// This node's clock, and whether it may judge. Clones share it.
#[derive(Clone)]
pub struct Timekeeper(Arc<Inner>);

struct Inner {
    clock: Clock,
    /// Wall clock minus steady clock when they were last found right, in milliseconds.
    agreed_ms: AtomicI64,
    trusted: watch::Sender<bool>,
}

impl Timekeeper {
    /// Trusts nothing yet; a clock that a test has set needs no trust.
    pub fn new(clock: Clock) -> Self {
        let trusted = watch::Sender::new(clock.is_set());
        Self(Arc::new(Inner { clock, agreed_ms: AtomicI64::new(UNTRUSTED), trusted }))
    }

    /// Now, for judging: none while this node's clock may be wrong.
    pub fn now(&self) -> Option<Timestamp> {
        if self.0.clock.is_set() {
            return Some(self.0.clock.now());
        }
        // Read again if this thread was put aside between the two clocks.
        let mut agreed_ms = UNTRUSTED;
        for _ in 0..3 {
            agreed_ms = self.0.agreed_ms.load(Ordering::Relaxed);
            if agreed_ms == UNTRUSTED {
                return None;
            }
            let (now, steady_ms) = self.read();
            if (now.as_millisecond() - steady_ms - agreed_ms).abs() <= JUMP_MS {
                return Some(now);
            }
        }
        let lost =
            self.0.agreed_ms.compare_exchange(agreed_ms, UNTRUSTED, Ordering::Relaxed, Ordering::Relaxed);
        if lost.is_ok() {
            tracing::error!("this node's clock was set: it judges no code until Postgres' finds it right");
            self.tell(false);
        }
        None
    }

    /// The clock itself, for what needs no judging.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether this node's clock may judge.
    pub fn is_trusted(&self) -> bool {
        self.now().is_some()
    }

    /// Notifies whenever trust is lost or won.
    pub fn trust(&self) -> watch::Receiver<bool> {
        self.0.trusted.subscribe()
    }

    /// Compares the clocks once, for the start: afterwards it is known whether this node may judge.
    pub async fn compare(&self, pool: &PgPool) -> sqlx::Result<()> {
        if self.0.clock.is_set() {
            return Ok(());
        }
        let reading = self.reading(pool).await?;
        self.take(&mut Judgement::default(), reading);
        Ok(())
    }

    /// Compares the clocks until it is dropped.
    pub async fn follow(self, pool: PgPool) {
        if self.0.clock.is_set() {
            return;
        }
        let mut judgement = Judgement::default();
        loop {
            match self.reading(&pool).await {
                Ok(reading) => self.take(&mut judgement, reading),
                Err(error) => tracing::debug!(%error, "the clock cannot be compared"),
            }
            self.rest(&judgement).await;
        }
    }

    /// Until the next comparison: soon where there is doubt.
    async fn rest(&self, judgement: &Judgement) {
        let mut rested = Duration::ZERO;
        while rested < PERIOD {
            tokio::time::sleep(SOON).await;
            rested += SOON;
            if !self.is_trusted() || judgement.in_doubt() {
                return;
            }
        }
    }

    fn take(&self, judgement: &mut Judgement, reading: Reading) {
        #[expect(clippy::cast_precision_loss, reason = "a skew in milliseconds is far below 2^52")]
        metrics::gauge!("zaichang_clock_skew_seconds").set(reading.skew_ms as f64 / 1000.0);
        let Some(right) = judgement.of(&reading) else { return };
        let agreed_ms = if right { reading.agreed_ms } else { UNTRUSTED };
        self.0.agreed_ms.store(agreed_ms, Ordering::Relaxed);
        let changed = self.tell(right);
        let skew_ms = reading.skew_ms;
        if right && changed {
            tracing::info!(skew_ms, "this node's clock is right: it judges codes");
        }
        if !right && judgement.has_just_decided() {
            tracing::error!(
                skew_ms,
                "this node's clock differs from Postgres': it judges no code until that is fixed (chronyc tracking)"
            );
        }
    }

    fn tell(&self, right: bool) -> bool {
        self.0.trusted.send_if_modified(|trusted| std::mem::replace(trusted, right) != right)
    }

    /// Asks Postgres for its time: up to three times, of which the quickest answer counts.
    async fn reading(&self, pool: &PgPool) -> sqlx::Result<Reading> {
        let asked = async {
            let mut connection = pool.acquire().await?;
            let mut best = self.ask(&mut connection).await?;
            for _ in 0..2 {
                if best.took_ms <= QUICK_MS {
                    break;
                }
                let next = self.ask(&mut connection).await?;
                if next.took_ms < best.took_ms {
                    best = next;
                }
            }
            Ok(best)
        };
        tokio::time::timeout(PATIENCE * 3, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    async fn ask(&self, connection: &mut PgConnection) -> sqlx::Result<Reading> {
        let (asked, steady_ms) = self.read();
        let theirs_ms: i64 =
            sqlx::query_scalar("select (extract(epoch from clock_timestamp()) * 1000)::bigint")
                .fetch_one(connection)
                .await?;
        let took_ms = self.read().1 - steady_ms;
        let asked_ms = asked.as_millisecond();
        Ok(Reading { skew_ms: asked_ms + took_ms / 2 - theirs_ms, took_ms, agreed_ms: asked_ms - steady_ms })
    }

    /// The wall clock, and the steady one in milliseconds.
    fn read(&self) -> (Timestamp, i64) {
        let steady_ms = i64::try_from(steady().as_millis()).unwrap_or(i64::MAX);
        (self.0.clock.now(), steady_ms)
    }
}
