//! The console's projects: a list of them, one of them and its plan, the steps of its review, and verdicts on several.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::ProjectBody;
use super::judging::{self, Numbers, ProjectReviews};
use super::list::{self, ProjectQuery};
use super::plan::PlanChange;
use super::{Application, Error, Plan, application, steps};
use crate::project::module::ProjectsState;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Permitted, Within};
use zaichang_platform::change::{self, Current};
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, IfMatch, Problem, Seen, Versioned};
use zaichang_platform::list::{Count, Cursor, Lanes, List, Page, Paging, Reads};
use zaichang_platform::review::{
    self, JudgedBody, NewPreview, NewVerdict, NewVerdicts, PreviewBody, Step, StepsBody,
};

pub(in crate::project) fn routes() -> OpenApiRouter<ProjectsState> {
    OpenApiRouter::new()
        .routes(routes!(projects).act(Act::SeeProjects))
        .routes(routes!(one_project).act(Act::SeeProjects))
        .routes(routes!(change_project).act(Act::PlanProject))
        .routes(routes!(submit).act(Act::SubmitProject))
        .routes(routes!(withdraw).act(Act::WithdrawProject))
        .routes(routes!(judge).act(Act::JudgeProject))
        .routes(routes!(taken_steps).act(Act::SeeProjects))
        .routes(routes!(preview_verdicts).act(Act::JudgeProject))
        .routes(routes!(judge_several).act(Act::JudgeProject))
}

/// A page of projects.
#[derive(Serialize, ToSchema)]
struct Projects {
    server_now: Timestamp,
    items: Vec<ProjectBody>,
    /// How many projects all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that this release cannot read, such as a newer one's: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// The projects of the admin's unit and below, the newest first; or those that wait for a verdict, the longest wait first.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", params(ProjectQuery, Paging), responses(
    (status = 200, body = Projects),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn projects(
    State(guard): State<Arc<Guard>>,
    State(lanes): State<Lanes>,
    Permitted { admin, .. }: Permitted,
    list: List<ProjectQuery>,
) -> Result<Json<Projects>, Problem> {
    let words = list.filter.words()?;
    let reads = Reads::search_if(!words.is_empty());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, admin.account.unit.id, &list, &words);
    let (Page { rows, next }, in_all, unreadable) =
        page.await.map_err(|error| reads.unread::<Error>(error))?;
    let items = rows.into_iter().map(ProjectBody::from).collect();
    Ok(Json(Projects { server_now: guard.clock.now(), items, in_all, unreadable, next }))
}

/// The project under its version.
fn shown(project: Application) -> Versioned<Json<ProjectBody>> {
    Versioned(project.version, Json(project.into()))
}

/// The project after its change, or the refusal that shows it as it stands.
fn answer(outcome: change::Outcome<Application>) -> Result<Versioned<Json<ProjectBody>>, Problem> {
    outcome.map(shown).map_err(|Current { row, last }| {
        let Versioned(version, Json(current)) = shown(row);
        last.refuse(version, &current)
    })
}

/// One project with its plan and where its review stands.
#[utoipa::path(get, path = "/api/v1/projects/{id}", tag = "projects", params(("id" = i64, Path)), responses(
    (status = 200, body = ProjectBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_project(Within { row: project, .. }: Within<Application>) -> Versioned<Json<ProjectBody>> {
    shown(project)
}

/// Plan a project otherwise, of the version that one has seen: at once before it is submitted; of an approved one, as what is
/// submitted next, while it is held as it was approved.
#[utoipa::path(patch, path = "/api/v1/projects/{id}", tag = "projects",
    params(("id" = i64, Path), IfMatch),
    request_body = PlanChange, responses(
    (status = 200, body = ProjectBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "review_awaits_authority, review_is_over, project_closed, project_unit_closed"),
))]
async fn change_project(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: project, .. }: Within<Application>,
    seen: IfMatch,
    Checked(change): Checked<PlanChange>,
) -> Result<Versioned<Json<ProjectBody>>, Problem> {
    let wanted = change.read()?;
    answer(steps::change_plan(&pool, &guard.clock, &admin.account, project.id, &seen, &wanted).await?)
}

/// Submit a project for its review, as it was seen.
#[utoipa::path(post, path = "/api/v1/projects/{id}/submission", tag = "projects",
    params(("id" = i64, Path), Seen), responses(
    (status = 200, body = ProjectBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "review_awaits_authority, review_is_over, project_incomplete, plan_unchanged, days_have_passed, project_closed, project_unit_closed"),
))]
async fn submit(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: project, .. }: Within<Application>,
    Seen(seen): Seen,
) -> Result<Versioned<Json<ProjectBody>>, Problem> {
    answer(steps::take(&pool, &guard.clock, &admin.account, project.id, &seen, Step::Submit).await?)
}

/// Withdraw a project from its review, until the first verdict.
#[utoipa::path(delete, path = "/api/v1/projects/{id}/submission", tag = "projects",
    params(("id" = i64, Path), Seen), responses(
    (status = 200, body = ProjectBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "review_awaits_unit, verdict_given, review_is_over, project_closed"),
))]
async fn withdraw(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: project, .. }: Within<Application>,
    Seen(seen): Seen,
) -> Result<Versioned<Json<ProjectBody>>, Problem> {
    answer(steps::take(&pool, &guard.clock, &admin.account, project.id, &seen, Step::Withdraw).await?)
}

/// Judge a project that was submitted, as it was seen.
#[utoipa::path(post, path = "/api/v1/projects/{id}/verdicts", tag = "projects",
    params(("id" = i64, Path), Seen),
    request_body = NewVerdict, responses(
    (status = 200, body = ProjectBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused; judges_itself: `detail` names the authority above, which may"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "review_awaits_unit, review_is_over, days_have_passed, project_incomplete, project_closed, project_unit_closed"),
))]
async fn judge(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: project, .. }: Within<Application>,
    Seen(seen): Seen,
    Checked(verdict): Checked<NewVerdict>,
) -> Result<Versioned<Json<ProjectBody>>, Problem> {
    let step = verdict.read()?;
    answer(judging::judge(&pool, &guard.clock, &admin.account, project.id, &seen, &step).await?)
}

/// Every step of a project's reviews: who took it, when, why, and what was before and after.
#[utoipa::path(get, path = "/api/v1/projects/{id}/review-steps", tag = "projects", params(("id" = i64, Path)), responses(
    (status = 200, body = StepsBody<Plan>),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn taken_steps(
    State(pool): State<PgPool>,
    Within { row: project, .. }: Within<Application>,
) -> Result<Json<StepsBody<Plan>>, Problem> {
    let steps = review::steps::<Plan>(&pool, application::subject(project.id)).await.map_err(Error::from)?;
    Ok(Json(steps.into()))
}

/// What a verdict on these projects would come to: on how many it would be given, of how many units, with what credits, and on which
/// it cannot be, and why. Nothing is judged.
#[utoipa::path(post, path = "/api/v1/projects/verdicts/preview", tag = "projects", request_body = NewPreview, responses(
    (status = 200, body = PreviewBody<Numbers>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the projects is"),
))]
async fn preview_verdicts(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewPreview>,
) -> Result<Json<PreviewBody<Numbers>>, Problem> {
    let (chosen, verdict) = asked.read()?;
    let stores = (&pool, &guard.clock);
    let preview = review::preview(&ProjectReviews, stores, &admin.account, &chosen, verdict).await?;
    Ok(Json(PreviewBody::of(&preview, language, Numbers::of(&preview))))
}

/// Judge several projects at once: each that is as it was seen. What could not be judged is left as it is, and named.
#[utoipa::path(post, path = "/api/v1/projects/verdicts", tag = "projects", request_body = NewVerdicts, responses(
    (status = 200, body = JudgedBody<ProjectBody>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found: none of the projects is"),
))]
async fn judge_several(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewVerdicts>,
) -> Result<Json<JudgedBody<ProjectBody>>, Problem> {
    let verdicts = asked.read()?;
    let judged = review::judge_all(&ProjectReviews, (&pool, &guard.clock), &admin.account, verdicts).await?;
    Ok(Json(JudgedBody::of(judged, language, |project| Ok(project.into()))?))
}
