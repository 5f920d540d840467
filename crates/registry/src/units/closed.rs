//! What a unit that is closed leaves to be done. It must not know what waits at a unit.

use serde::{Deserialize, Serialize};

use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::http::Version;
use zaichang_platform::jobs::Job;

/// What waits for the verdict of a unit that was closed when it had this version goes back to who submitted it: the module of
/// registrations takes the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReturnWaiting {
    unit: i64,
    /// Who closed it: it is their act.
    account: i64,
    version: i64,
}

impl ReturnWaiting {
    pub(super) const fn of(unit: UnitId, version: Version, by: AccountId) -> Self {
        Self { unit: unit.0, account: by.0, version: version.0 }
    }

    pub const fn unit(self) -> UnitId {
        UnitId(self.unit)
    }

    pub const fn by(self) -> AccountId {
        AccountId(self.account)
    }
}

impl Job for ReturnWaiting {
    const NAME: &'static str = "return_registrations";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        format!("closed:{}:{}", self.unit, self.version)
    }
}
