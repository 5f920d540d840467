//! The roof: one table of every room's routes, the limits over them, and the pages. It decides nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use tower_governor::GovernorLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::auth::Guard;
use crate::docs::Security;
use crate::embedded::{self, Page};
use crate::http::{Problem, Refusal, problem};
use crate::limits::{self, Limit};
use crate::{attendance, auth, checkin, display, docs, health, phone, project};

/// The largest body of any call.
const BODY: usize = 16 * 1024;
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// Every room's routes, in reading order.
fn rooms() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(checkin::routes())
        .merge(phone::login_routes())
        .merge(display::routes())
        .merge(auth::routes())
        .merge(project::routes())
        .merge(attendance::routes())
}

/// The OpenAPI document, generated from the code.
pub fn openapi() -> utoipa::openapi::OpenApi {
    rooms().merge(health::routes()).into_openapi()
}

/// The whole service.
pub fn router(app: App, limit: Arc<Limit>) -> Router {
    let (rooms, _) = rooms().split_for_parts();
    let (pages, _) = phone::page_routes().split_for_parts();
    let (health, _) = health::routes().split_for_parts();
    let limited = rooms.layer(GovernorLayer::new(limit).error_handler(limits::refuse));
    Router::new()
        .merge(limited)
        .merge(pages)
        .merge(health)
        .merge(docs::routes(&openapi()))
        .route("/display/{screen}", get(venue_page))
        .route("/console", get(console))
        .route("/console/", get(console))
        .route("/console/{*path}", get(console))
        .route("/assets/{*path}", get(embedded::asset))
        .fallback(|| async { Problem::from(Refusal::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::from(Refusal::MethodNotAllowed) })
        // The outermost first. One stack, not seven: axum boxes each layer that it is given.
        .layer((
            SetRequestIdLayer::new(REQUEST_ID, NewRequestId),
            PropagateRequestIdLayer::new(REQUEST_ID),
            TraceLayer::new_for_http().make_span_with(span).on_request(()).on_failure(()),
            middleware::from_fn(problem::speak),
            CatchPanicLayer::custom(panicked),
            TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE),
            DefaultBodyLimit::max(BODY),
        ))
        .with_state(app)
}

async fn venue_page(State(guard): State<Arc<Guard>>, headers: HeaderMap) -> Response {
    Page::Display.answer(StatusCode::OK, None, &headers, guard.secure)
}

async fn console(State(guard): State<Arc<Guard>>, headers: HeaderMap) -> Response {
    Page::Console.answer(StatusCode::OK, None, &headers, guard.secure)
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// 64 random bits; a caller's own id is not believed.
#[derive(Clone, Copy)]
struct NewRequestId;

impl MakeRequestId for NewRequestId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let id = format!("{:016x}", getrandom::u64().ok()?);
        Some(RequestId::new(id.parse().ok()?))
    }
}

/// Addresses hold codes and receipts: only the route's pattern is logged.
fn span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or("");
    tracing::debug_span!("request", method = %request.method(), route, id)
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(said, "a handler panicked");
    Problem::from(Refusal::Internal).into_response()
}
