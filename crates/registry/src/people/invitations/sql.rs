//! The queries of invitations: how many may be invited, and who is, claimed by their own row: of two acts at once one has them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use zaichang_core::ids::UnitId;

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
    /// Of these, who was invited before.
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
               select invited.at from people left join person_invitations invited on invited.person_id = people.id
               where unit_id = $1 and ($2::bigint[] is null or people.id = any($2))
                   and import_act_id is not null and registration = 'approved' and merged_into is null
                   and not exists (select from first_logins where first_logins.person_id = people.id)
                   and person_state_on(people.id, states_dated, people.state, $3) <> 'cancelled'
           )
           select count(*) filter (where at is null or at <= $4) as "can_be!", count(*) filter (where at <= $4) as "once_more!",
               count(*) filter (where at > $4) as "lately!", count(*) as "in_all!"
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
        once_more: row.once_more,
        lately: row.lately,
        others: chosen - row.in_all,
    })
}

/// Claims those of them who may be invited, the first `most` by their ids; who they are. Another act that has them is waited for.
pub(super) async fn claim(
    connection: &mut PgConnection,
    meant: Meant<'_>,
    most: u16,
    now: Timestamp,
) -> sqlx::Result<Vec<i64>> {
    let claimed = query_scalar!(
        "insert into person_invitations as invited (person_id, at, times)
         select people.id, $6, 1 from people left join person_invitations before on before.person_id = people.id
         where unit_id = $1 and ($2::bigint[] is null or people.id = any($2))
             and import_act_id is not null and registration = 'approved' and merged_into is null
             and not exists (select from first_logins where first_logins.person_id = people.id)
             and person_state_on(people.id, states_dated, people.state, $3) <> 'cancelled'
             and (before.at is null or before.at <= $4)
         order by people.id limit $5
         on conflict on constraint person_is_invited_by_one_row
             do update set at = excluded.at, times = invited.times + 1 where invited.at <= $4
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
