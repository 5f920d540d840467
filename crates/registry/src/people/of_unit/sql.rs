//! The queries of people whom a unit keeps.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::Error;
use super::person::{Person, SealedNumbers};
use crate::named::Named;
use crate::people::sql::standing;
use zaichang_core::ids::{AccountId, PersonId, UnitId};
use zaichang_core::reading::Reading;
use zaichang_platform::db::{self, Constraint as _};
use zaichang_platform::http::Version;

/// Those of these people that there are, each as far as it can be read, in any order.
pub(in crate::people) async fn each(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<(PersonId, sqlx::Result<Person>)>> {
    let rows = query!(
        r#"select people.id as "id!", people.version as "version!", people.name as "name!", document as "document!",
               key_id as "key_id!", id_number_sealed as "id_number_sealed!", phone_sealed as "phone_sealed!", card_number,
               title as "title!", title_series, title_level, in_force.first_day as "title_from?", specialty as "specialty!",
               takes_part as "takes_part!",
               registration as "registration!", people.state as "state!", case when states_dated then (
                   select coalesce(jsonb_agg(jsonb_build_array(days.id, days.state, first_day, last_day) order by first_day nulls first), '[]')
                   from person_states days where person_id = people.id and holds
               ) end as "days: crate::people::sql::Days",
               units.id as "unit_id!", units.name as "unit!", departments.id as "department_id?",
               departments.name as "department?",
               import_act_id is not null and not exists (select from first_logins where person_id = people.id) as "is_unproved!",
               people.merged_into
           from people
           join units on units.id = unit_id
           left join units departments on departments.id = department_id
           left join lateral (
               select person_titles.first_day from person_titles where person_titles.person_id = people.id and removed_at is null
               order by coalesce(first_day, '-infinity') desc limit 1
           ) in_force on true
           where people.id = any($1)"#,
        ids,
    );
    let rows = rows.fetch_all(connection).await?;
    let people = rows.into_iter().map(|row| {
        let id = row.id;
        let read = || {
            let standing = standing(id, &row.registration, &row.state, row.days)?;
            let titled = match (&row.title_series, &row.title_level) {
                (Some(series), Some(level)) => Some((
                    db::word("people", "title_series", id, series)?,
                    db::word("people", "title_level", id, level)?,
                )),
                _ => None,
            };
            Ok(Person {
                id: PersonId(id),
                version: Version(row.version),
                name: row.name,
                document: db::word("people", "document", id, &row.document)?,
                sealed: SealedNumbers {
                    key_id: row.key_id,
                    id_number: row.id_number_sealed,
                    phone: row.phone_sealed,
                },
                card_number: row.card_number,
                unit: Named { id: UnitId(row.unit_id), name: row.unit },
                department: row
                    .department_id
                    .zip(row.department)
                    .map(|(id, name)| Named { id: UnitId(id), name }),
                title: row.title,
                titled,
                title_from: row.title_from.map(jiff_sqlx::Date::to_jiff),
                specialty: row.specialty,
                takes_part: row.takes_part,
                is_unproved: row.is_unproved,
                merged_into: row.merged_into.map(PersonId),
                registration: standing.registration,
                states: standing.states,
            })
        };
        (PersonId(id), read())
    });
    Ok(people.collect())
}

/// Those of these people that there are, in any order.
pub(in crate::people) async fn people(
    connection: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<Person>> {
    each(connection, ids).await?.into_iter().map(|(_, person)| person).collect()
}

/// Holds an open department that lies below this unit until the transaction ends; none where it is not one.
pub(in crate::people) async fn hold_department(
    connection: &mut PgConnection,
    id: UnitId,
    above: UnitId,
) -> sqlx::Result<Option<Named>> {
    let found = query!(
        "select id, name from units where id = $1 and kind = 'department' and closed_at is null
             and $2 in (select unit_and_above($1))
         for share",
        id.0,
        above.0,
    );
    let found = found.fetch_optional(connection).await?;
    Ok(found.map(|row| Named { id: UnitId(row.id), name: row.name }))
}

/// Writes what a unit puts right of who a person is, but for phone and document number; a new version also where it is one of those.
pub(super) async fn keep_identity(
    connection: &mut PgConnection,
    person: &Person,
    by: AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    let kept = query!(
        "update people set name = $2, card_number = $3, version = version + 1, changed_by = $4, changed_at = $5 where id = $1",
        person.id.0,
        person.name,
        person.card_number,
        by.0,
        now.to_sqlx() as _,
    );
    kept.execute(&mut *connection).await.map_err(|error| {
        if error.breaks("person_card_number_is_unique") { Error::CardTaken } else { error.into() }
    })?;
    // Afterwards: with another name its readings are forgotten.
    let reading = Reading::of_name(&person.name);
    query!(
        "update people set pinyin = $2, initials = $3 where id = $1",
        person.id.0,
        reading.pinyin,
        reading.initials,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether anything was ever recorded of them, also under a row that was merged into theirs.
pub(super) async fn has_check_ins(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<bool> {
    let has = query_scalar!(
        r#"select exists (
               select from check_ins where person_id in (select id from people where id = $1 or merged_into = $1)
           ) as "has!""#,
        person.0,
    );
    has.fetch_one(connection).await
}

/// How a person's phone was replaced, and by whom of the unit.
pub(super) struct PhoneChanged {
    pub at: Timestamp,
    pub how: String,
    pub by: Option<String>,
}

/// The newest first, 100 at most.
pub(super) async fn phone_changes(pool: &PgPool, person: PersonId) -> sqlx::Result<Vec<PhoneChanged>> {
    let rows = query!(
        r#"select at, how, accounts.name as "by?" from phone_changes left join accounts on accounts.id = account_id
           where person_id = $1 order by phone_changes.id desc limit 100"#,
        person.0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| PhoneChanged { at: row.at.to_jiff(), how: row.how, by: row.by }).collect())
}

/// Writes what a unit may change of a person.
pub(super) async fn keep(connection: &mut PgConnection, person: &Person) -> sqlx::Result<()> {
    query!(
        "update people set department_id = $2, title = $3, title_series = $4, title_level = $5, specialty = $6, takes_part = $7
         where id = $1",
        person.id.0,
        person.department.as_ref().map(|department| department.id.0),
        person.title,
        person.titled.map(|(series, _)| series.word()),
        person.titled.map(|(_, level)| level.word()),
        person.specialty,
        person.takes_part,
    )
    .execute(connection)
    .await?;
    Ok(())
}
