//! What is asked of a phone that shows a receipt: to scan again for a spot check, to say how far from the hall it is.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;

use crate::checkin::{Receipt, Slot};
use crate::presence::module::PresenceState;
use crate::presence::refusals;
use crate::presence::{Error, sql};
use zaichang_core::clock::day_of;
use zaichang_hosting::project::{Course, Degrees, Location};
use zaichang_platform::auth::Attendee;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};

/// Where a phone is later says nothing about the scan.
const POSITION_COUNTS_FOR: SignedDuration = SignedDuration::from_mins(5);

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReceiptAsking)]
pub(super) struct Asking {
    /// Of a check-in of today: only who has come is told.
    #[schema(max_length = 50)]
    receipt: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ReceiptAsked {
    /// Null while none is open: one that is still to come is not told.
    spot_check: Option<OpenSpotCheck>,
    /// Whether a phone that can tell its position is to tell it now. Nothing depends on it.
    position: bool,
}

#[derive(Serialize, ToSchema)]
struct OpenSpotCheck {
    opens_at: Timestamp,
    closes_at: Timestamp,
    server_now: Timestamp,
    /// Whether this person has scanned for it.
    answered: bool,
}

/// What is asked now of the holder of this receipt. To be asked every 20 seconds, by a page that is looked at.
#[utoipa::path(post, path = "/api/v1/receipts/asked", tag = "check-in", request_body = Asking, responses(
    (status = 200, body = ReceiptAsked),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 404, body = ProblemBody, description = "not_found: the receipt is not one of ours"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
pub(super) async fn asked(
    State(state): State<PresenceState>,
    Checked(asking): Checked<Asking>,
) -> Result<Json<ReceiptAsked>, Problem> {
    let PresenceState { pool, pipeline, roster, .. } = &state;
    let Receipt { slot, .. } = pipeline.read_receipt(&asking.receipt).ok_or(refusals::NOT_FOUND)?;
    let now = pipeline.judged_at()?;
    let course = roster.course(slot.course).await?.filter(|_| slot.day == day_of(now));
    let Some(course) = course else { return Ok(Json(ReceiptAsked { spot_check: None, position: false })) };
    let spot_check = open_spot_check(pool, &course, slot, now).await.map_err(Error::from)?;
    let position = location_of(&state, &course).is_some()
        && scanned_lately(pool, slot, now).await.map_err(Error::from)?
        && !sql::distances::is_known(pool, slot).await.map_err(Error::from)?;
    Ok(Json(ReceiptAsked { spot_check, position }))
}

async fn open_spot_check(
    pool: &PgPool,
    course: &Course,
    slot: Slot,
    now: Timestamp,
) -> sqlx::Result<Option<OpenSpotCheck>> {
    let Some(open) = course.spot_check_at(now) else { return Ok(None) };
    let answered =
        sql::spot_checks::has_answered(pool, slot.person, slot.course, slot.day, open.slot()).await?;
    let (opens_at, closes_at) = (open.opens_at, open.closes_at);
    Ok(Some(OpenSpotCheck { opens_at, closes_at, server_now: now, answered }))
}

/// Where the course is held, if phones are asked how far from it they are.
fn location_of(state: &PresenceState, course: &Course) -> Option<Location> {
    course.location.filter(|_| state.distances)
}

async fn scanned_lately(pool: &PgPool, slot: Slot, now: Timestamp) -> sqlx::Result<bool> {
    sql::distances::scanned_since(pool, slot, now - POSITION_COUNTS_FOR).await
}

/// Where the phone says that it is. The server keeps how far that is from the hall, and not the position.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    /// Of one's own check-in, by a scan in the last five minutes.
    #[schema(max_length = 50)]
    receipt: String,
    /// -90 to 90 degrees, GCJ-02.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// -180 to 180 degrees.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// By how many metres that may be wrong.
    #[schema(minimum = 0)]
    accuracy_m: f64,
}

/// Say how far from the hall one is, where that is asked. The first word counts; saying it again changes nothing.
#[utoipa::path(post, path = "/api/v1/receipts/position", tag = "check-in", request_body = Position, responses(
    (status = 204, description = "kept"),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found: the receipt is not one of this person's"),
    (status = 409, body = ProblemBody, description = "position_not_asked: not of this course, or not any more"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
pub(super) async fn position(
    State(state): State<PresenceState>,
    attendee: Attendee,
    headers: HeaderMap,
    Checked(position): Checked<Position>,
) -> Result<StatusCode, Problem> {
    let PresenceState { guard, pool, pipeline, roster, .. } = &state;
    guard.origins.check(&headers)?;
    let Position { latitude, longitude, accuracy_m, .. } = position;
    let there = Location::read(Degrees { latitude, longitude }, "")?;
    if accuracy_m.is_nan() || accuracy_m < 0.0 {
        return Err(Problem::field("accuracy_m", "it is 0 or more metres"));
    }
    let receipt = pipeline.read_receipt(&position.receipt);
    let own = pipeline.rows_of(attendee.person).await?;
    let slot = receipt.map(|receipt| receipt.slot).filter(|slot| own.contains(&slot.person));
    let slot = slot.ok_or(refusals::NOT_FOUND)?;
    let now = pipeline.judged_at()?;
    let course = roster.course(slot.course).await?;
    let location = course.and_then(|course| location_of(&state, &course));
    let location = location.ok_or(refusals::POSITION_NOT_ASKED)?;
    if !scanned_lately(pool, slot, now).await.map_err(Error::from)? {
        return Err(refusals::POSITION_NOT_ASKED.into());
    }
    let metres = location.metres_at_least(there, accuracy_m);
    sql::distances::keep(pool, slot, metres, now).await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}
