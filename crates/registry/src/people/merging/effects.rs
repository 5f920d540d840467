//! What merging a person into another would do, told before it is done and judged again when it is.

use jiff::civil::Date;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{Error, sql};
use crate::people::of_unit::{self, Person, PersonBody};
use crate::people::{Registration, State};
use crate::units::lies_below;
use zaichang_core::ids::{CourseId, PersonId, UnitId};
use zaichang_core::seal::Sealer;

/// Courses of both that are told one by one.
const TOLD: i64 = 100;

/// What hangs on one of the two.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HeldByPerson)]
pub(super) struct Held {
    /// Check-ins, also of those who were merged into them before.
    #[schema(minimum = 0)]
    pub check_ins: i64,
    #[schema(minimum = 0)]
    pub courses: i64,
    /// Logins that have not ended.
    #[schema(minimum = 0)]
    pub logins: i64,
    /// Bound to WeChat.
    pub wechat: bool,
    /// A transfer waits.
    pub transfer_waits: bool,
    /// A change of state waits for its verdict.
    pub state_waits: bool,
    /// Titles, each with its day.
    #[schema(minimum = 0)]
    pub titles: i64,
    /// Others who were merged into them: they are led on.
    #[schema(minimum = 0)]
    pub merged: i64,
}

/// A course to which both came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CourseOfBoth)]
pub(super) struct Both {
    pub course_id: CourseId,
    pub title: String,
    /// Days with records of either.
    #[schema(value_type = Vec<String>)]
    pub days: Vec<Date>,
    pub from_check_ins: i64,
    pub into_check_ins: i64,
    /// Slots that both have a record in: they stay as two records of one person.
    pub same_slots: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonMergeEffects)]
pub(super) struct Effects {
    /// Who would be merged.
    from: PersonBody,
    /// Who would stay.
    into: PersonBody,
    from_holds: Held,
    into_holds: Held,
    /// Whether both are called the same.
    same_name: bool,
    /// Courses to which both came, the newest first, 100 at most: each counts one person less.
    courses_of_both: Vec<Both>,
    /// How many there are.
    #[schema(minimum = 0)]
    courses_of_both_in_all: i64,
    /// Whether nothing keeps them from being merged.
    may_be_merged: bool,
}

/// Whether somebody else may be merged into this one: who is approved, not cancelled, and not merged themselves.
pub(super) fn may_stay(into: &Person, today: Date) -> bool {
    let is_cancelled = into.states.on(today) == State::Cancelled;
    into.merged_into.is_none() && into.registration == Registration::Approved && !is_cancelled
}

/// What merging this person into the other would do now.
pub(super) async fn of(
    connection: &mut PgConnection,
    sealer: &Sealer,
    from: Person,
    into: PersonId,
    above: UnitId,
    today: Date,
) -> Result<Effects, Error> {
    let other = of_unit::people(connection, &[into.0]).await?.pop().ok_or(Error::NotMergedInto)?;
    let is_own = lies_below(connection, other.unit.id, above).await?;
    if !is_own || !may_stay(&other, today) || other.id == from.id {
        return Err(Error::NotMergedInto);
    }
    if from.merged_into.is_some() {
        return Err(of_unit::Error::IsMerged.into());
    }
    let (from_holds, into_holds) =
        (sql::held(connection, from.id, today).await?, sql::held(connection, into, today).await?);
    let (courses_of_both, courses_of_both_in_all) = sql::of_both(connection, from.id, into, TOLD).await?;
    Ok(Effects {
        same_name: from.name == other.name,
        may_be_merged: !from_holds.transfer_waits && !from_holds.state_waits,
        from: PersonBody::of(from, sealer, today)?,
        into: PersonBody::of(other, sealer, today)?,
        from_holds,
        into_holds,
        courses_of_both,
        courses_of_both_in_all,
    })
}
