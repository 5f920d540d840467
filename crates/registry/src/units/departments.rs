//! Departments of a unit: added, renamed, put elsewhere, closed and opened again by the unit's own admin. It must not know how it
//! was asked for.

use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::department_tree::Tree;
use super::editing::taken;
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
pub(super) struct Wanted {
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
    sql::lock(&mut transaction, unit).await?;
    let within = unit::one(&mut transaction, unit).await?.ok_or(Error::NotFound)?;
    if within.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution);
    }
    if within.closed_at.is_some() {
        return Err(Error::Closed);
    }
    let above = above.unwrap_or(unit);
    let tree = tree(&mut transaction, unit).await?;
    tree.may_take(above)?;
    let id = inserted(&mut transaction, above, name, tree.siblings(above).len()).await?;
    let department = unit::one(&mut transaction, id).await?.ok_or(Error::NotFound)?;
    let entry = Entry {
        action: "add_department",
        noun: "unit",
        noun_id: id.0,
        detail: json!({ "unit": within.name }),
    };
    audit::record(&mut transaction, by, clock.now(), entry).await?;
    transaction.commit().await?;
    Ok(Department(department))
}

/// Writes a department after this many others.
pub(super) async fn inserted(
    transaction: &mut PgConnection,
    above: UnitId,
    name: &str,
    after: usize,
) -> Result<UnitId, Error> {
    let position = i32::try_from(after + 1).unwrap_or(i32::MAX);
    let facts = Facts::of_department(name);
    sql::insert(transaction, above, UnitKind::Department, &facts, position).await.map_err(taken)
}

/// Gives a department another name or another place. Its former name stays with it.
pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
    wanted: &Wanted,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let unit = sql::unit_of_department(change.connection(), id).await?.ok_or(Error::NotFound)?;
    if wanted.above.is_some() || wanted.before.is_some() {
        // Before the department itself, as who closes the unit does.
        sql::lock(change.connection(), unit).await?;
    }
    let department = match open(&mut change, id, seen).await? {
        Ok(department) => department,
        standing => return Ok(standing),
    };
    let renamed = rename(&mut change, &department, wanted.name.as_deref()).await?;
    let placed = place(&mut change, &department, unit, wanted).await?;
    if !renamed && !placed {
        return Ok(Ok(department));
    }
    let after = unit::one(change.connection(), id).await?.ok_or(Error::NotFound)?;
    let told = |department: &Unit| json!({ "unit_name": department.name, "above": department.above.as_ref().map(|above| &above.name) });
    let detail = json!({ "before": told(&department), "after": told(&after) });
    change.record("change_department", &department, detail).await?;
    Ok(Ok(change.commit_row(department).await?))
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
    wanted: &Wanted,
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
    let department = match change.lock::<Unit>(id.0, seen).await?.ok_or(Error::NotFound)? {
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

/// The department under its lock, if it is open and its writer has seen it as it stands.
async fn open(change: &mut Change<'_>, id: UnitId, seen: &IfMatch) -> Result<Outcome<Unit>, Error> {
    let department = match change.lock::<Unit>(id.0, seen).await?.ok_or(Error::NotFound)? {
        Ok(department) => department,
        standing => return Ok(standing),
    };
    if department.closed_at.is_some() { Err(Error::Closed) } else { Ok(Ok(department)) }
}
