//! Spot checks as staff order, watch and cancel them. A drawn moment is not published before it has come.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};

use crate::presence::refusals;
use crate::presence::spot_check::{Mode, NewSpotCheck, Order, Range};
use crate::presence::sql::spot_checks::{Keyset, Missing};
use crate::presence::{Error, sql};
use zaichang_core::clock::day_of;
use zaichang_core::ids::{CourseId, SpotCheckId};
use zaichang_hosting::project::{Course, NotNow};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Within;
use zaichang_platform::db::{Constraint as _, Readable};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};
use zaichang_platform::list::{self, Count, Cursor, Lanes, List, Page, Paging, Reads, day};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DayQuery {
    /// The day in Asia/Shanghai; today unless said.
    #[param(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
}

/// The spot checks of a course's day, the newest order first.
#[derive(Serialize, ToSchema)]
pub(super) struct SpotChecks {
    server_now: Timestamp,
    items: Vec<SpotCheck>,
    /// Those of the day that this release cannot read, such as a newer one's: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
}

#[derive(Serialize, ToSchema)]
struct SpotCheck {
    id: SpotCheckId,
    mode: Mode,
    state: SpotCheckState,
    /// Null while a drawn moment is still to come.
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
    /// What the moment is drawn from.
    random: Option<Range>,
    minutes: i64,
    ordered_by: String,
    ordered_at: Timestamp,
    cancelled_at: Option<Timestamp>,
    /// Distinct people who had come before it opened, by scan.
    expected: i64,
    /// How many of them have answered.
    answered: i64,
    /// How many others came while it was open: for the first time, or by staff's word.
    newcomers: i64,
}

/// Where a spot check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SpotCheckState {
    Waiting,
    Open,
    Over,
    Cancelled,
}

impl SpotCheck {
    fn of(row: sql::spot_checks::SpotCheckRow, now: Timestamp) -> Self {
        let ended_at = row.cancelled_at.map_or(row.closes_at, |cancelled_at| cancelled_at.min(row.closes_at));
        let state = match () {
            () if row.cancelled_at.is_some() => SpotCheckState::Cancelled,
            () if now < row.opens_at => SpotCheckState::Waiting,
            () if now < row.closes_at => SpotCheckState::Open,
            () => SpotCheckState::Over,
        };
        let begun = now >= row.opens_at;
        let (expected, answered, newcomers) =
            if begun { (row.expected, row.answered, row.newcomers) } else { (0, 0, 0) };
        Self {
            id: SpotCheckId(row.id),
            mode: row.mode,
            state,
            opens_at: (begun || row.mode == Mode::Now).then_some(row.opens_at),
            closes_at: (begun || row.mode == Mode::Now).then_some(ended_at),
            random: row.range.map(|(from, until)| Range { from, until }),
            minutes: row.closes_at.duration_since(row.opens_at).as_mins(),
            ordered_by: row.ordered_by,
            ordered_at: row.ordered_at,
            cancelled_at: row.cancelled_at,
            expected,
            answered,
            newcomers,
        }
    }
}

async fn listed(pool: &PgPool, course: CourseId, day: Date, now: Timestamp) -> Result<SpotChecks, Error> {
    let Readable { rows, unreadable } = sql::spot_checks::of_day(pool, course, day).await?;
    let items = rows.into_iter().map(|row| SpotCheck::of(row, now));
    Ok(SpotChecks { server_now: now, items: items.collect(), unreadable })
}

/// Ask everybody for a second scan within some minutes: in three seconds, or at a moment that the server draws.
#[utoipa::path(post, path = "/api/v1/courses/{id}/spot-checks", tag = "attendance",
    params(("id" = i64, Path)), request_body = Order, responses(
    (status = 201, body = SpotChecks),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "spot_check_overlaps, project_not_approved, outside_period, course_over"),
))]
pub(super) async fn order(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: course, .. }: Within<Course>,
    Checked(order): Checked<Order>,
) -> Result<Response, Problem> {
    let now = guard.clock.now();
    let mut drawn = [0; 8];
    getrandom::fill(&mut drawn).map_err(Error::from)?;
    let new = order.settle(now, u64::from_be_bytes(drawn))?;
    for at in new.judged_at() {
        course.admits(at).map_err(|not_now| outside(&course, &new, not_now))?;
    }
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    let inserted = sql::spot_checks::insert(&mut transaction, course.id, &new, admin.account.id, now).await;
    let id = inserted.map_err(|error| {
        let overlaps = error.breaks("spot_checks_of_a_course_do_not_overlap");
        if overlaps { Error::Overlaps } else { Error::Database(error) }
    })?;
    // Many people read the log: it does not hold the moment either.
    let detail = serde_json::json!({ "mode": order.random.map_or(Mode::Now, |_| Mode::Random), "random": order.random,
        "minutes": order.minutes, "course": course.id });
    let act = Entry { action: "order_spot_check", noun: "spot_check", noun_id: id.0, detail };
    audit::record(&mut transaction, &admin.account, now, act).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let listed = listed(&pool, course.id, new.day, now).await?;
    Ok((StatusCode::CREATED, Json(listed)).into_response())
}

/// It opens where people can scan, or not at all.
fn outside(course: &Course, new: &NewSpotCheck, not_now: NotNow) -> Problem {
    let hours = matches!(not_now.refusal, refusals::COURSE_NOT_OPEN | refusals::COURSE_OVER);
    if hours && new.range().is_some() && course.project.state.admits().is_ok() {
        return Problem::field("random", "it lies within the day's opening hours");
    }
    Problem { opens_at: not_now.opens_at, ..not_now.refusal.into() }
}

/// The spot checks of a course's day.
#[utoipa::path(get, path = "/api/v1/courses/{id}/spot-checks", operation_id = "spot_checks_of_day", tag = "attendance",
    params(("id" = i64, Path), DayQuery), responses(
    (status = 200, body = SpotChecks),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
pub(super) async fn of_day(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { row: course, .. }: Within<Course>,
    Reject(Query(query)): Reject<Query<DayQuery>>,
) -> Result<Json<SpotChecks>, Problem> {
    let now = guard.clock.now();
    let day = day("day", query.day)?.unwrap_or_else(|| day_of(now));
    Ok(Json(listed(&pool, course.id, day, now).await?))
}

#[derive(Deserialize)]
pub(super) struct SpotCheckPath {
    spot_check: i64,
}

/// Cancel a spot check that is not over. Answers stay; no person counts as missing from it.
#[utoipa::path(delete, path = "/api/v1/courses/{id}/spot-checks/{spot_check}", tag = "attendance",
    params(("id" = i64, Path), ("spot_check" = i64, Path)), responses(
    (status = 204, description = "Cancelled."),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 403, body = ProblemBody, description = "forbidden, origin_refused"),
    (status = 404, body = ProblemBody, description = "not_found: none of this course that is not over"),
))]
pub(super) async fn cancel(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    Within { admin, row: course, .. }: Within<Course>,
    Reject(Path(path)): Reject<Path<SpotCheckPath>>,
) -> Result<StatusCode, Problem> {
    let now = guard.clock.now();
    let id = SpotCheckId(path.spot_check);
    let mut transaction = pool.begin().await.map_err(Error::from)?;
    let cancelled = sql::spot_checks::cancel(&mut transaction, course.id, id, admin.account.id, now);
    if !cancelled.await.map_err(Error::from)? {
        return Err(refusals::NOT_FOUND.into());
    }
    let detail = serde_json::json!({ "course": course.id });
    let act = Entry { action: "cancel_spot_check", noun: "spot_check", noun_id: id.0, detail };
    audit::record(&mut transaction, &admin.account, now, act).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// All who are missing, by name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Everyone {}

impl list::Filter for Everyone {
    type Keyset = Keyset;
}

/// A page of those who have not answered, by name.
#[derive(Serialize, ToSchema)]
#[schema(as = MissingPeople)]
pub(super) struct MissingBody {
    /// How many people all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    items: Vec<Missing>,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Keyset>>,
}

/// The people who had come before a spot check opened and have not answered it.
#[utoipa::path(get, path = "/api/v1/courses/{id}/spot-checks/{spot_check}/missing", tag = "attendance",
    params(("id" = i64, Path), ("spot_check" = i64, Path), Paging), responses(
    (status = 200, body = MissingBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of this course that has opened"),
))]
pub(super) async fn missing(
    State(guard): State<Arc<Guard>>,
    State(lanes): State<Lanes>,
    Within { admin, row: course, .. }: Within<Course>,
    Reject(Path(path)): Reject<Path<SpotCheckPath>>,
    mut list: List<Everyone>,
) -> Result<Json<MissingBody>, Problem> {
    let id = SpotCheckId(path.spot_check);
    // Not found before it has opened: an empty list would hold no names, yet show that the check exists.
    let (after, rows) = (list.after.take(), list.rows());
    let mut turn = lanes.turn(admin.account.id, Reads::List).await?;
    let missing = sql::spot_checks::missing(&mut turn, course.id, id, guard.clock.now(), after, rows);
    let (in_all, rows) = missing.await.map_err(Error::from)?.ok_or(refusals::NOT_FOUND)?;
    drop(turn);
    let Page { rows: items, next } = list.page(rows, |missing| (missing.name.clone(), missing.person_id));
    Ok(Json(MissingBody { in_all: in_all.into(), items, next }))
}
