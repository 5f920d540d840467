//! The check-in pipeline's routes: exchange a code for a pass, check in, and one's own records.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::answer::{Answer, CheckInBody, ScanBody};
use super::figures::{Began, FIGURES};
use super::module::CheckinState;
use super::scan::{Caller, Presentation};
use super::{Browser, Client, Error, PhonePass, Pipeline, sql};
use crate::checkin::refusals;
use zaichang_core::ids::PersonId;
use zaichang_hosting::project::Course;
use zaichang_platform::auth::{Address, Attendee, Guard, MaybeAttendee, Presented};
use zaichang_platform::cache::Stale;
use zaichang_platform::db::{Readable, readable};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_platform::list::{self, Cursor, List, Page, Paging};

pub(super) fn routes() -> OpenApiRouter<CheckinState> {
    OpenApiRouter::new().routes(routes!(scan)).routes(routes!(check_in)).routes(routes!(my_check_ins))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewScan {
    /// The 36 characters of the code, in either case.
    #[schema(min_length = 36, max_length = 36, example = "AAAAAAISQAAZXLEP3OCLSYIXEGAJWMZ2J44A")]
    code: String,
    client: Client,
}

/// A refusal of the check-in pipeline. One that only a forger gets is counted against its address.
fn refused(guard: &Guard, Address(address): Address, error: Error) -> Problem {
    let problem = Problem::from(error);
    match problem.refusal {
        refusals::CODE_MALFORMED | refusals::CODE_FORGED | refusals::PASS_INVALID => {
            guard.failures.count(address, problem)
        }
        _ => problem,
    }
}

/// Who asks.
enum Who {
    /// This person, or an anonymous caller.
    Known(Option<PersonId>),
    /// Storage is away: whose session it was when last read from Postgres.
    Stale(Stale<PersonId>),
}

/// The person who asks, if logged in. With storage away the session cannot be looked up: unless it was known before, the scan
/// is kept as an anonymous pass.
async fn who(
    pipeline: &Pipeline,
    guard: &Guard,
    presented: Presented,
    presentation: Presentation,
    caller: Caller,
) -> Result<Who, Problem> {
    match presented.attendee(guard).await {
        Ok(MaybeAttendee(attendee)) => Ok(Who::Known(attendee.map(|attendee| attendee.person))),
        Err(problem) if problem.refusal == refusals::STORAGE_UNAVAILABLE => {
            if let Some(person) = presented.stale_person(guard) {
                return Ok(Who::Stale(person));
            }
            let kept = match presentation {
                Presentation::Code(code) => pipeline.kept(code, caller),
                Presentation::Pass(_) => None,
            };
            Err(Problem { pass: kept.map(|pass| pass.sign(&pipeline.keys)), ..problem })
        }
        Err(problem) => Err(problem),
    }
}

/// Exchange a fresh code for a pass. Works with and without a login.
#[utoipa::path(post, path = "/api/v1/scans", tag = "check-in", request_body = NewScan, responses(
    (status = 201, body = ScanBody),
    (status = 400, body = ProblemBody, description = "code_malformed, bad_request"),
    (status = 401, body = ProblemBody, description = "login_required: the bearer token is not a living session"),
    (status = 403, body = ProblemBody, description = "code_forged, person_not_approved, person_inactive, person_merged"),
    (status = 409, body = ProblemBody, description = "project_not_approved, outside_period, course_not_open, course_over"),
    (status = 410, body = ProblemBody, description = "code_expired, screen_closed"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "storage_unavailable (with a pass to keep, if the code was fresh: bound where the session was known)"),
))]
async fn scan(
    State(guard): State<Arc<Guard>>,
    State(pipeline): State<Arc<Pipeline>>,
    presented: Presented,
    address: Address,
    browser: Browser,
    Checked(scan): Checked<NewScan>,
) -> Result<Response, Problem> {
    let (device, cookie) = scan.client.device(browser, &guard)?;
    let code = pipeline.authentic(&scan.code).map_err(|error| refused(&guard, address, error))?;
    let mut caller = Caller {
        person: None,
        device,
        network: pipeline.network_of(address.0),
        client: scan.client.kind,
        scene: scan.client.scene,
    };
    let presentation = Presentation::Code(code);
    match who(&pipeline, &guard, presented, presentation, caller).await? {
        Who::Known(person) => caller.person = person,
        Who::Stale(person) => {
            let kept = pipeline.keep_for(presentation, caller, person)?;
            return Err(Error::StorageAway { pass: kept.pass(&pipeline) }.into());
        }
    }
    let scanned = pipeline.scan(code, caller).await.map_err(|error| refused(&guard, address, error))?;
    let body = Json(ScanBody::of(&scanned, &pipeline));
    Ok((StatusCode::CREATED, cookie, body).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCheckIn {
    /// Exchange and check-in in one call.
    #[schema(min_length = 36, max_length = 36)]
    code: Option<String>,
    /// A pass of this person and device.
    #[schema(max_length = 256)]
    pass: Option<String>,
    client: Client,
}

/// Check in: with a pass, or with a fresh code. Retrying converges to one row.
#[utoipa::path(post, path = "/api/v1/check-ins", tag = "check-in", request_body = NewCheckIn, responses(
    (status = 200, body = Answer, description = "already_recorded, with the first time"),
    (status = 201, body = Answer, description = "recorded: the row is on fsynced storage"),
    (status = 202, body = Answer, description = "deferred: present the pass again"),
    (status = 400, body = ProblemBody, description = "code_malformed, bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "code_forged, pass_invalid, person_not_approved, person_inactive, person_merged, face_required, face_failed"),
    (status = 409, body = ProblemBody, description = "project_not_approved, outside_period, course_not_open, course_over, cap_reached, device_in_use"),
    (status = 410, body = ProblemBody, description = "code_expired, screen_closed, pass_expired"),
    (status = 429, body = ProblemBody, description = "too_many_requests"),
    (status = 503, body = ProblemBody, description = "busy, storage_unavailable (with an anonymous pass to keep, if the code was fresh)"),
))]
async fn check_in(
    State(guard): State<Arc<Guard>>,
    State(pipeline): State<Arc<Pipeline>>,
    presented: Presented,
    address: Address,
    browser: Browser,
    Checked(new): Checked<NewCheckIn>,
) -> Result<Response, Problem> {
    let (device, cookie) = new.client.device(browser, &guard)?;
    let began = Began::now();
    let presentation = match (&new.code, &new.pass) {
        (Some(code), None) => pipeline.authentic(code).map(Presentation::Code),
        (None, Some(pass)) if PhonePass::may_be(pass) => {
            let MaybeAttendee(attendee) = presented.attendee(&guard).await?;
            let person = attendee.ok_or(refusals::LOGIN_REQUIRED)?.person;
            pipeline.of_phone(pass, person).await.map(Presentation::Pass)
        }
        (None, Some(pass)) => pipeline.pass(pass).map(Presentation::Pass),
        (None, None) => return Err(Problem::field("pass", "either code or pass is required")),
        (Some(_), Some(_)) => return Err(Problem::field("pass", "either code or pass, not both")),
    };
    let presentation = presentation.map_err(|error| refused(&guard, address, error))?;
    let mut caller = Caller {
        person: None,
        device,
        network: pipeline.network_of(address.0),
        client: new.client.kind,
        scene: new.client.scene,
    };
    let outcome = match who(&pipeline, &guard, presented, presentation, caller).await? {
        Who::Stale(person) => pipeline.keep_for(presentation, caller, person),
        Who::Known(person) => {
            caller.person = person;
            match presentation {
                Presentation::Code(code) => pipeline.check_in_by_code(code, caller).await,
                Presentation::Pass(pass) => pipeline.check_in_by_pass(pass, caller).await,
            }
        }
    };
    FIGURES.answered(began, &outcome);
    let outcome = outcome.map_err(|error| refused(&guard, address, error))?;
    Ok((cookie, Answer::of(&outcome, &pipeline)).into_response())
}

/// All that one has, the newest first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Everything {}

impl list::Filter for Everything {
    type Keyset = (Timestamp, Uuid);
}

/// A page of one's own records.
#[derive(Serialize, ToSchema)]
struct MyCheckIns {
    items: Vec<MyCheckIn>,
    /// Rows of this page that this release cannot read, such as a newer one's: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<(Timestamp, Uuid)>>,
}

#[derive(Serialize, ToSchema)]
struct MyCheckIn {
    check_in: CheckInBody,
    receipt: String,
    /// Whether the organiser recognises the record: false once it has been struck.
    recognised: bool,
}

/// One's own check-ins, newest first.
#[utoipa::path(get, path = "/api/v1/me/check-ins", tag = "check-in", params(Paging), responses(
    (status = 200, body = MyCheckIns),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
))]
async fn my_check_ins(
    State(pipeline): State<Arc<Pipeline>>,
    attendee: Attendee,
    list: List<Everything>,
) -> Result<Json<MyCheckIns>, Problem> {
    let people = pipeline.rows_of(attendee.person).await?;
    let rows = sql::of_person(&pipeline.pool, &people, list.after, list.rows());
    let Page { rows, next } = list.page(rows.await.map_err(Error::from)?, |(place, _)| *place);
    let Readable { rows, unreadable } = readable(rows.into_iter().map(|(_, row)| row));
    let mut items = Vec::with_capacity(rows.len());
    for (check_in, struck) in &rows {
        let course: Option<Arc<Course>> = pipeline.roster.course(check_in.slot.course).await?;
        let Some(course) = course else { continue };
        items.push(MyCheckIn {
            check_in: CheckInBody::of(check_in, &course),
            receipt: pipeline.receipt(check_in),
            recognised: !struck,
        });
    }
    Ok(Json(MyCheckIns { items, unreadable, next }))
}

/// What the fuzz targets reach: the bodies of these routes, read as the routes read them.
#[cfg(feature = "fuzzing")]
pub mod fuzzing {
    use super::{Client, NewCheckIn, NewScan, Problem};
    use zaichang_platform::http::body::parse;

    pub fn scan(body: &[u8]) -> Result<(String, Client), Problem> {
        parse::<NewScan>(body).map(|scan| (scan.code, scan.client))
    }

    pub fn check_in(body: &[u8]) -> Result<(Option<String>, Option<String>, Client), Problem> {
        parse::<NewCheckIn>(body).map(|new| (new.code, new.pass, new.client))
    }
}
