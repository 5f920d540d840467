//! Merging units by HTTP: what it would do, and the act.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::effects::{self, Effects};
use super::{Admins, Moves};
use crate::units::Unit;
use crate::units::body::UnitBody;
use crate::units::module::UnitsState;
use crate::units::routes::answer;
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject, Seen, Versioned};
use zaichang_platform::list::{Lanes, Reads};

pub(in crate::units) fn routes() -> OpenApiRouter<UnitsState> {
    OpenApiRouter::new()
        .routes(routes!(merge_effects).act(Act::MergeUnits))
        .routes(routes!(merge_unit).act(Act::MergeUnits))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Into {
    /// The unit that would take it in.
    into: UnitId,
}

/// What merging a unit into another would do.
#[utoipa::path(get, path = "/api/v1/units/{id}/merging", tag = "units", params(("id" = i64, Path), Into), responses(
    (status = 200, body = Effects),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "not_an_institution"),
))]
async fn merge_effects(
    State(guard): State<Arc<Guard>>,
    State(lanes): State<Lanes>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Reject(Query(Into { into })): Reject<Query<Into>>,
) -> Result<Json<Effects>, Problem> {
    let mut turn = lanes.turn(admin.account.id, Reads::List).await?;
    let above = admin.account.unit.id;
    Ok(Json(effects::of(&mut turn, &unit, into, above, guard.clock.now()).await?))
}

/// Into which unit another is merged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitMerge)]
struct UnitMerge {
    /// An open unit at or below the admin's own.
    into: UnitId,
    /// What becomes of the accounts of the unit that is merged.
    admins: Admins,
}

/// Merge a unit into another, as it was seen: `GET` tells beforehand what that does. Its departments, waiting registrations and names go
/// over at once, its people within minutes; its projects keep its name. It is closed, and that is not undone.
#[utoipa::path(post, path = "/api/v1/units/{id}/merging", tag = "units", params(("id" = i64, Path), Seen),
    request_body = UnitMerge, responses(
    (status = 200, body = UnitBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "unit_has_units, unit_merge_runs, departments_full, unit_name_taken, unit_closed, not_an_institution"),
))]
async fn merge_unit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    State(moves): State<Moves>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Seen(seen): Seen,
    Checked(UnitMerge { into, admins }): Checked<UnitMerge>,
) -> Result<Versioned<Json<UnitBody>>, Problem> {
    let (by, ids) = (&admin.account, (unit.id, into));
    answer(super::merge(&pool, &guard.clock, by, ids, &seen, admins, &moves).await?)
}
