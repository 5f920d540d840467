//! A claim as who judges it sees it: both sides beside each other, numbers masked. The photo is asked for by itself.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::sql::{Claim, Proposal};
use super::{Error, NumberClaimId};
use crate::document::DocumentKind;
use crate::named::Named;
use crate::people::{masked_id_number, masked_phone};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Sealer;
use zaichang_platform::http::Version;
use zaichang_platform::review::{Reason, Word};

/// Who claims the number.
#[derive(Serialize, ToSchema)]
#[schema(as = NumberClaimant)]
struct Claimant {
    /// As entered; masked once approved: the registration is empty then.
    name: String,
    /// The phone that they have proved, masked; null once approved: it is the person's then.
    phone: Option<String>,
    /// Whether they are called as the person is; null once approved.
    same_name: Option<bool>,
}

/// Whose number it is.
#[derive(Serialize, ToSchema)]
#[schema(as = ClaimedPerson)]
struct Claimed {
    id: PersonId,
    name: String,
    document: DocumentKind,
    /// Masked.
    #[schema(example = "430***********1234")]
    number: String,
    /// The phone that they have now, masked.
    #[schema(example = "138****1234")]
    phone: String,
    unit: Named,
    department: Option<Named>,
    /// Merged into another person since: the claim cannot be approved.
    is_merged: bool,
}

/// A claim of a document number.
#[derive(Serialize, ToSchema)]
#[schema(as = NumberClaim)]
pub(super) struct ClaimBody {
    #[schema(value_type = i64, minimum = 1)]
    id: NumberClaimId,
    /// As its `ETag`: for `If-Match`, and for a verdict on several.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    state: Word,
    /// Why it was returned or rejected.
    reason: Option<String>,
    submitted_at: Option<Timestamp>,
    claimant: Claimant,
    person: Claimed,
    /// What the claimant says.
    note: String,
    /// Until when the photo is kept; null where none is: with a verdict it goes.
    photo_until: Option<Timestamp>,
    /// How many other claims of the same number wait. Approving one refuses them.
    others: i64,
    /// Whether the person's unit can judge it; where it is closed or has no admin who may, the authority above does.
    unit_judges: bool,
}

impl ClaimBody {
    pub fn of(claim: Claim, sealer: &Sealer) -> Result<Self, Error> {
        let Claim { id, version, registration, record, photo_until, others, review, .. } = claim;
        let name = registration.applicant(sealer)?.name;
        let phone = registration.phone(sealer)?.map(|phone| phone.masked());
        let Proposal { name: masked, note, .. } = review.after;
        Ok(Self {
            id,
            version,
            state: review.state.word(),
            reason: review.state.reason().map(Reason::as_str).map(str::to_owned),
            submitted_at: review.submission.map(|submission| submission.at),
            claimant: Claimant {
                same_name: name.as_ref().map(|name| *name == record.name),
                name: name.unwrap_or(masked),
                phone,
            },
            person: Claimed {
                number: masked_id_number(sealer, &record.key_id, &record.id_number_sealed)?,
                phone: masked_phone(sealer, &record.key_id, &record.phone_sealed)?,
                id: record.person,
                name: record.name,
                document: record.document,
                unit: record.unit,
                department: record.department,
                is_merged: record.is_merged,
            },
            note,
            photo_until,
            others,
            unit_judges: record.unit_judges,
        })
    }
}
