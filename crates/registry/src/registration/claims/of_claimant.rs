//! The claimant's routes: what is claimed, its photo, and taking it back, all by the version that they have seen and by the session that a proved phone opened. A photo is
//! read from the line only once it may be handed in; few are read, and one is decoded, at a time, also of those who hang up.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act::{self, ClaimedNumber};
use super::sql::Proposal;
use super::{Error, photo};
use crate::document::{Document, DocumentKind};
use crate::entered::name_as_entered;
use crate::registration::module::RegistrationState;
use crate::registration::of_applicant::{Answered, MyRegistration, answer, ended};
use crate::registration::refusals;
use crate::registration::session::Session;
use jiff::Timestamp;
use zaichang_core::clock::day_of;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Text};
use zaichang_platform::review::{Reason, Review, Word};

pub(in crate::registration) fn routes() -> OpenApiRouter<RegistrationState> {
    let photos =
        OpenApiRouter::new().routes(routes!(submit_claim)).layer(DefaultBodyLimit::max(photo::MOST_BYTES));
    OpenApiRouter::new().routes(routes!(begin_claim, withdraw_claim)).merge(photos)
}

/// Photos of one registration at once, and how soon one more.
const PHOTOS: u32 = 5;
const PHOTO_EACH: Duration = Duration::from_mins(2);
/// Registrations that are remembered.
const REGISTRATIONS: usize = 1 << 14;
/// Photos that are read from the line at once, 5 MB each.
const AT_ONCE: usize = 16;

/// How many photos a node takes in.
pub(in crate::registration) struct Uploads {
    of_registration: Budget,
    lines: Arc<Semaphore>,
    decoder: Arc<Semaphore>,
}

impl Uploads {
    pub fn new() -> Self {
        Self {
            of_registration: Budget::new(PHOTOS, PHOTO_EACH, REGISTRATIONS),
            lines: Arc::new(Semaphore::new(AT_ONCE)),
            decoder: Arc::new(Semaphore::new(1)),
        }
    }
}

/// A claim as its claimant sees it; whose the number is is not told.
#[derive(Serialize, ToSchema)]
pub(in crate::registration) struct MyClaim {
    /// `submitted`, `returned`, `rejected`, `approved`; `draft` once it was taken back.
    state: Word,
    /// Why it was returned or rejected.
    reason: Option<String>,
    document: DocumentKind,
    /// Masked.
    number: String,
    /// What was said.
    note: String,
    submitted_at: Option<Timestamp>,
}

impl From<Review<Proposal>> for MyClaim {
    fn from(review: Review<Proposal>) -> Self {
        let Proposal { document, number, note, .. } = review.after;
        Self {
            state: review.state.word(),
            reason: review.state.reason().map(Reason::as_str).map(str::to_owned),
            document,
            number,
            note,
            submitted_at: review.submission.map(|submission| submission.at),
        }
    }
}

/// A document number that is taken, and that one says is one's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNumberClaim {
    /// As in the document.
    #[schema(value_type = String, max_length = 60, example = "王伟")]
    name: Text<60>,
    document: DocumentKind,
    #[schema(value_type = String, max_length = 40)]
    number: Text<40>,
    /// What the admin who judges should know, 2 to 200 characters without numbers.
    #[schema(value_type = String, max_length = 800, example = "原手机号已停用，本人在儿科工作")]
    note: Text<800>,
}

impl NewNumberClaim {
    fn read(&self, now: Timestamp) -> Result<ClaimedNumber, Problem> {
        let name = name_as_entered(&self.name);
        let document = Document::parse(self.document, &self.number, day_of(now));
        Ok(ClaimedNumber {
            name: name.ok_or_else(|| Problem::field("name", "it is 1 to 50 letters, as in the document"))?,
            document: document.map_err(|error| Problem::field("number", error.to_string()))?,
            note: Reason::read(&self.note).map_err(|problem| problem.at("note"))?,
        })
    }
}

/// What is over, or was taken away, has to be opened anew.
fn of_session(error: Error) -> Problem {
    match error {
        Error::Registration(error) => ended(error),
        error => error.into(),
    }
}

/// Say that a document number that is taken is one's own: the claim is begun, and handed in with a photo of the document.
#[utoipa::path(post, path = "/api/v1/registration/claim", tag = "registration", params(IfMatch), request_body = NewNumberClaim, responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
    (status = 409, body = ProblemBody, description = "number_free, number_voided, claim_waits, registration_waits, registration_incomplete: the notice was not agreed to"),
    (status = 429, body = ProblemBody, description = "numbers_tried"),
))]
async fn begin_claim(
    State(state): State<RegistrationState>,
    session: Session,
    seen: IfMatch,
    Checked(asked): Checked<NewNumberClaim>,
) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let wanted = asked.read(guard.clock.now())?;
    let done = act::begin(pool, sealer, &guard.clock, session, &seen, wanted).await.map_err(of_session)?;
    answer(done, sealer, session)
}

/// Hand the claim in, with a photo of the document: JPEG or PNG, 5 MB and 16 million pixels at most. It is kept without what the camera
/// wrote into it, until the verdict, and 30 days at most.
#[utoipa::path(post, path = "/api/v1/registration/claim/photo", tag = "registration", params(IfMatch),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "photo_unreadable, photo_too_small, file_has_malware; bad_request: the body ended early"),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
    (status = 409, body = ProblemBody, description = "claim_not_begun, claim_waits, claims_full, registration_waits"),
    (status = 413, body = ProblemBody, description = "photo_too_large"),
    (status = 429, body = ProblemBody, description = "claims_used; too_many_requests: five at once, then one in two minutes"),
    (status = 503, body = ProblemBody, description = "busy, scanner_unavailable"),
))]
async fn submit_claim(
    State(state): State<RegistrationState>,
    session: Session,
    seen: IfMatch,
    request: Request,
) -> Answered {
    let RegistrationState { guard, keys, pool, sealer, scan, uploads, .. } = &state;
    act::may_submit(pool, session, guard.clock.now()).await.map_err(of_session)?;
    uploads.of_registration.admit(session.registration.0, guard.clock.now())?;
    let line = Arc::clone(&uploads.lines).try_acquire_owned().map_err(|_| refusals::BUSY)?;
    let sent = Bytes::from_request(request, &state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::from(refusals::PHOTO_TOO_LARGE),
        _ => Problem::field("body", "the body ended early"),
    })?;
    scan.pass(sent.clone()).await?;
    let turn = Arc::clone(&uploads.decoder).acquire_owned().await.map_err(|_| refusals::BUSY)?;
    let jpeg = act::read_photo(sent, (line, turn)).await.map_err(Problem::from)?;
    let done = act::submit(pool, keys, &guard.clock, session, &seen, &jpeg).await.map_err(of_session)?;
    answer(done, sealer, session)
}

/// Take the claim back, until its verdict. The photo is deleted.
#[utoipa::path(delete, path = "/api/v1/registration/claim", tag = "registration", params(IfMatch), responses(
    (status = 200, body = MyRegistration, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "registration_session_ended"),
    (status = 409, body = ProblemBody, description = "claim_not_begun, claim_judged"),
))]
async fn withdraw_claim(State(state): State<RegistrationState>, session: Session, seen: IfMatch) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let done = act::withdraw(pool, &guard.clock, session, &seen).await.map_err(of_session)?;
    answer(done, sealer, session)
}
