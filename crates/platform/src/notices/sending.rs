//! Sending a notice as a text message, by a job. What happens is written down before it happens: a delivery is `unknown` from before
//! the provider is called until its answer is known. A job that runs again, here or on another node, finds it so and does not call again. A
//! phone is read and opened here, and stands nowhere else.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, query};

use super::kind::{Kinds, Sms};
use super::module::{DUE, LAST_DUE, WARNED};
use super::sql;
use crate::auth::sms_code::{self, AskedBy};
use crate::auth::{self};
use crate::jobs::{self, Failed, Job, RunsOn, Try};
use crate::messages::Sender;
use zaichang_core::Phone;
use zaichang_core::clock::{Clock, day_of, instant_of};
use zaichang_core::seal::{Error as SealError, Kind, Sealer};

/// Sends a delivery that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SendNotice {
    delivery: i64,
    /// How often the provider had been called when it was added, and how often it has been put off since: each has a job of its own.
    calls: i32,
    put_off: i32,
}

impl SendNotice {
    /// The same once more, as a job of its own.
    const fn later(self) -> Self {
        Self { put_off: self.put_off + 1, ..self }
    }
}

impl Job for SendNotice {
    const NAME: &'static str = "send_notice";
    /// An hour or two, while the provider says that it has not taken it.
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("notice:{}:{}:{}", self.delivery, self.calls, self.put_off)
    }
}

/// Warnings go before, ordinary notices behind whatever else there is to be done: there may be thousands of them. Behind these go
/// invitations, of which there may be more than are sent in a day.
pub(super) const fn turn_of(sms: &Sms) -> i16 {
    match (sms.is_compulsory, sms.comes_last) {
        (true, _) => 0,
        (false, false) => 3,
        (false, true) => 4,
    }
}

/// How often a warning is put off to the next day because its number is told no more on this one.
const DAYS: i32 = 3;

/// Before another node is asked that may have the key of the phone.
const ELSEWHERE: SignedDuration = SignedDuration::from_secs(60);

/// Before another node is asked that may have the template.
const NO_TEMPLATE: SignedDuration = SignedDuration::from_mins(5);

/// Has each of these deliveries sent when it is due, in its turn, after so many calls.
pub(super) async fn enqueue(
    connection: &mut PgConnection,
    deliveries: impl IntoIterator<Item = (i64, i32, i16, Timestamp)>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let jobs = deliveries.into_iter().map(|(delivery, calls, turn, due)| {
        let wait = due.duration_since(now).max(SignedDuration::ZERO);
        (SendNotice { delivery, calls, put_off: 0 }, turn, wait)
    });
    let jobs: Vec<_> = jobs.collect();
    if jobs.is_empty() {
        return Ok(());
    }
    jobs::enqueue_all_after::<SendNotice>(connection, &jobs, &RunsOn::Anywhere).await
}

async fn add(
    connection: &mut PgConnection,
    job: &SendNotice,
    turn: i16,
    due: Timestamp,
    now: Timestamp,
) -> sqlx::Result<()> {
    let wait = due.duration_since(now).max(SignedDuration::ZERO);
    jobs::enqueue_after(connection, job, &RunsOn::Anywhere, turn, wait).await
}

/// What sending stands on.
#[derive(Clone)]
pub(super) struct Sending {
    pub kinds: Kinds,
    pub sealer: Sealer,
    pub sender: Arc<dyn Sender>,
    pub clock: Clock,
}

/// What becomes of a delivery that is due.
enum Decided {
    /// The provider is called; the number is of this call.
    Call { phone: Phone, sms: &'static Sms, number: i32 },
    /// It is not to be sent at all.
    Dropped,
    /// Not now.
    PutOff { turn: i16, due: Timestamp },
    /// Not here, but perhaps elsewhere after so long: this node has not the key of the phone, or not the template.
    Elsewhere { turn: i16, after: SignedDuration },
    /// It cannot be sent.
    Failed(&'static str),
}

/// Why nothing is decided now.
#[derive(Debug, thiserror::Error)]
enum Error {
    /// A newer release has written it: a node of that release sends it.
    #[error("this release does not know its kind")]
    KindUnknown,
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a notice is sent later");
        Self(match error {
            Error::KindUnknown => "kind_unknown",
            Error::Seal(_) | Error::Auth(auth::Error::Seal(_)) => "unreadable",
            Error::Auth(_) | Error::Database(_) => "database",
        })
    }
}

impl Sending {
    pub async fn run(self, job: SendNotice, attempt: Try) -> Result<(), Failed> {
        let Some(Decided::Call { phone, sms, number }) = self.begin(&attempt.pool, job).await? else {
            return Ok(());
        };
        let sent = self.sender.send(&phone, sms.message()).await;
        let (state, answer) = match &sent {
            Ok(()) => ("sent", None),
            Err(error) if error.may_have_been_sent => {
                tracing::warn!(%error, delivery = job.delivery, "whether a notice was sent is not known");
                ("unknown", Some(error.code.as_str()))
            }
            Err(error) => {
                tracing::error!(%error, delivery = job.delivery, "a notice was not sent");
                (if attempt.is_last { "failed" } else { "waiting" }, Some(error.code.as_str()))
            }
        };
        self.settle(&attempt.pool, job, number, state, answer).await.map_err(Error::from)?;
        if state == "waiting" { Err(Failed("not_sent")) } else { Ok(()) }
    }

    /// Decides, and writes down what was decided: of a call, before it is made. Nothing where it waits no longer.
    async fn begin(&self, pool: &PgPool, job: SendNotice) -> Result<Option<Decided>, Error> {
        let mut transaction = pool.begin().await?;
        let Some(decided) = self.decide(&mut transaction, job).await? else { return Ok(None) };
        let now = self.clock.now();
        match &decided {
            Decided::Call { number, .. } => {
                query!(
                    "update notice_deliveries set state = 'unknown', calls = $2, begun_at = $3, ended_at = null, answer = null
                     where id = $1",
                    job.delivery,
                    number,
                    now.to_sqlx() as _,
                )
                .execute(&mut *transaction)
                .await?;
            }
            Decided::Dropped => {
                query!("delete from notice_deliveries where id = $1", job.delivery)
                    .execute(&mut *transaction)
                    .await?;
            }
            Decided::PutOff { turn, due } => {
                query!(
                    "update notice_deliveries set due_at = $2 where id = $1",
                    job.delivery,
                    due.to_sqlx() as _
                )
                .execute(&mut *transaction)
                .await?;
                add(&mut transaction, &job.later(), *turn, *due, now).await?;
            }
            // Still due: where no node has it, it is given up in the end, and shown.
            Decided::Elsewhere { turn, after } => {
                add(&mut transaction, &job.later(), *turn, now + *after, now).await?;
            }
            Decided::Failed(why) => {
                query!(
                    "update notice_deliveries set state = 'failed', answer = $2, ended_at = $3 where id = $1",
                    job.delivery,
                    why,
                    now.to_sqlx() as _,
                )
                .execute(&mut *transaction)
                .await?;
            }
        }
        transaction.commit().await?;
        Ok(Some(decided))
    }

    /// What becomes of it; it is held until the transaction ends.
    async fn decide(&self, connection: &mut PgConnection, job: SendNotice) -> Result<Option<Decided>, Error> {
        let row = query!(
            r#"select deliveries.state, calls, answer, due_at, notices.at, to_former, former_phone_sealed, former_key_id, notices.kind, sms as "sms?",
                   quiet_from as "quiet_from?", quiet_until as "quiet_until?",
                   coalesce(people.phone_sealed, accounts.phone_sealed, registrations.phone_sealed) as phone_sealed,
                   coalesce(people.key_id, accounts.key_id, registrations.key_id) as key_id
               from notice_deliveries deliveries
               join notices on notices.id = notice_id
               left join people own on own.id = notices.person_id
               -- Who was merged is told where they are the one who stays.
               left join people on people.id = coalesce(own.merged_into, own.id)
               left join notice_preferences on notice_preferences.person_id = people.id
               left join accounts on accounts.id = notices.account_id
               left join registrations on registrations.id = notices.registration_id
               where deliveries.id = $1 for update of deliveries"#,
            job.delivery,
        );
        let row = row.fetch_optional(&mut *connection).await?;
        let Some(row) = row.filter(|row| row.state == "waiting") else { return Ok(None) };
        let kind = self.kinds.of(&row.kind).ok_or(Error::KindUnknown)?;
        let Some(sms) = &kind.sms else { return Ok(Some(Decided::Dropped)) };
        let is_unwanted = !sms.is_compulsory && row.sms == Some(false);
        let is_set = self.sender.is_set_for(sms.message());
        // Ordinary notices stand in an inbox: without a template they are in that alone.
        if is_unwanted || (!is_set && !sms.comes_last) {
            return Ok(Some(Decided::Dropped));
        }
        let (now, turn) = (self.clock.now(), turn_of(sms));
        // Nothing was running, or another release: what it tells is old.
        if row.due_at.to_jiff() < now - if sms.comes_last { LAST_DUE } else { DUE } {
            return Ok(Some(Decided::Failed("overdue")));
        }
        // The node that wrote it had the template: settings reach the nodes one by one.
        if !is_set {
            return Ok(Some(Decided::Elsewhere { turn, after: NO_TEMPLATE }));
        }
        let due = sql::quiet(row.quiet_from, row.quiet_until).ends(now);
        if !sms.is_compulsory && due > now {
            return Ok(Some(Decided::PutOff { turn, due }));
        }
        let sealed = if row.to_former {
            row.former_phone_sealed.zip(row.former_key_id).filter(|_| row.at.to_jiff() >= now - WARNED)
        } else {
            row.phone_sealed.zip(row.key_id)
        };
        let Some((sealed, key_id)) = sealed else { return Ok(Some(Decided::Failed("no_phone"))) };
        let clear = match self.sealer.open(Kind::Phone, &key_id, &sealed) {
            Err(SealError::UnknownKey(_)) => {
                return Ok(Some(Decided::Elsewhere { turn, after: ELSEWHERE }));
            }
            clear => clear?,
        };
        let phone = Phone::parse(&clear).map_err(|_| SealError::Altered)?;
        let index = self.sealer.index(Kind::Phone, phone.expose());
        let asked_by = if sms.is_compulsory { AskedBy::Notice } else { AskedBy::Inbox };
        let call = Decided::Call { phone, sms, number: row.calls + 1 };
        // What the provider has refused and is tried again was counted the first time.
        if row.answer.is_some() {
            return Ok(Some(call));
        }
        match sms_code::count(connection, &index, asked_by, now).await {
            Ok(()) => Ok(Some(call)),
            // However many were brought about to hide this one.
            Err(auth::Error::NumberUsedUp) if sms.is_compulsory && job.put_off < DAYS => {
                let tomorrow = day_of(now).saturating_add(1.day());
                Ok(Some(Decided::PutOff { turn, due: instant_of(tomorrow, 0) }))
            }
            Err(auth::Error::NumberUsedUp) => Ok(Some(Decided::Failed("daily_limit"))),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes down what the call came to.
    async fn settle(
        &self,
        pool: &PgPool,
        job: SendNotice,
        number: i32,
        state: &str,
        answer: Option<&str>,
    ) -> sqlx::Result<()> {
        query!(
            "update notice_deliveries set state = $3, answer = $4, ended_at = $5 where id = $1 and calls = $2 and state = 'unknown'",
            job.delivery,
            number,
            state,
            answer,
            self.clock.now().to_sqlx() as _,
        )
        .execute(pool)
        .await?;
        Ok(())
    }
}
