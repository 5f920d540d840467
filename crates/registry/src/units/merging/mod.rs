//! Merging units: one goes into another with its departments, people, waiting registrations, names and, by choice, its admins. It
//! is closed and lies in the other from then on, so that what it held, its projects and their records, keeps its name and is seen
//! by the other's admins. All but the people in one transaction; the people by a job. It is not undone: the log says what moved.

mod effects;
mod moves;
mod people;
mod plan;
mod routes;
mod sql;

pub(crate) use moves::Moves;
pub(super) use people::{MoveMergedPeople, move_people};
pub(super) use routes::routes;

use serde::Deserialize;
use serde_json::json;
use sqlx::PgPool;
use utoipa::ToSchema;

use super::editing::{locked, taken};
use super::kind::UnitKind;
use super::unit::{Unit, one};
use super::{Error, departments, sql as units};
use plan::Plan;
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::{Account, locking};
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;
use zaichang_platform::jobs::{self, RunsOn};

/// What becomes of the accounts of the unit that is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MergedAdmins)]
enum Admins {
    /// They act for the other unit from now on, with the rights that they have.
    Move,
    /// They are locked.
    Disable,
}

impl Admins {
    const fn word(self) -> &'static str {
        match self {
            Self::Move => "moved",
            Self::Disable => "disabled",
        }
    }
}

/// Merges a unit that was seen as it stands into another. Locks the versions of both, by their ids; what lies in them; both units, the
/// one above first; what other modules keep of them; accounts.
async fn merge(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    (from, into): (UnitId, UnitId),
    seen: &IfMatch,
    admins: Admins,
    moves: &Moves,
) -> Result<Outcome<Unit>, Error> {
    if from == into {
        return Err(Error::NotMergedInto);
    }
    let mut change = Change::begin(pool, clock, by).await?;
    change.lock_rows::<Unit>(&[from.0, into.0]).await?;
    let unit = match locked(&mut change, from, seen).await? {
        Ok(unit) => unit,
        standing => return Ok(standing),
    };
    sql::lock_all(change.connection(), from, into).await?;
    may_be_merged(&mut change, &unit).await?;
    let other = receiving(&mut change, into).await?;
    let plan = plan(&mut change, &unit, &other).await?;
    let now = change.now();

    // Departments first: what stays in the unit is closed with it.
    sql::move_departments(change.connection(), &plan.moved).await.map_err(taken)?;
    units::set_closed(change.connection(), from, Some(now), None).await?;
    sql::set_merged(change.connection(), &plan.merged).await?;
    sql::reopen(change.connection(), &plan.reopened).await?;
    sql::set_merged(change.connection(), &[(from, into)]).await?;
    units::set_above(change.connection(), from, into).await.map_err(taken)?;
    let names = take_names(&mut change, &unit, &other).await?;
    let moved = moves.go(&mut change, (from, into), &other.name).await?;
    let accounts = match admins {
        Admins::Move => locking::move_of_unit(change.connection(), from, into).await?,
        Admins::Disable => locking::lock_of_unit(change.connection(), from, by.id, now).await?,
    };
    let people = sql::people(change.connection(), from).await?;
    let merge = sql::begin(change.connection(), from, into, by.id, now).await?;
    jobs::enqueue(change.connection(), &MoveMergedPeople { merge }, &RunsOn::Anywhere).await?;
    let mut detail = json!({
        "into": other.name,
        "names": names.join("、"),
        "departments_moved": plan.names_moved.join("、"),
        "departments_merged": plan.names_merged.join("、"),
        "people": people,
        "accounts": accounts,
        "admins": admins.word(),
    });
    for (number, things) in moved {
        detail[number] = json!(things);
    }
    change.record("merge_unit", &unit, detail).await?;
    change.record("take_in_unit", &other, json!({ "unit": unit.name })).await?;
    Ok(Ok(change.commit_row(unit).await?))
}

/// Refuses what cannot be merged now: a region, what is closed, what other units lie in, and what a merge is still moving people of.
async fn may_be_merged(change: &mut Change<'_>, unit: &Unit) -> Result<(), Error> {
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution);
    }
    if unit.closed_at.is_some() {
        return Err(Error::Closed);
    }
    if sql::has_open_units(change.connection(), unit.id).await? {
        return Err(Error::HasUnits);
    }
    if sql::is_being_merged(change.connection(), unit.id).await? { Err(Error::MergeRuns) } else { Ok(()) }
}

/// The unit that takes the other in: an open institution at or below the writer's.
async fn receiving(change: &mut Change<'_>, id: UnitId) -> Result<Unit, Error> {
    let above = change.by().unit.id;
    let unit = one(change.connection(), id).await?.filter(|unit| unit.kind == UnitKind::Unit);
    let unit = unit.filter(|unit| unit.closed_at.is_none()).ok_or(Error::NotMergedInto)?;
    if !units::lies_below(change.connection(), id, above).await? {
        return Err(Error::NotMergedInto);
    }
    if sql::is_being_merged(change.connection(), id).await? { Err(Error::MergeRuns) } else { Ok(unit) }
}

async fn plan(change: &mut Change<'_>, unit: &Unit, other: &Unit) -> Result<Plan, Error> {
    let theirs = departments::all(change.connection(), unit.id).await?;
    let own = departments::all(change.connection(), other.id).await?;
    plan::of((unit.id, &theirs), (other.id, &own))
}

/// Every name of the unit is an earlier name of the other from now on: it is found by them. Which these are.
async fn take_names(change: &mut Change<'_>, unit: &Unit, other: &Unit) -> Result<Vec<String>, Error> {
    let now = change.now();
    let mut names = vec![(unit.name.clone(), Some(now))];
    names.extend(unit.other_names.iter().map(|name| (name.name.clone(), name.until.or(Some(now)))));
    names.retain(|(name, _)| *name != other.name);
    for (name, until) in &names {
        units::keep_earlier_name(change.connection(), other.id, name, *until).await?;
    }
    Ok(names.into_iter().map(|(name, _)| name).collect())
}
