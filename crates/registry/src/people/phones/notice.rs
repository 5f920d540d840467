//! What the phone that a person had is told when another is put in its place, by anybody: its holder has to know. And the job by which a
//! node of the release before tells it.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, query};

use zaichang_core::ids::PersonId;
use zaichang_platform::jobs::{Failed, Job, Try};
use zaichang_platform::notices::{self, Former, Kind, Notice, Reader, Sms, Via};

const fn sms(says: &'static str) -> Sms {
    Sms { template: "phone", variable: "event", says, is_compulsory: true, comes_last: false }
}

const BY_OWNER: Kind = Kind {
    word: "phone_replaced",
    title: ("登录手机号已由本人更换", "The phone you log in with was replaced"),
    text: (
        "原登录密码已失效，可重新设置。如非本人办理，请立即联系所在单位。",
        "You have replaced it. Your password has ended with it, and may be set anew. If it was not you, please tell your unit at once.",
    ),
    sms: Some(sms("已由本人更换")),
};

const BY_UNIT: Kind = Kind {
    word: "phone_replaced_by_unit",
    title: ("登录手机号已由所在单位更换", "The phone you log in with was replaced by your unit"),
    text: (
        "原登录密码已失效，可重新设置。如非本人要求，请立即联系所在单位。",
        "Your password has ended with it, and may be set anew. If you have not asked for it, please tell your unit at once.",
    ),
    sms: Some(sms("已由所在单位更换")),
};

pub(in crate::people) const KINDS: &[&Kind] = &[&BY_OWNER, &BY_UNIT];

/// Tells it in the transaction of the change.
pub(super) async fn write(
    connection: &mut PgConnection,
    (change, person): (i64, PersonId),
    by_unit: bool,
    former: Former,
    now: Timestamp,
) -> sqlx::Result<()> {
    let notice = Notice {
        kind: if by_unit { &BY_UNIT } else { &BY_OWNER },
        to: Reader::Person(person),
        about: ("phone_change", change),
        parameters: json!({}),
        unit: None,
        via: Via::Former(former),
    };
    notices::write(connection, notice, now).await
}

/// Tells of a change, as nodes of the release before ask for it. The next release drops it, and the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::people) struct TellOldPhone {
    /// Of `phone_changes`.
    change: i64,
}

impl Job for TellOldPhone {
    const NAME: &'static str = "tell_old_phone";
    const TRIES: u8 = 9;

    fn key(&self) -> String {
        format!("phone_notice:{}", self.change)
    }
}

pub(in crate::people) async fn tell(job: TellOldPhone, attempt: Try, now: Timestamp) -> Result<(), Failed> {
    tell_once(job, &attempt, now).await.map_err(|error| {
        tracing::error!(%error, "telling a phone that was replaced is put off");
        Failed("database")
    })
}

async fn tell_once(job: TellOldPhone, attempt: &Try, now: Timestamp) -> sqlx::Result<()> {
    let mut transaction = attempt.pool.begin().await?;
    let row = query!(
        r#"update phone_notices set told_at = $2 from phone_changes
           where change_id = $1 and phone_changes.id = $1 and told_at is null
           returning person_id, account_id is not null as "by_unit!", phone_sealed, key_id"#,
        job.change,
        now.to_sqlx() as _,
    );
    let Some(row) = row.fetch_optional(&mut *transaction).await? else { return Ok(()) };
    let former = Former { phone_sealed: row.phone_sealed, key_id: row.key_id };
    write(&mut transaction, (job.change, PersonId(row.person_id)), row.by_unit, former, now).await?;
    transaction.commit().await
}
