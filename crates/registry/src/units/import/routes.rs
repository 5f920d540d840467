//! The public API of importing units: the template, a file that is staged, what it would do, its carrying out, the file with what
//! is wrong in it, and links for the first admins of what it has entered. An import is its sender's alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::jobs::{CheckUnits, ImportUnits, UnitImports};
use super::{Error, links, sheet};
use crate::units::module::UnitsState;
use crate::units::refusals;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};
use zaichang_platform::sheets::imports::{ImportBody, ImportWanted, State as Stage};
use zaichang_platform::sheets::{List, MOST_BYTES, refusals as of_sheets};

pub(in crate::units) fn routes() -> OpenApiRouter<UnitsState> {
    let staging = OpenApiRouter::new()
        .routes(routes!(stage).act(Act::ImportUnits))
        .layer(DefaultBodyLimit::max(MOST_BYTES));
    OpenApiRouter::new()
        .merge(staging)
        .routes(routes!(template).act(Act::ImportUnits))
        .routes(routes!(look).act(Act::ImportUnits))
        .routes(routes!(write).act(Act::ImportUnits))
        .routes(routes!(marked).act(Act::ImportUnits))
        .routes(routes!(make_links).act(Act::InviteAdminsOfUnits))
}

/// An empty workbook with the columns of a file of units, and a sheet that says how they are filled in.
#[utoipa::path(get, path = "/api/v1/unit-imports/template", operation_id = "unit_import_template", tag = "units", responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn template(State(imports): State<Arc<UnitImports>>, _: Permitted) -> Result<Response, Problem> {
    let scratch = imports.staging.scratch.clone();
    let name = ("units-template", "单位导入模板");
    imports.staging.download(name, move |file| sheet::template(&scratch)?.finish(file)).await
}

/// Stage a file of units, XLSX or CSV, 16 MB at most: it is checked by and by, and kept sealed for 24 hours. Nothing is changed yet.
#[utoipa::path(post, path = "/api/v1/unit-imports", operation_id = "stage_unit_import", tag = "units",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 202, body = ImportBody),
    (status = 400, body = ProblemBody, description = "workbook_unreadable, workbook_of_old_form"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 413, body = ProblemBody, description = "workbook_too_large"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 50 files at most in a day"),
))]
async fn stage(
    State(imports): State<Arc<UnitImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let path = ("/api/v1/unit-imports", language);
    imports.staging.stage(&pool, &admin.account, body, path, |import| CheckUnits { import }).await
}

#[derive(Deserialize)]
struct ImportPath {
    import: Uuid,
}

/// How far an import is, and what it would do or has done.
#[utoipa::path(get, path = "/api/v1/unit-imports/{import}", operation_id = "unit_import", tag = "units",
    params(("import" = Uuid, Path)), responses(
    (status = 200, body = ImportBody),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: also another's, and one that has expired"),
))]
async fn look(
    State(imports): State<Arc<UnitImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Json<ImportBody>, Problem> {
    imports.staging.look(&pool, &admin.account, path.import, language).await
}

/// Carry a checked file out: all of it, or the rows with which nothing is wrong; in one transaction, if it still comes to the plan
/// that one has seen. Otherwise nothing is done, and it is checked anew.
#[utoipa::path(post, path = "/api/v1/unit-imports/{import}/writing", operation_id = "write_unit_import", tag = "units",
    params(("import" = Uuid, Path)), request_body = ImportWanted, responses(
    (status = 202, body = ImportBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked, import_done, import_seen_otherwise, import_has_faults"),
))]
async fn write(
    State(imports): State<Arc<UnitImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
    Checked(wanted): Checked<ImportWanted>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let id = (path.import, language);
    imports.staging.want(&pool, &admin.account, id, &wanted, |import| ImportUnits { import }).await
}

/// The file as it was sent, as a workbook, with what is wrong beside each row.
#[utoipa::path(get, path = "/api/v1/unit-imports/{import}/file", operation_id = "marked_unit_import", tag = "units",
    params(("import" = Uuid, Path)), responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked"),
))]
async fn marked(
    State(imports): State<Arc<UnitImports>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Response, Problem> {
    let name = ("units-checked", "单位导入检查结果");
    imports.staging.marked(&pool, &admin.account, path.import, name, sheet::TITLE).await
}

/// Make links for the first admins of the units that an import has entered, 1,000 at most: for each that has no admin and no link
/// on the way. The workbook that answers holds each address once and for all: it is not kept, and is not told again.
#[utoipa::path(post, path = "/api/v1/unit-imports/{import}/admin-links", operation_id = "make_unit_import_links", tag = "units",
    params(("import" = Uuid, Path)), responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked, units_have_admins"),
))]
async fn make_links(
    State(imports): State<Arc<UnitImports>>,
    State(pool): State<PgPool>,
    State(guard): State<Arc<Guard>>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Response, Problem> {
    let (import, outcome) = imports.staging.found(&pool, &admin.account, path.import).await?;
    let outcome = outcome.filter(|_| import.state == Stage::Written).ok_or(of_sheets::IMPORT_NOT_CHECKED)?;
    let now = guard.clock.now();
    let rows =
        links::make(&pool, &imports.staging.keys, &admin.account, &outcome.added, &imports.public_url, now)
            .await?;
    if rows.is_empty() {
        return Err(refusals::UNITS_HAVE_ADMINS.into());
    }
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let detail = json!({ "links": rows.len() });
    let (noun_id, action) = (admin.account.unit.id.0, "make_admin_links");
    let entry = Entry { action, noun: "unit", noun_id, detail };
    audit::record(&mut connection, &admin.account, now, entry).await.map_err(Error::from)?;
    drop(connection);
    let scratch = imports.staging.scratch.clone();
    let download = imports.staging.download(("admin-links", "管理员链接"), move |file| {
        let mut list = List::begin("管理员链接", &links::COLUMNS, &scratch)?;
        for row in &rows {
            list.row(row.iter().map(String::as_str))?;
        }
        list.finish(file)
    });
    download.await
}
