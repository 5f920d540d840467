//! Which transfers an admin sees: those of people whom their unit, or one below it, has let go or taken in; the newest first.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use serde::Deserialize;
use sqlx::{PgConnection, PgExecutor, query, query_scalar};
use utoipa::IntoParams;

use super::body::{TransferBody, TransferState};
use crate::named::Named;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::db;
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
    type Keyset = i64;
}

type Found = (list::Page<TransferBody, i64>, Count);

/// A query of the transfers of people whom this unit ($1) or one below it has let go or taken in: those in a state ($2, by today, $5) of
/// people called so ($3, $4). `$before` and `$after` are around all, `$each` ends what is read of each unit. The planner cannot know how
/// few units lie below one: a bound has the transfers of each looked up by an index, those that wait by their own, where it would read
/// the whole nation's. Its own arguments are $6 and on.
macro_rules! transfers {
    ($before:tt, $each:tt, $after:tt, $above:expr, $filter:expr, $search:expr, $today:expr $(, $more:expr)* $(,)?) => {
        query_scalar!(
            r#"with below as materialized (
                   select units.id from units above join units
                       on units.path >= above.path and units.path < left(above.path, -1) || '0'
                   where above.id = $1 and units.kind <> 'department'
               )
               "# + $before + r#" from (
                   select waiting.id from below cross join lateral (
                       select id from person_transfers held
                       where $2 = 'waits' and from_unit_id = below.id and taken_in_at is null and cancelled_at is null
                           and transfer_stands(held, $5) = 'waits'
                           and ($3::text is null or exists (
                               select from people where people.id = person_id and person_is_called(name, pinyin, initials, $3, $4)
                           ))
                       "# + $each + r#"
                   ) waiting
                   union all
                   select gone.id from below cross join lateral (
                       select id from person_transfers held
                       where $2 is distinct from 'waits' and from_unit_id = below.id
                           and ($2::text is null or transfer_stands(held, $5) = $2)
                           and ($3::text is null or exists (
                               select from people where people.id = person_id and person_is_called(name, pinyin, initials, $3, $4)
                           ))
                       "# + $each + r#"
                   ) gone
                   union all
                   -- Within the unit it is one transfer, and the one before has it.
                   select come.id from below cross join lateral (
                       select id from person_transfers held
                       where $2 is distinct from 'waits' and into_unit_id = below.id and from_unit_id not in (select id from below)
                           and ($2::text is null or transfer_stands(held, $5) = $2)
                           and ($3::text is null or exists (
                               select from people where people.id = person_id and person_is_called(name, pinyin, initials, $3, $4)
                           ))
                       "# + $each + r#"
                   ) come
               ) held "# + $after,
            $above.0,
            $filter.state.map(TransferState::word),
            $search.map(Search::text),
            $search.and_then(Search::letters),
            $today.to_sqlx() as _,
            $($more,)*
        )
    };
}

/// A page of them, and how many all pages hold.
pub(super) async fn page(
    connection: &mut PgConnection,
    above: UnitId,
    list: &List<TransferQuery>,
    search: Option<&Search>,
    today: Date,
) -> sqlx::Result<Found> {
    let ids = transfers!(
        r#"select held.id as "id!""#,
        "and ($6::bigint is null or id < $6) order by id desc limit $7",
        "order by held.id desc limit $7",
        above,
        list.filter,
        search,
        today,
        list.after,
        list.rows(),
    );
    let ids = ids.fetch_all(&mut *connection).await?;
    let in_all = transfers!(
        r#"select count(*) as "in_all!" from (select held.id"#,
        "offset 0",
        "limit $6::bigint + 1) counted",
        above,
        list.filter,
        search,
        today,
        COUNTED,
    );
    let in_all = in_all.fetch_one(&mut *connection).await?;
    let list::Page { rows: ids, next } = list.page(ids, |id| *id);
    let rows = each(connection, &ids, above, today).await?;
    Ok((list::Page { rows, next }, in_all.into()))
}

/// The person's transfers, the newest first: at most 50.
pub(super) async fn of_person(
    connection: &mut PgConnection,
    person: PersonId,
    above: UnitId,
    today: Date,
) -> sqlx::Result<Vec<TransferBody>> {
    let ids = query_scalar!(
        "select id from person_transfers where person_id = $1 order by id desc limit 50",
        person.0
    );
    let ids = ids.fetch_all(&mut *connection).await?;
    each(connection, &ids, above, today).await
}

/// These transfers, the newest first, as an admin of this unit sees them.
async fn each(
    executor: impl PgExecutor<'_>,
    ids: &[i64],
    above: UnitId,
    today: Date,
) -> sqlx::Result<Vec<TransferBody>> {
    let rows = query!(
        r#"select transfers.id as "id!", person_id as "person_id!", people.name as "name!", first_day as "first_day!",
               case when people.unit_id in (select unit_and_below($2)) then title end as title,
               case when from_unit_id in (select unit_and_below($2)) then reason end as reason,
               people.unit_id in (select unit_and_below($2)) as "is_own!",
               from_unit_id as "from_id!", from_units.name as "from_name!", into_unit_id, into_units.name as "into_name?",
               wanted_unit_id, wanted_units.name as "wanted_name?",
               transfer_ends_on(wanted_unit_id, first_day, let_go_at) as last_day,
               let_go.name as "let_go_by!", let_go_at as "let_go_at!", ended.name as "ended_by?",
               coalesce(taken_in_at, cancelled_at) as ended_at, transfer_stands(transfers, $3) as "state!"
           from person_transfers transfers
           join people on people.id = person_id
           join units from_units on from_units.id = from_unit_id
           join accounts let_go on let_go.id = let_go_by
           left join units into_units on into_units.id = into_unit_id
           left join units wanted_units on wanted_units.id = wanted_unit_id
           left join accounts ended on ended.id = coalesce(taken_in_by, cancelled_by)
           where transfers.id = any($1) order by transfers.id desc"#,
        ids,
        above.0,
        today.to_sqlx() as _,
    );
    let rows = rows.fetch_all(executor).await?.into_iter().map(|row| {
        Ok(TransferBody {
            id: row.id,
            person_id: PersonId(row.person_id),
            name: row.name,
            title: row.title,
            state: db::word("person_transfers", "transfer_stands", row.id, &row.state)?,
            is_own: row.is_own,
            from_unit: Named { id: UnitId(row.from_id), name: row.from_name },
            wanted_unit: row
                .wanted_unit_id
                .zip(row.wanted_name)
                .map(|(id, name)| Named { id: UnitId(id), name }),
            into_unit: row.into_unit_id.zip(row.into_name).map(|(id, name)| Named { id: UnitId(id), name }),
            first_day: row.first_day.to_jiff(),
            last_day: row.last_day.map(jiff_sqlx::Date::to_jiff),
            reason: row.reason,
            let_go_by: row.let_go_by,
            let_go_at: row.let_go_at.to_jiff(),
            ended_by: row.ended_by,
            ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    rows.collect()
}
