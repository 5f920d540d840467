//! Look-ups of people by staff, and check-ins on their word: a number finds any person in the country, and so does counting up
//! through ids. So each admin may do no more of either than a hall's desk needs, and each is an act in the audit log.
//! It must not know what is looked for: a number would reach the log.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use zaichang_core::ids::{CourseId, PersonId};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;
use zaichang_platform::http::budget::{Budget, Wait};

/// An admin may look up so many at once, and one more in so long: 720 an hour. As many may be checked in on their word.
const BURST: u32 = 120;
const EACH: Duration = Duration::from_secs(5);
/// Admins that are remembered.
const ENTRIES: usize = 1 << 14;

/// What each admin may still look up, of one node.
pub struct LookUps {
    look_ups: Budget,
    assisted: Budget,
}

impl Default for LookUps {
    fn default() -> Self {
        let budget = || Budget::new(BURST, EACH, ENTRIES);
        Self { look_ups: budget(), assisted: budget() }
    }
}

impl LookUps {
    /// To be asked before any person is looked for.
    pub fn admit(&self, by: &Account, now: Timestamp) -> Result<(), Wait> {
        self.look_ups.admit(by.id.0, now)
    }

    /// To be asked before anybody is checked in on the staff's word, whether there is such a person or not.
    pub fn admit_assisted(&self, by: &Account, now: Timestamp) -> Result<(), Wait> {
        self.assisted.admit(by.id.0, now)
    }
}

/// Writes down who was found, before it is answered.
pub async fn record(
    connection: &mut PgConnection,
    by: &Account,
    course: CourseId,
    found: &[PersonId],
    now: Timestamp,
) -> sqlx::Result<()> {
    let found: Vec<_> = found.iter().map(|person| person.0).collect();
    let act = Entry {
        action: "look_up_people",
        noun: "course",
        noun_id: course.0,
        detail: json!({ "found": found }),
    };
    audit::record(connection, by, now, act).await
}
