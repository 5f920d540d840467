//! Telling the phone that a person had, by a text message, that another has taken its place: whoever did it, its holder has to know. A
//! message is written down before it is sent, so that it is sent once at most, whichever node does it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, query};

use zaichang_core::Phone;
use zaichang_core::seal::{Error as SealError, Kind, Sealer};
use zaichang_platform::auth::sms_code::{self, AskedBy};
use zaichang_platform::auth::{self};
use zaichang_platform::jobs::{Failed, Job, Try};
use zaichang_platform::messages::{Message, Sender};

/// Tells of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::people) struct TellOldPhone {
    /// Of `phone_changes`.
    pub change: i64,
}

impl Job for TellOldPhone {
    const NAME: &'static str = "tell_old_phone";
    /// An hour or two: later it is no warning any more.
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("phone_notice:{}", self.change)
    }
}

pub(in crate::people) async fn tell(
    job: TellOldPhone,
    attempt: Try,
    sealer: Sealer,
    sender: Arc<dyn Sender>,
    now: Timestamp,
) -> Result<(), Failed> {
    let stored = |error: auth::Error| {
        tracing::error!(%error, "telling a phone that was replaced is put off");
        Failed("database")
    };
    let claimed = claim(&attempt.pool, &sealer, &*sender, job, now).await.map_err(stored)?;
    let Some((phone, sentence)) = claimed else { return Ok(()) };
    match sender.send(&phone, Message::PhoneReplaced(sentence)).await {
        Ok(()) => Ok(()),
        Err(error) if error.may_have_been_sent => {
            tracing::warn!(%error, "whether a phone that was replaced was told is not known: it is not said again");
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a phone that was replaced was not told");
            let given_back =
                query!("update phone_notices set told_at = null where change_id = $1", job.change);
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
    job: TellOldPhone,
    now: Timestamp,
) -> Result<Option<(Phone, &'static str)>, auth::Error> {
    let mut transaction = pool.begin().await?;
    let row = query!(
        r#"update phone_notices set told_at = $2 from phone_changes
           where change_id = $1 and phone_changes.id = $1 and told_at is null
           returning account_id is not null as "by_unit!", phone_sealed, key_id"#,
        job.change,
        now.to_sqlx() as _,
    );
    let Some(row) = row.fetch_optional(&mut *transaction).await? else { return Ok(None) };
    let sentence = if row.by_unit { "已由所在单位更换" } else { "已由本人更换" };
    if !sender.is_set_for(Message::PhoneReplaced(sentence)) {
        return Ok(None);
    }
    let clear = sealer.open(Kind::Phone, &row.key_id, &row.phone_sealed)?;
    let phone = Phone::parse(&clear).map_err(|_| SealError::Altered)?;
    let index = sealer.index(Kind::Phone, phone.expose());
    match sms_code::count(&mut transaction, &index, AskedBy::Notice, now).await {
        Ok(()) => {}
        Err(auth::Error::NumberUsedUp) => return Ok(None),
        Err(error) => return Err(error),
    }
    transaction.commit().await?;
    Ok(Some((phone, sentence)))
}
