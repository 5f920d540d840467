//! The memory of rows that Postgres has committed: a repeat is answered from here. This node's own first; Redis' for what
//! another node has committed. Redis may be slow, gone or wiped at any moment: then it is skipped, quickly, and Postgres
//! answers.
//!
//! A hash for each course, day and slot, `zc:seen:{course}:day:slot`: person → id, scan and commit in Unix milliseconds,
//! source. It lives for two slots. An entry that is not of the key's own day is ignored. The braces are the hash tag of a
//! Redis Cluster: a course's rows go to one master in one pipeline.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::try_join_all;
use quick_cache::sync::Cache;
use redis::RedisResult;

use super::record::{CheckIn, Slot};
use zaichang_core::clock::Clock;
use zaichang_core::ids::CourseId;
use zaichang_platform::redis::{Line, Redis};

/// How many check-ins a node remembers by itself, at about 150 bytes each.
const NEAR: usize = 60_000;
/// After a failure Redis is not asked for this long, so that requests do not wait for it.
const PAUSE_MS: i64 = 500;

/// The memory: this node's own, and Redis' where there is one.
#[derive(Clone)]
pub struct Seen {
    line: Option<Line>,
    /// What this node has committed or recalled lately.
    near: Arc<Cache<Slot, CheckIn>>,
    skip_until_ms: Arc<AtomicI64>,
    clock: Clock,
    life_s: u64,
}

impl Seen {
    /// A Redis that is not there yet is no error.
    pub fn new(redis: Option<&Redis>, clock: Clock, repeat_s: u32) -> RedisResult<Self> {
        Ok(Self {
            line: redis.map(Redis::line).transpose()?,
            near: Arc::new(Cache::new(NEAR)),
            skip_until_ms: Arc::default(),
            clock,
            life_s: u64::from(repeat_s) * 2,
        })
    }

    /// Whether there is a Redis to ask.
    pub fn is_configured(&self) -> bool {
        self.line.is_some()
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> bool {
        let Some(mut line) = self.line.clone() else { return false };
        redis::cmd("PING").exec_async(&mut line).await.is_ok()
    }

    /// The committed check-in of this slot, if this node remembers it.
    pub fn recall(&self, slot: Slot) -> Option<CheckIn> {
        self.near.get(&slot)
    }

    /// The committed check-in of this slot, if Redis remembers it.
    pub async fn recall_shared(&self, slot: Slot) -> Option<CheckIn> {
        let mut line = self.reachable()?;
        let answer: RedisResult<Option<String>> =
            redis::cmd("HGET").arg(key(slot)).arg(slot.person.0).query_async(&mut line).await;
        match answer {
            Ok(words) => {
                let check_in = CheckIn::from_remembered(slot, &words?)?;
                self.keep(&[check_in]);
                Some(check_in)
            }
            Err(error) => self.skip(&error),
        }
    }

    /// Remembers on this node what Postgres has committed. A row never changes, so no entry becomes stale.
    pub fn keep(&self, check_ins: &[CheckIn]) {
        for check_in in check_ins {
            self.near.insert(check_in.slot, *check_in);
        }
    }

    /// Stores in Redis what Postgres has committed: one pipeline per course.
    pub async fn remember(&self, check_ins: &[CheckIn]) {
        let Some(line) = self.reachable() else { return };
        let mut hashes: HashMap<String, (CourseId, redis::Cmd)> = HashMap::new();
        for check_in in check_ins {
            let key = key(check_in.slot);
            let (_, set) = hashes.entry(key).or_insert_with_key(|key| {
                let mut set = redis::cmd("HSET");
                set.arg(key);
                (check_in.slot.course, set)
            });
            set.arg(check_in.slot.person.0).arg(check_in.remembered());
        }
        let mut told_by_course: HashMap<CourseId, redis::Pipeline> = HashMap::new();
        for (key, (course, set)) in hashes {
            let of_course = told_by_course.entry(course).or_default();
            of_course.add_command(set).ignore().cmd("EXPIRE").arg(key).arg(self.life_s).ignore();
        }
        let told = told_by_course.values().map(|of_course| {
            let mut line = line.clone();
            async move { of_course.exec_async(&mut line).await }
        });
        if let Err(error) = try_join_all(told).await {
            self.skip::<()>(&error);
        }
    }

    /// Publishes to the other nodes. No request waits for it. A lost message does no harm: counts are read again from Postgres.
    pub async fn publish(&self, channel: &str, message: String) {
        let Some(mut line) = self.reachable() else { return };
        if let Err(error) = redis::cmd("PUBLISH").arg(channel).arg(message).exec_async(&mut line).await {
            self.skip::<()>(&error);
        }
    }

    fn reachable(&self) -> Option<Line> {
        let left_ms = self.skip_until_ms.load(Ordering::Relaxed) - self.clock.now().as_millisecond();
        // More than the pause is left only when the clock was put back.
        if (1..=PAUSE_MS).contains(&left_ms) {
            metrics::counter!("zaichang_seen_skipped_total").increment(1);
            return None;
        }
        self.line.clone()
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
    format!("zc:seen:{{{}}}:{}:{}", slot.course, slot.day, slot.slot)
}
