//! The queries of transfers. Those that write run in a change, under the person's lock.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, query, query_scalar};

use super::entry::{LetGo, Sought};
use crate::named::Named;
use crate::people::of_unit::Person;
use zaichang_core::ids::{AccountId, PersonId, UnitId};
use zaichang_core::seal::{Kind, Sealer};

/// A transfer that has not ended.
pub(super) struct Open {
    pub id: i64,
    pub first_day: Date,
}

/// The person's transfer that has not ended, if there is one.
pub(super) async fn open_of(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<Option<Open>> {
    let open = query!(
        "select id, first_day from person_transfers where person_id = $1 and taken_in_at is null and cancelled_at is null",
        person.0,
    );
    let open = open.fetch_optional(connection).await?;
    Ok(open.map(|row| Open { id: row.id, first_day: row.first_day.to_jiff() }))
}

/// Whether a change of the person's state waits for a verdict.
pub(super) async fn state_waits(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<bool> {
    let waits = query_scalar!(
        r#"select exists (
               select from reviews where noun = 'person_state' and noun_id = $1 and state = 'submitted'
           ) as "waits!""#,
        person.0,
    );
    waits.fetch_one(connection).await
}

pub(super) async fn let_go(
    connection: &mut PgConnection,
    person: &Person,
    wanted: &LetGo,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "insert into person_transfers (person_id, from_unit_id, first_day, reason, let_go_by, let_go_at)
         values ($1, $2, $3, $4, $5, $6)",
        person.id.0,
        person.unit.id.0,
        wanted.from.to_sqlx() as _,
        wanted.reason,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn cancel(
    connection: &mut PgConnection,
    transfer: i64,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update person_transfers set cancelled_by = $2, cancelled_at = $3 where id = $1",
        transfer,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts a step as a change of the person: who decides next has seen it.
pub(super) async fn count(
    connection: &mut PgConnection,
    person: PersonId,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update people set version = version + 1, changed_by = $2, changed_at = $3 where id = $1",
        person.0,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Holds an open unit until the transaction ends; none where it is closed, or a region.
pub(super) async fn hold_unit(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<Option<Named>> {
    let held = query!(
        "select id, name from units where id = $1 and kind = 'unit' and closed_at is null for share",
        unit.0
    );
    let held = held.fetch_optional(connection).await?;
    Ok(held.map(|row| Named { id: UnitId(row.id), name: row.name }))
}

/// Who has this name and document, if they were let go. Of all others nothing is said.
pub(super) async fn let_go_with(
    connection: &mut PgConnection,
    sealer: &Sealer,
    sought: &Sought,
) -> sqlx::Result<Option<PersonId>> {
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &sought.document.expose()).collect();
    let found = query_scalar!(
        r#"select people.id as "id!" from (
               select id from people where id_number_index = any($1)
               union select person_id from number_indexes where index = any($1) and kind = 'id_number'
           ) found
           join people on people.id = found.id
           where translate(name, '•‧∙・．.', '······') = translate($2, '•‧∙・．.', '······') and exists (
               select from person_transfers where person_id = people.id and taken_in_at is null and cancelled_at is null
           )"#,
        &indexes,
        sought.name,
    );
    Ok(found.fetch_optional(connection).await?.map(PersonId))
}

/// Makes the person the unit's, and ends the transfer.
pub(super) async fn take_in(
    connection: &mut PgConnection,
    (transfer, person): (i64, PersonId),
    unit: UnitId,
    department: Option<UnitId>,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update people set unit_id = $2, department_id = $3 where id = $1",
        person.0,
        unit.0,
        department.map(|id| id.0)
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "update person_transfers set into_unit_id = $2, taken_in_by = $3, taken_in_at = $4 where id = $1",
        transfer,
        unit.0,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
