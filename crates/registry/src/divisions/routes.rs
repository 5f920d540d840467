//! The divisions below one, to choose a place from. No login is asked for.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::DivisionsState;
use super::{Division, sql};
use zaichang_platform::auth::Error;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject, Text};

pub(super) fn routes() -> OpenApiRouter<DivisionsState> {
    OpenApiRouter::new().routes(routes!(divisions))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Below {
    /// The code of the division whose parts are asked for; absent: the provinces.
    #[param(value_type = Option<String>, max_length = 6, example = "430100")]
    below: Option<Text<6>>,
}

#[derive(Serialize, ToSchema)]
struct Divisions {
    /// By their codes; empty where the division has no parts, or there is none of this code.
    items: Vec<Division>,
}

/// The provinces, or the parts of a division, as they stand now.
#[utoipa::path(get, path = "/api/v1/divisions", tag = "console", params(Below), responses(
    (status = 200, body = Divisions),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn divisions(
    State(pool): State<PgPool>,
    Reject(Query(asked)): Reject<Query<Below>>,
) -> Result<Json<Divisions>, Problem> {
    let items = sql::below(&pool, asked.below.as_deref()).await.map_err(Error::from)?;
    Ok(Json(Divisions { items }))
}
