//! Which changes of state an admin sees: of their unit's people and of those below it; those that wait, the longest wait first, all
//! others the newest first.

use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query};
use utoipa::IntoParams;

use super::judging::{self, Changing};
use super::sql;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::authority::{Act, rights_for};
use zaichang_platform::db::{self, Readable};
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::review::Word;
use zaichang_platform::search::Search;

/// Which changes are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangeQuery {
    /// Only those in this state; `submitted` are those that wait.
    pub state: Option<Word>,
    /// Part of the person's name, of its pinyin or of its initials.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

impl ChangeQuery {
    /// Whether every change that there ever was is looked at.
    pub const fn looks_at_all(&self) -> bool {
        !matches!(self.state, Some(Word::Submitted | Word::Returned))
    }
}

/// The step by which it was submitted; below zero where the newest come first.
impl list::Filter for ChangeQuery {
    type Keyset = i64;
}

pub(super) type Found = (Readable<Changing>, Option<list::Cursor<i64>>, Count);

/// A page of them, the newest change of each person, and how many all pages hold. What was taken back is left out.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<ChangeQuery>,
    search: Option<&Search>,
) -> sqlx::Result<Found> {
    let row = query!(
        r#"with newest as (
               -- An open one is the newest of its person: those that wait and those that were returned are found by their indexes.
               select noun_id, reviews.state, submission from reviews join people on people.id = noun_id
               where $2::text = 'submitted' and noun = 'person_state' and reviews.state = 'submitted'
                   and people.unit_id in (select unit_and_below($1))
               union all
               select noun_id, reviews.state, submission from reviews join people on people.id = noun_id
               where $2 = 'returned' and noun = 'person_state' and reviews.state in ('draft', 'submitted', 'returned')
                   and people.unit_id in (select unit_and_below($1))
               union all
               select * from (
                   select distinct on (noun_id) noun_id, reviews.state, submission
                   from reviews join people on people.id = noun_id
                   where coalesce($2, '') not in ('submitted', 'returned') and noun = 'person_state'
                       and people.unit_id in (select unit_and_below($1))
                   order by noun_id, reviews.id desc
               ) of_each_person
           ),
           found as materialized (
               select people.id, case when $2::text = 'submitted' then coalesce(submission, 0) else -coalesce(submission, 0) end as place
               from newest join people on people.id = noun_id
               where newest.state <> 'draft' and ($2::text is null or newest.state = $2)
                   and ($3::text is null or person_is_called(name, pinyin, initials, $3, $4))
           ),
           page as (select id, place from found where $5::bigint is null or place > $5 order by place limit $6)
           select array(select id from page order by place) as "ids!",
               array(select place from page order by place) as "places!",
               (select count(*) from (select from found limit $7::bigint + 1) counted) as "in_all!""#,
        above.0,
        list.filter.state.map(Word::word),
        search.map(Search::text),
        search.and_then(Search::letters),
        list.after,
        list.rows(),
        COUNTED,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let places = row.ids.into_iter().zip(row.places).collect();
    let list::Page { rows, next } = list.page(places, |(_, place): &(i64, i64)| *place);
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut changes = judging::each(connection, &ids).await?;
    changes.sort_by_key(|(PersonId(one), _)| ids.iter().position(|id| id == one));
    Ok((db::readable(changes.into_iter().map(|(_, row)| row)), next, row.in_all.into()))
}

/// Whether some wait for the verdict of this authority, the nearest that may give it.
pub(in crate::people) async fn some_wait_for(pool: &PgPool, authority: UnitId) -> sqlx::Result<bool> {
    let rights: Vec<_> =
        rights_for(Act::JudgePersonState).iter().map(|right| right.word().to_owned()).collect();
    sql::some_wait_for(pool, authority.0, &rights).await
}
