//! Units and departments to choose from: to put a registration right with, and to let somebody go to.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::registration::units::{Sought, UnitChoices, UnitQuery};
use zaichang_platform::authority::Permitted;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};
use zaichang_platform::list::Lanes;

/// Units and departments to correct a registration with: those of the admin's own unit and below, by name, 100 at most.
#[utoipa::path(get, path = "/api/v1/registrations/units", operation_id = "units_to_correct_with", tag = "registrations", params(UnitQuery), responses(
    (status = 200, body = UnitChoices),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
pub(super) async fn choices(
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    Reject(Query(asked)): Reject<Query<UnitQuery>>,
) -> Result<Json<UnitChoices>, Problem> {
    Ok(Json(asked.find(&lanes, admin.account.id.into(), Some(admin.account.unit.id)).await?))
}

/// Which units are called so.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedUnitQuery {
    /// Part of the name, of its pinyin or of its initials.
    #[param(max_length = 50)]
    q: String,
}

/// Units of the whole country to let somebody go to, as those who register choose them: by name, 100 at most.
#[utoipa::path(get, path = "/api/v1/people/transfers/units", operation_id = "units_to_let_go_to", tag = "people", params(WantedUnitQuery), responses(
    (status = 200, body = UnitChoices),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
pub(super) async fn units_to_let_go_to(
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    Reject(Query(asked)): Reject<Query<WantedUnitQuery>>,
) -> Result<Json<UnitChoices>, Problem> {
    let query = UnitQuery { kind: Sought::Unit, under: None, q: Some(asked.q) };
    Ok(Json(query.find(&lanes, admin.account.id.into(), None).await?))
}
