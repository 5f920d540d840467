//! Logging in on a phone: by SMS code or by password. It must not know how a code is asked for.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::handed::{BoundPass, Handed};
use crate::auth::{self, Address, Attendee, ClientKind, Guard, OpenedBy, Subject, password, sms_code};
use crate::checkin::{Browser, Client, Corridor, NewCookie};
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Refusal, cookies};
use crate::ids::PersonId;
use crate::people::{self, Passport, Phone, Standing};
use crate::seal::Kind;

pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Guard>: FromRef<S>,
    Arc<Phones>: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(log_in)).routes(routes!(me))
}

pub(super) fn phone(text: &str) -> Result<Phone, Problem> {
    Phone::parse(text).map_err(|error| Problem::field("phone", error.to_string()))
}

/// Either `phone` and `sms_code`, or `account` and `password`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    #[schema(example = "13800001234")]
    phone: Option<String>,
    #[schema(example = "042917")]
    sms_code: Option<String>,
    #[schema(max_length = 64)]
    account: Option<String>,
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
    client: Client,
    /// The anonymous pass of a scan made before the login: it comes back bound.
    pass: Option<String>,
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
    (status = 403, body = ProblemBody, description = "person_not_approved, person_inactive"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
))]
async fn log_in(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    headers: HeaderMap,
    browser: Browser,
    Checked(login): Checked<Login>,
) -> Result<Response, Problem> {
    let guard = &phones.guard;
    guard.origins.check(&headers)?;
    let (device, device_cookie) = login.client.device(browser, guard)?;
    let (kind, pass) = (login.client.kind, login.pass.clone());
    let (person, standing, by) = match prove(&phones, login, address).await {
        Err(problem) if problem.refusal.status() == StatusCode::UNAUTHORIZED => {
            return Err(guard.failures.count(address, problem));
        }
        proved => proved?,
    };
    let handed = Handed::new(&phones.corridor, pass.as_deref(), device, address);
    handed.admits(&phones.corridor, person, standing)?;
    welcome(&phones, person, by, kind, &handed, device_cookie).await
}

/// Opens the session of somebody who has proved who they are, and answers as every login does.
pub(super) async fn welcome(
    phones: &Phones,
    person: PersonId,
    by: OpenedBy,
    kind: ClientKind,
    handed: &Handed<'_>,
    device_cookie: NewCookie,
) -> Result<Response, Problem> {
    let Phones { corridor, guard, .. } = phones;
    let passport = passport(corridor, person).await?.ok_or(Refusal::LoginFailed)?;
    let now = corridor.clock.now();
    let mut connection = corridor.pool.acquire().await.map_err(auth::Error::from)?;
    let opened = guard.sessions.open(&mut connection, Subject::Person(person), kind, by, now);
    let (token, expires_at) = opened.await?;
    let by_cookie = kind == ClientKind::H5;
    let body = Json(LoggedIn {
        session: (!by_cookie).then(|| token.expose().to_owned()),
        person: passport,
        expires_at,
        pass: handed.bound(corridor, person),
    });
    let life = expires_at.duration_since(now).as_secs();
    let cookie = cookies::set(cookies::SESSION, token.expose().to_owned(), life, guard.secure, false);
    let cookie = by_cookie.then(|| axum::response::AppendHeaders([cookies::header(&cookie)]));
    Ok((StatusCode::CREATED, device_cookie, cookie, body).into_response())
}

/// Whose phone or account it is, once that is proved.
async fn prove(
    phones: &Phones,
    login: Login,
    address: std::net::IpAddr,
) -> Result<(PersonId, Standing, OpenedBy), Problem> {
    let Phones { corridor, guard, sealer, .. } = phones;
    match (login.phone, login.sms_code, login.account, login.password) {
        (Some(number), Some(code), None, None) => {
            let phone = phone(&number)?;
            guard.login_tried(phone.expose(), address)?;
            let index = sealer.index(Kind::Phone, phone.expose());
            let mut connection = corridor.pool.acquire().await.map_err(auth::Error::from)?;
            sms_code::accept(&mut connection, &corridor.keys, &index, code.trim(), corridor.clock.now())
                .await?;
            let known = people::by_phone(&corridor.pool, sealer, &phone).await.map_err(auth::Error::from)?;
            let (person, standing) = known.ok_or(Refusal::SmsCodeWrong)?;
            Ok((person, standing, OpenedBy::SmsCode))
        }
        (None, None, Some(account), Some(password)) => {
            let account = account.trim();
            guard.login_tried(account, address)?;
            let known = people::by_account(&corridor.pool, account).await.map_err(auth::Error::from)?;
            let hash = known.as_ref().and_then(|(_, _, hash)| hash.clone());
            let right = password::verify(password, hash).await?;
            let (person, standing, _) = known.filter(|_| right).ok_or(Refusal::LoginFailed)?;
            Ok((person, standing, OpenedBy::Password))
        }
        (Some(_), None, None, None) => Err(Problem::field("sms_code", "it is required with phone")),
        (None, None, Some(_), None) => Err(Problem::field("password", "it is required with account")),
        _ => Err(Problem::field("phone", "either phone and sms_code, or account and password")),
    }
}

/// Who is logged in on this phone.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses(
    (status = 200, body = Passport),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn me(State(phones): State<Arc<Phones>>, attendee: Attendee) -> Result<Json<Passport>, Problem> {
    let passport = passport(&phones.corridor, attendee.person).await?;
    Ok(Json(passport.ok_or(Refusal::LoginRequired)?))
}

/// The person as they stand in Postgres now.
pub(super) async fn passport(corridor: &Corridor, person: PersonId) -> Result<Option<Passport>, Problem> {
    let passports = people::passports(&corridor.pool, &[person]).await.map_err(auth::Error::from)?;
    Ok(passports.into_iter().next())
}

/// What the fuzz targets reach: the body of a login, read as the door reads it.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    use secrecy::ExposeSecret as _;

    use super::{Client, Login, Problem};
    use crate::http::body::parse;

    /// Phone, SMS code, account, password, client, pass.
    pub type Parts = ([Option<String>; 4], Client, Option<String>);

    pub fn login(body: &[u8]) -> Result<Parts, Problem> {
        parse::<Login>(body).map(|login| {
            let password = login.password.map(|password| password.expose_secret().to_owned());
            ([login.phone, login.sms_code, login.account, password], login.client, login.pass)
        })
    }
}
