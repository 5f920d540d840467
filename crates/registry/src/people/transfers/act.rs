//! What is done about a transfer: a unit lets somebody go, or keeps them after all; another takes them in. Each a change under the
//! person's lock: of two units that take in at once the first has them, and the second is told.

use jiff::SignedDuration;
use serde_json::json;
use sqlx::PgPool;

use super::Error;
use super::entry::{LetGo, Taking};
use super::notice;
use super::sql::{self, Open};
use crate::named::Named;
use crate::people::of_unit::{self, Person, hold_department, locked};
use crate::people::{State, states};
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::IfMatch;

/// How often one person is let go, at most, in this time: each is kept for good.
const LETTINGS_GO: i64 = 20;
const IN: SignedDuration = SignedDuration::from_hours(24);

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
    // Before the person, as who closes and merges units does.
    let unit = match wanted.unit {
        Some(unit) => Some(sql::hold_unit(change.connection(), unit).await?.ok_or(Error::NoSuchUnit)?),
        None => None,
    };
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    if !sql::is_decided_by(change.connection(), &person, by.unit.id).await? {
        return Err(Error::OwnUnitDecides);
    }
    let now = change.now();
    if sql::open_of(change.connection(), id, day_of(now)).await?.is_some() {
        return Err(Error::LetGoAlready);
    }
    if wanted.unit == Some(person.unit.id) {
        return Err(Error::NoSuchUnit);
    }
    if sql::let_go_since(change.connection(), id, now - IN).await? >= LETTINGS_GO {
        return Err(Error::TooOften);
    }
    if is_cancelled_for_good(&mut change, &person).await? {
        return Err(Error::IsCancelled);
    }
    // It is the own authority's to judge; once they are gone it would be another's.
    if sql::state_waits(change.connection(), id).await? {
        return Err(Error::StateWaits);
    }
    sql::let_go(change.connection(), &person, wanted, by.id, now).await?;
    sql::count(change.connection(), id, by.id, now).await?;
    let mut detail = json!({ "first_day": wanted.from, "reason": wanted.reason });
    if let Some(unit) = unit {
        detail["after"] = json!({ "unit": unit.name });
    }
    change.record("let_go_person", &person, detail).await?;
    notice::let_go(change.connection(), &person, wanted.from, now).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Keeps a person after all, as long as no other unit has taken them in.
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
    if !sql::is_decided_by(change.connection(), &person, by.unit.id).await? {
        return Err(Error::OwnUnitDecides);
    }
    let now = change.now();
    let open = sql::open_of(change.connection(), id, day_of(now)).await?.ok_or(Error::Over)?;
    sql::cancel(change.connection(), open.id, by.id, now).await?;
    sql::count(change.connection(), id, by.id, now).await?;
    change.record("keep_person", &person, json!({ "first_day": open.first_day })).await?;
    notice::kept(change.connection(), &person, now).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Whether the person is cancelled, and their unit can have them set back to normal first. A closed unit cannot: they are
/// taken in as they are, and their new unit applies for it.
async fn is_cancelled_for_good(change: &mut Change<'_>, person: &Person) -> sqlx::Result<bool> {
    Ok(person.states.on(day_of(change.now())) == State::Cancelled
        && !sql::is_closed(change.connection(), person.unit.id).await?)
}

/// Who was looked up by name and document when somebody was not taken in.
pub(super) enum LookedUp {
    /// It did not come to that.
    NotYet,
    /// No person with them was let go; or it is not the transfer that was seen.
    InVain,
    /// The person of the transfer that was seen.
    AsSeen(PersonId),
}

/// Takes somebody in whom another unit has let go: who it is is proved by name and document, and which transfer was seen by its id.
/// A refusal that tells something of somebody is in the log, though nothing else of the change is.
pub(super) async fn take_in(
    pool: &PgPool,
    clock: &Clock,
    sealer: &Sealer,
    by: &Account,
    taking: &Taking,
) -> Result<Person, (Error, LookedUp)> {
    let not_yet = |error: Error| (error, LookedUp::NotYet);
    let mut change = Change::begin(pool, clock, by).await.map_err(|error| not_yet(error.into()))?;
    let places = places(&mut change, by, taking).await.map_err(not_yet)?;
    let today = day_of(clock.now());
    let found = sql::let_go_with(change.connection(), sealer, &taking.sought, by.unit.id, today).await;
    let found = found.map_err(|error| not_yet(error.into()))?;
    let (why, looked_up) = match found {
        None => {
            drop(change);
            (Error::NobodyLetGo, LookedUp::InVain)
        }
        Some(id) => match take_in_found(change, id, places, taking.transfer).await {
            Ok(person) => return Ok(person),
            Err((Error::Database(error), _)) => return Err(not_yet(error.into())),
            Err(refused) => refused,
        },
    };
    let now = clock.now();
    let written = async {
        let mut connection = pool.acquire().await?;
        sql::record_look_up(&mut connection, by, now, found).await
    };
    written.await.map_err(|error| not_yet(error.into()))?;
    Err((why, looked_up))
}

/// The unit that takes in and the department, both open and held. Before the person, as who closes and merges units does.
async fn places(
    change: &mut Change<'_>,
    by: &Account,
    taking: &Taking,
) -> Result<(Named, Option<Named>), Error> {
    let unit = sql::hold_unit(change.connection(), by.unit.id).await?.ok_or(Error::UnitClosed)?;
    let Some(id) = taking.department else { return Ok((unit, None)) };
    let department = hold_department(change.connection(), id, by.unit.id).await?;
    Ok((unit, Some(department.ok_or(of_unit::Error::NoSuchDepartment)?)))
}

/// Takes in who was found, if theirs is the transfer that was seen.
async fn take_in_found(
    mut change: Change<'_>,
    id: PersonId,
    (unit, department): (Named, Option<Named>),
    transfer: i64,
) -> Result<Person, (Error, LookedUp)> {
    let in_vain = |error: Error| (error, LookedUp::InVain);
    let failed = |error: sqlx::Error| (error.into(), LookedUp::InVain);
    let person = change.lock_all::<Person>(&[id.0]).await.map_err(failed)?.pop();
    let person = person.ok_or_else(|| in_vain(Error::NobodyLetGo))?;
    let today = day_of(change.now());
    let open = sql::open_of(change.connection(), id, today).await.map_err(failed)?;
    let open = open.filter(|open| open.id == transfer).ok_or_else(|| in_vain(Error::Over))?;
    let taken = take_in_seen(change, person, &open, unit, department).await;
    taken.map_err(|error| (error, LookedUp::AsSeen(id)))
}

/// Takes in the person of this transfer.
async fn take_in_seen(
    mut change: Change<'_>,
    person: Person,
    open: &Open,
    unit: Named,
    department: Option<Named>,
) -> Result<Person, Error> {
    let now = change.now();
    if day_of(now) < open.first_day {
        return Err(Error::NotYet);
    }
    // Units were merged meanwhile, or the own unit has let them go: there is nothing to take in.
    if person.unit.id == unit.id {
        return Err(Error::OwnUnit);
    }
    // Approved before they were let go, for a day that has come meanwhile.
    if is_cancelled_for_good(&mut change, &person).await? {
        return Err(Error::CancelledMeanwhile);
    }
    // On a node of the release before, after they were let go: it would be another authority's to judge.
    if sql::state_waits(change.connection(), person.id).await? {
        return Err(Error::StateWaits);
    }
    states::end_of_former_unit(change.connection(), person.id).await?;
    // While they are still the other unit's, so that it reads in its own log where they have gone.
    let detail = json!({
        "before": { "unit": person.unit.name, "department": person.department.as_ref().map(|one| &one.name) },
        "after": { "unit": unit.name, "department": department.as_ref().map(|one| &one.name) },
        "first_day": open.first_day,
    });
    change.record("take_in_person", &person, detail).await?;
    let by = change.by().id;
    sql::take_in(change.connection(), (open.id, person.id), unit.id, department.map(|one| one.id), by, now)
        .await?;
    notice::taken_in(change.connection(), open.id, &person, &unit.name, now).await?;
    Ok(change.commit_row(person).await?)
}
