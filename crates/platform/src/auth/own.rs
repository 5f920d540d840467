//! What every admin does with their own account, whatever they may do else: change the password, see and end their sessions. Who was
//! given a password changes it before anything else.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::accounts::{self, password_is};
use super::extract::{Address, Admin};
use super::guard::Guard;
use super::guesses::{Admitted, Guesser, Logins};
use super::known::{Holder, KnownDevice};
use super::module::AuthState;
use super::opened_from::OpenedFrom;
use super::own_sessions::{self, EndedSessions, OwnSessions, SessionPath};
use super::password::{self, Password};
use super::{Account, AccountName, Error, log, sessions_sql};
use crate::audit::{self, Entry};
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Reject};

pub(super) fn routes() -> OpenApiRouter<AuthState> {
    OpenApiRouter::new()
        .routes(routes!(change_password))
        .routes(routes!(own_sessions, end_other_sessions))
        .routes(routes!(end_own_session))
}

/// A password and the one that is to take its place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(value_type = String, format = Password, max_length = 128)]
    current: Password,
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128)]
    new: Password,
}

/// Change one's own password. All other sessions of the account end; this one goes on.
#[utoipa::path(post, path = "/api/v1/admin/me/password", operation_id = "change_own_password", tag = "console",
    request_body = PasswordChange, responses(
    (status = 204, description = "It is the password from now on."),
    (status = 400, body = ProblemBody, description = "bad_request, password_weak, password_same"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "password_wrong"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable"),
))]
async fn change_password(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    admin: Admin,
    Address(address): Address,
    device: KnownDevice,
    Checked(change): Checked<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let known = guard.known(&device, &[Holder::Admin(&admin.account.account)]);
    // A session that was left open is no way to guess at its password.
    let mut admitted =
        guard.guesses.admit(Guesser { logins: Logins::Admins, address, scan: None, known, tried: None })?;
    let changed = try_to_change(&guard, &pool, &admin, &mut admitted, change).await;
    admitted.settle(changed)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_to_change(
    guard: &Arc<Guard>,
    pool: &PgPool,
    admin: &Admin,
    admitted: &mut Admitted<'_>,
    PasswordChange { current, new }: PasswordChange,
) -> Result<(), Problem> {
    let account = &admin.account;
    admitted.guesses_at("admin", account.account.as_bytes())?;
    let Some(stood) = password_is(pool, account.id, current.clone(), admitted.by()).await? else {
        log::wrong_password(guard, pool, account.id);
        return Err(Error::PasswordWrong.into());
    };
    if current.same(&new) {
        return Err(Error::PasswordSame.into());
    }
    // Accounts of older releases may be called otherwise: their names are in no password either.
    let name = AccountName::parse(&account.account).ok();
    password::strong_for(&new, name.as_ref().map_or(&account.account, AccountName::as_str))
        .map_err(|error| Problem::from(error).at("new"))?;
    let hash = password::hash_new(new).await?;

    let mut transaction = pool.begin().await.map_err(Error::from)?;
    // Of two changes at once the second was made with a password that is none any more.
    if !accounts::change_password(&mut transaction, account.id, &stood, &hash).await? {
        return Err(Error::PasswordWrong.into());
    }
    let now = guard.clock.now();
    let ended = guard.sessions.end_all_of(&mut transaction, account.id, Some(&admin.session), now).await?;
    let detail = json!({ "sessions": ended.len() });
    let entry = Entry { action: "change_password", noun: "account", noun_id: account.id.0, detail };
    audit::record(&mut transaction, account, now, entry).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    guard.sessions.sessions_ended(account.id, &ended);
    Ok(())
}

/// The sessions of one's own account at the console: where each was opened, and when.
#[utoipa::path(get, path = "/api/v1/admin/me/sessions", operation_id = "own_admin_sessions", tag = "console", responses(
    (status = 200, body = OwnSessions),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn own_sessions(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    admin: Admin,
    from: OpenedFrom,
) -> Result<Json<OwnSessions>, Problem> {
    Ok(Json(own_sessions::read(&pool, &guard, admin.account.id.into(), &admin.session, &from).await?))
}

/// End one of one's own sessions, at once on every node.
#[utoipa::path(delete, path = "/api/v1/admin/me/sessions/{session}", operation_id = "end_own_admin_session", tag = "console",
    params(("session" = String, Path, pattern = "^[0-9a-f]{16}$")), responses(
    (status = 204, description = "Ended on every node."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn end_own_session(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    admin: Admin,
    Reject(Path(path)): Reject<Path<SessionPath>>,
) -> Result<StatusCode, Problem> {
    let hash = own_sessions::named(&pool, &guard, admin.account.id.into(), &path.session).await?;
    let now = guard.clock.now();
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    // Of two who end it at once one does.
    if sessions_sql::revoke_session(&mut transaction, &hash, now).await.map_err(Error::from)? {
        log_ended(&mut transaction, &admin.account, 1, now).await?;
    }
    transaction.commit().await.map_err(Error::from)?;
    guard.sessions.session_changed(hash);
    Ok(StatusCode::NO_CONTENT)
}

/// End all of one's own sessions but this one, at once on every node.
#[utoipa::path(delete, path = "/api/v1/admin/me/sessions", operation_id = "end_other_admin_sessions", tag = "console", responses(
    (status = 200, body = EndedSessions),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn end_other_sessions(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    admin: Admin,
) -> Result<Json<EndedSessions>, Problem> {
    let (account, now) = (&admin.account, guard.clock.now());
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    let ended = guard.sessions.end_all_of(&mut transaction, account.id, Some(&admin.session), now).await?;
    if !ended.is_empty() {
        log_ended(&mut transaction, account, ended.len(), now).await?;
    }
    transaction.commit().await.map_err(Error::from)?;
    guard.sessions.sessions_ended(account.id, &ended);
    Ok(Json(EndedSessions { ended: ended.len() }))
}

async fn log_ended(
    transaction: &mut PgConnection,
    account: &Account,
    sessions: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let detail = json!({ "sessions": sessions });
    let entry = Entry { action: "end_sessions", noun: "account", noun_id: account.id.0, detail };
    Ok(audit::record(transaction, account, now, entry).await?)
}
