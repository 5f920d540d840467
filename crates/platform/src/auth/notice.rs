//! Telling the holder of an account, by a text message to the phone that it had at that moment, what somebody else has done to it: who
//! is helped has asked for it, anybody else has to know. A message is written down before it is sent, so that it is sent once at
//! most, whichever node does it. It must not know who may do such things.

use std::sync::Arc;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, query, query_scalar};
use strum::{EnumString, IntoStaticStr};

use super::sms_code::{self, AskedBy};
use super::{Error, Guard};
use crate::db;
use crate::jobs::{self, Failed, Job, Place, Try};
use crate::messages::{Message, Sender};
use zaichang_core::Phone;
use zaichang_core::ids::AccountId;
use zaichang_core::seal::{Error as SealError, Kind, Sealer};

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Told {
    /// Another admin has given the account a password.
    PasswordGiven,
    /// Another admin has made a link for its second factor.
    FactorLinkMade,
    /// The second factor was set anew, and with it perhaps the phone.
    FactorSet,
}

impl Told {
    /// The word in SQL, in a column with the constraint `account_notice_is_known`.
    fn word(self) -> &'static str {
        self.into()
    }

    /// What stands in the message.
    const fn sentence(self) -> &'static str {
        match self {
            Self::PasswordGiven => "登录密码已被重置",
            Self::FactorLinkMade => "第二道验证即将重设",
            Self::FactorSet => "第二道验证已重设",
        }
    }
}

/// Tells a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TellAccount {
    notice: i64,
}

impl Job for TellAccount {
    const NAME: &'static str = "tell_account";
    /// An hour or two: later it is no warning any more.
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("account_notice:{}", self.notice)
    }
}

/// Keeps what the account's phone is to be told, in the transaction of the act and before the phone is replaced. Of an account without
/// a phone there is nothing to tell.
pub async fn keep(
    transaction: &mut PgConnection,
    guard: &Guard,
    account: AccountId,
    told: Told,
    now: Timestamp,
) -> sqlx::Result<()> {
    let notice = query_scalar!(
        "insert into account_notices (account_id, what, phone_sealed, key_id, at)
         select id, $2, phone_sealed, key_id, $3 from accounts where id = $1 and phone_sealed is not null and key_id is not null
         returning id",
        account.0,
        told.word(),
        now.to_sqlx() as _,
    );
    let Some(notice) = notice.fetch_optional(&mut *transaction).await? else { return Ok(()) };
    // Only nodes that can open what was sealed.
    let place = Place::Key(hex::encode(guard.keys().signing_id()));
    jobs::enqueue(transaction, &TellAccount { notice }, &place).await
}

pub(super) async fn tell(
    job: TellAccount,
    attempt: Try,
    sealer: Sealer,
    sender: Arc<dyn Sender>,
    now: Timestamp,
) -> Result<(), Failed> {
    let stored = |error: Error| {
        tracing::error!(%error, "telling the holder of an account is put off");
        Failed("database")
    };
    let claimed = claim(&attempt.pool, &sealer, &*sender, job, now).await.map_err(stored)?;
    let Some((phone, told)) = claimed else { return Ok(()) };
    match sender.send(&phone, Message::AccountChanged(told.sentence())).await {
        Ok(()) => Ok(()),
        Err(error) if error.may_have_been_sent => {
            tracing::warn!(%error, "whether the holder of an account was told is not known: it is not said again");
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "the holder of an account was not told");
            let given_back = query!("update account_notices set told_at = null where id = $1", job.notice);
            given_back.execute(&attempt.pool).await.map_err(|error| stored(error.into()))?;
            Err(Failed("not_sent"))
        }
    }
}

/// The phone and what it is told, for the first try that comes so far. Nothing where no message of this kind is sent here, and where
/// the number has had all of today.
async fn claim(
    pool: &PgPool,
    sealer: &Sealer,
    sender: &dyn Sender,
    job: TellAccount,
    now: Timestamp,
) -> Result<Option<(Phone, Told)>, Error> {
    let mut transaction = pool.begin().await?;
    let row = query!(
        "update account_notices set told_at = $2 where id = $1 and told_at is null returning what, phone_sealed, key_id",
        job.notice,
        now.to_sqlx() as _,
    );
    let Some(row) = row.fetch_optional(&mut *transaction).await? else { return Ok(None) };
    let told: Told = db::word("account_notices", "what", job.notice, &row.what)?;
    if !sender.is_set_for(Message::AccountChanged(told.sentence())) {
        return Ok(None);
    }
    let clear = sealer.open(Kind::Phone, &row.key_id, &row.phone_sealed)?;
    let phone = Phone::parse(&clear).map_err(|_| SealError::Altered)?;
    let index = sealer.index(Kind::Phone, phone.expose());
    match sms_code::count(&mut transaction, &index, AskedBy::Notice, now).await {
        Ok(()) => {}
        Err(Error::NumberUsedUp) => return Ok(None),
        Err(error) => return Err(error),
    }
    transaction.commit().await?;
    Ok(Some((phone, told)))
}

/// Takes away what was to be told before this.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from account_notices where at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
