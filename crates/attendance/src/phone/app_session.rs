//! Logging in from an app: its own server vouches for the person, once, for one device. The assertion's claims are used to
//! find the person and then forgotten; what is kept is that it was presented.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::assertion::Claims;
use super::claim::PassText;
use super::handed::Handed;
use super::login::{LoggedIn, passport};
use super::module::PhoneState;
use crate::checkin::{Browser, Client};
use crate::phone::refusals;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::{self, Address, ClientKind, OpenedBy, OpenedFrom, Subject};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_registry::people;

/// How long such a login lasts. The app's server vouches again whenever its page asks, so that a lost phone, or one whose owner
/// left the app, is not believed for longer.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Characters of an assertion; the longest claims take a quarter of it.
const LONGEST: usize = 4096;

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(log_in))
}

/// A login that the app's own server vouches for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppLogin {
    /// `base64url(claims).base64url(signature)`: the bridge's README says what is claimed and signed. Works once.
    #[schema(max_length = 4096)]
    assertion: String,
    /// Of kind `app`, with the device that the assertion names.
    client: Client,
    /// The anonymous pass of a scan made before the login: it comes back bound.
    #[schema(value_type = Option<String>, max_length = 256)]
    pass: Option<PassText>,
}

/// Log in from an app whose server vouches for the person. The session lives for seven days.
#[utoipa::path(post, path = "/api/v1/app-sessions", operation_id = "log_in_from_app", tag = "people",
    request_body = AppLogin, responses(
    (status = 201, body = LoggedIn),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 403, body = ProblemBody,
        description = "assertion_invalid, person_unknown, person_not_approved, person_inactive, person_merged, origin_refused"),
    (status = 409, body = ProblemBody, description = "assertion_used"),
    (status = 410, body = ProblemBody, description = "assertion_expired"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn log_in(
    State(phones): State<Arc<Phones>>,
    Address(address): Address,
    headers: HeaderMap,
    browser: Browser,
    from: OpenedFrom,
    Checked(login): Checked<AppLogin>,
) -> Result<Response, Problem> {
    let Phones { pipeline, guard, .. } = &*phones;
    guard.origins.check(&headers)?;
    if login.client.kind != ClientKind::App {
        return Err(Problem::field("client.kind", "it is app here"));
    }
    if login.assertion.len() > LONGEST {
        return Err(Problem::field("assertion", "it is 4096 characters at most"));
    }
    let (device, _) = login.client.device(browser, guard)?;
    let device_id = login.client.device_id.as_deref().unwrap_or_default();
    let now = pipeline.judged_at()?;
    let counted = |problem: Problem| match problem.refusal {
        refusals::ASSERTION_INVALID | refusals::ASSERTION_USED => guard.failures.count(address, problem),
        _ => problem,
    };
    let claims = phones.assertions.prove(&login.assertion, device_id, now).map_err(counted)?;
    let handed = Handed::new(&phones, login.pass.as_deref(), device, address);
    let person = find(&phones, &claims, &handed).await?;
    let passport = passport(&phones.pool, person).await?.ok_or(refusals::PERSON_UNKNOWN)?;
    // One transaction spends the assertion and opens the session: after a fault, the same assertion may be presented again.
    let mut both = phones.pool.begin().await.map_err(auth::Error::from)?;
    if !spend(&mut both, &claims, now).await.map_err(auth::Error::from)? {
        return Err(counted(refusals::ASSERTION_USED.into()));
    }
    let (subject, by) = (Subject::Person(person), OpenedBy::Assertion);
    let opened = guard.sessions.open_for(&mut both, subject, ClientKind::App, by, LIFE, now);
    let (token, expires_at) = opened.await?;
    guard.sessions.place(&mut both, &token, &from).await?;
    both.commit().await.map_err(auth::Error::from)?;
    let body = LoggedIn {
        session: Some(token.expose().to_owned()),
        person: passport,
        expires_at,
        pass: handed.bound(&phones, person),
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// The person whose name and number these are, if they may take part.
async fn find(phones: &Phones, claims: &Claims, handed: &Handed<'_>) -> Result<PersonId, Problem> {
    let found = people::by_id_number(&phones.pool, &phones.sealer, &claims.id_number).await;
    let found = found.map_err(auth::Error::from)?.filter(|(_, name, _)| *name == claims.name.trim());
    let (person, _, standing) = found.ok_or(refusals::PERSON_UNKNOWN)?;
    handed.admits(phones, person, &standing)?;
    Ok(person)
}

/// True for the first who presents it, on whichever node. A second waits for what becomes of the first.
async fn spend(connection: &mut PgConnection, claims: &Claims, now: Timestamp) -> sqlx::Result<bool> {
    let spent = query!(
        "insert into app_assertions (issuer, nonce, used_at, expires_at) values ($1, $2, $3, $4)
         on conflict on constraint assertion_is_used_once do nothing",
        claims.issuer,
        claims.nonce.0.as_slice(),
        now.to_sqlx() as _,
        claims.expires_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Takes away what expired before this: it would be refused by its age alone.
pub async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from app_assertions where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
