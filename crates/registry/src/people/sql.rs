//! The queries of people: what is asked of them by their ids.

mod bytea;
mod candidates;
mod days;
mod entering;
mod readings;
mod reseal;
mod submitting;
mod who;

pub(super) use bytea::Bytea;
pub use candidates::{candidates, masked_card_number, masked_id_number, masked_phone};
pub(super) use days::{Days, standing};
pub use entering::{NewPerson, hold_other_indexes, insert};
pub(crate) use entering::{Taken, insert_all, taken};
pub(super) use readings::{keep_readings, keep_readings_of_units, unread, unread_units};
pub(super) use reseal::{
    OldSeal, another_with, count_older_seals, older_seals, reseal, sealed_by_older_keys,
};
pub use submitting::submits;
pub(super) use submitting::{Waits, registers, wait_for_submissions};
pub use who::{
    Whose, by_account, by_id_number, by_identity, by_phone, has_phone, identity, is_phone_registered,
    is_registered, logs_in_by, of_document, voided_by,
};

use sqlx::{PgPool, query};

use self::days::query_with_standing;
use super::standing::Merged;
use super::{Passport, Standing};
use zaichang_core::ids::{PersonId, UnitId};

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
