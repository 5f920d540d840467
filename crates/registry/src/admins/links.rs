//! Links by which further admins of a unit come in, made and taken back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::acting::still_may;
use super::body::{AdminLinkWanted, MadeAdminLink};
use super::module::AdminsState;
use super::rights::read_rights;
use super::unit::{UnitOfAdmins, WaitingLink, held, is_kept_by};
use super::{Error, refusals};
use crate::admin_links;
use crate::admin_links::of_units::{self, Purpose};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};

/// Links of one unit that may wait at a time.
const LINKS_AT_MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new()
        .routes(routes!(make_link).act(Act::InviteAdmin))
        .routes(routes!(revoke_link).act(Act::InviteAdmin))
}

/// Make a link for a further admin of a unit: it works once, for 72 hours. Its address is told here and never again. The admin of a
/// region is its authority's.
#[utoipa::path(post, path = "/api/v1/units/{id}/admin-links", operation_id = "make_admin_link", tag = "admins",
    params(("id" = i64, Path)), request_body = AdminLinkWanted, responses(
    (status = 201, body = MadeAdminLink),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_takes_no_admins, too_many_admin_links"),
))]
async fn make_link(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<UnitOfAdmins>,
    Checked(wanted): Checked<AdminLinkWanted>,
) -> Result<(StatusCode, Json<MadeAdminLink>), Problem> {
    let meant_for = admin_links::name("meant_for", &wanted.meant_for)?;
    let rights = read_rights(row.role, wanted.rights.as_deref())?;
    is_kept_by(row.role, &admin.account)?;
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    let UnitOfAdmins { unit, takes_admins, .. } = held(&mut transaction, row.unit.id).await?;
    if !takes_admins {
        return Err(Error::TakesNoAdmins.into());
    }
    still_may(&mut transaction, &admin.account).await?;
    let now = state.guard.clock.now();
    let waiting = of_units::waiting(&mut transaction, unit.id, now).await.map_err(Error::from)?;
    if waiting.len() >= LINKS_AT_MOST {
        return Err(Error::TooManyLinks.into());
    }
    let (link, token) = of_units::make(
        &mut transaction,
        &state.keys,
        unit.id,
        meant_for,
        Purpose::Admin(rights),
        &admin.account,
        now,
    )
    .await?;
    let detail = json!({ "meant_for": meant_for, "rights": link.rights, "expires_at": link.expires_at });
    let entry = Entry { action: "make_admin_link", noun: "unit", noun_id: unit.id.0, detail };
    audit::record(&mut transaction, &admin.account, now, entry).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let made = MadeAdminLink { url: address(&state, token.expose()), link: link.into() };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Take a link back that is not used yet.
#[utoipa::path(delete, path = "/api/v1/admin-links/{id}", operation_id = "revoke_admin_link", tag = "admins",
    params(("id" = i64, Path)), responses(
    (status = 204, description = "It opens nothing any more."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: also where it was used or taken back"),
))]
async fn revoke_link(
    State(state): State<AdminsState>,
    Within { admin, row: WaitingLink(link), .. }: Within<WaitingLink>,
) -> Result<StatusCode, Problem> {
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    is_kept_by(held(&mut transaction, link.unit).await?.role, &admin.account)?;
    still_may(&mut transaction, &admin.account).await?;
    let now = state.guard.clock.now();
    let revoked = of_units::revoke(&mut transaction, link.id, admin.account.id, now).await;
    if !revoked.map_err(Error::from)? {
        return Err(refusals::NOT_FOUND.into());
    }
    let detail = json!({ "meant_for": link.meant_for });
    let entry = Entry { action: "revoke_admin_link", noun: "unit", noun_id: link.unit.0, detail };
    audit::record(&mut transaction, &admin.account, now, entry).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the holder of a link opens: the token stands after `#`, which no server is sent.
pub(super) fn address(state: &AdminsState, token: &str) -> String {
    format!("{}/console/start#{token}", state.public_url)
}
