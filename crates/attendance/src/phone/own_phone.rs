//! People replace the phone by which they log in. Beyond their session they prove that it is them, by a code to the phone that they had
//! or by name and document number; then the new phone, by a code of its own. Whose a phone is stays untold until its code is proved.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::claim::{CodeText, PhoneText, ProofText, prove_phone};
use super::login::{phone, remember};
use super::module::PhoneState;
use super::own_proof::{OwnProof, Proves};
use crate::checkin::{Browser, Client, Device};
use crate::phone::refusals;
use zaichang_core::Phone;
use zaichang_core::clock::day_of;
use zaichang_core::seal::Kind;
use zaichang_platform::auth::{
    self, Address, Admitted, Attendee, ClientKind, Guesser, KnownDevice, Logins, Tried,
};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text};
use zaichang_registry::people::{self, phones as of_people, phones::How};
use zaichang_registry::wechat_account;

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(prove_own_phone)).routes(routes!(change_own_phone))
}

/// Either `phone` and `sms_code` of the phone that one has had, or `name` and `number`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnPhoneProof {
    #[schema(value_type = Option<String>, max_length = 32, example = "13800001234")]
    phone: Option<PhoneText>,
    #[schema(value_type = Option<String>, max_length = 16, example = "042917")]
    sms_code: Option<CodeText>,
    /// As registered.
    #[schema(value_type = Option<String>, max_length = 50, example = "王伟")]
    name: Option<Text<50>>,
    /// The number of the document that one is registered by.
    #[schema(value_type = Option<String>, max_length = 40)]
    number: Option<SecretString>,
    client: Client,
    /// Where a `too_many_requests` holds a `challenge`: its proof.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// How somebody says that it is them.
pub(super) enum Given {
    OldPhone(Phone, CodeText),
    Document(Text<50>, SecretString),
}

/// Characters of a document's number as it is typed.
const LONGEST_NUMBER: usize = 40;

impl Given {
    fn read(
        number: Option<PhoneText>,
        code: Option<CodeText>,
        name: Option<Text<50>>,
        document: Option<SecretString>,
    ) -> Result<Self, Problem> {
        match (number, code, name, document) {
            (Some(number), Some(code), None, None) => Ok(Self::OldPhone(phone(&number)?, code)),
            (None, None, Some(name), Some(document)) => Self::document(name, document),
            (Some(_), None, None, None) => Err(Problem::field("sms_code", "it is required with phone")),
            (None, None, Some(_), None) => Err(Problem::field("number", "it is required with name")),
            _ => Err(Problem::field("phone", "either phone and sms_code, or name and number")),
        }
    }

    pub(super) fn document(name: Text<50>, number: SecretString) -> Result<Self, Problem> {
        if number.expose_secret().chars().count() > LONGEST_NUMBER {
            return Err(Problem::field("number", "it is 40 characters at most"));
        }
        Ok(Self::Document(name, number))
    }

    const fn how(&self) -> How {
        match self {
            Self::OldPhone(..) => How::OldPhone,
            Self::Document(..) => How::Document,
        }
    }
}

/// What is shown with what one wants to change.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnPhoneProved)]
pub(super) struct Proved {
    /// For this session, until the phone is another.
    pub ticket: String,
    pub expires_at: Timestamp,
}

/// Prove, beyond the login, that it is oneself who will change the phone: by a code that was sent to the phone that one has, or by
/// name and document number, five times a day.
#[utoipa::path(post, path = "/api/v1/me/phone/proofs", tag = "people", request_body = OwnPhoneProof, responses(
    (status = 201, body = Proved),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "phone_not_own: told once that phone is proved; identity_wrong: which of them is, is not told; origin_refused"),
    (status = 429, body = ProblemBody, description = "identity_tried; too_many_requests. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn prove_own_phone(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    browser: Browser,
    attendee: Attendee,
    Checked(asked): Checked<OwnPhoneProof>,
) -> Result<Response, Problem> {
    let Phones { clock, keys, guard, .. } = &*phones;
    let (device, cookie) = asked.client.device(browser, guard)?;
    let given = Given::read(asked.phone, asked.sms_code, asked.name, asked.number)?;
    let how = given.how();
    let tried = Tried::new("own_phone", &attendee.person.0.to_be_bytes(), &device.0, asked.proof.as_deref());
    let guesser = Guesser { logins: Logins::Attendees, address, scan: None, known: None, tried: Some(tried) };
    let mut admitted = guard.guesses.admit(guesser)?;
    let judged = judge(&phones, &mut admitted, attendee, device, given).await;
    admitted.settle(judged)?;
    let index = phone_index(&phones, attendee).await?;
    let now = clock.now();
    let (ticket, expires_at) = OwnProof::sign(keys, Proves::Phone, how, attendee, &index, now);
    Ok((StatusCode::CREATED, cookie, Json(Proved { ticket, expires_at })).into_response())
}

pub(super) async fn judge(
    phones: &Phones,
    admitted: &mut Admitted<'_>,
    attendee: Attendee,
    device: Device,
    given: Given,
) -> Result<(), Problem> {
    let (pool, now) = (&phones.pool, phones.clock.now());
    match given {
        Given::OldPhone(phone, code) => {
            prove_phone(phones, device, admitted, &phone, &code).await?;
            let index = phones.sealer.index(Kind::Phone, phone.expose());
            let is_own = people::has_phone(pool, attendee.person, &index).await.map_err(auth::Error::from)?;
            is_own.then_some(()).ok_or_else(|| refusals::PHONE_NOT_OWN.into())
        }
        Given::Document(name, number) => {
            // From however many addresses, and across nodes: who has a session only knows the name already.
            admitted.guesses_at("identity", &attendee.person.0.to_be_bytes())?;
            let today = day_of(now);
            let may = of_people::try_identity(pool, attendee.person, today).await;
            if !may.map_err(auth::Error::from)? {
                return Err(refusals::IDENTITY_TRIED.into());
            }
            let number = number.expose_secret();
            let is_them =
                of_people::is_identity(pool, &phones.sealer, attendee.person, &name, number, today).await;
            is_them.map_err(auth::Error::from)?.then_some(()).ok_or_else(|| refusals::IDENTITY_WRONG.into())
        }
    }
}

/// The blind index of the phone that the person has now.
async fn phone_index(phones: &Phones, attendee: Attendee) -> Result<Vec<u8>, Problem> {
    let found = people::logs_in_by(&phones.pool, attendee.person).await;
    Ok(found.map_err(auth::Error::from)?.0)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOwnPhone {
    /// Of the proof that it is oneself.
    #[schema(value_type = String, max_length = 64)]
    ticket: Text<64>,
    /// The new one.
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    phone: PhoneText,
    /// That was sent to it.
    #[schema(value_type = String, max_length = 16, example = "042917")]
    sms_code: CodeText,
    client: Client,
    /// Where a `too_many_requests` holds a `challenge`: its proof.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// The phone from now on.
#[derive(Serialize, ToSchema)]
struct OwnPhone {
    /// Masked.
    #[schema(example = "138****1234")]
    phone: String,
    /// How many other logins have ended.
    ended: usize,
}

/// Replace the phone by which one logs in. All other logins end, and the phone that one had is told; where it was lost, the binding to
/// WeChat ends as well. A phone that cannot be taken is refused only once it is proved. Where it is the person's own already, nothing changes:
/// an answer that was lost is asked for again with a new code.
#[utoipa::path(post, path = "/api/v1/me/phone", tag = "people", request_body = NewOwnPhone, responses(
    (status = 200, body = OwnPhone),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 409, body = ProblemBody, description = "phone_taken, phone_registers: told once it is proved"),
    (status = 410, body = ProblemBody, description = "phone_proof_ended: another change, or another login, or ten minutes later"),
    (status = 429, body = ProblemBody, description = "phone_changes_used: three a day; too_many_requests. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn change_own_phone(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    browser: Browser,
    attendee: Attendee,
    known_device: KnownDevice,
    Checked(asked): Checked<NewOwnPhone>,
) -> Result<Response, Problem> {
    let Phones { pool, clock, keys, guard, .. } = &*phones;
    let (device, cookie) = asked.client.device(browser, guard)?;
    let number = phone(&asked.phone)?;
    let index = phone_index(&phones, attendee).await?;
    let proved = OwnProof::read(keys, Proves::Phone, &asked.ticket, attendee, &index, clock.now());
    let tried = Tried::new("own_phone", &attendee.person.0.to_be_bytes(), &device.0, asked.proof.as_deref());
    let guesser = Guesser { logins: Logins::Attendees, address, scan: None, known: None, tried: Some(tried) };
    let mut admitted = guard.guesses.admit(guesser)?;
    let judged = prove_phone(&phones, device, &mut admitted, &number, &asked.sms_code).await;
    admitted.settle(judged)?;
    let new = phones.sealer.index(Kind::Phone, number.expose());
    let is_own = people::has_phone(pool, attendee.person, &new).await.map_err(auth::Error::from)?;
    let ended = if is_own {
        0
    } else {
        let how = proved.ok_or(refusals::PHONE_PROOF_ENDED)?;
        replace(&phones, attendee, &number, &index, how).await?
    };
    let by_cookie = asked.client.kind == ClientKind::H5;
    let remembered =
        if by_cookie { Some(remember(&phones, attendee.person, known_device).await?) } else { None };
    let body = Json(OwnPhone { phone: number.masked(), ended });
    Ok((cookie, remembered, body).into_response())
}

/// All of it in one transaction; how many logins it has ended.
async fn replace(
    phones: &Phones,
    attendee: Attendee,
    number: &Phone,
    index: &[u8],
    how: How,
) -> Result<usize, Problem> {
    let Phones { pool, clock, guard, sealer, .. } = phones;
    let now = clock.now();
    let mut transaction = pool.begin().await.map_err(auth::Error::from)?;
    let owned = of_people::hold(&mut transaction, attendee.person).await.map_err(auth::Error::from)?;
    // Another change was quicker: what was proved was proved of the phone before it.
    if owned.phone_index != index {
        return Err(refusals::PHONE_PROOF_ENDED.into());
    }
    of_people::replace(&mut transaction, sealer, &owned, number, how, now).await?;
    if how == How::Document {
        // On a lost phone the mini-program would log in again by itself.
        wechat_account::unbind(&mut transaction, attendee.person, now).await.map_err(auth::Error::from)?;
    }
    let ended =
        guard.sessions.end_all_of(&mut transaction, attendee.person, Some(&attendee.session), now).await?;
    transaction.commit().await.map_err(auth::Error::from)?;
    for session in &ended {
        guard.sessions.session_changed(*session);
    }
    Ok(ended.len())
}
