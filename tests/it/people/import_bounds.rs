//! What an import is told and what it waits for: names that several units had, dated states, a bound on what is told of others' people,
//! people who register in the middle of it.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::ids::AccountId;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::{Account, Role, accounts};
use zaichang_platform::change::Change;
use zaichang_platform::sheets::imports::{self, Progress};
use zaichang_registry::people::import;

use super::imports::{IMPORTS, checked, csv, faults, id_number, phone};
use crate::importing::{counts, rests, sent, wanted, written};
use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer, eventually};

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
        let batch = imports::new_id().unwrap();
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

    // A person who was never approved is not counted as unchanged.
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
    let rows = [1, 2, 5].map(|place| ("王五", place, elsewhere.as_str()));
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

    // The same rows are no news, however often they are checked.
    server.sql("update import_answers set told = 2000").await;
    assert_eq!(checked(&server, by, asked.clone()).await.1["state"], "checked");
    let more = format!("{asked}{}", csv("", &[("吴九", 4, "")]).lines().nth(1).unwrap())
        .replace(&phone(4), &phone(5));
    let (_, seen) = checked(&server, by, more.clone()).await;
    assert_eq!((&seen["state"], &seen["refusal"]["code"]), (&json!("refused"), &json!("import_of_others")));
    assert_eq!(seen["faults"], json!([]));
    assert_eq!(newest().await, json!({ "rows": 3, "not_told": 3 }));
    server.sql("update import_answers set told = 1999").await;
    assert_eq!(checked(&server, by, more).await.1["state"], "checked");

    // Nor is more told by having it looked at anew.
    let rows = [("孙八", 9, ""), ("周九", 10, "")];
    let (path, seen) = checked(&server, by, csv("", &rows)).await;
    assert_eq!(seen["counts"], counts(2, 0, 0, 0));
    let (others, told) = checked(&server, &authority, csv(",单位", &[("周九", 10, &elsewhere)])).await;
    written(&server, &authority, &others, &told, "all").await;
    wanted(&server, by, &path, &seen, "all").await.is(202, "");
    rests(&server, &path).await;
    let seen = server.service.get(&path, Some(by)).await.is(200, "").body;
    assert_eq!((&seen["state"], &seen["refusal"]["code"]), (&json!("refused"), &json!("import_of_others")));
    // What tells nothing of others is looked at as ever, and tomorrow is another day.
    assert_eq!(checked(&server, by, csv("", &[("孙八", 9, "")])).await.1["state"], "checked");
    server.advance(24 * 3600);
    assert_eq!(checked(&server, by, asked).await.1["state"], "checked");
    server.close().await;
}

fn two_thousand_and_one(more: &str) -> Vec<(&str, u32, &str)> {
    (0..2001).map(|place| ("王五", 100 + place, more)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_tells_more_than_a_day_allows_is_told_that_no_day_helps() {
    let server = TestServer::open().await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    let elsewhere = format!(",{WOMEN}");
    let (path, seen) = checked(&server, &authority, csv(",单位", &two_thousand_and_one(&elsewhere))).await;
    written(&server, &authority, &path, &seen, "all").await;
    let (_, seen) = checked(&server, server.admin().unwrap(), csv("", &two_thousand_and_one(""))).await;
    assert_eq!(seen["refusal"]["code"], "import_of_too_many_others", "{}", seen["counts"]);
    server.close().await;
}

/// The applicant's last step, by the version that stands.
async fn submits(server: &TestServer, session: &str) -> Answer {
    let version = server.service.get("/api/v1/registration", Some(session)).await.is(200, "").version();
    let request = server.service.request(Method::POST, "/api/v1/registration/submission", Some(session));
    answer(request.header("if-match", version)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_file_is_written_its_units_take_registrations_and_at_its_end_nobody_is_overtaken() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let by = account(&server, "yuelu-jjb").await;
    let text = csv("", &[("周小燕", 1, "")]).replace(&id_number(1), &crate::registration::id_number(7));
    let batch = imports::new_id().unwrap();
    let staged =
        import::stage(pool, &sealer, &by, text.into_bytes(), server.now(), Progress::unheard(), batch).await;
    let counts = staged.unwrap().counts;
    // It waits for a transaction that enters one of its phones elsewhere: its unit is not locked meanwhile.
    let mut elsewhere = pool.begin().await.unwrap();
    sqlx::query("insert into number_indexes (index, kind, person_id) values ($1, 'phone', 0)")
        .bind(sealer.index(Kind::Phone, &phone(1)))
        .execute(&mut *elsewhere)
        .await
        .unwrap();
    let waits = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    let is_waiting = async || sqlx::query_scalar(waits).fetch_one(pool).await.unwrap();
    let meanwhile = async {
        eventually(is_waiting).await;
        crate::registration::submitted(&server, 8).await;
        elsewhere.rollback().await.unwrap();
    };
    let mut change = Change::begin(pool, &server.clock, &by).await.unwrap();
    let (done, ()) = tokio::join!(import::write(&mut change, &sealer, batch, counts), meanwhile);
    done.unwrap();
    // Who submits now, to a unit of no file, waits for the end, and is told.
    let (_, session) = crate::registration::session_of(&server, "13700000007").await;
    let mut entry = crate::registration::entry(&server, 7).await;
    entry["unit_id"] = super::unit(&server, WOMEN).await.into();
    server.service.patch("/api/v1/registration", Some(&session), entry).await.is(200, "");
    let commits = async {
        eventually(is_waiting).await;
        change.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(submits(&server, &session), commits);
    refused.is(409, "number_taken");
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
