//! What an import is told and what it waits for: names that several units had, dated states, a bound on what is told of others' people,
//! whoever registers in the middle of it.

use serde_json::{Value, json};
use zaichang_core::ids::AccountId;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::{Account, Role, accounts};
use zaichang_platform::change::Change;
use zaichang_platform::sheets::imports::Progress;
use zaichang_registry::people::import;

use super::imports::{IMPORTS, checked, csv, faults, id_number, phone};
use crate::importing::{counts, sent, written};
use crate::projects::session;
use crate::test_server::TestServer;

const WOMEN: &str = "浏河县妇幼保健院";

async fn account(server: &TestServer, name: &str) -> Account {
    let pool = &server.service.pool;
    let id = sqlx::query_scalar("select id from accounts where account = $1").bind(name);
    let account = accounts::living(pool, AccountId(id.fetch_one(pool).await.unwrap())).await;
    account.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_submits_a_registration_while_a_file_is_staged_is_not_overtaken() {
    let server = TestServer::open().await;
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let by = account(&server, "yuelu-jjb").await;
    // By the number, and by the phone of another.
    let of_number = csv("", &[("周小燕", 1, "")]).replace(&id_number(1), &crate::registration::id_number(7));
    let of_phone = csv("", &[("李雷", 2, "")]).replace(&phone(2), "13700000008");
    for (place, text) in [(7, of_number), (8, of_phone)] {
        let batch = import::batch().unwrap();
        let pool = &server.service.pool;
        let staged =
            import::stage(pool, &sealer, &by, text.into_bytes(), server.now(), Progress::unheard(), batch);
        let staged = staged.await.unwrap();
        assert_eq!((staged.counts.add, staged.counts.wrong), (1, 0), "{staged:?}");
        crate::registration::submitted(&server, place).await;
        let mut change = Change::begin(pool, &server.clock, &by).await.unwrap();
        let done = import::write(&mut change, &sealer, batch, staged.counts).await;
        assert!(matches!(done, Err(import::Error::Otherwise)), "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_read_by_its_days_by_imports_and_by_whoever_counts() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let (path, seen) = checked(&server, by, csv("", &[("周小燕", 1, ""), ("李雷", 2, "")])).await;
    written(&server, by, &path, &seen, "all").await;
    let hospital = super::unit(&server, crate::admins::HOSPITAL).await;
    let unit = format!("/api/v1/units/{hospital}");
    let people =
        async || server.service.get(&unit, server.admin()).await.is(200, "").body["people"].as_i64().unwrap();
    let before = people().await;
    // 周小燕 was cancelled yesterday, as it was approved before; 李雷 is normal again, though the row knows it not.
    server
        .sql(
            "insert into person_states (person_id, state, first_day, last_day, reason, approved_by, approved_at, holds)
                 select people.id, 'cancelled', date '2025-11-28', null, '退休', accounts.id, now(), true
                 from people, accounts where people.name = '周小燕' and accounts.account = 'yuelu-jjb';
             update people set states_dated = true where name = '周小燕';
             update people set states_dated = true, state = 'cancelled' where name = '李雷'",
        )
        .await;
    let (_, seen) = checked(&server, by, csv("", &[("周小燕", 1, ""), ("李雷", 2, "")])).await;
    assert_eq!(faults(&seen), [(2, "该人员已注销，请先核对其人员状态".to_owned())]);
    assert_eq!(seen["counts"], counts(0, 0, 1, 1));
    assert_eq!(people().await, before - 1);
    let listed = server.service.get(&format!("{unit}/people?state=cancelled"), Some(by)).await.is(200, "");
    assert_eq!(listed.body["items"][0]["name"], "周小燕", "{}", listed.body);

    // Who was never approved is nobody of whom there is nothing to do.
    server.sql("update people set registration = 'rejected' where name = '李雷'").await;
    let (_, seen) = checked(&server, by, csv("", &[("李雷", 2, "")])).await;
    assert!(faults(&seen)[0].1.contains("尚未审核通过"), "{seen}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_others_people_an_account_is_told_so_much_a_day_and_the_log_says_how_much() {
    let server = TestServer::open().await;
    let by = server.admin().unwrap();
    let authority = session(&server, "xiaoxiang-wjw").await;
    let elsewhere = format!(",{WOMEN}");
    let rows = [("王五", 1, elsewhere.as_str()), ("赵六", 2, elsewhere.as_str())];
    let (path, seen) = checked(&server, &authority, csv(",单位", &rows)).await;
    written(&server, &authority, &path, &seen, "all").await;
    // One of another unit, one whose phone is another's.
    let asked = csv("", &[("王五", 1, ""), ("钱七", 3, "")]).replace(&phone(3), &phone(2));
    let (_, seen) = checked(&server, by, asked.clone()).await;
    assert_eq!(seen["counts"], counts(0, 0, 0, 2));
    let log = "select detail from audit_log where action = 'check_people' order by id desc limit 1";
    let newest = async || sqlx::query_scalar::<_, Value>(log).fetch_one(&server.service.pool).await.unwrap();
    let told = newest().await;
    assert_eq!(
        (&told["of_other_unit"], &told["phone_taken"], &told["card_taken"]),
        (&json!(1), &json!(1), &json!(0))
    );

    server.sql("update import_answers set told = 1998").await;
    assert_eq!(checked(&server, by, asked.clone()).await.1["state"], "checked");
    let (_, seen) = checked(&server, by, asked.clone()).await;
    assert_eq!((&seen["state"], &seen["refusal"]["code"]), (&json!("refused"), &json!("import_of_others")));
    assert_eq!(seen["faults"], json!([]));
    assert_eq!(newest().await, json!({ "rows": 2, "not_told": 2 }));
    // What tells nothing of others is looked at as ever, and tomorrow is another day.
    assert_eq!(checked(&server, by, csv("", &[("孙八", 9, "")])).await.1["state"], "checked");
    server.advance(24 * 3600);
    assert_eq!(checked(&server, by, asked).await.1["state"], "checked");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_called_so_now_goes_before_those_that_were() {
    let server = TestServer::open().await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    server
        .sql(&format!(
            "insert into unit_names (unit_id, name, kind, pinyin, initials)
                 select id, '{WOMEN}', 'earlier', '', '' from units where name = '{}'",
            crate::admins::HOSPITAL
        ))
        .await;
    let (_, seen) = checked(&server, &authority, csv(",单位", &[("王五", 1, &format!(",{WOMEN}"))])).await;
    assert_eq!(seen["counts"], counts(1, 0, 0, 0), "{seen}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_import_nobody_is_told_so_once_and_not_on_every_row() {
    let server = TestServer::open().await;
    let (of_department, _) = crate::admins::staff(&server, Role::UnitAdmin, "药学部").await;
    let file = csv("", &[("周小燕", 1, "")]).into_bytes();
    sent(&server, IMPORTS, &of_department, file).await.is(409, "people_of_units_only");
    server.close().await;
}
