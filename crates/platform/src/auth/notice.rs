//! What the holder of an account is told of what somebody else has done to it, on the phone that it had at that moment: who is helped
//! has asked for it, anybody else has to know. It must not know who may do such things.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, PgPool, query};
use strum::EnumString;

use crate::db;
use crate::jobs::{Failed, Job, Try};
use crate::notices::{self, Former, Kind, Notice, Reader, Sms, Via};
use zaichang_core::ids::AccountId;

/// What is told; its word in SQL stands in a column with the constraint `account_notice_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum AccountEvent {
    /// Another admin has given the account a password.
    PasswordGiven,
    /// Another admin has made a link for its second factor.
    FactorLinkMade,
    /// The second factor was set anew, and with it perhaps the phone.
    FactorSet,
}

const fn sms(says: &'static str) -> Sms {
    Sms { template: "account", variable: "event", says, is_compulsory: true, comes_last: false }
}

/// What to do where one has not asked for it.
const ASK: (&str, &str) = (
    "如非本人要求，请立即联系其他管理员或上级行政部门。",
    "If you have not asked for it, please tell another administrator or the authority above at once.",
);

const PASSWORD_GIVEN: Kind = Kind {
    word: "account_password_given",
    title: ("登录密码已被重置", "Your password was reset"),
    text: ASK,
    sms: Some(sms("登录密码已被重置")),
};

const FACTOR_LINK_MADE: Kind = Kind {
    word: "account_factor_link_made",
    title: ("第二道验证即将重设", "Your second step is about to be set anew"),
    text: ASK,
    sms: Some(sms("第二道验证即将重设")),
};

const FACTOR_SET: Kind = Kind {
    word: "account_factor_set",
    title: ("第二道验证已重设", "Your second step was set anew"),
    text: ASK,
    sms: Some(sms("第二道验证已重设")),
};

pub(super) const KINDS: &[&Kind] = &[&PASSWORD_GIVEN, &FACTOR_LINK_MADE, &FACTOR_SET];

impl AccountEvent {
    const fn kind(self) -> &'static Kind {
        match self {
            Self::PasswordGiven => &PASSWORD_GIVEN,
            Self::FactorLinkMade => &FACTOR_LINK_MADE,
            Self::FactorSet => &FACTOR_SET,
        }
    }
}

/// Tells it in the transaction of the act, and before the phone is replaced. An account without a phone reads it in its inbox.
pub async fn keep(
    transaction: &mut PgConnection,
    account: AccountId,
    event: AccountEvent,
    now: Timestamp,
) -> sqlx::Result<()> {
    let row = query!("select phone_sealed, key_id from accounts where id = $1", account.0);
    let row = row.fetch_one(&mut *transaction).await?;
    let former =
        row.phone_sealed.zip(row.key_id).map(|(phone_sealed, key_id)| Former { phone_sealed, key_id });
    write(transaction, account, event, former, now).await
}

async fn write(
    transaction: &mut PgConnection,
    account: AccountId,
    event: AccountEvent,
    former: Option<Former>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let notice = Notice {
        kind: event.kind(),
        to: Reader::Account(account),
        about: ("account", account.0),
        parameters: json!({}),
        unit: None,
        via: former.map_or(Via::InboxAlone, Via::Former),
    };
    notices::write(transaction, notice, now).await
}

/// Tells a notice, as nodes of the release before ask for it. The next release drops it, and the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TellAccount {
    notice: i64,
}

impl Job for TellAccount {
    const NAME: &'static str = "tell_account";
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("account_notice:{}", self.notice)
    }
}

pub(super) async fn tell(job: TellAccount, attempt: Try, now: Timestamp) -> Result<(), Failed> {
    tell_once(job, &attempt.pool, now).await.map_err(|error| {
        tracing::error!(%error, "telling the holder of an account is put off");
        Failed("database")
    })
}

async fn tell_once(job: TellAccount, pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    let row = query!(
        "update account_notices set told_at = $2 where id = $1 and told_at is null returning account_id, what, phone_sealed, key_id",
        job.notice,
        now.to_sqlx() as _,
    );
    let Some(row) = row.fetch_optional(&mut *transaction).await? else { return Ok(()) };
    let event: AccountEvent = db::word("account_notices", "what", job.notice, &row.what)?;
    let former = Former { phone_sealed: row.phone_sealed, key_id: row.key_id };
    write(&mut transaction, AccountId(row.account_id), event, Some(former), now).await?;
    transaction.commit().await
}

/// Takes away what was to be told before this.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from account_notices where at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
