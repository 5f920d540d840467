//! Notices: what people and admins are told of an act, written in its transaction (an outbox), read in an inbox, and sent as a text
//! message where the operator has set a template for it. A module declares its kinds (`context.notices.kind`) and writes notices; it
//! does not send them. This must not know what any of them is about.

mod deliveries;
mod inbox;
mod kind;
mod module;
mod preferences;
mod quiet;
pub mod refusals;
mod routes;
mod sending;
mod sql;

pub use kind::{Kind, Kinds, Sms};
pub use module::MODULE;
pub use quiet::Quiet;
pub use sql::Former;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;

use crate::audit::holds_a_number;
use crate::db::{away, is_away};
use crate::http::Problem;
use zaichang_core::ids::{AccountId, PersonId, RegistrationId, UnitId};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Person(PersonId),
    Account(AccountId),
    /// Somebody who registers, and is no person yet.
    Applicant(RegistrationId),
}

/// What is told.
#[derive(Clone, Debug)]
pub struct Notice {
    pub kind: &'static Kind,
    pub to: Reader,
    /// The noun of the thing's table, singular, and its id.
    pub about: (&'static str, i64),
    /// What stands in the kind's sentences, by name: a text, or two of them in Chinese and English.
    pub parameters: Value,
    /// Whose admins look after it where the reader has no unit.
    pub unit: Option<UnitId>,
    pub via: Via,
}

/// To which phone a text message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// The one that the reader has when it is sent.
    Present,
    /// The one that they had until now: it is warned.
    Former(Former),
    /// To none.
    InboxAlone,
}

/// Writes a notice in the caller's transaction, which is that of the act; what is to be sent of it is sent after the commit. What
/// waits to be sent about the same thing by the same template is not sent any more, it is old; but no warning is taken back: each tells
/// of an act that its reader may not know.
pub async fn write(connection: &mut PgConnection, notice: Notice, now: Timestamp) -> sqlx::Result<()> {
    write_all(connection, vec![notice], now).await
}

/// The same of several, no two of them about one thing by one template.
pub async fn write_all(
    connection: &mut PgConnection,
    notices: Vec<Notice>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let notices = notices.into_iter().map(|notice| {
        let parameters = without_numbers(notice.parameters);
        Notice { parameters, ..notice }
    });
    let notices: Vec<_> = notices.collect();
    if notices.is_empty() {
        return Ok(());
    }
    let written = sql::write(connection, &notices, now).await?;
    let (mut older, mut sent) = (Vec::new(), Vec::new());
    for (notice, written) in notices.iter().zip(written) {
        let (Some(sms), false) = (&notice.kind.sms, notice.via == Via::InboxAlone) else { continue };
        if !sms.is_compulsory {
            older.push((notice, written.id, sms.template));
            if !written.wants_sms {
                continue;
            }
        }
        let due = if sms.is_compulsory { now } else { written.quiet.ends(now) };
        sent.push(sql::Sent { notice: written.id, sms, due, via: &notice.via });
    }
    sql::withdraw_waiting(connection, &older).await?;
    let deliveries = sql::deliver(connection, &sent).await?;
    let sent = sent.iter().zip(deliveries);
    let sent = sent.map(|(sent, delivery)| (delivery, 0, sending::turn_of(sent.sms), sent.due));
    sending::enqueue(connection, sent, now).await
}

/// A reason is typed by hand: one that holds somebody's number is not repeated.
fn without_numbers(parameters: Value) -> Value {
    match parameters {
        Value::String(text) if holds_a_number(&text) => Value::String("…".to_owned()),
        Value::Array(items) => items.into_iter().map(without_numbers).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, without_numbers(value))).collect()
        }
        other => other,
    }
}

/// What can go wrong with notices.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such delivery, or not this admin's")]
    NotFound,
    #[error("its call is under way")]
    UnderWay,
    #[error("it waits, or was sent")]
    NotStuck,
    #[error("the phone that it was for is kept no longer")]
    PhoneForgotten,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::UnderWay => refusals::DELIVERY_UNDER_WAY.into(),
            Error::NotStuck => refusals::DELIVERY_NOT_STUCK.into(),
            Error::PhoneForgotten => refusals::FORMER_PHONE_FORGOTTEN.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ Error::Database(_) => {
                tracing::error!(%error, "notices could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_that_somebody_typed_is_not_repeated() {
        let parameters = json!({ "reason": "请致电13800001234", "state": ["产假", "maternity leave"], "day": "2026-12-01" });
        let kept = without_numbers(parameters);
        assert_eq!(kept, json!({ "reason": "…", "state": ["产假", "maternity leave"], "day": "2026-12-01" }));
    }
}
