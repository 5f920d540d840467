//! Units entered, changed, moved, closed and opened again, each by its version and with the log's entry. It must not know how a
//! change was asked for, nor what is answered.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::body::UnitChange;
use super::closed::ReturnWaiting;
use super::kind::UnitKind;
use super::sql::{self, Facts};
use super::unit::{Unit, one};
use super::{Error, effects, names, regions, supervision};
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::{Account, locking};
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::db::Constraint as _;
use zaichang_platform::http::{IfMatch, Problem};
use zaichang_platform::jobs::{self, RunsOn};

/// A unit as it is to be entered: names as they are kept.
#[derive(Clone, Debug)]
pub(crate) struct NewInstitution {
    pub facts: OwnFacts,
    pub supervisor: Option<supervision::Supervisor>,
    pub earlier_names: Vec<String>,
    pub aliases: Vec<String>,
}

/// What is said of a unit that is entered.
#[derive(Clone, Debug)]
pub(crate) struct OwnFacts {
    pub name: String,
    pub division: String,
    pub category: super::Category,
    pub grade: super::Grade,
    pub hospital_class: super::HospitalClass,
}

/// Enters an institution. The region of its authority is made where it is missing.
pub(super) async fn add(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    new: &NewInstitution,
) -> Result<Unit, Error> {
    let mut transaction = pool.begin().await?;
    let now = clock.now();
    let unit = entered(&mut transaction, by, new, now).await?;
    let entry = Entry { action: "add_unit", noun: "unit", noun_id: unit.id.0, detail: for_log(&unit) };
    audit::record(&mut transaction, by, now, entry).await?;
    transaction.commit().await?;
    Ok(unit)
}

/// The same in the caller's change.
pub(crate) async fn entered_by(change: &mut Change<'_>, new: &NewInstitution) -> Result<Unit, Error> {
    let (by, now) = (change.by(), change.now());
    let unit = entered(change.connection(), by, new, now).await?;
    change.record("add_unit", &unit, for_log(&unit)).await?;
    Ok(unit)
}

/// An open institution of the writer's that is called so besides from now on, in the caller's change; none of its names more than
/// once. Refused where it has as many aliases as it may have. It stays open until the change ends.
pub(crate) async fn also_called(change: &mut Change<'_>, id: UnitId, name: &str) -> Result<Unit, Error> {
    change.lock_rows::<Unit>(&[id.0]).await?;
    sql::hold_open(change.connection(), id).await?;
    let unit = one(change.connection(), id).await?.ok_or(Error::NotFound)?;
    let above = change.by().unit.id;
    if !sql::lies_below(change.connection(), id, above).await? {
        return Err(Error::NotFound);
    }
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution);
    }
    if unit.closed_at.is_some() {
        return Err(Error::Closed);
    }
    let mut aliases = unit.aliases();
    let is_known = unit.name == name || unit.other_names.iter().any(|other| other.name == name);
    if is_known {
        return Ok(unit);
    }
    if aliases.len() >= names::ALIASES {
        return Err(Error::AliasesFull);
    }
    aliases.push(name.to_owned());
    sql::keep_aliases(change.connection(), id, &aliases).await?;
    let after = one(change.connection(), id).await?.ok_or(Error::NotFound)?;
    let called = |unit: &Unit| json!({ "aliases": unit.aliases().join("、") });
    let detail = json!({ "before": called(&unit), "after": called(&after) });
    change.record("change_unit", &unit, detail).await?;
    Ok(after)
}

/// Refuses to enter an institution beside one of its division that is open and called so already, or besides. Where that is the
/// writer's, it is the one that is meant; where it is not, the writer is told whose it is.
pub(crate) async fn stands_nowhere(
    change: &mut Change<'_>,
    division: &str,
    names: &[&str],
) -> Result<(), Error> {
    let above = change.by().unit.id;
    match sql::called_exactly(change.connection(), division, names, above).await? {
        None => Ok(()),
        Some((true, _)) => Err(Error::NameTaken),
        Some((false, authority)) => Err(Error::OfAnother { authority }),
    }
}

/// Enters an institution in the caller's transaction, without the log's entry of the institution itself.
pub(super) async fn entered(
    transaction: &mut PgConnection,
    by: &Account,
    new: &NewInstitution,
    now: Timestamp,
) -> Result<Unit, Error> {
    let facts = &new.facts;
    let region = supervision::region(transaction, by, &facts.division, new.supervisor, now).await?;
    let facts = Facts {
        name: &facts.name,
        division: Some(&facts.division),
        category: facts.category,
        grade: facts.grade,
        hospital_class: facts.hospital_class,
    };
    no_division(transaction, region, facts.name).await?;
    let id = sql::insert(transaction, region, UnitKind::Unit, &facts, 0).await.map_err(taken)?;
    for name in &new.earlier_names {
        sql::keep_earlier_name(transaction, id, name, None).await?;
    }
    sql::keep_aliases(transaction, id, &new.aliases).await?;
    one(transaction, id).await?.ok_or(Error::NotFound)
}

/// Changes what an institution is called and what it is. Its former name stays with it.
pub(super) async fn change(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
    wanted: &UnitChange,
) -> Result<Outcome<Unit>, Problem> {
    let name = wanted.name.as_ref().map(|name| names::name(name, "name")).transpose()?;
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let unit = match open(&mut change, id, seen).await? {
        Ok(unit) => unit,
        standing => return Ok(standing),
    };
    let name = name.unwrap_or_else(|| unit.name.clone());
    let aliases = match &wanted.aliases {
        Some(aliases) => {
            let aliases = names::aliases(aliases.iter().map(|alias| &**alias), &name)?;
            if aliases.iter().any(|alias| unit.was_called(alias)) {
                return Err(Problem::field(
                    "aliases",
                    "it is found by its earlier names already: leave them out",
                ));
            }
            aliases
        }
        None => unit.aliases().into_iter().filter(|alias| *alias != name).collect(),
    };
    Ok(changed(change, unit, wanted, &name, &aliases).await?)
}

async fn changed(
    mut change: Change<'_>,
    unit: Unit,
    wanted: &UnitChange,
    name: &str,
    aliases: &[String],
) -> Result<Outcome<Unit>, Error> {
    let division = match wanted.division.as_deref().filter(|code| unit.division_code() != Some(*code)) {
        Some(code) => {
            let within = change.by().unit.id;
            if !sql::division_lies_in(change.connection(), code, within).await? {
                return Err(Error::DivisionUnknown);
            }
            Some(code)
        }
        None => unit.division_code(),
    };
    if name != unit.name {
        if let Some(above) = &unit.above {
            no_division(change.connection(), above.id, name).await?;
        }
        let now = change.now();
        sql::keep_earlier_name(change.connection(), unit.id, &unit.name, Some(now)).await?;
    }
    sql::keep_aliases(change.connection(), unit.id, aliases).await?;
    let facts = Facts {
        name,
        division,
        category: wanted.category.unwrap_or(unit.category),
        grade: wanted.grade.unwrap_or(unit.grade),
        hospital_class: wanted.hospital_class.unwrap_or(unit.hospital_class),
    };
    sql::update(change.connection(), unit.id, &facts).await.map_err(taken)?;
    let after = one(change.connection(), unit.id).await?.ok_or(Error::NotFound)?;
    let (before, now) = (for_log(&unit), for_log(&after));
    // What changes nothing is no act, and no new version.
    if before == now {
        return Ok(Ok(unit));
    }
    change.record("change_unit", &unit, json!({ "before": before, "after": now })).await?;
    Ok(Ok(change.commit_row(unit).await?))
}

/// Gives an institution to the authority of another region, with all that lies below it.
pub(super) async fn hand_over(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
    supervisor: &str,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let unit = match open(&mut change, id, seen).await? {
        Ok(unit) => unit,
        standing => return Ok(standing),
    };
    let now = change.now();
    let region = supervision::region_of(change.connection(), by, supervisor, now).await?;
    if unit.above.as_ref().is_some_and(|now| now.id == region) {
        return Err(Error::SupervisedSo);
    }
    no_division(change.connection(), region, &unit.name).await?;
    sql::set_above(change.connection(), id, region).await.map_err(taken)?;
    let after = one(change.connection(), id).await?.ok_or(Error::NotFound)?;
    let supervised = |unit: &Unit| json!({ "supervisor": unit.above.as_ref().map(|above| &above.name) });
    let detail = json!({ "before": supervised(&unit), "after": supervised(&after) });
    change.record("move_unit", &unit, detail).await?;
    Ok(Ok(change.commit_row(unit).await?))
}

/// Closes an institution that nothing keeps open, with its departments; its accounts are locked, and a job returns the registrations
/// that wait for it to their applicants: however many they are, the request does not wait for that.
pub(super) async fn close(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let unit = match open(&mut change, id, seen).await? {
        Ok(unit) => unit,
        standing => return Ok(standing),
    };
    // A submission to it locks its row until it is committed: what was submitted is seen below.
    sql::hold_against_submitting(change.connection(), id).await?;
    let now = change.now();
    let effects = effects::of(change.connection(), &unit, now).await?;
    if !effects.may_be_closed() {
        return Err(Error::InUse);
    }
    let waiting = ReturnWaiting::of(id, unit.version, by.id);
    jobs::enqueue(change.connection(), &waiting, &RunsOn::Anywhere).await?;
    sql::set_closed(change.connection(), id, Some(now), None).await?;
    let locked = locking::lock_of_unit(change.connection(), id, by.id, now).await?;
    let detail =
        json!({ "accounts": locked, "people": effects.people(), "registrations": effects.registrations() });
    change.record("close_unit", &unit, detail).await?;
    Ok(Ok(change.commit_row(unit).await?))
}

/// Opens a closed institution again, with what was closed together with it.
pub(super) async fn reopen(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitId,
    seen: &IfMatch,
) -> Result<Outcome<Unit>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let unit = match locked(&mut change, id, seen).await? {
        Ok(unit) => unit,
        standing => return Ok(standing),
    };
    if unit.merged.is_some() {
        return Err(Error::Merged);
    }
    let Some(closed_at) = unit.closed_at else { return Ok(Ok(unit)) };
    sql::set_closed(change.connection(), id, None, Some(closed_at)).await?;
    let now = change.now();
    let unlocked = locking::unlock_of_unit(change.connection(), id, closed_at, by.id, now).await?;
    change.record("reopen_unit", &unit, json!({ "accounts": unlocked })).await?;
    Ok(Ok(change.commit_row(unit).await?))
}

/// The unit under its lock, or how it stands if it was seen otherwise; not found unless it lies below the writer's unit. What the
/// route has proved may be old: meanwhile it may have been given to another authority.
pub(super) async fn locked(
    change: &mut Change<'_>,
    id: UnitId,
    seen: &IfMatch,
) -> Result<Outcome<Unit>, Error> {
    let outcome = change.lock::<Unit>(id.0, seen).await?.ok_or(Error::NotFound)?;
    let above = change.by().unit.id;
    if sql::lies_below(change.connection(), id, above).await? { Ok(outcome) } else { Err(Error::NotFound) }
}

/// The institution under its lock, if it is open and its writer has seen it as it stands.
async fn open(change: &mut Change<'_>, id: UnitId, seen: &IfMatch) -> Result<Outcome<Unit>, Error> {
    let unit = match locked(change, id, seen).await? {
        Ok(unit) => unit,
        standing => return Ok(standing),
    };
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution);
    }
    if unit.closed_at.is_some() { Err(Error::Closed) } else { Ok(Ok(unit)) }
}

/// Refuses the name of a division right below the region that an institution is to lie in.
async fn no_division(connection: &mut PgConnection, region: UnitId, name: &str) -> Result<(), Error> {
    if regions::has_a_part_called(connection, region, name).await? {
        return Err(Error::NameOfDivision);
    }
    Ok(())
}

pub(super) fn taken(error: sqlx::Error) -> Error {
    if error.breaks("unit_name_is_unique_in_parent") { Error::NameTaken } else { error.into() }
}

/// What the log tells of a unit.
pub(super) fn for_log(unit: &Unit) -> Value {
    json!({
        "unit_name": unit.name,
        "supervisor": unit.above.as_ref().map(|above| &above.name),
        "unit_division": unit.division_name(),
        "category": unit.category,
        "grade": unit.grade,
        "hospital_class": unit.hospital_class,
        "aliases": unit.aliases().join("、"),
    })
}
