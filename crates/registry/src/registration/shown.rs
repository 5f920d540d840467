//! What an applicant is told beside what they have entered: whose turn it is, which authority that is, and where the unit lies that
//! they propose. It must not change anything.

use serde::Serialize;
use sqlx::{PgConnection, query};
use utoipa::ToSchema;

use super::Error;
use super::claims::{self, Proposal as Claimed};
use super::proposed::ProposedUnit;
use super::sql::Registration;
use crate::units::Category;
use zaichang_platform::review::{Review, State};

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
    /// None: the authority has decided about the proposed unit, and the registration goes on by itself in a moment.
    OnItsWay,
}

/// What stands beside a registration.
pub(super) struct Shown {
    /// Names of the proposed unit's division, the province first.
    pub place: String,
    pub authority: Option<String>,
    unit_has_admin: bool,
    /// Whether the proposal that it waits for has been decided.
    is_decided: bool,
    /// Whether who sent it back last acts for an authority.
    judged_by_authority: bool,
    /// Of a number that is taken, where one was handed in.
    pub claim: Option<Review<Claimed>>,
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
            State::Submitted { .. } if registration.unit.is_none() && shown.is_decided => {
                Some(Self::OnItsWay)
            }
            State::Submitted { .. } if registration.unit.is_none() => Some(Self::Authority),
            State::Submitted { .. } if shown.unit_has_admin => Some(Self::Unit),
            State::Submitted { .. } => Some(Self::UnitWithoutAdmin),
            _ => None,
        }
    }

    /// Who gave the reason by which it was sent back.
    pub const fn reason_of(shown: &Shown) -> Self {
        if shown.judged_by_authority { Self::Authority } else { Self::Unit }
    }
}

/// What stands beside this registration now.
pub(super) async fn beside(
    connection: &mut PgConnection,
    registration: &Registration,
) -> Result<Shown, Error> {
    let unit = registration.unit.as_ref().map(|unit| unit.id.0);
    let division = registration.proposed.as_ref().map(|unit| unit.division.as_str());
    // Of one that was withdrawn another authority may be the next to be asked.
    let waits = matches!(registration.state(), State::Submitted { .. });
    let proposal = registration.proposal_id.filter(|_| waits).map(|proposal| proposal.0);
    let row = query!(
        r#"with recursive way as (
               select name, parent, 0 as up from divisions where code = $2
               union all
               select divisions.name, divisions.parent, up + 1 from way join divisions on divisions.code = way.parent
           )
           select (select coalesce(string_agg(name, ' ' order by up desc), '') from way) as "place!",
               (select coalesce(authority, name) from units where id = coalesce(
                   -- Who makes an admin of a unit is a full one.
                   (select above.id from units above
                    where above.id in (select unit_and_above($1)) and above.kind in ('province', 'city', 'county')
                        and exists (
                            select from accounts where unit_id = above.id and disabled_at is null and rights is null
                        )
                    order by length(above.path) desc limit 1),
                   (select authority_of_proposal(division, handed_to) from unit_proposals where id = $3),
                   authority_of_division($2)
               )) as authority,
               has_admin_for($1, 'people') as "unit_has_admin!",
               exists (select from unit_proposals where id = $3 and decided_at is not null) as "is_decided!",
               coalesce((
                   select accounts.role in ('authority_admin', 'limited_authority_admin')
                   from reviews join review_steps on review_id = reviews.id join accounts on accounts.id = account_id
                   where noun = 'registration' and noun_id = $4 and step in ('return', 'reject')
                   order by review_steps.id desc limit 1
               ), false) as "judged_by_authority!""#,
        unit,
        division,
        proposal,
        registration.id.0,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let claim = claims::mine(connection, registration.id).await?;
    Ok(Shown {
        claim,
        place: row.place,
        authority: row.authority,
        unit_has_admin: row.unit_has_admin,
        is_decided: row.is_decided,
        judged_by_authority: row.judged_by_authority,
    })
}
