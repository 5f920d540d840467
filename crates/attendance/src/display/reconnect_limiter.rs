//! Lets pages in one after another. When thousands come back at once, after a restart, they take three seconds instead of
//! one, so that those who check in meanwhile are not held up for as long. What comes before a page is let in, its connection and
//! its handshake, is not spread by it. It must not know who comes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How far apart pages are let in: 3,333 a second.
const APART: Duration = Duration::from_micros(300);
/// A page whose wait would be no longer than this is let in at once: 100 pages.
const STRAIGHT: Duration = Duration::from_millis(30);

/// The limiter of one node. All times are by the steady clock.
#[derive(Default)]
pub(super) struct ReconnectLimiter {
    /// When the next page would be let in if each one waited.
    next: Mutex<Duration>,
}

impl ReconnectLimiter {
    /// How long a page that comes now has to wait.
    pub fn wait(&self, now: Duration) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = now.max(*next);
        *next = turn + APART;
        let owed = turn.saturating_sub(now);
        if owed > STRAIGHT { owed } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_walks_straight_through_and_a_city_waits_its_turn() {
        let reconnect_limiter = ReconnectLimiter::default();
        let now = Duration::from_secs(1000);
        assert!((0..100).all(|_| reconnect_limiter.wait(now).is_zero()));
        let waits: Vec<_> = (100..10_000).map(|_| reconnect_limiter.wait(now)).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(waits.last().copied(), Some(APART * 9999));
        assert!(reconnect_limiter.wait(now + Duration::from_secs(3)).is_zero(), "they are through");
    }
}
