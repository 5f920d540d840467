//! Logging in to the console, and logging out of anything.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Address;
use super::guard::Guard;
use super::{Account, Admin, Attendee, ClientKind, Error, OpenedBy, Subject, password, sql};
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, cookies};

pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(log_in_admin))
        .routes(routes!(log_out_admin))
        .routes(routes!(this_admin))
        .routes(routes!(log_out))
}

/// Account and password of an admin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdminLogin {
    #[schema(max_length = 64, example = "xiangya-jjb")]
    account: String,
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// An admin who has just logged in; the session itself is in an HttpOnly cookie.
#[derive(Serialize, ToSchema)]
struct AdminSession {
    account: Account,
    expires_at: Timestamp,
}

/// Log in to the console.
#[utoipa::path(post, path = "/api/v1/admin-sessions", tag = "console", request_body = AdminLogin, responses(
    (status = 201, body = AdminSession, description = "Logged in; the cookie zc_admin is set."),
    (status = 401, body = ProblemBody, description = "login_failed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
))]
async fn log_in_admin(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Address(address): Address,
    Checked(login): Checked<AdminLogin>,
) -> Result<Response, Problem> {
    guard.login_tried(&login.account, address)?;
    let known = sql::account_password(&pool, &login.account).await.map_err(Error::from)?;
    let (id, hash) = known.unzip();
    let right = password::verify(login.password, hash).await?;
    let Some(id) = id.filter(|_| right) else {
        return Err(guard.failures.count(address, Error::LoginFailed));
    };
    let account = guard.sessions.account(id).await?.ok_or(Error::LoginFailed)?;
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let now = guard.clock.now();
    let (subject, client) = (Subject::Account(id), ClientKind::Console);
    let opened = guard.sessions.open(&mut connection, subject, client, OpenedBy::Password, now);
    let (token, expires_at) = opened.await?;
    let life = expires_at.duration_since(now).as_secs();
    let cookie = cookies::set(cookies::ADMIN, token.expose().to_owned(), life, guard.secure, true);
    let body = AdminSession { account: Account::clone(&account), expires_at };
    Ok((StatusCode::CREATED, [cookies::header(&cookie)], Json(body)).into_response())
}

/// Log out of the console.
#[utoipa::path(delete, path = "/api/v1/admin-sessions/current", tag = "console", responses(
    (status = 204, description = "Logged out on every node."),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn log_out_admin(State(guard): State<Arc<Guard>>, admin: Admin) -> Result<Response, Problem> {
    guard.sessions.revoke(admin.session, guard.clock.now()).await?;
    let cookie = cookies::forget(cookies::ADMIN, guard.secure, true);
    Ok((StatusCode::NO_CONTENT, [cookies::header(&cookie)]).into_response())
}

/// Who is logged in to the console.
#[utoipa::path(get, path = "/api/v1/admin/me", tag = "console", responses(
    (status = 200, body = Account),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn this_admin(admin: Admin) -> Json<Account> {
    Json(Account::clone(&admin.account))
}

/// Log out on this phone.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "people", responses(
    (status = 204, description = "Logged out on every node."),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn log_out(State(guard): State<Arc<Guard>>, attendee: Attendee) -> Result<Response, Problem> {
    guard.sessions.revoke(attendee.session, guard.clock.now()).await?;
    let cookie = cookies::forget(cookies::SESSION, guard.secure, false);
    Ok((StatusCode::NO_CONTENT, [cookies::header(&cookie)]).into_response())
}
