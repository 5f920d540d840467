//! The routes of face checks: asking for one, and what became of it. A phone's own result is never believed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Faces;
use super::module::FaceState;
use crate::checkin::{Browser, Client};
use crate::face::refusals;
use zaichang_platform::auth::{Address, Attendee, Guard};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};

pub(super) fn routes() -> OpenApiRouter<FaceState> {
    OpenApiRouter::new().routes(routes!(ask_face_check)).routes(routes!(face_check_result))
}

/// For whom: the pass of a scan of a course that asks for it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FaceCheckRequest {
    #[schema(max_length = 256)]
    pass: String,
    client: Client,
}

/// A check that the phone may begin now.
#[derive(Serialize, ToSchema)]
struct FaceCheck {
    face_check: Uuid,
    /// `wechat`: 微信人脸核身, in the mini-program.
    provider: &'static str,
    /// What the phone hands to `wx.requestFacialVerify`.
    verify_id: String,
    expires_at: Timestamp,
}

/// What became of a check.
#[derive(Serialize, ToSchema)]
struct FaceCheckResult {
    /// `passed`, `failed` or `pending`.
    status: &'static str,
}

/// Ask for a face check for a scanned course. A check that is waiting is given again.
#[utoipa::path(post, path = "/api/v1/face-checks", tag = "check-in", request_body = FaceCheckRequest, responses(
    (status = 201, body = FaceCheck),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "pass_invalid"),
    (status = 409, body = ProblemBody, description = "face_provider_missing, face_not_asked, face_elsewhere, face_not_bound, no_id_card"),
    (status = 410, body = ProblemBody, description = "pass_expired"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "wechat_unavailable, storage_unavailable"),
))]
async fn ask_face_check(
    State(guard): State<Arc<Guard>>,
    State(faces): State<Arc<Faces>>,
    attendee: Attendee,
    Address(address): Address,
    browser: Browser,
    Checked(request): Checked<FaceCheckRequest>,
) -> Result<Response, Problem> {
    let (device, cookie) = request.client.device(browser, &guard)?;
    let wanted = faces.subject(&request.pass, attendee.person, device, address).await;
    let wanted = wanted.map_err(|problem| match problem.refusal {
        refusals::PASS_INVALID => guard.failures.count(address, problem),
        _ => problem,
    })?;
    let check = faces.ask(wanted, request.client.kind).await?;
    let body = FaceCheck {
        face_check: check.id,
        provider: "wechat",
        verify_id: check.reference,
        expires_at: check.expires_at,
    };
    Ok((StatusCode::CREATED, cookie, Json(body)).into_response())
}

/// What became of a check: the server asks the provider itself.
#[utoipa::path(post, path = "/api/v1/face-checks/{id}/result", tag = "check-in", params(("id" = Uuid, Path)), responses(
    (status = 200, body = FaceCheckResult),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 503, body = ProblemBody, description = "wechat_unavailable, storage_unavailable"),
))]
async fn face_check_result(
    State(faces): State<Arc<Faces>>,
    attendee: Attendee,
    Reject(Path(id)): Reject<Path<Uuid>>,
) -> Result<Json<FaceCheckResult>, Problem> {
    let state = faces.state(id, attendee.person).await?.ok_or(refusals::NOT_FOUND)?;
    Ok(Json(FaceCheckResult { status: state.word() }))
}
