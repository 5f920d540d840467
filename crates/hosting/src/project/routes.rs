//! The console's courses: those of a day, one of them, and its settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa::openapi::Object;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::ProjectsState;
use super::of_day::{self, DayQuery, Keyset};
use super::settings::Change;
use super::{Course, Degrees, Error, Location, Offered, Period, ProjectState, course, period, sql};
use super::{approval, change};
use zaichang_core::clock::day_of;
use zaichang_core::code::Profile;
use zaichang_core::ids::{CourseId, ProjectId};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Permitted, Within};
use zaichang_platform::change::Current;
use zaichang_platform::db::{self, Readable};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::refusal::code_or_null;
use zaichang_platform::http::{Checked, IfMatch, Problem, Refusal, Versioned};
use zaichang_platform::list::{Count, Cursor, Lanes, List, Page, Paging, Reads, day};

pub(super) fn routes() -> OpenApiRouter<ProjectsState> {
    OpenApiRouter::new()
        .routes(routes!(courses_of_day).act(Act::SeeCourses))
        .routes(routes!(one_course).act(Act::SeeCourses))
        .routes(routes!(change_course).act(Act::ChangeSettings))
        .merge(approval::routes())
}

/// A course with the numbers of one day.
#[derive(Serialize, ToSchema)]
#[schema(as = Course)]
struct CourseBody {
    id: CourseId,
    title: String,
    /// Class hours (学时) with one decimal.
    #[schema(example = "3.0")]
    hours: String,
    lecturer: Option<String>,
    venue: String,
    place: String,
    project: ProjectBody,
    period: Vec<Period>,
    #[schema(example = "07:00")]
    opens: String,
    #[schema(example = "18:00")]
    closes: String,
    cap: Option<i32>,
    face: bool,
    /// Where it is held; null where phones are not asked how far they are.
    location: Option<Degrees>,
    /// Whether this deployment collects distances: only then may a location be set.
    collects_distances: bool,
    profile: Profile,
    state: CourseState,
    #[schema(schema_with = why_not_open)]
    reason: Option<&'static str>,
    opens_at: Option<Timestamp>,
    /// Distinct people of the day.
    attendees: i32,
    /// All records of the day.
    check_ins: i32,
    /// Distinct people of the whole period until now: what the cap counts.
    seats_taken: i64,
    open_screens: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CourseProject)]
struct ProjectBody {
    id: ProjectId,
    number: String,
    name: String,
    state: ProjectState,
}

fn why_not_open() -> Object {
    code_or_null("Why it is not open: a refusal's code.", course::NOT_NOW)
}

/// What a course is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CourseState {
    NotOpen,
    Open,
    Full,
    Closed,
}

/// A page of the courses of a day.
#[derive(Serialize, ToSchema)]
struct CoursesOfDay {
    #[schema(value_type = String, format = Date)]
    on: Date,
    server_now: Timestamp,
    items: Vec<CourseBody>,
    /// How many courses all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that this release cannot read, such as a newer one's: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Keyset>>,
}

fn body(course: Course, offered: Offered, numbers: Option<&sql::Numbers>, now: Timestamp) -> CourseBody {
    let full =
        course.cap.is_some_and(|cap| numbers.is_some_and(|numbers| numbers.seats_taken >= i64::from(cap)));
    let (state, reason, opens_at) = match course.admits(now) {
        Ok(()) if full => (CourseState::Full, None, None),
        Ok(()) => (CourseState::Open, None, None),
        Err(not_now) if not_now.opens_at.is_some() => {
            (CourseState::NotOpen, Some(not_now.refusal), not_now.opens_at)
        }
        Err(not_now) => (CourseState::Closed, Some(not_now.refusal), None),
    };
    CourseBody {
        id: course.id,
        title: course.title,
        hours: course.hours,
        lecturer: course.lecturer,
        venue: course.project.venue,
        place: course.place,
        project: ProjectBody {
            id: course.project.id,
            number: course.project.number,
            name: course.project.name,
            state: course.project.state,
        },
        period: course.project.periods,
        opens: period::written(course.opening.opens),
        closes: period::written(course.opening.closes),
        cap: course.cap,
        face: course.face,
        location: course.location.map(Location::degrees),
        collects_distances: offered.distances,
        profile: course.profile,
        state,
        reason: reason.map(Refusal::word),
        opens_at,
        attendees: numbers.map_or(0, |numbers| numbers.attendees),
        check_ins: numbers.map_or(0, |numbers| numbers.check_ins),
        seats_taken: numbers.map_or(0, |numbers| numbers.seats_taken),
        open_screens: numbers.map_or(0, |numbers| numbers.open_screens),
    }
}

/// The courses whose period holds the day, of the admin's unit and below.
#[utoipa::path(get, path = "/api/v1/courses", tag = "console", params(DayQuery, Paging), responses(
    (status = 200, body = CoursesOfDay),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn courses_of_day(
    State(guard): State<Arc<Guard>>,
    State(lanes): State<Lanes>,
    State(offered): State<Offered>,
    Permitted { admin, .. }: Permitted,
    list: List<DayQuery>,
) -> Result<Json<CoursesOfDay>, Problem> {
    let now = guard.clock.now();
    let on = day("on", list.filter.on)?.unwrap_or_else(|| day_of(now));
    let unit = admin.account.unit.id;
    let words = list.filter.words()?;
    let reads = Reads::search_if(!words.is_empty());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = of_day::page(&mut turn, unit, on, &words, &list);
    let (Page { rows, next }, in_all) = page.await.map_err(|error| reads.unread::<Error>(error))?;
    let ids: Vec<_> = rows.iter().map(|(_, course)| course.0).collect();
    let courses = sql::courses(&mut *turn, &ids).await.map_err(Error::from)?;
    let Readable { rows: courses, unreadable } = db::readable(courses.into_iter().map(|(_, course)| course));
    let numbers = sql::numbers(&mut *turn, &ids, on).await.map_err(Error::from)?;
    drop(turn);
    let of = |course: &Course| numbers.iter().find(|numbers| numbers.course_id == course.id.0);
    let items = courses.into_iter().map(|course| {
        let numbers = of(&course);
        body(course, offered, numbers, now)
    });
    Ok(Json(CoursesOfDay { on, server_now: now, items: items.collect(), in_all, unreadable, next }))
}

/// The course with today's numbers, under its version.
async fn shown(
    pool: &PgPool,
    course: Course,
    offered: Offered,
    now: Timestamp,
) -> Result<Versioned<Json<CourseBody>>, Problem> {
    let numbers = sql::numbers(pool, &[course.id.0], day_of(now)).await.map_err(Error::from)?;
    Ok(Versioned(course.version, Json(body(course, offered, numbers.first(), now))))
}

/// One course with today's numbers. `ETag` is the version of the course's own settings: the numbers change without it.
#[utoipa::path(get, path = "/api/v1/courses/{id}", tag = "console", params(("id" = i64, Path)), responses(
    (status = 200, body = CourseBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_course(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    State(offered): State<Offered>,
    Within { row: course, .. }: Within<Course>,
) -> Result<Versioned<Json<CourseBody>>, Problem> {
    shown(&pool, course, offered, guard.clock.now()).await
}

/// Change a course's settings, of the version that one has seen. Every node knows within a second.
#[utoipa::path(patch, path = "/api/v1/courses/{id}", tag = "console",
    params(("id" = i64, Path), IfMatch),
    request_body = Change, responses(
    (status = 200, body = CourseBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "face_provider_missing, distances_not_collected"),
))]
async fn change_course(
    State(guard): State<Arc<Guard>>,
    State(pool): State<PgPool>,
    State(offered): State<Offered>,
    Within { admin, row: course, .. }: Within<Course>,
    seen: IfMatch,
    Checked(change): Checked<Change>,
) -> Result<Versioned<Json<CourseBody>>, Problem> {
    let wanted = change.read(offered)?;
    match change::change(&pool, &guard.clock, &admin.account, course.id, &seen, &wanted).await? {
        Ok(course) => shown(&pool, course, offered, guard.clock.now()).await,
        Err(Current { row, last }) => {
            let Versioned(version, Json(current)) = shown(&pool, row, offered, guard.clock.now()).await?;
            Err(last.refuse(version, &current))
        }
    }
}
