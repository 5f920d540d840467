//! What the unit does: puts a registration right, approves, returns or rejects it, one or many. Each act is a change under the
//! lock of its rows. Approving makes the row of people.

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, query_scalar};
use utoipa::ToSchema;

use super::Error;
use super::entry::Wanted;
use super::module::RecordKeptScans;
use super::notice;
use super::sql::{Registration, become_person, count_step, hold, read, read_each, stand_in_the_tree, write};
use crate::document::Document;
use crate::people::{self, NewPerson};
use crate::units::lies_below;
use zaichang_core::clock::Clock;
use zaichang_core::ids::{PersonId, RegistrationId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome, Standing};
use zaichang_platform::http::{IfMatch, Problem, Version};
use zaichang_platform::jobs::{self, Place};
use zaichang_platform::review::{self as kit, NotNow, State, Step, Word};

/// The most registrations of one verdict.
const MOST: usize = 500;

/// A registration as it was when it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChosenRegistration)]
pub(super) struct Chosen {
    pub id: RegistrationId,
    /// The `version` that was seen.
    #[schema(value_type = String, max_length = 22, example = "\"7\"")]
    pub version: Version,
}

/// A registration that a verdict on many was not given on, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RegistrationLeft)]
pub(super) struct Left {
    pub id: RegistrationId,
    /// The code of the refusal that a verdict on it alone would have met.
    #[schema(example = "number_taken")]
    pub code: &'static str,
    /// The same in the words of the refusal.
    pub title: &'static str,
}

/// Each once, 1 to 500 of them.
pub(super) fn chosen(mut chosen: Vec<Chosen>) -> Result<Vec<Chosen>, Problem> {
    chosen.sort_unstable();
    let all = chosen.len();
    chosen.dedup_by_key(|chosen| chosen.id);
    if (1..=MOST).contains(&all) && chosen.len() == all {
        Ok(chosen)
    } else {
        Err(Problem::field("registrations", "they are 1 to 500, each once"))
    }
}

/// Puts right what was entered, before the verdict.
pub(super) async fn correct(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    id: RegistrationId,
    seen: &IfMatch,
    wanted: &Wanted,
) -> Result<Outcome<Registration>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    if let Some(unit) = wanted.unit {
        if !lies_below(change.connection(), unit, by.unit.id).await? {
            return Err(Error::NoSuch("unit_id"));
        }
        // Before the registration itself, as who closes the unit does.
        hold(change.connection(), &[unit]).await?;
    }
    let before = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(registration) => registration,
        standing => return Ok(standing),
    };
    let review = before.review.clone().ok_or(Error::NotFound)?;
    let now = change.now();
    write(change.connection(), sealer, &before, wanted, now).await?;
    let after = read(change.connection(), &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    let proposal = after.proposal(&after.applicant(sealer)?)?;
    // What changes nothing is no act; another name may look the same once it is masked.
    if proposal == review.after && after.version == before.version {
        return Ok(Ok(before));
    }
    let detail = serde_json::json!({ "before": review.after, "after": proposal });
    kit::correct(change.connection(), review, proposal).await?;
    change.record("correct_registration", &after, detail).await?;
    Ok(Ok(change.commit_row(after).await?))
}

/// The registration under its lock, or how it stands if it was seen otherwise; not found unless it is submitted to a unit below
/// this one. What the route has proved may be old: meanwhile its applicant may have gone to another unit.
async fn locked(
    change: &mut Change<'_>,
    id: RegistrationId,
    seen: &IfMatch,
    above: UnitId,
) -> Result<Outcome<Registration>, Error> {
    let outcome = change.lock::<Registration>(id.0, seen).await?.ok_or(Error::NotFound)?;
    let stands = match &outcome {
        Ok(registration) => registration,
        Err(Standing { row, .. }) => row,
    };
    let Some(unit) = stands.unit.as_ref().map(|unit| unit.id) else { return Err(Error::NotFound) };
    if stands.state().word() == Word::Draft || !lies_below(change.connection(), unit, above).await? {
        return Err(Error::NotFound);
    }
    Ok(outcome)
}

/// Takes one verdict on one registration.
pub(super) async fn judge(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    id: RegistrationId,
    seen: &IfMatch,
    step: Step,
) -> Result<Outcome<Registration>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let registration = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(registration) => registration,
        standing => return Ok(standing),
    };
    judge_in(&mut change, sealer, &registration, step).await?;
    Ok(Ok(change.commit_row(registration).await?))
}

/// Takes one verdict on many: on each that is as it was seen and that can be judged so. What is left is named with its reason.
/// One transaction: after a fault, all of it is done or none.
pub(super) async fn judge_several(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    chosen: &[Chosen],
    step: &Step,
) -> Result<(Vec<Registration>, Vec<Left>), Error> {
    let ids: Vec<_> = chosen.iter().map(|chosen| chosen.id.0).collect();
    let mut change = Change::begin(pool, clock, by).await?;
    // Proved before anything is locked, so that no admin makes the registrations of others wait; and again under the lock.
    all_below(change.connection(), &ids, by.unit.id).await?;
    change.lock_rows::<Registration>(&ids).await?;
    all_below(change.connection(), &ids, by.unit.id).await?;
    let rows = read_each(change.connection(), &ids).await?;
    let (mut judged, mut left) = (Vec::new(), Vec::new());
    for ((id, row), chosen) in rows.into_iter().zip(chosen) {
        let outcome = match row {
            Ok(registration) => {
                judge_one_of(&mut change, sealer, &registration, chosen.version, ids.len() > 1, step).await
            }
            Err(error) => Err(Error::Unreadable(error)),
        };
        match outcome {
            Ok(()) => judged.push(id.0),
            Err(error) => {
                if matches!(error, Error::Seal(_) | Error::Unreadable(_)) {
                    tracing::error!(%error, registration = id.0, "a registration that was to be judged cannot be read");
                }
                let refusal = error.refusal().ok_or(error)?;
                left.push(Left { id, code: refusal.word(), title: refusal.chinese().title });
            }
        }
    }
    let judged = read(change.connection(), &judged).await?;
    change.commit().await?;
    Ok((judged, left))
}

/// Not found unless all of these have been submitted to units below this one. It reads nothing that a row may have wrong.
async fn all_below(connection: &mut PgConnection, ids: &[i64], above: UnitId) -> Result<(), Error> {
    let found = query_scalar!(
        r#"select count(*) as "count!" from registrations
           where id = any($1) and unit_id in (select unit_and_below($2))
               and exists (select from reviews where noun = 'registration' and noun_id = registrations.id)"#,
        ids,
        above.0,
    );
    let found = found.fetch_one(connection).await?;
    if usize::try_from(found) == Ok(ids.len()) { Ok(()) } else { Err(Error::NotFound) }
}

/// Takes the step of one of those that were chosen, as it was seen.
async fn judge_one_of(
    change: &mut Change<'_>,
    sealer: &Sealer,
    registration: &Registration,
    seen: Version,
    among_others: bool,
    step: &Step,
) -> Result<(), Error> {
    // What cannot be opened cannot be shown afterwards either.
    registration.applicant(sealer)?;
    registration.phone(sealer)?;
    if registration.version != seen {
        return Err(Error::ChangedMeanwhile);
    }
    // Which of two with one number is right is decided by looking at the document, never by their order in a list.
    let waits = registration.state().word() == Word::Submitted;
    if among_others && waits && registration.others > 0 && *step == Step::Approve {
        return Err(Error::NumberStandsTwice);
    }
    judge_in(change, sealer, registration, step.clone()).await
}

/// Takes the step of a registration that is locked, without committing it.
async fn judge_in(
    change: &mut Change<'_>,
    sealer: &Sealer,
    registration: &Registration,
    step: Step,
) -> Result<(), Error> {
    let review = registration.review.clone().ok_or(Error::NotFound)?;
    // That it is not the unit's turn is said before what is wrong.
    review.state.clone().take(step.clone(), review.levels).map_err(Error::NotNow)?;
    let (by, now) = (change.by(), change.now());
    let person = match step {
        Step::Approve => Some(approve(change, sealer, registration).await?),
        _ => None,
    };
    let word = step.word();
    let review = kit::take(change.connection(), review, step, by, now).await?;
    if person.is_none() && review.state == State::Approved {
        return Err(Error::NotNow(NotNow::Over));
    }
    count_step(change.connection(), registration.id, by.id, now).await?;
    let mut detail = serde_json::to_value(&review.after).unwrap_or_default();
    detail["person"] = serde_json::json!(person);
    detail["reason"] = serde_json::json!(review.state.reason().map(kit::Reason::as_str));
    change.record(&format!("{}_registration", word.word()), registration, detail).await?;
    notice::write(change.connection(), registration.id, (by.unit.id, &by.unit.name), now).await?;
    if person.is_some() {
        // Only nodes that can open what was sealed just now.
        let place = Place::Key(hex::encode(sealer.key_id()));
        let kept = RecordKeptScans { registration: registration.id.0 };
        jobs::enqueue(change.connection(), &kept, &place).await?;
    }
    Ok(())
}

/// Makes the registered person of what was entered.
async fn approve(
    change: &mut Change<'_>,
    sealer: &Sealer,
    registration: &Registration,
) -> Result<PersonId, Error> {
    let applicant = registration.applicant(sealer)?;
    let proposal = registration.proposal(&applicant)?;
    let lacks = Error::Incomplete;
    let document = applicant.document.as_deref().and_then(Document::of_sealed).ok_or(lacks("number"))?;
    let phone = registration.phone(sealer)?.ok_or(lacks("phone"))?;
    let unit = registration.unit.as_ref().ok_or(lacks("unit_id"))?;
    let department = registration.department.as_ref().map(|department| department.id);
    // The department may have been moved since it was submitted.
    stand_in_the_tree(change.connection(), Some(unit.id), department).await.map_err(|error| match error {
        Error::NoSuch(_) => Error::UnitChanged,
        error => error,
    })?;
    let now = change.now();
    let person = NewPerson {
        name: applicant.name.as_deref().ok_or(lacks("name"))?,
        document: &document,
        phone: &phone,
        card_number: None,
        account: None,
        password_hash: None,
        title: registration.title().ok_or(lacks("title_level"))?,
        titled: Some((proposal.title_series, proposal.title_level)),
        specialty: &proposal.specialty,
        takes_part: proposal.takes_part,
        unit_id: unit.id,
        department_id: department,
        registration: "approved",
        approved_at: Some(now),
        state: "normal",
    };
    let person = people::insert(change.connection(), sealer, &person).await?;
    become_person(change.connection(), registration.id, person).await?;
    Ok(person)
}
