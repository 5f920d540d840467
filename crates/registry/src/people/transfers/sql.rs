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
use zaichang_platform::audit;
use zaichang_platform::auth::Account;

/// A transfer that waits.
pub(super) struct Open {
    pub id: i64,
    pub first_day: Date,
}

/// The person's transfer that waits on this day, if there is one.
pub(super) async fn open_of(
    connection: &mut PgConnection,
    person: PersonId,
    today: Date,
) -> sqlx::Result<Option<Open>> {
    let open = query!(
        "select id, first_day from person_transfers held
         where person_id = $1 and taken_in_at is null and cancelled_at is null and transfer_stands(held, $2) = 'waits'",
        person.0,
        today.to_sqlx() as _,
    );
    let open = open.fetch_optional(connection).await?;
    Ok(open.map(|row| Open { id: row.id, first_day: row.first_day.to_jiff() }))
}

/// Whether this unit lets the person go and keeps them: their own; of one that is closed, any that may reach them.
pub(super) async fn is_decided_by(
    connection: &mut PgConnection,
    person: &Person,
    unit: UnitId,
) -> sqlx::Result<bool> {
    Ok(person.unit.id == unit || is_closed(connection, person.unit.id).await?)
}

pub(super) async fn is_closed(connection: &mut PgConnection, unit: UnitId) -> sqlx::Result<bool> {
    let is_closed =
        query_scalar!(r#"select closed_at is not null as "is_closed!" from units where id = $1"#, unit.0);
    is_closed.fetch_one(connection).await
}

/// Writes down that somebody was looked for by their document: in the log of both units, without the number. Where no person was found, the
/// admin's own unit was told nothing.
pub(super) async fn record_look_up(
    connection: &mut PgConnection,
    by: &Account,
    now: Timestamp,
    found: Option<PersonId>,
) -> sqlx::Result<()> {
    let (noun, noun_id) = found.map_or(("unit", by.unit.id.0), |id| ("person", id.0));
    let detail = serde_json::json!({ "found": u8::from(found.is_some()) });
    audit::record(connection, by, now, audit::Entry { action: "look_up_transfer", noun, noun_id, detail })
        .await
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

/// How often the person was let go since then.
pub(super) async fn let_go_since(
    connection: &mut PgConnection,
    person: PersonId,
    since: Timestamp,
) -> sqlx::Result<i64> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from person_transfers where person_id = $1 and let_go_at > $2"#,
        person.0,
        since.to_sqlx() as _,
    );
    count.fetch_one(connection).await
}

/// Begins a transfer, once one that has expired is put away.
pub(super) async fn let_go(
    connection: &mut PgConnection,
    person: &Person,
    wanted: &LetGo,
    by: AccountId,
    now: Timestamp,
) -> sqlx::Result<()> {
    query!(
        "update person_transfers set cancelled_by = $2, cancelled_at = $3
         where person_id = $1 and taken_in_at is null and cancelled_at is null",
        person.id.0,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "insert into person_transfers (person_id, from_unit_id, wanted_unit_id, first_day, reason, let_go_by, let_go_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        person.id.0,
        person.unit.id.0,
        wanted.unit.map(|unit| unit.0),
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

/// Who has this name and document, if they were let go and this unit may take them in on this day. Of all others nothing is said.
pub(super) async fn let_go_with(
    connection: &mut PgConnection,
    sealer: &Sealer,
    sought: &Sought,
    unit: UnitId,
    today: Date,
) -> sqlx::Result<Option<PersonId>> {
    let indexes: Vec<_> = sealer.indexes(Kind::IdNumber, &sought.document.expose()).collect();
    let found = query_scalar!(
        r#"select people.id as "id!" from (
               select id from people where id_number_index = any($1)
               union select person_id from number_indexes where index = any($1) and kind = 'id_number'
           ) found
           join people on people.id = found.id and merged_into is null
           where translate(name, '•‧∙・．.', '······') = translate($2, '•‧∙・．.', '······') and exists (
               select from person_transfers held
               where person_id = people.id and taken_in_at is null and cancelled_at is null
                   and transfer_stands(held, $4) = 'waits' and (wanted_unit_id is null or wanted_unit_id = $3)
           )"#,
        &indexes,
        sought.name,
        unit.0,
        today.to_sqlx() as _,
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
