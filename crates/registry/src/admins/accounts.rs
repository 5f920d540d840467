//! The admins of a unit as others see them, disabled and enabled.

use axum::Json;
use axum::extract::State;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::acting::{answered, begin};
use super::body::{Disablement, UnitAdmin, UnitAdmins};
use super::module::AdminsState;
use super::unit::UnitOfAdmins;
use crate::admin_links::of_units;
use zaichang_platform::auth::of_unit::{self, OfAccount};
use zaichang_platform::auth::{Account, TokenHash};
use zaichang_platform::authority::{Act, Acting as _, Within, holds};
use zaichang_platform::change::Outcome;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Versioned};
use zaichang_platform::review::Reason;

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new()
        .routes(routes!(unit_admins).act(Act::SeeAdmins))
        .routes(routes!(unit_admin).act(Act::SeeAdmins))
        .routes(routes!(disable).act(Act::DisableAdmin))
        .routes(routes!(enable).act(Act::DisableAdmin))
}

/// The admins of a unit, one's own or one below it, and the links that wait for further ones.
#[utoipa::path(get, path = "/api/v1/units/{id}/admins", tag = "admins", params(("id" = i64, Path)), responses(
    (status = 200, body = UnitAdmins),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn unit_admins(
    State(state): State<AdminsState>,
    Within { row, .. }: Within<UnitOfAdmins>,
) -> Result<Json<UnitAdmins>, Problem> {
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    let UnitOfAdmins { unit, role, takes_admins } = row;
    let admins = of_unit::of_unit(&mut connection, unit.id).await.map_err(Error::from)?;
    let links = of_units::waiting(&mut connection, unit.id, state.guard.clock.now()).await;
    let links = links.map_err(Error::from)?.into_iter().map(Into::into).collect();
    let admins = admins.into_iter().map(Into::into).collect();
    Ok(Json(UnitAdmins { unit, role, takes_admins, admins, links }))
}

/// One admin, as another sees them.
#[utoipa::path(get, path = "/api/v1/admin-accounts/{id}", tag = "admins", params(("id" = i64, Path)), responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn unit_admin(Within { row, .. }: Within<OfAccount>) -> Versioned<Json<UnitAdmin>> {
    Versioned(row.version, Json(row.into()))
}

/// Disable the account of an admin, by the version that one has seen: its sessions end at once on every node, the links that it made
/// open nothing any more, and the screens of today are closed that it opened, or opened a page of. What it has done stays in the log.
#[utoipa::path(post, path = "/api/v1/admin-accounts/{id}/disablement", operation_id = "disable_admin", tag = "admins",
    params(("id" = i64, Path), IfMatch), request_body = Disablement, responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
))]
async fn disable(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
    Checked(disablement): Checked<Disablement>,
) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    let reason = Reason::read(&disablement.reason)?;
    answered(end(&state, &admin.account, &row, &seen, &reason).await?)
}

async fn end(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
    reason: &Reason,
) -> Result<Outcome<OfAccount>, Error> {
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    let now = change.now();
    let mut ended: Vec<TokenHash> = Vec::new();
    if of_unit::disable(change.connection(), row.id, reason.as_str(), by.id, now).await? {
        ended = state.guard.sessions.end_all_of(change.connection(), row.id, None, now).await?;
        let links = of_units::revoke_all_of(change.connection(), row.id, by.id, now).await?;
        let mut detail = json!({ "reason": reason.as_str(), "sessions": ended.len(), "links": links });
        let (rights, role) = (stands.rights.as_deref(), stands.role);
        let lost = |act| holds(role, rights, act);
        for (what, closed) in state.losses.end(change.connection(), row.id, lost, by, now).await? {
            detail[what] = closed.into();
        }
        change.record("disable_admin", &stands, detail).await?;
    }
    let stands = change.commit_row(stands).await?;
    state.guard.sessions.sessions_ended(row.id, &ended);
    Ok(Ok(stands))
}

/// Enable a disabled account, by the version that one has seen: it may log in again, as before.
#[utoipa::path(delete, path = "/api/v1/admin-accounts/{id}/disablement", operation_id = "enable_admin", tag = "admins",
    params(("id" = i64, Path), IfMatch), responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
))]
async fn enable(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    answered(take_back(&state, &admin.account, &row, &seen).await?)
}

async fn take_back(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
) -> Result<Outcome<OfAccount>, Error> {
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    let now = change.now();
    if of_unit::enable(change.connection(), row.id, by.id, now).await? {
        change.record("enable_admin", &stands, json!({})).await?;
    }
    let stands = change.commit_row(stands).await?;
    state.guard.sessions.account_changed(row.id);
    Ok(Ok(stands))
}
