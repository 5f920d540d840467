//! What an authority decides of a proposal: one change under its lock, in which the unit is entered or named and every registration
//! that waits goes on. Of two who decide at once the second finds it decided.

use serde_json::json;
use sqlx::PgPool;

use super::Error;
use super::body::Verdict;
use crate::registration::{self, UnitProposal};
use crate::units::{self, Unit};
use zaichang_core::clock::Clock;
use zaichang_core::ids::{UnitId, UnitProposalId};
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Account;
use zaichang_platform::authority::OfUnit as _;
use zaichang_platform::change::{Change, Outcome, Standing};
use zaichang_platform::http::IfMatch;
use zaichang_platform::review::{self as kit, Step, Turn};

/// Decides the proposal as it was seen. Locks it before units, and these before the registrations that wait.
pub(super) async fn give(
    pool: &PgPool,
    sealer: &Sealer,
    clock: &Clock,
    by: &Account,
    id: UnitProposalId,
    seen: &IfMatch,
    verdict: Verdict,
) -> Result<Outcome<UnitProposal>, Error> {
    let mut change = Change::begin(pool, clock, by).await?;
    let outcome = change.lock::<UnitProposal>(id.0, seen).await?.ok_or(Error::NotFound)?;
    // What the route has proved may be old: meanwhile another authority may be the one to decide.
    let authority = match &outcome {
        Ok(proposal) | Err(Standing { row: proposal, .. }) => proposal.unit(),
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
    let unit = match &verdict {
        Verdict::Enter(new) => Some(entered(&mut change, new, &proposal.unit.name).await?),
        Verdict::Known(unit) => Some(known(&mut change, *unit, &proposal.unit.name).await?),
        Verdict::Refuse(_) => None,
    };
    let waiting = registration::lock_waiting(&mut change, &proposal).await?;
    if waiting.is_empty() {
        return Err(Error::Withdrawn);
    }
    let (step, action) = match verdict {
        Verdict::Refuse(reason) => {
            registration::send_back_proposed(&mut change, sealer, &waiting, &reason).await?;
            (Step::Reject(reason), "refuse_unit_proposal")
        }
        Verdict::Enter(_) => (Step::Approve, "enter_unit_proposal"),
        Verdict::Known(_) => (Step::Approve, "know_unit_proposal"),
    };
    if let Some(unit) = &unit {
        registration::place(&mut change, &waiting, unit.id, &unit.name).await?;
    }
    let detail = json!({
        "proposed_name": proposal.unit.name,
        "unit_division": proposal.division.concat(),
        "category": proposal.unit.category,
        "unit": unit.as_ref().map(|unit| &unit.name),
        "reason": step.reason().map(kit::Reason::as_str),
        "applicants": waiting.len(),
    });
    let now = change.now();
    kit::take(change.connection(), proposal.review.clone(), step, by, now).await?;
    let became = unit.map(|unit| unit.id);
    registration::decide(change.connection(), id, became, waiting.len(), now).await?;
    change.record(action, &proposal, detail).await?;
    Ok(Ok(change.commit_row(proposal).await?))
}

/// The new unit; it is found by the proposed name, too, where it was put right.
async fn entered(
    change: &mut Change<'_>,
    new: &units::NewInstitution,
    proposed: &str,
) -> Result<Unit, Error> {
    let unit = units::entered_by(change, new).await?;
    if unit.name == proposed {
        return Ok(unit);
    }
    Ok(units::also_called(change, unit.id, proposed).await?)
}

/// The unit that it is, which is called as proposed besides from now on.
async fn known(change: &mut Change<'_>, id: UnitId, proposed: &str) -> Result<Unit, Error> {
    units::also_called(change, id, proposed).await.map_err(|error| match error {
        units::Error::NotFound | units::Error::Closed | units::Error::NotAnInstitution => Error::NoSuchUnit,
        error => error.into(),
    })
}
