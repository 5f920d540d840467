//! The sign-in sheet of a course on one day (签到表) on paper: who has checked in, each with room for a signature, and blank lines for
//! those who write their names by hand. It must not know how the sheet looks.

use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::{StreamExt as _, TryStreamExt as _, future};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::Error;
use super::module::RecordsState;
use super::query::Chosen;
use super::sql::{self, PersonDay};
use zaichang_core::clock::minute_of_day;
use zaichang_hosting::project::{Course, written};
use zaichang_platform::audit;
use zaichang_platform::authority::Within;
use zaichang_platform::files::attachment;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};
use zaichang_platform::list::Reads;
use zaichang_platform::print::{Document, refusals};

/// Lines of one sheet: a full hall.
const LINES: usize = 3000;
/// Blank ones among them.
const BLANK_LINES: u16 = 200;

/// Which sheet is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SheetWanted {
    /// The day, in Asia/Shanghai.
    #[param(value_type = String, format = Date)]
    day: Date,
    /// Name who has checked in on that day; otherwise all lines are blank.
    #[serde(default)]
    people: bool,
    /// Blank lines at the end.
    #[serde(default)]
    #[param(maximum = 200)]
    blank_lines: u16,
}

/// The sign-in sheet of a course on one day (签到表), as PDF. Struck check-ins are left out.
#[utoipa::path(get, path = "/api/v1/courses/{id}/sign-in-sheet", operation_id = "print_sign_in_sheet", tag = "attendance",
    params(("id" = i64, Path), SheetWanted), responses(
    (status = 200, description = "The sheet.", content((Vec<u8> = "application/pdf"))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "printing_not_set"),
    (status = 422, body = ProblemBody, description = "document_too_large, glyph_missing"),
    (status = 500, body = ProblemBody, description = "document_not_made"),
    (status = 503, body = ProblemBody, description = "printing_busy"),
))]
pub(super) async fn print(
    State(state): State<RecordsState>,
    Within { admin, row: course, .. }: Within<Course>,
    Reject(Query(wanted)): Reject<Query<SheetWanted>>,
) -> Result<Response, Problem> {
    if wanted.blank_lines > BLANK_LINES {
        return Err(Problem::field("blank_lines", format!("at most {BLANK_LINES}")));
    }
    let chosen = Chosen { day: Some(wanted.day), ..Chosen::default() };
    let filter = chosen.filter(course.id.0)?;
    state.print.ready()?;
    let mut turn = state.lanes.turn(admin.account.id, Reads::List).await?;
    let people: Vec<PersonDay> = if wanted.people {
        let present =
            sql::people(&mut *turn, &filter).try_filter(|day| future::ready(day.first_at.is_some()));
        present.take(LINES + 1).try_collect().await.map_err(Error::from)?
    } else {
        Vec::new()
    };
    let host = sql::unit_name(&mut *turn, course.project.unit).await.map_err(Error::from)?;
    drop(turn);
    if people.len() + usize::from(wanted.blank_lines) > LINES {
        return Err(refusals::DOCUMENT_TOO_LARGE.into());
    }
    let now = state.clock.now();
    let detail = json!({ "day": wanted.day, "people": people.len(), "blank_lines": wanted.blank_lines });
    let entry = audit::Entry { action: "print_sign_in_sheet", noun: "course", noun_id: course.id.0, detail };
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    audit::record(&mut connection, &admin.account, now, entry).await.map_err(Error::from)?;
    drop(connection);
    let parts = [course.project.number.as_str(), course.title.as_str()];
    let name = attachment(&format!("sign-in-sheet-{}", course.id), "签到表", parts, wanted.day, "pdf");
    let data = sheet(&course, &host, &wanted, &people);
    state.print.answer(Document { template: "sign-in-sheet", made_at: now, data }, name).await
}

/// What the template reads.
fn sheet(course: &Course, host: &str, wanted: &SheetWanted, people: &[PersonDay]) -> Value {
    let people: Vec<Value> = people.iter().map(line).collect();
    json!({
        "project": { "number": course.project.number, "name": course.project.name },
        "course": course.title,
        "lecturer": course.lecturer,
        "day": wanted.day,
        "periods": course.project.periods,
        "venue": course.place,
        "host": host,
        "people": people,
        "blank_rows": wanted.blank_lines,
    })
}

fn line(person: &PersonDay) -> Value {
    let unit = match &person.department {
        Some(department) => format!("{} {department}", person.unit),
        None => person.unit.clone(),
    };
    let at = person.first_at.map(jiff_sqlx::Timestamp::to_jiff);
    json!({
        "name": person.name, "unit": unit, "title": person.title, "at": at.map(time_of),
    })
}

/// `08:02` in Shanghai.
fn time_of(at: Timestamp) -> String {
    written(minute_of_day(at))
}
