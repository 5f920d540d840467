//! The people of a unit whom a filter chooses, on paper (审核名单): to be checked, signed and sealed. Numbers are masked, as in the list.
//! It must not know how the paper looks.

use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Error;
use super::list::{self, PeopleQuery};
use super::person::PersonBody;
use super::routes::PeopleState;
use crate::units::{Unit, UnitKind};
use zaichang_core::clock::day_of;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::authority::Within;
use zaichang_platform::files::attachment;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};
use zaichang_platform::list::{List, Reads};
use zaichang_platform::print::{Document, refusals};
use zaichang_platform::search::Search;

/// People that are read at a time.
const AT_A_TIME: i64 = 500;
/// People of one document: more are chosen by department.
const MOST: usize = 3000;

/// The people of one unit whom a filter chooses, as a list to be signed and sealed (审核名单), as PDF; 3,000 at most.
#[utoipa::path(get, path = "/api/v1/units/{id}/people/review-list", operation_id = "print_review_list", tag = "people",
    params(("id" = i64, Path), PeopleQuery), responses(
    (status = 200, description = "The list.", content((Vec<u8> = "application/pdf"))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "not_an_institution, printing_not_set"),
    (status = 422, body = ProblemBody, description = "document_too_large, glyph_missing, search_too_slow"),
    (status = 500, body = ProblemBody, description = "document_not_made"),
    (status = 503, body = ProblemBody, description = "printing_busy"),
))]
pub(super) async fn print(
    State(state): State<PeopleState>,
    Within { admin, row: unit, .. }: Within<Unit>,
    Reject(Query(filter)): Reject<Query<PeopleQuery>>,
) -> Result<Response, Problem> {
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution.into());
    }
    state.print.ready()?;
    let now = state.guard.clock.now();
    let search = Search::of(filter.q.as_deref())?;
    let detail = json!({
        "department": filter.department, "state": filter.state, "searched": search.is_some(),
    });
    let (people, department) = chosen(&state, admin.account.id, &unit, filter, search.as_ref()).await?;
    let detail = json!({ "rows": people.len(), "filter": detail });
    let entry = Entry { action: "print_review_list", noun: "unit", noun_id: unit.id.0, detail };
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    audit::record(&mut connection, &admin.account, now, entry).await.map_err(Error::from)?;
    drop(connection);
    let parts = [unit.name.as_str(), department.as_deref().unwrap_or_default()];
    let name = attachment(&format!("review-list-{}", unit.id), "审核名单", parts, day_of(now), "pdf");
    let data = json!({ "unit": unit.name, "department": department, "people": people });
    state.print.answer(Document { template: "review-list", made_at: now, data }, name).await
}

/// Everybody whom the filter chooses, as the console shows them, and what the chosen department is called. A row that cannot be opened
/// makes the list wrong, and there is none.
async fn chosen(
    state: &PeopleState,
    by: zaichang_core::ids::AccountId,
    unit: &Unit,
    filter: PeopleQuery,
    search: Option<&Search>,
) -> Result<(Vec<Value>, Option<String>), Problem> {
    let today = day_of(state.guard.clock.now());
    let reads = Reads::search_if(search.is_some());
    let asked = filter.department;
    let (mut list, mut people, mut department) = (List::whole(filter, AT_A_TIME), Vec::new(), None);
    loop {
        let mut turn = state.lanes.turn(by, reads).await?;
        let page = list::page(&mut turn, unit.id, &list, search, today).await;
        drop(turn);
        let (page, next, _) = page.map_err(|error| reads.unread::<Error>(error))?;
        if page.unreadable > 0 {
            return Err(refusals::INTERNAL.into());
        }
        for person in page.rows {
            let lies_in = person.department.as_ref().filter(|lies_in| Some(lies_in.id) == asked);
            department = department.or_else(|| lies_in.map(|lies_in| lies_in.name.clone()));
            let body = PersonBody::of(person, &state.sealer, today)?;
            people.push(serde_json::to_value(body).map_err(|_| refusals::INTERNAL)?);
        }
        if people.len() > MOST {
            return Err(refusals::DOCUMENT_TOO_LARGE.into());
        }
        match next {
            Some(next) => list.after = Some(next.0),
            None => return Ok((people, department)),
        }
    }
}
