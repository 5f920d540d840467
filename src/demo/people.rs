//! The demo's people in Postgres: three with logins for trying it out, and as many more as are asked for.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use secrecy::SecretString;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::cast::Role;
use super::units::Units;
use super::{AdminSession, PersonSession};
use zaichang_core::ids::PersonId;
use zaichang_core::reading::Reading;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::{Token, password};
use zaichang_registry::people::{self, NewPerson};

/// The first three places of the line have logins.
const LEADS: [(&str, &str); 3] = [("wangwei", "approved"), ("liwei", "approved"), ("zhangwei", "pending")];
/// Rows written in one statement.
const AT_ONCE: usize = 1000;
/// How long a demo session lasts.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A person as whom a user of the demo may log in.
pub struct DemoPerson {
    pub name: String,
    pub phone: String,
    pub account: String,
    /// Only known when it was just made.
    pub password: Option<SecretString>,
    pub registration: &'static str,
}

pub(super) async fn leads(
    connection: &mut PgConnection,
    sealer: &Sealer,
    units: &Units,
) -> anyhow::Result<Vec<DemoPerson>> {
    let mut leads = Vec::new();
    for (place, (account, registration)) in LEADS.into_iter().enumerate() {
        let role = Role::at(place);
        let known = query_scalar!("select id from people where account = $1", account)
            .fetch_optional(&mut *connection)
            .await?;
        let mut made = None;
        if known.is_none() {
            let password = password::random()?;
            let hash = password::hash(&password)?;
            let person = NewPerson {
                name: &role.name,
                document: &role.id_number.clone().into(),
                phone: &role.phone,
                card_number: Some(&role.card_number),
                account: Some(account),
                password_hash: Some(&hash),
                title: role.title,
                titled: None,
                specialty: role.specialty,
                takes_part: true,
                unit_id: units.hospital,
                department_id: units.departments.get(place).copied(),
                registration,
                approved_at: None,
                state: "normal",
            };
            people::insert(connection, sealer, &person).await?;
            made = Some(password);
        }
        leads.push(DemoPerson {
            name: role.name,
            phone: role.phone.expose().to_owned(),
            account: account.to_owned(),
            password: made,
            registration,
        });
    }
    Ok(leads)
}

/// `count` approved people beside the leads, made if they are not there yet, each with a new session.
pub(super) async fn crowd(
    pool: &PgPool,
    sealer: &Sealer,
    now: Timestamp,
    count: usize,
) -> anyhow::Result<Vec<PersonSession>> {
    let mut crowd = Vec::with_capacity(count);
    let places: Vec<_> = (LEADS.len()..LEADS.len() + count).collect();
    for places in places.chunks(AT_ONCE) {
        let mut transaction = pool.begin().await?;
        let ids = of_hospital_and_clinic(&mut transaction, sealer, places).await?;
        crowd.extend(log_in(&mut transaction, &ids, now).await?);
        transaction.commit().await?;
    }
    Ok(crowd)
}

/// The people of these places, made where they are not there yet, every other one of the clinic.
pub(super) async fn of_hospital_and_clinic(
    connection: &mut PgConnection,
    sealer: &Sealer,
    places: &[usize],
) -> anyhow::Result<Vec<i64>> {
    let units = [first_unit(connection, 0).await?, first_unit(connection, 1).await?];
    ensure(connection, sealer, places, |place| units[place % 2]).await?;
    Ok(placed(connection, places).await?)
}

/// The demo's units in the order of their making: the hospital, then the clinic.
async fn first_unit(connection: &mut PgConnection, place: i64) -> sqlx::Result<i64> {
    let unit = query_scalar!("select id from units where kind = 'unit' order by id limit 1 offset $1", place);
    unit.fetch_one(connection).await
}

/// All people from the place after the leads on, spread over all units. How many.
pub(super) async fn nation(
    connection: &mut PgConnection,
    sealer: &Sealer,
    count: usize,
) -> anyhow::Result<u64> {
    let units = query_scalar!("select id from units where kind = 'unit' order by id");
    let units = units.fetch_all(&mut *connection).await?;
    let places: Vec<_> = (LEADS.len()..LEADS.len() + count).collect();
    let mut written = 0;
    for places in places.chunks(10 * AT_ONCE) {
        written += ensure(connection, sealer, places, |place| units[place % units.len()]).await?;
    }
    Ok(written)
}

/// Writes those of these places who are not there yet. How many.
async fn ensure(
    connection: &mut PgConnection,
    sealer: &Sealer,
    places: &[usize],
    unit: impl Fn(usize) -> i64,
) -> anyhow::Result<u64> {
    let roles: Vec<_> = places.iter().map(|place| Role::at(*place)).collect();
    let numbers = roles.iter().map(|role| sealer.seal(Kind::IdNumber, role.id_number.expose()));
    let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
    let phones = roles
        .iter()
        .map(|role| sealer.seal(Kind::Phone, role.phone.expose()))
        .collect::<Result<Vec<_>, _>>()?;
    let column = |of: fn(&Role) -> &str| roles.iter().map(|role| of(role).to_owned()).collect::<Vec<_>>();
    let readings: Vec<_> = roles.iter().map(|role| Reading::of_name(&role.name)).collect();
    let made = query!(
        "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, card_number,
             title, specialty, unit_id, registration, pinyin, initials)
         select name, id_number, id_number_index, phone, phone_index, $1, card_number, title, specialty, unit_id, 'approved',
             pinyin, initials
         from unnest($2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[], $8::text[], $9::text[], $10::bigint[],
                 $11::text[], $12::text[])
             role (name, id_number, id_number_index, phone, phone_index, card_number, title, specialty, unit_id, pinyin, initials)
         on conflict do nothing
         returning id, card_number",
        sealer.key_id().to_vec(),
        &column(|role| &role.name),
        &numbers.iter().map(|sealed| sealed.bytes.clone()).collect::<Vec<_>>(),
        &numbers.iter().map(|sealed| sealed.index.clone()).collect::<Vec<_>>(),
        &phones.iter().map(|sealed| sealed.bytes.clone()).collect::<Vec<_>>(),
        &phones.iter().map(|sealed| sealed.index.clone()).collect::<Vec<_>>(),
        &column(|role| &role.card_number),
        &column(|role| role.title),
        &column(|role| role.specialty),
        &places.iter().map(|place| unit(*place)).collect::<Vec<_>>(),
        &readings.iter().map(|reading| reading.pinyin.clone()).collect::<Vec<_>>(),
        &readings.iter().map(|reading| reading.initials.clone()).collect::<Vec<_>>(),
    );
    let made = made.fetch_all(&mut *connection).await?;
    let at: HashMap<_, _> =
        roles.iter().enumerate().map(|(at, role)| (role.card_number.as_str(), at)).collect();
    let written = made.iter().filter_map(|row| Some((row.id, *at.get(row.card_number.as_deref()?)?)));
    let written: Vec<_> = written.collect();
    for (kind, sealed) in [(Kind::IdNumber, &numbers), (Kind::Phone, &phones)] {
        let held = written.iter().map(|(id, at)| (*id, &sealed[*at]));
        people::hold_other_indexes(connection, kind, held).await?;
    }
    Ok(u64::try_from(made.len())?)
}

/// The people of these places, in their order.
async fn placed(connection: &mut PgConnection, places: &[usize]) -> sqlx::Result<Vec<i64>> {
    let cards: Vec<_> = places.iter().map(|place| Role::at(*place).card_number).collect();
    let ids = query_scalar!("select id from people where card_number = any($1) order by card_number", &cards);
    ids.fetch_all(connection).await
}

async fn log_in(
    connection: &mut PgConnection,
    people: &[i64],
    now: Timestamp,
) -> anyhow::Result<Vec<PersonSession>> {
    let tokens = people.iter().map(|_| Token::random()).collect::<Result<Vec<_>, _>>()?;
    query!(
        "insert into sessions (token_hash, person_id, client_kind, created_at, expires_at)
         select token_hash, person_id, 'app', $3, $4 from unnest($1::bytea[], $2::bigint[]) asked (token_hash, person_id)",
        &tokens.iter().map(|token| token.hash().to_vec()).collect::<Vec<_>>(),
        people,
        now.to_sqlx() as _,
        (now + LIFE).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    let pairs = people.iter().zip(&tokens);
    Ok(pairs
        .map(|(id, token)| PersonSession { id: PersonId(*id), session: token.expose().to_owned() })
        .collect())
}

/// A new session of one of the demo's admins.
pub(super) async fn admin_session(
    pool: &PgPool,
    account: &str,
    now: Timestamp,
) -> anyhow::Result<AdminSession> {
    let token = Token::random()?;
    let hash = token.hash();
    query!(
        "insert into sessions (token_hash, account_id, client_kind, created_at, expires_at)
         select $1, id, 'console', $3, $4 from accounts where account = $2",
        hash.as_slice(),
        account,
        now.to_sqlx() as _,
        (now + LIFE).to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(AdminSession { session: token.expose().to_owned() })
}
