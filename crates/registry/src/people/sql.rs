//! The queries of people.

use sqlx::{Connection as _, PgConnection, PgPool, query, query_scalar};

use super::reseal::used;
use super::{Error, Masked, Passport, Standing};
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::reading::Reading;
use zaichang_core::seal::{self, Kind, Sealed, Sealer};
use zaichang_core::{IdNumber, Phone};
use zaichang_platform::db;

/// A person about to be written.
pub struct NewPerson<'a> {
    pub name: &'a str,
    pub id_number: &'a IdNumber,
    pub phone: &'a Phone,
    pub card_number: Option<&'a str>,
    pub account: Option<&'a str>,
    pub password_hash: Option<&'a str>,
    pub title: &'a str,
    pub specialty: &'a str,
    pub unit_id: UnitId,
    pub department_id: Option<UnitId>,
    pub registration: &'a str,
    pub state: &'a str,
}

pub async fn insert(
    connection: &mut PgConnection,
    sealer: &Sealer,
    person: &NewPerson<'_>,
) -> Result<PersonId, Error> {
    let id_number = sealer.seal(Kind::IdNumber, person.id_number.expose())?;
    let phone = sealer.seal(Kind::Phone, person.phone.expose())?;
    let key_id = sealer.key_id();
    let reading = Reading::of_name(person.name);
    let mut transaction = connection.begin().await?;
    let row = query!(
        "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, card_number,
             account, password_hash, title, specialty, unit_id, department_id, registration, state, pinyin, initials)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) returning id",
        person.name,
        id_number.bytes,
        id_number.index,
        phone.bytes,
        phone.index,
        key_id.as_slice(),
        person.card_number,
        person.account,
        person.password_hash,
        person.title,
        person.specialty,
        person.unit_id.0,
        person.department_id.map(|id| id.0),
        person.registration,
        person.state,
        reading.pinyin,
        reading.initials,
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(used)?;
    hold_other_indexes(&mut transaction, Kind::IdNumber, [(row.id, &id_number)]).await?;
    hold_other_indexes(&mut transaction, Kind::Phone, [(row.id, &phone)]).await?;
    transaction.commit().await?;
    Ok(PersonId(row.id))
}

/// Holds people's numbers under the other keys of the list as well. Code that writes a number into `people` calls it in the
/// same transaction, once for each kind. The row's own index is held by Postgres itself.
pub async fn hold_other_indexes<'a>(
    connection: &mut PgConnection,
    kind: Kind,
    numbers: impl IntoIterator<Item = (i64, &'a Sealed)>,
) -> Result<(), Error> {
    let others = numbers
        .into_iter()
        .flat_map(|(person, sealed)| sealed.other_indexes.iter().map(move |index| (person, index.clone())));
    let (people, indexes): (Vec<_>, Vec<_>) = others.unzip();
    if people.is_empty() {
        return Ok(());
    }
    query!("select hold_numbers($1, $2, $3)", kind.word(), &people, &indexes)
        .execute(connection)
        .await
        .map_err(used)?;
    Ok(())
}

/// A person's standing from the words of their row.
fn standing(id: i64, registration: &str, state: &str) -> sqlx::Result<Standing> {
    Ok(Standing {
        registration: db::word("people", "registration", id, registration)?,
        state: db::word("people", "state", id, state)?,
        approved_at: None,
    })
}

/// What admission asks of people.
pub async fn standings(
    pool: &PgPool,
    ids: &[PersonId],
) -> sqlx::Result<Vec<(PersonId, sqlx::Result<Standing>)>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = query!("select id, registration, state, approved_at from people where id = any($1)", &ids);
    let rows = rows.fetch_all(pool).await?.into_iter();
    let standings = rows.map(|row| {
        let approved_at = row.approved_at.map(jiff_sqlx::Timestamp::to_jiff);
        let standing = standing(row.id, &row.registration, &row.state);
        (PersonId(row.id), standing.map(|standing| Standing { approved_at, ..standing }))
    });
    Ok(standings.collect())
}

/// People as they see themselves.
pub async fn passports(pool: &PgPool, ids: &[PersonId]) -> sqlx::Result<Vec<Passport>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"select people.id as "id!", people.name as "name!", title as "title!", units.name as "unit!",
               departments.name as "department?"
           from people
           join units on units.id = unit_id
           left join units departments on departments.id = department_id
           where people.id = any($1)"#,
        &ids,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let passports = rows.map(|row| Passport {
        id: PersonId(row.id),
        name: row.name,
        unit: row.unit,
        department: row.department,
        title: row.title,
    });
    Ok(passports.collect())
}

/// What people are called.
pub(super) async fn names(pool: PgPool, ids: Vec<i64>) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = query!("select id, name from people where id = any($1)", &ids).fetch_all(&pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whose phone this is.
pub async fn by_phone(
    pool: &PgPool,
    sealer: &Sealer,
    phone: &Phone,
) -> sqlx::Result<Option<(PersonId, Standing)>> {
    let indexes: Vec<_> = sealer.indexes(Kind::Phone, phone.expose()).collect();
    let row = query!("select id, registration, state from people where phone_index = any($1)", &indexes)
        .fetch_optional(pool)
        .await?;
    row.map(|row| Ok((PersonId(row.id), standing(row.id, &row.registration, &row.state)?))).transpose()
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
    let row = query!(
        "select id, registration, state from people
         where id_number_index = any($1) and (phone_index = any($2) or id = $3)
             and translate(name, '•‧・．.', '·····') = translate($4, '•‧・．.', '·····')",
        &id_numbers,
        &phones,
        person,
        name.trim(),
    );
    let row = row.fetch_optional(pool).await?;
    row.map(|row| Ok((PersonId(row.id), standing(row.id, &row.registration, &row.state)?))).transpose()
}

/// A person's name and ID number in clear, for the provider that compares a face with them.
pub async fn identity(pool: &PgPool, sealer: &Sealer, id: PersonId) -> Result<(String, IdNumber), Error> {
    let row = query!("select name, id_number_sealed, key_id from people where id = $1", id.0);
    let row = row.fetch_one(pool).await?;
    let clear = sealer.open(Kind::IdNumber, &row.key_id, &row.id_number_sealed)?;
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
    let row =
        query!("select id, name, registration, state from people where id_number_index = any($1)", &indexes)
            .fetch_optional(pool)
            .await?;
    row.map(|row| Ok((PersonId(row.id), row.name, standing(row.id, &row.registration, &row.state)?)))
        .transpose()
}

/// Whose account this is, with the password's hash.
pub async fn by_account(
    pool: &PgPool,
    account: &str,
) -> sqlx::Result<Option<(PersonId, Standing, Option<String>)>> {
    let row = query!("select id, registration, state, password_hash from people where account = $1", account)
        .fetch_optional(pool)
        .await?;
    row.map(|row| Ok((PersonId(row.id), standing(row.id, &row.registration, &row.state)?, row.password_hash)))
        .transpose()
}

/// What a person logs in by: the blind index of their phone, and their account if they have one.
pub async fn logs_in_by(pool: &PgPool, person: PersonId) -> sqlx::Result<(Vec<u8>, Option<String>)> {
    let row =
        query!("select phone_index, account from people where id = $1", person.0).fetch_one(pool).await?;
    Ok((row.phone_index, row.account))
}

/// The people whose whole name in characters or pinyin, ID number, phone or card number this is: at most 20, numbers masked.
pub async fn candidates(
    pool: &PgPool,
    sealer: &Sealer,
    asked: &str,
) -> Result<Vec<(Masked, Standing)>, Error> {
    let number = asked.to_ascii_uppercase();
    let id_numbers: Vec<_> = sealer.indexes(Kind::IdNumber, &number).collect();
    let phones: Vec<_> = match Phone::try_from(asked.to_owned()) {
        Ok(phone) => sealer.indexes(Kind::Phone, phone.expose()).collect(),
        Err(_) => Vec::new(),
    };
    let rows = query!(
        r#"select people.id, people.name, id_number_sealed, phone_sealed, key_id, card_number, title, specialty,
               registration, people.state, units.name as unit, departments.name as "department?"
           from (
               (select id from people where name = $1 order by id limit 20)
               union (select id from people where pinyin = $4 order by id limit 20)
               union select id from people where card_number = $1
               union select id from people where id_number_index = any($2)
               union select id from people where phone_index = any($3)
           ) found
           join people on people.id = found.id
           join units on units.id = unit_id
           left join units departments on departments.id = department_id
           order by people.id limit 20"#,
        asked,
        &id_numbers,
        &phones,
        Reading::typed(asked),
    )
    .fetch_all(pool)
    .await?;
    let rows = rows
        .into_iter()
        .map(|row| standing(row.id, &row.registration, &row.state).map(|standing| (row, standing)));
    db::readable(rows)
        .into_iter()
        .map(|(row, standing)| {
            let person = Masked {
                id: PersonId(row.id),
                name: row.name,
                id_number: masked_id_number(sealer, &row.key_id, &row.id_number_sealed)?,
                phone: masked_phone(sealer, &row.key_id, &row.phone_sealed)?,
                card_number: row.card_number.as_deref().map(masked_card_number),
                title: row.title,
                specialty: row.specialty,
                unit: row.unit,
                department: row.department,
            };
            Ok((person, standing))
        })
        .collect()
}

/// The last four of a card number, of a short one only the last.
fn masked_card_number(number: &str) -> String {
    let length = number.chars().count();
    let hidden = length - if length >= 8 { 4 } else { length.min(1) };
    number.chars().enumerate().map(|(at, character)| if at < hidden { '*' } else { character }).collect()
}

/// First three and last four of a sealed ID number; stars alone should an old row hold something else.
pub fn masked_id_number(sealer: &Sealer, key_id: &[u8], sealed: &[u8]) -> Result<String, Error> {
    let clear = sealer.open(Kind::IdNumber, key_id, sealed)?;
    Ok(IdNumber::try_from(clear).map_or_else(|_| "*".repeat(18), |number| number.masked()))
}

/// First three and last four of a sealed phone number.
pub fn masked_phone(sealer: &Sealer, key_id: &[u8], sealed: &[u8]) -> Result<String, Error> {
    let clear = sealer.open(Kind::Phone, key_id, sealed)?;
    Ok(Phone::try_from(clear).map_or_else(|_| "*".repeat(11), |phone| phone.masked()))
}

/// The next people after this one whose names are not read yet, locked; without those that are locked already.
pub(super) async fn unread(
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
pub(super) async fn keep_readings(
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

pub(super) struct OldSeal {
    pub id: i64,
    pub key_id: Vec<u8>,
    pub id_number_sealed: Vec<u8>,
    pub phone_sealed: Vec<u8>,
}

/// The next rows after this one that an older key sealed, locked; without those that are locked already. Less or greater, and not
/// unequal: an index finds these, so that millions of people are not read at each start to learn that there are none.
pub(super) async fn sealed_by_older_keys(
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
pub(super) async fn older_seals(
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

pub(super) async fn count_older_seals(connection: &mut PgConnection, key_id: &[u8]) -> sqlx::Result<i64> {
    let count =
        query_scalar!(r#"select count(*) as "count!" from people where key_id < $1 or key_id > $1"#, key_id);
    count.fetch_one(connection).await
}

/// Another person who has one of these numbers, under whatever key.
pub(super) async fn another_with(
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

pub(super) async fn reseal(
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
