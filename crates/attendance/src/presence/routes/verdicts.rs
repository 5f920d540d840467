//! Verdicts: staff keep or strike suspected check-ins. Each is an act in the audit log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::presence::refusals;
use crate::presence::{Error, VerdictWord, sql};
use zaichang_hosting::project::Course;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Within;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_platform::review::Reason;

/// The most check-ins of one verdict.
const MOST: usize = 200;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVerdict {
    /// Their ids, 1 to 200, all of this course.
    #[schema(min_items = 1, max_items = 200)]
    check_ins: Vec<Uuid>,
    verdict: VerdictWord,
    /// Why, 2 to 200 characters; kept with the verdict.
    #[schema(min_length = 2, max_length = 200, example = "抽查时不在场")]
    reason: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Judged {
    /// How many check-ins the verdict was given on.
    given: u64,
}

/// Keep or strike check-ins. The newest verdict on each counts; all are kept.
#[utoipa::path(post, path = "/api/v1/courses/{id}/verdicts", tag = "attendance",
    params(("id" = i64, Path)), request_body = NewVerdict, responses(
    (status = 201, body = Judged),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found: the course, or one of the check-ins in it"),
))]
pub(super) async fn give(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: course, .. }: Within<Course>,
    Checked(new): Checked<NewVerdict>,
) -> Result<(axum::http::StatusCode, Json<Judged>), Problem> {
    let mut check_ins = new.check_ins;
    check_ins.sort_unstable();
    check_ins.dedup();
    if !(1..=MOST).contains(&check_ins.len()) {
        return Err(Problem::field("check_ins", "they are 1 to 200"));
    }
    let reason = Reason::read(&new.reason)?;
    let now = guard.clock.now();
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    let given = sql::verdicts::give(
        &mut transaction,
        course.id,
        &check_ins,
        new.verdict,
        reason.as_str(),
        admin.account.id,
        now,
    );
    let given = given.await.map_err(Error::from)?;
    // All or none: a verdict asked for ten check-ins must not be given on nine.
    if given != check_ins.len() as u64 {
        return Err(refusals::NOT_FOUND.into());
    }
    transaction.commit().await.map_err(Error::from)?;
    Ok((axum::http::StatusCode::CREATED, Json(Judged { given })))
}
