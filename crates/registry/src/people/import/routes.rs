//! The public API of importing people: that of all kinds, and the departments that a file names and there are not.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Error, People};
use crate::people::of_unit::PeopleState;
use crate::units;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};
use zaichang_platform::sheets::imports::{self, ImportBody, ImportPath, ImportState};
use zaichang_platform::sheets::refusals as of_sheets;

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    imports::routes::<People, _>().routes(routes!(add_departments).act(Act::KeepDepartments))
}

/// Add the departments that a checked file names and the sender's unit has not, as `missing` tells, and check the file again. One of the
/// same name that was closed is left closed.
#[utoipa::path(post, path = "/api/v1/people-imports/{import}/departments", operation_id = "add_departments_of_people_import", tag = "people",
    params(("import" = Uuid, Path)), responses(
    (status = 202, body = ImportBody),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked, unit_closed, not_an_institution, departments_full"),
))]
async fn add_departments(
    State(imports): State<Arc<ImportState<People>>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let by = &admin.account;
    let (_, outcome) = imports.found(by, path.import).await?;
    let missing = outcome.ok_or(of_sheets::IMPORT_NOT_CHECKED)?.missing;
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    units::add_departments(&mut transaction, imports.clock.now(), by, by.unit.id, &missing).await?;
    imports.check_again(&mut transaction, path.import).await?;
    transaction.commit().await.map_err(Error::from)?;
    Ok((StatusCode::ACCEPTED, imports.look(by, path.import, language).await?))
}
