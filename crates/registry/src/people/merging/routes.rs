//! Merging people by HTTP: who may be the same, what a merge would do, the act, its undoing, and those that were.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act::{self, Acting, Done};
use super::body::{MergeBody, NewMerge, NewSearch, Undoing};
use super::effects::{self, Effects};
use super::{Error, list};
use crate::people::of_unit::{self, PeopleState, Person, PersonBody, answer};
use zaichang_core::clock::day_of;
use zaichang_core::ids::PersonId;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::authority::{Act, Acting as _, Within};
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem, Reject, Seen, Versioned};
use zaichang_platform::list::Reads;
use zaichang_platform::review::Reason;

pub(in crate::people) fn routes() -> OpenApiRouter<PeopleState> {
    OpenApiRouter::new()
        .routes(routes!(find_duplicates).act(Act::MergePeople))
        .routes(routes!(person_merge_effects).act(Act::MergePeople))
        .routes(routes!(merge_person).act(Act::MergePeople))
        .routes(routes!(undo_person_merge).act(Act::MergePeople))
        .routes(routes!(merges_of_person).act(Act::MergePeople))
}

/// Who may be the same human being.
#[derive(Serialize, ToSchema)]
struct Duplicates {
    /// Those of the same name first, 20 at most.
    items: Vec<PersonBody>,
}

/// Find the other row of somebody who is registered twice, at or below the admin's unit: by the same name unless something else is typed.
/// Each look-up is written to the audit log.
#[utoipa::path(post, path = "/api/v1/people/{id}/merging/searches", operation_id = "find_duplicates", tag = "people",
    params(("id" = i64, Path)), request_body = NewSearch, responses(
    (status = 200, body = Duplicates),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
    (status = 429, body = ProblemBody, description = "too_many_requests: of what is typed, 30 at once, then one in two minutes"),
))]
async fn find_duplicates(
    State(state): State<PeopleState>,
    Within { admin, row: person, .. }: Within<Person>,
    Checked(NewSearch { q }): Checked<NewSearch>,
) -> Result<Json<Duplicates>, Problem> {
    let PeopleState { guard, sealer, lanes, corrections, .. } = &state;
    let now = guard.clock.now();
    let typed = q.as_deref().map(str::trim);
    let is_wrong =
        |typed: &str| !(2..=50).contains(&typed.chars().count()) || typed.chars().any(char::is_control);
    if typed.is_some_and(is_wrong) {
        return Err(Problem::field("q", "it is 2 to 50 characters on one line"));
    }
    let above = admin.account.unit.id;
    let mut turn = lanes.turn(admin.account.id, Reads::Search).await?;
    // A number that is typed tells whether somebody has it.
    if typed.is_some() {
        corrections.admit(admin.account.id, now)?;
    }
    let found = async {
        let asked = typed.unwrap_or(&person.name);
        let ids = list::alike(&mut turn, sealer, person.id, asked, above).await?;
        let mut people = of_unit::people(&mut turn, &ids).await?;
        people.sort_by_key(|person| ids.iter().position(|id| *id == person.id.0));
        Ok::<_, sqlx::Error>(people)
    };
    let people = found.await.map_err(|error| Reads::Search.unread::<Error>(error))?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let detail = json!({ "found": ids, "typed": typed.is_some() });
    let (action, noun, noun_id) = ("look_up_duplicates", "person", person.id.0);
    let entry = Entry { action, noun, noun_id, detail };
    audit::record(&mut turn, &admin.account, now, entry).await.map_err(Error::from)?;
    let items = people.into_iter().map(|person| PersonBody::of(person, sealer, day_of(now)));
    Ok(Json(Duplicates { items: items.collect::<Result<_, _>>()? }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Into {
    /// Who would stay.
    into: PersonId,
}

/// What merging a person into another would do.
#[utoipa::path(get, path = "/api/v1/people/{id}/merging", tag = "people", params(("id" = i64, Path), Into), responses(
    (status = 200, body = Effects),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "person_not_merged_into, person_is_merged"),
))]
async fn person_merge_effects(
    State(state): State<PeopleState>,
    Within { admin, row: person, .. }: Within<Person>,
    Reject(Query(Into { into })): Reject<Query<Into>>,
) -> Result<Json<Effects>, Problem> {
    let mut turn = state.lanes.turn(admin.account.id, Reads::List).await?;
    let today = day_of(state.guard.clock.now());
    let above = admin.account.unit.id;
    Ok(Json(effects::of(&mut turn, &state.sealer, person, into, above, today).await?))
}

type Answered = Result<Versioned<Json<PersonBody>>, Problem>;

fn done((outcome, ended): Done, state: &PeopleState) -> Answered {
    for session in ended {
        state.guard.sessions.session_changed(session);
    }
    answer(outcome, state)
}

/// Merge a person into another, both as they were seen: `GET` tells beforehand what that does. Records keep their person and are the other's
/// as well from then on; logins of the merged row end, and its document number is void: no person is registered with it anew.
#[utoipa::path(post, path = "/api/v1/people/{id}/merging", tag = "people", params(("id" = i64, Path), Seen),
    request_body = NewMerge, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "person_not_merged_into, person_is_merged, merge_waits"),
))]
async fn merge_person(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(new): Checked<NewMerge>,
) -> Answered {
    let PeopleState { guard, pool, sealer, .. } = &state;
    let acting = Acting { pool, guard, sealer, by: &admin.account };
    done(act::merge(acting, row.id, &seen, new.read()?).await?, &state)
}

/// Undo the merge of a person, as long as nothing was built on it. Logins that have ended stay so.
#[utoipa::path(post, path = "/api/v1/people/{id}/merging/undoing", operation_id = "undo_person_merge", tag = "people",
    params(("id" = i64, Path), Seen), request_body = Undoing, responses(
    (status = 200, body = PersonBody, headers(("ETag" = String, description = "The new version, for `If-Match`."))),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
    (status = 409, body = ProblemBody, description = "merge_over, merge_built_on"),
))]
async fn undo_person_merge(
    State(state): State<PeopleState>,
    Within { admin, row, .. }: Within<Person>,
    Seen(seen): Seen,
    Checked(Undoing { reason }): Checked<Undoing>,
) -> Answered {
    let PeopleState { guard, pool, sealer, .. } = &state;
    let acting = Acting { pool, guard, sealer, by: &admin.account };
    done(act::undo(acting, row.id, &seen, Reason::read(&reason)?).await?, &state)
}

/// The merges that somebody was part of.
#[derive(Serialize, ToSchema)]
#[schema(as = MergesOfPerson)]
struct OfPerson {
    /// The newest first, 50 at most.
    items: Vec<MergeBody>,
}

/// Who was merged into a person, and into whom they were merged.
#[utoipa::path(get, path = "/api/v1/people/{id}/merges", tag = "people", params(("id" = i64, Path)), responses(
    (status = 200, body = OfPerson),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 404, body = ProblemBody, description = "not_found"),
))]
async fn merges_of_person(
    State(state): State<PeopleState>,
    Within { row, .. }: Within<Person>,
) -> Result<Json<OfPerson>, Problem> {
    let mut connection = state.pool.acquire().await.map_err(Error::from)?;
    Ok(Json(OfPerson { items: list::of_person(&mut connection, &state.sealer, row.id).await? }))
}
