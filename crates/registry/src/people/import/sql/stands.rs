//! What rows of a file are compared with: units by any of their names, departments, and who has a number, a phone, a card or an
//! account.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool, query};

use crate::people::import::fault::Fault;
use crate::people::import::row::Said;
use zaichang_core::ids::{AccountId, PersonId, UnitId};

/// The open units at or below this one that are or were called so, each under the name that was asked for, and whether it is called so
/// now.
pub(in crate::people::import) async fn units_called(
    pool: &PgPool,
    above: UnitId,
    names: &[String],
) -> sqlx::Result<Vec<(String, UnitId, bool)>> {
    let rows = query!(
        r#"select called.name as "name!", units.id as "id!", units.name = called.name as "is_now!"
           from (
               select name, id from units where name = any($1)
               union select name, unit_id from unit_names where name = any($1)
           ) called
           join units on units.id = called.id
           where units.kind = 'unit' and units.closed_at is null
               and starts_with(units.path, (select path from units where id = $2))"#,
        names,
        above.0,
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows.map(|row| (row.name, UnitId(row.id), row.is_now)).collect())
}

/// A department of a unit.
#[derive(Debug)]
pub(in crate::people::import) struct Department {
    pub name: String,
    /// What it lies in: the unit itself, or another of its departments.
    pub above: UnitId,
    pub is_open: bool,
}

/// The departments of these units.
pub(in crate::people::import) async fn departments(
    pool: &PgPool,
    units: &[i64],
) -> sqlx::Result<HashMap<UnitId, HashMap<UnitId, Department>>> {
    let rows = query!(
        r#"with recursive below (unit, id, name, above, is_open) as (
               select parent_id, id, name, parent_id, closed_at is null from units
               where parent_id = any($1) and kind = 'department'
               union all
               select below.unit, units.id, units.name, below.id, units.closed_at is null
               from units join below on units.parent_id = below.id
               where units.kind = 'department'
           )
           select unit as "unit!", id as "id!", name as "name!", above as "above!", is_open as "is_open!" from below"#,
        units,
    );
    let mut found: HashMap<UnitId, HashMap<UnitId, Department>> = HashMap::new();
    for row in rows.fetch_all(pool).await? {
        let department = Department { name: row.name, above: UnitId(row.above), is_open: row.is_open };
        found.entry(UnitId(row.unit)).or_default().insert(UnitId(row.id), department);
    }
    Ok(found)
}

/// Somebody who stands.
#[derive(Debug)]
pub(in crate::people::import) struct Known {
    pub id: PersonId,
    pub version: i64,
    pub name: String,
    pub unit: UnitId,
    /// What the unit is called, where the admin may see it.
    pub unit_shown: Option<String>,
    pub has_department: bool,
    pub has_card: bool,
    pub has_account: bool,
    /// As it stands in lists; empty where none is known.
    pub title: String,
    /// Series and level are known apart.
    pub is_titled: bool,
    pub is_cancelled: bool,
    /// Their unit has approved them.
    pub is_approved: bool,
    /// Their unit has let them go, and no unit has taken them in.
    pub is_let_go: bool,
    /// They were merged into somebody else, by this authority.
    pub voided_by: Option<String>,
}

/// Who has the numbers, phones, cards and accounts of some rows.
#[derive(Debug, Default)]
pub(in crate::people::import) struct Stands {
    numbers: HashMap<Vec<u8>, Known>,
    phones: HashMap<Vec<u8>, PersonId>,
    cards: HashMap<String, PersonId>,
    accounts: HashMap<String, PersonId>,
    /// The units at which somebody with this number or phone waits for a verdict; none where the unit itself is still proposed.
    waiting: HashMap<Vec<u8>, Vec<Option<UnitId>>>,
}

impl Stands {
    pub fn of_number(&self, indexes: &[Vec<u8>]) -> Option<&Known> {
        indexes.iter().find_map(|index| self.numbers.get(index))
    }

    pub fn of_phone(&self, indexes: &[Vec<u8>]) -> Option<PersonId> {
        indexes.iter().find_map(|index| self.phones.get(index).copied())
    }

    pub fn of_card(&self, card: &str) -> Option<PersonId> {
        self.cards.get(card).copied()
    }

    pub fn of_account(&self, account: &str) -> Option<PersonId> {
        self.accounts.get(account).copied()
    }

    /// That somebody with this number or phone waits for a verdict: their own scans wait with it, which a file would lose.
    pub fn registers(&self, numbers: &[Vec<u8>], phones: &[Vec<u8>], unit: UnitId) -> Option<Fault> {
        let mut waits = numbers.iter().chain(phones).filter_map(|index| self.waiting.get(index)).flatten();
        let first = waits.next()?;
        let is_own = [first].into_iter().chain(waits).any(|waits| *waits == Some(unit));
        Some(if is_own { Fault::Registers } else { Fault::RegistersElsewhere })
    }
}

/// Asks for all that these rows may collide with; of people at or below `above` their units' names, too.
pub(in crate::people::import) async fn stands<'a>(
    pool: &PgPool,
    above: UnitId,
    rows: impl Iterator<Item = &'a Said> + Clone,
    today: Date,
) -> sqlx::Result<Stands> {
    let numbers: Vec<_> = rows.clone().flat_map(|said| said.number_indexes.iter().cloned()).collect();
    let phones: Vec<_> = rows.clone().flat_map(|said| said.phone_indexes.iter().cloned()).collect();
    let cards: Vec<_> = rows.clone().filter_map(|said| said.card_number.clone()).collect();
    let accounts: Vec<_> = rows.filter_map(|said| said.account.clone()).collect();
    let mut stands = Stands::default();
    // People of before `number_indexes` stand in people alone, until they are sealed again.
    let known = query!(
        r#"select found.index as "index!", people.id as "id!", version as "version!", people.name as "name!", unit_id as "unit_id!",
               case when starts_with(units.path, (select path from units where id = $2)) then units.name end as unit_shown,
               department_id is not null as "has_department!", card_number is not null as "has_card!",
               account is not null as "has_account!",
               title as "title!", title_series is not null and title_level is not null as "is_titled!", 
               person_state_on(people.id, states_dated, people.state, $3) = 'cancelled' as "is_cancelled!", registration = 'approved' as "is_approved!",
               exists (
                   select from person_transfers held
                   where person_id = people.id and taken_in_at is null and cancelled_at is null and transfer_stands(held, $3) = 'waits'
                       and (wanted_unit_id is null or wanted_unit_id in (select unit_and_below($2)))
               ) as "is_let_go!",
               (select mergers.name from person_merges join accounts on accounts.id = merged_by join units mergers on mergers.id = accounts.unit_id
                   where from_id = people.id and undone_at is null) as voided_by
           from (
               select id_number_index as index, id from people where id_number_index = any($1)
               union select index, person_id from number_indexes where index = any($1) and kind = 'id_number'
           ) found
           join people on people.id = found.id join units on units.id = unit_id"#,
        &numbers,
        above.0,
        today.to_sqlx() as _,
    );
    for row in known.fetch_all(pool).await? {
        let known = Known {
            id: PersonId(row.id),
            version: row.version,
            name: row.name,
            unit: UnitId(row.unit_id),
            unit_shown: row.unit_shown,
            has_department: row.has_department,
            has_card: row.has_card,
            has_account: row.has_account,
            title: row.title,
            is_titled: row.is_titled,
            is_cancelled: row.is_cancelled,
            is_approved: row.is_approved,
            is_let_go: row.is_let_go,
            voided_by: row.voided_by,
        };
        stands.numbers.insert(row.index, known);
    }
    let owners = query!(
        r#"select phone_index as "index!", id as "id!" from people where phone_index = any($1)
           union select index, person_id from number_indexes where index = any($1) and kind = 'phone'"#,
        &phones,
    );
    stands.phones.extend(owners.fetch_all(pool).await?.into_iter().map(|row| (row.index, PersonId(row.id))));
    let holders = query!(
        r#"select card_number as "card_number!", id from people where card_number = any($1)"#,
        &cards,
    );
    let holders = holders.fetch_all(pool).await?.into_iter();
    stands.cards.extend(holders.map(|row| (row.card_number, PersonId(row.id))));
    let holders =
        query!(r#"select account as "account!", id from people where account = any($1)"#, &accounts);
    let holders = holders.fetch_all(pool).await?.into_iter();
    stands.accounts.extend(holders.map(|row| (row.account, PersonId(row.id))));
    let waiting = query!(
        r#"select coalesce(number_indexes, '{}') as "number_indexes!", phone_index, unit_id from registrations
           where person_id is null and (number_indexes && $1 or phone_index = any($2)) and exists (
               select from reviews where noun = 'registration' and noun_id = registrations.id and state = 'submitted'
           )"#,
        &numbers,
        &phones,
    );
    for row in waiting.fetch_all(pool).await? {
        for index in row.number_indexes.into_iter().chain([row.phone_index]) {
            stands.waiting.entry(index).or_default().push(row.unit_id.map(UnitId));
        }
    }
    Ok(stands)
}

/// Whether this is an open institution, of which people are.
pub(in crate::people::import) async fn is_open_unit(pool: &PgPool, unit: UnitId) -> sqlx::Result<bool> {
    let is_one = sqlx::query_scalar!(
        r#"select exists (select from units where id = $1 and kind = 'unit' and closed_at is null) as "is_one!""#,
        unit.0,
    );
    is_one.fetch_one(pool).await
}

/// Keeps which rows have told this account of others' people on this day; how many of them were news.
pub(in crate::people::import) async fn keep_told(
    connection: &mut PgConnection,
    account: AccountId,
    day: Date,
    rows: &HashSet<[u8; 8]>,
) -> sqlx::Result<u32> {
    let rows: Vec<_> = rows.iter().map(|row| row.to_vec()).collect();
    let kept = query!(
        "insert into import_told (account_id, day, row_hash) select $1, $2, told.hash from unnest($3::bytea[]) told (hash) order by told.hash
         on conflict on constraint import_row_is_told_once_a_day do nothing",
        account.0,
        day.to_sqlx() as _,
        &rows,
    );
    Ok(u32::try_from(kept.execute(connection).await?.rows_affected()).unwrap_or(u32::MAX))
}

/// Counts what has told this account of others' people on this day; how many they are in all.
pub(in crate::people) async fn count_answers(
    connection: &mut PgConnection,
    account: AccountId,
    day: Date,
    told: u32,
) -> sqlx::Result<i32> {
    let in_all = sqlx::query_scalar!(
        "insert into import_answers (account_id, day, told) values ($1, $2, $3)
         on conflict on constraint import_answers_are_counted_by_day
             do update set told = least(import_answers.told::bigint + $3, 1000000000)::integer
         returning told",
        account.0,
        day.to_sqlx() as _,
        i32::try_from(told).unwrap_or(i32::MAX),
    );
    in_all.fetch_one(connection).await
}

/// Forgets the counts of days before this.
pub(in crate::people) async fn sweep_answers(pool: &PgPool, before: Date) -> sqlx::Result<()> {
    query!("delete from import_answers where day < $1", before.to_sqlx() as _).execute(pool).await?;
    query!("delete from import_told where day < $1", before.to_sqlx() as _).execute(pool).await?;
    Ok(())
}
