//! A node whose clock is wrong judges nothing, shows nothing, says so, and recovers by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use serde_json::{Value, json};
use zaichang_core::clock::Clock;
use zaichang_core::code::{Step, mint};
use zaichang_core::ids::ScreenNumber;

use crate::page::{Page, refused_with};
use crate::test_server::{Service, Stores, TestServer, client, eventually};

const OFF_MS: i64 = -300_000;

/// A server on the machine's own clock, wrong by what is set.
async fn server() -> (TestServer, Arc<AtomicI64>) {
    let ahead_ms = Arc::new(AtomicI64::new(0));
    (TestServer::on(Stores::open_alone().await, Clock::ahead_by(&ahead_ms), |_| {}).await, ahead_ms)
}

/// The code that stood on the screen so many milliseconds from now, by the true time.
fn code(server: &TestServer, screen: ScreenNumber, from_now_ms: i64) -> String {
    let at = Clock::System.now() + SignedDuration::from_millis(from_now_ms);
    mint(&server.service.keys, screen, Step::at(at, 3000, screen)).to_string()
}

async fn check_in(service: &Service, server: &TestServer, proof: Value) -> crate::test_server::Answer {
    let mut body = proof;
    body["client"] = client("phone-of-0000");
    service.post("/api/v1/check-ins", server.session(0), body).await
}

async fn refuses_everything(service: &Service, server: &TestServer, screen: ScreenNumber, pass: &Value) {
    for from_now_ms in [OFF_MS, 0] {
        let code = code(server, screen, from_now_ms);
        let scanned = json!({ "code": code, "client": client("phone-of-0000") });
        let scan = service.post("/api/v1/scans", server.session(0), scanned).await;
        for answer in [scan, check_in(service, server, json!({ "code": code })).await] {
            let answer = answer.is(503, "storage_unavailable");
            assert!(answer.body["pass"].is_null(), "a pass would hold a wrong time");
            assert!(answer.body["retry_after_ms"].is_u64());
        }
        let request = service.request(reqwest::Method::GET, &format!("/C/{code}"), None);
        let opened = crate::test_server::answer(request.header("accept", "application/json")).await;
        assert_eq!(
            (opened.status.as_u16(), &opened.body["refusal"]["code"]),
            (503, &json!("storage_unavailable"))
        );
    }
    check_in(service, server, json!({ "pass": pass })).await.is(503, "storage_unavailable");
    let picture = format!("/api/v1/screens/{screen}/code.svg");
    service.get(&picture, server.admin()).await.is(503, "storage_unavailable");
    let ready = service.get("/readyz", None).await.is(503, "");
    assert_eq!(ready.body["missing"], json!(["clock"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_five_minutes_behind_judges_nothing_until_its_clock_is_right() {
    let (server, _) = server().await;
    let (screen, _) = server.screen(server.course()).await;
    let scanned = json!({ "code": code(&server, screen, 0), "client": client("phone-of-0000") });
    let pass =
        server.service.post("/api/v1/scans", server.session(0), scanned).await.is(201, "").body["pass"]
            .clone();
    let mut settings = server.stores.settings();
    settings.data_dir = server.stores.folder.path().join("off");
    std::fs::create_dir_all(&settings.data_dir).unwrap();
    let keys = server.stores.folder.path().join("service/master_keys");
    std::fs::copy(keys, settings.data_dir.join("master_keys")).unwrap();
    let off_ms = Arc::new(AtomicI64::new(OFF_MS));
    // From its first moment on.
    let off = Service::start(settings, Clock::ahead_by(&off_ms)).await;
    refuses_everything(&off, &server, screen, &pass).await;
    off_ms.store(0, Ordering::SeqCst);
    eventually(async || off.get("/readyz", None).await.status == 200).await;
    check_in(&off, &server, json!({ "code": code(&server, screen, OFF_MS) })).await.is(410, "code_expired");
    check_in(&off, &server, json!({ "pass": pass })).await.is(201, "recorded");
    assert_eq!(server.rows().await, 1);
    off.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_back_is_noticed_by_the_very_next_code() {
    let (server, ahead_ms) = server().await;
    let (screen, ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    page.frame("code").await;
    let scanned = json!({ "code": code(&server, screen, 0), "client": client("phone-of-0000") });
    let pass =
        server.service.post("/api/v1/scans", server.session(0), scanned).await.is(201, "").body["pass"]
            .clone();
    ahead_ms.store(OFF_MS, Ordering::SeqCst);
    refuses_everything(&server.service, &server, screen, &pass).await;
    // The page is sent to another node, and no other page's line is opened here.
    assert_eq!(page.ending().await, 1013);
    assert_eq!(Page::connect(&server, screen, None).await.err().and_then(refused_with), Some(503));
    ahead_ms.store(0, Ordering::SeqCst);
    eventually(async || server.service.get("/readyz", None).await.status == 200).await;
    check_in(&server.service, &server, json!({ "pass": pass })).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_postgres_away_the_last_judgement_stands() {
    let (mut server, ahead_ms) = server().await;
    let (screen, _) = server.screen(server.course()).await;
    let scan = async |server: &TestServer| {
        let scanned = json!({ "code": code(server, screen, 0), "client": client("phone-of-0000") });
        server.service.post("/api/v1/scans", server.session(0), scanned).await
    };
    scan(&server).await.is(201, "");
    server.stores.stop_postgres().await;
    // Failed comparisons change nothing: the code is judged, and its scan kept.
    for _ in 0..3 {
        server.service.timekeeper.compare(&server.service.pool).await.unwrap_err();
        assert!(scan(&server).await.body["pass"].is_string());
    }
    // But not for a clock that is not the one that was judged.
    ahead_ms.store(OFF_MS, Ordering::SeqCst);
    assert!(scan(&server).await.is(503, "storage_unavailable").body["pass"].is_null());
    server.stores.start_postgres().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_dated_ahead_of_the_clock_is_recorded_when_its_time_has_come_and_not_before() {
    let server = TestServer::open().await;
    let Clock::Set(clock_ms) = &server.clock else { panic!("a test's clock is set") };
    let set_back = |ms: i64| clock_ms.fetch_sub(ms, Ordering::SeqCst);
    let code = server.fresh_code(server.course()).await;
    let scanned_at = server.now();
    let scan = server.scan(0, true, &code).await.is(201, "");
    let pass = json!({ "pass": scan.body["pass"] });

    // Both clocks may be off by half a second.
    set_back(1001);
    let deferred = server.check_in(0, pass.clone()).await.is(202, "deferred");
    assert_eq!((&deferred.body["pass"], &deferred.body["retry_after_ms"]), (&pass["pass"], &json!(1500)));
    set_back(10 * 60_000);
    let deferred = server.check_in(0, pass.clone()).await.is(202, "deferred");
    assert_eq!((&deferred.body["pass"], &deferred.body["retry_after_ms"]), (&pass["pass"], &json!(60_000)));
    assert_eq!(server.rows().await, 0);
    // The pass is not valid for any other person meanwhile, and a day ahead it would never be within its life.
    server.check_in(1, pass.clone()).await.is(403, "pass_invalid");
    set_back(24 * 3_600_000);
    server.check_in(0, pass.clone()).await.is(410, "pass_expired");

    server.advance(24 * 3600 + 10 * 60);
    server.check_in(0, pass.clone()).await.is(202, "deferred");
    clock_ms.fetch_add(1, Ordering::SeqCst);
    let recorded = server.check_in(0, pass.clone()).await.is(201, "recorded");
    assert_eq!(recorded.body["check_in"]["at"], scanned_at.to_string());
    server.advance(600);
    server.check_in(0, pass).await.is(200, "already_recorded");
    assert_eq!(server.rows().await, 1);
    server.close().await;
}
