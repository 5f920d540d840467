//! What is done about a change of state: the unit submits or withdraws it, its authority judges it. Each a change under the person's
//! lock, by the version that was seen. An approval moves the states that stand; no day ever has two.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::json;
use sqlx::PgPool;

use super::effects::Row;
use super::entry::{StateChange, years};
use super::judging::{Changing, StateReviews};
use super::{Error, notice, sql, subject};
use crate::people::of_unit::{Person, locked};
use crate::people::standing::{State, States};
use crate::people::transfers;
use zaichang_core::clock::{Clock, day_of};
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::{IfMatch, Problem};
use zaichang_platform::review::{self as kit, Levels, NotNow, Review, Step};

/// One level judges: an authority above the unit.
const LEVELS: Levels = Levels::ONE;
/// How often changes of one person's state are handed in, at most, in this time: each step is kept for good.
const SUBMISSIONS: i64 = 20;
const IN: SignedDuration = SignedDuration::from_hours(24);

/// The newest review of the person's states.
async fn newest(change: &mut Change<'_>, person: PersonId) -> Result<Option<Review<StateChange>>, Error> {
    let mut reviews =
        kit::newest::<StateChange>(change.connection(), subject(person).noun, &[person.0]).await?;
    Ok(reviews.pop().map(|(_, review)| review).transpose()?)
}

/// The states that stand, one without days among them as a row that is not kept yet.
async fn stand(change: &mut Change<'_>, person: &Person) -> Result<Vec<Row>, Error> {
    match person.states {
        States::WithoutDays(_) => Ok(without_days(person, day_of(change.now()))),
        States::Dated(_) => Ok(sql::rows(change.connection(), person.id).await?),
    }
}

/// The state of a person whose states have no days, as a row that is not kept yet.
pub(super) fn without_days(person: &Person, today: Date) -> Vec<Row> {
    person.states.held_on(today).map(|held| Row { id: 0, held }).into_iter().collect()
}

/// In which of these states the person is on the first day of a change.
fn stood(rows: &[Row], wanted: &StateChange) -> State {
    rows.iter().find(|row| row.held.covers(wanted.from)).map_or(State::Normal, |row| row.held.state)
}

/// Hands a change in for its review: a new one, or again after it was returned or withdrawn.
pub(super) async fn submit(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    wanted: StateChange,
) -> Result<Outcome<Person>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    // Once another unit has taken them in, this unit's authority could not judge it any more.
    let today = day_of(change.now());
    if transfers::is_let_go(change.connection(), id, today).await? {
        return Err(Error::LetGo);
    }
    let review = newest(&mut change, id).await?;
    let open = review.filter(|review| review.state.turn().is_some());
    // That it waits already is said before what is wrong with it.
    if let Some(review) = &open {
        review.state.may_be_changed().map_err(Error::NotNow)?;
    }
    let since = change.now() - IN;
    if sql::submissions_since(change.connection(), id, since).await? >= SUBMISSIONS {
        return Err(Error::TooOften);
    }
    let rows = stand(&mut change, &person).await?;
    let today = day_of(change.now());
    if !wanted.begins_in_time(today, &rows) {
        return Err(Error::TooFar(years(today)));
    }
    wanted.wanted().effects(&rows)?;
    let stood = stood(&rows, &wanted);
    let review = match open {
        Some(review) => kit::propose(change.connection(), review, wanted).await?,
        None => kit::begin(change.connection(), subject(id), LEVELS, None, wanted).await?,
    };
    take(&mut change, &person, review, Step::Submit, Some(stood), None).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Takes back a change that is not judged yet.
pub(super) async fn withdraw(
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
    let review = newest(&mut change, id).await?.ok_or(Error::NotNow(NotNow::Over))?;
    take(&mut change, &person, review, Step::Withdraw, None, None).await?;
    Ok(Ok(change.commit_row(person).await?))
}

/// Gives the authority's verdict. What is approved holds from its first day on, be it past or to come.
pub(super) async fn judge(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    step: &Step,
) -> Result<Outcome<Person>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let person = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok(standing),
    };
    let review = newest(&mut change, id).await?.ok_or(Error::NotNow(NotNow::ApplicantsTurn))?;
    let changing = Changing { person: person.clone(), review };
    kit::judge_one(&StateReviews, &mut change, changing, step).await?;
    Ok(Ok(change.commit_row(person).await.map_err(Error::from)?))
}

/// Makes of a change what holds from now on. Gives in which state the person was on its first day, and in which they are today.
pub(super) async fn approve(
    change: &mut Change<'_>,
    person: &Person,
    approved: &StateChange,
) -> Result<(State, State), Error> {
    let mut rows = stand(change, person).await?;
    let stood = stood(&rows, approved);
    for row in rows.iter_mut().filter(|row| row.id == 0) {
        *row = sql::keep_without_days(change.connection(), person.id, row.held.state).await?;
    }
    let effects = approved.wanted().effects(&rows)?;
    let (by, now) = (change.by().id, change.now());
    sql::approve(change.connection(), person.id, approved, &effects, by, now).await?;
    let held = sql::rows(change.connection(), person.id).await?;
    let today = held.iter().find(|row| row.held.covers(day_of(now)));
    Ok((stood, today.map_or(State::Normal, |row| row.held.state)))
}

/// Takes a step, counts it as a change of the person, and writes it down: with the state that `stood` on the first day, where the
/// step is about another.
pub(super) async fn take(
    change: &mut Change<'_>,
    person: &Person,
    review: Review<StateChange>,
    step: Step,
    stood: Option<State>,
    now_in: Option<State>,
) -> Result<(), Error> {
    let (word, reason) = (step.word(), step.reason().cloned());
    let (by, now) = (change.by(), change.now());
    let review = kit::take(change.connection(), review, step.clone(), by, now).await?;
    notice::write(change.connection(), person, &review.after, &step, now).await?;
    sql::count_step(change.connection(), person.id, by.id, now, now_in).await?;
    // Why somebody is away may speak of their health: that stands with the change, which fewer read, and in no log.
    let StateChange { state, from, to, reason: _ } = &review.after;
    let mut detail = json!({ "first_day": from, "last_day": to });
    if let Some(reason) = &reason {
        detail["reason"] = json!(reason.as_str());
    }
    match stood {
        Some(stood) => {
            detail["before"] = json!({ "person_state": stood });
            detail["after"] = json!({ "person_state": state });
        }
        None => detail["person_state"] = json!(state),
    }
    change.record(&format!("{}_person_state", word.word()), person, detail).await?;
    Ok(())
}
