//! The public API of jobs: what is stuck, and one more try. For the authority that runs the deployment: jobs are no unit's, and what
//! is told of them holds nothing of a unit or a person.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::JobsState;
use super::sql::{self, JobState, StuckJob};
use super::{Error, refusals};
use crate::audit;
use crate::authority::{Act, Acting as _, Permitted};
use crate::http::problem::ProblemBody;
use crate::http::{Problem, Reject};

/// Jobs in one answer: the metrics tell how many more there are.
const MOST: i64 = 200;

pub(super) fn routes() -> OpenApiRouter<JobsState> {
    OpenApiRouter::new()
        .routes(routes!(list_stuck_jobs).act(Act::SeeJobs))
        .routes(routes!(retry_job).act(Act::RetryJob))
}

/// A job that is stuck.
#[derive(Serialize, ToSchema)]
#[schema(as = StuckJob)]
struct StuckJobView {
    id: i64,
    /// Its kind: `make_export`, `reseal_people`, `sweep`.
    #[schema(example = "make_export")]
    job: String,
    state: JobState,
    /// Since when it is due, or runs.
    since: Timestamp,
    /// How often it was tried, and may be tried.
    tries: i32,
    most_tries: i32,
    /// Why the last try came to nothing: a word; the log has more.
    #[schema(example = "database")]
    error: Option<String>,
    added_at: Timestamp,
}

/// The jobs that are stuck, longest first, 200 at most.
#[derive(Serialize, ToSchema)]
struct StuckJobs {
    jobs: Vec<StuckJobView>,
}

impl From<StuckJob> for StuckJobView {
    fn from(job: StuckJob) -> Self {
        Self {
            id: job.id,
            job: job.job,
            state: job.state,
            since: job.since,
            tries: job.tries,
            most_tries: job.most_tries,
            error: job.error.as_deref().map(word),
            added_at: job.added_at,
        }
    }
}

/// The word that a module gave, out of what the library wrote about it. Its other texts become words of ours: nothing but a
/// word leaves, whatever was written.
fn word(kept: &str) -> String {
    let given = kept.strip_prefix("TaskError(\"").and_then(|rest| rest.strip_suffix("\")"));
    match given {
        Some(word)
            if word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') =>
        {
            word.to_owned()
        }
        Some(_) => "unreadable".to_owned(),
        None if kept == "WorkerCrashed" => "node_died".to_owned(),
        None if kept.starts_with("Job recovered") => "interrupted".to_owned(),
        None => "unknown".to_owned(),
    }
}

/// Jobs that somebody should look at.
#[utoipa::path(get, path = "/api/v1/admin/stuck-jobs", tag = "operation", responses(
    (status = 200, body = StuckJobs),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden: for the admins of the authority that runs the deployment"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn list_stuck_jobs(State(state): State<JobsState>, _: Permitted) -> Result<Json<StuckJobs>, Problem> {
    let jobs = sql::stuck(&state.pool, MOST).await.map_err(Error::from)?;
    Ok(Json(StuckJobs { jobs: jobs.into_iter().map(StuckJobView::from).collect() }))
}

#[derive(Deserialize)]
struct JobPath {
    id: i64,
}

/// Try a stuck job again, at once.
#[utoipa::path(post, path = "/api/v1/admin/stuck-jobs/{id}/tries", tag = "operation", params(("id" = i64, Path)), responses(
    (status = 202, description = "It will be tried again."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden: for the admins of the authority that runs the deployment"),
    (status = 409, body = ProblemBody, description = "job_not_stuck"),
    (status = 503, body = ProblemBody, description = "storage_unavailable"),
))]
async fn retry_job(
    State(state): State<JobsState>,
    Permitted { admin, .. }: Permitted,
    Reject(Path(JobPath { id })): Reject<Path<JobPath>>,
) -> Result<StatusCode, Problem> {
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    let job = sql::retry(&mut transaction, id).await.map_err(Error::from)?;
    let job = job.ok_or(refusals::JOB_NOT_STUCK)?;
    let act = audit::Entry { action: "retry_job", noun: "job", noun_id: id, detail: json!({ "job": job }) };
    audit::record(&mut transaction, &admin.account, state.guard.clock.now(), act)
        .await
        .map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(StatusCode::ACCEPTED)
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn of_an_error_a_word_is_shown_and_nothing_else() {
        for (kept, shown) in [
            ("TaskError(\"database\")", "database"),
            ("TaskError(\"Error(\\\"invalid type: string 张三\\\")\")", "unreadable"),
            ("WorkerCrashed", "node_died"),
            ("Job recovered after worker interruption", "interrupted"),
            ("TaskPanic(\"13800000000\")", "unknown"),
        ] {
            assert_eq!(word(kept), shown);
        }
    }
}
