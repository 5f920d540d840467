//! The people of one unit: by part of a name, pinyin or initials, by department and state.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query};
use utoipa::IntoParams;

use super::person::Person;
use super::sql;
use crate::people::State;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::db::{self, Readable};
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::search::Search;

/// Which people are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeopleQuery {
    /// Part of the name, of its pinyin or of its initials. Numbers are never part of an address.
    #[param(max_length = 50)]
    pub q: Option<String>,
    /// Only those of this department and of those in it.
    pub department: Option<UnitId>,
    /// Only those who are in this state today.
    pub state: Option<State>,
}

/// Where a person stands in the list: the name as it is read, and the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keyset(pub String, pub i64);

impl list::Filter for PeopleQuery {
    type Keyset = Keyset;
}

pub(super) type Found = (Readable<Person>, Option<list::Cursor<Keyset>>, Count);

/// A page of the people of this unit, in the order of how their names are read, and how many all pages hold.
pub(super) async fn page(
    connection: &mut PgConnection,
    unit: UnitId,
    list: &List<PeopleQuery>,
    search: Option<&Search>,
    today: Date,
) -> sqlx::Result<Found> {
    let row = query!(
        r#"with found as materialized (
               select id, coalesce(pinyin, '') collate "C" as reading from people
               where unit_id = $1 and merged_into is null
                   and ($2::bigint is null or department_id in (select unit_and_below($2)))
                   and ($3::text is null or $3 = person_state_on(id, states_dated, people.state, $10))
                   and ($4::text is null or person_is_called(name, pinyin, initials, $4, $5))
           ),
           page as (
               select id, reading from found
               where $6::text is null or (reading, id) > ($6, $7::bigint) order by reading, id limit $8
           )
           select array(select id from page order by reading, id) as "ids!",
               array(select reading from page order by reading, id) as "readings!",
               (select count(*) from (select from found limit $9::bigint + 1) counted) as "in_all!""#,
        unit.0,
        list.filter.department.map(|department| department.0),
        list.filter.state.map(State::word),
        search.map(Search::text),
        search.and_then(Search::letters),
        list.after.as_ref().map(|Keyset(reading, _)| reading),
        list.after.as_ref().map(|Keyset(_, id)| id),
        list.rows(),
        COUNTED,
        today.to_sqlx() as _,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let places = row.ids.into_iter().zip(row.readings).collect();
    let list::Page { rows, next } =
        list.page(places, |(id, reading): &(i64, String)| Keyset(reading.clone(), *id));
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut people = sql::each(connection, &ids).await?;
    people.sort_by_key(|(PersonId(one), _)| ids.iter().position(|id| id == one));
    Ok((db::readable(people.into_iter().map(|(_, person)| person)), next, row.in_all.into()))
}
