//! The rate of requests, keyed by person and device, never by address alone: a hall of 3,000 phones shares one.

use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::http::{HeaderMap, header};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::http::{Problem, Refusal, cookies};

/// A person or device may send so many at once…
const BURST: NonZeroU32 = NonZeroU32::new(200).expect("it is not zero");
/// …and earns one back in so long.
const EACH: Duration = Duration::from_millis(50);

/// The limit of every API call, of one node.
pub struct Limit(DefaultKeyedRateLimiter<Key>);

/// 18 bits of a hash of what was presented: no token is kept here, and whoever invents tokens fills no memory.
/// A person shares a limit with somebody who floods once in 262,144 times.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Session(u32),
    Device(u32),
    /// Neither session nor device: failures are counted by address where they happen. Strangers are spread over so
    /// many keys that no limit is reached by being one of many.
    Stranger(u16),
}

impl Limit {
    pub fn new() -> Arc<Self> {
        let quota = Quota::with_period(EACH).expect("it is not zero").allow_burst(BURST);
        Arc::new(Self(RateLimiter::keyed(quota)))
    }

    /// The refusal of a sender who has used the limit up.
    pub fn refuses(&self, headers: &HeaderMap) -> Option<Problem> {
        let until = self.0.check_key(&key(headers)).err()?;
        let wait = until.wait_time_from(DefaultClock::default().now());
        let seconds = wait.as_secs().max(1);
        Some(Problem::from(Refusal::TooManyRequests).retry_after_ms(seconds * 1000))
    }
}

fn key(headers: &HeaderMap) -> Key {
    let session = headers
        .get(header::AUTHORIZATION)
        .map(axum::http::HeaderValue::as_bytes)
        .or_else(|| cookies::sent(headers, cookies::SESSION).map(str::as_bytes))
        .or_else(|| cookies::sent(headers, cookies::ADMIN).map(str::as_bytes));
    if let Some(session) = session {
        return Key::Session(hash(session));
    }
    match cookies::sent(headers, cookies::DEVICE) {
        Some(device) => Key::Device(hash(device.as_bytes())),
        None => Key::Stranger(fastrand::u16(..)),
    }
}

/// Seeded anew by each process, so that nobody can aim at somebody else's limit.
fn hash(bytes: &[u8]) -> u32 {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    u32::try_from(SEED.hash_one(bytes) & 0x3_FFFF).unwrap_or(0)
}

/// Forgets idle senders once a minute.
pub async fn forget_idle(limit: Arc<Limit>) {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    loop {
        minutes.tick().await;
        limit.0.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_behind_one_address_has_as_many_limits_as_phones() {
        let limit = Limit::new();
        for phone in 0..3000 {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, format!("zc_session=person-{phone}").parse().unwrap());
            headers.insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
            assert_eq!(limit.refuses(&headers), None);
        }
    }

    #[test]
    fn one_person_who_floods_is_told_to_wait() {
        let limit = Limit::new();
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, "Bearer one".parse().unwrap());
        let refused = (0..BURST.get() * 2).filter_map(|_| limit.refuses(&headers)).count();
        assert!(refused > 0);
    }
}
