//! What a verdict on registrations does: an approval makes the rows of people, each is written to the log and told its applicant. The
//! kit says which are judged, and in what order.

use std::collections::{HashMap, HashSet};

use sqlx::{PgConnection, PgPool, query_scalar};

use super::correcting::locked;
use super::module::RecordKeptScans;
use super::sql::{Proposal, Registration, become_people, count_steps, read_each, subject, unfit_places};
use super::{Error, notice, refusals};
use crate::document::Document;
use crate::people::{self, NewPerson, Taken};
use zaichang_core::Phone;
use zaichang_core::clock::Clock;
use zaichang_core::ids::{PersonId, RegistrationId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::audit;
use zaichang_platform::auth::Account;
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::{IfMatch, Problem};
use zaichang_platform::jobs::{self, RunsOn};
use zaichang_platform::review::{
    self as kit, Found, Judging, Reason, Refused, Review, Step, StepRequest, StepWord,
};

/// Registrations as they are judged, with what opens them.
pub(super) struct RegistrationReviews<'a> {
    pub sealer: &'a Sealer,
}

/// Takes one verdict on one registration, as it was seen.
pub(super) async fn judge(
    (pool, clock): (&PgPool, &Clock),
    registrations: &RegistrationReviews<'_>,
    by: &Account,
    id: RegistrationId,
    seen: &IfMatch,
    step: &Step,
) -> Result<Outcome<Registration>, Problem> {
    let mut change = Change::begin(pool, clock, by).await.map_err(Error::from)?;
    let registration = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(registration) => registration,
        standing => return Ok(standing),
    };
    kit::judge_one(registrations, &mut change, registration.clone(), step).await?;
    Ok(Ok(change.commit_row(registration).await.map_err(Error::from)?))
}

/// What is approved of a registration, once it has been opened.
struct Opened {
    name: String,
    document: Document,
    phone: Phone,
    proposal: Proposal,
    unit: UnitId,
    title: &'static str,
}

impl Opened {
    fn of(registration: &Registration, sealer: &Sealer) -> Result<Self, Error> {
        let applicant = registration.applicant(sealer)?;
        let lacks = Error::Incomplete;
        let document = applicant.document.as_deref().and_then(Document::of_sealed).ok_or(lacks("number"))?;
        Ok(Self {
            proposal: registration.proposal(&applicant)?,
            phone: registration.phone(sealer)?.ok_or(lacks("phone"))?,
            unit: registration.unit.as_ref().map(|unit| unit.id).ok_or(lacks("unit_id"))?,
            title: registration.title().ok_or(lacks("title_level"))?,
            name: applicant.name.ok_or(lacks("name"))?,
            document,
        })
    }
}

impl Judging for RegistrationReviews<'_> {
    const NOUN: &'static str = subject(RegistrationId(0)).noun;
    type Row = Registration;
    type Error = Error;

    async fn below(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
        above: UnitId,
    ) -> sqlx::Result<Vec<i64>> {
        let below = query_scalar!(
            "with units as materialized (select distinct unit_id from registrations where id = any($1))
             select id from registrations
             where id = any($1) and unit_id in (select unit_id from units where $2 in (select unit_and_above(unit_id)))
                 and (select state from reviews where noun = 'registration' and noun_id = registrations.id
                     order by id desc limit 1) <> 'draft'",
            ids,
            above.0,
        );
        below.fetch_all(connection).await
    }

    /// What cannot be opened cannot be shown afterwards either.
    async fn read_each(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
    ) -> Result<Vec<Found<Registration>>, Error> {
        let rows = read_each(connection, ids).await?.into_iter().map(|(RegistrationId(id), row)| {
            let opened = row.map_err(Error::Unreadable).and_then(|row| {
                row.applicant(self.sealer)?;
                row.phone(self.sealer)?;
                Ok(row)
            });
            let row = opened.map_err(|error| {
                tracing::error!(%error, registration = id, "a registration that is to be judged cannot be read");
                Problem::from(refusals::REGISTRATION_UNREADABLE)
            });
            (id, row)
        });
        Ok(rows.collect())
    }

    async fn refused(
        &self,
        connection: &mut PgConnection,
        asked: &StepRequest<'_>,
        rows: &[Registration],
    ) -> Result<Vec<Refused>, Error> {
        let (mut refused, mut fit) = (Vec::new(), Vec::new());
        for row in rows {
            match self.may_be_judged(row, asked) {
                Ok(Some(opened)) => fit.push((row.id.0, (opened.document, opened.phone))),
                Ok(None) => {}
                Err(error) => refused.push((row.id.0, error.into())),
            }
        }
        // What is asked of Postgres is what an approval writes.
        let (ids, numbers): (Vec<_>, Vec<_>) = fit.into_iter().unzip();
        if ids.is_empty() {
            return Ok(refused);
        }
        let unfit: HashSet<_> = unfit_places(&mut *connection, &ids).await?.into_iter().collect();
        let taken = people::taken(connection, self.sealer, &numbers).await?;
        for (id, taken) in ids.into_iter().zip(taken) {
            let error = match taken {
                _ if unfit.contains(&id) => Error::UnitChanged,
                Taken { number: true, .. } => Error::NumberTaken,
                Taken { phone: true, .. } => Error::PhoneTaken,
                Taken { .. } => continue,
            };
            refused.push((id, error.into()));
        }
        Ok(refused)
    }

    async fn take(
        &self,
        change: &mut Change<'_>,
        rows: Vec<Registration>,
        step: &Step,
    ) -> Result<Vec<Refused>, Error> {
        let (entered, left) = match step {
            Step::Approve => self.enter(change, &rows).await?,
            _ => (HashMap::new(), Vec::new()),
        };
        let is_left: HashSet<_> = left.iter().map(|(id, _)| *id).collect();
        let judged = rows.into_iter().filter(|row| !is_left.contains(&row.id.0)).filter_map(|row| {
            let person = entered.get(&row.id.0).copied();
            row.review.map(|review| (row.id, review, person))
        });
        give(change, judged.collect(), step).await?;
        // Only nodes that can open what was sealed just now.
        let place = RunsOn::Key(hex::encode(self.sealer.key_id()));
        let kept: Vec<_> = entered.keys().map(|id| RecordKeptScans { registration: *id }).collect();
        jobs::enqueue_all(change.connection(), &kept, &place).await?;
        Ok(left)
    }
}

impl RegistrationReviews<'_> {
    /// Whether it may be judged by what it says itself; opened, where an approval is asked for.
    fn may_be_judged(&self, row: &Registration, asked: &StepRequest<'_>) -> Result<Option<Opened>, Error> {
        row.state().admits(asked.step).map_err(Error::NotNow)?;
        if asked.step != StepWord::Approve {
            return Ok(None);
        }
        // Which of two with one number is right is decided by looking at the document, never by their order in a list.
        if asked.several && row.others > 0 {
            return Err(Error::NumberStandsTwice);
        }
        Opened::of(row, self.sealer).map(Some)
    }

    /// Makes people of what was entered: of all in one statement; one by one where somebody has registered one of their numbers in
    /// between. Gives who they are by their registrations, and those that are left.
    async fn enter(
        &self,
        change: &mut Change<'_>,
        rows: &[Registration],
    ) -> Result<(HashMap<i64, PersonId>, Vec<Refused>), Error> {
        let opened = rows.iter().map(|row| Opened::of(row, self.sealer));
        let opened: Vec<_> = opened.collect::<Result<_, _>>()?;
        let now = change.now();
        let new = opened.iter().zip(rows).map(|(opened, row)| NewPerson {
            name: &opened.name,
            document: &opened.document,
            phone: &opened.phone,
            card_number: None,
            account: None,
            password_hash: None,
            title: opened.title,
            titled: Some((opened.proposal.title_series, opened.proposal.title_level)),
            specialty: &opened.proposal.specialty,
            takes_part: opened.proposal.takes_part,
            unit_id: opened.unit,
            department_id: row.department.as_ref().map(|department| department.id),
            registration: "approved",
            approved_at: Some(now),
            state: "normal",
        });
        let new: Vec<_> = new.collect();
        let ids = rows.iter().map(|row| row.id.0);
        match people::insert_all(change.connection(), self.sealer, &new).await {
            Ok(people) => return Ok((ids.zip(people).collect(), Vec::new())),
            Err(people::Error::IdNumberUsed | people::Error::PhoneUsed) => {}
            Err(error) => return Err(error.into()),
        }
        let (mut entered, mut left) = (HashMap::new(), Vec::new());
        for (id, new) in ids.zip(&new) {
            match people::insert(change.connection(), self.sealer, new).await {
                Ok(person) => drop(entered.insert(id, person)),
                Err(error @ (people::Error::IdNumberUsed | people::Error::PhoneUsed)) => {
                    left.push((id, Error::from(error).into()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok((entered, left))
    }
}

/// Takes the step of reviews whose registrations are locked, with the people that they have become; counts it, writes it to the log
/// and tells the applicants.
pub(super) async fn give(
    change: &mut Change<'_>,
    judged: Vec<(RegistrationId, Review<Proposal>, Option<PersonId>)>,
    step: &Step,
) -> Result<(), Error> {
    if judged.is_empty() {
        return Ok(());
    }
    let (by, now) = (change.by(), change.now());
    let (who, reviews): (Vec<_>, Vec<_>) =
        judged.into_iter().map(|(id, review, person)| ((id, person), review)).unzip();
    let reviews = kit::take_all(change.connection(), reviews, step, by, now).await?;
    let people: Vec<_> = who.iter().filter_map(|(id, person)| Some((id.0, (*person)?))).collect();
    let others: Vec<_> = who.iter().filter(|(_, person)| person.is_none()).map(|(id, _)| id.0).collect();
    become_people(change.connection(), &people, Some(by.id), now).await?;
    count_steps(change.connection(), &others, by.id, now).await?;
    let acts = who.iter().zip(&reviews).map(|((id, person), review)| {
        let mut detail = serde_json::to_value(&review.after).unwrap_or_default();
        detail["person"] = serde_json::json!(person);
        detail["reason"] = serde_json::json!(review.state.reason().map(Reason::as_str));
        (id.0, detail)
    });
    let acts: Vec<_> = acts.collect();
    let action = format!("{}_registration", step.word().word());
    audit::record_all(change.connection(), by, now, &action, "registration", &acts).await?;
    let told = who.iter().zip(&reviews).map(|((id, person), review)| (*id, *person, &review.state));
    notice::write_all(change.connection(), told, (by.unit.id, &by.unit.name), now).await?;
    Ok(())
}
