//! People set the account and the password by which they log in where no text message reaches them, also when they have forgotten the
//! one they had: a person who is logged in proves by name, document number and a code to the own phone that it is them.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::claim::{CodeText, PhoneText, ProofText};
use super::login::{phone, remember};
use super::module::PhoneState;
use super::own_phone::{Given, Proved, judge};
use super::own_proof::{OwnProof, Proves};
use crate::checkin::{Browser, Client};
use crate::phone::refusals;
use zaichang_platform::auth::password::{self, Password};
use zaichang_platform::auth::{
    self, AccountName, Address, Attendee, ClientKind, Guesser, KnownDevice, Logins, Tried,
};
use zaichang_platform::http::budget::Budget;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Text};
use zaichang_registry::people::{self, passwords, phones::How};

/// Passwords that a person has hashed, and accounts that they ask for, at once and later.
const AT_ONCE: u32 = 5;
const EACH: Duration = Duration::from_mins(10);
const ENTRIES: usize = 16_384;

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(own_account, set_own_password)).routes(routes!(prove_for_password))
}

/// How many passwords each person may set on this node.
pub(super) fn budget() -> Budget {
    Budget::new(AT_ONCE, EACH, ENTRIES)
}

/// By what one can log in besides the phone.
#[derive(Serialize, ToSchema)]
struct OwnAccount {
    /// Null where none is set.
    #[schema(example = "wangwei")]
    account: Option<String>,
}

/// The account by which one can log in with a password.
#[utoipa::path(get, path = "/api/v1/me/password", tag = "people", responses(
    (status = 200, body = OwnAccount),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn own_account(
    State(phones): State<Arc<Phones>>,
    attendee: Attendee,
) -> Result<Json<OwnAccount>, Problem> {
    let found = people::logs_in_by(&phones.pool, attendee.person).await;
    let (_, account) = found.map_err(auth::Error::from)?;
    Ok(Json(OwnAccount { account }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordProof {
    /// The phone by which one logs in.
    #[schema(value_type = String, max_length = 32, example = "13800001234")]
    phone: PhoneText,
    /// That was sent to it.
    #[schema(value_type = String, max_length = 16, example = "042917")]
    sms_code: CodeText,
    /// As registered.
    #[schema(value_type = String, max_length = 50, example = "王伟")]
    name: Text<50>,
    /// The number of the document that one is registered by.
    #[schema(value_type = String, max_length = 40)]
    number: SecretString,
    client: Client,
    /// Where a `too_many_requests` holds a `challenge`: its proof.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// Prove, beyond the login, that it is oneself who will set the password: by a code to the phone that one has, and by name and document
/// number, five times a day.
#[utoipa::path(post, path = "/api/v1/me/password/proofs", tag = "people", request_body = PasswordProof, responses(
    (status = 201, body = Proved),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required, sms_code_wrong"),
    (status = 403, body = ProblemBody, description = "phone_not_own: told once that phone is proved; identity_wrong: which of them is, is not told; origin_refused"),
    (status = 429, body = ProblemBody, description = "identity_tried; too_many_requests. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn prove_for_password(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    browser: Browser,
    attendee: Attendee,
    Checked(asked): Checked<PasswordProof>,
) -> Result<Response, Problem> {
    let Phones { clock, keys, guard, .. } = &*phones;
    let (device, cookie) = asked.client.device(browser, guard)?;
    let by_phone = Given::OldPhone(phone(&asked.phone)?, asked.sms_code);
    let by_document = Given::document(asked.name, asked.number)?;
    let tried = Tried::new("own_phone", &attendee.person.0.to_be_bytes(), &device.0, asked.proof.as_deref());
    let guesser = Guesser { logins: Logins::Attendees, address, scan: None, known: None, tried: Some(tried) };
    let mut admitted = guard.guesses.admit(guesser)?;
    // Without the phone nothing is told of the document.
    let judged = match judge(&phones, &mut admitted, attendee, device, by_phone).await {
        Ok(()) => judge(&phones, &mut admitted, attendee, device, by_document).await,
        refused => refused,
    };
    admitted.settle(judged)?;
    let (index, _) = people::logs_in_by(&phones.pool, attendee.person).await.map_err(auth::Error::from)?;
    let (ticket, expires_at) =
        OwnProof::sign(keys, Proves::Password, How::Document, attendee, &index, clock.now());
    Ok((StatusCode::CREATED, cookie, Json(Proved { ticket, expires_at })).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOwnPassword {
    /// Of the proof that it is oneself.
    #[schema(value_type = String, max_length = 64)]
    ticket: Text<64>,
    /// 4 to 32 lower-case letters, digits, `-`, `_` or `.`, beginning with a letter. Left out: the one that is set stays.
    #[schema(value_type = Option<String>, max_length = 32, example = "wangwei")]
    account: Option<Text<32>>,
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128)]
    password: Password,
    client: Client,
}

/// What it is from now on.
#[derive(Serialize, ToSchema)]
struct OwnPasswordSet {
    #[schema(example = "wangwei")]
    account: String,
    /// How many other logins have ended.
    ended: usize,
}

/// Set the password by which one logs in with an account, and the account. All other logins end.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "people", request_body = NewOwnPassword, responses(
    (status = 200, body = OwnPasswordSet),
    (status = 400, body = ProblemBody, description = "bad_request: also without `account` where none is set; account_malformed, password_weak"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 409, body = ProblemBody, description = "account_taken"),
    (status = 410, body = ProblemBody, description = "phone_proof_ended: another phone, or another login, or ten minutes later"),
    (status = 429, body = ProblemBody, description = "too_many_requests: five at once, then one in ten minutes"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn set_own_password(
    State(phones): State<Arc<Phones>>,
    browser: Browser,
    attendee: Attendee,
    known_device: KnownDevice,
    Checked(asked): Checked<NewOwnPassword>,
) -> Result<Response, Problem> {
    let Phones { clock, keys, guard, .. } = &*phones;
    let (_, cookie) = asked.client.device(browser, guard)?;
    let by_cookie = asked.client.kind == ClientKind::H5;
    let (index, stands) =
        people::logs_in_by(&phones.pool, attendee.person).await.map_err(auth::Error::from)?;
    let chosen = asked.account.map(|account| AccountName::parse(&account)).transpose()?;
    let name = chosen.as_ref().map(AccountName::as_str).or(stands.as_deref());
    let name = name.ok_or_else(|| Problem::field("account", "it is required where none is set"))?;
    password::strong_for(&asked.password, name)?;
    let proved = OwnProof::read(keys, Proves::Password, &asked.ticket, attendee, &index, clock.now());
    proved.ok_or(refusals::PHONE_PROOF_ENDED)?;
    phones.own_passwords.admit(attendee.person.0, clock.now())?;
    let hash = password::hash_new(asked.password).await?;
    let (account, ended) = set(&phones, attendee, chosen.as_ref(), &hash, &index).await?;
    let remembered =
        if by_cookie { Some(remember(&phones, attendee.person, known_device).await?) } else { None };
    Ok((cookie, remembered, Json(OwnPasswordSet { account, ended })).into_response())
}

/// All of it in one transaction: the account, and how many logins it has ended.
async fn set(
    phones: &Phones,
    attendee: Attendee,
    account: Option<&AccountName>,
    hash: &str,
    index: &[u8],
) -> Result<(String, usize), Problem> {
    let Phones { pool, clock, guard, .. } = phones;
    let now = clock.now();
    let mut transaction = pool.begin().await.map_err(auth::Error::from)?;
    let owned = people::phones::hold(&mut transaction, attendee.person).await.map_err(auth::Error::from)?;
    // The phone was replaced meanwhile: what was proved was proved of the one before it.
    if owned.phone_index != index {
        return Err(refusals::PHONE_PROOF_ENDED.into());
    }
    let account = passwords::set(&mut transaction, &owned, account, hash, now).await?;
    let account = account.ok_or_else(|| Problem::field("account", "it is required where none is set"))?;
    let ended =
        guard.sessions.end_all_of(&mut transaction, attendee.person, Some(&attendee.session), now).await?;
    transaction.commit().await.map_err(auth::Error::from)?;
    for session in &ended {
        guard.sessions.session_changed(*session);
    }
    Ok((account, ended.len()))
}
