//! A batch of staged rows written: each step one statement for all of its rows.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde_json::{Value, json};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::people::sql::wait_for_submissions;
use zaichang_core::ids::UnitId;

/// Holds the units and departments of a batch until the transaction ends, and says whether each is still open, the admin's, and the
/// department the unit's.
pub(in crate::people::import) async fn hold_places(
    connection: &mut PgConnection,
    batch: Uuid,
    above: UnitId,
) -> sqlx::Result<bool> {
    // Each before what lies in it, as who closes units does.
    query_scalar!(
        "select id from units where id in (
             select unit_id from staged_people where batch = $1 union select department_id from staged_people where batch = $1
         ) order by length(path), id for share",
        batch,
    )
    .fetch_all(&mut *connection)
    .await?;
    let stand = query_scalar!(
        r#"select not exists (
               select from (
                   select distinct coalesce(staged.unit_id, people.unit_id) as unit_id, staged.department_id
                   from staged_people staged left join people on people.id = staged.person_id
                   where batch = $1
               ) placed
               join units on units.id = placed.unit_id
               left join units departments on departments.id = placed.department_id
               where units.kind <> 'unit' or units.closed_at is not null
                   or not starts_with(units.path, (select path from units where id = $2))
                   or departments.id is not null and (departments.kind <> 'department' or departments.closed_at is not null
                       or not starts_with(departments.path, units.path))
           ) as "stand!""#,
        batch,
        above.0,
    );
    stand.fetch_one(connection).await
}

/// How many people a batch enters into each unit, and of how many it fills something in.
pub(in crate::people::import) async fn units(
    connection: &mut PgConnection,
    batch: Uuid,
) -> sqlx::Result<Vec<(i64, Value)>> {
    let rows = query!(
        r#"select coalesce(staged.unit_id, people.unit_id) as "unit!", count(*) filter (where person_id is null) as "added!",
               count(person_id) as "changed!"
           from staged_people staged left join people on people.id = staged.person_id
           where batch = $1 group by 1 order by 1"#,
        batch,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    Ok(rows.map(|row| (row.unit, json!({ "added": row.added, "changed": row.changed }))).collect())
}

/// Has this transaction wait for others as long as a file of theirs may take.
pub(in crate::people::import) async fn wait_longer(connection: &mut PgConnection) -> sqlx::Result<()> {
    query!("select set_config('lock_timeout', '60s', true) as set").fetch_one(connection).await?;
    Ok(())
}

/// Whether a person who waits for a verdict, at any unit, has the number or the phone of one whom the batch has entered. No registration is
/// submitted from now on until the transaction ends.
pub(in crate::people::import) async fn overtakes(
    connection: &mut PgConnection,
    batch: Uuid,
) -> sqlx::Result<bool> {
    wait_for_submissions(connection).await?;
    let overtakes = query_scalar!(
        r#"select exists (
               select from registrations
               cross join lateral unnest(coalesce(number_indexes, '{}') || coalesce(phone_indexes, '{}') || phone_index) held (index)
               join (
                   select id_number_index as index from staged_people where batch = $1 and person_id is null
                   union all select phone_index from staged_people where batch = $1 and person_id is null
               ) entered on entered.index = held.index
               where registrations.person_id is null and exists (
                   select from reviews where noun = 'registration' and noun_id = registrations.id and state = 'submitted'
               )
           ) as "overtakes!""#,
        batch,
    );
    overtakes.fetch_one(connection).await
}

/// Has what follows in this transaction planned for many rows: statistics know nothing of what was staged just now, nor perhaps of
/// who was entered by the import before, and a join that is planned for three rows would go over all of them for each.
pub(in crate::people::import) async fn plan_for_many(connection: &mut PgConnection) -> sqlx::Result<()> {
    query!("select set_config('enable_nestloop', 'off', true) as joins, set_config('enable_seqscan', 'off', true) as reads")
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Enters the new people of a batch, approved at this instant; `acts` are the log's entries by unit. How many.
pub(in crate::people::import) async fn enter(
    connection: &mut PgConnection,
    batch: Uuid,
    acts: &HashMap<i64, i64>,
    has_older_keys: bool,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let (units, ids): (Vec<i64>, Vec<i64>) = acts.iter().unzip();
    // In the order of their indexes, so that two that enter the same wait for each other and not for ever.
    let entered = query!(
        "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, card_number, account, title, specialty,
             unit_id, department_id, registration, state, pinyin, initials, document, title_series, title_level, takes_part,
             approved_at, import_act_id)
         select name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, card_number, account, title, specialty,
             staged.unit_id, department_id, 'approved', 'normal', pinyin, initials, document, title_series, title_level, takes_part,
             $2, act.id
         from staged_people staged join unnest($3::bigint[], $4::bigint[]) act (unit_id, id) on act.unit_id = staged.unit_id
         where batch = $1 and person_id is null order by id_number_index",
        batch,
        now.to_sqlx() as _,
        &units,
        &ids,
    );
    let entered = entered.execute(&mut *connection).await?.rows_affected();
    if has_older_keys {
        hold_under_older_keys(connection, batch).await?;
    }
    Ok(entered)
}

/// The row's own indexes are held by Postgres itself; those under the other keys of the list here.
async fn hold_under_older_keys(connection: &mut PgConnection, batch: Uuid) -> sqlx::Result<()> {
    query!(
        "with owned as materialized (
             select (select id from people where people.id_number_index = staged.id_number_index) as id, other_id_number_indexes as numbers,
                 other_phone_indexes as phones
             from staged_people staged where batch = $1 and person_id is null
         )
         select hold_numbers('id_number', array_agg(id), array_agg(substring(numbers from 32 * at - 31 for 32))),
             hold_numbers('phone', array_agg(id), array_agg(substring(phones from 32 * at - 31 for 32)))
         from owned cross join lateral generate_series(1, octet_length(numbers) / 32) at having count(*) > 0",
        batch,
    )
    .fetch_optional(connection)
    .await?;
    Ok(())
}

/// Of these people something is filled in: what stands of each, and what will.
pub(in crate::people::import) async fn changed(
    connection: &mut PgConnection,
    batch: Uuid,
    people: &[i64],
) -> sqlx::Result<Vec<(i64, Value)>> {
    let rows = query!(
        r#"select people.id as "id!", people.title as "title!", people.title_series, people.title_level,
               stands.name as "department?", staged.title as new_title, staged.title_series as new_series,
               staged.title_level as new_level, filled.name as "new_department?", staged.card_number is not null as "card!",
               staged.account is not null as "account!"
           from staged_people staged join people on people.id = staged.person_id
           left join units stands on stands.id = people.department_id left join units filled on filled.id = staged.department_id
           where batch = $1 and person_id = any($2) and people.id = any($2) order by person_id"#,
        batch,
        people,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    let acts = rows.map(|row| {
        let before = json!({ "department": row.department, "title": row.title, "title_series": row.title_series,
            "title_level": row.title_level });
        let after = json!({
            "department": row.new_department.or(row.department), "title": row.new_title.unwrap_or(row.title),
            "title_series": row.new_series.or(row.title_series), "title_level": row.new_level.or(row.title_level),
        });
        let mut detail = json!({ "before": before, "after": after, "imported": true });
        if row.card {
            detail["card_number_added"] = json!(true);
        }
        if row.account {
            detail["account_added"] = json!(true);
        }
        (row.id, detail)
    });
    Ok(acts.collect())
}

/// Fills in what is empty of these, if they stand as they were seen: an account that somebody has set meanwhile counts no version. How many.
pub(in crate::people::import) async fn fill(
    connection: &mut PgConnection,
    batch: Uuid,
    people: &[i64],
) -> sqlx::Result<u64> {
    let filled = query!(
        "update people set department_id = coalesce(people.department_id, staged.department_id),
             card_number = coalesce(people.card_number, staged.card_number),
             account = coalesce(people.account, staged.account), title = coalesce(staged.title, people.title),
             title_series = coalesce(staged.title_series, people.title_series),
             title_level = coalesce(staged.title_level, people.title_level)
         from staged_people staged
         where batch = $1 and staged.person_id = any($2) and people.id = any($2) and staged.person_id = people.id
             and people.version = staged.version and (staged.account is null or people.account is null)",
        batch,
        people,
    );
    Ok(filled.execute(connection).await?.rows_affected())
}

/// Of whom a batch fills something in.
pub(in crate::people::import) async fn people(
    connection: &mut PgConnection,
    batch: Uuid,
) -> sqlx::Result<Vec<i64>> {
    let ids = query_scalar!(
        r#"select person_id as "id!" from staged_people where batch = $1 and person_id is not null order by person_id"#,
        batch,
    );
    ids.fetch_all(connection).await
}
