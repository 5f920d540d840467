//! What merging a unit into another does, told before it is done and judged again when it is.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::sql::{self, Held};
use super::{UnitKind, plan};
use crate::units::unit::{Unit, one};
use crate::units::{Error, departments, sql as units};
use zaichang_core::clock::day_of;
use zaichang_core::ids::UnitId;

/// What goes from one unit to the other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitMergeEffects)]
pub(super) struct Effects {
    /// What the other unit is called.
    into: String,
    /// People of the unit, who are the other's from then on. Exact up to 10,000; 10,001 stands for more.
    #[schema(minimum = 0, maximum = 10_001)]
    people: i64,
    /// Accounts that may log in: they act for the other unit, or are locked, as is chosen.
    admins: i64,
    /// Registrations that are under way at the unit, submitted or not: they go on at the other.
    registrations: i64,
    /// Projects of the unit: they keep its name, and the other's admins run them.
    projects: i64,
    /// Courses of theirs with declared days ahead, today counted: they go on.
    courses: i64,
    /// Departments that move with their people, without those that lie in one of them.
    departments_moved: Vec<String>,
    /// Departments whose people are of the other's department of the same name from then on.
    departments_merged: Vec<String>,
    /// The names by which the other is found besides.
    names: Vec<String>,
    /// Whether nothing keeps it from being merged.
    may_be_merged: bool,
    /// Whether open units lie in it, which keep it from being merged.
    has_units: bool,
    /// Whether people are still being moved out of or into one of the two, which keeps both from being merged.
    merge_runs: bool,
    /// Whether the other has room for the departments.
    departments_fit: bool,
}

/// What merging this unit into the other would do now.
pub(super) async fn of(
    connection: &mut PgConnection,
    unit: &Unit,
    into: UnitId,
    above: UnitId,
    now: Timestamp,
) -> Result<Effects, Error> {
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution);
    }
    let other =
        one(connection, into).await?.filter(|other| other.kind == UnitKind::Unit && other.id != unit.id);
    let other = other.filter(|other| other.closed_at.is_none()).ok_or(Error::NotMergedInto)?;
    if !units::lies_below(connection, into, above).await? {
        return Err(Error::NotMergedInto);
    }
    let Held { people, admins, registrations, projects, courses } =
        sql::held(connection, unit.id, day_of(now)).await?;
    let theirs = departments::all(connection, unit.id).await?;
    let own = departments::all(connection, into).await?;
    let plan = match plan::of((unit.id, &theirs), (into, &own)) {
        Ok(plan) => Some(plan),
        Err(Error::TooManyDepartments) => None,
        Err(error) => return Err(error),
    };
    let has_units = sql::has_open_units(connection, unit.id).await?;
    let merge_runs =
        sql::is_being_merged(connection, unit.id).await? || sql::is_being_merged(connection, into).await?;
    let departments_fit = plan.is_some();
    let plan = plan.unwrap_or_default();
    let names = std::iter::once(&unit.name).chain(unit.other_names.iter().map(|name| &name.name));
    let names = names.filter(|name| **name != other.name).cloned().collect();
    Ok(Effects {
        into: other.name,
        people,
        admins,
        registrations,
        projects,
        courses,
        departments_moved: plan.names_moved,
        departments_merged: plan.names_merged,
        names,
        may_be_merged: unit.closed_at.is_none() && !has_units && !merge_runs && departments_fit,
        has_units,
        merge_runs,
        departments_fit,
    })
}
