//! The console's people: a page of a unit's, one of them, and a change of their work.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, State};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::change::{self, PersonChange};
use super::correction::{self, PersonCorrection};
use super::list::{self, Keyset, PeopleQuery};
use super::person::{Person, PersonBody};
use super::{review_list, sql};
use crate::people::import::People as FilesOfPeople;
use crate::people::transfers::LookUps;
use crate::units::{Unit, UnitKind};
use zaichang_core::clock::day_of;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::change::{Outcome, answered};
use zaichang_platform::db::Readable;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Versioned};
use zaichang_platform::list::{Count, Cursor, Lanes, List, Paging, Reads};
use zaichang_platform::messages::Sender;
use zaichang_platform::print::Print;
use zaichang_platform::search::Search;
use zaichang_platform::sheets::imports::ImportState;

/// What the routes reach.
#[derive(Clone, FromRef)]
pub(in crate::people) struct PeopleState {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    pub sealer: Sealer,
    pub lanes: Lanes,
    pub imports: Arc<ImportState<FilesOfPeople>>,
    /// Of each account: a number that is entered tells whether somebody has it.
    #[from_ref(skip)]
    pub corrections: Arc<Budget>,
    /// Of each account: whom it has looked for that could be taken in.
    #[from_ref(skip)]
    pub transfer_look_ups: Arc<LookUps>,
    /// Of each account: each act may send thousands of messages.
    #[from_ref(skip)]
    pub invitations: Arc<Budget>,
    #[from_ref(skip)]
    pub sender: Arc<dyn Sender>,
    #[from_ref(skip)]
    pub print: Print,
}

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    OpenApiRouter::new()
        .routes(routes!(people_of_unit).act(Act::SeePeople))
        .routes(routes!(review_list::print).act(Act::PrintReviewList))
        .routes(routes!(one_person).act(Act::SeePeople))
        .routes(routes!(change_person).act(Act::ChangePerson))
        .routes(routes!(correct_person).act(Act::CorrectPerson))
        .routes(routes!(phone_changes).act(Act::SeePeople))
}

/// A page of a unit's people.
#[derive(Serialize, ToSchema)]
struct People {
    items: Vec<PersonBody>,
    /// How many people all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that cannot be read or opened here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<Keyset>>,
}

/// The people of one unit, in the order of how their names are read; numbers masked.
#[utoipa::path(get, path = "/api/v1/units/{id}/people", tag = "people", params(("id" = i64, Path), PeopleQuery, Paging), responses(
    (status = 200, body = People),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "not_an_institution"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn people_of_unit(
    State(state): State<PeopleState>,
    Within { admin, row: unit, .. }: Within<Unit>,
    list: List<PeopleQuery>,
) -> Result<Json<People>, Problem> {
    if unit.kind != UnitKind::Unit {
        return Err(Error::NotAnInstitution.into());
    }
    let PeopleState { guard, lanes, sealer, .. } = &state;
    let today = day_of(guard.clock.now());
    let search = Search::of(list.filter.q.as_deref())?;
    let reads = Reads::search_if(search.is_some());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, unit.id, &list, search.as_ref(), today).await;
    drop(turn);
    let (people, next, in_all) = page.map_err(|error| reads.unread::<Error>(error))?;
    let Readable { rows: items, unreadable } =
        people.shown("person", |person| (person.id.0, PersonBody::of(person, sealer, today)));
    Ok(Json(People { items, in_all, unreadable, next }))
}

type Answered = Result<Versioned<Json<PersonBody>>, Problem>;

/// The person after a change, or the refusal that shows them as they stand.
pub(in crate::people) fn answer(outcome: Outcome<Person>, state: &PeopleState) -> Answered {
    let today = day_of(state.guard.clock.now());
    answered(outcome, |person| Ok(PersonBody::of(person, &state.sealer, today)?))
}

/// One person; numbers masked.
#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn one_person(State(state): State<PeopleState>, Within { row, .. }: Within<Person>) -> Answered {
    answer(Ok(row), &state)
}

/// Change a person's department, specialty, or whether they take part, and put right their title in force, by the version
/// that one has seen. Name, numbers and phone are put right by a correction.
#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", params(("id" = i64, Path), Seen),
    request_body = PersonChange, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "title_day_taken, titles_too_often"),
))]
async fn change_person(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(wanted): Checked<PersonChange>,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    let wanted = wanted.read(day_of(guard.clock.now()))?;
    answer(change::change(pool, &guard.clock, &admin.account, row.id, &seen, &wanted).await?, &state)
}

/// Put right who a person is, by the version that one has seen: the phone of anybody whose document one has looked at, name and document
/// number of somebody who was imported and has never logged in, the card number. All their logins end, but with the card number; with the
/// phone, the one that they had is told, and nothing is bound to WeChat any more. What is refused as another's is written in the audit log.
#[utoipa::path(post, path = "/api/v1/people/{id}/corrections", tag = "people", params(("id" = i64, Path), Seen),
    request_body = PersonCorrection, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "person_has_logged_in: of name and document number; person_has_check_ins: of the document number; number_taken, number_registers, phone_taken, phone_registers, card_taken"),
    (status = 429, body = ProblemBody, description = "too_many_requests: 30 at once, then one in two minutes; answers_used: it was told of 2,000 numbers of others today"),
))]
async fn correct_person(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(wanted): Checked<PersonCorrection>,
) -> Answered {
    let PeopleState { guard, pool, sealer, corrections, .. } = &state;
    let wanted = wanted.read(row.document, day_of(guard.clock.now()))?;
    corrections.admit(admin.account.id, guard.clock.now())?;
    let done = correction::correct(pool, guard, sealer, &admin.account, row.id, &seen, wanted).await;
    let (outcome, ended) = done?;
    for session in ended {
        guard.sessions.session_changed(session);
    }
    answer(outcome, &state)
}

/// When a person's phone was replaced, how, and by whom.
#[derive(Serialize, ToSchema)]
struct PhoneChange {
    at: Timestamp,
    /// By the person, who has proved the one before (`old_phone`) or name and number (`document`), or by the unit.
    #[schema(pattern = "^(old_phone|document|unit)$", example = "old_phone")]
    how: String,
    /// The unit's admin.
    by: Option<String>,
}

/// No number stands in it.
#[derive(Serialize, ToSchema)]
struct PhoneChanges {
    /// The newest first, 100 at most.
    items: Vec<PhoneChange>,
}

/// When a person's phone was replaced, and by what it was proved.
#[utoipa::path(get, path = "/api/v1/people/{id}/phone-changes", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = PhoneChanges),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn phone_changes(
    State(pool): State<PgPool>,
    Within { row, .. }: Within<Person>,
) -> Result<Json<PhoneChanges>, Problem> {
    let rows = sql::phone_changes(&pool, row.id).await.map_err(Error::from)?.into_iter();
    let items = rows.map(|sql::PhoneChanged { at, how, by }| PhoneChange { at, how, by });
    Ok(Json(PhoneChanges { items: items.collect() }))
}
