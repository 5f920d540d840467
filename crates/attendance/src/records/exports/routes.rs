//! The public API of exports: asked for, looked at, downloaded. It must not write a file.

use std::ops::Range;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::Error;
use super::super::module::RecordsState;
use super::super::query::{Chosen, Order};
use super::{Export, ExportFormat, ExportState, KEPT, MakeExport, OF_AN_ACCOUNT, filter, random_id, sql};
use crate::checkin::Source;
use crate::records::refusals;
use zaichang_core::clock::day_of;
use zaichang_core::ids::CourseId;
use zaichang_hosting::project::Course;
use zaichang_platform::audit;
use zaichang_platform::authority::Within;
use zaichang_platform::files::attachment;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject};
use zaichang_platform::jobs::{self, RunsOn};

/// What is to be exported: the filters of the table, and what the file is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct ExportWanted {
    format: ExportFormat,
    /// One day in Asia/Shanghai; all days unless said.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// Part of a name, unit or department; or a whole card number.
    #[schema(max_length = 50)]
    q: Option<String>,
    source: Option<Source>,
    /// The number of a screen.
    screen: Option<u32>,
    /// Only those that the rules list as suspicious, or only the others.
    suspicious: Option<bool>,
    #[serde(default)]
    #[schema(inline)]
    order: Order,
}

/// An export, and how far it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
pub(in super::super) struct ExportView {
    id: Uuid,
    format: ExportFormat,
    state: ExportState,
    /// Records in the file, once it is ready.
    rows: Option<i64>,
    /// Bytes of the file.
    bytes: Option<i64>,
    /// Of the file, in hexadecimal digits.
    sha256: Option<String>,
    created_at: Timestamp,
    /// When the file will be deleted.
    expires_at: Timestamp,
}

impl Export {
    fn view(&self, now: Timestamp) -> ExportView {
        ExportView {
            id: self.id,
            format: self.format,
            state: self.state_at(now),
            rows: self.rows,
            bytes: self.bytes,
            sha256: self.sha256.as_ref().map(hex::encode),
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }

    fn state_at(&self, now: Timestamp) -> ExportState {
        if self.expires_at <= now { ExportState::Expired } else { self.state }
    }
}

/// Export the records of a filter: the file is written by and by, and kept for 24 hours.
#[utoipa::path(post, path = "/api/v1/courses/{id}/exports", tag = "attendance",
    params(("id" = i64, Path)), request_body = ExportWanted, responses(
    (status = 202, body = ExportView),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 50 exports at most in a day"),
))]
pub(in super::super) async fn ask(
    State(state): State<RecordsState>,
    Within { admin, row: course, .. }: Within<Course>,
    Checked(wanted): Checked<ExportWanted>,
) -> Result<Response, Problem> {
    let ExportWanted { format, day, q, source, screen, suspicious, order } = wanted;
    let chosen = Chosen { day, q, source, screen, suspicious, order };
    chosen.filter(course.id.0)?;
    let (exports, now) = (&state.exports, state.clock.now());
    let id = random_id().map_err(|_| refusals::INTERNAL)?;
    let wanted = serde_json::to_vec(&chosen).map_err(|_| refusals::INTERNAL)?;
    let export = Export {
        id,
        course: course.id,
        account: admin.account.id,
        format,
        filter: filter::seal(&exports.keys, id, &wanted).map_err(Error::from)?,
        state: ExportState::Queued,
        created_at: now,
        expires_at: now + KEPT,
        file: None,
        rows: None,
        bytes: None,
        sha256: None,
    };
    // The text searched for may be a person's name: the log only says that there was one.
    let detail = json!({
        "export": id, "format": format.word(), "day": chosen.day, "source": chosen.source, "screen": chosen.screen,
        "suspicious": chosen.suspicious, "searched": chosen.text().is_some(),
    });
    let mut transaction = state.pool.begin().await.map_err(Error::from)?;
    let living = sql::living(&mut transaction, admin.account.id, now).await.map_err(Error::from)?;
    if living.all >= OF_AN_ACCOUNT {
        return Err(Problem::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(60_000));
    }
    sql::add(&mut transaction, &export, exports.node).await.map_err(Error::from)?;
    let act = audit::Entry { action: "export_records", noun: "course", noun_id: course.id.0, detail };
    audit::record(&mut transaction, &admin.account, now, act).await.map_err(Error::from)?;
    let (job, place) = (MakeExport { export: id }, RunsOn::Node(exports.node));
    // Behind what this account waits for already: an admin who asks for many delays no other's first.
    let turn = 1 + i16::try_from(living.waiting).unwrap_or(i16::MAX - 1);
    jobs::enqueue_in_turn(&mut transaction, &job, &place, turn).await.map_err(Error::from)?;
    transaction.commit().await.map_err(Error::from)?;
    let place = format!("/api/v1/courses/{}/exports/{id}", course.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(export.view(now))).into_response())
}

#[derive(Deserialize)]
pub(in super::super) struct ExportPath {
    export: Uuid,
}

async fn found(state: &RecordsState, course: CourseId, path: &ExportPath) -> Result<Export, Problem> {
    let export = sql::of_course(&state.pool, course, path.export).await.map_err(Error::from)?;
    export.ok_or_else(|| refusals::NOT_FOUND.into())
}

/// How far an export is.
#[utoipa::path(get, path = "/api/v1/courses/{id}/exports/{export}", tag = "attendance",
    params(("id" = i64, Path), ("export" = Uuid, Path)), responses(
    (status = 200, body = ExportView),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
pub(in super::super) async fn look(
    State(state): State<RecordsState>,
    Within { row: course, .. }: Within<Course>,
    Reject(Path(path)): Reject<Path<ExportPath>>,
) -> Result<Json<ExportView>, Problem> {
    Ok(Json(found(&state, course.id, &path).await?.view(state.clock.now())))
}

/// The file of an export, at any speed; ranges may be asked for, to go on after a lost line.
#[utoipa::path(get, path = "/api/v1/courses/{id}/exports/{export}/file", tag = "attendance",
    params(("id" = i64, Path), ("export" = Uuid, Path)), responses(
    (status = 200, description = "The whole file.", content(
        (Vec<u8> = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    (status = 206, description = "A range of it.", content(
        (Vec<u8> = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "export_not_ready, export_failed; export_elsewhere: another node has it, ask again"),
    (status = 410, body = ProblemBody, description = "export_expired"),
    (status = 416, body = ProblemBody, description = "range_not_satisfiable"),
))]
pub(in super::super) async fn download(
    State(state): State<RecordsState>,
    Within { admin, row: course, .. }: Within<Course>,
    Reject(Path(path)): Reject<Path<ExportPath>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let export = found(&state, course.id, &path).await?;
    let now = state.clock.now();
    match export.state_at(now) {
        ExportState::Ready => {}
        ExportState::Queued | ExportState::Running => {
            return Err(Problem::from(refusals::EXPORT_NOT_READY).retry_after_ms(1000));
        }
        ExportState::Failed => return Err(refusals::EXPORT_FAILED.into()),
        ExportState::Expired => return Err(refusals::EXPORT_EXPIRED.into()),
    }
    let (Some(id), Some(sha256)) = (export.file, &export.sha256) else {
        return Err(refusals::INTERNAL.into());
    };
    let opened =
        state.exports.files.open(&state.pool, id, export.format.kind()).await.map_err(Error::from)?;
    let Some(opened) = opened else {
        return Err(Problem::from(refusals::EXPORT_ELSEWHERE).retry_after_ms(200));
    };
    let bytes = opened.bytes();
    let tag = format!("\"{}\"", hex::encode(sha256));
    let parts = [course.project.number.as_str(), course.title.as_str()];
    let day = day_of(export.created_at);
    let format = export.format;
    let kind = HeaderValue::from_static(format.kind().content.media_type());
    let mut answer = HeaderMap::new();
    answer.insert(header::CONTENT_TYPE, kind);
    answer.insert(
        header::CONTENT_DISPOSITION,
        attachment(&format!("attendance-{}", course.id), format.title(), parts, day, format.word()),
    );
    answer.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    answer.insert(header::ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits are a header"));
    let (status, range) = match requested_range(&headers, &tag, bytes) {
        RequestedRange::Whole => (StatusCode::OK, 0..bytes),
        RequestedRange::Part(range) => {
            let part = format!("bytes {}-{}/{bytes}", range.start, range.end - 1);
            answer.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).expect("digits are a header"));
            (StatusCode::PARTIAL_CONTENT, range)
        }
        RequestedRange::Nothing => return Err(refusals::RANGE_NOT_SATISFIABLE.into()),
    };
    if range.start == 0 {
        let detail = json!({ "export": export.id });
        let entry = audit::Entry { action: "download_export", noun: "course", noun_id: course.id.0, detail };
        let mut connection = state.pool.acquire().await.map_err(Error::from)?;
        audit::record(&mut connection, &admin.account, now, entry).await.map_err(Error::from)?;
    }
    answer.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    Ok((status, answer, Body::from_stream(opened.stream(range))).into_response())
}

#[derive(Debug, PartialEq)]
enum RequestedRange {
    Whole,
    Part(Range<u64>),
    /// A range that begins behind the end.
    Nothing,
}

/// One range of bytes (RFC 9110, 14.2). Several at once, other units and what is not well formed are answered whole, and
/// so is a range of a file that is another one by now (`If-Range`).
fn requested_range(headers: &HeaderMap, tag: &str, bytes: u64) -> RequestedRange {
    let said = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if said(header::IF_RANGE).is_some_and(|of| of != tag) {
        return RequestedRange::Whole;
    }
    let range = said(header::RANGE).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return RequestedRange::Whole;
    };
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), _) if first >= bytes => RequestedRange::Nothing,
        (Ok(first), Ok(last)) if last >= first => {
            RequestedRange::Part(first..last.saturating_add(1).min(bytes))
        }
        (Ok(first), Err(_)) if last.trim().is_empty() => RequestedRange::Part(first..bytes),
        (Err(_), Ok(0)) if first.trim().is_empty() => RequestedRange::Nothing,
        (Err(_), Ok(length)) if first.trim().is_empty() && bytes > 0 => {
            RequestedRange::Part(bytes.saturating_sub(length)..bytes)
        }
        _ => RequestedRange::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_http_says() {
        let table = [
            ("bytes=0-9", RequestedRange::Part(0..10)),
            ("bytes=90-", RequestedRange::Part(90..100)),
            ("bytes=90-900", RequestedRange::Part(90..100)),
            ("bytes=-5", RequestedRange::Part(95..100)),
            ("bytes=-500", RequestedRange::Part(0..100)),
            ("bytes=100-", RequestedRange::Nothing),
            ("bytes=-0", RequestedRange::Nothing),
            ("bytes=5-4", RequestedRange::Whole),
            ("bytes=0-1,5-6", RequestedRange::Whole),
            ("lines=0-1", RequestedRange::Whole),
            ("bytes=x-y", RequestedRange::Whole),
            ("bytes=18446744073709551615-", RequestedRange::Nothing),
            ("bytes=0-18446744073709551615", RequestedRange::Part(0..100)),
        ];
        for (range, wanted) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, range.parse().unwrap());
            assert_eq!(requested_range(&headers, "\"a\"", 100), wanted, "{range}");
            headers.insert(header::IF_RANGE, "\"b\"".parse().unwrap());
            assert_eq!(requested_range(&headers, "\"a\"", 100), RequestedRange::Whole, "{range}");
        }
        assert_eq!(requested_range(&HeaderMap::new(), "\"a\"", 100), RequestedRange::Whole);
    }
}
