//! Which courses a unit and what lies below it hold on a day: a page of them, and how many there are.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use serde::Deserialize;
use sqlx::{PgConnection, query};
use utoipa::IntoParams;

use zaichang_core::ids::{CourseId, UnitId};
use zaichang_platform::http::Problem;
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::search::Search;

/// Where a course lies in the list: its project's number, and its id.
pub(super) type Keyset = (String, CourseId);

/// What is chosen of a day; in the order of the projects' numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DayQuery {
    /// The day in Asia/Shanghai; today unless said.
    #[param(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Words that stand, each somewhere, in title, lecturer or place of the course, or number, name or venue of its project; 5 at
    /// most.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

impl list::Filter for DayQuery {
    type Keyset = Keyset;
}

impl DayQuery {
    /// The words that are searched for.
    pub fn words(&self) -> Result<Vec<String>, Problem> {
        Search::words(Search::of(self.q.as_deref())?.as_ref())
    }
}

/// Courses of a page, with how many all pages hold.
pub(super) type Page = (list::Page<Keyset, Keyset>, Count);

/// The courses of a unit and what lies below it whose period holds the day.
///
/// An authority's are found by the day and then by walking up from the units that hold something: a few hundred of its tens
/// of thousands. All others are found by the unit: polled every few seconds, they do not read the whole nation's day.
pub(super) async fn page(
    connection: &mut PgConnection,
    unit: UnitId,
    on: Date,
    words: &[String],
    list: &List<DayQuery>,
) -> sqlx::Result<Page> {
    let (number, id) = list.after.as_ref().map(|(number, id)| (number, id.0)).unzip();
    let row = query!(
        r#"with recursive
           authority as (select kind in ('province', 'city', 'county') as is_one from units where id = $1),
           held as (
               select project_id, unit_id from periods join projects on projects.id = project_id
               where (select is_one from authority) and daterange(first_day, last_day, '[]') @> $2::date
           ),
           above (unit, reached) as (
               select distinct unit_id, unit_id from held
               union all
               select unit, parent_id from above join units on units.id = reached where reached <> $1 and parent_id is not null
           ),
           chosen (project_id) as (
               select project_id from held where unit_id in (select unit from above where reached = $1)
               union all
               select project_id from projects join periods on project_id = projects.id
               where not (select is_one from authority) and unit_id in (select unit_and_below($1))
                 and $2::date between first_day and last_day
           ),
           found as materialized (
               select courses.id, number
               from chosen
               join courses using (project_id)
               join projects on projects.id = project_id
               join catalogue_entries on catalogue_entries.id = catalogue_entry_id
               where lower(concat_ws(e'\n', title, lecturer, place, number, catalogue_entries.name, venue)) like all (array(select lower(word) from unnest($3::text[]) word))
           ),
           page as (
               select number, id from found where $4::text is null or (number, id) > ($4, $5::bigint)
               order by number, id limit $6
           )
           select array(select id from page order by number, id) as "ids!",
               array(select number from page order by number, id) as "numbers!",
               (select count(*) from (select from found limit $7::bigint + 1) counted) as "in_all!""#,
        unit.0,
        on.to_sqlx() as _,
        &Search::patterns(words),
        number,
        id,
        list.rows(),
        COUNTED,
    )
    .fetch_one(connection)
    .await?;
    let places = row.numbers.into_iter().zip(row.ids.into_iter().map(CourseId)).collect();
    Ok((list.page(places, Clone::clone), row.in_all.into()))
}
