//! The queries of SMS codes and of how many messages a number has been sent.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::sms_code::Owner;

/// Whether a device has proved this phone since then, or its person has checked in from it.
pub(super) async fn is_known(
    connection: &mut PgConnection,
    phone_indexes: &[Vec<u8>],
    device: &[u8; 16],
    since: Timestamp,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select exists (
               select from device_sms_codes
               where phone_index = any($1) and device_hash = $2 and proved_at > $3
           ) or exists (
               select from known_devices join people on people.id = person_id
               where phone_index = any($1) and device_hash = $2
           ) as "known!""#,
        phone_indexes,
        device.as_slice(),
        since.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await
}

/// Counts a message; false if the number has had all it may be sent that day.
pub(super) async fn count_message(
    connection: &mut PgConnection,
    phone_index: &[u8],
    day: Date,
    asked_by: &str,
    at_most: i16,
) -> sqlx::Result<bool> {
    let counted = query!(
        "insert into sms_messages as counted (phone_index, day, asked_by) values ($1, $2, $3)
         on conflict on constraint sms_messages_are_counted_once do update
         set messages = counted.messages + 1 where counted.messages < $4",
        phone_index,
        day.to_sqlx() as _,
        asked_by,
        at_most,
    )
    .execute(connection)
    .await?;
    Ok(counted.rows_affected() == 1)
}

/// Keeps a new code unless the device was sent one after `not_since`: then says when.
pub(super) async fn keep(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    code_mac: &[u8],
    life: Range<Timestamp>,
    not_since: Timestamp,
) -> sqlx::Result<Option<Timestamp>> {
    let kept = query!(
        "insert into device_sms_codes as kept (phone_index, device_hash, code_mac, sent_at, expires_at)
         values ($1, $2, $3, $4, $5)
         on conflict on constraint device_sms_code_is_one do update
         set code_mac = excluded.code_mac, sent_at = excluded.sent_at, expires_at = excluded.expires_at,
             tries = 0, used_at = null
         where kept.sent_at <= $6",
        owner.phone_index,
        owner.device.as_slice(),
        code_mac,
        life.start.to_sqlx() as _,
        life.end.to_sqlx() as _,
        not_since.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    if kept.rows_affected() == 1 {
        return Ok(None);
    }
    let sent_at = query_scalar!(
        "select sent_at from device_sms_codes where phone_index = $1 and device_hash = $2",
        owner.phone_index,
        owner.device.as_slice(),
    );
    Ok(Some(sent_at.fetch_one(connection).await?.to_jiff()))
}

/// Whether there is a code that may still be tried on this device: its own, or one that a node of the release before has sent.
pub(super) async fn awaits(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    now: Timestamp,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select exists (
               select from device_sms_codes
               where phone_index = $1 and device_hash = $2 and tries < 5 and used_at is null and expires_at > $3
           ) or exists (
               select from sms_codes
               where phone_index = $1 and tries < 5 and used_at is null and expires_at > $3
           ) as "awaits!""#,
        owner.phone_index,
        owner.device.as_slice(),
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await
}

/// Counts a try and gives the code's MAC, if it may still be tried.
pub(super) async fn count_try(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    now: Timestamp,
) -> sqlx::Result<Option<Vec<u8>>> {
    query_scalar!(
        "update device_sms_codes set tries = tries + 1
         where phone_index = $1 and device_hash = $2 and tries < 5 and used_at is null and expires_at > $3
         returning code_mac",
        owner.phone_index,
        owner.device.as_slice(),
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await
}

/// Marks this very code as used, and the phone as proved from this device; false if another request was first.
pub(super) async fn mark_used(
    connection: &mut PgConnection,
    owner: Owner<'_>,
    code_mac: &[u8],
    now: Timestamp,
) -> sqlx::Result<bool> {
    let used = query!(
        "update device_sms_codes set used_at = $4, proved_at = $4
         where phone_index = $1 and device_hash = $2 and code_mac = $3 and used_at is null",
        owner.phone_index,
        owner.device.as_slice(),
        code_mac,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// The same for a code of the release before this one.
pub(super) async fn count_try_of_any_device(
    connection: &mut PgConnection,
    phone_index: &[u8],
    now: Timestamp,
) -> sqlx::Result<Option<Vec<u8>>> {
    query_scalar!(
        "update sms_codes set tries = tries + 1
         where phone_index = $1 and tries < 5 and used_at is null and expires_at > $2
         returning code_mac",
        phone_index,
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await
}

/// The same for a code of the release before this one.
pub(super) async fn mark_used_of_any_device(
    connection: &mut PgConnection,
    phone_index: &[u8],
    code_mac: &[u8],
    now: Timestamp,
) -> sqlx::Result<bool> {
    let used = query!(
        "update sms_codes set used_at = $3 where phone_index = $1 and code_mac = $2 and used_at is null",
        phone_index,
        code_mac,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Takes away codes that expired before this, and counts of days before it. A device stays known to the phone that it has proved.
pub(super) async fn sweep(
    pool: &PgPool,
    before: Timestamp,
    day: Date,
    known_since: Timestamp,
) -> sqlx::Result<()> {
    let expired = query!(
        "delete from device_sms_codes where proved_at is null and expires_at < $1",
        before.to_sqlx() as _,
    );
    expired.execute(pool).await?;
    let forgotten = query!("delete from device_sms_codes where proved_at < $1", known_since.to_sqlx() as _);
    forgotten.execute(pool).await?;
    query!("delete from sms_messages where day < $1", day.to_sqlx() as _).execute(pool).await?;
    query!("delete from sms_codes where expires_at < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
