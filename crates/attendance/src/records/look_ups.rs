//! Look-ups of people by staff: a number finds any person in the country, so each admin may look up no more than a hall's desk
//! needs, and each look-up is an act in the audit log. It must not know what is looked for: a number would reach the log.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgPool;

use zaichang_core::ids::{CourseId, PersonId};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;
use zaichang_platform::http::budget::{Budget, Wait};

/// An admin may look up so many at once, and one more in so long: 720 an hour.
const BURST: u32 = 120;
const EACH: Duration = Duration::from_secs(5);
/// Admins that are remembered.
const ENTRIES: usize = 1 << 14;

/// What each admin may still look up, of one node.
pub struct LookUps(Budget);

impl Default for LookUps {
    fn default() -> Self {
        Self(Budget::new(BURST, EACH, ENTRIES))
    }
}

impl LookUps {
    /// To be asked before any person is looked for.
    pub fn admit(&self, by: &Account, now: Timestamp) -> Result<(), Wait> {
        self.0.admit(by.id.0, now)
    }
}

/// Writes down who was found, before it is answered.
pub async fn record(
    pool: &PgPool,
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
    audit::record(&mut *pool.acquire().await?, by, now, act).await
}
