//! The console's routes of transfers: where each stands, somebody let go or kept after all, found by their document and taken in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act::{self, LookedUp};
use super::body::{FoundBody, TransferBody};
use super::entry::{NewSearch, NewTaking, NewTransfer};
use super::list::{self, TransferQuery};
use super::{Error, sql};
use crate::people::of_unit::{self, PeopleState, Person, PersonBody, answer};
use crate::people::sql::masked_id_number;
use zaichang_core::clock::day_of;
use zaichang_platform::authority::{Act, Acting as _, Permitted, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Version, Versioned};
use zaichang_platform::list::{Count, Cursor, List, Page, Paging, Reads};
use zaichang_platform::search::Search;

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
    let today = day_of(state.guard.clock.now());
    let page = list::page(&mut turn, admin.account.unit.id, &list, search.as_ref(), today).await;
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
    /// Whether it is this admin's unit that lets the person go and keeps them: their own, or an authority above one that is closed.
    may_be_let_go: bool,
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
    let today = day_of(state.guard.clock.now());
    let items = list::of_person(&mut connection, person.id, admin.account.unit.id, today).await;
    let items = items.map_err(Error::from)?;
    let may_be_let_go =
        sql::is_decided_by(&mut connection, &person, admin.account.unit.id).await.map_err(Error::from)?;
    Ok(Versioned(person.version, Json(OfPerson { version: person.version, may_be_let_go, items })))
}

type Answered = Result<Versioned<Json<PersonBody>>, Problem>;

/// Let a person go, by the version that one has seen: from the first day on another unit may take them in. Until then they are the
/// unit's, and check in as ever. Their own unit does; where it is closed, an authority above it. A unit that is named takes them in,
/// and no other does; where none is named, it ends by itself 90 days after the first day.
#[utoipa::path(post, path = "/api/v1/people/{id}/transfer", tag = "people", params(("id" = i64, Path), Seen),
    request_body = NewTransfer, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "person_let_go, person_state_waits, person_is_cancelled, transfer_of_own_unit, transfers_too_often"),
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
    (status = 409, body = ProblemBody, description = "transfer_over, transfer_of_own_unit"),
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
    state.transfer_look_ups.admit(by.id, now)?;
    let mut found = pool.begin().await.map_err(Error::from)?;
    let today = day_of(now);
    let id = sql::let_go_with(&mut found, sealer, &sought, by.unit.id, today).await.map_err(Error::from)?;
    sql::record_look_up(&mut found, by, now, id).await.map_err(Error::from)?;
    let seen = match id {
        Some(id) => {
            let open = sql::open_of(&mut found, id, today).await.map_err(Error::from)?;
            let person = of_unit::each(&mut found, &[id.0]).await.map_err(Error::from)?.pop();
            person.map(|(_, person)| person).transpose().map_err(Error::from)?.zip(open)
        }
        None => None,
    };
    found.commit().await.map_err(Error::from)?;
    let (person, open) = seen.ok_or(Error::NobodyLetGo)?;
    state.transfer_look_ups.found(by.id, person.id, now);
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

/// Take a person in whom another unit has let go, again by whole name and document. Records and credits are theirs and stay. What is
/// refused once it was looked who it is stands in the audit log as a search does.
#[utoipa::path(post, path = "/api/v1/people/transfers/taking", operation_id = "take_in_person", tag = "people",
    request_body = NewTaking, responses(
    (status = 200, body = PersonBody),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "nobody_let_go"),
    (status = 409, body = ProblemBody, description = "transfer_over, transfer_not_yet, person_state_waits, person_of_this_unit, transfer_unit_closed, transfer_of_cancelled"),
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
    state.transfer_look_ups.admit(by.id, now)?;
    let (why, looked_up) = match act::take_in(pool, &guard.clock, sealer, by, &taking).await {
        Ok(person) => {
            state.transfer_look_ups.told_nothing(by.id, now);
            return Ok(Json(PersonBody::of(person, sealer, day_of(now))?));
        }
        Err(refused) => refused,
    };
    match looked_up {
        LookedUp::NotYet => state.transfer_look_ups.told_nothing(by.id, now),
        LookedUp::AsSeen(person) => state.transfer_look_ups.found(by.id, person, now),
        LookedUp::InVain => {}
    }
    Err(why.into())
}
