//! Registrations whose applicants propose their unit: they join the proposal when they submit, and once it is decided they go on by
//! themselves, to the unit's review or back to their applicants. Proposals are locked first, then units, then registrations. It must
//! not know who may decide.

use serde_json::json;
use sqlx::{PgConnection, query, query_scalar};

use super::notice::TellVerdict;
use super::proposed::ProposedUnit;
use super::sql::{Proposal, Registration, count_step, proposed_by, subject};
use super::unit_proposal::{UnitProposal, hold_open, waiting};
use super::{Error, UnitProposalId};
use jiff::Timestamp;
use zaichang_core::ids::{RegistrationId, UnitId};
use zaichang_core::seal::Sealer;
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::change::Change;
use zaichang_platform::jobs::{self, Place};
use zaichang_platform::review::{self as kit, Reason, Step};

/// How many proposals one registration may hand in: whoever has proved a phone proposes few units with it.
const PROPOSALS: i16 = 10;

/// Refuses what cannot be proposed: a division that there is not, or whose authority is not here, and a unit that can be chosen.
pub(super) async fn may_be_proposed(connection: &mut PgConnection, unit: &ProposedUnit) -> Result<(), Error> {
    let found = query!(
        r#"select exists (select from divisions where code = $1 and valid_until is null) as "there!",
               authority_of_division($1) as authority,
               exists (
                   select from units where id in (select units_in_division($1)) and kind = 'unit' and closed_at is null
                       and (name = $2 or exists (select from unit_names where unit_id = units.id and unit_names.name = $2))
               ) as "listed!""#,
        unit.division,
        unit.name,
    );
    let found = found.fetch_one(connection).await?;
    match (found.there, found.authority, found.listed) {
        (false, ..) => Err(Error::DivisionUnknown),
        (true, None, _) => Err(Error::NoAuthorityThere),
        (true, Some(_), true) => Err(Error::UnitListed),
        (true, Some(_), false) => Ok(()),
    }
}

/// The proposal that this registration joins if it is submitted now, held open: before the registration itself is locked, as who
/// decides it does. None where a unit is chosen, or nothing.
pub(super) async fn hold_proposed(
    connection: &mut PgConnection,
    id: RegistrationId,
    now: Timestamp,
) -> Result<Option<(UnitProposalId, ProposedUnit)>, Error> {
    let Some(unit) = proposed_by(connection, id).await? else { return Ok(None) };
    let proposal = hold_open(connection, &unit, now).await?;
    // Afterwards: whoever has decided it meanwhile may have made the unit.
    may_be_proposed(connection, &unit).await?;
    Ok(Some((proposal, unit)))
}

/// The registration waits for this proposal from now on; for none if its unit is chosen.
pub(super) async fn join(
    connection: &mut PgConnection,
    id: RegistrationId,
    proposal: Option<UnitProposalId>,
) -> Result<(), Error> {
    let joined = query_scalar!(
        "update registrations set unit_proposal_id = $2,
             units_proposed = units_proposed + case when $2::bigint is null then 0 else 1 end
         where id = $1 and ($2::bigint is null or units_proposed < $3) returning id",
        id.0,
        proposal.map(|proposal| proposal.0),
        PROPOSALS,
    );
    joined.fetch_optional(connection).await?.map(drop).ok_or(Error::ProposedTooOften)
}

/// Locks those that wait for a proposal, which the caller has locked: nobody joins it any more, and who withdraws has done so.
pub(crate) async fn lock_waiting(
    change: &mut Change<'_>,
    proposal: &UnitProposal,
) -> Result<Vec<i64>, Error> {
    let ids = waiting(change.connection(), proposal.id).await?;
    change.lock_rows::<Registration>(&ids).await?;
    Ok(waiting(change.connection(), proposal.id).await?)
}

/// Gives the unit to registrations that are locked: each waits for its review from now on, as of when it was submitted.
pub(crate) async fn place(
    change: &mut Change<'_>,
    ids: &[i64],
    unit: UnitId,
    name: &str,
) -> Result<(), Error> {
    query!(
        "update registrations set unit_id = $2, department_id = null, proposed_name = null, proposed_division = null,
             proposed_category = null, proposed_address = null, unit_proposal_id = null
         where id = any($1)",
        ids,
        unit.0,
    )
    .execute(change.connection())
    .await?;
    for (id, review) in
        kit::newest::<Proposal>(change.connection(), subject(RegistrationId(0)).noun, ids).await?
    {
        match review {
            Ok(review) => {
                let after = Proposal { unit: name.to_owned(), department: None, ..review.after.clone() };
                kit::correct(change.connection(), review, after).await?;
            }
            // One that cannot be read stops no other: its unit is set, and it is named in lists.
            Err(error) => {
                tracing::error!(%error, registration = id, "what a registration proposes is not read");
            }
        }
    }
    Ok(())
}

/// Returns registrations that are locked to their applicants, who are told why.
pub(crate) async fn send_back(
    change: &mut Change<'_>,
    sealer: &Sealer,
    ids: &[i64],
    reason: &Reason,
) -> Result<(), Error> {
    let (by, now) = (change.by(), change.now());
    // Only nodes that can open what was sealed tell the applicant.
    let place = Place::Key(hex::encode(sealer.key_id()));
    for (id, review) in
        kit::newest::<Proposal>(change.connection(), subject(RegistrationId(0)).noun, ids).await?
    {
        let id = RegistrationId(id);
        let review = review.map_err(Error::Unreadable)?;
        let review = kit::take(change.connection(), review, Step::Return(reason.clone()), by, now).await?;
        count_step(change.connection(), id, by.id, now).await?;
        let mut detail = serde_json::to_value(&review.after).unwrap_or_default();
        detail["reason"] = json!(reason.as_str());
        let entry = Entry { action: "return_registration", noun: "registration", noun_id: id.0, detail };
        audit::record(change.connection(), by, now, entry).await?;
        let told = TellVerdict::newest(change.connection(), id).await?;
        jobs::enqueue(change.connection(), &told, &place).await?;
    }
    Ok(())
}
