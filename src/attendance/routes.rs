//! The doors of attendance: the table with its totals, and both exports of what the same filters choose.

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRef, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgPool;
use tokio::sync::mpsc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::export::{Xlsx, write_csv_header, write_csv_row};
use super::query::{Filter, Place, RecordsQuery};
use super::record::Record;
use super::{Error, assist, sql};
use crate::auth::Guard;
use crate::checkin::Corridor;
use crate::clock::day_of;
use crate::http::language::Language;
use crate::http::page::Limit;
use crate::http::problem::ProblemBody;
use crate::http::{Cursor, Problem, Reject};
use crate::project::{Course, Managed};
use crate::seal::Sealer;

/// Everything the doors of attendance reach.
#[derive(Clone)]
pub struct Desk {
    pub corridor: Arc<Corridor>,
    pub sealer: Sealer,
}

pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Guard>: FromRef<S>,
    PgPool: FromRef<S>,
    Arc<Desk>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(records))
        .routes(routes!(records_csv))
        .routes(routes!(records_xlsx))
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
    State(desk): State<Arc<Desk>>,
    managed: Managed,
    language: Language,
    Reject(Query(query)): Reject<Query<RecordsQuery>>,
) -> Result<Json<Records>, Problem> {
    let pool = &desk.corridor.pool;
    let filter = query.filter(managed.course.id.0)?;
    let totals = sql::totals(pool, &filter).await.map_err(Error::from)?;
    let Limit(limit) = query.limit;
    let after = query.after.map(|cursor| cursor.0);
    let rows = sql::records(pool, &filter, after, Some(limit + 1));
    let mut rows: Vec<_> = rows.try_collect().await.map_err(Error::from)?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(0);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    let items = rows.into_iter().map(|row| Record::of(row, &desk.sealer, language));
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

/// A file name that says what is in it.
fn attachment(course: &Course, now: Timestamp, kind: &str) -> HeaderValue {
    let name = format!("attendance-{}-{}.{kind}", course.id, day_of(now));
    HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .expect("digits, dots and hyphens are a header")
}

/// Every record of the filter as CSV, streamed.
#[utoipa::path(get, path = "/api/v1/courses/{id}/attendance-records.csv", tag = "attendance",
    params(("id" = i64, Path), RecordsQuery), responses(
    (status = 200, content_type = "text/csv"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn records_csv(
    State(desk): State<Arc<Desk>>,
    Managed { course, .. }: Managed,
    Reject(Query(query)): Reject<Query<RecordsQuery>>,
) -> Result<Response, Problem> {
    let filter = query.filter(course.id.0)?;
    let disposition = attachment(&course, desk.corridor.clock.now(), "csv");
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        if let Err(error) = stream_csv(&desk, &filter, &course.title, &sender).await {
            tracing::error!(%error, "an export was cut short");
            // The reader's download breaks off: half a file must not look whole.
            let _ = sender.send(Err(io::Error::other("the export was cut short"))).await;
        }
    });
    let parts = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|part: io::Result<Bytes>| (part, receiver))
    });
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// About this many bytes travel at once.
const PART: usize = 64 * 1024;

async fn stream_csv(
    desk: &Desk,
    filter: &Filter,
    course: &str,
    sender: &mpsc::Sender<io::Result<Bytes>>,
) -> Result<(), Error> {
    let mut part = Vec::with_capacity(PART + 4096);
    write_csv_header(&mut part).map_err(|_| Error::Interrupted)?;
    let rows = sql::records(&desk.corridor.pool, filter, None, None);
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.next().await {
        let record = Record::of(row?, &desk.sealer, Language::Chinese)?;
        write_csv_row(&mut part, &record.exported(course)).map_err(|_| Error::Interrupted)?;
        if part.len() >= PART {
            let full = std::mem::replace(&mut part, Vec::with_capacity(PART + 4096));
            // A reader who has left needs no more.
            if sender.send(Ok(full.into())).await.is_err() {
                return Ok(());
            }
        }
    }
    let _ = sender.send(Ok(part.into())).await;
    Ok(())
}

/// Every record of the filter as an Excel workbook.
#[utoipa::path(get, path = "/api/v1/courses/{id}/attendance-records.xlsx", tag = "attendance",
    params(("id" = i64, Path), RecordsQuery), responses(
    (status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn records_xlsx(
    State(desk): State<Arc<Desk>>,
    Managed { course, .. }: Managed,
    Reject(Query(query)): Reject<Query<RecordsQuery>>,
) -> Result<Response, Problem> {
    let filter = query.filter(course.id.0)?;
    let now = desk.corridor.clock.now();
    let disposition = attachment(&course, now, "xlsx");
    let (sender, mut receiver) = mpsc::channel::<Record>(256);
    // The workbook's writer blocks on its temporary file.
    let writing = tokio::task::spawn_blocking(move || -> Result<Vec<u8>, Error> {
        let mut workbook = Xlsx::new(now)?;
        while let Some(record) = receiver.blocking_recv() {
            workbook.write_row(&record.exported(&course.title))?;
        }
        let mut out = io::Cursor::new(Vec::new());
        workbook.finish(&mut out)?;
        Ok(out.into_inner())
    });
    let rows = sql::records(&desk.corridor.pool, &filter, None, None);
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.next().await {
        let record = Record::of(row.map_err(Error::from)?, &desk.sealer, Language::Chinese)?;
        if sender.send(record).await.is_err() {
            break;
        }
    }
    drop(sender);
    let bytes = writing.await.map_err(|_| Error::Interrupted)??;
    let kind = HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
