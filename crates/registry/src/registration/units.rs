//! The units that an applicant chooses from: divisions one below the other, units of a division by any part of their name or its
//! pinyin, and a unit's departments; and those that an admin corrects a registration with, who sees their own unit's alone.
//! Names are told and nothing else.

use serde::{Deserialize, Serialize};
use sqlx::query;
use utoipa::{IntoParams, ToSchema};

use zaichang_core::ids::UnitId;
use zaichang_platform::http::Problem;
use zaichang_platform::list::{Lanes, Reader, Reads};
use zaichang_platform::search::Search;

/// Rows of one answer; a division has fewer children, and of units one types more of the name.
const MOST: i64 = 100;

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
    /// Part of the name, of its pinyin or of its initials. Units are not listed without `q` or `under`.
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
        let kinds: Vec<String> = match self.kind {
            Sought::Division => ["province", "city", "county"].map(str::to_owned).to_vec(),
            Sought::Unit => vec!["unit".to_owned()],
            Sought::Department => vec!["department".to_owned()],
        };
        let rows = query!(
            r#"select id as "id!", name as "name!", case when kind in ('province', 'city', 'county') then division end as division,
                   (select coalesce(string_agg(above.name, ' ' order by length(above.path)), '')
                    from units above
                    where above.id in (select unit_and_above(found.id)) and above.id <> found.id
                        and (not $6 or length(above.path) > length((select path from units where id = $3)))) as "place!"
               from units found
               where kind = any($1) and closed_at is null
                   and case when $2 then parent_id is not distinct from $3
                       else $3::bigint is null or id in (select units_in($3)) end
                   and ($4::text is null or id in (select units_called($4, $5)))
                   and ($8::bigint is null or id in (select unit_and_below($8)))
               order by
                   -- As their unit orders its departments, each after the one that it lies in.
                   case when $6 then
                       (select array_agg(row(above.position, above.id) order by length(above.path)) from units above
                        where above.id in (select unit_and_above(found.id)) and above.kind = 'department')
                   end,
                   name, id
               limit $7"#,
            &kinds,
            self.kind == Sought::Division,
            self.under.map(|under| under.0),
            search.as_ref().map(Search::text),
            search.as_ref().and_then(Search::letters),
            self.kind == Sought::Department,
            MOST + 1,
            within.map(|within| within.0),
        );
        let mut turn = lanes.turn(reader, Reads::Form).await?;
        let rows = rows.fetch_all(&mut *turn).await;
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
