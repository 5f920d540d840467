//! The queries of states with days. Those that write run in a change, under the person's lock.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgExecutor, query, query_scalar};

use super::effects::{Effects, Row};
use super::entry::StateChange;
use crate::people::standing::{Held, State};
use zaichang_core::ids::{AccountId, PersonId};
use zaichang_platform::db;

/// A state as the history of a person shows it.
pub(super) struct PastState {
    pub held: Held,
    pub reason: Option<String>,
    pub holds: bool,
    pub ended_early: bool,
    pub approved_by: Option<String>,
    pub approved_at: Option<Timestamp>,
}

/// The states that cover days of this person, in the order of their days.
pub(super) async fn rows(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Row>> {
    Ok(rows_of_all(connection, &[person.0]).await?.into_iter().map(|(_, row)| row).collect())
}

/// The same of each of these people, with whose it is.
pub(super) async fn rows_of_all(
    connection: &mut PgConnection,
    people: &[i64],
) -> sqlx::Result<Vec<(i64, Row)>> {
    let rows = query!(
        "select id, person_id, state, first_day, last_day from person_states where person_id = any($1) and holds
         order by person_id, first_day nulls first",
        people,
    );
    let rows = rows.fetch_all(connection).await?.into_iter().map(|row| {
        let held = Held {
            state: db::word("person_states", "state", row.id, &row.state)?,
            from: row.first_day.map(jiff_sqlx::Date::to_jiff),
            to: row.last_day.map(jiff_sqlx::Date::to_jiff),
        };
        Ok((row.person_id, Row { id: row.id, held }))
    });
    rows.collect()
}

/// All that was ever approved of this person, the newest first: at most 200.
pub(super) async fn history(executor: impl PgExecutor<'_>, person: PersonId) -> sqlx::Result<Vec<PastState>> {
    let rows = query!(
        r#"select person_states.id, state, first_day, last_day, reason, holds, ended_by, accounts.name as "by?", approved_at
           from person_states
           left join accounts on accounts.id = approved_by
           where person_id = $1 order by person_states.id desc limit 200"#,
        person.0,
    );
    let rows = rows.fetch_all(executor).await?.into_iter().map(|row| {
        Ok(PastState {
            held: Held {
                state: db::word("person_states", "state", row.id, &row.state)?,
                from: row.first_day.map(jiff_sqlx::Date::to_jiff),
                to: row.last_day.map(jiff_sqlx::Date::to_jiff),
            },
            reason: row.reason,
            holds: row.holds,
            ended_early: row.ended_by.is_some(),
            approved_by: row.by,
            approved_at: row.approved_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    rows.collect()
}

/// Keeps as a row in which state a person has been since before days were kept; its row.
pub(super) async fn keep_without_days(
    connection: &mut PgConnection,
    person: PersonId,
    state: State,
) -> sqlx::Result<Row> {
    let id = query_scalar!(
        "insert into person_states (person_id, state, holds) values ($1, $2, true) returning id",
        person.0,
        state.word(),
    );
    let held = Held { state, from: None, to: None };
    Ok(Row { id: id.fetch_one(connection).await?, held })
}

/// Keeps an approved change, once those that stood have given way to it.
pub(super) async fn approve(
    connection: &mut PgConnection,
    person: PersonId,
    change: &StateChange,
    effects: &Effects,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    // Those first that are in the way of it: no two may hold on one day.
    let (ended, last_days): (Vec<_>, Vec<_>) =
        effects.end.iter().map(|(row, last)| (row.id, last.to_sqlx())).unzip();
    let replaced: Vec<_> = effects.replace.iter().map(|row| row.id).collect();
    query!(
        "update person_states set last_day = ended.last_day
         from unnest($1::bigint[], $2::date[]) ended (id, last_day) where person_states.id = ended.id",
        &ended,
        &last_days as _,
    )
    .execute(&mut *connection)
    .await?;
    query!("update person_states set holds = false where id = any($1)", &replaced)
        .execute(&mut *connection)
        .await?;
    let given_way: Vec<_> = ended.into_iter().chain(replaced).collect();
    query!(
        "with approved as (
             insert into person_states (person_id, state, first_day, last_day, reason, approved_by, approved_at, holds)
             values ($1, $2, $3, $4, $5, $6, $7, $2 <> 'normal') returning id
         )
         update person_states set ended_by = approved.id from approved where person_states.id = any($8)",
        person.0,
        change.state.word(),
        change.from.to_sqlx() as _,
        change.to.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
        change.reason,
        by.0,
        now.to_sqlx() as _,
        &given_way,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts a step as a change of the person: who decides next has seen it. From an approval on, days say in which state they are;
/// `now_in` is what a release that knows none goes by.
pub(super) async fn count_step(
    connection: &mut PgConnection,
    person: PersonId,
    by: AccountId,
    now: Timestamp,
    now_in: Option<State>,
) -> sqlx::Result<()> {
    query!(
        "update people set version = version + 1, changed_by = $2, changed_at = $3,
             states_dated = states_dated or $4::text is not null, state = coalesce($4, state)
         where id = $1",
        person.0,
        by.0,
        now.to_sqlx() as _,
        now_in.map(|state| state.without_days().word()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How often changes of this person's state were handed in since then.
pub(super) async fn submissions_since(
    connection: &mut PgConnection,
    person: PersonId,
    since: Timestamp,
) -> sqlx::Result<i64> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from reviews join review_steps on review_id = reviews.id
           where noun = 'person_state' and noun_id = $1 and step = 'submit' and at > $2"#,
        person.0,
        since.to_sqlx() as _,
    );
    count.fetch_one(connection).await
}

/// Whether changes wait for a verdict whose nearest authority this is: of those above a person's unit, the nearest with an account
/// that may judge them.
pub(super) async fn some_wait_for(
    executor: impl PgExecutor<'_>,
    authority: i64,
    rights: &[String],
) -> sqlx::Result<bool> {
    // Of each unit once, however many of its people's changes wait.
    let wait = query_scalar!(
        r#"select exists (
               select from (
                   select distinct people.unit_id from reviews join people on people.id = noun_id
                   where noun = 'person_state' and reviews.state = 'submitted' and people.unit_id in (select unit_and_below($1))
               ) waiting
               where $1 = (
                   select units.id from units
                   where units.id in (select unit_and_above(waiting.unit_id)) and units.kind in ('province', 'city', 'county')
                       and exists (select from accounts
                           where accounts.unit_id = units.id and disabled_at is null
                               and (accounts.rights is null or accounts.rights && $2))
                   order by length(units.path) desc limit 1
               )
           ) as "wait!""#,
        authority,
        rights,
    );
    wait.fetch_one(executor).await
}
