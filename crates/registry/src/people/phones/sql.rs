//! The queries of people's phones as they are replaced: who is held, and what was changed before.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::How;
use crate::document::{Document, DocumentKind};
use crate::entered::name_as_entered;
use zaichang_core::clock::{day_of, instant_of};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::db;

/// Times that somebody may say in a day who they are; the constraint `identity_tries_are_few` says the same.
const TRIES_A_DAY: i16 = 5;

/// A person whose phone may be replaced, as they stand.
pub struct Owned {
    pub id: PersonId,
    pub phone_index: Vec<u8>,
    pub(super) phone_sealed: Vec<u8>,
    pub(super) id_number_sealed: Vec<u8>,
    pub(super) key_id: Vec<u8>,
}

/// Holds a person until the transaction ends.
pub async fn hold(transaction: &mut PgConnection, PersonId(id): PersonId) -> sqlx::Result<Owned> {
    let row = query!(
        "select phone_index, phone_sealed, id_number_sealed, key_id from people where id = $1 for no key update",
        id
    );
    let row = row.fetch_one(transaction).await?;
    Ok(Owned {
        id: PersonId(id),
        phone_index: row.phone_index,
        phone_sealed: row.phone_sealed,
        id_number_sealed: row.id_number_sealed,
        key_id: row.key_id,
    })
}

/// Whether this person may say once more today who they are; it counts, right or wrong, on every node.
pub async fn try_identity(pool: &PgPool, PersonId(id): PersonId, day: Date) -> sqlx::Result<bool> {
    let counted = query!(
        "insert into identity_tries (person_id, day, tries) values ($1, $2, 1)
         on conflict on constraint identity_tries_are_counted_by_day
             do update set tries = identity_tries.tries + 1 where identity_tries.tries < $3",
        id,
        day.to_sqlx() as _,
        TRIES_A_DAY,
    );
    Ok(counted.execute(pool).await?.rows_affected() == 1)
}

/// Whether a person is registered by this name and number. Of which document it is, their row says; the dot of names such as
/// 买买提·吐尔逊 is written in many ways.
pub async fn is_identity(
    pool: &PgPool,
    sealer: &Sealer,
    PersonId(id): PersonId,
    name: &str,
    number: &str,
    today: Date,
) -> sqlx::Result<bool> {
    let row = query!("select name, document from people where id = $1", id).fetch_one(pool).await?;
    let kind: DocumentKind = db::word("people", "document", id, &row.document)?;
    let Ok(document) = Document::parse(kind, number, today) else { return Ok(false) };
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &document.expose()).collect();
    let has_number = query_scalar!(
        r#"select exists (select from people where id = $1 and id_number_index = any($2))
               or exists (select from number_indexes where person_id = $1 and kind = 'id_number' and index = any($2)) as "has!""#,
        id,
        &indexes,
    );
    let is_called = name_as_entered(name).is_some_and(|name| name_as_entered(&row.name) == Some(name));
    Ok(has_number.fetch_one(pool).await? && is_called)
}

/// How often somebody has replaced their own phone on this day.
pub(super) async fn own_changes_of(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
    day: Date,
) -> sqlx::Result<i64> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from phone_changes where person_id = $1 and at >= $2 and how <> 'unit'"#,
        id,
        instant_of(day, 0).to_sqlx() as _,
    );
    count.fetch_one(connection).await
}

/// Writes down that the phone is replaced; the change's id.
pub(super) async fn keep(
    connection: &mut PgConnection,
    owned: &Owned,
    how: How,
    now: Timestamp,
) -> sqlx::Result<i64> {
    let kept = query_scalar!(
        "insert into phone_changes (person_id, at, how, account_id) values ($1, $2, $3, $4) returning id",
        owned.id.0,
        now.to_sqlx() as _,
        how.word(),
        how.account().map(|account| account.0),
    );
    kept.fetch_one(connection).await
}

/// The unit sees the phone, masked: who changes the person next has to have seen this one. The password goes with the phone before:
/// who knew it may be the one from whom the person was taken back.
pub(super) async fn count_version(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
    how: How,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update people set password_hash = null, version = version + 1, changed_by = $2, changed_at = $3 where id = $1",
        id,
        how.account().map(|account| account.0),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether one of these indexes is of the person's phone; the row is held against changes until the transaction ends, by one at a
/// time: however many log in, a change of it is not kept waiting for ever.
pub(super) async fn keeps(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
    indexes: &[Vec<u8>],
) -> sqlx::Result<bool> {
    // By the row alone: it has the newest index that its writer knew, which is one of a list that has any key in common with it.
    let kept = query_scalar!(
        "select id from people where id = $1 and merged_into is null and phone_index = any($2) for no key update",
        id,
        indexes
    );
    Ok(kept.fetch_optional(connection).await?.is_some())
}

/// Whether this hash is still of the person's password; the row is held.
pub(super) async fn keeps_password(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
    hash: &str,
) -> sqlx::Result<bool> {
    let kept = query_scalar!(
        "select id from people where id = $1 and password_hash = $2 for no key update",
        id,
        hash
    );
    Ok(kept.fetch_optional(connection).await?.is_some())
}

/// Whether this person is not merged into another; it stays so until the transaction ends.
pub(super) async fn stays_unmerged(
    connection: &mut PgConnection,
    PersonId(id): PersonId,
) -> sqlx::Result<bool> {
    let unmerged =
        query_scalar!("select id from people where id = $1 and merged_into is null for no key update", id);
    Ok(unmerged.fetch_optional(connection).await?.is_some())
}

/// Takes away what was to be told before this, and counts of earlier days.
pub(in crate::people) async fn sweep(pool: &PgPool, before: Timestamp) -> sqlx::Result<()> {
    query!("delete from phone_notices where at < $1", before.to_sqlx() as _).execute(pool).await?;
    query!("delete from identity_tries where day < $1", day_of(before).to_sqlx() as _).execute(pool).await?;
    Ok(())
}
