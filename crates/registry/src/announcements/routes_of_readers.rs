//! The announcements that a person reads on the phone, and an admin in the console. Everybody has their own alone.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::module::AnnouncementsState;
use super::reading::{
    self, AnnouncementText, BoardQuery, NewestAnnouncement, PostedAnnouncements, ReadAnnouncements, Reader,
};
use super::routes::AnnouncementPath;
use super::sql::AnnouncementId;
use zaichang_platform::auth::{Admin, Attendee};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};
use zaichang_platform::list::{List, Paging};

pub(super) fn routes() -> OpenApiRouter<AnnouncementsState> {
    OpenApiRouter::new()
        .routes(routes!(my_announcements))
        .routes(routes!(my_newest_announcement))
        .routes(routes!(my_announcement))
        .routes(routes!(read_my_announcements))
        .routes(routes!(admin_announcements))
        .routes(routes!(admin_newest_announcement))
        .routes(routes!(admin_announcement))
        .routes(routes!(read_admin_announcements))
}

async fn page(
    state: &AnnouncementsState,
    reader: Reader,
    list: &List<BoardQuery>,
) -> Result<Json<PostedAnnouncements>, Problem> {
    let now = state.guard.clock.now();
    Ok(Json(reading::page(&state.pool, &state.board, reader, list, now).await.map_err(Error::from)?))
}

async fn newest(state: &AnnouncementsState, reader: Reader) -> Result<Json<NewestAnnouncement>, Problem> {
    let now = state.guard.clock.now();
    Ok(Json(reading::newest(&state.pool, &state.board, reader, now).await.map_err(Error::from)?))
}

async fn one(
    state: &AnnouncementsState,
    reader: Reader,
    id: AnnouncementId,
) -> Result<Json<AnnouncementText>, Problem> {
    Ok(Json(reading::one(&state.pool, &state.board, reader, id, state.guard.clock.now()).await?))
}

async fn mark(
    state: &AnnouncementsState,
    reader: Reader,
    read: ReadAnnouncements,
) -> Result<StatusCode, Problem> {
    let (read, now) = (read.read()?, state.guard.clock.now());
    reading::mark(&state.pool, &state.board, reader, &read, now).await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The announcements that are for a person: of their unit and of all above it, pinned ones first, then the newest.
#[utoipa::path(get, path = "/api/v1/me/announcements", tag = "people", params(BoardQuery, Paging), responses(
    (status = 200, body = PostedAnnouncements),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn my_announcements(
    State(state): State<AnnouncementsState>,
    attendee: Attendee,
    list: List<BoardQuery>,
) -> Result<Json<PostedAnnouncements>, Problem> {
    page(&state, Reader::Person(attendee.person), &list).await
}

/// What stands first among them, and how many are unread.
#[utoipa::path(get, path = "/api/v1/me/announcements/newest", tag = "people", responses(
    (status = 200, body = NewestAnnouncement),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn my_newest_announcement(
    State(state): State<AnnouncementsState>,
    attendee: Attendee,
) -> Result<Json<NewestAnnouncement>, Problem> {
    newest(&state, Reader::Person(attendee.person)).await
}

/// One of them, with its text.
#[utoipa::path(get, path = "/api/v1/me/announcements/{id}", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = AnnouncementText),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn my_announcement(
    State(state): State<AnnouncementsState>,
    attendee: Attendee,
    Reject(Path(AnnouncementPath { id })): Reject<Path<AnnouncementPath>>,
) -> Result<Json<AnnouncementText>, Problem> {
    one(&state, Reader::Person(attendee.person), id).await
}

/// Mark some of them as read, or all until one. Those that are not for the reader are left alone, without a word.
#[utoipa::path(post, path = "/api/v1/me/announcements/reading", tag = "people", request_body = ReadAnnouncements, responses(
    (status = 204, description = "They are read."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn read_my_announcements(
    State(state): State<AnnouncementsState>,
    attendee: Attendee,
    Checked(read): Checked<ReadAnnouncements>,
) -> Result<StatusCode, Problem> {
    mark(&state, Reader::Person(attendee.person), read).await
}

/// The announcements that are for an admin: of their unit and of all above it, pinned ones first, then the newest.
#[utoipa::path(get, path = "/api/v1/admin/me/announcements", tag = "console", params(BoardQuery, Paging), responses(
    (status = 200, body = PostedAnnouncements),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn admin_announcements(
    State(state): State<AnnouncementsState>,
    admin: Admin,
    list: List<BoardQuery>,
) -> Result<Json<PostedAnnouncements>, Problem> {
    page(&state, Reader::Account(admin.account.id), &list).await
}

/// What stands first among them, and how many are unread.
#[utoipa::path(get, path = "/api/v1/admin/me/announcements/newest", tag = "console", responses(
    (status = 200, body = NewestAnnouncement),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn admin_newest_announcement(
    State(state): State<AnnouncementsState>,
    admin: Admin,
) -> Result<Json<NewestAnnouncement>, Problem> {
    newest(&state, Reader::Account(admin.account.id)).await
}

/// One of them, with its text.
#[utoipa::path(get, path = "/api/v1/admin/me/announcements/{id}", tag = "console", params(("id" = i64, Path)), responses(
    (status = 200, body = AnnouncementText),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn admin_announcement(
    State(state): State<AnnouncementsState>,
    admin: Admin,
    Reject(Path(AnnouncementPath { id })): Reject<Path<AnnouncementPath>>,
) -> Result<Json<AnnouncementText>, Problem> {
    one(&state, Reader::Account(admin.account.id), id).await
}

/// Mark some of them as read, or all until one. Those that are not for the reader are left alone, without a word.
#[utoipa::path(post, path = "/api/v1/admin/me/announcements/reading", tag = "console", request_body = ReadAnnouncements, responses(
    (status = 204, description = "They are read."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn read_admin_announcements(
    State(state): State<AnnouncementsState>,
    admin: Admin,
    Checked(read): Checked<ReadAnnouncements>,
) -> Result<StatusCode, Problem> {
    mark(&state, Reader::Account(admin.account.id), read).await
}
