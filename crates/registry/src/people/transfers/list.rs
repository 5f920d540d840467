//! Which transfers an admin sees: those of people whom their unit, or one below it, has let go or taken in; the newest first.

use serde::Deserialize;
use sqlx::{PgConnection, PgExecutor, query, query_scalar};
use utoipa::IntoParams;

use super::body::{TransferBody, TransferState};
use crate::named::Named;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::list::{self, COUNTED, Count, List};
use zaichang_platform::search::Search;

/// Which transfers are chosen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TransferQuery {
    /// Only those in this state.
    pub state: Option<TransferState>,
    /// Part of the person's name, of its pinyin or of its initials.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// The id below which the next lie.
impl list::Filter for TransferQuery {
    type Place = i64;
}

type Found = (list::Page<TransferBody, i64>, Count);

/// A page of them, and how many all pages hold. The planner cannot know how few units lie below one: `offset 0` has the transfers of
/// each looked up by its index, where it would read the whole nation's.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<TransferQuery>,
    search: Option<&Search>,
) -> sqlx::Result<Found> {
    let row = query!(
        r#"with below as materialized (
               select units.id from units above join units
                   on units.path >= above.path and units.path < left(above.path, -1) || '0'
               where above.id = $1 and units.kind <> 'department'
           ),
           own as (
               select held.* from below cross join lateral (
                   select id, person_id, taken_in_at, cancelled_at from person_transfers where from_unit_id = below.id offset 0
               ) held
               union all
               -- Within the unit it is one transfer, and the first of these two has it.
               select held.id, held.person_id, held.taken_in_at, held.cancelled_at from below cross join lateral (
                   select id, person_id, taken_in_at, cancelled_at, from_unit_id from person_transfers
                   where into_unit_id = below.id offset 0
               ) held
               where from_unit_id not in (select id from below)
           ),
           found as materialized (
               select id from own
               where ($2::text is null or $2 = case when taken_in_at is not null then 'taken_in'
                       when cancelled_at is not null then 'cancelled' else 'waits' end)
                   and ($3::text is null or exists (
                       select from people where people.id = person_id and person_is_called(name, pinyin, initials, $3, $4)
                   ))
           )
           select array(select id from found where $5::bigint is null or id < $5 order by id desc limit $6) as "ids!",
               (select count(*) from (select from found limit $7::bigint + 1) counted) as "in_all!""#,
        above.0,
        list.filter.state.map(TransferState::word),
        search.map(Search::text),
        search.and_then(Search::letters),
        list.after,
        list.rows(),
        COUNTED,
    );
    let row = row.fetch_one(&mut *connection).await?;
    let list::Page { rows: ids, next } = list.page(row.ids, |id| *id);
    let rows = each(connection, &ids, above).await?;
    Ok((list::Page { rows, next }, row.in_all.into()))
}

/// The person's transfers, the newest first: at most 50.
pub(super) async fn of_person(
    connection: &mut PgConnection,
    person: PersonId,
    above: UnitId,
) -> sqlx::Result<Vec<TransferBody>> {
    let ids = query_scalar!(
        "select id from person_transfers where person_id = $1 order by id desc limit 50",
        person.0
    );
    let ids = ids.fetch_all(&mut *connection).await?;
    each(connection, &ids, above).await
}

/// These transfers, the newest first, as an admin of this unit sees them.
async fn each(executor: impl PgExecutor<'_>, ids: &[i64], above: UnitId) -> sqlx::Result<Vec<TransferBody>> {
    let rows = query!(
        r#"select transfers.id as "id!", person_id as "person_id!", people.name as "name!", title as "title!", first_day as "first_day!",
               case when from_unit_id in (select unit_and_below($2)) then reason end as reason,
               people.unit_id in (select unit_and_below($2)) as "is_own!",
               from_unit_id as "from_id!", from_units.name as "from_name!", into_unit_id, into_units.name as "into_name?",
               let_go.name as "let_go_by!", let_go_at as "let_go_at!", ended.name as "ended_by?",
               coalesce(taken_in_at, cancelled_at) as ended_at, cancelled_at is not null as "is_cancelled!"
           from person_transfers transfers
           join people on people.id = person_id
           join units from_units on from_units.id = from_unit_id
           join accounts let_go on let_go.id = let_go_by
           left join units into_units on into_units.id = into_unit_id
           left join accounts ended on ended.id = coalesce(taken_in_by, cancelled_by)
           where transfers.id = any($1) order by transfers.id desc"#,
        ids,
        above.0,
    );
    let rows = rows.fetch_all(executor).await?.into_iter().map(|row| TransferBody {
        id: row.id,
        person_id: PersonId(row.person_id),
        name: row.name,
        title: row.title,
        state: match (row.is_cancelled, row.into_unit_id) {
            (true, _) => TransferState::Cancelled,
            (false, Some(_)) => TransferState::TakenIn,
            (false, None) => TransferState::Waits,
        },
        is_own: row.is_own,
        from_unit: Named { id: UnitId(row.from_id), name: row.from_name },
        into_unit: row.into_unit_id.zip(row.into_name).map(|(id, name)| Named { id: UnitId(id), name }),
        first_day: row.first_day.to_jiff(),
        reason: row.reason,
        let_go_by: row.let_go_by,
        let_go_at: row.let_go_at.to_jiff(),
        ended_by: row.ended_by,
        ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(rows.collect())
}
