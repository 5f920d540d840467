//! The queries of invitations: how many may be invited, and who is, claimed by their own row: of two acts at once one has them. Who
//! was invited counts as invited for as long as the message waits, was sent or may have been: one that failed keeps none from the next.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use super::MOST;
use zaichang_core::ids::{PersonId, UnitId};

/// Who is meant: some of a unit, or all of it.
#[derive(Clone, Copy)]
pub(super) struct Meant<'a> {
    pub unit: UnitId,
    /// None of all.
    pub chosen: Option<&'a [i64]>,
    pub today: Date,
    /// Who was invited after this is not invited again.
    pub lately: Timestamp,
}

/// What an invitation would come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Who may be invited now.
    pub can_be: i64,
    /// Of those of them whom one act would invite, who was invited before.
    pub once_more: i64,
    /// Who has not logged in, and was invited lately.
    pub lately: i64,
    /// Who cannot be invited; of all of a unit they are not counted.
    pub others: i64,
}

/// People who were entered from a file, are approved and not cancelled, and have never logged in.
pub(super) async fn count(connection: &mut PgConnection, meant: Meant<'_>) -> sqlx::Result<Counted> {
    let row = query!(
        r#"with waiting as (
               select invited.at, invited.at > $4 and exists (
                       select from notices join notice_deliveries on notice_id = notices.id
                       where noun = 'person' and noun_id = people.id and kind = 'person_invited' and notices.at >= invited.at
                           and notice_deliveries.state in ('waiting', 'sent', 'unknown')
                   ) as is_lately
               from people left join person_invitations invited on invited.person_id = people.id
               where unit_id = $1 and ($2::bigint[] is null or people.id = any($2))
                   and import_act_id is not null and registration = 'approved' and merged_into is null
                   and not exists (select from first_logins where first_logins.person_id = people.id)
                   and person_state_on(people.id, states_dated, people.state, $3) <> 'cancelled'
           )
           select count(*) filter (where is_lately is not true) as "can_be!", count(*) filter (where at is null) as "never!",
               count(*) filter (where is_lately) as "lately!", count(*) as "in_all!"
           from waiting"#,
        meant.unit.0,
        meant.chosen as _,
        meant.today.to_sqlx() as _,
        meant.lately.to_sqlx() as _,
    );
    let row = row.fetch_one(connection).await?;
    let chosen = meant.chosen.map_or(row.in_all, |chosen| i64::try_from(chosen.len()).unwrap_or(i64::MAX));
    Ok(Counted {
        can_be: row.can_be,
        // Of those whom one act invites: who never was comes first.
        once_more: (row.can_be.min(MOST.into()) - row.never).max(0),
        lately: row.lately,
        others: chosen - row.in_all,
    })
}

/// Claims those of them who may be invited, at most so many: first who never was, then whose invitation is the oldest; who they are.
/// Another act that has them is waited for, and has them: each claims only what stands as it was read.
pub(super) async fn claim(
    connection: &mut PgConnection,
    meant: Meant<'_>,
    most: u16,
    now: Timestamp,
) -> sqlx::Result<Vec<i64>> {
    let claimed = query_scalar!(
        "insert into person_invitations as invited (person_id, at, times)
         select chosen.id, $6, chosen.times + 1 from (
             select people.id, coalesce(before.times, 0) as times
         from people left join person_invitations before on before.person_id = people.id
         where unit_id = $1 and ($2::bigint[] is null or people.id = any($2))
             and import_act_id is not null and registration = 'approved' and merged_into is null
             and not exists (select from first_logins where first_logins.person_id = people.id)
             and person_state_on(people.id, states_dated, people.state, $3) <> 'cancelled'
             and (before.at is null or before.at <= $4 or not exists (
                   select from notices join notice_deliveries on notice_id = notices.id
                   where noun = 'person' and noun_id = people.id and kind = 'person_invited' and notices.at >= before.at
                       and notice_deliveries.state in ('waiting', 'sent', 'unknown')
               ))
         order by before.at nulls first, people.id limit $5
         ) chosen order by id
         on conflict on constraint person_is_invited_by_one_row
             do update set at = excluded.at, times = excluded.times where invited.times = excluded.times - 1
         returning person_id",
        meant.unit.0,
        meant.chosen as _,
        meant.today.to_sqlx() as _,
        meant.lately.to_sqlx() as _,
        i64::from(most),
        now.to_sqlx() as _,
    );
    claimed.fetch_all(connection).await
}

/// Has a person be invited anew: the invitation went to a phone that is theirs no longer. Before their row is changed, as who invites
/// has the invitation before they hold the person.
pub(in crate::people) async fn free(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
) -> sqlx::Result<()> {
    query!("delete from person_invitations where person_id = $1", id).execute(connection).await?;
    Ok(())
}
