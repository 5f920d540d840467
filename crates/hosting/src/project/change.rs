//! The change of a course's settings: in one transaction under its row's lock, which the log's before and after come from.
//! It must not know how the change was asked for, nor what is answered.

use jiff::Timestamp;
use sqlx::PgPool;

use super::settings::{Settings, Wanted};
use super::{Course, Error, sql};
use zaichang_core::clock::Clock;
use zaichang_core::ids::CourseId;
use zaichang_platform::audit::{self, Act};
use zaichang_platform::auth::Account;
use zaichang_platform::http::IfMatch;

/// What became of it.
pub(super) enum Outcome {
    /// The course as it is from now on.
    Changed(Course),
    /// The writer had seen another version: the course as it stands, and who changed it last.
    ChangedMeanwhile(Course, LastChange),
}

/// Who changed a course's settings last, and when; none of a change that no account made.
pub(super) struct LastChange {
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: CourseId,
    seen: &IfMatch,
    wanted: &Wanted,
) -> Result<Outcome, Error> {
    let mut transaction = pool.begin().await?;
    let mut course = sql::locked(&mut transaction, id).await?.ok_or(Error::NotFound)?;
    if !seen.admits(course.version) {
        let last = sql::last_change(&mut transaction, id).await?;
        transaction.rollback().await?;
        return Ok(Outcome::ChangedMeanwhile(course, last));
    }
    let before = Settings::of(&course);
    let after = before.changed(wanted)?;
    // What changes nothing is no act, and no new version.
    if after != before {
        // Read under the lock, so that the log's instants are in the order of its changes.
        let now = clock.now();
        course.version = sql::update(&mut transaction, id, &after, by.id, now).await?;
        let detail = serde_json::json!({ "before": before.told(), "after": after.told() });
        let act = Act { action: "change_settings", noun: "course", noun_id: id.0, detail };
        audit::record(&mut transaction, by, now, act).await?;
        after.put(&mut course);
    }
    transaction.commit().await?;
    Ok(Outcome::Changed(course))
}
