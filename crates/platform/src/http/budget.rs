//! How often something may be tried before it is judged: so many at once, then one in so long, for each key by itself. Keys are
//! whatever strangers send, so only a seeded hash of one is kept, in a table of a fixed size. It must not know what is tried.

mod table;
mod waits;

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use self::table::Table;
pub use self::waits::Waits;
use super::Problem;
use crate::http::refusals;

/// What each key may spend, of one node: `burst` at once, and one is earned back in `each`.
pub struct Budget {
    burst: u32,
    each_ms: i64,
    seed: RandomState,
    /// When everything will have been earned back, in Unix milliseconds.
    spent: Mutex<Table<i64>>,
}

/// How long to wait until one may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub ms: u64,
}

impl From<Wait> for Problem {
    fn from(Wait { ms }: Wait) -> Self {
        Self::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(ms)
    }
}

impl Budget {
    /// Remembers `entries` keys at a time, 16 bytes each; beyond, those that have spent least are forgotten first.
    pub fn new(burst: u32, each: Duration, entries: usize) -> Self {
        let each_ms = i64::try_from(each.as_millis()).unwrap_or(i64::MAX).max(1);
        Self { burst, each_ms, seed: RandomState::new(), spent: Mutex::new(Table::new(entries)) }
    }

    /// Spends one, if there is one. A refusal spends nothing: a caller that waits as long as asked is let in.
    pub fn admit(&self, key: impl Hash, now: Timestamp) -> Result<(), Wait> {
        self.change(key, now, |back| {
            let more = back + self.each_ms;
            let over = more - self.whole();
            if over > 0 {
                return (back, Err(Wait { ms: u64::try_from(over).unwrap_or(1) }));
            }
            (more, Ok(()))
        })
    }

    /// Spends one for what cannot be refused any more; one that is not there is not owed.
    pub fn count(&self, key: impl Hash, now: Timestamp) {
        self.change(key, now, |back| ((back + self.each_ms).min(self.whole()), ()));
    }

    /// Gives one back: what was admitted was right.
    pub fn give_back(&self, key: impl Hash, now: Timestamp) {
        self.change(key, now, |back| ((back - self.each_ms).max(0), ()));
    }

    /// How many may be tried at once now.
    pub fn left(&self, key: impl Hash, now: Timestamp) -> u32 {
        let left = self.change(key, now, |back| (back, (self.whole() - back) / self.each_ms));
        u32::try_from(left).unwrap_or(0)
    }

    /// Whether this key has spent something that it has not earned back.
    pub fn knows(&self, key: impl Hash, now: Timestamp) -> bool {
        self.change(key, now, |back| (back, back > 0))
    }

    /// How long it takes to earn the whole burst back.
    fn whole(&self) -> i64 {
        i64::from(self.burst).saturating_mul(self.each_ms)
    }

    /// Changes how long from now it takes until everything is earned back. If the clock was set back, no wait is longer than
    /// a whole burst takes.
    fn change<T>(&self, key: impl Hash, now: Timestamp, change: impl FnOnce(i64) -> (i64, T)) -> T {
        let (key, now) = (self.seed.hash_one(key), now.as_millisecond());
        let mut spent = self.locked();
        let found = spent.find(key);
        let (back, told) = change(found.map_or(0, |at| (at - now).clamp(0, self.whole())));
        if found.unwrap_or(now) != now + back {
            spent.set(key, now + back, now);
        }
        told
    }

    fn locked(&self) -> MutexGuard<'_, Table<i64>> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_764_378_133_000 + ms).unwrap()
    }

    fn budget(burst: u32) -> Budget {
        Budget::new(burst, Duration::from_mins(1), 1024)
    }

    #[test]
    fn a_key_spends_its_burst_and_earns_one_back_in_a_while_and_a_neighbour_does_not_feel_it() {
        let budget = budget(3);
        for left in [2, 1, 0] {
            assert_eq!(budget.admit("attacker", at(0)), Ok(()));
            assert_eq!(budget.left("attacker", at(0)), left);
        }
        let full = Err(Wait { ms: 60_000 });
        assert_eq!((budget.admit("attacker", at(0)), budget.admit("attacker", at(0))), (full, full));
        assert_eq!(budget.admit("attacker", at(20_000)), Err(Wait { ms: 40_000 }));
        assert_eq!(budget.admit("attacker", at(MINUTE_MS)), Ok(()));
        assert_eq!(budget.admit("neighbour", at(0)), Ok(()));
        assert_eq!(budget.left("attacker", at(MINUTE_MS * 4)), 3);
    }

    #[test]
    fn what_was_right_is_given_back_and_what_must_be_counted_is_owed_no_further_than_the_burst() {
        let budget = budget(2);
        for _ in 0..1000 {
            assert_eq!(budget.admit(7, at(0)), Ok(()));
            budget.give_back(7, at(0));
        }
        assert!(!budget.knows(7, at(0)));
        (0..1000).for_each(|_| budget.count(7, at(0)));
        assert!(budget.knows(7, at(0)));
        assert_eq!(budget.admit(7, at(MINUTE_MS)), Ok(()));
        budget.give_back("never seen", at(0));
        assert_eq!(budget.left("never seen", at(0)), 2);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nobody_wait_longer_than_a_burst() {
        let budget = budget(2);
        let a_day = 24 * 60 * MINUTE_MS;
        (0..2).for_each(|_| budget.count("phone", at(a_day)));
        assert_eq!(budget.admit("phone", at(0)), Err(Wait { ms: 60_000 }));
        assert_eq!(budget.left("phone", at(2 * MINUTE_MS)), 2);
    }

    #[test]
    fn strangers_keys_take_no_more_room_and_do_not_make_it_forget_who_has_spent_all() {
        let budget = budget(5);
        (0..5).for_each(|_| budget.admit("attacker", at(0)).unwrap());
        for stranger in 0..100_000 {
            budget.admit(format!("{stranger}{}", "x".repeat(1000)), at(1)).unwrap();
        }
        assert!(budget.admit("attacker", at(2)).is_err());
        assert_eq!(budget.locked().places(), 1024);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Admit(u8),
        Count(u8),
        GiveBack(u8),
        Later(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0_u8..4).prop_map(Step::Admit),
            1 => (0_u8..4).prop_map(Step::Count),
            2 => (0_u8..4).prop_map(Step::GiveBack),
            2 => (0..3 * MINUTE_MS).prop_map(Step::Later),
        ]
    }

    proptest! {
        /// Beside a model that keeps, for each key, how many milliseconds' worth it has spent.
        #[test]
        fn no_key_is_ever_let_beyond_its_burst(steps in prop::collection::vec(step(), 0..200), burst in 1_u32..6) {
            let budget = budget(burst);
            let whole = i64::from(burst) * MINUTE_MS;
            let (mut now, mut spent) = (0, HashMap::<u8, i64>::new());
            for step in steps {
                match step {
                    Step::Admit(key) => {
                        let of_key = spent.entry(key).or_default();
                        let fits = *of_key + MINUTE_MS <= whole;
                        prop_assert_eq!(budget.admit(key, at(now)).is_ok(), fits);
                        *of_key += if fits { MINUTE_MS } else { 0 };
                    }
                    Step::Count(key) => {
                        budget.count(key, at(now));
                        let of_key = spent.entry(key).or_default();
                        *of_key = (*of_key + MINUTE_MS).min(whole);
                    }
                    Step::GiveBack(key) => {
                        budget.give_back(key, at(now));
                        let of_key = spent.entry(key).or_default();
                        *of_key = (*of_key - MINUTE_MS).max(0);
                    }
                    Step::Later(ms) => {
                        now += ms;
                        for of_key in spent.values_mut() {
                            *of_key = (*of_key - ms).max(0);
                        }
                    }
                }
                for (key, of_key) in &spent {
                    prop_assert_eq!(i64::from(budget.left(*key, at(now))), (whole - of_key) / MINUTE_MS);
                }
            }
        }
    }
}
