//! What an applicant is told beside what they have entered: whose turn it is, which authority that is, and where the unit lies that
//! they propose. It must not change anything.

use serde::Serialize;
use sqlx::{PgPool, query};
use utoipa::ToSchema;

use super::Error;
use super::proposed::ProposedUnit;
use super::sql::Registration;
use crate::units::Category;
use zaichang_platform::review::State;

/// Who is to act, or has acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RegistrationTurn)]
pub(super) enum Whose {
    /// The authority: it is to say which unit the proposed one is.
    Authority,
    /// The authority: it is to make an admin of the unit, which has none.
    UnitWithoutAdmin,
    /// The unit: it reviews.
    Unit,
}

/// What stands beside a registration.
pub(super) struct Shown {
    /// Names of the proposed unit's division, the province first.
    pub place: String,
    pub authority: Option<String>,
    unit_has_admin: bool,
}

/// A unit that was proposed.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposedUnit)]
pub(super) struct ShownUnit {
    name: String,
    /// The division's code.
    #[schema(example = "430104")]
    division: String,
    /// The division and what it lies in.
    #[schema(example = "湖南省 长沙市 岳麓区")]
    place: String,
    category: Category,
    address: Option<String>,
}

impl ShownUnit {
    pub fn of(unit: ProposedUnit, place: String) -> Self {
        let ProposedUnit { name, division, category, address } = unit;
        Self { name, division, place, category, address }
    }
}

impl Whose {
    /// Whose turn it is; none of what is not submitted.
    pub fn turn(registration: &Registration, shown: &Shown) -> Option<Self> {
        match registration.state() {
            State::Submitted { .. } if registration.unit.is_none() => Some(Self::Authority),
            State::Submitted { .. } if shown.unit_has_admin => Some(Self::Unit),
            State::Submitted { .. } => Some(Self::UnitWithoutAdmin),
            _ => None,
        }
    }

    /// Who gave the reason by which it was sent back: of a proposal its authority, until it is submitted again.
    pub const fn reason_of(registration: &Registration) -> Self {
        if registration.proposal_id.is_some() { Self::Authority } else { Self::Unit }
    }
}

/// What stands beside this registration now.
pub(super) async fn beside(pool: &PgPool, registration: &Registration) -> Result<Shown, Error> {
    let unit = registration.unit.as_ref().map(|unit| unit.id.0);
    let division = registration.proposed.as_ref().map(|unit| unit.division.as_str());
    if unit.is_none() && division.is_none() {
        return Ok(Shown { place: String::new(), authority: None, unit_has_admin: false });
    }
    let row = query!(
        r#"with recursive way as (
               select name, parent, 0 as up from divisions where code = $2
               union all
               select divisions.name, divisions.parent, up + 1 from way join divisions on divisions.code = way.parent
           )
           select (select coalesce(string_agg(name, ' ' order by up desc), '') from way) as "place!",
               (select coalesce(authority, name) from units where id = coalesce(
                   (select above.id from units above
                    where above.id in (select unit_and_above($1)) and above.kind in ('province', 'city', 'county')
                        and exists (select from accounts where unit_id = above.id and disabled_at is null)
                    order by length(above.path) desc limit 1),
                   authority_of_division($2)
               )) as authority,
               exists (
                   select from accounts where unit_id = $1 and disabled_at is null and (rights is null or 'people' = any(rights))
               ) as "unit_has_admin!""#,
        unit,
        division,
    );
    let row = row.fetch_one(pool).await?;
    Ok(Shown { place: row.place, authority: row.authority, unit_has_admin: row.unit_has_admin })
}
