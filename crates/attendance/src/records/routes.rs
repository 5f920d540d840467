//! The routes of attendance, and the table with its totals.

use axum::Json;
use axum::extract::State;
use futures_util::TryStreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::RecordsState;
use super::query::{Chosen, Keyset};
use super::record::Record;
use super::{Error, assist, exports, sign_in_sheet, sql};
use zaichang_hosting::project::Course;
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::db::{Readable, readable};
use zaichang_platform::http::Problem;
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::list::{Cursor, List, Page, Paging, Reads};
use zaichang_registry::people;

pub(super) fn routes() -> OpenApiRouter<RecordsState> {
    OpenApiRouter::new()
        .routes(routes!(records).act(Act::SeeRecords))
        .routes(routes!(exports::routes::ask).act(Act::ExportRecords))
        .routes(routes!(exports::routes::look).act(Act::ExportRecords))
        .routes(routes!(exports::routes::download).act(Act::ExportRecords))
        .routes(routes!(sign_in_sheet::print).act(Act::PrintSignInSheet))
        .routes(routes!(assist::candidates).act(Act::LookUpPeople))
        .routes(routes!(assist::candidates_by_address).act(Act::LookUpPeople))
        .routes(routes!(assist::assist).act(Act::AssistCheckIn))
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
    /// Rows of this page that this release cannot read, such as a newer one's: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Keyset>>,
}

/// The attendance records of a course (考勤明细), newest first.
#[utoipa::path(get, path = "/api/v1/courses/{id}/attendance-records", tag = "attendance",
    params(("id" = i64, Path), Chosen, Paging), responses(
    (status = 200, body = Records),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn records(
    State(state): State<RecordsState>,
    Within { admin, row: course, .. }: Within<Course>,
    language: Language,
    list: List<Chosen>,
) -> Result<Json<Records>, Problem> {
    let filter = list.filter.filter(course.id.0)?;
    let reads = Reads::search_if(filter.search.is_some());
    let mut turn = state.lanes.turn(admin.account.id, reads).await?;
    let rows = sql::records(&mut *turn, &filter, list.after, Some(list.rows())).try_collect::<Vec<_>>();
    let rows = rows.await.map_err(|error| reads.unread::<Error>(error))?;
    let totals = sql::totals(&mut *turn, &filter).await.map_err(|error| reads.unread::<Error>(error))?;
    drop(turn);
    let Page { rows, next } = list.page(rows, |row| row.place(filter.order));
    let items = rows.into_iter().map(|row| match Record::of(row, &state.sealer, language) {
        Err(people::Error::Database(error)) => Ok(Err(error)),
        other => other.map(Ok),
    });
    let Readable { rows: items, unreadable } = readable(items.collect::<Result<Vec<_>, people::Error>>()?);
    Ok(Json(Records {
        attendees: totals.attendees,
        check_ins: totals.check_ins,
        not_recognised: totals.struck,
        items,
        unreadable,
        next,
    }))
}
