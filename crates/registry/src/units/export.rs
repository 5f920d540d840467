//! The list of units as a workbook: what the filter chooses, with the columns of a file that is imported, so that it can be put
//! right and sent again. Read page by page, written row by row.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use sqlx::PgPool;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::import::{Units, sheet};
use super::list::{self, UnitQuery, Words};
use super::module::UnitsState;
use super::{Error, Unit};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::Account;
use zaichang_platform::authority::{Act, Acting as _, Permitted};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};
use zaichang_platform::list::{Lanes, List, Page, Reads};
use zaichang_platform::sheets::imports::ImportState;

/// Units that are read at a time.
const AT_A_TIME: i64 = 500;
/// Units in one file: more are found by a narrower filter.
const MOST: usize = 20_000;
/// Pages between the query and the file.
const PAGES: usize = 2;

pub(super) fn routes() -> OpenApiRouter<UnitsState> {
    OpenApiRouter::new().routes(routes!(export).act(Act::ExportUnits))
}

/// The units that a filter chooses, as a workbook; 20,000 at most, in the list's order.
#[utoipa::path(get, path = "/api/v1/units/file", operation_id = "export_units", tag = "units", params(UnitQuery), responses(
    (status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn export(
    State(lanes): State<Lanes>,
    State(pool): State<PgPool>,
    State(imports): State<Arc<ImportState<Units>>>,
    Permitted { admin, .. }: Permitted,
    Reject(axum::extract::Query(filter)): Reject<axum::extract::Query<UnitQuery>>,
) -> Result<Response, Problem> {
    let words = filter.words()?;
    let now = imports.clock.now();
    let (pages, mut read) = mpsc::channel::<Vec<Unit>>(PAGES);
    let scratch = imports.scratch.clone();
    let written = imports.download(("units", "单位"), move |file| {
        let mut list = sheet::begin(&scratch)?;
        while let Some(units) = read.blocking_recv() {
            for unit in &units {
                sheet::add(&mut list, unit)?;
            }
        }
        list.finish(file)
    });
    let reading = tell(&lanes, &admin.account, filter, &words, pages);
    let (written, rows) = tokio::join!(written, reading);
    let detail = json!({ "rows": rows? });
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let entry = Entry { action: "export_units", noun: "unit", noun_id: admin.account.unit.id.0, detail };
    audit::record(&mut connection, &admin.account, now, entry).await.map_err(Error::from)?;
    written
}

/// Sends every page to the writer, each read in a turn of its own; how many units there were.
async fn tell(
    lanes: &Lanes,
    by: &Account,
    filter: UnitQuery,
    words: &Words,
    pages: mpsc::Sender<Vec<Unit>>,
) -> Result<usize, Problem> {
    let reads = Reads::search_if(!words.is_empty() || filter.division.is_some());
    let (mut list, mut count) = (List::whole(filter, AT_A_TIME), 0);
    loop {
        let mut turn = lanes.turn(by.id, reads).await?;
        let page = list::page(&mut turn, by.unit.id, &list, words).await;
        drop(turn);
        let (Page { rows, next }, _) = page.map_err(|error| reads.unread::<Error>(error))?;
        count += rows.len();
        // The writing side has ended: it says why.
        if pages.send(rows).await.is_err() || count >= MOST {
            return Ok(count);
        }
        match next {
            Some(next) => list.after = Some(next.0),
            None => return Ok(count),
        }
    }
}
