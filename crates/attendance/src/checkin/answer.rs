//! What the check-in pipeline answers a phone: the shapes of the contract's section 4.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::admission::Face;
use super::{CheckIn, Outcome, Pipeline, RETRY_AFTER_MS, Scanned, Source};
use crate::checkin::refusals;
use zaichang_core::ids::CourseId;
use zaichang_hosting::project::{Course, Period, written};
use zaichang_platform::http::Problem;

/// Bytes that an answer usually has at most.
const USUAL: usize = 1024;

/// The longest pause that is asked for, for a scan whose time has not come: a clock may be put right meanwhile.
const LONGEST_PAUSE_MS: u64 = 60_000;

/// A fresh code, exchanged: present the pass to check in.
#[derive(Serialize, ToSchema)]
#[schema(as = Scan)]
pub struct ScanBody {
    /// To be kept by the phone: it outlives the code.
    pass: String,
    /// 180 seconds from the scan without a login, 24 hours with one.
    expires_at: Timestamp,
    course: ScannedCourse,
    /// What is still needed before the check-in.
    needs: Vec<Need>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Need {
    Login,
    Face,
}

/// The course whose code was scanned.
#[derive(Serialize, ToSchema)]
struct ScannedCourse {
    id: CourseId,
    title: String,
    project_number: String,
    project_name: String,
    venue: String,
    /// Where the scanned screen stands.
    place: String,
    #[schema(value_type = String, format = Date)]
    day: Date,
    period: Vec<Period>,
    #[schema(example = "07:00")]
    opens: String,
    #[schema(example = "18:00")]
    closes: String,
}

impl ScanBody {
    pub fn of(scanned: &Scanned, pipeline: &Pipeline) -> Self {
        let Scanned { pass, screen, course, face } = scanned;
        let login = pass.person.is_none().then_some(Need::Login);
        let face = (course.face && *face != Face::Passed).then_some(Need::Face);
        Self {
            pass: pass.sign(&pipeline.keys),
            expires_at: pass.expires_at(),
            needs: login.into_iter().chain(face).collect(),
            course: ScannedCourse {
                id: course.id,
                title: course.title.clone(),
                project_number: course.project.number.clone(),
                project_name: course.project.name.clone(),
                venue: course.project.venue.clone(),
                place: screen.place.clone(),
                day: screen.day,
                period: course.project.periods.clone(),
                opens: written(course.opening.opens),
                closes: written(course.opening.closes),
            },
        }
    }
}

/// One presence, as the person sees it.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = CheckIn)]
pub struct CheckInBody {
    id: Uuid,
    course_id: CourseId,
    course_title: String,
    project_number: String,
    project_name: String,
    /// When the code was scanned.
    at: Timestamp,
    /// When the row was committed.
    recorded_at: Timestamp,
    /// Calendar day of the scan in Asia/Shanghai.
    #[schema(value_type = String, format = Date)]
    day: Date,
    slot: i64,
    source: Source,
}

impl CheckInBody {
    pub fn of(check_in: &CheckIn, course: &Course) -> Self {
        Self {
            id: check_in.id,
            course_id: course.id,
            course_title: course.title.clone(),
            project_number: course.project.number.clone(),
            project_name: course.project.name.clone(),
            at: check_in.at,
            recorded_at: check_in.recorded_at,
            day: check_in.slot.day,
            slot: check_in.slot.slot,
            source: check_in.source,
        }
    }
}

/// What became of a check-in.
#[derive(Serialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
#[schema(as = CheckInAnswer)]
pub enum Answer {
    /// 201: the row is safe.
    Recorded { check_in: CheckInBody, receipt: String },
    /// 200: it was safe already; this is the first one.
    AlreadyRecorded { check_in: CheckInBody, receipt: String },
    /// 202: storage is away, or the scan is dated ahead of this node's clock; present this bound pass again.
    Deferred { pass: String, retry_after_ms: u64 },
}

impl Answer {
    pub fn of(outcome: &Outcome, pipeline: &Pipeline) -> Self {
        match outcome {
            Outcome::Recorded(check_in, course) => Self::Recorded {
                check_in: CheckInBody::of(check_in, course),
                receipt: pipeline.receipt(check_in),
            },
            Outcome::Already(check_in, course) => Self::AlreadyRecorded {
                check_in: CheckInBody::of(check_in, course),
                receipt: pipeline.receipt(check_in),
            },
            Outcome::Deferred(pass) => {
                let ahead_ms = pass.at.duration_since(pipeline.clock.now()).as_millis();
                let retry_after_ms =
                    u64::try_from(ahead_ms).unwrap_or(0).clamp(RETRY_AFTER_MS, LONGEST_PAUSE_MS);
                Self::Deferred { pass: pass.sign(&pipeline.keys), retry_after_ms }
            }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Recorded { .. } => StatusCode::CREATED,
            Self::AlreadyRecorded { .. } => StatusCode::OK,
            Self::Deferred { .. } => StatusCode::ACCEPTED,
        };
        let mut body = Vec::with_capacity(USUAL);
        match serde_json::to_writer(&mut body, &self) {
            Ok(()) => (status, [(CONTENT_TYPE, "application/json")], body).into_response(),
            Err(_) => Problem::from(refusals::INTERNAL).into_response(),
        }
    }
}
