//! Staff-assisted check-in: the organiser vouches for a person who is present but cannot scan. The record is marked, and
//! written as one with its row in the audit log (see `checkin/sql/write.rs`).

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;
use utoipa::{IntoParams, ToSchema};

use super::module::RecordsState;
use super::{Error, look_ups};
use crate::checkin::Answer;
use zaichang_core::ids::PersonId;
use zaichang_hosting::project::Course;
use zaichang_platform::authority::Within;
use zaichang_platform::db::Readable;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::refusal::code_or_null;
use zaichang_platform::http::{Checked, Problem, Refusal, Reject, Text};
use zaichang_platform::list::Reads;
use zaichang_platform::review::Reason;
use zaichang_registry::people::{self, Masked};

/// In the body: an address with an ID number or a phone would stand in logs and histories.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CandidateSearch {
    /// A whole name in characters or pinyin, ID number, phone number or card number.
    #[schema(value_type = String, min_length = 2, max_length = 50)]
    text: Text<50>,
}

/// The people who were meant.
#[derive(Serialize, ToSchema)]
pub(super) struct Candidates {
    items: Vec<Candidate>,
    /// People who were meant, and whom this release cannot read: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
}

#[derive(Serialize, ToSchema)]
struct Candidate {
    person: Masked,
    #[schema(schema_with = why_not)]
    refusal: Option<&'static str>,
}

fn why_not() -> Object {
    code_or_null("Why this person could not be checked in: a refusal's code, or null.", people::NOT_ADMITTED)
}

/// Find a person to check in. Numbers are shown masked; each look-up is written to the audit log.
#[utoipa::path(post, path = "/api/v1/courses/{id}/candidates/searches", operation_id = "find_candidates", tag = "attendance",
    params(("id" = i64, Path)), request_body = CandidateSearch, responses(
    (status = 200, body = Candidates),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
    (status = 429, body = ProblemBody, description = "too_many_requests: as many as a hall's desk needs may be looked up"),
))]
pub(super) async fn candidates(
    State(state): State<RecordsState>,
    within: Within<Course>,
    Checked(search): Checked<CandidateSearch>,
) -> Result<Json<Candidates>, Problem> {
    found(&state, within, "text", &search.text).await
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CandidatesQuery {
    /// A whole name in characters or pinyin, ID number, phone number or card number.
    #[param(min_length = 2, max_length = 50)]
    q: String,
}

/// The same as consoles of the release before ask for it, in the address: for those that stay open during an upgrade. The next release
/// drops it.
#[utoipa::path(get, path = "/api/v1/courses/{id}/candidates", operation_id = "candidates_by_address", tag = "attendance",
    params(("id" = i64, Path), CandidatesQuery), responses(
    (status = 200, body = Candidates),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
    (status = 429, body = ProblemBody, description = "too_many_requests: as many as a hall's desk needs may be looked up"),
))]
pub(super) async fn candidates_by_address(
    State(state): State<RecordsState>,
    within: Within<Course>,
    Reject(Query(query)): Reject<Query<CandidatesQuery>>,
) -> Result<Json<Candidates>, Problem> {
    found(&state, within, "q", &query.q).await
}

async fn found(
    state: &RecordsState,
    Within { admin, row: course, .. }: Within<Course>,
    field: &str,
    text: &str,
) -> Result<Json<Candidates>, Problem> {
    let asked = text.trim();
    if !(2..=50).contains(&asked.chars().count()) {
        return Err(Problem::field(field, "it is 2 to 50 characters"));
    }
    let now = state.clock.now();
    // Before the look-up is counted: a request that finds the lane full has looked up no person.
    let mut turn = state.lanes.turn(admin.account.id, Reads::Desk).await?;
    state.look_ups.admit(&admin.account, now)?;
    let found = people::candidates(&mut turn, &state.sealer, asked).await.map_err(|error| match error {
        people::Error::Database(error) => Reads::Desk.unread::<people::Error>(error),
        error => error.into(),
    });
    let Readable { rows: found, unreadable } = found?;
    let people: Vec<_> = found.iter().map(|(person, _)| person.id).collect();
    look_ups::record(&mut turn, &admin.account, course.id, &people, now).await.map_err(Error::from)?;
    drop(turn);
    let items = found.into_iter().map(|(person, standing)| Candidate {
        person,
        refusal: standing.admits(now).err().map(Refusal::word),
    });
    Ok(Json(Candidates { items: items.collect(), unreadable }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assisted {
    person_id: PersonId,
    /// Why the person could not scan; kept with the record.
    #[schema(min_length = 2, max_length = 200, example = "手机没电")]
    reason: String,
}

/// Check a person in on the staff's word. The record is marked and names who vouched.
#[utoipa::path(post, path = "/api/v1/courses/{id}/assisted-check-ins", tag = "attendance",
    params(("id" = i64, Path)), request_body = Assisted, responses(
    (status = 200, body = Answer, description = "already_recorded"),
    (status = 201, body = Answer, description = "recorded"),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "person_not_approved, person_inactive, person_merged"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "project_not_approved, outside_period, course_not_open, course_over, cap_reached"),
    (status = 429, body = ProblemBody, description = "too_many_requests: as many as a hall's desk needs may be checked in so"),
))]
pub(super) async fn assist(
    State(state): State<RecordsState>,
    Within { admin, row: course, .. }: Within<Course>,
    Checked(assisted): Checked<Assisted>,
) -> Result<Response, Problem> {
    let reason = Reason::read(&assisted.reason)?;
    let pipeline = &state.pipeline;
    state.look_ups.admit_assisted(&admin.account, state.clock.now())?;
    if state.roster.standing(assisted.person_id).await?.is_none() {
        return Err(Problem::field("person_id", "there is no such person"));
    }
    let outcome = pipeline.assist(assisted.person_id, &course, admin.account.id, reason.into()).await?;
    Ok(Answer::of(&outcome, pipeline).into_response())
}
