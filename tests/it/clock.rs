//! A node whose clock is wrong judges nothing, shows nothing, says so, and heals by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use serde_json::{Value, json};
use zaichang_core::clock::Clock;
use zaichang_core::code::{Step, mint};
use zaichang_core::ids::ScreenNumber;

use crate::house::{House, Service, client, eventually};
use crate::page::{Page, refused_with};

const OFF_MS: i64 = -300_000;

/// A house on the machine's own clock, wrong by what is set.
async fn house() -> (House, Arc<AtomicI64>) {
    let ahead_ms = Arc::new(AtomicI64::new(0));
    (House::open_at(Clock::ahead_by(&ahead_ms), |_| {}).await, ahead_ms)
}

/// The code that stood on the screen so many milliseconds from now, by the true time.
fn code(house: &House, screen: ScreenNumber, from_now_ms: i64) -> String {
    let at = Clock::System.now() + SignedDuration::from_millis(from_now_ms);
    mint(&house.service.keys, screen, Step::at(at, 3000, screen)).to_string()
}

async fn check_in(service: &Service, house: &House, proof: Value) -> crate::house::Answer {
    let mut body = proof;
    body["client"] = client("phone-of-0000");
    service.post("/api/v1/check-ins", house.session(0), body).await
}

async fn refuses_everything(service: &Service, house: &House, screen: ScreenNumber, pass: &Value) {
    for from_now_ms in [OFF_MS, 0] {
        let code = code(house, screen, from_now_ms);
        let scanned = json!({ "code": code, "client": client("phone-of-0000") });
        let scan = service.post("/api/v1/scans", house.session(0), scanned).await;
        for answer in [scan, check_in(service, house, json!({ "code": code })).await] {
            let answer = answer.is(503, "storage_unavailable");
            assert!(answer.body["pass"].is_null(), "a pass would hold a wrong time");
            assert!(answer.body["retry_after_ms"].is_u64());
        }
        let request = service.request(reqwest::Method::GET, &format!("/C/{code}"), None);
        let opened = crate::house::answer(request.header("accept", "application/json")).await;
        assert_eq!(
            (opened.status.as_u16(), &opened.body["refusal"]["code"]),
            (503, &json!("storage_unavailable"))
        );
    }
    check_in(service, house, json!({ "pass": pass })).await.is(503, "storage_unavailable");
    let picture = format!("/api/v1/screens/{screen}/code.svg");
    service.get(&picture, house.admin()).await.is(503, "storage_unavailable");
    let ready = service.get("/readyz", None).await.is(503, "");
    assert_eq!(ready.body["missing"], json!(["clock"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_five_minutes_behind_judges_nothing_until_its_clock_is_right() {
    let (house, _) = house().await;
    let (screen, _) = house.screen(house.course()).await;
    let scanned = json!({ "code": code(&house, screen, 0), "client": client("phone-of-0000") });
    let pass =
        house.service.post("/api/v1/scans", house.session(0), scanned).await.is(201, "").body["pass"].clone();
    let mut settings = house.stores.settings();
    settings.data_dir = house.stores.folder.path().join("off");
    std::fs::create_dir_all(&settings.data_dir).unwrap();
    let keys = house.stores.folder.path().join("service/master_keys");
    std::fs::copy(keys, settings.data_dir.join("master_keys")).unwrap();
    let off_ms = Arc::new(AtomicI64::new(OFF_MS));
    // From its first moment on.
    let off = Service::start(settings, Clock::ahead_by(&off_ms)).await;
    refuses_everything(&off, &house, screen, &pass).await;
    off_ms.store(0, Ordering::SeqCst);
    eventually(async || off.get("/readyz", None).await.status == 200).await;
    check_in(&off, &house, json!({ "code": code(&house, screen, OFF_MS) })).await.is(410, "code_expired");
    check_in(&off, &house, json!({ "pass": pass })).await.is(201, "recorded");
    assert_eq!(house.rows().await, 1);
    off.stop().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_back_is_noticed_by_the_very_next_code() {
    let (house, ahead_ms) = house().await;
    let (screen, ticket) = house.screen(house.course()).await;
    let mut page = Page::open(&house, screen, json!({ "type": "hello", "ticket": ticket })).await;
    page.frame("code").await;
    let scanned = json!({ "code": code(&house, screen, 0), "client": client("phone-of-0000") });
    let pass =
        house.service.post("/api/v1/scans", house.session(0), scanned).await.is(201, "").body["pass"].clone();
    ahead_ms.store(OFF_MS, Ordering::SeqCst);
    refuses_everything(&house.service, &house, screen, &pass).await;
    // The page is sent to another node, and no other page's line is opened here.
    assert_eq!(page.ending().await, 1013);
    assert_eq!(Page::connect(&house, screen, None).await.err().and_then(refused_with), Some(503));
    ahead_ms.store(0, Ordering::SeqCst);
    eventually(async || house.service.get("/readyz", None).await.status == 200).await;
    check_in(&house.service, &house, json!({ "pass": pass })).await.is(201, "recorded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_postgres_away_the_last_judgement_stands() {
    let (mut house, ahead_ms) = house().await;
    let (screen, _) = house.screen(house.course()).await;
    let scan = async |house: &House| {
        let scanned = json!({ "code": code(house, screen, 0), "client": client("phone-of-0000") });
        house.service.post("/api/v1/scans", house.session(0), scanned).await
    };
    scan(&house).await.is(201, "");
    house.stores.stop_postgres().await;
    // Comparisons that find nobody take nothing away: the code is judged, and its scan kept.
    for _ in 0..3 {
        house.service.timekeeper.compare(&house.service.pool).await.unwrap_err();
        assert!(scan(&house).await.body["pass"].is_string());
    }
    // But not for a clock that is not the one that was judged.
    ahead_ms.store(OFF_MS, Ordering::SeqCst);
    assert!(scan(&house).await.is(503, "storage_unavailable").body["pass"].is_null());
    house.stores.start_postgres().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_dated_ahead_of_the_clock_is_recorded_when_its_time_has_come_and_not_before() {
    let house = House::open().await;
    let Clock::Set(clock_ms) = &house.clock else { panic!("a test's clock is set") };
    let set_back = |ms: i64| clock_ms.fetch_sub(ms, Ordering::SeqCst);
    let code = house.fresh_code(house.course()).await;
    let scanned_at = house.now();
    let scan = house.scan(0, true, &code).await.is(201, "");
    let pass = json!({ "pass": scan.body["pass"] });

    // Both clocks may be off by half a second.
    set_back(1001);
    let deferred = house.check_in(0, pass.clone()).await.is(202, "deferred");
    assert_eq!((&deferred.body["pass"], &deferred.body["retry_after_ms"]), (&pass["pass"], &json!(1500)));
    set_back(10 * 60_000);
    let deferred = house.check_in(0, pass.clone()).await.is(202, "deferred");
    assert_eq!((&deferred.body["pass"], &deferred.body["retry_after_ms"]), (&pass["pass"], &json!(60_000)));
    assert_eq!(house.rows().await, 0);
    // It is nobody else's meanwhile, and a day ahead it would never be within its life.
    house.check_in(1, pass.clone()).await.is(403, "pass_invalid");
    set_back(24 * 3_600_000);
    house.check_in(0, pass.clone()).await.is(410, "pass_expired");

    house.advance(24 * 3600 + 10 * 60);
    house.check_in(0, pass.clone()).await.is(202, "deferred");
    clock_ms.fetch_add(1, Ordering::SeqCst);
    let recorded = house.check_in(0, pass.clone()).await.is(201, "recorded");
    assert_eq!(recorded.body["check_in"]["at"], scanned_at.to_string());
    house.advance(600);
    house.check_in(0, pass).await.is(200, "already_recorded");
    assert_eq!(house.rows().await, 1);
    house.close().await;
}
