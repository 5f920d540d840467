//! The queries of distances.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgPool, query, query_scalar};

use crate::checkin::Slot;

/// Whether a scan of this slot has come since then.
pub(in crate::presence) async fn scanned_since(
    pool: &PgPool,
    slot: Slot,
    since: Timestamp,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select exists (
               select from check_ins
               where person_id = $1 and course_id = $2 and day = $3 and slot = $4 and at > $5 and source = 'scan'
           ) as "found!""#,
        slot.person.0,
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.slot,
        since.to_sqlx() as _,
    )
    .fetch_one(pool)
    .await
}

/// Whether a distance has been reported for this slot.
pub(in crate::presence) async fn is_known(pool: &PgPool, slot: Slot) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select exists (
               select from distances where course_id = $1 and day = $2 and person_id = $3 and slot = $4
           ) as "found!""#,
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.person.0,
        slot.slot,
    )
    .fetch_one(pool)
    .await
}

/// Keeps the first that is reported.
pub(in crate::presence) async fn keep(
    pool: &PgPool,
    slot: Slot,
    metres: i32,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into distances (person_id, course_id, day, slot, metres, told_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint distance_is_told_once do nothing",
        slot.person.0,
        slot.course.0,
        slot.day.to_sqlx() as _,
        slot.slot,
        metres,
        now.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}
