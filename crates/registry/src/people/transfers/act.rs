//! What is done about a transfer: a unit lets somebody go, or keeps them after all; another takes them in. Each a change under the
//! person's lock: of two units that take in at once the first has them, and the second is told.

use serde_json::json;
use sqlx::PgPool;

use super::Error;
use super::entry::{LetGo, Taking};
use super::sql;
use crate::people::State;
use crate::people::of_unit::{self, Person, hold_department, locked};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;

/// Lets somebody go: from the first day on another unit may take them in.
pub(super) async fn let_go(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    wanted: &LetGo,
) -> Result<Outcome<Person>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    if sql::open_of(change.connection(), id).await?.is_some() {
        return Err(Error::LetGoAlready);
    }
    let now = change.now();
    if person.states.on(day_of(now)) == State::Cancelled {
        return Err(Error::IsCancelled);
    }
    // It is the own authority's to judge; once they are gone it would be another's.
    if sql::state_waits(change.connection(), id).await? {
        return Err(Error::StateWaits);
    }
    sql::let_go(change.connection(), &person, wanted, by.id, now).await?;
    sql::count(change.connection(), id, by.id, now).await?;
    let detail = json!({ "first_day": wanted.from, "reason": wanted.reason });
    change.record("let_go_person", &person, detail).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Keeps somebody after all, as long as nobody has taken them in.
pub(super) async fn keep(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
) -> Result<Outcome<Person>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    let open = sql::open_of(change.connection(), id).await?.ok_or(Error::Over)?;
    let now = change.now();
    sql::cancel(change.connection(), open.id, by.id, now).await?;
    sql::count(change.connection(), id, by.id, now).await?;
    change.record("keep_person", &person, json!({ "first_day": open.first_day })).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Takes somebody in whom another unit has let go: who it is is proved by name and document, and which transfer was seen by its id.
pub(super) async fn take_in(
    pool: &PgPool,
    clock: &Clock,
    sealer: &Sealer,
    by: &Account,
    taking: &Taking,
) -> Result<Person, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    // Before the person, as who closes and merges units does.
    let unit = sql::hold_unit(change.connection(), by.unit.id).await?.ok_or(Error::UnitClosed)?;
    let department = match taking.department {
        Some(id) => Some(
            hold_department(change.connection(), id, by.unit.id)
                .await?
                .ok_or(of_unit::Error::NoSuchDepartment)?,
        ),
        None => None,
    };
    let id =
        sql::let_go_with(change.connection(), sealer, &taking.sought).await?.ok_or(Error::NobodyLetGo)?;
    let person = change.lock_all::<Person>(&[id.0]).await?.pop().ok_or(Error::NobodyLetGo)?;
    let open = sql::open_of(change.connection(), id).await?.filter(|open| open.id == taking.transfer);
    let open = open.ok_or(Error::Over)?;
    let now = change.now();
    if day_of(now) < open.first_day {
        return Err(Error::NotYet);
    }
    // Units were merged meanwhile, or the own unit has let them go: there is nothing to take in.
    if person.unit.id == unit.id {
        return Err(Error::OwnUnit);
    }
    // Approved before they were let go, for a day that has come meanwhile.
    if person.states.on(day_of(now)) == State::Cancelled {
        return Err(Error::CancelledMeanwhile);
    }
    // While they are still the other unit's, so that it reads in its own log where they have gone.
    let detail = json!({
        "before": { "unit": person.unit.name, "department": person.department.as_ref().map(|one| &one.name) },
        "after": { "unit": unit.name, "department": department.as_ref().map(|one| &one.name) },
        "first_day": open.first_day,
    });
    change.record("take_in_person", &person, detail).await?;
    sql::take_in(change.connection(), (open.id, id), unit.id, department.map(|one| one.id), by.id, now)
        .await?;
    Ok(change.commit_row(person).await?)
}
