//! The console's routes of transfers: where each stands, somebody let go or kept after all, found by their document and taken in.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{FoundBody, TransferBody};
use super::entry::{NewSearch, NewTaking, NewTransfer};
use super::list::{self, TransferQuery};
use super::{Error, act, sql};
use crate::people::of_unit::{self, PeopleState, Person, PersonBody, answer};
use crate::people::sql::masked_id_number;
use zaichang_core::clock::day_of;
use zaichang_platform::audit;
use zaichang_platform::authority::{Act, Acting as _, Permitted, Within};
use zaichang_platform::http::budget::Budget;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Version, Versioned};
use zaichang_platform::list::{Count, Cursor, List, Page, Paging, Reads};
use zaichang_platform::search::Search;

/// How often an admin may look in vain for people by their documents at once, and how soon once more: 20 an hour. Whoever counts
/// through numbers gets no further than this, and finds nobody who was not let go; whom they find costs nothing.
const LOOK_UPS: u32 = 20;
const LOOK_UP_EACH: Duration = Duration::from_mins(3);
/// Admins that are remembered.
const ADMINS: usize = 1 << 14;

/// How often each may look in vain.
pub(in crate::people) fn look_ups() -> Budget {
    Budget::new(LOOK_UPS, LOOK_UP_EACH, ADMINS)
}

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    OpenApiRouter::new()
        .routes(routes!(transfers).act(Act::SeePeople))
        .routes(routes!(transfers_of_person).act(Act::SeePeople))
        .routes(routes!(let_go_person).act(Act::LetGoPerson))
        .routes(routes!(keep_person).act(Act::LetGoPerson))
        .routes(routes!(find_transfer).act(Act::TakeInPerson))
        .routes(routes!(take_in_person).act(Act::TakeInPerson))
}

/// A page of transfers.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonTransfers)]
struct Transfers {
    items: Vec<TransferBody>,
    /// How many all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// The transfers of people whom the admin's unit, or one below it, has let go or taken in, the newest first.
#[utoipa::path(get, path = "/api/v1/people/transfers", tag = "people", params(TransferQuery, Paging), responses(
    (status = 200, body = Transfers),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn transfers(
    State(state): State<PeopleState>,
    Permitted { admin, .. }: Permitted,
    list: List<TransferQuery>,
) -> Result<Json<Transfers>, Problem> {
    let search = Search::of(list.filter.q.as_deref())?;
    let reads = Reads::search_if(search.is_some());
    let mut turn = state.lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, admin.account.unit.id, &list, search.as_ref()).await;
    drop(turn);
    let (Page { rows, next }, in_all) = page.map_err(|error| reads.unread::<of_unit::Error>(error))?;
    Ok(Json(Transfers { items: rows, in_all, next }))
}

/// One person's transfers.
#[derive(Serialize, ToSchema)]
#[schema(as = TransfersOfPerson)]
struct OfPerson {
    /// Of the person: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    /// The newest first, 50 at most.
    items: Vec<TransferBody>,
}

/// A person's transfers: one that waits, and those of before.
#[utoipa::path(get, path = "/api/v1/people/{id}/transfers", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = OfPerson, headers(("ETag" = String, description = "The person's version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn transfers_of_person(
    State(state): State<PeopleState>,
    Within { admin, row: person, .. }: Within<Person>,
) -> Result<Versioned<Json<OfPerson>>, Problem> {
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    let items =
        list::of_person(&mut connection, person.id, admin.account.unit.id).await.map_err(Error::from)?;
    Ok(Versioned(person.version, Json(OfPerson { version: person.version, items })))
}

type Answered = Result<Versioned<Json<PersonBody>>, Problem>;

/// Let a person go, by the version that one has seen: from the first day on another unit may take them in. Until then they are the
/// unit's, and check in as ever.
#[utoipa::path(post, path = "/api/v1/people/{id}/transfer", tag = "people", params(("id" = i64, Path), Seen),
    request_body = NewTransfer, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "person_let_go, person_state_waits, person_is_cancelled"),
))]
async fn let_go_person(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(new): Checked<NewTransfer>,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    let wanted = new.read(day_of(guard.clock.now()))?;
    answer(act::let_go(pool, &guard.clock, &admin.account, row.id, &seen, &wanted).await?, &state)
}

/// Keep a person after all, as long as no other unit has taken them in.
#[utoipa::path(delete, path = "/api/v1/people/{id}/transfer", tag = "people", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "transfer_over"),
))]
async fn keep_person(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    answer(act::keep(pool, &guard.clock, &admin.account, row.id, &seen).await?, &state)
}

/// Find somebody whom another unit has let go, by whole name and document. The search is in the audit log, also of the unit that has
/// let them go; the number is not.
#[utoipa::path(post, path = "/api/v1/people/transfers/searches", operation_id = "find_transfer", tag = "people",
    request_body = NewSearch, responses(
    (status = 200, body = FoundBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "nobody_let_go"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 20 an hour may be looked for in vain"),
))]
async fn find_transfer(
    State(state): State<PeopleState>,
    Permitted { admin, .. }: Permitted,
    Checked(search): Checked<NewSearch>,
) -> Result<Json<FoundBody>, Problem> {
    let PeopleState { guard, sealer, pool, .. } = &state;
    let (now, by) = (guard.clock.now(), &admin.account);
    let sought = search.read(day_of(now))?;
    state.transfer_look_ups.admit(by.id.0, now)?;
    let mut found = pool.begin().await.map_err(Error::from)?;
    let id = sql::let_go_with(&mut found, sealer, &sought).await.map_err(Error::from)?;
    // Of whom nobody knows it is the own unit that was told nothing.
    let (noun, noun_id) = id.map_or(("unit", by.unit.id.0), |id| ("person", id.0));
    let detail = serde_json::json!({ "found": u8::from(id.is_some()) });
    let entry = audit::Entry { action: "look_up_transfer", noun, noun_id, detail };
    audit::record(&mut found, by, now, entry).await.map_err(Error::from)?;
    let seen = match id {
        Some(id) => {
            let open = sql::open_of(&mut found, id).await.map_err(Error::from)?;
            let person = of_unit::each(&mut found, &[id.0]).await.map_err(Error::from)?.pop();
            person.map(|(_, person)| person).transpose().map_err(Error::from)?.zip(open)
        }
        None => None,
    };
    found.commit().await.map_err(Error::from)?;
    let (person, open) = seen.ok_or(Error::NobodyLetGo)?;
    state.transfer_look_ups.give_back(by.id.0, now);
    let number = masked_id_number(sealer, &person.sealed.key_id, &person.sealed.id_number)?;
    Ok(Json(FoundBody {
        id: open.id,
        name: person.name,
        number,
        title: person.title,
        specialty: person.specialty,
        unit: person.unit.name,
        first_day: open.first_day,
    }))
}

/// Take a person in whom another unit has let go, again by whole name and document. Records and credits are theirs and stay.
#[utoipa::path(post, path = "/api/v1/people/transfers/taking", operation_id = "take_in_person", tag = "people",
    request_body = NewTaking, responses(
    (status = 200, body = PersonBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "nobody_let_go"),
    (status = 409, body = ProblemBody, description = "transfer_over, transfer_not_yet, person_of_this_unit, transfer_unit_closed, transfer_of_cancelled"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 20 an hour may be looked for in vain"),
))]
async fn take_in_person(
    State(state): State<PeopleState>,
    Permitted { admin, .. }: Permitted,
    Checked(taking): Checked<NewTaking>,
) -> Result<Json<PersonBody>, Problem> {
    let PeopleState { guard, pool, sealer, .. } = &state;
    let (now, by) = (guard.clock.now(), &admin.account);
    let taking = taking.read(day_of(now))?;
    state.transfer_look_ups.admit(by.id.0, now)?;
    let taken = act::take_in(pool, &guard.clock, sealer, by, &taking).await;
    if !matches!(taken, Err(Error::NobodyLetGo)) {
        state.transfer_look_ups.give_back(by.id.0, now);
    }
    Ok(Json(PersonBody::of(taken?, sealer, day_of(now))?))
}
