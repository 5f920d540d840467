//! The rows that older master keys sealed.

use sqlx::{PgConnection, query, query_scalar};

use super::hold_other_indexes;
use crate::people::Error;
use crate::people::reseal::used;
use zaichang_core::ids::PersonId;
use zaichang_core::seal::{Kind, Sealed};

pub(in crate::people) struct OldSeal {
    pub id: i64,
    pub key_id: Vec<u8>,
    pub id_number_sealed: Vec<u8>,
    pub phone_sealed: Vec<u8>,
}

/// The next rows after this one that an older key sealed, locked; without those that are locked already. Less or greater, and not
/// unequal: an index finds these, so that millions of people are not read at each start to learn that there are none.
pub(in crate::people) async fn sealed_by_older_keys(
    connection: &mut PgConnection,
    key_id: &[u8],
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<OldSeal>> {
    sqlx::query_as!(
        OldSeal,
        "select id, key_id, id_number_sealed, phone_sealed from people
         where (key_id < $1 or key_id > $1) and id > $2 order by id limit $3 for update skip locked",
        key_id,
        after,
        limit,
    )
    .fetch_all(connection)
    .await
}

/// The first rows that an older key sealed.
pub(in crate::people) async fn older_seals(
    connection: &mut PgConnection,
    key_id: &[u8],
    limit: i64,
) -> sqlx::Result<Vec<OldSeal>> {
    sqlx::query_as!(
        OldSeal,
        "select id, key_id, id_number_sealed, phone_sealed from people where key_id < $1 or key_id > $1 order by id limit $2",
        key_id,
        limit,
    )
    .fetch_all(connection)
    .await
}

pub(in crate::people) async fn count_older_seals(
    connection: &mut PgConnection,
    key_id: &[u8],
) -> sqlx::Result<i64> {
    let count =
        query_scalar!(r#"select count(*) as "count!" from people where key_id < $1 or key_id > $1"#, key_id);
    count.fetch_one(connection).await
}

/// Another person who has one of these numbers, under whatever key.
pub(in crate::people) async fn another_with(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
    id_numbers: &[Vec<u8>],
    phones: &[Vec<u8>],
) -> sqlx::Result<Option<PersonId>> {
    let other = query_scalar!(
        "select id from people where (id_number_index = any($2) or phone_index = any($3)) and id <> $1 limit 1",
        id,
        id_numbers,
        phones,
    );
    Ok(other.fetch_optional(connection).await?.map(PersonId))
}

pub(in crate::people) async fn reseal(
    connection: &mut PgConnection,
    id: i64,
    id_number: &Sealed,
    phone: &Sealed,
    key_id: &[u8],
) -> Result<(), Error> {
    query!(
        "update people set id_number_sealed = $2, id_number_index = $3, phone_sealed = $4, phone_index = $5, key_id = $6
         where id = $1",
        id,
        id_number.bytes,
        id_number.index,
        phone.bytes,
        phone.index,
        key_id,
    )
    .execute(&mut *connection)
    .await
    .map_err(used)?;
    hold_other_indexes(connection, Kind::IdNumber, [(id, id_number)]).await?;
    hold_other_indexes(connection, Kind::Phone, [(id, phone)]).await
}
