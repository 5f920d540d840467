//! The units that an applicant chooses from: divisions one below the other, units of a division by any part of their name or its
//! pinyin, and a unit's departments; and those that an admin corrects a registration with, who sees their own unit's alone.
//! Names are told and nothing else.

use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query_as};
use utoipa::{IntoParams, ToSchema};

use zaichang_core::ids::UnitId;
use zaichang_platform::http::Problem;
use zaichang_platform::list::{Lanes, Reader, Reads};
use zaichang_platform::search::Search;

/// Rows of one answer; a division has fewer children, and of units one types more of the name.
const MOST: i64 = 100;
/// Units of the whole country of which those rows are the first.
const MOST_CALLED: i64 = 2_000;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RegistrationUnitKind)]
pub(super) enum Sought {
    /// The provinces, or what is next below a province or a city.
    Division,
    /// Units at any depth below a division, or everywhere.
    Unit,
    /// Departments at any depth below a unit.
    Department,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UnitQuery {
    #[param(inline)]
    pub kind: Sought,
    /// What they lie below.
    pub under: Option<UnitId>,
    /// Part of the name, of its pinyin or of its initials. Units are not listed without `q` or `under`, departments not without
    /// `under`; of what thousands are called by, some are listed.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// A unit, a division or a department that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationUnit)]
pub(super) struct UnitChoice {
    pub id: UnitId,
    pub name: String,
    /// What it lies in, from the province down.
    #[schema(example = "湖南省 长沙市 岳麓区")]
    pub place: String,
    /// Of a division: its code, by which a unit in it is proposed.
    #[schema(example = "430104")]
    pub division: Option<String>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrationUnits)]
pub(super) struct UnitChoices {
    pub items: Vec<UnitChoice>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A query of those of `lying` that are called so, or were: whose name holds $2 or whose reading holds $3. The first of them in an order,
/// one more than are listed ($1); each with what it lies in, of which `$shown` says what is told. Its own arguments are $4 and on.
macro_rules! choices {
    ($lying:tt, $shown:tt, $order:tt, $search:expr $(, $more:expr)* $(,)?) => {
        query_as!(
            Row,
            "with " + $lying + r#", chosen as (
                   select * from lying
                   where $2::text is null or unit_is_called(name, pinyin, initials, $2, $3) or exists (
                       select from unit_names other
                       where unit_id = lying.id and unit_is_called(other.name, other.pinyin, other.initials, $2, $3)
                   )
               )
               select id as "id!", name as "name!", case when kind in ('province', 'city', 'county') then division end as division,
                   (select coalesce(string_agg(above.name, ' ' order by length(above.path)), '') from units above
                    where above.id in (select unit_and_above(chosen.id)) and above.id <> chosen.id and "# + $shown + r#") as "place!"
               from chosen order by "# + $order + " limit $1",
            MOST + 1,
            $search.map(Search::text),
            $search.and_then(Search::letters),
            $($more,)*
        )
    };
}

struct Row {
    id: i64,
    name: String,
    division: Option<String>,
    place: String,
}

impl UnitQuery {
    /// `within`: nothing but what lies at or below this unit.
    pub async fn find(
        &self,
        lanes: &Lanes,
        reader: Reader,
        within: Option<UnitId>,
    ) -> Result<UnitChoices, Problem> {
        let search = Search::of(self.q.as_deref())?;
        if self.kind == Sought::Unit && search.is_none() && self.under.is_none() && within.is_none() {
            return Ok(UnitChoices { items: Vec::new(), more: false });
        }
        let (under, within) = (self.under.map(|under| under.0), within.map(|within| within.0));
        let mut turn = lanes.turn(reader, Reads::Form).await?;
        let rows = match self.kind {
            Sought::Division => divisions(&mut turn, search.as_ref(), under, within).await,
            Sought::Unit if under.is_none() && within.is_none() => {
                everywhere(&mut turn, search.as_ref()).await
            }
            Sought::Unit => units(&mut turn, search.as_ref(), under, within).await,
            Sought::Department => departments(&mut turn, search.as_ref(), under, within).await,
        };
        drop(turn);
        let mut rows = rows.map_err(|error| Reads::Form.unread::<super::Error>(error))?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let items = rows.into_iter();
        let items = items.map(|row| UnitChoice {
            id: UnitId(row.id),
            name: row.name,
            place: row.place,
            division: row.division,
        });
        Ok(UnitChoices { items: items.collect(), more })
    }
}

/// The provinces, or what is next below a unit.
async fn divisions(
    connection: &mut PgConnection,
    search: Option<&Search>,
    under: Option<i64>,
    within: Option<i64>,
) -> sqlx::Result<Vec<Row>> {
    let rows = choices!(
        "lying as (
             select * from units
             where (parent_id = $4 or $4::bigint is null and parent_id is null) and kind in ('province', 'city', 'county')
                 and ($5::bigint is null or id in (select unit_and_below($5)))
         )",
        "true",
        "name, id",
        search,
        under,
        within,
    );
    rows.fetch_all(connection).await
}

/// Units of the whole country that are called so. Of a word that thousands are called by, some of them: a user who looks for one types on.
async fn everywhere(connection: &mut PgConnection, search: Option<&Search>) -> sqlx::Result<Vec<Row>> {
    let rows = choices!(
        "called as materialized (
             select units.id from (
                 select id from units where bigrams(name) @> bigrams_to_find($2) and strpos(lower(name), lower($2)) > 0
                 union all
                 select id from units where $3::text is not null and (strpos(pinyin, $3) > 0 or strpos(initials, $3) > 0)
                 union all
                 select unit_id from unit_names where bigrams(name) @> bigrams_to_find($2) and strpos(lower(name), lower($2)) > 0
                 union all
                 select unit_id from unit_names where $3 is not null and (strpos(pinyin, $3) > 0 or strpos(initials, $3) > 0)
             ) found join units using (id)
             where kind = 'unit' and closed_at is null
             limit $4
         ), lying as (select * from units where id in (select id from called))",
        "true",
        "name, id",
        search,
        MOST_CALLED,
    );
    rows.fetch_all(connection).await
}

/// Units below a division or a unit, at any depth: all, or those that are called so.
async fn units(
    connection: &mut PgConnection,
    search: Option<&Search>,
    under: Option<i64>,
    within: Option<i64>,
) -> sqlx::Result<Vec<Row>> {
    let rows = choices!(
        "lying as (
             select * from units
             where id in (select units_in(coalesce($4::bigint, $5))) and kind = 'unit' and closed_at is null
                 and ($5::bigint is null or id in (select unit_and_below($5)))
         )",
        "true",
        "name, id",
        search,
        under,
        within,
    );
    rows.fetch_all(connection).await
}

/// Departments of a unit, at any depth, as the unit orders them, each after the one that it lies in.
async fn departments(
    connection: &mut PgConnection,
    search: Option<&Search>,
    under: Option<i64>,
    within: Option<i64>,
) -> sqlx::Result<Vec<Row>> {
    let rows = choices!(
        "lying as (
             select * from units
             where id in (select unit_and_below(coalesce($4::bigint, $5))) and kind = 'department' and closed_at is null
                 and ($5::bigint is null or id in (select unit_and_below($5)))
         )",
        "length(above.path) > length((select path from units where id = $4))",
        "(select array_agg(row(above.position, above.id) order by length(above.path)) from units above
          where above.id in (select unit_and_above(chosen.id)) and above.kind = 'department'), name, id",
        search,
        under,
        within,
    );
    rows.fetch_all(connection).await
}
