//! Waits that grow: a few tries are free, then each makes the next one wait for twice as long. It must not know what is tried.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Wait;
use super::table::{Passing, Table};

/// For each failure that is remembered, an hour; a day at most. So those who failed least are forgotten first.
const KEPT_FOR_EACH_MS: i64 = 3_600_000;
const KEPT_MOST: u32 = 24;

/// How long each key has to wait, of one node.
pub struct Waits {
    free: u32,
    first_ms: i64,
    longest_ms: i64,
    seed: RandomState,
    failed: Mutex<Table<Failed>>,
}

/// What a key has failed.
#[derive(Clone, Copy, Debug, Default)]
struct Failed {
    times: u32,
    last_ms: i64,
}

impl Passing for Failed {
    fn forgotten_at(&self) -> i64 {
        self.last_ms + i64::from(self.times.min(KEPT_MOST)) * KEPT_FOR_EACH_MS
    }
}

impl Waits {
    /// `free` tries, then a wait of `first`, doubled by each further one up to `longest`; 24 bytes for each entry.
    pub fn new(free: u32, first: SignedDuration, longest: SignedDuration, entries: usize) -> Self {
        let ms = |time: SignedDuration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX).max(1);
        Self {
            free,
            first_ms: ms(first),
            longest_ms: ms(longest),
            seed: RandomState::new(),
            failed: Mutex::new(Table::new(entries)),
        }
    }

    /// Counts a try as if it had failed already, unless this key has to wait.
    pub fn admit(&self, key: impl Hash, now: Timestamp) -> Result<(), Wait> {
        self.change(key, now, |failed, now_ms| {
            let left = self.after(failed.times) - (now_ms - failed.last_ms);
            if failed.times > 0 && left > 0 {
                return Err(Wait { ms: left.unsigned_abs() });
            }
            *failed = Failed { times: failed.times.saturating_add(1), last_ms: now_ms };
            Ok(())
        })
    }

    /// What was admitted was right: it has not failed.
    pub fn give_back(&self, key: impl Hash, now: Timestamp) {
        self.change(key, now, |failed, _| failed.times = failed.times.saturating_sub(1));
    }

    /// How long to wait after so many failures.
    fn after(&self, times: u32) -> i64 {
        let Some(doubled) = times.checked_sub(self.free) else { return 0 };
        self.first_ms.checked_shl(doubled.min(40)).map_or(self.longest_ms, |ms| ms.min(self.longest_ms))
    }

    fn change<T>(&self, key: impl Hash, now: Timestamp, change: impl FnOnce(&mut Failed, i64) -> T) -> T {
        let (key, now_ms) = (self.seed.hash_one(key), now.as_millisecond());
        let mut table = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut failed = table.find(key).filter(|failed| failed.forgotten_at() > now_ms).unwrap_or_default();
        // If the clock was set back, no wait is longer than the longest.
        failed.last_ms = failed.last_ms.min(now_ms);
        let told = change(&mut failed, now_ms);
        table.set(key, failed, now_ms);
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_764_378_133 + seconds).unwrap()
    }

    fn waits() -> Waits {
        Waits::new(3, SignedDuration::from_secs(10), SignedDuration::from_mins(1), 1024)
    }

    /// How many seconds a try at this second has to wait; 0 where it is admitted.
    fn wait(waits: &Waits, seconds: i64) -> u64 {
        waits.admit("account", at(seconds)).map_or_else(|wait| wait.ms / 1000, |()| 0)
    }

    #[test]
    fn waits_double_up_to_the_longest_and_a_refused_try_makes_none_longer() {
        let waits = waits();
        let told: Vec<_> =
            [0, 0, 0, 0, 4, 10, 10, 29, 30, 31, 70, 71, 130, 131].map(|seconds| wait(&waits, seconds)).into();
        assert_eq!(told, [0, 0, 0, 10, 6, 0, 20, 1, 0, 39, 0, 59, 0, 59]);
        assert_eq!(waits.admit("another account", at(131)), Ok(()));
    }

    #[test]
    fn what_was_right_is_no_failure_and_failures_are_forgotten_in_a_day() {
        let waits = waits();
        for _ in 0..1000 {
            waits.admit("account", at(0)).unwrap();
            waits.give_back("account", at(0));
        }
        assert!(waits.failed.lock().unwrap().find(waits.seed.hash_one("account")).is_none());
        let mut now = 0;
        while now < 24 * 3600 {
            now += i64::try_from(wait(&waits, now)).unwrap();
        }
        wait(&waits, now);
        assert_eq!(wait(&waits, now), 60);
        now += 24 * 3600;
        let free = [0, 1, 2, 3].map(|_| wait(&waits, now));
        assert_eq!(free, [0, 0, 0, 10]);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nobody_wait_longer_than_the_longest() {
        let waits = waits();
        for _ in 0..4 {
            wait(&waits, 24 * 3600);
        }
        assert_eq!(wait(&waits, 0), 10);
        assert_eq!(wait(&waits, 10), 0);
    }
}
