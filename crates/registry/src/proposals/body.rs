//! Proposals of units on the wire: as an authority sees them, and as it decides them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named::Named;
use crate::registration::UnitProposal;
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
    category: Category,
    /// Where it is found, or how it is called up.
    address: Option<String>,
    proposed_at: Timestamp,
    /// How many registrations wait for it; once it is decided, how many it was decided for.
    #[schema(minimum = 0)]
    registrations: i64,
    /// The authority that is nearest to it, and so is to decide; those above may.
    authority: Option<Named>,
    /// The unit that it came to.
    unit: Option<Named>,
    /// Why it was refused.
    reason: Option<String>,
}

impl From<UnitProposal> for ProposalBody {
    fn from(proposal: UnitProposal) -> Self {
        let state = &proposal.review.state;
        Self {
            id: proposal.id,
            version: proposal.version,
            state: state.word(),
            reason: state.reason().map(Reason::as_str).map(str::to_owned),
            name: proposal.unit.name,
            division: proposal.unit.division,
            place: proposal.division,
            category: proposal.unit.category,
            address: proposal.unit.address,
            proposed_at: proposal.proposed_at,
            registrations: proposal.registrations,
            authority: proposal.authority,
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
    /// There is none: the registrations go back to their applicants.
    Refuse {
        /// Why, 2 to 200 characters: the applicants read it.
        #[schema(min_length = 2, max_length = 200, example = "该机构已注销，请选择现所在单位")]
        reason: String,
    },
}

/// The same, read.
pub(super) enum Verdict {
    Enter(Box<crate::units::NewInstitution>),
    Known(UnitId),
    Refuse(Reason),
}

impl NewVerdict {
    pub fn read(self) -> Result<Verdict, Problem> {
        Ok(match self {
            Self::Enter { unit } => Verdict::Enter(Box::new(unit.read()?)),
            Self::Known { unit_id } => Verdict::Known(unit_id),
            Self::Refuse { reason } => Verdict::Refuse(Reason::read(&reason)?),
        })
    }
}
