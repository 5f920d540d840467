//! What a unit puts right of who a person is: the phone of anybody whose document it has seen; the name of somebody who was imported and
//! has never logged in; a card number. By version, under the person's lock, with a reason; their logins end.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::change::locked;
use super::person::Person;
use super::{Error, sql};
use crate::entered::{card_number_as_entered, given, name_as_entered};
use crate::people::phones::{self, How};
use crate::people::{masked_card_number, masked_phone};
use crate::wechat_account;
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::{Account, Guard, TokenHash};
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::{IfMatch, Problem, Text};
use zaichang_platform::review::Reason;

/// What is to stand from now on; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct PersonCorrection {
    /// Of somebody who was imported and has never logged in.
    #[schema(value_type = Option<String>, max_length = 60, example = "王伟")]
    name: Option<Text<60>>,
    /// Whoever holds it logs in with it. The one that it replaces is told.
    #[schema(value_type = Option<String>, max_length = 32, example = "13800001234")]
    phone: Option<Text<32>>,
    /// 4 to 32 letters, digits or hyphens; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64, example = "4301000012345678")]
    card_number: Option<Option<Text<64>>>,
    /// What was looked at and why, 2 to 200 characters without numbers.
    #[schema(value_type = String, max_length = 800, example = "已核对身份证原件，本人手机遗失")]
    reason: Text<800>,
}

/// The same, checked.
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct Corrected {
    name: Option<String>,
    phone: Option<Phone>,
    card_number: Option<Option<String>>,
    reason: Reason,
}

impl PersonCorrection {
    pub fn read(self) -> Result<Corrected, Problem> {
        let name = self.name.map(|name| {
            name_as_entered(&name).ok_or_else(|| {
                Problem::field("name", "it is 1 to 50 letters as in the document, without digits and signs")
            })
        });
        let phone = self
            .phone
            .map(|phone| Phone::parse(&phone).map_err(|error| Problem::field("phone", error.to_string())));
        let card = |card: Text<64>| {
            card_number_as_entered(&card)
                .ok_or_else(|| Problem::field("card_number", "it is 4 to 32 letters, digits or hyphens"))
        };
        Ok(Corrected {
            name: name.transpose()?,
            phone: phone.transpose()?,
            card_number: match self.card_number {
                Some(given) => Some(given.map(card).transpose()?),
                None => None,
            },
            reason: Reason::read(&self.reason)?,
        })
    }
}

/// The person after it, and the logins that have ended: to be told to `session_changed`.
pub(super) type Done = (Outcome<Person>, Vec<TokenHash>);

/// Puts a person of the version that the writer has seen right; gives them as they stand if that is another.
pub(super) async fn correct(
    pool: &PgPool,
    guard: &Guard,
    sealer: &Sealer,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    wanted: Corrected,
) -> Result<Done, Error> {
    let mut change = Change::begin(pool, &guard.clock, by).await?;
    let before = match locked(&mut change, id, seen, by.unit.id).await? {
        Ok(person) => person,
        standing => return Ok((standing, Vec::new())),
    };
    let mut after = before.clone();
    if let Some(name) = wanted.name.filter(|name| *name != before.name) {
        if !before.is_unproved {
            return Err(Error::HasLoggedIn);
        }
        after.name = name;
    }
    if let Some(card) = wanted.card_number {
        after.card_number = card;
    }
    let now = change.now();
    let replaced = match &wanted.phone {
        Some(phone) => replace(&mut change, sealer, id, phone).await?,
        None => false,
    };
    // What changes nothing is no act. Masked numbers may be alike, and are not compared.
    let renamed = after.name != before.name;
    if !replaced && !renamed && after.card_number == before.card_number {
        return Ok((Ok(before), Vec::new()));
    }
    sql::keep_identity(change.connection(), &after).await?;
    // With its numbers as they are sealed now.
    let stands = sql::people(change.connection(), &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    let mut detail = json!({ "before": facts(&before, sealer)?, "after": facts(&stands, sealer)?, "reason": wanted.reason.as_str() });
    let mut ended = Vec::new();
    if replaced || renamed {
        let sessions = guard.sessions.end_all_of(change.connection(), id, None, now).await;
        ended = sessions.map_err(Error::Sessions)?;
        detail["phone_replaced"] = json!(replaced);
        detail["sessions"] = json!(ended.len());
    }
    change.record("correct_person", &stands, detail).await?;
    Ok((Ok(change.commit_row(stands).await?), ended))
}

/// Whether the person has another phone now. What was bound to WeChat by the one before ends with it.
async fn replace(
    change: &mut Change<'_>,
    sealer: &Sealer,
    id: PersonId,
    phone: &Phone,
) -> Result<bool, Error> {
    let (how, now) = (How::Unit(change.by().id), change.now());
    let owned = phones::hold(change.connection(), id).await?;
    match phones::replace(change.connection(), sealer, &owned, phone, how, now).await {
        Err(phones::Error::Same) => return Ok(false),
        done => done?,
    }
    wechat_account::unbind(change.connection(), id, now).await?;
    Ok(true)
}

/// What may be put right, as the log tells it: numbers masked.
fn facts(person: &Person, sealer: &Sealer) -> Result<Value, Error> {
    Ok(json!({
        "name": person.name,
        "phone": masked_phone(sealer, &person.sealed.key_id, &person.sealed.phone)?,
        "card_number": person.card_number.as_deref().map(masked_card_number),
    }))
}
