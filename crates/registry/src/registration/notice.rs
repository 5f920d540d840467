//! Telling the applicant what their unit has found, by a text message. A message costs money and attention, so a verdict is told
//! at most once: the step that gave it is part of the job's key, and is written down before the message is sent. A job that
//! runs again, here or on another node, finds it there; so does an older verdict's job, which has nothing to tell once a later
//! step was taken. If a node dies between writing and sending, nobody is told: the page shows the verdict all the same.
//!
//! Told twice it is in one case alone: the provider answers that it has not taken the message, and has. Then the job is tried
//! again, and no provider of ours takes a key by which it would know the message.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query, query_scalar};

use super::Error;
use super::sql::read;
use zaichang_core::Phone;
use zaichang_core::ids::{PersonId, RegistrationId};
use zaichang_core::seal::{self, Kind, Sealer};
use zaichang_platform::jobs::{Failed, Job, Try};
use zaichang_platform::messages::{Message, Sender};
use zaichang_platform::review::State;

/// Tells the verdict that this step of the review gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TellVerdict {
    registration: i64,
    /// Of `review_steps`.
    step: i64,
}

impl TellVerdict {
    /// The verdict that the caller's transaction has just given.
    pub async fn newest(connection: &mut PgConnection, registration: RegistrationId) -> sqlx::Result<Self> {
        let step = newest_step(connection, registration.0).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(Self { registration: registration.0, step })
    }
}

impl Job for TellVerdict {
    const NAME: &'static str = "tell_registration_verdict";
    /// An hour or two: later, the applicant has looked themselves.
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("told:{}:{}", self.registration, self.step)
    }
}

pub(super) async fn tell(
    job: TellVerdict,
    attempt: Try,
    sealer: Sealer,
    sender: Arc<dyn Sender>,
) -> Result<(), Failed> {
    let stored = |error: Error| {
        tracing::error!(%error, "telling the verdict on a registration is put off");
        Failed("database")
    };
    let mut connection = attempt.pool.acquire().await.map_err(|error| stored(error.into()))?;
    let Some((phone, result)) = to_be_told(&mut connection, &sealer, job).await.map_err(stored)? else {
        return Ok(());
    };
    let message = Message::RegistrationJudged(result);
    if !sender.is_set_for(message)
        || !claim(&mut connection, job).await.map_err(|error| stored(error.into()))?
    {
        return Ok(());
    }
    match sender.send(&phone, message).await {
        Ok(()) => Ok(()),
        Err(error) if error.may_have_been_sent => {
            tracing::warn!(%error, "whether the verdict on a registration was told is not known: it is not said again");
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "the verdict on a registration was not told");
            let given_back = query!(
                "update registrations set told_step = null where id = $1 and told_step = $2",
                job.registration,
                job.step,
            );
            given_back.execute(&mut *connection).await.map_err(|error| stored(error.into()))?;
            Err(Failed("not_sent"))
        }
    }
}

/// The last step that was taken in the registration's reviews.
async fn newest_step(connection: &mut PgConnection, registration: i64) -> sqlx::Result<Option<i64>> {
    let newest = query_scalar!(
        "select max(review_steps.id) from review_steps join reviews on reviews.id = review_id
         where noun = 'registration' and noun_id = $1",
        registration,
    );
    newest.fetch_one(connection).await
}

/// The phone, and what is said to it; nothing where the registration is gone, or a later step was taken meanwhile.
async fn to_be_told(
    connection: &mut PgConnection,
    sealer: &Sealer,
    job: TellVerdict,
) -> Result<Option<(Phone, &'static str)>, Error> {
    if newest_step(connection, job.registration).await? != Some(job.step) {
        return Ok(None);
    }
    let Some(registration) = read(connection, &[job.registration]).await?.pop() else { return Ok(None) };
    let result = match registration.state() {
        State::Approved => "已通过",
        State::Returned { .. } => "已退回修改",
        State::Rejected { .. } => "未通过",
        State::Draft | State::Submitted { .. } => return Ok(None),
    };
    let phone = match registration.person {
        Some(person) => phone_of(connection, sealer, person).await?,
        None => registration.phone(sealer)?,
    };
    Ok(phone.map(|phone| (phone, result)))
}

async fn phone_of(
    connection: &mut PgConnection,
    sealer: &Sealer,
    PersonId(id): PersonId,
) -> Result<Option<Phone>, Error> {
    let row = query!("select phone_sealed, key_id from people where id = $1", id);
    let Some(row) = row.fetch_optional(connection).await? else { return Ok(None) };
    let clear = sealer.open(Kind::Phone, &row.key_id, &row.phone_sealed)?;
    Ok(Some(Phone::try_from(clear).map_err(|_| seal::Error::Altered)?))
}

/// True for the first try that comes so far.
async fn claim(connection: &mut PgConnection, job: TellVerdict) -> sqlx::Result<bool> {
    let claimed = query_scalar!(
        "update registrations set told_step = $2
         where id = $1 and (told_step is null or told_step < $2) returning id",
        job.registration,
        job.step,
    );
    Ok(claimed.fetch_optional(connection).await?.is_some())
}
