//! The people whom staff look up by a whole name or number, with their numbers masked.

use sqlx::{PgConnection, query};

use super::standing;
use crate::document::Document;
use crate::people::{Error, Masked, Standing};
use zaichang_core::Phone;
use zaichang_core::ids::PersonId;
use zaichang_core::reading::Reading;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::db::{self, Readable};

/// The people whose whole name in characters or pinyin, ID number, phone or card number this is: at most 20, numbers masked. One
/// that cannot be read is left out.
pub async fn candidates(
    connection: &mut PgConnection,
    sealer: &Sealer,
    asked: &str,
) -> Result<Readable<(Masked, Standing)>, Error> {
    let number = asked.to_ascii_uppercase();
    let id_numbers: Vec<_> = sealer.indexes(Kind::IdNumber, &number).collect();
    let phones: Vec<_> = match Phone::try_from(asked.to_owned()) {
        Ok(phone) => sealer.indexes(Kind::Phone, phone.expose()).collect(),
        Err(_) => Vec::new(),
    };
    let rows = query!(
        r#"select distinct on (people.id) people.id, people.name, people.id_number_sealed, people.phone_sealed, people.key_id,
               people.card_number, people.title, people.specialty,
               people.registration, people.state, case when people.states_dated then (
                   select coalesce(jsonb_agg(jsonb_build_array(days.id, days.state, first_day, last_day) order by first_day nulls first), '[]')
                   from person_states days where person_id = people.id and holds
               ) end as "days: crate::people::sql::Days", units.name as unit, departments.name as "department?"
           from (
               (select id from people where name = $1 order by id limit 20)
               union (select id from people where pinyin = $4 order by id limit 20)
               union select id from people where card_number in ($1, $5)
               union select id from people where id_number_index = any($2)
               union select id from people where phone_index = any($3)
           ) found
           join people named on named.id = found.id
           -- What finds a row that was merged finds who it is now.
           join people on people.id = coalesce(named.merged_into, named.id)
           join units on units.id = people.unit_id
           left join units departments on departments.id = people.department_id
           order by people.id limit 20"#,
        asked,
        &id_numbers,
        &phones,
        Reading::typed(asked),
        number,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|mut row| {
        let standing = standing(row.id, &row.registration, &row.state, row.days.take());
        standing.map(|standing| (row, standing))
    });
    let Readable { rows, unreadable } = db::readable(rows);
    let found = rows
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
        .collect::<Result<_, Error>>()?;
    Ok(Readable { rows: found, unreadable })
}

/// The last four of a card number, of a short one only the last.
pub fn masked_card_number(number: &str) -> String {
    let length = number.chars().count();
    let hidden = length - if length >= 8 { 4 } else { length.min(1) };
    number.chars().enumerate().map(|(at, character)| if at < hidden { '*' } else { character }).collect()
}

/// First three and last four of a sealed ID number, the last four of another document's; stars alone should an old row hold
/// something else.
pub fn masked_id_number(sealer: &Sealer, key_id: &[u8], sealed: &[u8]) -> Result<String, Error> {
    let clear = sealer.open(Kind::IdNumber, key_id, sealed)?;
    Ok(Document::of_sealed(&clear).map_or_else(|| "*".repeat(18), |document| document.masked()))
}

/// First three and last four of a sealed phone number.
pub fn masked_phone(sealer: &Sealer, key_id: &[u8], sealed: &[u8]) -> Result<String, Error> {
    let clear = sealer.open(Kind::Phone, key_id, sealed)?;
    Ok(Phone::try_from(clear).map_or_else(|_| "*".repeat(11), |phone| phone.masked()))
}
