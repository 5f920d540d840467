//! What happens to a registration while something else happens to it: a login beside the approval, a number that stands twice, a
//! department that moves, a notice that changes, a row that cannot be read.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{PgPool, Postgres, Transaction};
use zaichang_core::Phone;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_registry::registration::{self, Opened};

use super::{NEWCOMER, PATH, entry, id_number, session_of, submitted, unit};
use crate::login::{Provider, server};
use crate::test_server::{TestServer, client, eventually};

/// Holds everybody who writes to this table, until the transaction that is given ends.
async fn hold<'a>(pool: &'a PgPool, table: &str) -> Transaction<'a, Postgres> {
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
async fn wait_for_locks(pool: &PgPool, waiting: i64) {
    let count = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    eventually(async || sqlx::query_scalar::<_, i64>(count).fetch_one(pool).await.unwrap() == waiting).await;
}

async fn approve(server: &TestServer, id: i64) -> crate::test_server::Answer {
    server.judge(id, &json!({ "verdict": "approve" })).await
}

/// The verdict on all of these, as they are now.
async fn judge_all(server: &TestServer, ids: &[i64], verdict: &str) -> Value {
    let versions: Vec<(i64, i64)> =
        sqlx::query_as("select id, version from registrations where id = any($1) order by id")
            .bind(ids)
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    let chosen: Vec<_> = versions
        .iter()
        .map(|(id, version)| json!({ "id": id, "version": format!("\"{version}\"") }))
        .collect();
    let mut body = json!({ "registrations": chosen, "verdict": verdict });
    if verdict != "approve" {
        body["reason"] = json!("请核对科室");
    }
    server.service.post("/api/v1/registrations/verdicts", server.admin(), body).await.is(200, "").body
}

fn codes(judged: &Value) -> Vec<&str> {
    judged["left"].as_array().unwrap().iter().map(|left| left["code"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_has_just_been_approved_opens_no_second_draft() {
    let server = TestServer::open().await;
    let (id, _) = submitted(&server, 1).await;
    approve(&server, id).await.is(200, "");
    // The login has asked whose phone it is before the approval, and comes here after it.
    let mut login = server.service.pool.begin().await.unwrap();
    let phone = Phone::parse(NEWCOMER).unwrap();
    let opened = registration::open(&mut login, &super::sealer(&server), &phone, server.now()).await.unwrap();
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
async fn a_number_stands_twice_whatever_key_each_lies_under() {
    let server = TestServer::open().await;
    submitted(&server, 1).await;
    let kept = server.stores.folder.path().join("service/master_keys");
    let kept = std::fs::read_to_string(kept).unwrap();
    let newer = zaichang_core::keys::make().unwrap();
    let rotated = server
        .second(|settings| {
            use secrecy::ExposeSecret as _;
            settings.master_keys = Some(format!("{},{}", newer.expose_secret(), kept.trim()).into());
        })
        .await;
    let (_, session) = session_of(&server, "13700000091").await;
    rotated.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    let version = rotated.get(PATH, Some(&session)).await.is(200, "").version();
    let submission = rotated.request(Method::POST, &format!("{PATH}/submission"), Some(&session));
    crate::test_server::answer(submission.header("if-match", version)).await.is(200, "");
    let waiting = rotated.get("/api/v1/registrations?state=submitted", server.admin()).await.is(200, "");
    let items = waiting.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|one| one["same_number"] == 1), "{items:?}");
    rotated.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_with_one_number_are_approved_by_no_batch_until_each_is_looked_at() {
    let server = TestServer::open().await;
    let (other, _) = submitted(&server, 2).await;
    let (one, _) = submitted(&server, 1).await;
    let (two, session) = session_of(&server, "13700000091").await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let judged = judge_all(&server, &[other, one, two.0], "approve").await;
    assert_eq!(codes(&judged), ["number_stands_twice", "number_stands_twice"]);
    assert_eq!(judged["items"].as_array().unwrap().len(), 1);
    // The other of the pair does not lie in this batch, and holds it up all the same.
    let (third, _) = submitted(&server, 3).await;
    assert_eq!(codes(&judge_all(&server, &[one, third], "approve").await), ["number_stands_twice"]);
    // Looked at and judged alone.
    let judged = judge_all(&server, &[two.0], "approve").await;
    assert!(codes(&judged).is_empty(), "{judged}");
    assert_eq!(codes(&judge_all(&server, &[one], "approve").await), ["number_taken"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_that_has_left_the_unit_is_not_approved_but_put_right() {
    let server = TestServer::open().await;
    let at = unit(&server).await;
    let department: i64 = sqlx::query_scalar(
        "insert into units (parent_id, kind, name) values ($1, 'department', '急诊科') returning id",
    )
    .bind(at)
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    let (id, session) = session_of(&server, NEWCOMER).await;
    let mut entered = entry(&server, 1).await;
    entered["department_id"] = json!(department);
    server.service.patch(PATH, Some(&session), entered).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let elsewhere = another_unit(&server).await;
    server.sql(&format!("update units set parent_id = {elsewhere} where id = {department}")).await;
    approve(&server, id.0).await.is(409, "registration_unit_changed");
    let (other, _) = submitted(&server, 2).await;
    assert_eq!(codes(&judge_all(&server, &[id.0, other], "approve").await), ["registration_unit_changed"]);
    // Nor is it submitted anew so.
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    let gone = server.step(Method::POST, "/submission", &session).await.is(400, "bad_request");
    assert_eq!(gone.body["field"], "department_id");
    server.service.patch(PATH, Some(&session), json!({ "department_id": null })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    approve(&server, id.0).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_to_an_older_notice_is_none() {
    let server = TestServer::open().await;
    let (id, session) = submitted(&server, 1).await;
    server.sql("update registrations set consent_version = '2026-01-01'").await;
    approve(&server, id).await.is(409, "consent_outdated");
    let mine = server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    assert_eq!((&mine.body["consented"], &mine.body["missing"]), (&json!(false), &json!(["consent"])));
    let refused = server.step(Method::POST, "/submission", &session).await;
    assert_eq!(refused.is(409, "registration_incomplete").body["field"], "consent");
    server.service.patch(PATH, Some(&session), json!({ "consent": "2026-11-29" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    approve(&server, id).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_named_and_stops_no_other() {
    let server = TestServer::open().await;
    let mut ids = Vec::new();
    for place in 1..=4 {
        ids.push(submitted(&server, place).await.0);
    }
    // One is sealed by a key that is not in the list, one has a word of a newer release.
    server
        .sql(&format!(
            "update registrations set key_id = '\\xdeadbeef' where id = {};
             alter table registrations drop constraint registration_title_is_known;
             update registrations set title_level = 'emeritus' where id = {}",
            ids[0], ids[2]
        ))
        .await;
    let waiting =
        server.service.get("/api/v1/registrations?state=submitted", server.admin()).await.is(200, "");
    assert_eq!((&waiting.body["in_all"], &waiting.body["unreadable"]), (&json!(4), &json!(2)));
    let shown: Vec<_> =
        waiting.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(shown, [ids[1], ids[3]]);
    let found = json!({ "number": id_number(1) });
    let found =
        server.service.post("/api/v1/registrations/searches", server.admin(), found).await.is(200, "");
    assert_eq!((&found.body["items"], &found.body["unreadable"]), (&json!([]), &json!(1)));
    for unreadable in [ids[0], ids[2]] {
        let path = format!("/api/v1/registrations/{unreadable}");
        server.service.get(&path, server.admin()).await.is(500, "registration_unreadable");
    }
    for verdict in ["return", "approve"] {
        let judged = judge_all(&server, &ids[..if verdict == "return" { 2 } else { 4 }], verdict).await;
        let unreadable = codes(&judged).iter().filter(|code| **code == "registration_unreadable").count();
        assert_eq!(unreadable, if verdict == "return" { 1 } else { 2 }, "{judged}");
        assert_eq!(judged["items"].as_array().unwrap().len(), 1, "{judged}");
    }
    server.close().await;
}

/// A unit beside the tests' own, under the same county.
async fn another_unit(server: &TestServer) -> i64 {
    sqlx::query_scalar(
        "insert into units (parent_id, kind, name) select parent_id, 'unit', '另一医院' from units where id = $1 returning id",
    )
    .bind(unit(server).await)
    .fetch_one(&server.service.pool)
    .await
    .unwrap()
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
    let several = json!({ "registrations": [{ "id": id, "version": version }], "verdict": "approve" });
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
            let (answer, ()) = tokio::join!(crate::test_server::answer(act), moved);
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
