//! Which person somebody is who logs in or names themselves, and what must be known of them for it.

use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::days::query_with_standing;
use super::standing;
use crate::document::{Document, DocumentKind};
use crate::people::standing::Merged;
use crate::people::{Error, Standing};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::{self, Kind, Sealer};
use zaichang_core::{IdNumber, Phone};

/// Whose phone this is.
pub async fn by_phone(
    pool: &PgPool,
    sealer: &Sealer,
    phone: &Phone,
) -> sqlx::Result<Option<(PersonId, Standing)>> {
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    let row = query_with_standing!("", "where phone_index = any($1)", &indexes).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let standing = standing(row.id, &row.registration, &row.state, row.days)?;
    let standing = Standing { merged: Merged::of(row.merged_into, row.merged_with), ..standing };
    Ok(Some((PersonId(row.id), standing)))
}

/// Whose a name and an ID number must be.
#[derive(Debug)]
pub enum Whose {
    /// The person who has this phone.
    Phone(Phone),
    Person(PersonId),
}

/// The person whose name and ID number these are, if it is this one. The dot of names such as 买买提·吐尔逊 is written in many ways.
pub async fn by_identity(
    pool: &PgPool,
    sealer: &Sealer,
    name: &str,
    id_number: &IdNumber,
    whose: Whose,
) -> sqlx::Result<Option<(PersonId, Standing)>> {
    let id_numbers: Vec<_> = sealer.indexes(Kind::IdNumber, id_number.expose()).collect();
    let (phones, person) = match whose {
        Whose::Phone(phone) => (sealer.indexes(Kind::Phone, phone.expose()).collect(), None),
        Whose::Person(PersonId(id)) => (Vec::new(), Some(id)),
    };
    let row = query_with_standing!(
        "",
        "where id_number_index = any($1) and (phone_index = any($2) or people.id = $3)
             and translate(name, '•‧・．.', '·····') = translate($4, '•‧・．.', '·····')",
        &id_numbers,
        &phones,
        person,
        name.trim(),
    );
    let row = row.fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let standing = standing(row.id, &row.registration, &row.state, row.days)?;
    let standing = Standing { merged: Merged::of(row.merged_into, row.merged_with), ..standing };
    Ok(Some((PersonId(row.id), standing)))
}

/// A person's name and ID number in clear, for the provider that compares a face with them.
pub async fn identity(pool: &PgPool, sealer: &Sealer, id: PersonId) -> Result<(String, IdNumber), Error> {
    let row = query!("select name, id_number_sealed, key_id from people where id = $1", id.0);
    let row = row.fetch_one(pool).await?;
    let clear = sealer.open(Kind::IdNumber, &row.key_id, &row.id_number_sealed)?;
    if Document::of_sealed(&clear).is_some_and(|document| document.kind() != DocumentKind::IdCard) {
        return Err(Error::NoIdCard);
    }
    let id_number = IdNumber::try_from(clear).map_err(|_| seal::Error::Altered)?;
    Ok((row.name, id_number))
}

/// Whose ID number this is, with the name that goes with it.
pub async fn by_id_number(
    pool: &PgPool,
    sealer: &Sealer,
    number: &IdNumber,
) -> sqlx::Result<Option<(PersonId, String, Standing)>> {
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, number.expose()).collect();
    let row = query_with_standing!(r#", name as "name!""#, "where id_number_index = any($1)", &indexes)
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let standing = standing(row.id, &row.registration, &row.state, row.days)?;
    let standing = Standing { merged: Merged::of(row.merged_into, row.merged_with), ..standing };
    Ok(Some((PersonId(row.id), row.name, standing)))
}

/// Whose account this is, with the password's hash.
pub async fn by_account(
    pool: &PgPool,
    account: &str,
) -> sqlx::Result<Option<(PersonId, Standing, Option<String>)>> {
    let row =
        query_with_standing!(", password_hash", "where account = $1", account).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let standing = standing(row.id, &row.registration, &row.state, row.days)?;
    let standing = Standing { merged: Merged::of(row.merged_into, row.merged_with), ..standing };
    Ok(Some((PersonId(row.id), standing, row.password_hash)))
}

/// What a person logs in by: the blind index of their phone, and their account if they have one.
pub async fn logs_in_by(pool: &PgPool, person: PersonId) -> sqlx::Result<(Vec<u8>, Option<String>)> {
    let row =
        query!("select phone_index, account from people where id = $1", person.0).fetch_one(pool).await?;
    Ok((row.phone_index, row.account))
}

/// Whether somebody is registered with this document, under whatever key of the list.
pub async fn is_registered(
    connection: &mut PgConnection,
    sealer: &Sealer,
    document: &Document,
) -> sqlx::Result<bool> {
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &document.expose()).collect();
    let found = query_scalar!(
        r#"select exists (select from people where id_number_index = any($1))
               or exists (select from number_indexes where index = any($1)) as "found!""#,
        &indexes,
    );
    found.fetch_one(connection).await
}

/// Whose row has this document number, under whatever key of the list; also one that was merged into another.
pub async fn of_document(
    connection: &mut PgConnection,
    sealer: &Sealer,
    document: &Document,
) -> sqlx::Result<Option<PersonId>> {
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &document.expose()).collect();
    let found = query_scalar!(
        r#"select coalesce(
               (select id from people where id_number_index = any($1) limit 1),
               (select person_id from number_indexes where kind = 'id_number' and index = any($1) limit 1)
           ) as person"#,
        &indexes,
    );
    Ok(found.fetch_one(connection).await?.map(PersonId))
}

/// Who has voided this document number, by name of their unit: it is that of a row that was merged into another, and no person
/// is registered with it anew.
pub async fn voided_by(
    connection: &mut PgConnection,
    sealer: &Sealer,
    document: &Document,
) -> sqlx::Result<Option<String>> {
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &document.expose()).collect();
    let by = query_scalar!(
        r#"select units.name from (
               select id from people where id_number_index = any($1)
               union select person_id from number_indexes where index = any($1)
           ) found
           join people on people.id = found.id and merged_into is not null
           join person_merges on from_id = people.id and undone_at is null
           join accounts on accounts.id = merged_by join units on units.id = accounts.unit_id
           limit 1"#,
        &indexes,
    );
    by.fetch_optional(connection).await
}

/// Whether somebody is registered with this phone, under whatever key of the list.
pub async fn is_phone_registered(
    connection: &mut PgConnection,
    sealer: &Sealer,
    phone: &Phone,
) -> sqlx::Result<bool> {
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    let found = query_scalar!(
        r#"select exists (select from people where phone_index = any($1))
               or exists (select from number_indexes where index = any($1)) as "found!""#,
        &indexes,
    );
    found.fetch_one(connection).await
}

/// Whether this blind index, under whatever key, is of this person's phone.
pub async fn has_phone(pool: &PgPool, PersonId(id): PersonId, index: &[u8]) -> sqlx::Result<bool> {
    let found = query_scalar!(
        r#"select exists (select from people where id = $1 and phone_index = $2)
               or exists (select from number_indexes where person_id = $1 and kind = 'phone' and index = $2) as "has!""#,
        id,
        index,
    );
    found.fetch_one(pool).await
}
