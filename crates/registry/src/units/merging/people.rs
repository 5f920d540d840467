//! Moving the people of a merged unit: a job that takes a few hundred at a time, each lot in a transaction of its own with who was
//! moved and how many so far. A node that dies leaves whole lots behind; the next one goes on with who is left. Twice at once, the
//! second waits for the first's lot and takes the next.

use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgPool, query, query_scalar};

use zaichang_core::clock::Clock;
use zaichang_core::ids::{AccountId, UnitId};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::jobs::{Failed, Job, Try};

/// People of one lot: so few that no request for one of them waits for long, and that nodes hear of them in between.
const LOT: i64 = 500;

/// Moves who is still of the unit that was merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::units) struct MoveMergedPeople {
    /// Of `unit_merges`.
    pub merge: i64,
}

impl Job for MoveMergedPeople {
    const NAME: &'static str = "move_merged_people";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        format!("merge:{}", self.merge)
    }
}

pub(in crate::units) async fn move_people(
    job: MoveMergedPeople,
    attempt: Try,
    clock: Clock,
) -> Result<(), Failed> {
    loop {
        match lot(&attempt.pool, job.merge, &clock).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                tracing::error!(%error, merge = job.merge, "moving the people of a merged unit is put off");
                return Err(Failed("database"));
            }
        }
    }
}

/// Moves the next lot; false once no person is left, which is written down once.
async fn lot(pool: &PgPool, merge: i64, clock: &Clock) -> sqlx::Result<bool> {
    let mut transaction = pool.begin().await?;
    // The lock of the whole merge: one lot at a time, whichever node does it.
    let row = query!(
        r#"select from_id, into_id, account_id, finished_at, people, accounts.unit_id as account_unit, units.name as unit
           from unit_merges join accounts on accounts.id = account_id join units on units.id = into_id
           where unit_merges.id = $1 for no key update of unit_merges"#,
        merge,
    );
    let Some(row) = row.fetch_optional(&mut *transaction).await? else { return Ok(false) };
    if row.finished_at.is_some() {
        return Ok(false);
    }
    let now = clock.now();
    // People have versions: their author is the admin who merged.
    query!(
        r#"select set_config('zaichang.changed_by', $1::bigint::text, true) as "by!",
                   set_config('zaichang.changed_at', $2::timestamptz::text, true) as "at!""#,
        row.account_id,
        now.to_sqlx() as _,
    )
    .fetch_one(&mut *transaction)
    .await?;
    let moved = query_scalar!(
        r#"with lot as (
               select id, department_id from people
               where unit_id = $2 and id in (select id from people where unit_id = $2 limit $4) order by id for no key update
           ), noted as (
               insert into merged_people (merge_id, person_id, department_id) select $1, id, department_id from lot
           ), moved as (
               update people set unit_id = $3,
                   department_id = coalesce((select merged_into from units where units.id = lot.department_id), lot.department_id)
               from lot where people.id = lot.id returning people.id
           )
           select count(*) as "moved!" from moved"#,
        merge,
        row.from_id,
        row.into_id,
        LOT,
    );
    let moved = moved.fetch_one(&mut *transaction).await?;
    let so_far = row.people + i32::try_from(moved).unwrap_or(i32::MAX);
    let is_over = moved == 0;
    query!(
        "update unit_merges set people = $2, finished_at = case when $3 then $4::timestamptz end where id = $1",
        merge,
        so_far,
        is_over,
        now.to_sqlx() as _,
    )
    .execute(&mut *transaction)
    .await?;
    if is_over {
        let detail = json!({ "into": row.unit, "people": so_far });
        let entry = Entry { action: "finish_merge", noun: "unit", noun_id: row.from_id, detail };
        let by = (AccountId(row.account_id), UnitId(row.account_unit));
        audit::record_as(&mut transaction, by, now, entry).await?;
    }
    transaction.commit().await?;
    Ok(!is_over)
}
