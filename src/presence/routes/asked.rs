//! What an open phone asks: whether a second scan is asked of it now.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::checkin::{Corridor, Receipt};
use crate::clock::day_of;
use crate::http::problem::ProblemBody;
use crate::http::{Checked, Problem, Refusal};
use crate::presence::{Error, sql};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asking {
    /// Of a check-in of today: only who has come is told.
    receipt: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SpotCheckAsked)]
pub(super) struct Asked {
    /// Null while none is open. One that is to come is told to nobody.
    spot_check: Option<Open>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenSpotCheck)]
struct Open {
    opens_at: Timestamp,
    closes_at: Timestamp,
    server_now: Timestamp,
    /// Whether this person has scanned for it.
    answered: bool,
}

/// Whether a spot check is open now for the holder of this receipt. To be asked every 20 seconds, by a page that is looked at.
#[utoipa::path(post, path = "/api/v1/spot-checks/asked", tag = "check-in", request_body = Asking, responses(
    (status = 200, body = Asked),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 404, body = ProblemBody, description = "not_found: the receipt is not one of ours"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
pub(super) async fn asked(
    State(corridor): State<Arc<Corridor>>,
    Checked(asking): Checked<Asking>,
) -> Result<Json<Asked>, Problem> {
    let Receipt(slot) = Receipt::read(&corridor.keys, &asking.receipt).ok_or(Refusal::NotFound)?;
    let now = corridor.judged_at()?;
    let course = corridor.roster.course(slot.course).await?;
    let open = course.filter(|_| slot.day == day_of(now)).and_then(|course| course.spot_check_at(now));
    let Some(open) = open else { return Ok(Json(Asked { spot_check: None })) };
    let answered =
        sql::spot_checks::has_answered(&corridor.pool, slot.person, slot.course, slot.day, open.slot())
            .await
            .map_err(Error::from)?;
    let (opens_at, closes_at) = (open.opens_at, open.closes_at);
    Ok(Json(Asked { spot_check: Some(Open { opens_at, closes_at, server_now: now, answered }) }))
}
