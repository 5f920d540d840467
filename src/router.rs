//! The whole service: every module's routes, the limits over them, and the program's own pages. It decides nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, MatchedPath, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, Version, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::docs::Security;
use crate::embedded;
use crate::{docs, modules};
use zaichang_platform::auth::Guard;
use zaichang_platform::http::language::Language;
use zaichang_platform::http::refusals;
use zaichang_platform::http::request_id::{REQUEST_ID, RequestId};
use zaichang_platform::http::{Problem, problem};
use zaichang_platform::limits::Limit;
use zaichang_platform::pages::{NotHere, Pages};

/// The largest body of any call.
const BODY: usize = 16 * 1024;
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// And one that sends a file: the line of a township clinic is slow, and the file is scanned.
const PATIENCE_WITH_FILES: Duration = Duration::from_mins(1);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "zaichang 在场",
        description = "Check-in for continuing medical education: a changing code, and every presence recorded exactly once.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "check-in", description = "From a scanned code to a presence that is safe."),
        (name = "people", description = "Logging in on a phone."),
        (name = "screens", description = "Screens, their channel and their code."),
        (name = "console", description = "Admins and their courses."),
        (name = "attendance", description = "Attendance records, exports, staff-assisted check-in."),
        (name = "operation", description = "Liveness and readiness."),
    ),
    modifiers(&Security),
)]
struct Api;

/// The document of the whole API before what every operation shares is written into it.
fn document() -> OpenApiRouter {
    OpenApiRouter::with_openapi(Api::openapi()).merge(modules::documents())
}

/// The OpenAPI document, generated from the code.
pub fn openapi() -> serde_json::Value {
    docs::complete(&document().into_openapi())
}

/// What the program's own routes reach.
#[derive(Clone, FromRef)]
pub struct ProgramState {
    pub guard: Arc<Guard>,
    pub pages: Pages,
}

/// The whole service: the modules' routes, the program's own, and the layers over all of them.
pub fn router(modules: Router, state: ProgramState, limit: &Limit) -> Router {
    Router::new()
        .merge(docs::routes())
        .route("/console", get(console))
        .route("/console/", get(console))
        .route("/console/{*path}", get(console))
        .route("/assets/{*path}", get(asset))
        .fallback(nothing_here)
        .method_not_allowed_fallback(|| async { Problem::from(refusals::METHOD_NOT_ALLOWED) })
        .with_state(state)
        .merge(modules)
        // The outermost first. One stack: axum boxes each layer that it is given.
        .layer((
            middleware::from_fn(attend),
            CatchPanicLayer::custom(panicked),
            middleware::from_fn(give_up_in_time),
            DefaultBodyLimit::max(BODY),
            limit.layer(),
        ))
}

/// Whatever has taken too long is given up; `attend` says so.
async fn give_up_in_time(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let sends_file = kind.is_some_and(|kind| kind == "application/octet-stream");
    let patience = if sends_file { PATIENCE_WITH_FILES } else { PATIENCE };
    let answered = tokio::time::timeout(patience, next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

/// Nothing is at this address.
const NOTHING: NotHere = NotHere {
    title: "未找到该页面",
    title_en: "This page does not exist",
    next: "网址可能有误。请核对后重新输入，或从下面进入。",
    next_en: "The address may be mistyped. Please check it, or go on from here.",
};

async fn asset(
    State(guard): State<Arc<Guard>>,
    State(pages): State<Pages>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    pages.asset(&path, &headers).unwrap_or_else(|| NOTHING.answer(&headers, guard.secure))
}

async fn nothing_here(State(guard): State<Arc<Guard>>, uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        return Problem::from(refusals::NOT_FOUND).into_response();
    }
    NOTHING.answer(&headers, guard.secure)
}

async fn console(
    State(guard): State<Arc<Guard>>,
    State(pages): State<Pages>,
    headers: HeaderMap,
) -> Response {
    pages.answer(embedded::CONSOLE, StatusCode::OK, None, &headers, guard.secure)
}

/// Handles one request: its id, its span, and the sentences of its refusal.
async fn attend(mut request: Request, next: Next) -> Response {
    let id = RequestId::random();
    let language = Language::of_headers(request.headers());
    let span = span(&request, &id);
    request.extensions_mut().insert(id);
    let answered = async {
        let response = match host_of(&request) {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = problem::speak(answered.instrument(span).await, language, &id);
    response.headers_mut().insert(REQUEST_ID, id.into());
    response
}

/// HTTP/1.1 names its host exactly once (RFC 9112, 3.2): two readers of one request must not see two hosts.
fn host_of(request: &Request) -> Result<(), Problem> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    if request.version() == Version::HTTP_11 && hosts != 1 {
        return Err(Problem::field("host", "HTTP/1.1 needs exactly one Host"));
    }
    Ok(())
}

/// Addresses hold codes and receipts: only the route's pattern is logged.
fn span(request: &Request, id: &RequestId) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    tracing::debug_span!("request", method = %request.method(), route, id = id.as_str())
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(said, "a handler panicked");
    Problem::from(refusals::INTERNAL).into_response()
}
