//! The queries of people: writing one, and what is asked of them by their ids.

mod candidates;
mod days;
mod readings;
mod reseal;
mod submitting;
mod who;

pub use candidates::{candidates, masked_card_number, masked_id_number, masked_phone};
pub(super) use days::{Days, standing};
pub(super) use readings::{keep_readings, keep_readings_of_units, unread, unread_units};
pub(super) use reseal::{
    OldSeal, another_with, count_older_seals, older_seals, reseal, sealed_by_older_keys,
};
pub use submitting::submits;
pub(super) use submitting::{Waits, registers, wait_for_submissions};
pub use who::{
    Whose, by_account, by_id_number, by_identity, by_phone, has_phone, identity, is_phone_registered,
    is_registered, logs_in_by, voided_by,
};

use jiff::Timestamp;
use sqlx::{Connection as _, PgConnection, PgPool, query};

use self::days::query_with_standing;
use super::reseal::used;
use super::standing::Merged;
use super::{Error, Passport, Standing};
use crate::document::Document;
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::Phone;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::reading::Reading;
use zaichang_core::seal::{Kind, Sealed, Sealer};

/// A person about to be written.
pub struct NewPerson<'a> {
    pub name: &'a str,
    pub document: &'a Document,
    pub phone: &'a Phone,
    pub card_number: Option<&'a str>,
    pub account: Option<&'a str>,
    pub password_hash: Option<&'a str>,
    pub title: &'a str,
    /// Series and level, where they are known apart.
    pub titled: Option<(TitleSeries, TitleLevel)>,
    pub specialty: &'a str,
    /// Whether they take part in CME.
    pub takes_part: bool,
    pub unit_id: UnitId,
    pub department_id: Option<UnitId>,
    pub registration: &'a str,
    /// When the unit approved it; none of who has been approved all along.
    pub approved_at: Option<Timestamp>,
    pub state: &'a str,
}

pub async fn insert(
    connection: &mut PgConnection,
    sealer: &Sealer,
    person: &NewPerson<'_>,
) -> Result<PersonId, Error> {
    let id_number = sealer.seal(Kind::IdNumber, &person.document.expose())?;
    let phone = sealer.seal(Kind::Phone, person.phone.expose())?;
    let key_id = sealer.key_id();
    let reading = Reading::of_name(person.name);
    let mut transaction = connection.begin().await?;
    let row = query!(
        "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, card_number,
             account, password_hash, title, specialty, unit_id, department_id, registration, state, pinyin, initials,
             document, title_series, title_level, takes_part, approved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) returning id",
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
        person.document.kind().word(),
        person.titled.map(|(series, _)| series.word()),
        person.titled.map(|(_, level)| level.word()),
        person.takes_part,
        person.approved_at.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
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

/// What admission asks of people.
pub async fn standings(
    pool: &PgPool,
    ids: &[PersonId],
) -> sqlx::Result<Vec<(PersonId, sqlx::Result<Standing>)>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows =
        query_with_standing!(", approved_at", "where people.id = any($1)", &ids).fetch_all(pool).await?;
    let standings = rows.into_iter().map(|row| {
        let approved_at = row.approved_at.map(jiff_sqlx::Timestamp::to_jiff);
        let standing = standing(row.id, &row.registration, &row.state, row.days);
        let merged = Merged::of(row.merged_into, row.merged_with);
        (PersonId(row.id), standing.map(|standing| Standing { merged, approved_at, ..standing }))
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

/// Whether this unit has no people: an institution, as no other kind has any.
pub(super) async fn lacks_people(pool: &PgPool, unit: UnitId) -> sqlx::Result<bool> {
    let lacks = sqlx::query_scalar!(
        r#"select exists (select from units where id = $1 and kind = 'unit' and closed_at is null)
               and not exists (select from people where unit_id = $1) as "lacks!""#,
        unit.0,
    );
    lacks.fetch_one(pool).await
}
