//! Proposals of units on the wire: as an authority sees them, and as it decides them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::of_the_unit;
use crate::named::Named;
use crate::registration::{HandedUp, UnitProposal};
use crate::units::{Category, NewUnit};
use zaichang_core::ids::{UnitId, UnitProposalId};
use zaichang_platform::http::{Problem, Version};
use zaichang_platform::review::{Reason, Word};

/// A unit that is missing, as people who register have proposed it.
#[derive(Serialize, ToSchema)]
#[schema(as = UnitProposal)]
pub(super) struct ProposalBody {
    id: UnitProposalId,
    /// As its `ETag`: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    /// `submitted` is one that waits, `approved` came to a unit, `rejected` to none.
    state: Word,
    name: String,
    /// The code of the division that it lies in.
    #[schema(example = "430104")]
    division: String,
    /// The division after those that it lies in, the province first.
    place: Vec<String>,
    /// What those who wait for it say that it is, most of them first; once it is decided, what most of them had said.
    categories: Vec<Category>,
    /// Where it is found, or how it is called up, as those who wait for it say, most of them first; 5 at most. Once it is decided,
    /// what most of them had said.
    #[schema(max_items = 5)]
    addresses: Vec<String>,
    /// When the first of those who wait for it has submitted.
    proposed_at: Timestamp,
    /// How many registrations wait for it; once it is decided, how many it was decided for.
    #[schema(minimum = 0)]
    registrations: i64,
    /// The authority that is to decide: the nearest to it, or the one that it was handed up to; those above may.
    authority: Option<Named>,
    /// By whom it was handed up last; null of what never was.
    handed_up: Option<HandedUpBody>,
    /// The unit that it came to.
    unit: Option<Named>,
    /// Why it was refused.
    reason: Option<String>,
}

/// That a proposal was handed up.
#[derive(Serialize, ToSchema)]
#[schema(as = UnitProposalHandedUp)]
struct HandedUpBody {
    /// The authority that has handed it up, as it calls itself.
    by: String,
    /// Why.
    reason: String,
}

impl From<UnitProposal> for ProposalBody {
    fn from(proposal: UnitProposal) -> Self {
        let state = &proposal.review.state;
        Self {
            id: proposal.id,
            version: proposal.version,
            state: state.word(),
            reason: state.reason().map(Reason::as_str).map(str::to_owned),
            name: proposal.name,
            division: proposal.division,
            place: proposal.place,
            categories: proposal.categories,
            addresses: proposal.addresses,
            proposed_at: proposal.proposed_at,
            registrations: proposal.registrations,
            authority: proposal.authority,
            handed_up: proposal.handed_up.map(|HandedUp { by, reason }| HandedUpBody { by, reason }),
            unit: proposal.became,
        }
    }
}

/// What an authority decides of a proposal.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = NewUnitProposalVerdict)]
pub(super) enum NewVerdict {
    /// It is entered as a new unit, whose name may be another than the proposed one.
    Enter { unit: NewUnit },
    /// It is this unit, which is called as proposed besides from now on.
    Known { unit_id: UnitId },
    /// It is for an authority above: the nearest that may act decides it from now on.
    HandUp {
        /// Why, 2 to 200 characters: that authority reads it.
        #[schema(min_length = 2, max_length = 200, example = "该单位为市直医院")]
        reason: String,
    },
    /// There is none: the registrations go back to their applicants.
    Refuse {
        /// Why, 2 to 200 characters: the applicants read it.
        #[schema(min_length = 2, max_length = 200, example = "该机构已注销，请选择现所在单位")]
        reason: String,
    },
}

/// The same, read.
pub(super) enum ProposalVerdict {
    Enter(Box<crate::units::NewInstitution>),
    Known(UnitId),
    HandUp(Reason),
    Refuse(Reason),
}

impl NewVerdict {
    pub fn read(self) -> Result<ProposalVerdict, Problem> {
        Ok(match self {
            Self::Enter { unit } => ProposalVerdict::Enter(Box::new(unit.read().map_err(of_the_unit)?)),
            Self::Known { unit_id } => ProposalVerdict::Known(unit_id),
            Self::HandUp { reason } => ProposalVerdict::HandUp(Reason::read(&reason)?),
            Self::Refuse { reason } => ProposalVerdict::Refuse(Reason::read(&reason)?),
        })
    }
}
