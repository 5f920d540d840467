//! The merges that somebody was part of, and who in the same authority may be the same human being.

use sqlx::{PgConnection, query, query_scalar};

use super::Error;
use super::body::{MergeBody, Side};
use crate::people::sql::masked_id_number;
use zaichang_core::Phone;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_core::reading::Reading;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::db;

/// The newest first, 50 at most.
pub(super) async fn of_person(
    connection: &mut PgConnection,
    sealer: &Sealer,
    PersonId(id): PersonId,
) -> Result<Vec<MergeBody>, Error> {
    let rows = query!(
        r#"select merges.id, phone, reason, merged_at, undone_at, undone_reason, merger.name as merged_by,
               merger_units.name as merged_by_unit, undoer.name as "undone_by?",
               from_id, from_person.name as from_name, from_person.key_id as from_key, from_person.id_number_sealed as from_number,
               from_units.name as from_unit,
               into_id, into_person.name as into_name, into_person.key_id as into_key, into_person.id_number_sealed as into_number,
               into_units.name as into_unit,
               undone_at is null and into_person.merged_into is null and into_person.version = into_version as "may_be_undone!"
           from person_merges merges
           join people from_person on from_person.id = from_id join units from_units on from_units.id = from_person.unit_id
           join people into_person on into_person.id = into_id join units into_units on into_units.id = into_person.unit_id
           join accounts merger on merger.id = merged_by join units merger_units on merger_units.id = merger.unit_id
           left join accounts undoer on undoer.id = undone_by
           where from_id = $1 or into_id = $1 order by merges.id desc limit 50"#,
        id,
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    rows.map(|row| {
        Ok(MergeBody {
            id: row.id,
            from: Side {
                id: PersonId(row.from_id),
                name: row.from_name,
                number: masked_id_number(sealer, &row.from_key, &row.from_number)?,
                unit: row.from_unit,
            },
            into: Side {
                id: PersonId(row.into_id),
                name: row.into_name,
                number: masked_id_number(sealer, &row.into_key, &row.into_number)?,
                unit: row.into_unit,
            },
            phone: db::word("person_merges", "phone", row.id, &row.phone)?,
            reason: row.reason,
            merged_by: row.merged_by,
            merged_by_unit: row.merged_by_unit,
            merged_at: row.merged_at.to_jiff(),
            undone_by: row.undone_by,
            undone_at: row.undone_at.map(jiff_sqlx::Timestamp::to_jiff),
            undone_reason: row.undone_reason,
            may_be_undone: row.may_be_undone,
        })
    })
    .collect()
}

/// People at or below this unit who are called so, in characters or as it is read, or who have this document number, phone or card
/// number; without this one, and without merged people: 20 at most.
pub(super) async fn alike(
    connection: &mut PgConnection,
    sealer: &Sealer,
    PersonId(but): PersonId,
    asked: &str,
    above: UnitId,
) -> sqlx::Result<Vec<i64>> {
    let number = asked.to_ascii_uppercase();
    let id_numbers: Vec<_> = sealer.indexes(Kind::IdNumber, &number).collect();
    let phones: Vec<_> = match Phone::try_from(asked.to_owned()) {
        Ok(phone) => sealer.indexes(Kind::Phone, phone.expose()).collect(),
        Err(_) => Vec::new(),
    };
    // As it is typed, or as the characters are read.
    let pinyin = if asked.is_ascii() { Reading::typed(asked) } else { Some(Reading::of_name(asked).pinyin) };
    let found = query_scalar!(
        r#"select people.id as "id!" from (
               select id from people where name = $1
               union select id from people where pinyin = $4
               union select id from people where card_number in ($1, $5)
               union select id from people where id_number_index = any($2)
               union select id from people where phone_index = any($3)
           ) found
           join people on people.id = found.id
           join units on units.id = people.unit_id and starts_with(units.path, (select path from units where id = $7))
           where people.id <> $6 and people.merged_into is null
           order by people.name <> $1, people.id limit 20"#,
        asked,
        &id_numbers,
        &phones,
        pinyin,
        number,
        but,
        above.0,
    );
    found.fetch_all(connection).await
}
