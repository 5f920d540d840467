//! Logging in on a phone: by SMS code or by password. It must not know how a code is asked for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::claim::{AccountText, Claim, Claimed, CodeText, PassText, PhoneText, ProofText, ProvedBy};
use super::handed::{BoundPass, Handed, fresh_scan};
use super::module::PhoneState;
use super::registering::{self, Met};
use crate::checkin::{Browser, Client, NewCookie};
use crate::phone::refusals;
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::password::Password;
use zaichang_platform::auth::{
    self, Address, Attendee, ClientKind, Guesser, Holder, KnownCookie, KnownDevice, Logins, OpenedBy,
    OpenedFrom,
};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, cookies};
use zaichang_registry::people::phones::{keeps_password, keeps_phone, stays_unmerged};
use zaichang_registry::people::{self, Passport};
use zaichang_registry::wechat_account::stays_bound;

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(log_in)).routes(routes!(me))
}

pub(super) fn phone(text: &str) -> Result<Phone, Problem> {
    Phone::parse(text).map_err(|error| Problem::field("phone", error.to_string()))
}

/// Either `phone` and `sms_code`, or `account` and `password`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    #[schema(value_type = Option<String>, max_length = 32, example = "13800001234")]
    phone: Option<PhoneText>,
    #[schema(value_type = Option<String>, max_length = 16, example = "042917")]
    sms_code: Option<CodeText>,
    #[schema(value_type = Option<String>, max_length = 64)]
    account: Option<AccountText>,
    #[schema(value_type = Option<String>, format = Password, max_length = 128)]
    password: Option<Password>,
    client: Client,
    /// The anonymous pass of a scan made before the login: it comes back bound. A user who has just scanned is admitted by that, whatever
    /// their neighbours behind the same address do.
    #[schema(value_type = Option<String>, max_length = 256)]
    pass: Option<PassText>,
    /// Where a `too_many_requests` holds a `challenge`: its proof, as for `POST /api/v1/sms-codes`, and the login is judged at once.
    #[schema(value_type = Option<String>, max_length = 131)]
    proof: Option<ProofText>,
}

/// A person who has just logged in.
#[derive(Serialize, ToSchema)]
pub(super) struct LoggedIn {
    /// For `wechat` and `app`; an `h5` session is in an HttpOnly cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    pub person: Passport,
    pub expires_at: Timestamp,
    /// The pass that was handed in, now this person's; null if there was none or it is not valid here.
    pub pass: Option<BoundPass>,
}

/// Log in on a phone.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "people", request_body = Login, responses(
    (status = 201, body = LoggedIn),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "sms_code_wrong, login_failed"),
    (status = 403, body = ProblemBody, description = "person_not_approved, person_inactive, person_merged; phone_not_registered: told once the phone is proved, with `registration`, by which its holder registers, and their scan as `pass`"),
    (status = 429, body = ProblemBody, description = "too_many_requests: nothing was judged. With a `challenge`: at once with its proof, else later"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn log_in(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    headers: HeaderMap,
    browser: Browser,
    known_device: KnownDevice,
    from: OpenedFrom,
    Checked(login): Checked<Login>,
) -> Result<Response, Problem> {
    let guard = &phones.guard;
    guard.origins.check(&headers)?;
    let (device, device_cookie) = login.client.device(browser, guard)?;
    let claim = Claim::read(login.phone, login.sms_code, login.account, login.password)?;
    let pass = login.pass.as_deref();
    let known = claim.known(&phones, &known_device);
    let (scan, tried) =
        (fresh_scan(&phones, pass, device), claim.tried(&phones, device, login.proof.as_deref()));
    let guesser = Guesser { logins: Logins::Attendees, address, scan, known, tried: Some(tried) };
    let mut admitted = match guard.guesses.admit(guesser) {
        Ok(admitted) => admitted,
        // A browser's first request gives it the device that a challenge is for.
        Err(problem) => return Ok((device_cookie, problem).into_response()),
    };
    let judged = claim.judge(&phones, device, &mut admitted).await;
    let handed = Handed::new(&phones, pass, device, address);
    let (person, standing, proved_by) = match judged {
        Ok(Claimed::Unregistered(phone)) => {
            // As far as limits go it is no login, and no wrong guess.
            let _ = admitted.settle::<()>(Err(refusals::PHONE_NOT_REGISTERED.into()));
            match registering::meet(&phones, &phone, login.client.kind, &handed).await? {
                Met::Registers(cookie, problem) => {
                    return Ok((device_cookie, cookie, *problem).into_response());
                }
                Met::Person(person, standing) => (person, standing, ProvedBy::phone(&phones, &phone)),
            }
        }
        Ok(Claimed::Person(person, standing, by)) => admitted.settle(Ok((person, standing, by)))?,
        Err(problem) => admitted.settle(Err(problem))?,
    };
    let handed = handed.owned_by(&phones, person).await;
    handed.admits(&phones, person, &standing)?;
    let (by, still) = match &proved_by {
        ProvedBy::Phone(indexes) => (OpenedBy::SmsCode, Still::Phone(indexes)),
        ProvedBy::Password(hash) => (OpenedBy::Password, Still::Password(hash)),
    };
    let proved = Proved { person, by, still };
    welcome(&phones, proved, login.client.kind, &handed, (device_cookie, known_device, from)).await
}

/// A person, and by what they have proved who they are.
#[derive(Clone, Copy)]
pub(super) struct Proved<'a> {
    pub person: PersonId,
    pub by: OpenedBy,
    /// Looked at again where the session is opened: none is, if it is true no longer.
    pub still: Still<'a>,
}

/// What made somebody this person, and may have ended since.
#[derive(Clone, Copy)]
pub(super) enum Still<'a> {
    /// Their account's password, by its hash.
    Password(&'a str),
    /// Their phone, by its blind indexes.
    Phone(&'a [Vec<u8>]),
    /// The account at WeChat that is bound to them.
    Bound { app_id: &'a str, openid: &'a str },
}

impl Still<'_> {
    /// Holds it until the transaction ends; refuses if it has ended.
    async fn holds(self, transaction: &mut PgConnection, person: PersonId) -> Result<(), Problem> {
        let (holds, refusal) = match self {
            Self::Password(hash) => {
                if !stays_unmerged(transaction, person).await.map_err(auth::Error::from)? {
                    return Err(zaichang_registry::people::refusals::PERSON_MERGED.into());
                }
                (keeps_password(transaction, person, hash).await, refusals::LOGIN_FAILED)
            }
            Self::Phone(indexes) => {
                (keeps_phone(transaction, person, indexes).await, refusals::PHONE_NOT_REGISTERED)
            }
            Self::Bound { app_id, openid } => {
                (stays_bound(transaction, app_id, openid, person).await, refusals::WECHAT_CODE_INVALID)
            }
        };
        holds.map_err(auth::Error::from)?.then_some(()).ok_or_else(|| refusal.into())
    }
}

/// Opens the session of a person who has proved who they are, and answers as every login does.
pub(super) async fn welcome(
    phones: &Phones,
    Proved { person, by, still }: Proved<'_>,
    kind: ClientKind,
    handed: &Handed<'_>,
    (device_cookie, known_device, from): (NewCookie, KnownDevice, OpenedFrom),
) -> Result<Response, Problem> {
    let greeting = greet(phones, person, kind, known_device).await?;
    let mut transaction = phones.pool.begin().await.map_err(auth::Error::from)?;
    still.holds(&mut transaction, person).await?;
    open(phones, transaction, (person, by), greeting, handed, (device_cookie, from)).await
}

/// What is said to a person who logs in, and on what kind of client; read before the transaction that opens the session.
pub(super) struct Greeting {
    kind: ClientKind,
    passport: Passport,
    /// Of a browser, which knows the person from now on.
    remembered: Option<KnownCookie>,
}

pub(super) async fn greet(
    phones: &Phones,
    person: PersonId,
    kind: ClientKind,
    known_device: KnownDevice,
) -> Result<Greeting, Problem> {
    let passport = passport(&phones.pool, person).await?.ok_or(refusals::LOGIN_FAILED)?;
    let by_cookie = kind == ClientKind::H5;
    let remembered = if by_cookie { Some(remember(phones, person, known_device).await?) } else { None };
    Ok(Greeting { kind, passport, remembered })
}

/// Opens the session in the transaction in which it was proved who the person is, commits it, and answers.
pub(super) async fn open(
    phones: &Phones,
    mut transaction: Transaction<'_, Postgres>,
    (person, by): (PersonId, OpenedBy),
    Greeting { kind, passport, remembered }: Greeting,
    handed: &Handed<'_>,
    (device_cookie, from): (NewCookie, OpenedFrom),
) -> Result<Response, Problem> {
    let guard = &phones.guard;
    let (by_cookie, now) = (kind == ClientKind::H5, phones.clock.now());
    let opened = guard.sessions.open(&mut transaction, person, kind, by, &from, now);
    let (token, expires_at) = opened.await?;
    transaction.commit().await.map_err(auth::Error::from)?;
    let body = Json(LoggedIn {
        session: (!by_cookie).then(|| token.expose().to_owned()),
        person: passport,
        expires_at,
        pass: handed.bound(phones, person),
    });
    let life = expires_at.duration_since(now).as_secs();
    let cookie = cookies::set(cookies::SESSION, token.expose().to_owned(), life, guard.secure, false);
    let cookie = by_cookie.then(|| axum::response::AppendHeaders([cookies::header(&cookie)]));
    Ok((StatusCode::CREATED, device_cookie, cookie, remembered, body).into_response())
}

/// What makes a browser known to the person, however they log in next time.
pub(super) async fn remember(
    phones: &Phones,
    person: PersonId,
    device: KnownDevice,
) -> Result<KnownCookie, Problem> {
    let (phone, account) = people::logs_in_by(&phones.pool, person).await.map_err(auth::Error::from)?;
    let account = account.as_deref().map(Holder::Account);
    let holders: Vec<_> = [Holder::Phone(&phone)].into_iter().chain(account).collect();
    Ok(phones.guard.remember(device, &holders)?)
}

/// Who is logged in on this phone.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses(
    (status = 200, body = Passport),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn me(State(phones): State<Arc<Phones>>, attendee: Attendee) -> Result<Json<Passport>, Problem> {
    let passport = passport(&phones.pool, attendee.person).await?;
    Ok(Json(passport.ok_or(refusals::LOGIN_REQUIRED)?))
}

/// The person as they stand in Postgres now.
pub(super) async fn passport(pool: &PgPool, person: PersonId) -> Result<Option<Passport>, Problem> {
    let passports = people::passports(pool, &[person]).await.map_err(auth::Error::from)?;
    Ok(passports.into_iter().next())
}

/// What the fuzz targets reach: the body of a login, read as the route reads it.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    use super::{Client, Login, Problem};
    use zaichang_platform::http::body::parse;

    /// Phone, SMS code, account, password, client, pass and proof.
    pub type Parts = ([Option<String>; 4], Client, [Option<String>; 2]);

    pub fn login(body: &[u8]) -> Result<Parts, Problem> {
        parse::<Login>(body).map(|login| {
            let password = login.password.map(|password| password.expose().to_owned());
            let (phone, code) = (login.phone.map(String::from), login.sms_code.map(String::from));
            let (account, pass) = (login.account.map(String::from), login.pass.map(String::from));
            let proof = login.proof.map(String::from);
            ([phone, code, account, password], login.client, [pass, proof])
        })
    }
}
