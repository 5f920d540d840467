//! Sending a notice as a text message, by a job. What happens is written down before it happens: a delivery is `unknown` from before
//! the provider is called until its answer is known. A job that runs again, here or on another node, finds it so and calls nobody. A
//! phone is read and opened here, and stands nowhere else.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, query};

use super::kind::{Kinds, Sms};
use super::sql;
use crate::auth::sms_code::{self, AskedBy};
use crate::auth::{self};
use crate::jobs::{self, Failed, Job, Place, Try};
use crate::messages::Sender;
use zaichang_core::Phone;
use zaichang_core::clock::Clock;
use zaichang_core::seal::{Error as SealError, Kind, Sealer};

/// Sends a delivery that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SendNotice {
    delivery: i64,
    /// How often the provider had been called when it was added, and how often it has been put off since: each has a job of its own.
    calls: i32,
    put_off: i32,
}

impl Job for SendNotice {
    const NAME: &'static str = "send_notice";
    /// An hour or two, while the provider says that it has not taken it.
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("notice:{}:{}:{}", self.delivery, self.calls, self.put_off)
    }
}

/// Has it sent when it is due, by any node that can open the phone.
pub(super) async fn enqueue(
    connection: &mut PgConnection,
    (delivery, calls): (i64, i32),
    due: Timestamp,
    now: Timestamp,
) -> sqlx::Result<()> {
    add(connection, &SendNotice { delivery, calls, put_off: 0 }, due, now).await
}

async fn add(
    connection: &mut PgConnection,
    job: &SendNotice,
    due: Timestamp,
    now: Timestamp,
) -> sqlx::Result<()> {
    let wait = due.duration_since(now).max(SignedDuration::ZERO);
    jobs::enqueue_after(connection, job, &Place::Anywhere, wait).await
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
    PutOff(Timestamp),
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
            Decided::PutOff(due) => {
                query!(
                    "update notice_deliveries set due_at = $2 where id = $1",
                    job.delivery,
                    due.to_sqlx() as _
                )
                .execute(&mut *transaction)
                .await?;
                let later = SendNotice { put_off: job.put_off + 1, ..job };
                add(&mut transaction, &later, *due, now).await?;
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
            r#"select deliveries.state, calls, answer, to_former, former_phone_sealed, former_key_id, notices.kind, sms as "sms?",
                   quiet_from as "quiet_from?", quiet_until as "quiet_until?",
                   coalesce(people.phone_sealed, accounts.phone_sealed, registrations.phone_sealed) as phone_sealed,
                   coalesce(people.key_id, accounts.key_id, registrations.key_id) as key_id
               from notice_deliveries deliveries
               join notices on notices.id = notice_id
               left join notice_preferences on notice_preferences.person_id = notices.person_id
               left join people on people.id = notices.person_id
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
        if is_unwanted || !self.sender.is_set_for(sms.message()) {
            return Ok(Some(Decided::Dropped));
        }
        let now = self.clock.now();
        let due = sql::quiet(row.quiet_from, row.quiet_until).ends(now);
        if !sms.is_compulsory && due > now {
            return Ok(Some(Decided::PutOff(due)));
        }
        let sealed = if row.to_former {
            row.former_phone_sealed.zip(row.former_key_id)
        } else {
            row.phone_sealed.zip(row.key_id)
        };
        let Some((sealed, key_id)) = sealed else { return Ok(Some(Decided::Failed("no_phone"))) };
        let clear = self.sealer.open(Kind::Phone, &key_id, &sealed)?;
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
