//! What an authority decides of a proposal: one change under its lock, in which the unit is entered or named, or the proposal is
//! handed up. The registrations that wait follow. Of two who decide at once the second finds it decided.

use serde_json::json;
use sqlx::PgPool;

use super::body::ProposalVerdict;
use super::{Error, list};
use crate::registration::{self, UnitProposal};
use crate::units::{self, Unit};
use zaichang_core::clock::Clock;
use zaichang_core::ids::UnitProposalId;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::OfUnit as _;
use zaichang_platform::change::{Change, Current, Outcome};
use zaichang_platform::http::IfMatch;
use zaichang_platform::review::{self as kit, Reason, Step, Turn};

/// Decides the proposal as it was seen. Locks it before units.
pub(super) async fn give(
    pool: &PgPool,
    clock: &Clock,
    by: &Account,
    id: UnitProposalId,
    seen: &IfMatch,
    verdict: ProposalVerdict,
) -> Result<Outcome<UnitProposal>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let outcome = change.lock::<UnitProposal>(id.0, seen).await?.ok_or(Error::NotFound)?;
    // What the route has proved may be old: meanwhile another authority may be the one to decide.
    let authority = match &outcome {
        Ok(proposal) | Err(Current { row: proposal, .. }) => proposal.unit(),
    };
    if !units::lies_below(change.connection(), authority, by.unit.id).await? {
        return Err(Error::NotFound);
    }
    let proposal = match outcome {
        Ok(proposal) => proposal,
        standing => return Ok(standing),
    };
    if proposal.review.state.turn() != Some(Turn::Authority) {
        return Err(Error::Decided);
    }
    if proposal.registrations == 0 {
        return Err(Error::Withdrawn);
    }
    match verdict {
        ProposalVerdict::Enter(new) => {
            let unit = entered(&mut change, &new, &proposal.name).await?;
            decided(&mut change, &proposal, Some(&unit), Step::Approve, "enter_unit_proposal").await?;
        }
        ProposalVerdict::Known(id) => {
            let unit = units::also_called(&mut change, id, &proposal.name).await.map_err(no_such_unit)?;
            decided(&mut change, &proposal, Some(&unit), Step::Approve, "know_unit_proposal").await?;
        }
        ProposalVerdict::Refuse(reason) => {
            decided(&mut change, &proposal, None, Step::Reject(reason), "refuse_unit_proposal").await?;
        }
        ProposalVerdict::HandUp(reason) => hand_up(&mut change, &proposal, &reason).await?,
    }
    Ok(Ok(change.commit_row(proposal).await?))
}

/// Keeps what came of it, and has the registrations follow.
async fn decided(
    change: &mut Change<'_>,
    proposal: &UnitProposal,
    unit: Option<&Unit>,
    step: Step,
    action: &str,
) -> Result<(), Error> {
    let reason = step.reason().cloned();
    let (by, now) = (change.by(), change.now());
    kit::take(change.connection(), proposal.review.clone(), step, by, now).await?;
    let applicants = registration::decided(change, proposal.id, unit.map(|unit| unit.id)).await?;
    let detail = json!({
        "proposed_name": proposal.name,
        "unit_division": proposal.place.concat(),
        "category": proposal.categories.first(),
        "unit": unit.map(|unit| &unit.name),
        "reason": reason.as_ref().map(Reason::as_str),
        "applicants": applicants,
    });
    Ok(change.record(action, proposal, detail).await?)
}

/// Gives it to the nearest authority above the admin's that may act.
async fn hand_up(change: &mut Change<'_>, proposal: &UnitProposal, reason: &Reason) -> Result<(), Error> {
    let own = change.by().unit.id;
    let above = list::authority_above(change.connection(), own).await?.ok_or(Error::NoAuthorityAbove)?;
    registration::hand_up(change.connection(), proposal.id, own, above.id, reason).await?;
    let detail = json!({
        "proposed_name": proposal.name,
        "unit_division": proposal.place.concat(),
        "handed_to": above.name,
        "reason": reason.as_str(),
    });
    Ok(change.record("hand_up_unit_proposal", proposal, detail).await?)
}

/// The new unit; it is found by the proposed name, too, where it was put right.
async fn entered(
    change: &mut Change<'_>,
    new: &units::NewInstitution,
    proposed: &str,
) -> Result<Unit, Error> {
    let facts = &new.facts;
    units::stands_nowhere(change, &facts.division, &[&facts.name, proposed]).await?;
    let unit = units::entered_by(change, new).await?;
    Ok(units::also_called(change, unit.id, proposed).await?)
}

fn no_such_unit(error: units::Error) -> Error {
    match error {
        units::Error::NotFound | units::Error::Closed | units::Error::NotAnInstitution => Error::NoSuchUnit,
        // It is no field of this body.
        units::Error::AliasesFull => Error::AliasesFull,
        error => error.into(),
    }
}
