//! By what a person wants to be told, and in which hours not. Warnings about their account are sent all the same.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, query, query_scalar};
use utoipa::ToSchema;

use super::Quiet;
use crate::http::{IfMatch, Meanwhile, Problem, Version, Versioned};
use zaichang_core::ids::PersonId;

const DAY: i16 = 24 * 60;

/// What a person has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoticePreferences)]
pub(super) struct Preferences {
    /// As its `ETag`: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    /// Whether ordinary notices are sent as text messages, too.
    sms: bool,
    /// Hours of rest, in minutes after midnight in Asia/Shanghai: messages wait until they are over. None where both are the same.
    #[schema(minimum = 0, maximum = 1439)]
    quiet_from: i16,
    #[schema(minimum = 0, maximum = 1439)]
    quiet_until: i16,
    /// Whether such messages are sent here at all: the operator may have set no template.
    sms_offered: bool,
}

/// What a person chooses.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNoticePreferences)]
pub(super) struct NewPreferences {
    sms: bool,
    #[schema(minimum = 0, maximum = 1439)]
    quiet_from: i16,
    #[schema(minimum = 0, maximum = 1439)]
    quiet_until: i16,
}

impl NewPreferences {
    pub fn read(self) -> Result<Self, Problem> {
        let minutes = 0..DAY;
        for (field, minute) in [("quiet_from", self.quiet_from), ("quiet_until", self.quiet_until)] {
            if !minutes.contains(&minute) {
                return Err(Problem::field(field, "it is 0 to 1439, in minutes after midnight"));
            }
        }
        Ok(self)
    }
}

/// Who has never chosen is told by everything.
pub(super) async fn read(
    pool: &PgPool,
    PersonId(id): PersonId,
    sms_offered: bool,
) -> sqlx::Result<Versioned<Preferences>> {
    let row = query!(
        "select version, sms, quiet_from, quiet_until from notice_preferences where person_id = $1",
        id
    );
    let row = row.fetch_optional(pool).await?;
    let version = row.as_ref().map_or(0, |row| row.version);
    let sms = row.as_ref().is_none_or(|row| row.sms);
    let quiet = row.map_or_else(Quiet::default, |row| Quiet { from: row.quiet_from, until: row.quiet_until });
    let preferences = Preferences {
        version: Version(version),
        sms,
        quiet_from: quiet.from,
        quiet_until: quiet.until,
        sms_offered,
    };
    Ok(Versioned(Version(version), preferences))
}

/// Keeps what a person chooses, by the version that they have seen.
pub(super) async fn keep(
    pool: &PgPool,
    person: PersonId,
    seen: &IfMatch,
    wanted: NewPreferences,
    sms_offered: bool,
    now: Timestamp,
) -> sqlx::Result<Result<Versioned<Preferences>, Problem>> {
    let Versioned(version, stands) = read(pool, person, sms_offered).await?;
    let refused = |Versioned(version, stands): Versioned<Preferences>| {
        let current = serde_json::to_value(stands).unwrap_or_default();
        Problem::from(Meanwhile { version: Some(version), current, changed_by: None, changed_at: None })
    };
    if !seen.admits(version) {
        return Ok(Err(refused(Versioned(version, stands))));
    }
    let kept = query_scalar!(
        "insert into notice_preferences as kept (person_id, sms, quiet_from, quiet_until, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (person_id) do update
         set sms = excluded.sms, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
             changed_at = excluded.changed_at, version = kept.version + 1
         where kept.version = $6
         returning version",
        person.0,
        wanted.sms,
        wanted.quiet_from,
        wanted.quiet_until,
        now.to_sqlx() as _,
        version.0,
    );
    let kept = kept.fetch_optional(pool).await?;
    let now_stands = read(pool, person, sms_offered).await?;
    Ok(if kept.is_some() { Ok(now_stands) } else { Err(refused(now_stands)) })
}
