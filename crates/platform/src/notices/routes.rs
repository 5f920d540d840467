//! The public API of notices: a person's inbox and an admin's, what a person chooses, and messages that want an admin.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::deliveries::{self, Delivery, DeliveryBody, DeliveryQuery};
use super::inbox::{self, Inbox, InboxQuery, Owner, Reading, UnreadNotices};
use super::module::NoticesState;
use super::preferences::{self, NewPreferences, Preferences};
use crate::auth::{Admin, Attendee};
use crate::authority::{Act, Acting as _, Permitted, Within};
use crate::http::language::Language;
use crate::http::problem::ProblemBody;
use crate::http::{Checked, IfMatch, Problem, Seen, Versioned};
use crate::list::{Count, Cursor, List, Page, Paging, Reads};

pub(super) fn routes() -> OpenApiRouter<NoticesState> {
    OpenApiRouter::new()
        .routes(routes!(my_notices))
        .routes(routes!(my_unread_notices))
        .routes(routes!(read_my_notices))
        .routes(routes!(my_notice_preferences, choose_my_notices))
        .routes(routes!(notices_of_admin))
        .routes(routes!(unread_notices_of_admin))
        .routes(routes!(read_notices_of_admin))
        .routes(routes!(notice_deliveries).act(Act::SeeNoticeDeliveries))
        .routes(routes!(one_notice_delivery).act(Act::SeeNoticeDeliveries))
        .routes(routes!(send_notice_again).act(Act::SendNoticeAgain))
}

async fn page(
    state: &NoticesState,
    owner: Owner,
    list: &List<InboxQuery>,
    language: Language,
) -> Result<Json<Inbox>, Problem> {
    Ok(Json(inbox::page(&state.pool, owner, list, &state.kinds, language).await.map_err(Error::from)?))
}

async fn unread(state: &NoticesState, owner: Owner) -> Result<Json<UnreadNotices>, Problem> {
    Ok(Json(inbox::unread(&state.pool, owner).await.map_err(Error::from)?))
}

async fn mark(state: &NoticesState, owner: Owner, reading: Reading) -> Result<StatusCode, Problem> {
    let (ids, through) = reading.read()?;
    let now = state.guard.clock.now();
    inbox::mark(&state.pool, owner, (&ids, through), now).await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A person's own notices, the newest first.
#[utoipa::path(get, path = "/api/v1/me/notices", tag = "people", params(InboxQuery, Paging), responses(
    (status = 200, body = Inbox),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn my_notices(
    State(state): State<NoticesState>,
    attendee: Attendee,
    language: Language,
    list: List<InboxQuery>,
) -> Result<Json<Inbox>, Problem> {
    page(&state, Owner::Person(attendee.person), &list, language).await
}

/// How many of a person's own notices are unread.
#[utoipa::path(get, path = "/api/v1/me/notices/unread", tag = "people", responses(
    (status = 200, body = UnreadNotices),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn my_unread_notices(
    State(state): State<NoticesState>,
    attendee: Attendee,
) -> Result<Json<UnreadNotices>, Problem> {
    unread(&state, Owner::Person(attendee.person)).await
}

/// Mark a person's own notices as read. Those of others are left alone, without a word.
#[utoipa::path(post, path = "/api/v1/me/notices/reading", tag = "people", request_body = Reading, responses(
    (status = 204, description = "They are read."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn read_my_notices(
    State(state): State<NoticesState>,
    attendee: Attendee,
    Checked(reading): Checked<Reading>,
) -> Result<StatusCode, Problem> {
    mark(&state, Owner::Person(attendee.person), reading).await
}

/// By what a person wants to be told.
#[utoipa::path(get, path = "/api/v1/me/notice-preferences", tag = "people", responses(
    (status = 200, body = Preferences, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn my_notice_preferences(
    State(state): State<NoticesState>,
    attendee: Attendee,
) -> Result<Versioned<Json<Preferences>>, Problem> {
    let read = preferences::read(&state.pool, attendee.person, state.sms_offered()).await;
    let Versioned(version, preferences) = read.map_err(Error::from)?;
    Ok(Versioned(version, Json(preferences)))
}

/// Choose by what one wants to be told, and the hours of rest. Warnings about one's account are sent all the same.
#[utoipa::path(put, path = "/api/v1/me/notice-preferences", tag = "people", params(IfMatch), request_body = NewPreferences, responses(
    (status = 200, body = Preferences, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn choose_my_notices(
    State(state): State<NoticesState>,
    attendee: Attendee,
    seen: IfMatch,
    Checked(wanted): Checked<NewPreferences>,
) -> Result<Versioned<Json<Preferences>>, Problem> {
    let (wanted, now) = (wanted.read()?, state.guard.clock.now());
    let kept = preferences::keep(&state.pool, attendee.person, &seen, wanted, state.sms_offered(), now).await;
    let Versioned(version, preferences) = kept.map_err(Error::from)??;
    Ok(Versioned(version, Json(preferences)))
}

/// An admin's own notices, the newest first.
#[utoipa::path(get, path = "/api/v1/admin/me/notices", tag = "console", params(InboxQuery, Paging), responses(
    (status = 200, body = Inbox),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn notices_of_admin(
    State(state): State<NoticesState>,
    admin: Admin,
    language: Language,
    list: List<InboxQuery>,
) -> Result<Json<Inbox>, Problem> {
    page(&state, Owner::Account(admin.account.id), &list, language).await
}

/// How many of an admin's own notices are unread.
#[utoipa::path(get, path = "/api/v1/admin/me/notices/unread", tag = "console", responses(
    (status = 200, body = UnreadNotices),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn unread_notices_of_admin(
    State(state): State<NoticesState>,
    admin: Admin,
) -> Result<Json<UnreadNotices>, Problem> {
    unread(&state, Owner::Account(admin.account.id)).await
}

/// Mark an admin's own notices as read. Those of others are left alone, without a word.
#[utoipa::path(post, path = "/api/v1/admin/me/notices/reading", tag = "console", request_body = Reading, responses(
    (status = 204, description = "They are read."),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn read_notices_of_admin(
    State(state): State<NoticesState>,
    admin: Admin,
    Checked(reading): Checked<Reading>,
) -> Result<StatusCode, Problem> {
    mark(&state, Owner::Account(admin.account.id), reading).await
}

/// A page of messages that want somebody.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeDeliveries)]
struct Deliveries {
    items: Vec<DeliveryBody>,
    /// How many all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// Text messages to people and admins of the unit, and of those below it, that were not sent or perhaps not; the newest first.
#[utoipa::path(get, path = "/api/v1/admin/notice-deliveries", tag = "console", params(DeliveryQuery, Paging), responses(
    (status = 200, body = Deliveries),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn notice_deliveries(
    State(state): State<NoticesState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    list: List<DeliveryQuery>,
) -> Result<Json<Deliveries>, Problem> {
    let mut turn = state.lanes.turn(admin.account.id, Reads::List).await?;
    let words = (&state.kinds, language);
    let page =
        deliveries::page(&mut turn, admin.account.unit.id, &list, words, state.guard.clock.now()).await;
    drop(turn);
    let (Page { rows, next }, in_all) = page.map_err(|error| Reads::List.unread::<Error>(error))?;
    Ok(Json(Deliveries { items: rows, in_all, next }))
}

type Answered = Result<Versioned<Json<DeliveryBody>>, Problem>;

/// One text message as it stands.
#[utoipa::path(get, path = "/api/v1/admin/notice-deliveries/{id}", tag = "console", params(("id" = i64, Path)), responses(
    (status = 200, body = DeliveryBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_notice_delivery(
    State(state): State<NoticesState>,
    Within { row, .. }: Within<Delivery>,
    language: Language,
) -> Answered {
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    let body = deliveries::one(&mut connection, &row, (&state.kinds, language)).await?;
    Ok(Versioned(body.version, Json(body)))
}

/// Have such a message sent once more, as it was seen: its reader may get it twice, if it was sent after all.
#[utoipa::path(post, path = "/api/v1/admin/notice-deliveries/{id}/sending", tag = "console", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = DeliveryBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "delivery_under_way, delivery_not_stuck, former_phone_forgotten"),
))]
async fn send_notice_again(
    State(state): State<NoticesState>,
    Within { admin, row, .. }: Within<Delivery>,
    Seen(seen): Seen,
    language: Language,
) -> Answered {
    let now = state.guard.clock.now();
    let words = (&state.kinds, language);
    let body = deliveries::send_again(&state.pool, &admin.account, &row, &seen, words, now).await?;
    Ok(Versioned(body.version, Json(body)))
}
