//! The claims of numbers of the admin's people and of those below: those that wait, the longest wait first, all others the newest first.

use serde::Deserialize;
use sqlx::{PgConnection, query};
use utoipa::IntoParams;

use super::sql::{Claim, read_each};
use zaichang_core::ids::UnitId;
use zaichang_platform::db::{self, Readable};
use zaichang_platform::list::{self, COUNTED, Count, Cursor, List};
use zaichang_platform::review::Word;
use zaichang_platform::search::Search;

/// Which claims are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ClaimQuery {
    /// Only those in this state; `submitted` are those that wait.
    pub state: Option<Word>,
    /// Part of the name of the person whose number it is, of its pinyin or of its initials.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// The step by which it was submitted; below zero where the newest come first.
impl list::Filter for ClaimQuery {
    type Keyset = i64;
}

/// A page of them, and how many all pages hold. What was taken back is left out.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<ClaimQuery>,
    search: Option<&Search>,
) -> sqlx::Result<(Readable<Claim>, Option<Cursor<i64>>, Count)> {
    let row = query!(
        r#"with newest as (
               select distinct on (noun_id) noun_id as id, reviews.state, submission
               from reviews
               join number_claims on number_claims.id = noun_id
               join people on people.id = number_claims.person_id
               where noun = 'number_claim' and people.unit_id in (select unit_and_below($1))
                   and ($6::text is null or person_is_called(people.name, people.pinyin, people.initials, $6, $7))
               order by noun_id, reviews.id desc
           ),
           found as materialized (
               select id, case when $2::text = 'submitted' then coalesce(submission, 0) else -coalesce(submission, 0) end as place
               from newest where state <> 'draft' and ($2::text is null or state = $2)
           ),
           page as (select id, place from found where $3::bigint is null or place > $3 order by place limit $4)
           select array(select id from page order by place) as "ids!",
               array(select place from page order by place) as "places!",
               (select count(*) from (select from found limit $5::bigint + 1) counted) as "in_all!""#,
        above.0,
        list.filter.state.map(Word::word),
        list.after,
        list.rows(),
        COUNTED,
        search.map(Search::text),
        search.and_then(Search::letters),
    );
    let row = row.fetch_one(&mut *connection).await?;
    let places = row.ids.into_iter().zip(row.places).collect();
    let list::Page { rows, next } = list.page(places, |(_, place): &(i64, i64)| *place);
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut claims = read_each(connection, &ids).await?;
    claims.sort_by_key(|(one, _)| ids.iter().position(|id| *id == one.0));
    Ok((db::readable(claims.into_iter().map(|(_, row)| row)), next, row.in_all.into()))
}
