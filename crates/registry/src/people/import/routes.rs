//! The public API of importing people: the template, a file that is staged, what it would do, its carrying out, and the file with
//! what is wrong in it. An import is its sender's alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::jobs::{CheckPeople, ImportPeople, PeopleImports};
use super::{Error, refusals, sheet, sql};
use crate::people::of_unit::PeopleState;
use crate::units;
use zaichang_platform::auth::Role;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};
use zaichang_platform::sheets::imports::{ImportBody, ImportWanted};
use zaichang_platform::sheets::{MOST_BYTES, refusals as of_sheets};

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    let staging = OpenApiRouter::new()
        .routes(routes!(stage).act(Act::ImportPeople))
        .layer(DefaultBodyLimit::max(MOST_BYTES));
    OpenApiRouter::new()
        .merge(staging)
        .routes(routes!(template).act(Act::ImportPeople))
        .routes(routes!(look).act(Act::ImportPeople))
        .routes(routes!(add_departments).act(Act::KeepDepartments))
        .routes(routes!(write).act(Act::ImportPeople))
        .routes(routes!(marked).act(Act::ImportPeople))
}

#[derive(Deserialize)]
struct ImportPath {
    import: Uuid,
}

/// An empty workbook with the columns of a file of people, and a sheet that says how they are filled in.
#[utoipa::path(get, path = "/api/v1/people-imports/template", operation_id = "people_import_template", tag = "people", responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn template(State(imports): State<Arc<PeopleImports>>, _: Permitted) -> Result<Response, Problem> {
    let scratch = imports.staging.scratch.clone();
    let name = ("people-template", "人员导入模板");
    imports.staging.download(name, move |file| sheet::template(&scratch)?.finish(file)).await
}

/// Stage a file of people, XLSX or CSV, 100,000 rows and 16 MB at most: it is checked by and by, and kept sealed for 24 hours. A unit's
/// admin enters people of that unit; an authority's those of the units below, which each row names. Nothing is changed yet.
#[utoipa::path(post, path = "/api/v1/people-imports", operation_id = "stage_people_import", tag = "people",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 202, body = ImportBody),
    (status = 400, body = ProblemBody, description = "workbook_unreadable, workbook_of_old_form"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 409, body = ProblemBody, description = "people_of_units_only: the account is of no open institution"),
    (status = 413, body = ProblemBody, description = "workbook_too_large"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 50 files at most in a day"),
))]
async fn stage(
    State(imports): State<Arc<PeopleImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let is_of_unit = admin.account.role == Role::UnitAdmin;
    if is_of_unit && !sql::is_open_unit(&pool, admin.account.unit.id).await.map_err(Error::from)? {
        return Err(refusals::PEOPLE_OF_UNITS_ONLY.into());
    }
    let path = ("/api/v1/people-imports", language);
    imports.staging.stage(&pool, &admin.account, body, path, |import| CheckPeople { import }).await
}

/// How far an import is, and what it would do or has done.
#[utoipa::path(get, path = "/api/v1/people-imports/{import}", operation_id = "people_import", tag = "people",
    params(("import" = Uuid, Path)), responses(
    (status = 200, body = ImportBody),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: also another's, and one that has expired"),
))]
async fn look(
    State(imports): State<Arc<PeopleImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Json<ImportBody>, Problem> {
    imports.staging.look(&pool, &admin.account, path.import, language).await
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
    State(imports): State<Arc<PeopleImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let (staging, by) = (&imports.staging, &admin.account);
    let (_, outcome) = staging.found(&pool, by, path.import).await?;
    let missing = outcome.ok_or(of_sheets::IMPORT_NOT_CHECKED)?.missing;
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    units::add_departments(&mut transaction, staging.clock.now(), by, by.unit.id, &missing).await?;
    staging.check_again(&mut transaction, path.import, |import| CheckPeople { import }).await?;
    transaction.commit().await.map_err(Error::from)?;
    Ok((StatusCode::ACCEPTED, staging.look(&pool, by, path.import, language).await?))
}

/// Carry a checked file out: all of it, or the rows with which nothing is wrong; in one transaction, if it still comes to the plan
/// that one has seen. Otherwise nothing is done, and it is checked anew. Who is entered is approved, and logs in with their phone.
#[utoipa::path(post, path = "/api/v1/people-imports/{import}/writing", operation_id = "write_people_import", tag = "people",
    params(("import" = Uuid, Path)), request_body = ImportWanted, responses(
    (status = 202, body = ImportBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked, import_done, import_seen_otherwise, import_has_faults"),
))]
async fn write(
    State(imports): State<Arc<PeopleImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
    Checked(wanted): Checked<ImportWanted>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let id = (path.import, language);
    imports.staging.want(&pool, &admin.account, id, &wanted, |import| ImportPeople { import }).await
}

/// The file as it was sent, as a workbook, with what is wrong beside each row.
#[utoipa::path(get, path = "/api/v1/people-imports/{import}/file", operation_id = "marked_people_import", tag = "people",
    params(("import" = Uuid, Path)), responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked"),
))]
async fn marked(
    State(imports): State<Arc<PeopleImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Response, Problem> {
    let name = ("people-checked", "人员导入检查结果");
    imports.staging.marked(&pool, &admin.account, path.import, name, sheet::TITLE).await
}
