//! Proposals of missing units: one row for all who propose the same unit, the review of it, and the statements that write one. Its
//! row is locked before units and before registrations. It must not know what a decision does to those who wait for it.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, query, query_scalar};
use utoipa::ToSchema;

use super::proposed::ProposedUnit;
use crate::named::Named;
use crate::units::Category;
use zaichang_core::ids::{UnitId, UnitProposalId};
use zaichang_platform::db;
use zaichang_platform::http::Version;
use zaichang_platform::review::{self, Levels, Review, Step, Subject};

/// A unit that is missing, as it is proposed, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct UnitProposal {
    pub id: UnitProposalId,
    pub version: Version,
    pub unit: ProposedUnit,
    /// Names of the division, the province first.
    pub division: Vec<String>,
    pub proposed_at: Timestamp,
    /// Registrations that wait for it; once decided, those that it was decided for.
    pub registrations: i64,
    /// The authority that is to decide now; none where its admins have all been disabled.
    pub authority: Option<Named>,
    /// The unit that it came to.
    pub became: Option<Named>,
    pub review: Review<Told>,
}

/// What is reviewed: it is kept for good with each step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnitProposalTold)]
pub(crate) struct Told {
    pub name: String,
    /// The division's code.
    pub division: String,
    pub category: Category,
}

/// What a review calls a proposal.
const fn subject(id: UnitProposalId) -> Subject {
    Subject { noun: "unit_proposal", id: id.0 }
}

/// The open proposal of this unit, held until the transaction ends so that it is not decided before; begun if there is none.
pub(super) async fn hold_open(
    connection: &mut PgConnection,
    unit: &ProposedUnit,
    now: Timestamp,
) -> Result<UnitProposalId, super::Error> {
    loop {
        let begun = query_scalar!(
            "insert into unit_proposals (name, division, category, address, proposed_at) values ($1, $2, $3, $4, $5)
             on conflict (division, name) where decided_at is null do nothing returning id",
            unit.name,
            unit.division,
            unit.category.word(),
            unit.address,
            now.to_sqlx() as _,
        );
        if let Some(id) = begun.fetch_optional(&mut *connection).await?.map(UnitProposalId) {
            let ProposedUnit { name, division, category, .. } = unit.clone();
            let told = Told { name, division, category };
            let review = review::begin(connection, subject(id), Levels::ONE, None, told).await?;
            review::take_as_applicant(connection, review, Step::Submit, now).await?;
            return Ok(id);
        }
        let open = query_scalar!(
            "select id from unit_proposals where division = $1 and name = $2 and decided_at is null for share",
            unit.division,
            unit.name,
        );
        // None if it was decided in between: then a new one is begun.
        if let Some(id) = open.fetch_optional(&mut *connection).await? {
            return Ok(UnitProposalId(id));
        }
    }
}

/// The registrations that wait for this proposal, by their ids.
pub(super) async fn waiting(connection: &mut PgConnection, id: UnitProposalId) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select registrations.id from registrations
         join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
         where unit_proposal_id = $1 and unit_id is null and person_id is null order by registrations.id",
        id.0,
    );
    ids.fetch_all(connection).await
}

/// Keeps what came of it: the unit, or none.
pub(crate) async fn decide(
    connection: &mut PgConnection,
    id: UnitProposalId,
    became: Option<UnitId>,
    registrations: usize,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update unit_proposals set decided_at = $2, unit_id = $3, registrations = $4 where id = $1",
        id.0,
        now.to_sqlx() as _,
        became.map(|unit| unit.0),
        i32::try_from(registrations).unwrap_or(i32::MAX),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of these proposals that there are.
pub(crate) async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<UnitProposal>> {
    let rows = query!(
        r#"select unit_proposals.id as "id!", unit_proposals.version as "version!", unit_proposals.name as "name!",
               unit_proposals.division as "division!", unit_proposals.category as "category!", address, proposed_at as "proposed_at!",
               coalesce(registrations, (
                   select count(*) from registrations
                   join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
                   where unit_proposal_id = unit_proposals.id and registrations.unit_id is null and person_id is null
               )) as "registrations!",
               authorities.id as "authority_id?", coalesce(authorities.authority, authorities.name) as authority_name,
               units.id as "unit_id?", units.name as "unit_name?",
               array(
                   with recursive way as (
                       select name, parent, 0 as up from divisions where code = unit_proposals.division
                       union all
                       select divisions.name, divisions.parent, up + 1 from way join divisions on divisions.code = way.parent
                   )
                   select name from way order by up desc
               ) as "way!"
           from unit_proposals
           left join units authorities on authorities.id = authority_of_division(unit_proposals.division)
           left join units on units.id = unit_proposals.unit_id
           where unit_proposals.id = any($1)"#,
        ids,
    );
    let rows = rows.fetch_all(&mut *connection).await?;
    let reviews = review::newest::<Told>(connection, subject(UnitProposalId(0)).noun, ids).await?;
    let mut reviews: HashMap<_, _> = reviews.into_iter().collect();
    let named =
        |id: Option<i64>, name: Option<String>| id.zip(name).map(|(id, name)| Named { id: UnitId(id), name });
    let proposals = rows.into_iter().map(|row| {
        Ok(UnitProposal {
            id: UnitProposalId(row.id),
            version: Version(row.version),
            unit: ProposedUnit {
                name: row.name,
                division: row.division,
                category: db::word("unit_proposals", "category", row.id, &row.category)?,
                address: row.address,
            },
            division: row.way,
            proposed_at: row.proposed_at.to_jiff(),
            registrations: row.registrations,
            authority: named(row.authority_id, row.authority_name),
            became: named(row.unit_id, row.unit_name),
            review: reviews.remove(&row.id).ok_or(sqlx::Error::RowNotFound)??,
        })
    });
    proposals.collect()
}

zaichang_platform::changeable!(UnitProposal, "unit_proposal" in "unit_proposals", read);
