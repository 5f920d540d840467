//! New people: one or many in one statement, each with numbers of their own. It must not know who has approved them.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{Connection as _, PgConnection, query, query_scalar};

use super::Bytea;
use crate::document::Document;
use crate::people::Error;
use crate::people::reseal::used;
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::Phone;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::keys::KeyId;
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
    let written = insert_all(connection, sealer, std::slice::from_ref(person)).await?;
    written.into_iter().next().ok_or(Error::Database(sqlx::Error::RowNotFound))
}

/// Writes all of these, in their order: all of them or, where a number is somebody's, none.
pub(crate) async fn insert_all(
    connection: &mut PgConnection,
    sealer: &Sealer,
    people: &[NewPerson<'_>],
) -> Result<Vec<PersonId>, Error> {
    let id_numbers = people.iter().map(|person| sealer.seal(Kind::IdNumber, &person.document.expose()));
    let id_numbers: Vec<_> = id_numbers.collect::<Result<_, _>>()?;
    let phones = people.iter().map(|person| sealer.seal(Kind::Phone, person.phone.expose()));
    let phones: Vec<_> = phones.collect::<Result<_, _>>()?;
    // What fails here leaves the caller's transaction as it was.
    let mut transaction = connection.begin().await?;
    let rows = people.iter().zip(&id_numbers).zip(&phones);
    let rows =
        rows.map(|((person, number), phone)| EnteredPerson::of(person, number, phone, sealer.key_id()));
    let ids = write(&mut transaction, rows.collect()).await?;
    hold_other_indexes(&mut transaction, Kind::IdNumber, ids.iter().copied().zip(&id_numbers)).await?;
    hold_other_indexes(&mut transaction, Kind::Phone, ids.iter().copied().zip(&phones)).await?;
    transaction.commit().await?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// A row of `people` that is written: each field is called as its column.
#[derive(Serialize)]
struct EnteredPerson<'a> {
    name: &'a str,
    pinyin: String,
    initials: String,
    document: &'static str,
    id_number_sealed: Bytea<&'a [u8]>,
    id_number_index: Bytea<&'a [u8]>,
    phone_sealed: Bytea<&'a [u8]>,
    phone_index: Bytea<&'a [u8]>,
    key_id: Bytea<KeyId>,
    card_number: Option<&'a str>,
    account: Option<&'a str>,
    password_hash: Option<&'a str>,
    title: &'a str,
    title_series: Option<&'static str>,
    title_level: Option<&'static str>,
    specialty: &'a str,
    takes_part: bool,
    unit_id: UnitId,
    department_id: Option<UnitId>,
    registration: &'a str,
    approved_at: Option<Timestamp>,
    state: &'a str,
}

impl<'a> EnteredPerson<'a> {
    fn of(person: &NewPerson<'a>, number: &'a Sealed, phone: &'a Sealed, key_id: KeyId) -> Self {
        let Reading { pinyin, initials } = Reading::of_name(person.name);
        Self {
            name: person.name,
            pinyin,
            initials,
            document: person.document.kind().word(),
            id_number_sealed: Bytea(&number.bytes),
            id_number_index: Bytea(&number.index),
            phone_sealed: Bytea(&phone.bytes),
            phone_index: Bytea(&phone.index),
            key_id: Bytea(key_id),
            card_number: person.card_number,
            account: person.account,
            password_hash: person.password_hash,
            title: person.title,
            title_series: person.titled.map(|(series, _)| series.word()),
            title_level: person.titled.map(|(_, level)| level.word()),
            specialty: person.specialty,
            takes_part: person.takes_part,
            unit_id: person.unit_id,
            department_id: person.department_id,
            registration: person.registration,
            approved_at: person.approved_at,
            state: person.state,
        }
    }
}

async fn write(connection: &mut PgConnection, people: Vec<EnteredPerson<'_>>) -> Result<Vec<i64>, Error> {
    // In the order of their indexes, so that two that enter the same wait for each other and not for ever.
    let ids = query_scalar!(
        r#"with entered as materialized (
               select nextval(pg_get_serial_sequence('people', 'id')) as new_id, entered.*
               from jsonb_populate_recordset(null::people, $1) with ordinality entered
           ), written as (
               insert into people (id, name, pinyin, initials, document, id_number_sealed, id_number_index, phone_sealed, phone_index,
                   key_id, card_number, account, password_hash, title, title_series, title_level, specialty, takes_part, unit_id,
                   department_id, registration, approved_at, state)
               overriding system value
               select new_id, name, pinyin, initials, document, id_number_sealed, id_number_index, phone_sealed, phone_index,
                   key_id, card_number, account, password_hash, title, title_series, title_level, specialty, takes_part, unit_id,
                   department_id, registration, approved_at, state
               from entered order by id_number_index
           )
           select new_id as "id!" from entered order by ordinality"#,
        Json(people) as _,
    );
    ids.fetch_all(connection).await.map_err(used)
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

/// Which of somebody's numbers are another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub number: bool,
    pub phone: bool,
}

/// Of each of these documents and phones, whether it is a registered person's under any key of the list. Who writes them finds out
/// for certain.
pub(crate) async fn taken(
    connection: &mut PgConnection,
    sealer: &Sealer,
    of: &[(Document, Phone)],
) -> sqlx::Result<Vec<Taken>> {
    let (mut places, mut are_phones, mut indexes) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (document, phone)) in (0_i32..).zip(of) {
        let number = document.expose();
        let numbers = sealer.indexes(Kind::IdNumber, &number).map(|index| (false, index));
        let phones = sealer.indexes(Kind::Phone, phone.expose()).map(|index| (true, index));
        for (is_phone, index) in numbers.chain(phones) {
            places.push(place);
            are_phones.push(is_phone);
            indexes.push(index);
        }
    }
    let found = query!(
        r#"select distinct place as "place!", is_phone as "is_phone!"
           from unnest($1::int[], $2::bool[], $3::bytea[]) asked (place, is_phone, index)
           where exists (select from number_indexes held where held.index = asked.index)
               or not is_phone and exists (select from people where id_number_index = asked.index)
               or is_phone and exists (select from people where phone_index = asked.index)"#,
        &places,
        &are_phones,
        &indexes,
    );
    let mut taken = vec![Taken::default(); of.len()];
    for row in found.fetch_all(connection).await? {
        let Some(taken) = usize::try_from(row.place).ok().and_then(|place| taken.get_mut(place)) else {
            continue;
        };
        if row.is_phone {
            taken.phone = true;
        } else {
            taken.number = true;
        }
    }
    Ok(taken)
}
