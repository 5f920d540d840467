//! What is still to be done, as the console asks for it.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Checklist;
use super::module::ChecklistState;
use crate::auth::Error;
use crate::authority::{Act, Acting as _, Permitted};
use crate::http::Problem;
use crate::http::problem::ProblemBody;

pub(super) fn routes() -> OpenApiRouter<ChecklistState> {
    OpenApiRouter::new().routes(routes!(read_checklist).act(Act::ReadChecklist))
}

/// What is still to be done.
#[derive(Serialize, ToSchema)]
#[schema(as = Checklist)]
struct ChecklistBody {
    /// A word for each thing, in the order in which they are best done; empty once all is done.
    #[schema(value_type = Vec<String>, example = json!(["units", "unit_admins"]))]
    items: Vec<&'static str>,
}

/// What this admin has still to do before the deployment, the authority or the unit can work. A line goes by itself.
#[utoipa::path(get, path = "/api/v1/admin/checklist", tag = "console", responses(
    (status = 200, body = ChecklistBody),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn read_checklist(
    State(pool): State<PgPool>,
    State(checklist): State<Checklist>,
    Permitted { admin, .. }: Permitted,
) -> Result<Json<ChecklistBody>, Problem> {
    let items = checklist.waiting(&pool, &admin.account).await.map_err(Error::from)?;
    Ok(Json(ChecklistBody { items }))
}
