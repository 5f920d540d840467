//! The change of a course's settings, by the version that the writer has seen.
//! It must not know how the change was asked for, nor what is answered.

use sqlx::PgPool;

use super::settings::{Settings, ValidChange};
use super::{Course, Error, sql};
use zaichang_core::clock::Clock;
use zaichang_core::ids::CourseId;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;

pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: CourseId,
    seen: &IfMatch,
    wanted: &ValidChange,
) -> Result<Outcome<Course>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let course = match change.lock::<Course>(id.0, seen).await?.ok_or(Error::NotFound)? {
        Ok(course) => course,
        standing => return Ok(standing),
    };
    let before = Settings::of(&course);
    let after = before.changed(wanted)?;
    // What changes nothing is no act, and no new version.
    if after == before {
        return Ok(Ok(course));
    }
    sql::update(change.connection(), id, &after).await?;
    let detail = serde_json::json!({ "before": before.for_log(), "after": after.for_log() });
    change.record("change_settings", &course, detail).await?;
    Ok(Ok(change.commit_row(course).await?))
}
