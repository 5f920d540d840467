//! What a change of a unit does to what hangs on it: told before it is done, and judged again when it is.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::sql::{self, Hanging};
use super::{Error, Unit};
use zaichang_core::clock::day_of;

/// What hangs on a unit and on what lies below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = UnitEffects)]
pub(super) struct Effects {
    /// Open departments: they are closed and opened with it.
    departments: i64,
    /// Open units below it: they move with it, and keep it from being closed.
    units: i64,
    /// People who are not cancelled: they keep their unit and check in as before. Exact up to 10,000; 10,001 stands for more.
    #[schema(minimum = 0, maximum = 10_001)]
    people: i64,
    /// Accounts that may log in: closing it locks them.
    admins: i64,
    /// Registrations that wait for its verdict: closing it returns them to their applicants, who choose another unit.
    registrations: i64,
    /// Courses of projects with declared days ahead, today counted: they keep it from being closed.
    courses: i64,
    /// Whether nothing keeps it from being closed.
    may_be_closed: bool,
}

/// What hangs on this unit now.
pub(super) async fn of(connection: &mut PgConnection, unit: &Unit, now: Timestamp) -> Result<Effects, Error> {
    let hanging = sql::hanging(connection, unit.id, day_of(now)).await?;
    let Hanging { departments, units, people, admins, registrations, courses } = hanging;
    let may_be_closed = units == 0 && courses == 0;
    Ok(Effects { departments, units, people, admins, registrations, courses, may_be_closed })
}

impl Effects {
    pub const fn may_be_closed(self) -> bool {
        self.may_be_closed
    }

    pub const fn registrations(self) -> i64 {
        self.registrations
    }

    pub const fn people(self) -> i64 {
        self.people
    }
}
