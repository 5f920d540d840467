//! The console's routes of people's states: what waits for a verdict, the states of one person, and the steps of a change.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{ChangeBody, StatesBody};
use super::entry::{NewChange, StateChange};
use super::judging::{Changing, Numbers, StateReviews};
use super::list::{self, ChangeQuery};
use super::{Error, act, sql, subject};
use crate::people::of_unit::{self, PeopleState, Person, PersonBody, answer};
use zaichang_core::clock::day_of;
use zaichang_core::seal::Sealer;
use zaichang_platform::authority::{Act, Acting as _, Permitted, Within};
use zaichang_platform::change::Changeable as _;
use zaichang_platform::db::Readable;
use zaichang_platform::http::language::Language;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Seen, Versioned};
use zaichang_platform::list::{Count, Cursor, List, Paging, Reads};
use zaichang_platform::review::{self as kit, JudgedBody, NewPreview, NewVerdict, NewVerdicts, PreviewBody};
use zaichang_platform::search::Search;

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    OpenApiRouter::new()
        .routes(routes!(state_changes).act(Act::SeePeople))
        .routes(routes!(states_of_person).act(Act::SeePeople))
        .routes(routes!(submit_state_change).act(Act::ChangePersonState))
        .routes(routes!(withdraw_state_change).act(Act::ChangePersonState))
        .routes(routes!(judge_state_change).act(Act::JudgePersonState))
        .routes(routes!(preview_state_verdicts).act(Act::JudgePersonState))
        .routes(routes!(judge_state_changes).act(Act::JudgePersonState))
}

/// A person, and the change of their state that was submitted last.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonWithStateChange)]
struct PersonAndChange {
    person: PersonBody,
    change: ChangeBody,
}

impl PersonAndChange {
    fn of(change: Changing, sealer: &Sealer, today: Date) -> Result<Self, of_unit::Error> {
        let Changing { person, review } = change;
        Ok(Self { person: PersonBody::of(person, sealer, today)?, change: review.into() })
    }
}

/// A page of changes of state.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonStateChanges)]
struct Changes {
    items: Vec<PersonAndChange>,
    /// How many all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that cannot be read or opened here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

/// The changes of state of the people of the admin's unit and below, the newest first; those that wait, the longest wait first.
#[utoipa::path(get, path = "/api/v1/people/state-changes", tag = "people", params(ChangeQuery, Paging), responses(
    (status = 200, body = Changes),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
async fn state_changes(
    State(state): State<PeopleState>,
    Permitted { admin, .. }: Permitted,
    list: List<ChangeQuery>,
) -> Result<Json<Changes>, Problem> {
    let PeopleState { guard, lanes, sealer, .. } = &state;
    let search = Search::of(list.filter.q.as_deref())?;
    let reads = Reads::search_if(search.is_some() || list.filter.looks_at_all());
    let mut turn = lanes.turn(admin.account.id, reads).await?;
    let page = list::page(&mut turn, admin.account.unit.id, &list, search.as_ref()).await;
    drop(turn);
    let (changes, next, in_all) = page.map_err(|error| reads.unread::<of_unit::Error>(error))?;
    let today = day_of(guard.clock.now());
    let Readable { rows: items, unreadable } =
        changes.shown("change of state", |change| (change.id(), PersonAndChange::of(change, sealer, today)));
    Ok(Json(Changes { items, in_all, unreadable, next }))
}

/// In which states a person was, is and will be, and how far a change of them is.
#[utoipa::path(get, path = "/api/v1/people/{id}/states", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = StatesBody, headers(("ETag" = String, description = "The person's version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn states_of_person(
    State(state): State<PeopleState>,
    Within { row: person, .. }: Within<Person>,
) -> Result<Versioned<Json<StatesBody>>, Problem> {
    let PeopleState { guard, pool, .. } = &state;
    let (id, version) = (person.id, person.version);
    let items = sql::history(pool, id).await.map_err(Error::from)?;
    let reviews = kit::newest::<StateChange>(pool, subject(id).noun, &[id.0]).await.map_err(Error::from)?;
    let change = reviews.into_iter().next().map(|(_, review)| review).transpose().map_err(Error::from)?;
    let steps = kit::steps::<StateChange>(pool, subject(id)).await.map_err(Error::from)?;
    let body = StatesBody {
        version,
        state: person.states.on(day_of(guard.clock.now())),
        items: items.into_iter().map(Into::into).collect(),
        change: change.map(Into::into),
        steps: steps.into_iter().map(Into::into).collect(),
    };
    Ok(Versioned(version, Json(body)))
}

type Answered = Result<Versioned<Json<PersonBody>>, Problem>;

/// Hand in a change of a person's state for its review, by the version of the person that one has seen. What was returned or taken
/// back is replaced by it; until it is approved nothing changes.
#[utoipa::path(post, path = "/api/v1/people/{id}/state-change", tag = "people", params(("id" = i64, Path), Seen),
    request_body = NewChange, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "person_let_go, review_awaits_authority, person_state_too_often, person_state_holds, person_states_overlap, person_is_cancelled"),
))]
async fn submit_state_change(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(wanted): Checked<NewChange>,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    let wanted = wanted.read()?;
    answer(act::submit(pool, &guard.clock, &admin.account, row.id, &seen, wanted).await?, &state)
}

/// Take a change of state back that is not judged yet.
#[utoipa::path(delete, path = "/api/v1/people/{id}/state-change", tag = "people", params(("id" = i64, Path), Seen), responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "review_awaits_unit, review_is_over"),
))]
async fn withdraw_state_change(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    answer(act::withdraw(pool, &guard.clock, &admin.account, row.id, &seen).await?, &state)
}

/// Judge a change of state that was submitted, as it was seen. What is approved holds from its first day on; 注销 ends the person's
/// check-ins with it, and 正常 lets them check in again.
#[utoipa::path(post, path = "/api/v1/people/{id}/state-change/verdicts", tag = "people", params(("id" = i64, Path), Seen),
    request_body = NewVerdict, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "review_awaits_unit, review_is_over, person_state_holds, person_states_overlap, person_is_cancelled"),
))]
async fn judge_state_change(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(verdict): Checked<NewVerdict>,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    let step = verdict.read()?;
    answer(act::judge(pool, &guard.clock, &admin.account, row.id, &seen, &step).await?, &state)
}

/// What a verdict on these changes of state would come to: on how many it would be given, and on which it cannot be, and why. Each is
/// chosen by its person, as they were seen. Nothing is judged.
#[utoipa::path(post, path = "/api/v1/people/state-changes/verdicts/preview", tag = "people", request_body = NewPreview, responses(
    (status = 200, body = PreviewBody<Numbers>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the changes is"),
))]
async fn preview_state_verdicts(
    State(state): State<PeopleState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewPreview>,
) -> Result<Json<PreviewBody<Numbers>>, Problem> {
    let PeopleState { guard, pool, .. } = &state;
    let (chosen, verdict) = asked.read()?;
    let preview = kit::preview(&StateReviews, (pool, &guard.clock), &admin.account, &chosen, verdict).await?;
    Ok(Json(PreviewBody::of(&preview, language, Numbers::of(&preview.rows))))
}

/// Judge several changes of state at once, each chosen by its person: each that is as it was seen. What could not be judged is left as
/// it is, and named.
#[utoipa::path(post, path = "/api/v1/people/state-changes/verdicts", tag = "people", request_body = NewVerdicts, responses(
    (status = 200, body = JudgedBody<PersonAndChange>),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found: none of the changes is"),
))]
async fn judge_state_changes(
    State(state): State<PeopleState>,
    Permitted { admin, .. }: Permitted,
    language: Language,
    Checked(asked): Checked<NewVerdicts>,
) -> Result<Json<JudgedBody<PersonAndChange>>, Problem> {
    let PeopleState { guard, pool, sealer, .. } = &state;
    let verdicts = asked.read()?;
    let judged = kit::judge_all(&StateReviews, (pool, &guard.clock), &admin.account, verdicts).await?;
    let today = day_of(guard.clock.now());
    let body = |change| Ok(PersonAndChange::of(change, sealer, today)?);
    Ok(Json(JudgedBody::of(judged, language, body)?))
}
