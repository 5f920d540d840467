//! How often an admin may look people up by their documents to take them in. An admin who counts through numbers gets no further than
//! this, and finds only people who were let go; nor does one who finds the same person over and over fill another unit's log.

use std::time::Duration;

use jiff::Timestamp;

use zaichang_core::ids::{AccountId, PersonId};
use zaichang_platform::http::budget::{Budget, Wait};

/// How many look-ups in vain at once, and how soon once more: 20 an hour.
const LOOK_UPS: u32 = 20;
const LOOK_UP_EACH: Duration = Duration::from_mins(3);
/// How often the same admin finds the same person and it costs nothing: 3 times an hour.
const FREE: u32 = 3;
const FREE_EACH: Duration = Duration::from_mins(20);
/// Admins, and pairs of admin and person, that are remembered.
const REMEMBERED: usize = 1 << 14;

/// What each admin has looked up of late, of one node.
pub(in crate::people) struct LookUps {
    admins: Budget,
    free: Budget,
}

impl LookUps {
    pub fn new() -> Self {
        Self {
            admins: Budget::new(LOOK_UPS, LOOK_UP_EACH, REMEMBERED),
            free: Budget::new(FREE, FREE_EACH, REMEMBERED),
        }
    }

    /// Counts a look-up, if there is one left. What it found is said afterwards.
    pub fn admit(&self, by: AccountId, now: Timestamp) -> Result<(), Wait> {
        self.admins.admit(by.0, now)
    }

    /// Gives one back to an admin who was told nothing.
    pub fn told_nothing(&self, by: AccountId, now: Timestamp) {
        self.admins.give_back(by.0, now);
    }

    /// Gives one back to an admin who has found this person, unless they do nothing else.
    pub fn found(&self, by: AccountId, person: PersonId, now: Timestamp) {
        if self.free.admit((by.0, person.0), now).is_ok() {
            self.admins.give_back(by.0, now);
        }
    }
}
