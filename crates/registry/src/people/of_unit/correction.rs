//! What a unit puts right of who a person is: the phone of anybody whose document it has seen; name and document number of somebody
//! who was imported and has never logged in; a card number. By version, under the person's lock, with a reason; their logins end.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::change::locked;
use super::person::{Person, SealedNumbers};
use super::{Error, sql};
use crate::document::{Document, DocumentKind};
use crate::entered::{card_number_as_entered, given, name_as_entered};
use crate::people::import::ANSWERS_A_DAY;
use crate::people::import::fault::Fault;
use crate::people::import::sql::count_answers;
use crate::people::phones::{self, How};
use crate::people::sql::{self as of_people, Waits};
use crate::people::{Error as PersonError, masked_card_number, masked_id_number, masked_phone};
use crate::wechat_account;
use zaichang_core::Phone;
use zaichang_core::clock::day_of;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::{Account, Guard, TokenHash};
use zaichang_platform::change::{Change, Outcome};
use zaichang_platform::http::{IfMatch, Problem, Text};
use zaichang_platform::review::Reason;
use zaichang_platform::sheets::imports::Says as _;

/// What is to stand from now on; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct PersonCorrection {
    /// Of somebody who was imported and has never logged in.
    #[schema(value_type = Option<String>, max_length = 60, example = "王伟")]
    name: Option<Text<60>>,
    /// Of the same: the number of the document by which they are registered.
    #[schema(value_type = Option<String>, max_length = 64)]
    number: Option<Text<64>>,
    /// Its holder logs in with it. The phone that it replaces is told.
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
    number: Option<Document>,
    phone: Option<Phone>,
    card_number: Option<Option<String>>,
    reason: Reason,
}

impl PersonCorrection {
    /// Of somebody whose document is of this kind.
    pub fn read(self, kind: DocumentKind, today: Date) -> Result<Corrected, Problem> {
        let name =
            self.name.map(|name| name_as_entered(&name).ok_or_else(|| wrong("name", &Fault::NameWrong)));
        let number = self
            .number
            .map(|number| Fault::of_number(kind, &number, today).map_err(|fault| wrong("number", &fault)));
        let phone =
            self.phone.map(|phone| Phone::parse(&phone).map_err(|_| wrong("phone", &Fault::PhoneWrong)));
        let card = |card: Text<64>| {
            card_number_as_entered(&card).ok_or_else(|| wrong("card_number", &Fault::CardWrong))
        };
        Ok(Corrected {
            name: name.transpose()?,
            number: number.transpose()?,
            phone: phone.transpose()?,
            card_number: match self.card_number {
                Some(given) => Some(given.map(card).transpose()?),
                None => None,
            },
            reason: Reason::read(&self.reason)?,
        })
    }
}

/// What is wrong with a field, in the words in which an import says it of a row.
fn wrong(field: &'static str, fault: &Fault) -> Problem {
    let (chinese, english) = fault.sentences();
    Problem::field(field, english.clone()).saying(format!("{chinese}。"), format!("{english}."))
}

impl Corrected {
    /// Whether its refusal may tell that a number is somebody's.
    const fn asks(&self) -> bool {
        self.number.is_some() || self.phone.is_some() || matches!(self.card_number, Some(Some(_)))
    }
}

/// A number's blind indexes, under every master key.
type Indexes = Vec<Vec<u8>>;

/// The person after it, and the logins that have ended: to be told to `session_changed`.
pub(super) type Done = (Outcome<Person>, Vec<TokenHash>);

/// Puts a person of the version that the writer has seen right; gives them as they stand if that is another. What a refusal tells of
/// others is written down and counted with what imports tell, on all nodes: it changes nothing by which it would be seen.
pub(super) async fn correct(
    pool: &PgPool,
    guard: &Guard,
    sealer: &Sealer,
    by: &Account,
    id: PersonId,
    seen: &IfMatch,
    wanted: Corrected,
) -> Result<Done, Error> {
    let today = day_of(guard.clock.now());
    if wanted.asks() {
        let mut connection = pool.acquire().await?;
        if count_answers(&mut connection, by.id, today, 0).await? >= ANSWERS_A_DAY {
            return Err(Error::AnswersUsed);
        }
    }
    let reason = wanted.reason.clone();
    let done = put_right(pool, guard, sealer, by, id, seen, wanted).await;
    if let Err(error) = &done
        && let Some(told) = error.tells()
    {
        let detail = json!({ "why": told.word(), "reason": reason.as_str() });
        let entry = Entry { action: "refuse_correction", noun: "person", noun_id: id.0, detail };
        let mut transaction = pool.begin().await?;
        count_answers(&mut transaction, by.id, today, 1).await?;
        audit::record(&mut transaction, by, guard.clock.now(), entry).await?;
        transaction.commit().await?;
    }
    done
}

async fn put_right(
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
    let name = wanted.name.filter(|name| *name != before.name);
    // Also where it is the number that stands: of a person who has proved theirs it is not told whether it is.
    if !before.is_unproved && (name.is_some() || wanted.number.is_some()) {
        return Err(Error::HasLoggedIn);
    }
    let renamed = name.is_some();
    after.name = name.unwrap_or(after.name);
    if let Some(card) = wanted.card_number {
        after.card_number = card;
    }
    let now = change.now();
    let number = match &wanted.number {
        Some(document) => renumber(&mut change, sealer, &before, document).await?,
        None => None,
    };
    let phone = match &wanted.phone {
        Some(phone) => replace(&mut change, sealer, id, phone).await?,
        None => None,
    };
    let (renumbered, replaced) = (number.is_some(), phone.is_some());
    // What changes nothing is no act. Masked numbers may be alike, and are not compared.
    if !replaced && !renamed && !renumbered && after.card_number == before.card_number {
        return Ok((Ok(before), Vec::new()));
    }
    sql::keep_identity(change.connection(), &after, by.id, now).await?;
    // With its numbers as they are sealed now.
    let stands = sql::people(change.connection(), &[id.0]).await?.pop().ok_or(Error::NotFound)?;
    let mut detail = json!({ "before": facts(&before, sealer)?, "after": facts(&stands, sealer)?, "reason": wanted.reason.as_str() });
    let mut ended = Vec::new();
    if replaced || renamed || renumbered {
        let sessions = guard.sessions.end_all_of(change.connection(), id, None, now).await;
        ended = sessions.map_err(Error::Sessions)?;
        detail["phone_replaced"] = json!(replaced);
        detail["number_replaced"] = json!(renumbered);
        detail["sessions"] = json!(ended.len());
    }
    // Once all is written: who holds a number or a card that this waits for may be waiting for the same.
    if renumbered || replaced {
        let (numbers, phones) = (number.unwrap_or_default(), phone.unwrap_or_default());
        match of_people::registers(change.connection(), &numbers, &phones).await? {
            Some(Waits::Number) => return Err(Error::NumberRegisters),
            Some(Waits::Phone) => return Err(phones::Error::Registers.into()),
            None => {}
        }
    }
    change.record("correct_person", &stands, detail).await?;
    Ok((Ok(change.commit_row(stands).await?), ended))
}

/// The indexes of the document number, if the person has another now. Records are of the person whom the number names: with
/// another number they would be handed to somebody else.
async fn renumber(
    change: &mut Change<'_>,
    sealer: &Sealer,
    before: &Person,
    document: &Document,
) -> Result<Option<Indexes>, Error> {
    let SealedNumbers { key_id, id_number, phone } = &before.sealed;
    let number = document.expose();
    if sealer.open(Kind::IdNumber, key_id, id_number)? == number {
        return Ok(None);
    }
    if sql::has_check_ins(change.connection(), before.id).await? {
        return Err(Error::HasCheckIns);
    }
    let indexes: Indexes = sealer.indexes(Kind::IdNumber, &number).collect();
    // A row lies under one master key: with the number its phone is sealed again.
    let phone = sealer.open(Kind::Phone, key_id, phone)?;
    let (number, phone) = (sealer.seal(Kind::IdNumber, &number)?, sealer.seal(Kind::Phone, &phone)?);
    let written =
        of_people::reseal(change.connection(), before.id.0, &number, &phone, &sealer.key_id()).await;
    written.map_err(|error| match error {
        PersonError::IdNumberUsed => Error::NumberTaken,
        error => error.into(),
    })?;
    Ok(Some(indexes))
}

/// The indexes of the phone, if the person has another now. What was bound to WeChat by the one before ends with it.
async fn replace(
    change: &mut Change<'_>,
    sealer: &Sealer,
    id: PersonId,
    phone: &Phone,
) -> Result<Option<Indexes>, Error> {
    let (how, now) = (How::Unit(change.by().id), change.now());
    let owned = phones::hold(change.connection(), id).await?;
    let replaced = phones::write(change.connection(), sealer, &owned, phone, how, now).await?;
    if replaced.is_some() {
        wechat_account::unbind(change.connection(), id, now).await?;
    }
    Ok(replaced)
}

/// What may be put right, as the log tells it: numbers masked.
fn facts(person: &Person, sealer: &Sealer) -> Result<Value, Error> {
    Ok(json!({
        "name": person.name,
        "number": masked_id_number(sealer, &person.sealed.key_id, &person.sealed.id_number)?,
        "phone": masked_phone(sealer, &person.sealed.key_id, &person.sealed.phone)?,
        "card_number": person.card_number.as_deref().map(masked_card_number),
    }))
}
