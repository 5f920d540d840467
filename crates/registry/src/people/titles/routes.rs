//! The console's routes of people's titles: those of one person, one more with its day, and a wrong entry taken out.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{NewTitle, TitlesBody};
use super::{Error, act, sql};
use crate::people::of_unit::{PeopleState, Person, PersonBody, answer};
use zaichang_core::clock::day_of;
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject, Seen, Versioned};

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    OpenApiRouter::new()
        .routes(routes!(titles_of_person).act(Act::SeePeople))
        .routes(routes!(add_title).act(Act::ChangePerson))
        .routes(routes!(remove_title).act(Act::ChangePerson))
}

/// The titles that a person has and had, each with its day. Empty of who has been here since before they were kept: their title
/// stands with the person.
#[utoipa::path(get, path = "/api/v1/people/{id}/titles", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = TitlesBody, headers(("ETag" = String, description = "The person's version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn titles_of_person(
    State(state): State<PeopleState>,
    Within { row: person, .. }: Within<Person>,
) -> Result<Versioned<Json<TitlesBody>>, Problem> {
    let entries = sql::entries(&state.pool, person.id).await.map_err(Error::from)?;
    let items = entries.into_iter().map(Into::into).collect();
    Ok(Versioned(person.version, Json(TitlesBody { version: person.version, items })))
}

type Answered = Result<Versioned<Json<PersonBody>>, Problem>;

/// Enter a title from a day on, by the version of the person that one has seen. The title of the newest day is in force; those of
/// before are kept.
#[utoipa::path(post, path = "/api/v1/people/{id}/titles", tag = "people", params(("id" = i64, Path), Seen),
    request_body = NewTitle, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "title_day_taken, title_holds, title_day_unknown, titles_full, titles_too_often"),
))]
async fn add_title(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(new): Checked<NewTitle>,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    let wanted = new.read(day_of(guard.clock.now()))?;
    answer(act::add(pool, &guard.clock, &admin.account, row.id, &seen, wanted).await?, &state)
}

/// Which title of the person.
#[derive(Deserialize)]
struct TitlePath {
    title: i64,
}

/// Take out a title that was a wrong entry; the log keeps it, and the newest of the others is in force.
#[utoipa::path(delete, path = "/api/v1/people/{id}/titles/{title}", tag = "people",
    params(("id" = i64, Path), ("title" = i64, Path), Seen), responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "title_is_the_only_one"),
))]
async fn remove_title(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Reject(Path(path)): Reject<Path<TitlePath>>,
    Seen(seen): Seen,
) -> Answered {
    let PeopleState { guard, pool, .. } = &state;
    answer(act::remove(pool, &guard.clock, &admin.account, (row.id, path.title), &seen).await?, &state)
}
