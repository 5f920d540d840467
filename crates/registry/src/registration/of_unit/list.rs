//! Who has registered with the admin's unit and below it: those that wait, the longest wait first, or all, the newest first.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::query;
use utoipa::{IntoParams, ToSchema};

use super::RegistrationBody;
use crate::registration::Error;
use crate::registration::module::RegistrationState;
use crate::registration::sql::{Registration, read_each};
use zaichang_core::ids::RegistrationId;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::Permitted;
use zaichang_platform::http::Problem;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::list::{self, COUNTED, Count, Cursor, Lanes, List, Page, Paging, Reads};
use zaichang_platform::review::Word;
use zaichang_platform::search::Search;

/// Which registrations are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RegistrationQuery {
    /// Only those in this state; `submitted` are those that wait.
    state: Option<Word>,
    /// Words that stand, each somewhere, in unit, department or specialty; 5 at most. Numbers are never part of an
    /// address.
    #[param(max_length = 50)]
    q: Option<String>,
}

/// How long it has waited, or how old it is.
impl list::Filter for RegistrationQuery {
    type Keyset = i64;
}

/// A page of registrations.
#[derive(Serialize, ToSchema)]
pub(super) struct Registrations {
    server_now: Timestamp,
    items: Vec<RegistrationBody>,
    /// How many registrations all pages hold: exact up to 10,000; 10,001 stands for more.
    #[schema(value_type = i64, minimum = 0, maximum = 10_001)]
    in_all: Count,
    /// Rows of this page that cannot be read or opened here: they are left out, and named in the log.
    #[schema(minimum = 0)]
    unreadable: usize,
    /// Hand it in as `after`; null on the last page.
    #[schema(value_type = Option<String>)]
    next: Option<Cursor<i64>>,
}

type Each = Vec<(RegistrationId, sqlx::Result<Registration>)>;

async fn page(
    lanes: &Lanes,
    by: &Account,
    list: &List<RegistrationQuery>,
) -> Result<(Each, Option<Cursor<i64>>, Count), Problem> {
    let words = Search::words(Search::of(list.filter.q.as_deref())?.as_ref())?;
    let row = query!(
        r#"with newest as (
               select distinct on (noun_id) noun_id as id, reviews.state, submission
               from reviews join registrations on registrations.id = noun_id
               where noun = 'registration' and registrations.unit_id in (select unit_and_below($1))
               order by noun_id, reviews.id desc
           ),
           found as materialized (
               select registrations.id,
                   case when $2::text = 'submitted' then coalesce(submission, 0) else -registrations.id end as place
               from newest
               join registrations using (id)
               join units on units.id = unit_id
               left join units departments on departments.id = department_id
               where newest.state <> 'draft' and ($2::text is null or newest.state = $2)
                   and lower(concat_ws(e'\n', units.name, departments.name, specialty)) like all (array(select lower(word) from unnest($3::text[]) word))
           ),
           page as (select id, place from found where $4::bigint is null or place > $4 order by place limit $5)
           select array(select id from page order by place) as "ids!",
               array(select place from page order by place) as "places!",
               (select count(*) from (select from found limit $6::bigint + 1) counted) as "in_all!""#,
        by.unit.id.0,
        list.filter.state.map(Word::word),
        &Search::patterns(&words),
        list.after,
        list.rows(),
        COUNTED,
    );
    let reads = Reads::search_if(!words.is_empty());
    let mut turn = lanes.turn(by.id, reads).await?;
    let row = row.fetch_one(&mut *turn).await.map_err(|error| reads.unread::<Error>(error))?;
    let places = row.ids.into_iter().zip(row.places).collect();
    let Page { rows, next } = list.page(places, |(_, place)| *place);
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut registrations = read_each(&mut turn, &ids).await.map_err(Error::from)?;
    registrations.sort_by_key(|(one, _)| ids.iter().position(|id| *id == one.0));
    Ok((registrations, next, row.in_all.into()))
}

/// The registrations of the admin's unit and below that were submitted, the newest first; those that wait, the longest wait first.
#[utoipa::path(get, path = "/api/v1/registrations", tag = "registrations", params(RegistrationQuery, Paging), responses(
    (status = 200, body = Registrations),
    (status = 400, body = ProblemBody, description = "bad_request, too_many_words"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 422, body = ProblemBody, description = "search_too_slow"),
))]
pub(super) async fn registrations(
    State(state): State<RegistrationState>,
    Permitted { admin, .. }: Permitted,
    list: List<RegistrationQuery>,
) -> Result<Json<Registrations>, Problem> {
    let (rows, next, in_all) = page(&state.lanes, &admin.account, &list).await?;
    let (items, unreadable) = RegistrationBody::each(rows, &state.sealer);
    Ok(Json(Registrations { server_now: state.guard.clock.now(), items, in_all, unreadable, next }))
}
