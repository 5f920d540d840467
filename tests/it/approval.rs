//! A person not approved yet keeps their scan: once their unit has approved them, it counts from its own time on, and is marked.

use serde_json::{Value, json};
use zaichang_attendance::checkin;
use zaichang_core::ids::ScreenNumber;

use crate::test_server::{Answer, TestServer, client};

/// Changes a person's row, and waits until a scan of theirs is answered accordingly: it records nothing.
async fn change(server: &TestServer, person: usize, set: &str, screen: ScreenNumber, answered: u16) {
    let id = server.demo.people[person].id.0;
    let told = async || server.scan(person, true, &server.code(screen)).await.status == answered;
    server.change(&format!("update people set {set} where id = {id}"), told).await;
}

/// Approves a person, and presents the pass until the node has received the change.
async fn approve(server: &TestServer, person: usize, pass: &Value, answered: u16) {
    let id = server.demo.people[person].id.0;
    let told = async || server.check_in(person, json!({ "pass": pass })).await.status == answered;
    server.change(&format!("update people set registration = 'approved' where id = {id}"), told).await;
}

/// A course's records by person: whether each was approved afterwards.
async fn marks(server: &TestServer) -> Vec<(i64, bool)> {
    let path = format!("/api/v1/courses/{}/attendance-records", server.course());
    let records = server.service.get(&path, server.admin()).await.is(200, "").body;
    let mark = |item: &Value| {
        (item["person"]["id"].as_i64().unwrap(), item["approved_afterwards"].as_bool().unwrap())
    };
    records["items"].as_array().unwrap().iter().map(mark).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_before_the_approval_counts_from_its_own_time_on_and_is_marked() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let scanned_at = server.now();
    let first = server.scan(0, true, &server.code(screen)).await.is(201, "").body["pass"].clone();
    change(&server, 0, "registration = 'pending'", screen, 403).await;

    // Whichever way they scan, the refusal hands the pass back.
    let by_scan = server.scan(0, true, &server.code(screen)).await.is(403, "person_not_approved");
    let by_code =
        server.check_in(0, json!({ "code": server.code(screen) })).await.is(403, "person_not_approved");
    let kept = server.check_in(0, json!({ "pass": first })).await.is(403, "person_not_approved");
    for refused in [&by_scan, &by_code, &kept] {
        let pass = &refused.body["pass"];
        assert!(pass.is_string(), "{}", refused.body);
        server.check_in(0, json!({ "pass": pass })).await.is(403, "person_not_approved");
    }
    assert_eq!(server.rows().await, 0);

    server.advance(3600);
    let pass = kept.body["pass"].clone();
    approve(&server, 0, &pass, 201).await;
    let recorded = server.check_in(0, json!({ "pass": pass })).await.is(200, "already_recorded");
    assert_eq!(recorded.body["check_in"]["at"], json!(scanned_at));
    let code = server.code(screen);
    server.check_in(1, json!({ "code": code })).await.is(201, "recorded");
    let mut marks = marks(&server).await;
    marks.sort_unstable();
    let ids = [0, 1].map(|person: usize| server.demo.people[person].id.0);
    assert_eq!(marks, [(ids[0], true), (ids[1], false)]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_another_reason_stays_refused() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let pass = server.scan(0, true, &server.code(screen)).await.is(201, "").body["pass"].clone();
    change(&server, 0, "state = 'cancelled'", screen, 403).await;
    let refused = server.check_in(0, json!({ "pass": pass })).await.is(403, "person_inactive");
    assert!(refused.body["pass"].is_null(), "{}", refused.body);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_waits_for_an_approval_waits_a_day() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let pass = server.scan(0, true, &server.code(screen)).await.is(201, "").body["pass"].clone();
    change(&server, 0, "registration = 'pending'", screen, 403).await;
    server.advance(24 * 3600 + 1);
    approve(&server, 0, &pass, 410).await;
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_refuse_scans_before_the_approval() {
    let server = TestServer::open_with(|settings| {
        settings.modules.set::<checkin::Settings>(|checkin| checkin.approval_may_follow = false);
    })
    .await;
    let (screen, _) = server.screen(server.course()).await;
    let pass = server.scan(0, true, &server.code(screen)).await.is(201, "").body["pass"].clone();
    change(&server, 0, "registration = 'pending'", screen, 403).await;
    let refused = server.check_in(0, json!({ "pass": pass })).await.is(403, "person_not_approved");
    assert!(refused.body["pass"].is_null(), "{}", refused.body);
    // What is scanned after the approval counts.
    server.advance(3600);
    let approved = "registration = 'approved', approved_at = '2025-11-29T09:30:00+08:00'";
    change(&server, 0, approved, screen, 201).await;
    server.check_in(0, json!({ "pass": pass })).await.is(403, "person_not_approved");
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_refused_for_the_approval_hands_the_scan_back() {
    let server = TestServer::open().await;
    let hash = zaichang_platform::auth::password::hash(&"岳麓山-1926".into()).unwrap();
    sqlx::query(
        "update people set password_hash = $1 where account = 'zhangwei' and registration = 'pending'",
    )
    .bind(hash)
    .execute(&server.service.pool)
    .await
    .unwrap();
    let log_in = async |pass: &Value| -> Answer {
        let body = json!({ "account": "zhangwei", "password": "岳麓山-1926",
            "client": client("phone-of-a-new-one"), "pass": pass });
        server.service.post("/api/v1/sessions", None, body).await
    };
    let scan =
        json!({ "code": server.fresh_code(server.course()).await, "client": client("phone-of-a-new-one") });
    let anonymous = server.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone();
    let refused = log_in(&anonymous).await.is(403, "person_not_approved");
    let bound = refused.body["pass"].clone();
    assert!(bound.is_string() && bound != anonymous, "{}", refused.body);

    // Hours later, when the anonymous pass has long expired.
    server.advance(2 * 3600);
    server.sql("update people set registration = 'approved' where account = 'zhangwei'").await;
    let logged_in = log_in(&bound).await.is(201, "");
    let session = logged_in.body["session"].as_str().unwrap();
    let body = json!({ "pass": logged_in.body["pass"]["pass"], "client": client("phone-of-a-new-one") });
    server.service.post("/api/v1/check-ins", Some(session), body).await.is(201, "recorded");
    assert!(marks(&server).await[0].1);
    server.close().await;
}
