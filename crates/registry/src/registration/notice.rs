//! What applicants are told of their registration's review, and the job by which a node of the release before tells it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{PgConnection, query_scalar};

use super::Error;
use super::sql::read;
use zaichang_core::ids::{PersonId, RegistrationId, UnitId};
use zaichang_platform::jobs::{Failed, Job, Try};
use zaichang_platform::notices::{self, Kind, Notice, Reader, Sms, Via};
use zaichang_platform::review::State;

/// A verdict is told by one template, which says what it was.
const fn sms(says: &'static str) -> Sms {
    Sms { template: "registration", variable: "result", says, is_compulsory: false, comes_last: false }
}

const APPROVED: Kind = Kind {
    word: "registration_approved",
    title: ("注册申请已通过", "Your registration was approved"),
    text: ("{unit}已通过您的注册申请，您可以扫码签到。", "{unit} has approved it: you can check in now."),
    sms: Some(sms("已通过")),
};

const RETURNED: Kind = Kind {
    word: "registration_returned",
    title: ("注册申请已退回修改", "Your registration was sent back"),
    text: ("{unit}退回了您的注册申请：{reason}", "{unit} has sent it back: {reason}"),
    sms: Some(sms("已退回修改")),
};

const REJECTED: Kind = Kind {
    word: "registration_rejected",
    title: ("注册申请未通过", "Your registration was not approved"),
    text: ("{unit}未通过您的注册申请：{reason}", "{unit} has not approved it: {reason}"),
    sms: Some(sms("未通过")),
};

pub(super) const KINDS: &[&Kind] = &[&APPROVED, &RETURNED, &REJECTED];

/// Tells the verdicts that the caller's transaction has just given, by an admin of the unit `by`: how each registration stands, and
/// who it has become.
pub(super) async fn write_all(
    connection: &mut PgConnection,
    judged: impl IntoIterator<Item = (RegistrationId, Option<PersonId>, &State)>,
    by: (UnitId, &str),
    now: Timestamp,
) -> sqlx::Result<()> {
    let notices = judged.into_iter().filter_map(|(id, person, state)| notice(id, person, state, Some(by)));
    let notices: Vec<_> = notices.collect();
    notices::write_all(connection, notices, now).await
}

fn notice(
    id: RegistrationId,
    person: Option<PersonId>,
    state: &State,
    judge: Option<(UnitId, &str)>,
) -> Option<Notice> {
    let kind = match state {
        State::Approved => &APPROVED,
        State::Returned { .. } => &RETURNED,
        State::Rejected { .. } => &REJECTED,
        State::Draft | State::Submitted { .. } => return None,
    };
    let reason = state.reason().map_or(Value::Null, |reason| json!(reason.as_str()));
    Some(Notice {
        kind,
        to: person.map_or(Reader::Applicant(id), Reader::Person),
        about: ("registration", id.0),
        parameters: json!({ "unit": judge.map(|(_, name)| name), "reason": reason }),
        unit: judge.map(|(id, _)| id),
        via: Via::Present,
    })
}

/// Tells the verdict that this step of the review gave: as nodes of the release before ask for it. The next release drops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TellVerdict {
    registration: i64,
    /// Of `review_steps`.
    step: i64,
}

impl Job for TellVerdict {
    const NAME: &'static str = "tell_registration_verdict";
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("told:{}:{}", self.registration, self.step)
    }
}

pub(super) async fn tell(job: TellVerdict, attempt: Try, now: Timestamp) -> Result<(), Failed> {
    tell_once(job, &attempt, now).await.map_err(|error| {
        tracing::error!(%error, "telling the verdict on a registration is put off");
        Failed("database")
    })
}

/// Once, however often the job runs, and not after a later step.
async fn tell_once(job: TellVerdict, attempt: &Try, now: Timestamp) -> Result<(), Error> {
    let mut transaction = attempt.pool.begin().await?;
    let claimed = query_scalar!(
        "update registrations set told_step = $2
         where id = $1 and (told_step is null or told_step < $2) and $2 = (
             select max(review_steps.id) from review_steps join reviews on reviews.id = review_id
             where noun = 'registration' and noun_id = $1
         )
         returning id",
        job.registration,
        job.step,
    );
    if claimed.fetch_optional(&mut *transaction).await?.is_none() {
        return Ok(());
    }
    let registration = read(&mut transaction, &[job.registration]).await?.pop().ok_or(Error::NotFound)?;
    let own = registration.unit.as_ref().map(|unit| (unit.id, unit.name.as_str()));
    if let Some(notice) = notice(registration.id, registration.person, &registration.state(), own) {
        notices::write(&mut transaction, notice, now).await?;
    }
    Ok(transaction.commit().await?)
}
