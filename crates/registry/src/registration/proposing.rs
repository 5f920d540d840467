//! Registrations whose applicants propose their unit: they join the proposal when they submit, and wait for its authority. Proposals
//! are locked first, then units, then registrations. It must not know who may decide.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use super::proposed::ProposedUnit;
use super::sql::proposed_by;
use super::unit_proposal::hold_open;
use super::{Error, UnitProposalId};
use zaichang_core::clock::{day_of, instant_of};
use zaichang_core::ids::RegistrationId;

/// How many proposals one registration may join in a day: the holder of a proved phone proposes few units with it.
const PROPOSALS_A_DAY: i16 = 10;

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
    // Afterwards: a decision meanwhile may have made the unit.
    may_be_proposed(connection, &unit).await?;
    Ok(Some((proposal, unit)))
}

/// The registration waits for this proposal from now on; for none if its unit is chosen. Handing the same one in once more, after
/// taking it back, counts as no other.
pub(super) async fn join(
    connection: &mut PgConnection,
    id: RegistrationId,
    proposal: Option<UnitProposalId>,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(proposal) = proposal else {
        query!("update registrations set unit_proposal_id = null where id = $1", id.0)
            .execute(connection)
            .await?;
        return Ok(());
    };
    let today = day_of(now);
    let joined = query_scalar!(
        "update registrations set unit_proposal_id = $2,
             units_proposed = case when unit_proposal_id = $2 then units_proposed when units_proposed_on = $4 then units_proposed + 1
                 else 1 end,
             units_proposed_on = case when unit_proposal_id = $2 then units_proposed_on else $4 end
         where id = $1 and (unit_proposal_id = $2 or units_proposed_on is distinct from $4 or units_proposed < $3) returning id",
        id.0,
        proposal.0,
        PROPOSALS_A_DAY,
        today.to_sqlx() as _,
    );
    let again_in = instant_of(today, 24 * 60).duration_since(now).max(SignedDuration::ZERO);
    let refused = || Error::ProposedTooOften { again_in };
    joined.fetch_optional(connection).await?.map(drop).ok_or_else(refused)
}
