//! Head counts: how many people staff counted in the hall, beside how many had checked in at that moment.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::spot_checks::DayQuery;
use crate::presence::{Error, sql};
use zaichang_core::clock::day_of;
use zaichang_core::ids::CourseId;
use zaichang_hosting::project::Course;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Within;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};
use zaichang_platform::list::day;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHeadCount {
    /// People in the hall, 0 to 100000.
    #[schema(minimum = 0, maximum = 100_000)]
    heads: i32,
}

/// The head counts of a course's day, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct HeadCounts {
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Distinct people by check-in now.
    attendees: i32,
    items: Vec<HeadCount>,
}

#[derive(Serialize, ToSchema)]
struct HeadCount {
    heads: i32,
    /// Distinct people by check-in when it was counted.
    attendees: i32,
    counted_by: String,
    counted_at: Timestamp,
}

async fn response(pool: &PgPool, course: CourseId, day: Date) -> Result<HeadCounts, Error> {
    let rows = sql::head_counts::of_day(pool, course, day).await?.into_iter();
    let items = rows.map(|row| HeadCount {
        heads: row.heads,
        attendees: row.attendees,
        counted_by: row.counted_by,
        counted_at: row.counted_at,
    });
    let attendees = sql::head_counts::attendees(pool, course, day).await?;
    Ok(HeadCounts { day, attendees, items: items.collect() })
}

/// Keep how many heads were counted in the hall just now. Every count is kept.
#[utoipa::path(post, path = "/api/v1/courses/{id}/head-counts", tag = "attendance",
    params(("id" = i64, Path)), request_body = NewHeadCount, responses(
    (status = 201, body = HeadCounts),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
pub(super) async fn count(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: course, .. }: Within<Course>,
    Checked(new): Checked<NewHeadCount>,
) -> Result<Response, Problem> {
    if !(0..=100_000).contains(&new.heads) {
        return Err(Problem::field("heads", "it is 0 to 100000"));
    }
    let now = guard.clock.now();
    let day = day_of(now);
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    sql::head_counts::insert(&mut transaction, course.id, day, new.heads, admin.account.id, now)
        .await
        .map_err(Error::from)?;
    let detail = serde_json::json!({ "heads": new.heads, "day": day });
    let act = Entry { action: "count_heads", noun: "course", noun_id: course.id.0, detail };
    audit::record(&mut transaction, &admin.account, now, act).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    Ok((StatusCode::CREATED, Json(response(&pool, course.id, day).await?)).into_response())
}

/// The head counts of a course's day.
#[utoipa::path(get, path = "/api/v1/courses/{id}/head-counts", operation_id = "head_counts_of_day", tag = "attendance",
    params(("id" = i64, Path), DayQuery), responses(
    (status = 200, body = HeadCounts),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
pub(super) async fn of_day(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { row: course, .. }: Within<Course>,
    Reject(Query(query)): Reject<Query<DayQuery>>,
) -> Result<Json<HeadCounts>, Problem> {
    let day = day("day", query.day)?.unwrap_or_else(|| day_of(guard.clock.now()));
    Ok(Json(response(&pool, course.id, day).await?))
}
