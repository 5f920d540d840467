//! The routes by which a page on another computer becomes a screen: it asks for characters, an admin enters them, it collects.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::DisplayState;
use super::pairing::{self, Characters};
use super::{Displays, Error, Qr};
use crate::display::refusals;
use zaichang_core::ids::ScreenNumber;
use zaichang_hosting::project::Course;
use zaichang_platform::auth::{Guard, Token};
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_platform::pages::{nonce, page_headers, policy};

pub(super) fn routes() -> OpenApiRouter<DisplayState> {
    OpenApiRouter::new()
        .routes(routes!(ask_for_pairing))
        .routes(routes!(collect_pairing))
        .routes(routes!(enter_pairing).act(Act::EnterPairing))
}

/// Six characters for a page that is to become a screen.
#[derive(Serialize, ToSchema)]
struct AskedPairing {
    #[schema(example = "K7MQRF")]
    characters: String,
    /// Collects the screen. It stays in the page and never stands in an address.
    secret: String,
    expires_at: Timestamp,
    /// The console's address with the characters in its fragment, as a QR.
    qr: PairingQr,
}

#[derive(Serialize, ToSchema)]
struct PairingQr {
    /// Modules along one side, quiet zone not included.
    size: usize,
    /// One SVG path on that grid.
    path: String,
}

/// Ask for the six characters that a page shows until an admin enters them. Needs no login; an address may ask for so many.
#[utoipa::path(post, path = "/api/v1/pairings", tag = "screens", responses(
    (status = 201, body = AskedPairing),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn ask_for_pairing(
    State(guard): State<Arc<Guard>>,
    State(displays): State<Arc<Displays>>,
    parts: Parts,
) -> Result<Response, Problem> {
    let now = displays.hub.now();
    displays.pairing_limits.address(guard.address(&parts), now)?;
    let asked = pairing::ask(&displays.pool, now).await?;
    let console = format!("{}/console/pair#{}", displays.public_url, asked.characters.as_str());
    let qr = Qr::of(&console)?;
    let body = AskedPairing {
        characters: asked.characters.as_str().to_owned(),
        secret: asked.secret.expose().to_owned(),
        expires_at: asked.expires_at,
        qr: PairingQr { size: qr.size, path: qr.path() },
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CollectPairing {
    #[schema(max_length = 64)]
    secret: String,
}

/// What has become of a page's characters.
#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
enum CollectedPairing {
    Waiting,
    /// They were entered for this screen; the ticket opens its page.
    Entered {
        screen: ScreenNumber,
        ticket: String,
        expires_at: Timestamp,
    },
}

/// Ask whether the characters were entered: with a ticket for the screen, once they were.
#[utoipa::path(post, path = "/api/v1/pairings/collections", tag = "screens", request_body = CollectPairing, responses(
    (status = 200, body = CollectedPairing),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 410, body = ProblemBody, description = "pairing_invalid: ask for new characters"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn collect_pairing(
    State(guard): State<Arc<Guard>>,
    State(displays): State<Arc<Displays>>,
    parts: Parts,
    Checked(sent): Checked<CollectPairing>,
) -> Result<Json<CollectedPairing>, Problem> {
    let unknown = || guard.failures.count(guard.address(&parts), refusals::PAIRING_INVALID);
    let secret = Token::hash_of(&sent.secret).ok_or_else(unknown)?;
    let collected = match pairing::collect(&displays.pool, &secret, displays.hub.now()).await {
        Ok(collected) => collected,
        Err(Error::Refused(refusals::PAIRING_INVALID)) => return Err(unknown()),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(match collected {
        None => CollectedPairing::Waiting,
        Some(ticketed) => CollectedPairing::Entered {
            screen: ticketed.screen,
            ticket: ticketed.ticket.expose().to_owned(),
            expires_at: ticketed.expires_at,
        },
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnterPairing {
    /// As the page shows them; either case, spaces and dashes are left out.
    #[schema(max_length = 24, example = "K7MQRF")]
    characters: String,
    /// Where in the venue the computer stands; 主会场 unless said.
    #[schema(max_length = 50, example = "主会场")]
    place: Option<String>,
}

/// The screen that the other computer's page becomes.
#[derive(Serialize, ToSchema)]
struct EnteredPairing {
    screen: ScreenNumber,
    place: String,
}

/// Enter the six characters of a page on another computer: it becomes a new screen of the course. They work once.
#[utoipa::path(post, path = "/api/v1/courses/{id}/pairings", tag = "screens", params(("id" = i64, Path)), request_body = EnterPairing, responses(
    (status = 201, body = EnteredPairing),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "project_not_submitted, project_not_approved, project_rejected"),
    (status = 410, body = ProblemBody, description = "pairing_invalid: mistyped, used or expired"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn enter_pairing(
    State(displays): State<Arc<Displays>>,
    Within { admin, row: course, .. }: Within<Course>,
    Checked(sent): Checked<EnterPairing>,
) -> Result<Response, Problem> {
    let place = super::routes::place(sent.place)?;
    // Before it is looked up, so that guesses are limited, right or wrong.
    let now = displays.hub.now();
    displays.pairing_limits.admin(admin.account.id, now)?;
    let characters = Characters::read(&sent.characters).ok_or(refusals::PAIRING_INVALID)?;
    let by = &admin.account;
    let screen = pairing::enter(&displays.pool, by, &course, &place, &characters, now).await?;
    Ok((StatusCode::CREATED, Json(EnteredPairing { screen, place })).into_response())
}

/// The page that shows the characters. It needs nothing else: no file of its own, no login.
pub fn pairing_page(https: bool) -> Response {
    let Ok(nonce) = nonce() else { return Problem::from(refusals::INTERNAL).into_response() };
    let html = include_str!("pairing.html").replace("__CSP_NONCE__", &nonce);
    (AppendHeaders(page_headers(&policy(&nonce, "", "", ""), https)), Html(html)).into_response()
}
