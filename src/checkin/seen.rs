//! The memory of rows that Postgres has committed: a repeat is answered from here. This node's own first; Redis' for what
//! another node has committed. Redis may be slow, gone or wiped at any moment: then it is skipped, quickly, and Postgres
//! answers.
//!
//! Keys: `zc:seen:{person}:{course}:{slot}` → id, scan and commit in Unix milliseconds, source. They live for two slots.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use quick_cache::sync::Cache;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisResult};

use super::record::{CheckIn, Slot};
use crate::clock::Clock;

/// How many check-ins a node remembers by itself, at about 150 bytes each.
const NEAR: usize = 60_000;
/// Slower than this and Postgres is asked instead.
const PATIENCE: Duration = Duration::from_millis(50);
/// After a failure nobody waits for Redis again for so long.
const PAUSE_MS: i64 = 500;

/// The memory, or none where there is no Redis.
#[derive(Clone)]
pub struct Seen {
    connection: Option<ConnectionManager>,
    /// What this node has committed or recalled lately.
    near: Arc<Cache<Slot, CheckIn>>,
    skip_until_ms: Arc<AtomicI64>,
    clock: Clock,
    life_s: u64,
}

impl Seen {
    /// Connects when it is first used; a Redis that is not there yet is no error.
    pub fn new(client: Option<&Client>, clock: Clock, repeat_s: u32) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(Duration::from_millis(500)))
            .set_max_delay(Duration::from_secs(1))
            .set_number_of_retries(1);
        let connect = |client: &Client| ConnectionManager::new_lazy_with_config(client.clone(), config);
        Ok(Self {
            connection: client.map(connect).transpose()?,
            near: Arc::new(Cache::new(NEAR)),
            skip_until_ms: Arc::default(),
            clock,
            life_s: u64::from(repeat_s) * 2,
        })
    }

    /// Whether there is a Redis to ask.
    pub fn is_configured(&self) -> bool {
        self.connection.is_some()
    }

    /// Asks Redis whether it lives.
    pub async fn ping(&self) -> bool {
        let Some(mut connection) = self.connection.clone() else { return false };
        redis::cmd("PING").exec_async(&mut connection).await.is_ok()
    }

    /// The committed check-in of this slot, if this node remembers it.
    pub fn recall(&self, slot: Slot) -> Option<CheckIn> {
        self.near.get(&slot)
    }

    /// The committed check-in of this slot, if Redis remembers it.
    pub async fn recall_shared(&self, slot: Slot) -> Option<CheckIn> {
        let mut connection = self.reachable()?;
        let answer: RedisResult<Option<String>> =
            redis::cmd("GET").arg(key(slot)).query_async(&mut connection).await;
        match answer {
            Ok(words) => {
                let check_in = CheckIn::from_remembered(slot, &words?)?;
                self.keep(&[check_in]);
                Some(check_in)
            }
            Err(error) => self.skip(&error),
        }
    }

    /// Remembers on this node what Postgres has committed. A row never changes, so nothing here grows old.
    pub fn keep(&self, check_ins: &[CheckIn]) {
        for check_in in check_ins {
            self.near.insert(check_in.slot, *check_in);
        }
    }

    /// Tells Redis what Postgres has committed.
    pub async fn remember(&self, check_ins: &[CheckIn]) {
        let Some(mut connection) = self.reachable() else { return };
        let mut pipe = redis::pipe();
        for check_in in check_ins {
            pipe.cmd("SET")
                .arg(key(check_in.slot))
                .arg(check_in.remembered())
                .arg("EX")
                .arg(self.life_s)
                .ignore();
        }
        if let Err(error) = pipe.exec_async(&mut connection).await {
            self.skip::<()>(&error);
        }
    }

    /// Tells the other nodes. Nobody waits for it, and losing it loses nothing: counts are read again from Postgres.
    pub async fn publish(&self, channel: &str, message: String) {
        let Some(mut connection) = self.reachable() else { return };
        if let Err(error) = redis::cmd("PUBLISH").arg(channel).arg(message).exec_async(&mut connection).await
        {
            self.skip::<()>(&error);
        }
    }

    fn reachable(&self) -> Option<ConnectionManager> {
        if self.skip_until_ms.load(Ordering::Relaxed) > self.clock.now().as_millisecond() {
            metrics::counter!("zaichang_seen_skipped_total").increment(1);
            return None;
        }
        self.connection.clone()
    }

    fn skip<T>(&self, error: &redis::RedisError) -> Option<T> {
        let until = self.clock.now().as_millisecond() + PAUSE_MS;
        if self.skip_until_ms.swap(until, Ordering::Relaxed) < until - PAUSE_MS {
            tracing::warn!(%error, "Redis does not answer: Postgres answers repeats meanwhile");
        }
        metrics::counter!("zaichang_seen_failed_total").increment(1);
        None
    }
}

fn key(slot: Slot) -> String {
    format!("zc:seen:{}:{}:{}", slot.person, slot.course, slot.slot)
}
