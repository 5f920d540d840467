//! The rate of requests, keyed by person and device, never by address alone: a hall of 3,000 phones shares one.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::http::{HeaderMap, Request, header};
use axum::response::{IntoResponse, Response};
use governor::middleware::NoOpMiddleware;
use tower_governor::GovernorError;
use tower_governor::governor::{GovernorConfig, GovernorConfigBuilder};
use tower_governor::key_extractor::KeyExtractor;

use crate::http::{Problem, Refusal, cookies};

/// A person or device may send so many at once…
const BURST: u32 = 200;
/// …and earns one back in so many milliseconds.
const EACH_MS: u64 = 50;

/// The limit of every API call.
pub type Limit = GovernorConfig<Sender, NoOpMiddleware>;

/// Who sends: a session, else a device, else a stranger.
#[derive(Clone, Copy, Debug)]
pub struct Sender;

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

impl KeyExtractor for Sender {
    type Key = Key;

    fn extract<T>(&self, request: &Request<T>) -> Result<Key, GovernorError> {
        Ok(key(request.headers()))
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
        None => Key::Stranger(u16::try_from(getrandom::u32().unwrap_or(0) & 0xFFFF).unwrap_or(0)),
    }
}

/// Seeded anew by each process, so that nobody can aim at somebody else's limit.
fn hash(bytes: &[u8]) -> u32 {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    u32::try_from(SEED.hash_one(bytes) & 0x3_FFFF).unwrap_or(0)
}

/// The limit of one node.
pub fn limit() -> Arc<Limit> {
    let config = GovernorConfigBuilder::default()
        .key_extractor(Sender)
        .per_millisecond(EACH_MS)
        .burst_size(BURST)
        .finish();
    Arc::new(config.expect("period and burst are not zero"))
}

/// Forgets idle senders once a minute.
pub async fn forget_idle(limit: Arc<Limit>) {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    loop {
        minutes.tick().await;
        limit.limiter().retain_recent();
    }
}

/// Over the limit, in our words.
pub fn refuse(error: GovernorError) -> Response {
    let wait_ms = match error {
        GovernorError::TooManyRequests { wait_time, .. } => wait_time.max(1) * 1000,
        _ => 1000,
    };
    Problem::from(Refusal::TooManyRequests).retry_after_ms(wait_ms).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_behind_one_address_has_as_many_limits_as_phones() {
        let limit = limit();
        for phone in 0..3000 {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, format!("zc_session=person-{phone}").parse().unwrap());
            headers.insert("x-forwarded-for", "203.0.113.7".parse().unwrap());
            assert!(limit.limiter().check_key(&key(&headers)).is_ok());
        }
    }

    #[test]
    fn one_person_who_floods_is_told_to_wait() {
        let limit = limit();
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, "Bearer one".parse().unwrap());
        let refused = (0..BURST * 2).filter(|_| limit.limiter().check_key(&key(&headers)).is_err()).count();
        assert!(refused > 0);
    }
}
