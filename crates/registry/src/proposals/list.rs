//! Which proposals an authority sees: those of its division and of those in it, the longest wait first.

use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query, query_scalar};
use utoipa::IntoParams;

use crate::registration::{UnitProposal, read_proposals};
use zaichang_core::ids::{UnitId, UnitProposalId};
use zaichang_platform::http::Problem;
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::review::Word;
use zaichang_platform::search::Search;

/// Which proposals are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ProposalQuery {
    /// Only those in this state; `submitted` are those that wait.
    pub state: Option<Word>,
    /// Words that stand, each somewhere, in the proposed name or address; 5 at most.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// How long it has waited, or how old it is.
impl list::Filter for ProposalQuery {
    type Place = i64;
}

impl ProposalQuery {
    pub fn words(&self) -> Result<Vec<String>, Problem> {
        Search::words(Search::of(self.q.as_deref())?.as_ref())
    }
}

/// A page of them, and how many all pages hold. What nobody waits for any more is left out until it is decided.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<ProposalQuery>,
    words: &[String],
) -> sqlx::Result<(list::Page<UnitProposal, i64>, Count)> {
    let row = query!(
        r#"with found as materialized (
               select unit_proposals.id, case when $2::text = 'submitted' then unit_proposals.id else -unit_proposals.id end as place
               from unit_proposals
               join lateral (
                   select state from reviews where noun = 'unit_proposal' and noun_id = unit_proposals.id order by id desc limit 1
               ) review on true
               where division in (select divisions_in(units.division) from units where id = $1)
                   and ($2::text is null or review.state = $2)
                   and (decided_at is not null or exists (
                       select from registrations
                       join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
                       where unit_proposal_id = unit_proposals.id and registrations.unit_id is null and person_id is null
                   ))
                   and holds_all(concat_ws(e'\n', name, address), $3)
           ),
           page as (select id, place from found where $4::bigint is null or place > $4 order by place limit $5)
           select array(select id from page order by place) as "ids!",
               (select count(*) from (select from found limit $6::bigint + 1) counted) as "in_all!""#,
        above.0,
        list.filter.state.map(Word::word),
        words,
        list.after,
        list.rows(),
        COUNTED,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let waits = list.filter.state == Some(Word::Submitted);
    let list::Page { rows: ids, next } = list.page(row.ids, |id| if waits { *id } else { -*id });
    let mut proposals = read_proposals(connection, &ids).await?;
    proposals.sort_by_key(|proposal| ids.iter().position(|id| *id == proposal.id.0));
    Ok((list::Page { rows: proposals, next }, row.in_all.into()))
}

/// Whether some wait whose nearest authority this is.
pub(super) async fn some_wait_for(pool: &PgPool, authority: UnitId) -> sqlx::Result<bool> {
    let wait = query_scalar!(
        r#"select exists (
               select from unit_proposals
               where decided_at is null and authority_of_division(division) = $1
                   and division in (select divisions_in(units.division) from units where id = $1)
                   and exists (
                       select from registrations
                       join reviews on noun = 'registration' and noun_id = registrations.id and reviews.state = 'submitted'
                       where unit_proposal_id = unit_proposals.id and registrations.unit_id is null and person_id is null
                   )
           ) as "wait!""#,
        authority.0,
    );
    wait.fetch_one(pool).await
}

/// Open units that may be the proposed one: those in its division, and everywhere below the admin's unit, that have a name which
/// holds the proposed one; those that are called exactly so first. 5 at most.
pub(super) async fn alike(
    connection: &mut PgConnection,
    above: UnitId,
    proposal: &UnitProposal,
) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        "select units.id from units
         where units.id in (select units_called($2, null)) and units.id in (select unit_and_below($1))
             and kind = 'unit' and closed_at is null
         order by name <> $2 and not exists (select from unit_names where unit_id = units.id and unit_names.name = $2),
             units.id not in (select units_in_division($3)), name, units.id
         limit 5",
        above.0,
        proposal.unit.name,
        proposal.unit.division,
    );
    ids.fetch_all(connection).await
}

/// What proposals are called, for the audit log.
pub(super) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows =
        query!("select id, name from unit_proposals where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// One proposal, whoever asks.
pub(super) async fn one(pool: &PgPool, id: UnitProposalId) -> sqlx::Result<Option<UnitProposal>> {
    let mut connection = pool.acquire().await?;
    Ok(read_proposals(&mut connection, &[id.0]).await?.pop())
}
