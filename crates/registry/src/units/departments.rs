//! Departments of a unit: added, renamed, put elsewhere, closed and opened again by the unit's own admin. It must not know how it
//! was asked for.

use jiff::Timestamp;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::department_tree::Tree;
use super::editing::{locked, taken};
use super::kind::UnitKind;
use super::sql::Facts;
use super::unit::Unit;
use super::{Error, sql, unit};
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;

/// A department, which `Within` proves to lie under an admin's unit.
pub(super) struct Department(pub Unit);

/// What is to be another with a department; what is none stays.
#[derive(Debug, Default)]
#[expect(clippy::option_option, reason = "what is left out stays, null is the last place")]
pub(super) struct ValidDepartmentChange {
    pub name: Option<String>,
    /// The unit or the department that it is to lie in.
    pub above: Option<UnitId>,
    /// The department that is to come next after it; none if it is to be the last one.
    pub before: Option<Option<UnitId>>,
}

/// The departments of a unit in their order, each after the one that it lies in.
pub(super) async fn all(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Vec<Unit>> {
    let ids = sql::departments(connection, unit).await?;
    let mut departments = sql::units(connection, &ids).await?;
    departments.sort_by_key(|department| ids.iter().position(|id| *id == department.id.0));
    Ok(departments)
}

async fn tree(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Tree> {
    let all = all(connection, unit).await?;
    let of_department = |department: &Unit| {
        let above = department.above.as_ref().map_or(unit, |above| above.id);
        (department.id, above, department.closed_at.is_none())
    };
    Ok(Tree::new(unit, all.iter().map(of_department)))
}

/// Adds a department after the last one.
pub(super) async fn add(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    unit: UnitId,
    above: Option<UnitId>,
    name: &str,
) -> Result<Department, Error> {
    let mut transaction = pool.begin().await?;
    let added = added(&mut transaction, clock.now(), by, unit, above, name).await?;
    transaction.commit().await?;
    Ok(added)
}

/// Adds those of these departments that the unit has not, open or closed, each after the last one.
pub async fn add_departments(
    transaction: &mut PgConnection,
    now: Timestamp,
    by: &Account,
    unit: UnitId,
    names: &[String],
) -> Result<(), Error> {
    sql::lock(&mut *transaction, unit).await?;
    let stand = all(&mut *transaction, unit).await?;
    for name in names.iter().filter(|name| stand.iter().all(|department| department.name != **name)) {
        added(&mut *transaction, now, by, unit, None, name).await?;
    }
    Ok(())
}

async fn added(
    transaction: &mut PgConnection,
    now: Timestamp,
    by: &Account,
    unit: UnitId,
    above: Option<UnitId>,
    name: &str,
) -> Result<Department, Error> {
    sql::lock(&mut *transaction, unit).await?;
    // Proved again: meanwhile the unit may have gone to another authority.
    if !sql::lies_below(&mut *transaction, unit, by.unit.id).await? {
        return Err(Error::NotFound);
    }
    let within = unit::one(&mut *transaction, unit).await?.ok_or(Error::NotFound)?;
    if within.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution);
    }
    if within.closed_at.is_some() {
        return Err(Error::Closed);
    }
    let above = above.unwrap_or(unit);
    let tree = tree(&mut *transaction, unit).await?;
    tree.may_take(above)?;
    let id = inserted(&mut *transaction, above, name).await?;
    let department = unit::one(&mut *transaction, id).await?.ok_or(Error::NotFound)?;
    let entry = Entry {
        action: "add_department",
        noun: "unit",
        noun_id: id.0,
        detail: json!({ "unit": within.name }),
    };
    audit::record(&mut *transaction, by, now, entry).await?;
    Ok(Department(department))
}

/// Writes a department after the last one of those beside it, wherever others were moved to.
pub(super) async fn inserted(
    transaction: &mut PgConnection,
    above: UnitId,
    name: &str,
) -> Result<UnitId, Error> {
    let last = sql::last_position(&mut *transaction, above).await?;
    let facts = Facts::of_department(name);
    let position = last.saturating_add(1);
    sql::insert(transaction, above, UnitKind::Department, &facts, position).await.map_err(taken)
}

/// Gives a department another name or another place. Its former name stays with it.
pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
    wanted: &ValidDepartmentChange,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let unit = lock_unit(&mut change, id).await?;
    let department = match open(&mut change, id, seen).await? {
        Ok(department) => department,
        standing => return Ok(standing),
    };
    let place_before = place_of(&mut change, unit, id).await?;
    let renamed = rename(&mut change, &department, wanted.name.as_deref()).await?;
    let placed = place(&mut change, &department, unit, wanted).await?;
    if !renamed && !placed {
        return Ok(Ok(department));
    }
    let after = unit::one(change.connection(), id).await?.ok_or(Error::NotFound)?;
    let place_after = place_of(&mut change, unit, id).await?;
    let for_log = |department: &Unit, place: usize| {
        let above = department.above.as_ref().map(|above| &above.name);
        json!({ "unit_name": department.name, "above": above, "department_place": place })
    };
    let detail =
        json!({ "before": for_log(&department, place_before), "after": for_log(&after, place_after) });
    change.record("change_department", &department, detail).await?;
    Ok(Ok(change.commit_row(department).await?))
}

/// The how manieth it is of those beside it, from 1.
async fn place_of(change: &mut Change<'_>, unit: UnitId, id: UnitId) -> Result<usize, Error> {
    let tree = tree(change.connection(), unit).await?;
    let beside = tree.siblings(tree.above(id));
    Ok(beside.iter().position(|sibling| *sibling == id).map_or(0, |at| at + 1))
}

async fn rename(change: &mut Change<'_>, department: &Unit, name: Option<&str>) -> Result<bool, Error> {
    let Some(name) = name.filter(|name| *name != department.name) else { return Ok(false) };
    let now = change.now();
    sql::keep_earlier_name(change.connection(), department.id, &department.name, Some(now)).await?;
    sql::set_name(change.connection(), department.id, name).await.map_err(taken)?;
    Ok(true)
}

async fn place(
    change: &mut Change<'_>,
    department: &Unit,
    unit: UnitId,
    wanted: &ValidDepartmentChange,
) -> Result<bool, Error> {
    if wanted.above.is_none() && wanted.before.is_none() {
        return Ok(false);
    }
    let tree = tree(change.connection(), unit).await?;
    let there = tree.placed(department.id, wanted.above, wanted.before.flatten())?;
    if there.above == tree.above(department.id) && there.order == tree.siblings(there.above) {
        return Ok(false);
    }
    sql::set_above(change.connection(), department.id, there.above).await.map_err(taken)?;
    let order: Vec<_> = there.order.iter().map(|id| id.0).collect();
    sql::order(change.connection(), there.above, &order).await?;
    Ok(true)
}

/// Closes a department and those in it. Who is of it stays so until they are given another one.
pub(super) async fn close(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    lock_unit(&mut change, id).await?;
    let department = match open(&mut change, id, seen).await? {
        Ok(department) => department,
        standing => return Ok(standing),
    };
    let now = change.now();
    sql::set_closed(change.connection(), id, Some(now), None).await?;
    change.record("close_department", &department, json!({ "people": department.people })).await?;
    Ok(Ok(change.commit_row(department).await?))
}

/// Opens a closed department again, with those that were closed together with it.
pub(super) async fn reopen(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    lock_unit(&mut change, id).await?;
    let department = match locked(&mut change, id, seen).await? {
        Ok(department) => department,
        standing => return Ok(standing),
    };
    let Some(closed_at) = department.closed_at else { return Ok(Ok(department)) };
    if let Some(above) = &department.above
        && unit::one(change.connection(), above.id).await?.is_some_and(|above| above.closed_at.is_some())
    {
        return Err(Error::ClosedAbove);
    }
    sql::set_closed(change.connection(), id, None, Some(closed_at)).await?;
    change.record("reopen_department", &department, json!({})).await?;
    Ok(Ok(change.commit_row(department).await?))
}

/// Locks the department's unit before the department: changes of what departments a unit has are made one after the other, and
/// none of them closes or opens what another puts a department into.
async fn lock_unit(change: &mut Change<'_>, id: UnitId) -> Result<UnitId, Error> {
    let unit = sql::unit_of_department(change.connection(), id).await?.ok_or(Error::NotFound)?;
    sql::lock(change.connection(), unit).await?;
    Ok(unit)
}

/// The department under its lock, if it is open and its writer has seen it as it stands.
async fn open(change: &mut Change<'_>, id: UnitId, seen: &IfMatch) -> Result<Outcome<Unit>, Error> {
    let department = match locked(change, id, seen).await? {
        Ok(department) => department,
        standing => return Ok(standing),
    };
    if department.closed_at.is_some() { Err(Error::Closed) } else { Ok(Ok(department)) }
}
