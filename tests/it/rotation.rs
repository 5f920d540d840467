//! The master keys are rotated: a number stays one person's whatever key a row lies under, and one bad row blocks no other.

use futures_util::future::join_all;
use jiff::Timestamp;
use sqlx::PgPool;
use zaichang_core::ids::{AccountId, PersonId, RegistrationId, UnitId};
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_core::totp::Secret;
use zaichang_core::{IdNumber, Phone};
use zaichang_platform::auth::accounts::{self, NewAccount, NewFactor};
use zaichang_platform::auth::{AccountName, Role};
use zaichang_platform::db::is_away;
use zaichang_registry::document::Document;
use zaichang_registry::people::{self, Error, Left, NewPerson};
use zaichang_registry::registration::{self, Opened};
use zaichang_registry::resealing::{self, Table};

use crate::test_server::TestServer;

const OLD: [u8; 32] = [1; 32];
const NEW: [u8; 32] = [2; 32];
const SECRET: Secret = Secret::new([7; 20]);

/// A node that signs with the first of these keys.
fn node(keys: &[[u8; 32]]) -> Sealer {
    Sealer::new(Keys::new(keys).unwrap())
}

/// An unused ID number, by its place.
fn id_number(place: u32) -> IdNumber {
    let digits = format!("4301021880{:02}{:02}{:03}", place / 20 % 12 + 1, place % 20 + 1, place / 240);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    IdNumber::try_from(format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))).unwrap()
}

fn phone(place: u32) -> Phone {
    Phone::try_from(format!("166{place:08}")).unwrap()
}

async fn register(pool: &PgPool, sealer: &Sealer, id: u32, phone_of: u32) -> Result<PersonId, Error> {
    let unit = sqlx::query_scalar("select id from units where kind = 'unit' limit 1").fetch_one(pool).await?;
    let person = NewPerson {
        name: "试登记",
        document: &Document::from(id_number(id)),
        phone: &phone(phone_of),
        card_number: None,
        account: None,
        password_hash: None,
        title: "主治医师",
        titled: None,
        specialty: "内科",
        takes_part: true,
        unit_id: UnitId(unit),
        department_id: None,
        registration: "approved",
        approved_at: None,
        state: "normal",
    };
    people::insert(&mut *pool.acquire().await?, sealer, &person).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_one_person_s_whatever_key_its_row_lies_under() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let (before, after) = (node(&[OLD]), node(&[NEW, OLD]));
    register(pool, &before, 1, 1).await.unwrap();
    register(pool, &after, 2, 2).await.unwrap();
    // Registered under the old key, and entered again at a node that has rotated; and the other way round, while some node has not.
    for sealer in [&before, &after] {
        for taken in [1, 2] {
            assert!(matches!(register(pool, sealer, taken, 9).await, Err(Error::IdNumberUsed)));
            assert!(matches!(register(pool, sealer, 9, taken).await, Err(Error::PhoneUsed)));
        }
    }
    // As the release before wrote them: of its number only the index under its own key is known.
    server
        .sql(
            "delete from number_indexes;
             insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, title, specialty,
                 unit_id)
             select '旧版登记', '', sha256('a'), '', sha256('b'), '\\x00000000', '', '', unit_id from people limit 1",
        )
        .await;
    assert!(matches!(register(pool, &after, 1, 9).await, Err(Error::IdNumberUsed)));
    assert!(matches!(register(pool, &after, 9, 1).await, Err(Error::PhoneUsed)));
    // A refusal leaves nothing behind.
    register(pool, &after, 9, 9).await.unwrap();
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_nodes_that_enter_one_number_at_once_one_is_refused() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let nodes = [node(&[OLD]), node(&[OLD, NEW]), node(&[NEW, OLD])];
    for place in 0..20 {
        // The same ID number, and another's phone: the later registration is refused and names the number.
        let entered = nodes.iter().zip(0..).map(|(node, at)| register(pool, node, place, place * 10 + at));
        let entered = join_all(entered).await;
        assert_eq!(entered.iter().filter(|entered| entered.is_ok()).count(), 1, "{entered:?}");
        for (node, refused) in nodes.iter().zip(entered) {
            match refused {
                // A deadlock is cut by Postgres: then it is worth trying again.
                Err(Error::Database(error)) if is_away(&error) => {
                    let again = register(pool, node, place, place * 10 + 9).await;
                    assert!(matches!(again, Err(Error::IdNumberUsed)), "{again:?}");
                }
                refused => assert!(matches!(refused, Ok(_) | Err(Error::IdNumberUsed)), "{refused:?}"),
            }
        }
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_rows_are_sealed_again_no_number_can_be_entered_again() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let (before, after) = (node(&[OLD]), node(&[NEW, OLD]));
    for place in 0..60 {
        register(pool, &before, place, place).await.unwrap();
    }
    let attempts = async {
        for place in (0..60).rev() {
            for (sealer, other) in [(&before, 100), (&after, 101)] {
                let entered = register(pool, sealer, place, other).await;
                assert!(matches!(entered, Err(Error::IdNumberUsed)), "{place}: {entered:?}");
            }
        }
    };
    let (first, second, ()) =
        tokio::join!(people::reseal(pool, &after), people::reseal(pool, &after), attempts);
    assert_eq!(first.unwrap().people + second.unwrap().people, 60);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_sealed_again_holds_up_no_other_and_is_told() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let (before, after) = (node(&[OLD]), node(&[NEW, OLD]));
    let mut people = Vec::new();
    for place in 0..5 {
        people.push(register(pool, &before, place, place).await.unwrap());
    }
    let altered = people[1];
    server.sql(&format!("update people set phone_sealed = '\\x00' where id = {altered}")).await;
    // Entered twice, as was possible before this was refused.
    server.sql("alter table people disable trigger user; delete from number_indexes").await;
    let twice = people[3];
    let again = register(pool, &node(&[NEW]), 3, 50).await;
    server.sql("alter table people enable trigger user").await;
    let again = again.unwrap();

    let resealed = people::reseal(pool, &after).await.unwrap();
    assert_eq!(resealed.people, 3);
    // The demo's people lie under a key that is in neither list.
    let unknown = resealed.left[&Left::UnknownKey];
    assert!(unknown > 60);
    assert_eq!((resealed.left[&Left::Altered], resealed.left[&Left::Collides]), (1, 1));
    let again_done = people::reseal(pool, &after).await.unwrap();
    assert_eq!((again_done.people, again_done.left), (0, resealed.left));

    let mut connection = pool.acquire().await.unwrap();
    let (older, behind) = people::left_behind(&mut connection, &after, 1000).await.unwrap();
    assert_eq!(older, i64::try_from(unknown).unwrap() + 2);
    assert!(behind.contains(&(altered, Left::Altered, None)), "{behind:?}");
    assert!(behind.contains(&(twice, Left::Collides, Some(again))), "{behind:?}");
    drop(connection);
    server.close().await;
}

/// The open registration of the second phone.
async fn opened(pool: &PgPool, sealer: &Sealer, now: Timestamp) -> RegistrationId {
    let mut login = pool.begin().await.unwrap();
    let opened = registration::open(&mut login, sealer, &phone(2), now).await.unwrap();
    login.commit().await.unwrap();
    let Opened::Registration { registration, .. } = opened else { panic!("a person's: {opened:?}") };
    registration
}

/// An admin with an authenticator, and a registration with its number, under the keys of this sealer.
async fn admin_and_registration(server: &TestServer, sealer: &Sealer) -> (AccountId, RegistrationId) {
    let pool = &server.service.pool;
    let unit =
        sqlx::query_scalar("select id from units where kind = 'unit' limit 1").fetch_one(pool).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    let new = NewAccount {
        unit: UnitId(unit),
        account: &AccountName::parse("rotating").unwrap(),
        name: "何建国",
        role: Role::UnitAdmin,
        rights: None,
        password_hash: "",
        phone: &phone(1),
        second_factor: NewFactor::Totp { secret: &SECRET, step: 1 },
    };
    let account = accounts::insert(&mut connection, sealer, &new).await.unwrap();
    let opened = opened(pool, sealer, server.now()).await;
    let applicant = format!(r#"{{"name":"周小燕","document":"{}"}}"#, id_number(7).expose());
    let sealed = sealer.seal(Kind::Applicant, &applicant).unwrap();
    sqlx::query("update registrations set applicant_sealed = $2, number_index = $3 where id = $1")
        .bind(opened.0)
        .bind(sealed.bytes)
        .bind(sealer.index(Kind::IdNumber, id_number(7).expose()))
        .execute(pool)
        .await
        .unwrap();
    (account, opened)
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_and_open_registrations_are_sealed_again_and_need_the_older_key_no_longer() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let (before, after) = (node(&[OLD]), node(&[NEW, OLD]));
    let (account, opened) = admin_and_registration(&server, &before).await;
    let behind = async |table| {
        let mut connection = pool.acquire().await.unwrap();
        resealing::left_behind(&mut connection, &after, table, 1000).await.unwrap()
    };
    for table in [Table::Accounts, Table::Registrations] {
        assert_eq!((behind(table).await.rows, behind(table).await.cannot), (1, vec![]), "{table:?}");
    }
    let resealed = resealing::reseal(pool, &after).await.unwrap();
    assert_eq!((resealed.rows[&Table::Accounts], resealed.rows[&Table::Registrations]), (1, 1));
    for table in [Table::Accounts, Table::Registrations] {
        assert_eq!(behind(table).await, resealing::Behind::default(), "{table:?}");
    }
    // The newest key alone opens and finds them.
    let newest = node(&[NEW]);
    assert_eq!(accounts::phone(pool, &newest, account).await.unwrap(), Some(phone(1)));
    let totp: (Vec<u8>, Vec<u8>) = sqlx::query_as("select key_id, totp_sealed from accounts where id = $1")
        .bind(account.0)
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(newest.open(Kind::Totp, &totp.0, &totp.1).unwrap(), SECRET.expose());
    assert_eq!(self::opened(pool, &newest, server.now()).await, opened);
    let found: Vec<i64> = sqlx::query_scalar("select id from registrations where number_index = $1")
        .bind(newest.index(Kind::IdNumber, id_number(7).expose()))
        .fetch_all(pool)
        .await
        .unwrap();
    assert_eq!(found, [opened.0]);
    // And a node that has not rotated yet finds it by the older one.
    let found: Vec<i64> = sqlx::query_scalar("select id from registrations where $1 = any(number_indexes)")
        .bind(before.index(Kind::IdNumber, id_number(7).expose()))
        .fetch_all(pool)
        .await
        .unwrap();
    assert_eq!(found, [opened.0]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_and_a_registration_that_cannot_be_sealed_again_are_told_and_stop_no_other() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let after = node(&[NEW, OLD]);
    let (account, opened) = admin_and_registration(&server, &node(&[OLD])).await;
    server.sql(&format!("update accounts set totp_sealed = '\\x00' where id = {account}")).await;
    server.sql(&format!("update registrations set key_id = '\\x00000000' where id = {opened}")).await;
    register(pool, &node(&[OLD]), 3, 3).await.unwrap();
    let resealed = resealing::reseal(pool, &after).await.unwrap();
    assert_eq!(resealed.rows[&Table::People], 1);
    assert_eq!(resealed.left[&(Table::Accounts, Left::Altered)], 1);
    assert_eq!(resealed.left[&(Table::Registrations, Left::UnknownKey)], 1);
    let mut connection = pool.acquire().await.unwrap();
    for (table, id, why) in
        [(Table::Accounts, account.0, Left::Altered), (Table::Registrations, opened.0, Left::UnknownKey)]
    {
        let behind = resealing::left_behind(&mut connection, &after, table, 1000).await.unwrap();
        assert_eq!(behind, resealing::Behind { rows: 1, cannot: vec![(id, why, None)] });
    }
    drop(connection);
    server.close().await;
}
