//! The public API of imports: the template, a file that is staged, what it would do, its carrying out, and the file with what is
//! wrong in it. The same of all kinds: a kind says where they lie and what they are called. An import is its sender's alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRef, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use bytes::Bytes;
use serde::Deserialize;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Paths};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use uuid::Uuid;

use super::{ImportBody, ImportState, ImportWanted, Kind};
use crate::auth::Guard;
use crate::authority::{Acting as _, Permitted};
use crate::http::language::Language;
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Reject};
use crate::sheets::MOST_BYTES;

/// What the document says of the imports of any kind, each path below the kind's own.
#[derive(OpenApi)]
#[openapi(paths(template, stage, look, write, marked))]
struct OfAnyKind;

/// The routes of a kind's imports, for a module whose state holds them.
pub fn routes<K: Kind, S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<ImportState<K>>: FromRef<S>,
    Arc<Guard>: FromRef<S>,
{
    let document = OfAnyKind::openapi();
    let mut schemas: Vec<_> =
        document.components.into_iter().flat_map(|components| components.schemas).collect();
    let mut paths = document.paths.paths;
    let mut route = |path: &str, handler: MethodRouter<S>| -> UtoipaMethodRouter<S> {
        let mut item = paths.remove(path).expect("it is named above");
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            say_of_kind::<K>(operation);
        }
        let mut of_kind = Paths::new();
        of_kind.paths.insert(format!("{}{}", K::WORDS.path, path.trim_end_matches('/')), item);
        (std::mem::take(&mut schemas), of_kind, handler).act(K::ACT)
    };
    OpenApiRouter::new()
        .routes(route("/", post(stage::<K>).layer(DefaultBodyLimit::max(MOST_BYTES))))
        .routes(route("/template", get(template::<K>)))
        .routes(route("/{import}", get(look::<K>)))
        .routes(route("/{import}/writing", post(write::<K>)))
        .routes(route("/{import}/file", get(marked::<K>)))
}

/// Puts what a kind is called in the place of `import` and `things`, and adds what it says of itself.
fn say_of_kind<K: Kind>(operation: &mut Operation) {
    let words = K::WORDS;
    operation.tags = Some(vec![words.things.to_owned()]);
    let id = operation.operation_id.take().unwrap_or_default();
    let says = operation.summary.take().unwrap_or_default().replace("{things}", words.things);
    operation.summary = Some(match id.as_str() {
        "stage_import" => words.staging.to_owned(),
        "write_import" => format!("{says}{}", words.writing),
        _ => says,
    });
    if let ("stage_import", Some(refusals)) = (id.as_str(), words.not_staged) {
        // Said as the others are, with what it refuses.
        let mut conflict = operation.responses.responses.get("400").cloned();
        if let Some(utoipa::openapi::RefOr::T(response)) = &mut conflict {
            refusals.clone_into(&mut response.description);
        }
        operation.responses.responses.extend(conflict.map(|conflict| ("409".to_owned(), conflict)));
    }
    operation.operation_id = Some(id.replace("import", words.operation));
}

/// In the address of an import.
#[derive(Deserialize)]
pub struct ImportPath {
    pub import: Uuid,
}

/// An empty workbook with the columns of a file of {things}, and a sheet that says how they are filled in.
#[utoipa::path(get, path = "/template", operation_id = "import_template", responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn template<K: Kind>(
    State(imports): State<Arc<ImportState<K>>>,
    _: Permitted,
) -> Result<Response, Problem> {
    imports.template().await
}

/// Stage a file: each kind says what it may hold.
#[utoipa::path(post, path = "/", operation_id = "stage_import",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 202, body = ImportBody),
    (status = 400, body = ProblemBody, description = "workbook_unreadable, workbook_of_old_form"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 413, body = ProblemBody, description = "workbook_too_large"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 50 files at most in a day"),
))]
async fn stage<K: Kind>(
    State(imports): State<Arc<ImportState<K>>>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    imports.stage(&admin.account, body, language).await
}

/// How far an import is, and what it would do or has done.
#[utoipa::path(get, path = "/{import}", operation_id = "import", params(("import" = Uuid, Path)), responses(
    (status = 200, body = ImportBody),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: also another's, and one that has expired"),
))]
async fn look<K: Kind>(
    State(imports): State<Arc<ImportState<K>>>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Json<ImportBody>, Problem> {
    imports.look(&admin.account, path.import, language).await
}

/// Carry a checked file out: all of it, or the rows with which nothing is wrong; in one transaction, if it still comes to the plan
/// that one has seen. Otherwise nothing is done, and it is checked anew.
#[utoipa::path(post, path = "/{import}/writing", operation_id = "write_import", params(("import" = Uuid, Path)),
    request_body = ImportWanted, responses(
    (status = 202, body = ImportBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked, import_done, import_seen_otherwise, import_has_faults"),
))]
async fn write<K: Kind>(
    State(imports): State<Arc<ImportState<K>>>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Reject(Path(path)): Reject<Path<ImportPath>>,
    Checked(wanted): Checked<ImportWanted>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    imports.want(&admin.account, (path.import, language), &wanted).await
}

/// The file as it was sent, as a workbook, with what is wrong beside each row.
#[utoipa::path(get, path = "/{import}/file", operation_id = "marked_import", params(("import" = Uuid, Path)), responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "import_not_checked"),
))]
async fn marked<K: Kind>(
    State(imports): State<Arc<ImportState<K>>>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(path)): Reject<Path<ImportPath>>,
) -> Result<Response, Problem> {
    imports.marked(&admin.account, path.import).await
}
