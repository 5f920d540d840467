//! What the nodes share of an account through Redis: its credential, sealed; whose turn it is to renew it; how often a renewal
//! was forced. Redis may be slow, gone or wiped: then each node goes on alone. It must not know how a credential is had.

use redis::RedisResult;

use super::keeper::CachedCredential;
use zaichang_core::keys::Keys;
use zaichang_core::short_secret::{self, Purpose};
use zaichang_platform::redis::Line;

/// Longer than a renewal takes, so that the turn of a node that died is free again soon.
const RENEWAL_MS: u64 = 10_000;
/// How often a question to Redis is repeated.
const TRIES: u32 = 4;
/// WeChat takes forced renewals no closer than this, and so many a day.
pub(super) const FORCED_APART_MS: i64 = 30_000;
pub(super) const FORCED_A_DAY: u32 = 20;
/// A day's count outlives its day in any time zone.
const COUNT_S: u64 = 2 * 86_400;

/// Gives the renewal back only if it is still this node's.
const GIVE_BACK: &str =
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

#[derive(Clone)]
pub(super) struct Shared {
    line: Line,
    keys: Keys,
    /// `zc:wechat:{app id}:token`: the braces keep an account's keys on one master of a cluster.
    name: String,
}

/// A renewal that this node alone may do now. Dropping it gives it back, also when a caller has given up waiting.
pub(super) struct Renewal {
    whose: String,
    shared: Shared,
}

impl Drop for Renewal {
    fn drop(&mut self) {
        let (shared, whose) = (self.shared.clone(), std::mem::take(&mut self.whose));
        // Outside a runtime it runs out by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { shared.give_back(&whose).await });
        }
    }
}

impl Shared {
    pub(super) fn new(line: Line, keys: Keys, app_id: &str, what: &str) -> Self {
        Self { line, keys, name: format!("zc:wechat:{{{app_id}}}:{what}") }
    }

    /// The credential that a node has left there; one that none of our keys opens is none.
    pub(super) async fn recall(&self) -> RedisResult<Option<CachedCredential>> {
        let (kept, _) = self.patiently::<Option<String>>(redis::cmd("GET").arg(&self.name)).await?;
        let clear = kept.and_then(|kept| short_secret::open(&self.keys, Purpose::Credential, &kept));
        Ok(clear.and_then(|clear| CachedCredential::read(&clear)))
    }

    /// Leaves it for the others, for as long as it lives.
    pub(super) async fn leave(&self, held: &CachedCredential, life_ms: i64) {
        let Some(sealed) = short_secret::seal(&self.keys, Purpose::Credential, &held.written()) else {
            return;
        };
        let mut set = redis::cmd("SET");
        set.arg(&self.name).arg(sealed).arg("PX").arg(life_ms.max(1));
        if let Err(error) = set.exec_async(&mut self.line.clone()).await {
            tracing::debug!(%error, "Redis did not keep a credential of WeChat: each node has its own");
        }
    }

    /// None while another node has the renewal.
    pub(super) async fn take_renewal(&self) -> RedisResult<Option<Renewal>> {
        let whose = fastrand::u64(..).to_string();
        let mut set = redis::cmd("SET");
        set.arg(self.renewal()).arg(&whose).arg("NX").arg("PX").arg(RENEWAL_MS);
        let (taken, at_once) = self.patiently::<Option<String>>(&set).await?;
        let mut ours = taken.is_some();
        if !ours && !at_once {
            // The first command may have been done although its answer was lost.
            let (holder, _) = self.patiently::<Option<String>>(redis::cmd("GET").arg(self.renewal())).await?;
            ours = holder.as_deref() == Some(&whose);
        }
        Ok(ours.then(|| Renewal { whose, shared: self.clone() }))
    }

    async fn give_back(&self, whose: &str) {
        let mut give = redis::cmd("EVAL");
        give.arg(GIVE_BACK).arg(1).arg(self.renewal()).arg(whose);
        // One that is not given back runs out by itself.
        let _ = give.exec_async(&mut self.line.clone()).await;
    }

    /// Counts a forced renewal, over all nodes; false where it would be too many.
    pub(super) async fn may_force(&self, day: &str) -> RedisResult<bool> {
        let mut line = self.line.clone();
        let (apart, count) = (format!("{}:forced", self.name), format!("{}:forced:{day}", self.name));
        let mut set = redis::cmd("SET");
        set.arg(apart).arg(1).arg("NX").arg("PX").arg(FORCED_APART_MS);
        let first: Option<String> = set.query_async(&mut line).await?;
        if first.is_none() {
            return Ok(false);
        }
        let forced: u32 = redis::cmd("INCR").arg(&count).query_async(&mut line).await?;
        redis::cmd("EXPIRE").arg(count).arg(COUNT_S).exec_async(&mut line).await?;
        Ok(forced <= FORCED_A_DAY)
    }

    /// A line answers within 50 ms or fails, and the first answer may be late: a renewal has time to ask again.
    /// Also returns whether the first attempt was answered.
    async fn patiently<T: redis::FromRedisValue>(&self, command: &redis::Cmd) -> RedisResult<(T, bool)> {
        let mut tried = 0;
        loop {
            match command.query_async(&mut self.line.clone()).await {
                Ok(answer) => return Ok((answer, tried == 0)),
                Err(error) if tried == TRIES => return Err(error),
                Err(_) => tried += 1,
            }
        }
    }

    fn renewal(&self) -> String {
        format!("{}:turn", self.name)
    }
}
