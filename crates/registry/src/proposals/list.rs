//! Which proposals an authority sees: those that it is to decide, and those of the authorities below it; the longest wait first. What
//! is seen here may be decided, and the other way round.

use serde::Deserialize;
use sqlx::{PgConnection, PgPool, query, query_scalar};
use utoipa::IntoParams;

use crate::named::Named;
use crate::registration::{UnitProposal, read_each_proposal, read_proposals};
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
    /// Words that stand, each somewhere, in the proposed name or an address; 5 at most.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// How long it has waited, or how old it is.
impl list::Filter for ProposalQuery {
    type Keyset = i64;
}

impl ProposalQuery {
    pub fn words(&self) -> Result<Vec<String>, Problem> {
        Search::words(Search::of(self.q.as_deref())?.as_ref())
    }
}

/// One with its id, if it can be read: one that cannot stops no other.
pub(super) type Row = (UnitProposalId, sqlx::Result<UnitProposal>);

/// A page of them, and how many all pages hold. A proposal that no registration waits for is left out until it is decided.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<ProposalQuery>,
    words: &[String],
) -> sqlx::Result<(list::Page<Row, i64>, Count)> {
    let row = query!(
        r#"with places as materialized (
               -- Few: many are proposed in one division, and fewer are handed up.
               select division, handed_to from (
                   select distinct division, case when decided_at is null then handed_to end as handed_to
                   from unit_proposals where $2::text is null or (decided_at is null) = ($2 = 'submitted')
               ) places
               where $1 in (select unit_and_above(authority_of_proposal(division, handed_to)))
           ),
           found as materialized (
               select proposals.id, case when $2 = 'submitted' then waiting.since else -proposals.id end as place
               from unit_proposals proposals
               join places on places.division = proposals.division
                   and places.handed_to is not distinct from case when decided_at is null then proposals.handed_to end
               join lateral (
                   select state from reviews where noun = 'unit_proposal' and noun_id = proposals.id order by id desc limit 1
               ) review on true
               cross join lateral (
                   select min(submission) as since, string_agg(distinct address, e'\n') as addresses
                   from waiting_for_proposal(case when decided_at is null then proposals.id end)
               ) waiting
               where ($2 is null or review.state = $2) and (decided_at is not null or waiting.since is not null)
                   and lower(concat_ws(e'\n', name, case when decided_at is null then waiting.addresses else address end)) like all (array(select lower(word) from unnest($3::text[]) word))
           ),
           page as (select id, place from found where $4::bigint is null or place > $4 order by place limit $5)
           select array(select id from page order by place) as "ids!",
               array(select place from page order by place) as "places!",
               (select count(*) from (select from found limit $6::bigint + 1) counted) as "in_all!""#,
        above.0,
        list.filter.state.map(Word::word),
        &Search::patterns(words),
        list.after,
        list.rows(),
        COUNTED,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let places = row.ids.into_iter().zip(row.places).collect();
    let list::Page { rows, next } = list.page(places, |(_, place)| *place);
    let ids: Vec<_> = rows.into_iter().map(|(id, _)| id).collect();
    let mut rows = read_each_proposal(connection, &ids).await?;
    rows.sort_by_key(|(one, _)| ids.iter().position(|id| *id == one.0));
    Ok((list::Page { rows, next }, row.in_all.into()))
}

/// Whether some wait that this authority is the one to decide.
pub(super) async fn some_wait_for(pool: &PgPool, authority: UnitId) -> sqlx::Result<bool> {
    let wait = query_scalar!(
        r#"select exists (
               select from (
                   select distinct division, handed_to from unit_proposals
                   where decided_at is null and exists (select from waiting_for_proposal(unit_proposals.id))
               ) open
               where authority_of_proposal(division, handed_to) = $1
           ) as "wait!""#,
        authority.0,
    );
    wait.fetch_one(pool).await
}

/// The nearest authority above this one that may act.
pub(super) async fn authority_above(
    connection: &mut PgConnection,
    authority: UnitId,
) -> sqlx::Result<Option<Named>> {
    let above = query!(
        r#"select id, coalesce(authority, name) as "name!" from units
           where id in (select unit_and_above($1)) and id <> $1 and kind in ('province', 'city', 'county')
               and has_admin_for(id, 'people')
           order by length(path) desc limit 1"#,
        authority.0,
    );
    let above = above.fetch_optional(connection).await?;
    Ok(above.map(|row| Named { id: UnitId(row.id), name: row.name }))
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
        proposal.name,
        proposal.division,
    );
    ids.fetch_all(connection).await
}

/// What proposals are called, for the audit log.
pub(super) async fn titles(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows =
        query!("select id, name from unit_proposals where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// One proposal, without a check of who asks.
pub(super) async fn one(pool: &PgPool, id: UnitProposalId) -> sqlx::Result<Option<UnitProposal>> {
    let mut connection = pool.acquire().await?;
    Ok(read_proposals(&mut connection, &[id.0]).await?.pop())
}
