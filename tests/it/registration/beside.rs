//! What happens to a registration while something else happens to it: a login beside the approval, another unit beside an act.

use reqwest::Method;
use serde_json::json;
use sqlx::{PgPool, Postgres, Transaction};
use zaichang_core::Phone;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_registry::people::phones::{self, How};
use zaichang_registry::registration::{self, Opened};

use super::{NEWCOMER, PATH, another_unit, approve, entry, sealer, session_of, submitted, unit};
use crate::login::{Provider, server};
use crate::test_server::{TestServer, answer, client, eventually};

/// Holds everybody who writes to this table, until the transaction that is given ends.
pub(super) async fn hold<'a>(pool: &'a PgPool, table: &str) -> Transaction<'a, Postgres> {
    let held = format!(
        "create function hold() returns trigger language plpgsql set lock_timeout = '0' as
             'begin perform pg_advisory_xact_lock(4711); return new; end';
         create trigger hold before insert on {table} for each row execute function hold()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(held)).execute(pool).await.unwrap();
    let mut holding = pool.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(4711)").execute(&mut *holding).await.unwrap();
    holding
}

/// Until so many transactions wait for a lock.
pub(super) async fn wait_for_locks(pool: &PgPool, waiting: i64) {
    let count = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    eventually(async || sqlx::query_scalar::<_, i64>(count).fetch_one(pool).await.unwrap() == waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_has_just_been_approved_opens_no_second_draft() {
    let server = TestServer::open().await;
    let (id, _) = submitted(&server, 1).await;
    approve(&server, id).await.is(200, "");
    // The login has asked whose phone it is before the approval, and comes here after it.
    let mut login = server.service.pool.begin().await.unwrap();
    let phone = Phone::parse(NEWCOMER).unwrap();
    let opened = registration::open(&mut login, &sealer(&server), &phone, server.now()).await.unwrap();
    login.commit().await.unwrap();
    assert!(matches!(opened, Opened::Person(_)), "{opened:?}");
    let drafts: i64 = sqlx::query_scalar("select count(*) from registrations where person_id is null")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(drafts, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_the_middle_of_the_approval_is_the_persons_and_its_scan_counts() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (id, _) = submitted(&server, 1).await;
    let (device, pool) = ("phone-of-a-new-one", &server.service.pool);
    let pass = server.anonymous_pass(device).await;
    let asked = json!({ "phone": NEWCOMER, "client": client(device), "pass": pass });
    server.service.post("/api/v1/sms-codes", None, asked).await.is(202, "");
    let code = provider.nth_code(1).await;
    // The approval has made the person and not committed yet.
    let holding = hold(pool, "audit_log").await;
    let log_in = async {
        wait_for_locks(pool, 1).await;
        let login = json!({ "phone": NEWCOMER, "sms_code": code, "client": client(device), "pass": pass });
        let release = async {
            wait_for_locks(pool, 2).await;
            holding.commit().await.unwrap();
        };
        tokio::join!(server.service.post("/api/v1/sessions", None, login), release).0
    };
    let (approved, login) = tokio::join!(approve(&server, id), log_in);
    approved.is(200, "");
    let login = login.is(201, "");
    assert_eq!(login.body["person"]["name"], "周小燕");
    let theirs = login.body["session"].as_str().unwrap();
    let body = json!({ "pass": login.body["pass"]["pass"], "client": client(device) });
    server.service.post("/api/v1/check-ins", Some(theirs), body).await.is(201, "recorded");
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_in_the_middle_of_a_login_waits_and_records_the_scan_that_was_kept() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (id, _) = submitted(&server, 1).await;
    let (device, pool) = ("phone-of-a-new-one", &server.service.pool);
    let pass = server.anonymous_pass(device).await;
    // The login has opened the registration, and is about to keep the scan.
    let holding = hold(pool, "kept_scans").await;
    let approval = async {
        wait_for_locks(pool, 1).await;
        let release = async {
            wait_for_locks(pool, 2).await;
            holding.commit().await.unwrap();
        };
        tokio::join!(approve(&server, id), release).0
    };
    let (refused, approved) = tokio::join!(server.prove(&provider, 1, NEWCOMER, device, &pass), approval);
    refused.is(403, "person_not_approved");
    approved.is(200, "");
    eventually(async || server.kept_outcomes().await == [Some("recorded".to_owned())]).await;
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_whose_newest_keys_differ_open_one_draft_of_a_phone() {
    let server = TestServer::open().await;
    let phone = Phone::parse(NEWCOMER).unwrap();
    let open = async |keys: Vec<[u8; 32]>| {
        let sealer = Sealer::new(Keys::new(&keys).unwrap());
        let mut login = server.service.pool.begin().await.unwrap();
        let opened = registration::open(&mut login, &sealer, &phone, server.now()).await.unwrap();
        login.commit().await.unwrap();
        opened
    };
    let (older, newer): ([u8; 32], [u8; 32]) = ([1; 32], [2; 32]);
    let (before, after, again) =
        tokio::join!(open(vec![older]), open(vec![newer, older]), open(vec![older, newer]));
    assert!(before == after && after == again, "{before:?} {after:?} {again:?}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_goes_to_another_unit_in_the_middle_of_an_act_is_not_found() {
    let server = TestServer::open().await;
    let pool = &server.service.pool;
    let (elsewhere, here) = (another_unit(&server).await, unit(&server).await);
    let (id, _) = submitted(&server, 1).await;
    let path = format!("/api/v1/registrations/{id}");
    let version = server.service.get(&path, server.admin()).await.is(200, "").version();
    let approval = json!({ "verdict": "approve" });
    let several = json!({ "chosen": [{ "id": id, "version": version }], "verdict": "approve" });
    let correction = json!({ "specialty": "急诊护理" });
    let acts = [
        (Method::POST, format!("{path}/verdicts"), &approval),
        (Method::PATCH, path.clone(), &correction),
        (Method::POST, "/api/v1/registrations/verdicts".to_owned(), &several),
    ];
    for (method, path, body) in acts {
        for seen in ["*", &version] {
            // The route has proved that the row is this unit's; it waits for the lock while the row goes to another one.
            let mut moving = pool.begin().await.unwrap();
            sqlx::query("update registrations set unit_id = $2 where id = $1")
                .bind(id)
                .bind(elsewhere)
                .execute(&mut *moving)
                .await
                .unwrap();
            let act = server.service.request(method.clone(), &path, server.admin()).header("if-match", seen);
            let act = act.header("content-type", "application/json").body(body.to_string());
            let moved = async {
                wait_for_locks(pool, 1).await;
                moving.commit().await.unwrap();
            };
            let (answer, ()) = tokio::join!(answer(act), moved);
            let answer = answer.is(404, "not_found");
            assert!(!answer.body.to_string().contains("周小燕"), "{}", answer.body);
            server.sql(&format!("update registrations set unit_id = {here} where id = {id}")).await;
        }
    }
    let people: i64 = sqlx::query_scalar("select count(*) from people where name = '周小燕'")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(people, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_whose_phone_becomes_somebody_s_while_it_is_submitted_is_kept_and_told_so() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, "13700000005").await;
    server.service.patch(PATH, Some(&session), entry(&server, 5).await).await.is(200, "");
    // A unit's admin types it for another of their people.
    let (pool, phone) = (&server.service.pool, Phone::parse("13700000005").unwrap());
    let mut change = pool.begin().await.unwrap();
    let owned = phones::hold(&mut change, server.demo.people[0].id).await.unwrap();
    let replaced =
        phones::replace(&mut change, &sealer(&server), &owned, &phone, How::Document, server.now()).await;
    assert!(replaced.unwrap());
    let commits = async {
        wait_for_locks(pool, 1).await;
        change.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(server.step(Method::POST, "/submission", &session), commits);
    let refused = refused.is(409, "phone_taken").body;
    assert!(refused["detail"].as_str().unwrap().contains("请持证件到您的单位"), "{refused}");
    assert_eq!(server.service.get(PATH, Some(&session)).await.is(200, "").body["state"], "draft");
    server.close().await;
}
