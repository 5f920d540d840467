//! One request of a scenario: who, where, and with what kind of code. It must not know when it is sent.

use crate::codes::{CODE, spelled};
use crate::crowd::Crowd;
use crate::history::Intent;
use crate::pairs::Pair;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A check-in with the code that stands on the screen.
    CheckIn,
    /// The same code exchanged for a pass: nothing is recorded by it.
    Scan,
    /// One bit of the tag is wrong.
    Flipped,
    /// 22 random bytes.
    Random,
    /// A code of a minute ago.
    Expired,
    /// The person's own records.
    Records,
}

/// One request of one phone.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    pub what: What,
    pub pair: Pair,
}

impl Shot {
    /// A check-in with the present code.
    pub const fn check_in(pair: Pair) -> Self {
        Self { what: What::CheckIn, pair }
    }

    /// The kind of request, for the history.
    pub const fn intent(&self) -> Intent {
        match self.what {
            What::CheckIn | What::Scan | What::Records => Intent::Honest,
            What::Flipped | What::Random => Intent::Forged,
            What::Expired => Intent::Expired,
        }
    }

    /// The code that is sent at this instant, in Unix milliseconds.
    pub fn code(&self, crowd: &Crowd, unix_ms: i64) -> [u8; CODE] {
        let minter = &crowd.halls[self.pair.hall].minter;
        match self.what {
            What::CheckIn | What::Scan | What::Records => minter.code_at(unix_ms),
            What::Flipped => minter.flipped_at(unix_ms, fastrand::usize(..128)),
            What::Random => spelled(&std::array::from_fn::<u8, 22, _>(|_| fastrand::u8(..))),
            What::Expired => minter.code_of(minter.step_at(unix_ms - 60_000)),
        }
    }
}
