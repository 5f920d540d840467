//! What an account may do of what its role may, as another admin chooses it.

use axum::Json;
use axum::extract::State;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::acting::{answered, begin};
use super::body::{RightsWanted, UnitAdmin};
use super::module::AdminsState;
use crate::admin_links::of_units;
use zaichang_platform::auth::of_unit::{self, OfAccount};
use zaichang_platform::auth::{Account, Role};
use zaichang_platform::authority::{Act, Acting as _, Right, Within, holds, rights_of, sorted};
use zaichang_platform::change::Outcome;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Versioned};

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new().routes(routes!(give_rights).act(Act::GiveRights))
}

/// Choose what an account may do of what its role may, by the version that one has seen. It holds at once, on every node. What it
/// has left open and may not open any more is closed: the screens of today.
#[utoipa::path(patch, path = "/api/v1/admin-accounts/{id}", operation_id = "give_rights", tag = "admins",
    params(("id" = i64, Path), IfMatch), request_body = RightsWanted, responses(
    (status = 200, body = UnitAdmin, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "own_account"),
))]
async fn give_rights(
    State(state): State<AdminsState>,
    Within { admin, row, .. }: Within<OfAccount>,
    seen: IfMatch,
    Checked(wanted): Checked<RightsWanted>,
) -> Result<Versioned<Json<UnitAdmin>>, Problem> {
    let rights = read_rights(row.role, wanted.rights.as_deref())?;
    answered(rights_given(&state, &admin.account, &row, &seen, rights.as_deref()).await?)
}

async fn rights_given(
    state: &AdminsState,
    by: &Account,
    row: &OfAccount,
    seen: &IfMatch,
    rights: Option<&[Right]>,
) -> Result<Outcome<OfAccount>, Error> {
    let (mut change, stands) = match begin(state, by, row, seen).await? {
        Ok(begun) => begun,
        Err(standing) => return Ok(Err(standing)),
    };
    if stands.rights.as_deref() == rights {
        return Ok(Ok(stands));
    }
    let now = change.now();
    of_unit::give_rights(change.connection(), row.id, rights, by.id, now).await?;
    let mut detail = json!({ "before": { "rights": stands.rights }, "after": { "rights": rights } });
    if rights.is_some() {
        // A sub-account makes no links, and those that it made before end.
        let links = of_units::revoke_all_of(change.connection(), row.id, by.id, now).await?;
        detail["links"] = links.into();
    }
    let (before, role) = (stands.rights.as_deref(), stands.role);
    let lost = |act| holds(role, before, act) && !holds(role, rights, act);
    for (what, ended) in state.losses.end(change.connection(), row.id, lost, by, now).await? {
        detail[what] = ended.into();
    }
    change.record("give_rights", &stands, detail).await?;
    let given = change.commit_row(stands).await?;
    state.guard.sessions.account_changed(row.id);
    Ok(Ok(given))
}

/// Each once; an empty list is none, and each is one that holds something for this role.
pub(super) fn read_rights(role: Role, wanted: Option<&[Right]>) -> Result<Option<Vec<Right>>, Problem> {
    let Some(wanted) = wanted else { return Ok(None) };
    let offered = rights_of(role);
    if let Some(other) = wanted.iter().find(|right| !offered.contains(right)) {
        let (other, role) = (other.word(), role.word());
        return Err(Problem::field(
            "rights",
            format!("{other} is no right of an account with the role {role}"),
        ));
    }
    let rights = sorted(wanted);
    rights.map(Some).ok_or_else(|| Problem::field("rights", "choose one at least, or null for all"))
}
