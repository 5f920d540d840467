//! Lets pages in one after another. When thousands come back at once, after a restart, they take five seconds instead of
//! one, so that those who check in meanwhile are not held up for as long. What comes before a page is let in, its connection and
//! its handshake, is spread by the page itself, over the time that it was told here. It must not know who comes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How far apart pages are let in: 2,000 a second. At 400 µs ten thousand screens of one page each made check-ins wait 3.7 times
/// as long as before, at 500 µs 1.7 times (two shared cores; the sizing page has the figures).
const APART: Duration = Duration::from_micros(500);
/// A page whose wait would be no longer than this is let in at once: 100 pages.
const STRAIGHT: Duration = Duration::from_millis(50);

/// Pages come back within half a second by themselves.
const OF_ITS_OWN: Duration = Duration::from_millis(500);
/// Pages take longer on no account.
const LONGEST: Duration = Duration::from_secs(8);

/// Within how many milliseconds so many pages should come back when their node ends, each at a moment of its own: as long as
/// letting them in takes. None where the pages' own half second is enough.
pub(super) fn spread_ms(pages: usize) -> Option<u32> {
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    let spread = APART.saturating_mul(pages).min(LONGEST);
    (spread > OF_ITS_OWN).then_some(u32::try_from(spread.as_millis()).unwrap_or(u32::MAX))
}

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
        assert!(reconnect_limiter.wait(now + Duration::from_secs(5)).is_zero(), "they are through");
    }

    #[test]
    fn a_hall_comes_back_at_once_and_a_city_over_seconds() {
        let spreads =
            [(0, None), (1000, None), (3000, Some(1500)), (10_000, Some(5000)), (usize::MAX, Some(8000))];
        for (pages, spread) in spreads {
            assert_eq!(spread_ms(pages), spread, "{pages}");
        }
    }
}
