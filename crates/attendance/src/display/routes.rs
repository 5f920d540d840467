//! The routes of the screens: open, list and close them; their channel; their code as a picture.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Screen, Viewer};
use super::line::Upgrade;
use super::module::DisplayState;
use super::screens::Ticketed;
use super::{CodeAddress, Error, Hub, PairingLimits, pairing_routes, picture, screens, socket, sql};
use crate::display::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::ids::ScreenNumber;
use zaichang_core::keys::Keys;
use zaichang_core::unseen::holds_unseen;
use zaichang_hosting::project::Course;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};

/// Everything the routes of the screens reach.
#[derive(Clone)]
pub struct Displays {
    pub hub: Hub,
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    pub address: CodeAddress,
    /// Where the pages are served: `https://cme.example.cn`.
    pub public_url: Arc<str>,
    /// Cancelled when the process stops: every page is then disconnected.
    pub stopping: CancellationToken,
    /// How often addresses may ask for a pairing and admins may enter one.
    pub pairing_limits: Arc<PairingLimits>,
}

pub(super) fn routes() -> OpenApiRouter<DisplayState> {
    OpenApiRouter::new()
        .routes(routes!(open_screen).act(Act::OpenScreen))
        .routes(routes!(list_screens).act(Act::SeeScreens))
        .routes(routes!(issue_ticket).act(Act::IssueTicket))
        .routes(routes!(close_screen).act(Act::CloseScreen))
        .routes(routes!(replace_screen).act(Act::ReplaceScreen))
        .routes(routes!(live))
        .routes(routes!(code_svg).act(Act::SeeCode))
        .routes(routes!(code_png).act(Act::SeeCode))
        .merge(pairing_routes::routes())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewScreen {
    /// Where in the venue it stands; 主会场 unless said.
    #[schema(max_length = 50, example = "主会场")]
    place: Option<String>,
}

/// A screen and the ticket that opens its page once.
#[derive(Serialize, ToSchema)]
struct OpenedScreen {
    screen: ScreenNumber,
    ticket: String,
    /// Carries the ticket in its fragment, which is never sent to any server.
    #[schema(example = "https://cme.example.cn/display/7#ticket=…")]
    display_url: String,
    expires_at: Timestamp,
}

impl OpenedScreen {
    fn of(displays: &Displays, ticketed: &Ticketed) -> Self {
        Self {
            screen: ticketed.screen,
            ticket: ticketed.ticket.expose().to_owned(),
            display_url: ticketed.address(&displays.public_url),
            expires_at: ticketed.expires_at,
        }
    }
}

/// Where a screen stands; 主会场 unless said.
pub(super) fn place(said: Option<String>) -> Result<String, Problem> {
    let place = said.unwrap_or_else(|| "主会场".to_owned());
    let place = place.trim().to_owned();
    let fits = (1..=50).contains(&place.chars().count()) && !holds_unseen(&place);
    if fits { Ok(place) } else { Err(Problem::field("place", "it is 1 to 50 characters")) }
}

/// Open a screen of a course for today.
#[utoipa::path(post, path = "/api/v1/courses/{id}/screens", tag = "screens", params(("id" = i64, Path)),
    request_body(content = NewScreen, description = "May be left out."), responses(
    (status = 201, body = OpenedScreen),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "project_not_submitted, project_not_approved, project_rejected, course_over"),
))]
async fn open_screen(
    State(displays): State<Arc<Displays>>,
    Within { admin, row: course, .. }: Within<Course>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let new: Option<NewScreen> =
        match (body.is_empty(), headers.contains_key(axum::http::header::CONTENT_TYPE)) {
            (true, _) => None,
            (false, false) => return Err(refusals::UNSUPPORTED_MEDIA_TYPE.into()),
            (false, true) => Some(zaichang_platform::http::body::parse(&body)?),
        };
    let place = place(new.and_then(|new| new.place))?;
    let ticketed = screens::open(&displays.pool, &admin.account, &course, &place, displays.hub.now()).await?;
    Ok((StatusCode::CREATED, Json(OpenedScreen::of(&displays, &ticketed))).into_response())
}

/// The screens of a course today.
#[derive(Serialize, ToSchema)]
struct Screens {
    items: Vec<ListedScreen>,
}

#[derive(Serialize, ToSchema)]
struct ListedScreen {
    screen: ScreenNumber,
    place: String,
    opened_at: Timestamp,
    opened_by: String,
    closed_at: Option<Timestamp>,
    /// Whether a page shows it now, on any node. Told within 10 s after a page was closed, 15 s after it fell silent.
    online: bool,
    /// Since when no page shows it; null while one does, and if none ever did.
    offline_since: Option<Timestamp>,
}

/// The screens of a course today, closed ones too.
#[utoipa::path(get, path = "/api/v1/courses/{id}/screens", tag = "screens", params(("id" = i64, Path)), responses(
    (status = 200, body = Screens),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn list_screens(
    State(displays): State<Arc<Displays>>,
    Within { row: course, .. }: Within<Course>,
) -> Result<Json<Screens>, Problem> {
    let today = day_of(displays.hub.now());
    let rows = sql::screens(&displays.pool, course.id, today).await.map_err(Error::from)?;
    let items = rows.into_iter().map(|row| ListedScreen {
        screen: ScreenNumber::from_stored(row.screen),
        place: row.place,
        opened_at: row.opened_at.to_jiff(),
        opened_by: row.opened_by,
        closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
        online: row.online,
        offline_since: row.gone_at.filter(|_| !row.online).map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(Json(Screens { items: items.collect() }))
}

/// A ticket for another page on an open screen: both show the same code.
#[utoipa::path(post, path = "/api/v1/screens/{screen}/tickets", tag = "screens", params(("screen" = u32, Path)), responses(
    (status = 201, body = OpenedScreen),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 410, body = ProblemBody, description = "screen_closed"),
))]
async fn issue_ticket(
    State(displays): State<Arc<Displays>>,
    Within { admin, row: screen, .. }: Within<Screen>,
) -> Result<Response, Problem> {
    let now = displays.hub.now();
    if screen.closed || screen.day != day_of(now) {
        return Err(refusals::SCREEN_CLOSED.into());
    }
    let ticketed = screens::ticket_for(&displays.pool, &admin.account, screen.number, now).await?;
    Ok((StatusCode::CREATED, Json(OpenedScreen::of(&displays, &ticketed))).into_response())
}

/// Close a screen at once, on every node. Its codes are refused from now on.
#[utoipa::path(delete, path = "/api/v1/screens/{screen}", tag = "screens", params(("screen" = u32, Path)), responses(
    (status = 204, description = "Closed, now or before."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn close_screen(
    State(displays): State<Arc<Displays>>,
    Within { admin, row: screen, .. }: Within<Screen>,
) -> Result<StatusCode, Problem> {
    screens::close(&displays.pool, &admin.account, screen.number, displays.hub.now()).await?;
    displays.hub.closed(screen.number);
    Ok(StatusCode::NO_CONTENT)
}

/// Close a screen whose code leaks and open another in its place, at once on every node.
#[utoipa::path(post, path = "/api/v1/screens/{screen}/replacement", tag = "screens", params(("screen" = u32, Path)), responses(
    (status = 201, body = OpenedScreen),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 410, body = ProblemBody, description = "screen_closed"),
))]
async fn replace_screen(
    State(displays): State<Arc<Displays>>,
    Within { admin, row: screen, .. }: Within<Screen>,
) -> Result<Response, Problem> {
    let now = displays.hub.now();
    if screen.day != day_of(now) {
        return Err(refusals::SCREEN_CLOSED.into());
    }
    let by = &admin.account;
    let ticketed = screens::replace(&displays.pool, by, screen.number, screen.day, now).await?;
    displays.hub.closed(screen.number);
    Ok((StatusCode::CREATED, Json(OpenedScreen::of(&displays, &ticketed))).into_response())
}

#[derive(Deserialize)]
struct ScreenPath {
    screen: u32,
}

/// The display channel (WebSocket): hello, then the newest code, count and state. See the contract's section 5.
#[utoipa::path(get, path = "/api/v1/screens/{screen}/live", tag = "screens", params(("screen" = u32, Path)), responses(
    (status = 101, description = "The channel. It says hello with a ticket or a credential within 5 s."),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 503, body = ProblemBody, description = "storage_unavailable: this node's clock may be wrong"),
))]
async fn live(
    State(guard): State<Arc<Guard>>,
    State(displays): State<Arc<Displays>>,
    Reject(Path(path)): Reject<Path<ScreenPath>>,
    headers: HeaderMap,
    upgrade: Result<Upgrade, Problem>,
) -> Result<Response, Problem> {
    guard.origins.check(&headers)?;
    let screen = ScreenNumber(path.screen);
    // Said before the line is opened, so that a proxy can ask another node.
    displays.hub.trusted_now().ok_or(refusals::STORAGE_UNAVAILABLE)?;
    Ok(upgrade?.agree(move |line| socket::serve(displays, screen, line)))
}

/// The current code as SVG.
#[utoipa::path(get, path = "/api/v1/screens/{screen}/code.svg", tag = "screens", params(("screen" = u32, Path)), responses(
    (status = 200, content_type = "image/svg+xml", description = "Good until Expires."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 409, body = ProblemBody, description = "project_not_approved, outside_period, course_not_open, course_over"),
    (status = 410, body = ProblemBody, description = "screen_closed"),
))]
async fn code_svg(State(displays): State<Arc<Displays>>, viewer: Viewer) -> Result<Response, Problem> {
    let (qr, step) = picture::current(&displays, viewer.screen).await?;
    Ok(picture::answer("image/svg+xml", qr.svg().into_bytes(), step))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PngQuery {
    /// Pixels a side: 64 to 2048, 512 unless said.
    #[param(minimum = 64, maximum = 2048)]
    size: Option<u32>,
}

/// The current code as PNG.
#[utoipa::path(get, path = "/api/v1/screens/{screen}/code.png", tag = "screens", params(("screen" = u32, Path), PngQuery), responses(
    (status = 200, content_type = "image/png", description = "Good until Expires."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 409, body = ProblemBody, description = "project_not_approved, outside_period, course_not_open, course_over"),
    (status = 410, body = ProblemBody, description = "screen_closed"),
))]
async fn code_png(
    State(displays): State<Arc<Displays>>,
    viewer: Viewer,
    Reject(Query(query)): Reject<Query<PngQuery>>,
) -> Result<Response, Problem> {
    let size = query.size.unwrap_or(512);
    if !(64..=2048).contains(&size) {
        return Err(Problem::field("size", "it is 64 to 2048"));
    }
    let (qr, step) = picture::current(&displays, viewer.screen).await?;
    Ok(picture::answer("image/png", qr.png(size)?, step))
}
