//! The routes of who judges: the claims that wait, one of them, its photo, verdicts and their preview, and every step so far. Each look
//! at a photo is in the audit log.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::ClaimBody;
use super::judging::{self, ClaimReviews};
use super::list::{self, ClaimQuery};
use super::sql::{self, Claim, Proposal, read_each, subject};
use super::{Error, act};
use crate::registration::module::RegistrationState;
use jiff::Timestamp;
use zaichang_core::ids::UnitId;
use zaichang_core::seal::Sealer;
use zaichang_platform::audit;
use zaichang_platform::authority::{Act, Acting as _, Addressed, OfUnit, Permitted, Within};
use zaichang_platform::change::{self, Outcome};
use zaichang_platform::db::Readable;
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Versioned};
use zaichang_platform::list::{Count, Cursor, List, Paging, Reads};
use zaichang_platform::review::{
    self as kit, JudgedBody, NewPreview, NewVerdict, NewVerdicts, PreviewBody, StepsBody, Word,
};
use zaichang_platform::search::Search;

pub(in crate::registration) fn routes() -> OpenApiRouter<RegistrationState> {
    OpenApiRouter::new()
        .routes(routes!(number_claims).act(Act::SeeNumberClaims))
        .routes(routes!(one_number_claim).act(Act::SeeNumberClaims))
        .routes(routes!(claim_photo).act(Act::JudgeNumberClaim))
        .routes(routes!(judge_number_claim).act(Act::JudgeNumberClaim))
        .routes(routes!(claim_steps).act(Act::SeeNumberClaims))
        .routes(routes!(preview_claim_verdicts).act(Act::JudgeNumberClaim))
        .routes(routes!(judge_number_claims).act(Act::JudgeNumberClaim))
}

#[derive(Deserialize)]
pub(super) struct ClaimPath {
    id: i64,
}

impl OfUnit for Claim {
    fn unit(&self) -> UnitId {
        self.record.unit.id
    }
}

impl Addressed for Claim {
    type Path = ClaimPath;

    /// What was never handed in is its claimant's alone.
    async fn find(pool: &PgPool, path: ClaimPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        let found = read_each(&mut connection, &[path.id]).await.map_err(Error::from)?.pop();
        let found = found.map(|(_, row)| row).transpose().map_err(Error::from)?;
        Ok(found.filter(|found| found.review.state.word() != Word::Draft))
    }
}

/// A page of claims.
#[derive(Serialize, ToSchema)]
struct NumberClaims {
    server_now: Timestamp,
    items: Vec<ClaimBody>,
    /// How many claims all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that cannot be read or opened here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// The claims of document numbers of the people of the admin's unit and below, the newest first; those that wait, the longest wait first.
#[utoipa::path(get, path = "/api/v1/number-claims", tag = "registrations", params(ClaimQuery, Paging), responses(
    (status = 200, body = NumberClaims),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn number_claims(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    list: List<ClaimQuery>,
) -> Result<Json<NumberClaims>, Problem> {
    let RegistrationState { guard, lanes, sealer, .. } = &state;
    let search = Search::of(list.filter.q.as_deref())?;
    let reads = Reads::search_if(search.is_some());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, admin.account.unit.id, &list, search.as_ref()).await;
    drop(turn);
    let (claims, next, in_all) = page.map_err(|error| reads.unread::<Error>(error))?;
    let Readable { rows: items, unreadable } =
        claims.shown("claim", |claim| (claim.id.0, ClaimBody::of(claim, sealer)));
    Ok(Json(NumberClaims { server_now: guard.clock.now(), items, in_all, unreadable, next }))
}

type Answered = Result<Versioned<Json<ClaimBody>>, Problem>;

/// The claim after its change, or the refusal that shows it as it stands.
fn answer(outcome: Outcome<Claim>, sealer: &Sealer) -> Answered {
    change::answered(outcome, |row| Ok(ClaimBody::of(row, sealer)?))
}

/// One claim: both sides, numbers masked.
#[utoipa::path(get, path = "/api/v1/number-claims/{id}", tag = "registrations", params(("id" = i64, Path)), responses(
    (status = 200, body = ClaimBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_number_claim(State(sealer): State<Sealer>, Within { row, .. }: Within<Claim>) -> Answered {
    answer(Ok(row), &sealer)
}

/// The photo of the document, as long as the claim waits. Each look is in the audit log.
#[utoipa::path(get, path = "/api/v1/number-claims/{id}/photo", tag = "registrations", params(("id" = i64, Path)), responses(
    (status = 200, description = "The photo.", content((Vec<u8> = "image/jpeg"))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 410, body = ProblemBody, description = "photo_gone: it was judged, or has waited for 30 days"),
))]
async fn claim_photo(
    State(state): State<RegistrationState>,
    Within { admin, row, .. }: Within<Claim>,
) -> Result<Response, Problem> {
    let RegistrationState { guard, keys, pool, .. } = &state;
    let now = guard.clock.now();
    let mut look = pool.begin().await.map_err(Error::from)?;
    let photo = sql::photo(&mut look, row.id, now).await.map_err(Error::from)?.ok_or(Error::PhotoGone)?;
    let jpeg = act::opened(keys, &photo)?;
    sql::keep_look(&mut look, row.id, photo.id, admin.account.id).await.map_err(Error::from)?;
    let detail = json!({ "claim": row.id, "claimant": row.review.after.name });
    let noun_id = row.record.person.0;
    let entry = audit::Entry { action: "see_claim_photo", noun: "person", noun_id, detail };
    audit::record(&mut look, &admin.account, now, entry).await.map_err(Error::from)?;
    look.commit().await.map_err(Error::from)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((head, jpeg).into_response())
}

/// Judge a claim, as it was seen. Approving it puts the claimant's phone in the place of the person's: all their logins end, the phone
/// before is told, and what else waits for the same number is refused.
#[utoipa::path(post, path = "/api/v1/number-claims/{id}/verdicts", tag = "registrations",
    params(("id" = i64, Path), IfMatch),
    request_body = NewVerdict, responses(
    (status = 200, body = ClaimBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "claim_not_submitted, claim_judged, claim_number_changed, claim_photo_unseen, person_is_merged, phone_taken"),
    (status = 410, body = ProblemBody, description = "photo_gone"),
))]
async fn judge_number_claim(
    State(state): State<RegistrationState>,
    Within { admin, row, .. }: Within<Claim>,
    seen: IfMatch,
    Checked(verdict): Checked<NewVerdict>,
) -> Answered {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let (step, claims) = (verdict.read()?, ClaimReviews::new(guard, sealer));
    let account = &admin.account;
    let judged = judging::judge((pool, &guard.clock), &claims, account, row.id, &seen, &step).await?;
    claims.tell_ended();
    answer(judged, sealer)
}

/// Nothing more is counted: claims are judged one by one.
#[derive(Serialize, ToSchema)]
#[schema(as = NumberClaimNumbers)]
struct Numbers {
    /// How many other claims of the same number an approval would refuse.
    others: i64,
}

/// What a verdict on this claim would come to, or why it cannot be given. Several are left: claims are judged one by one. Nothing is
/// judged.
#[utoipa::path(post, path = "/api/v1/number-claims/verdicts/preview", tag = "registrations", request_body = NewPreview, responses(
    (status = 200, body = PreviewBody<Numbers>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the claims is"),
))]
async fn preview_claim_verdicts(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewPreview>,
) -> Result<Json<PreviewBody<Numbers>>, Problem> {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let (chosen, verdict) = asked.read()?;
    let claims = ClaimReviews::new(guard, sealer);
    let preview = kit::preview(&claims, (pool, &guard.clock), &admin.account, &chosen, verdict).await?;
    let numbers = Numbers { others: preview.rows.iter().map(|claim| claim.others).sum() };
    Ok(Json(PreviewBody::of(&preview, language, numbers)))
}

/// Judge one claim by its version, as the list does it. What could not be judged is left as it is, and named; so are several at once.
#[utoipa::path(post, path = "/api/v1/number-claims/verdicts", tag = "registrations", request_body = NewVerdicts, responses(
    (status = 200, body = JudgedBody<ClaimBody>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the claims is"),
))]
async fn judge_number_claims(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewVerdicts>,
) -> Result<Json<JudgedBody<ClaimBody>>, Problem> {
    let RegistrationState { guard, pool, sealer, .. } = &state;
    let (verdicts, claims) = (asked.read()?, ClaimReviews::new(guard, sealer));
    let judged = kit::judge_all(&claims, (pool, &guard.clock), &admin.account, verdicts).await?;
    claims.tell_ended();
    Ok(Json(JudgedBody::of(judged, language, |row| Ok(ClaimBody::of(row, sealer)?))?))
}

/// Every step of a claim's reviews: who took it, when, why, and what stood then, name and number masked.
#[utoipa::path(get, path = "/api/v1/number-claims/{id}/review-steps", tag = "registrations", params(("id" = i64, Path)), responses(
    (status = 200, body = StepsBody<Proposal>),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn claim_steps(
    State(pool): State<PgPool>,
    Within { row, .. }: Within<Claim>,
) -> Result<Json<StepsBody<Proposal>>, Problem> {
    let steps = kit::steps::<Proposal>(&pool, subject(row.id)).await.map_err(Error::from)?;
    Ok(Json(steps.into()))
}
