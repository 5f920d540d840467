//! How names are read: the names of people and units without a reading, and keeping what was worked out.

use sqlx::{PgConnection, query};

use zaichang_core::reading::Reading;

/// The next people after this one whose names are not read yet, locked; without those that are locked already.
pub(in crate::people) async fn unread(
    connection: &mut PgConnection,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!(
        "select id, name from people where pinyin is null and id > $1 order by id limit $2 for no key update skip locked",
        after,
        limit,
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Keeps how people's names are read. How many.
pub(in crate::people) async fn keep_readings(
    connection: &mut PgConnection,
    readings: &[(i64, Reading)],
) -> sqlx::Result<u64> {
    let ids: Vec<_> = readings.iter().map(|(id, _)| *id).collect();
    let pinyin: Vec<_> = readings.iter().map(|(_, reading)| reading.pinyin.clone()).collect();
    let initials: Vec<_> = readings.iter().map(|(_, reading)| reading.initials.clone()).collect();
    let kept = query!(
        "update people set pinyin = reading.pinyin, initials = reading.initials
         from unnest($1::bigint[], $2::text[], $3::text[]) reading (id, pinyin, initials) where people.id = reading.id",
        &ids,
        &pinyin,
        &initials,
    );
    Ok(kept.execute(connection).await?.rows_affected())
}

/// The next units after this one whose names are not read yet, locked; without those that are locked already.
pub(in crate::people) async fn unread_units(
    connection: &mut PgConnection,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!(
        "select id, name from units where pinyin is null and id > $1 order by id limit $2 for no key update skip locked",
        after,
        limit,
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Keeps how units' names are read. How many.
pub(in crate::people) async fn keep_readings_of_units(
    connection: &mut PgConnection,
    readings: &[(i64, Reading)],
) -> sqlx::Result<u64> {
    let ids: Vec<_> = readings.iter().map(|(id, _)| *id).collect();
    let pinyin: Vec<_> = readings.iter().map(|(_, reading)| reading.pinyin.clone()).collect();
    let initials: Vec<_> = readings.iter().map(|(_, reading)| reading.initials.clone()).collect();
    let kept = query!(
        "update units set pinyin = reading.pinyin, initials = reading.initials
         from unnest($1::bigint[], $2::text[], $3::text[]) reading (id, pinyin, initials) where units.id = reading.id",
        &ids,
        &pinyin,
        &initials,
    );
    Ok(kept.execute(connection).await?.rows_affected())
}
