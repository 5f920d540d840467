//! What people see of their own logins on phones, and how they end them. It must not know how one is opened.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::module::PhoneState;
use zaichang_platform::auth::own_sessions::{self, EndedSessions, OwnSessions, SessionPath};
use zaichang_platform::auth::{self, Attendee, OpenedFrom};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new().routes(routes!(own_sessions, end_other_sessions)).routes(routes!(end_own_session))
}

/// One's own logins: where each was opened, and when.
#[utoipa::path(get, path = "/api/v1/me/sessions", operation_id = "own_sessions", tag = "people", responses(
    (status = 200, body = OwnSessions),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn own_sessions(
    State(phones): State<Arc<Phones>>,
    attendee: Attendee,
    from: OpenedFrom,
) -> Result<Json<OwnSessions>, Problem> {
    let Phones { pool, guard, .. } = &*phones;
    let subject = attendee.person.into();
    Ok(Json(own_sessions::read(pool, guard, subject, &attendee.session, &from).await?))
}

/// End one of one's own logins, at once on every node.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session}", operation_id = "end_own_session", tag = "people",
    params(("session" = String, Path, pattern = "^[0-9a-f]{16}$")), responses(
    (status = 204, description = "Ended on every node."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn end_own_session(
    State(phones): State<Arc<Phones>>,
    attendee: Attendee,
    Reject(Path(path)): Reject<Path<SessionPath>>,
) -> Result<StatusCode, Problem> {
    let Phones { pool, clock, guard, .. } = &*phones;
    let named = own_sessions::named(pool, guard, attendee.person.into(), &path.session).await?;
    guard.sessions.revoke(named, clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all of one's own logins but this one, at once on every node.
#[utoipa::path(delete, path = "/api/v1/me/sessions", operation_id = "end_other_sessions", tag = "people", responses(
    (status = 200, body = EndedSessions),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn end_other_sessions(
    State(phones): State<Arc<Phones>>,
    attendee: Attendee,
) -> Result<Json<EndedSessions>, Problem> {
    let Phones { pool, clock, guard, .. } = &*phones;
    let mut transaction = pool.begin().await.map_err(auth::Error::from)?;
    let ended = guard
        .sessions
        .end_all_of(&mut transaction, attendee.person, Some(&attendee.session), clock.now())
        .await?;
    transaction.commit().await.map_err(auth::Error::from)?;
    for session in &ended {
        guard.sessions.session_changed(*session);
    }
    Ok(Json(EndedSessions { ended: ended.len() }))
}
