//! Which projects a unit and what lies below it hold: all of them, the newest first; or those that wait for a verdict, the
//! longest wait first. A page of them, and how many there are.

use serde::Deserialize;
use sqlx::{PgConnection, query};
use utoipa::IntoParams;

use super::Application;
use super::application::read_each;
use crate::project::ProjectState;
use zaichang_core::ids::UnitId;
use zaichang_platform::db::{self, Readable};
use zaichang_platform::http::Problem;
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::search::Search;

/// Which projects are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ProjectQuery {
    /// Only those that wait for a verdict, changes of approved ones too.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub waiting: bool,
    /// Only those in this state.
    pub state: Option<ProjectState>,
    /// Words that stand, each somewhere, in number, name, venue or leader of the project or in its unit's name; 5 at most.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// How long it has waited, or how old it is: its id as the newest first.
impl list::Filter for ProjectQuery {
    type Keyset = i64;
}

impl ProjectQuery {
    /// The words that are searched for.
    pub fn words(&self) -> Result<Vec<String>, Problem> {
        Search::words(Search::of(self.q.as_deref())?.as_ref())
    }
}

/// A page of them, how many all pages hold, and how many of this one cannot be read. What waits is found by what waits, and then by
/// walking up from its units; all of them by the unit. The planner cannot know how few these are: `offset 0` has each looked up by its
/// index, where it would read the whole nation's projects.
pub(super) async fn page(
    connection: &mut PgConnection,
    unit: UnitId,
    list: &List<ProjectQuery>,
    words: &[String],
) -> sqlx::Result<(list::Page<Application, i64>, Count, usize)> {
    let row = query!(
        r#"with below as materialized (
               select units.id, units.name from units above join units
                   on units.path >= above.path and units.path < left(above.path, -1) || '0'
               -- A department holds none, and there are ten of them to a unit.
               where above.id = $1 and units.kind <> 'department'
           ),
           chosen as (
               -- Of what waited before steps were kept, none is known: it has waited longest.
               select held.*, coalesce(submission, -reviews.id) as place
               from reviews cross join lateral (
                   select projects.*, units.name as unit from projects join units on units.id = unit_id
                   where projects.id = noun_id offset 0
               ) held
               where $2 and noun = 'project' and reviews.state = 'submitted' and $1 in (select unit_and_above(held.unit_id))
               union all
               select held.*, -held.id from below cross join lateral (
                   select projects.*, below.name from projects where unit_id = below.id offset 0
               ) held
               where not $2
           ),
           found as materialized (
               select id, place from chosen
               where ($3::text is null or state = $3) and (cardinality($4::text[]) = 0
                   or lower(concat_ws(
                       e'\n',
                       (select concat_ws(e'\n', number, name) from catalogue_entries where id = catalogue_entry_id),
                       venue, leader, unit
                   )) like all (array(select lower(word) from unnest($4::text[]) word)))
           ),
           page as (
               select id, place from found where $5::bigint is null or place > $5 order by place limit $6
           )
           select array(select id from page order by place) as "ids!",
               array(select place from page order by place) as "places!",
               (select count(*) from (select from found limit $7::bigint + 1) counted) as "in_all!""#,
        unit.0,
        list.filter.waiting,
        list.filter.state.map(ProjectState::word),
        &Search::patterns(words),
        list.after,
        list.rows(),
        COUNTED,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let places = row.ids.into_iter().zip(row.places).collect();
    let list::Page { rows, next } = list.page(places, |(_, place)| *place);
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let Readable { rows: mut projects, unreadable } =
        db::readable(read_each(connection, &ids).await?.into_iter().map(|(_, row)| row));
    projects.sort_by_key(|project| ids.iter().position(|id| *id == project.id.0));
    Ok((list::Page { rows: projects, next }, row.in_all.into(), unreadable))
}
