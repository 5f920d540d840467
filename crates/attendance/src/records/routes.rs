//! The routes of attendance, and the table with its totals.

use axum::Json;
use axum::extract::{Query, State};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::RecordsState;
use super::query::{Place, RecordsQuery};
use super::record::Record;
use super::{Error, assist, exports, sql};
use zaichang_hosting::project::Managed;
use zaichang_platform::http::language::Language;
use zaichang_platform::http::page::Limit;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Cursor, Problem, Reject};

pub(super) fn routes() -> OpenApiRouter<RecordsState> {
    OpenApiRouter::new()
        .routes(routes!(records))
        .routes(routes!(exports::routes::ask))
        .routes(routes!(exports::routes::look))
        .routes(routes!(exports::routes::download))
        .routes(routes!(assist::candidates))
        .routes(routes!(assist::assist))
}

/// A page of records, with the totals of the whole filter.
#[derive(Serialize, ToSchema)]
struct Records {
    /// 人数: distinct people.
    attendees: i64,
    /// 人次: all records.
    check_ins: i64,
    /// Of these records, those that the organiser does not recognise: struck by the newest verdict.
    not_recognised: i64,
    items: Vec<Record>,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Place>>,
}

/// The attendance records of a course (考勤明细), newest first.
#[utoipa::path(get, path = "/api/v1/courses/{id}/attendance-records", tag = "attendance",
    params(("id" = i64, Path), RecordsQuery), responses(
    (status = 200, body = Records),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn records(
    State(state): State<RecordsState>,
    managed: Managed,
    language: Language,
    Reject(Query(query)): Reject<Query<RecordsQuery>>,
) -> Result<Json<Records>, Problem> {
    let pool = &state.pool;
    let filter = query.filter(managed.course.id.0)?;
    let Limit(limit) = query.limit;
    let after = query.after.map(|cursor| cursor.0);
    let page = sql::records(pool, &filter, after, Some(limit + 1)).try_collect::<Vec<_>>();
    // Each looks at the whole course, so both at once.
    let (totals, mut rows) = tokio::try_join!(sql::totals(pool, &filter), page).map_err(Error::from)?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(0);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    let items = rows.into_iter().map(|row| Record::of(row, &state.sealer, language));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    let next = items.last().filter(|_| more).map(|last| Cursor(last.place(filter.order)));
    Ok(Json(Records {
        attendees: totals.attendees,
        check_ins: totals.check_ins,
        not_recognised: totals.struck,
        items,
        next,
    }))
}
