//! Logging in to the console, and logging out of anything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Address;
use super::guard::Guard;
use super::guesses::{Admitted, Guesser};
use super::known::{Holder, KnownDevice};
use super::module::AuthState;
use super::password::{self, Password};
use super::{Account, AccountUnit, Admin, Attendee, ClientKind, Error, OpenedBy, Role, Subject, log, sql};
use crate::auth::refusals;
use crate::authority::{self, Act};
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Text, cookies};
use zaichang_core::ids::AccountId;

pub(super) fn routes() -> OpenApiRouter<AuthState> {
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
    #[schema(value_type = String, max_length = 64, example = "xiangya-jjb")]
    account: Text<64>,
    #[schema(value_type = String, format = Password, max_length = 128)]
    password: Password,
}

/// An admin, as the console shows them.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct AccountBody {
    id: AccountId,
    /// What is typed at login.
    account: String,
    name: String,
    role: Role,
    unit: AccountUnit,
    /// The acts that this admin may do, to rows of the unit and of those below it: others are not to be offered.
    may: Vec<Act>,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        let Account { id, account, name, role, unit } = account.clone();
        Self { id, account, name, role, unit, may: authority::may(role).collect() }
    }
}

/// An admin who has just logged in; the session itself is in an HttpOnly cookie.
#[derive(Serialize, ToSchema)]
struct AdminSession {
    account: AccountBody,
    expires_at: Timestamp,
}

/// Log in to the console.
#[utoipa::path(post, path = "/api/v1/admin-sessions", tag = "console", request_body = AdminLogin, responses(
    (status = 201, body = AdminSession, description = "Logged in; the cookie zc_admin is set."),
    (status = 401, body = ProblemBody, description = "login_failed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn log_in_admin(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Address(address): Address,
    device: KnownDevice,
    Checked(login): Checked<AdminLogin>,
) -> Result<Response, Problem> {
    let holder = [Holder::Admin(&login.account)];
    let known = guard.known(&device, &holder);
    let too_many = |problem: &Problem| {
        if problem.refusal == refusals::TOO_MANY_REQUESTS {
            log::too_many(&guard, &pool, &login.account);
        }
    };
    let admitted = guard.guesses.admit(Guesser { address, scan: None, known });
    let mut admitted = admitted.inspect_err(too_many)?;
    let on_known_device = admitted.is_by_known_device();
    let judged = judge(&guard, &pool, &mut admitted, &login.account, login.password).await;
    let account = admitted.settle(judged).inspect_err(too_many)?;

    let mut transaction = pool.begin().await.map_err(Error::from)?;
    let now = guard.clock.now();
    let (subject, client) = (Subject::Account(account.id), ClientKind::Console);
    let opened = guard.sessions.open(&mut transaction, subject, client, OpenedBy::Password, now);
    let (token, expires_at) = opened.await?;
    log::logged_in(&mut transaction, &account, on_known_device, now).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let life = expires_at.duration_since(now).as_secs();
    let cookie = cookies::set(cookies::ADMIN, token.expose().to_owned(), life, guard.secure, true);
    let remembered = guard.remember(device, &holder)?;
    let body = AdminSession { account: AccountBody::from(&*account), expires_at };
    Ok((StatusCode::CREATED, [cookies::header(&cookie)], remembered, Json(body)).into_response())
}

/// Whose account and password these are.
async fn judge(
    guard: &Arc<Guard>,
    pool: &PgPool,
    admitted: &mut Admitted<'_>,
    name: &str,
    password: Password,
) -> Result<Arc<Account>, Problem> {
    admitted.guesses_at("admin", name.as_bytes())?;
    let known = sql::account_password(pool, name).await.map_err(Error::from)?;
    let (id, hash) = known.unzip();
    let right = password::verify(password, hash, admitted.by()).await?;
    let Some(id) = id else { return Err(Error::LoginFailed.into()) };
    if !right {
        log::wrong_password(guard, pool, id);
        return Err(Error::LoginFailed.into());
    }
    Ok(guard.sessions.account(id).await?.ok_or(Error::LoginFailed)?)
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
    (status = 200, body = AccountBody),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn this_admin(admin: Admin) -> Json<AccountBody> {
    Json(AccountBody::from(&*admin.account))
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
