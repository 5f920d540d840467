//! Proposals of missing units: one row for all who propose the same unit, the review of it, and the statements that write one. Its
//! row is locked before units and before registrations. It must not know what a decision does to those who wait for it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::proposed::ProposedUnit;
use crate::named::Named;
use crate::units::Category;
use zaichang_core::ids::{UnitId, UnitProposalId};
use zaichang_platform::db;
use zaichang_platform::http::Version;
use zaichang_platform::review::{self, Levels, Reason, Review, Step, Subject};

/// How long an open one stays that no registration waits for: as long as a registration that is not continued.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A unit that is missing, as it is proposed, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct UnitProposal {
    pub id: UnitProposalId,
    pub version: Version,
    pub name: String,
    /// The division's code.
    pub division: String,
    /// Names of the division, the province first.
    pub place: Vec<String>,
    /// What those who wait say that it is, most of them first; once it is decided, what most of them have said.
    pub categories: Vec<Category>,
    /// Where those who wait say that it is found, most of them first, 5 at most; once it is decided, what most of them have said.
    pub addresses: Vec<String>,
    /// When the first of those who wait has submitted.
    pub proposed_at: Timestamp,
    /// Registrations that wait for it; once decided, those that it was decided for.
    pub registrations: i64,
    /// The authority that is to decide now; none where its admins have all been disabled.
    pub authority: Option<Named>,
    pub handed_up: Option<HandedUp>,
    /// The unit that it came to.
    pub became: Option<Named>,
    pub review: Review<ProposalContent>,
}

/// By which authority it was handed up to the one that is to decide, and why.
#[derive(Clone, Debug)]
pub(crate) struct HandedUp {
    pub by: String,
    pub reason: String,
}

/// What is reviewed: it is kept for good with each step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProposalContent {
    pub name: String,
    /// The division's code.
    pub division: String,
    pub category: Category,
}

/// What a review calls a proposal.
pub(super) const fn subject(id: UnitProposalId) -> Subject {
    Subject { noun: "unit_proposal", id: id.0 }
}

/// The open proposal of this unit, held until the transaction ends so that it is not decided before; begun if there is none. Where
/// the unit is found is the registration's to say: who withdraws takes it back.
pub(super) async fn hold_open(
    connection: &mut PgConnection,
    unit: &ProposedUnit,
    now: Timestamp,
) -> Result<UnitProposalId, super::Error> {
    loop {
        let begun = query_scalar!(
            "insert into unit_proposals (name, division, category, proposed_at) values ($1, $2, $3, $4)
             on conflict (division, name) where decided_at is null do nothing returning id",
            unit.name,
            unit.division,
            unit.category.word(),
            now.to_sqlx() as _,
        );
        if let Some(id) = begun.fetch_optional(&mut *connection).await?.map(UnitProposalId) {
            let ProposedUnit { name, division, category, .. } = unit.clone();
            let told = ProposalContent { name, division, category };
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

/// Some of the registrations that wait for this proposal: those after this id, by their ids.
pub(super) async fn waiting(
    connection: &mut PgConnection,
    id: UnitProposalId,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        r#"select registration as "registration!" from waiting_for_proposal($1) where registration > $2 order by registration limit $3"#,
        id.0,
        after,
        most,
    );
    ids.fetch_all(connection).await
}

/// Keeps what came of it: the unit, or none; and of those who wait how many they are, since when, and what most of them say of it.
/// How many they are.
pub(super) async fn decide(
    connection: &mut PgConnection,
    id: UnitProposalId,
    became: Option<UnitId>,
    now: Timestamp,
) -> sqlx::Result<i32> {
    let registrations = query_scalar!(
        r#"with waiting as materialized (select * from waiting_for_proposal($1))
           update unit_proposals set decided_at = $2, unit_id = $3, registrations = (select count(*) from waiting),
               proposed_at = coalesce(
                   (select min(at) from waiting join review_steps on review_steps.id = waiting.submission), proposed_at),
               category = coalesce(
                   (select waiting.category from waiting group by 1 order by count(*) desc, min(submission) limit 1), category),
               address = (
                   select waiting.address from waiting where waiting.address is not null
                   group by 1 order by count(*) desc, min(submission) limit 1
               )
           where id = $1 returning registrations as "registrations!""#,
        id.0,
        now.to_sqlx() as _,
        became.map(|unit| unit.0),
    );
    registrations.fetch_one(connection).await
}

/// Hands it up from one authority to another, which is to decide it from now on.
pub(crate) async fn hand_up(
    connection: &mut PgConnection,
    id: UnitProposalId,
    by: UnitId,
    to: UnitId,
    reason: &Reason,
) -> sqlx::Result<()> {
    query!(
        "update unit_proposals set handed_by = $2, handed_to = $3, handed_reason = $4 where id = $1",
        id.0,
        by.0,
        to.0,
        reason.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes away the open ones that no registration points at any more, and that were not touched for thirty days.
pub async fn sweep_proposals(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    // A submission locks the row that it joins.
    query!(
        "delete from unit_proposals where id in (
             select id from unit_proposals
             where decided_at is null and greatest(proposed_at, changed_at) < $1
                 and not exists (select from registrations where unit_proposal_id = unit_proposals.id)
             for update skip locked
         )",
        (now - KEPT).to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Those of these proposals that there are.
pub(crate) async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<UnitProposal>> {
    read_each(connection, ids).await?.into_iter().map(|(_, row)| row).collect()
}

/// The same, each with its id; one that cannot be read stops no other.
pub(crate) async fn read_each(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<(UnitProposalId, sqlx::Result<UnitProposal>)>> {
    let rows = query!(
        r#"select proposals.id as "id!", proposals.version as "version!", proposals.name as "name!",
               proposals.division as "division!",
               case when decided_at is not null then array[proposals.category] else array(
                   select category from waiting_for_proposal(proposals.id) group by 1 order by count(*) desc, min(submission)
               ) end as "categories!",
               case when decided_at is not null then array_remove(array[proposals.address], null) else array(
                   select address from waiting_for_proposal(proposals.id) where address is not null
                   group by 1 order by count(*) desc, min(submission) limit 5
               ) end as "addresses!",
               coalesce(
                   (select min(at) from waiting_for_proposal(case when decided_at is null then proposals.id end) waiting
                    join review_steps on review_steps.id = waiting.submission),
                   proposed_at
               ) as "proposed_at!",
               coalesce(registrations, (select count(*) from waiting_for_proposal(proposals.id))) as "registrations!",
               authorities.id as "authority_id?", coalesce(authorities.authority, authorities.name) as authority_name,
               coalesce(handing.authority, handing.name) as handed_by, handed_reason as "handed_reason?",
               units.id as "unit_id?", units.name as "unit_name?",
               array(
                   with recursive way as (
                       select name, parent, 0 as up from divisions where code = proposals.division
                       union all
                       select divisions.name, divisions.parent, up + 1 from way join divisions on divisions.code = way.parent
                   )
                   select name from way order by up desc
               ) as "way!"
           from unit_proposals proposals
           left join units authorities on authorities.id =
               authority_of_proposal(proposals.division, case when decided_at is null then handed_to end)
           left join units handing on handing.id = handed_by
           left join units on units.id = proposals.unit_id
           where proposals.id = any($1)"#,
        ids,
    );
    let rows = rows.fetch_all(&mut *connection).await?;
    let reviews = review::newest::<ProposalContent>(connection, subject(UnitProposalId(0)).noun, ids).await?;
    let mut reviews: HashMap<_, _> = reviews.into_iter().collect();
    let named =
        |id: Option<i64>, name: Option<String>| id.zip(name).map(|(id, name)| Named { id: UnitId(id), name });
    let proposals = rows.into_iter().map(|row| {
        let id = UnitProposalId(row.id);
        let review = reviews.remove(&row.id);
        let proposal = || {
            let category = |word: String| db::word("unit_proposals", "category", row.id, &word);
            Ok(UnitProposal {
                id,
                version: Version(row.version),
                name: row.name,
                division: row.division,
                place: row.way,
                categories: row.categories.into_iter().map(category).collect::<sqlx::Result<_>>()?,
                addresses: row.addresses,
                proposed_at: row.proposed_at.to_jiff(),
                registrations: row.registrations,
                authority: named(row.authority_id, row.authority_name),
                handed_up: row.handed_by.zip(row.handed_reason).map(|(by, reason)| HandedUp { by, reason }),
                became: named(row.unit_id, row.unit_name),
                review: review.ok_or(sqlx::Error::RowNotFound)??,
            })
        };
        (id, proposal())
    });
    Ok(proposals.collect())
}

zaichang_platform::changeable!(UnitProposal, "unit_proposal" in "unit_proposals", read);
