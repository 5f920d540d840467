//! Postgres and Redis go away and come back: nothing acknowledged is lost, nothing false is said.

use std::process::Command;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::json;

use zaichang_attendance::checkin;
use zaichang_core::ids::ScreenNumber;

use crate::test_server::{Answer, Service, TestServer, client, eventually};

fn signal(pid: i32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_stopped_and_started_defers_and_then_records_at_the_time_of_the_scan() {
    let mut server = TestServer::open_alone().await;
    let (screen, _) = server.screen(server.course()).await;
    // Both are known to this node before the outage.
    server.scan(0, true, &server.code(screen)).await.is(201, "");
    server.stores.stop_postgres().await;
    let scanned_at = server.now();
    let deferred = server.check_in(0, json!({ "code": server.code(screen) })).await.is(202, "deferred");
    assert!(deferred.body["retry_after_ms"].is_u64());
    let pass = deferred.body["pass"].clone();
    server.check_in(0, json!({ "pass": pass })).await.is(202, "deferred");
    server.service.get("/readyz", None).await.is(503, "");
    server.stores.start_postgres().await;
    server.advance(3600);
    let ready = async || server.service.get("/readyz", None).await.status == 200;
    eventually(ready).await;
    let recorded = server.check_in(0, json!({ "pass": pass })).await.is(201, "recorded");
    assert_eq!(recorded.body["check_in"]["at"], scanned_at.to_string());
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

/// What the page of the screen's code receives in the browser of the first person.
async fn opened_by_first_person(server: &TestServer, screen: ScreenNumber) -> Answer {
    let request = server.service.request(reqwest::Method::GET, &format!("/C/{}", server.code(screen)), None);
    let cookie = format!("zc_session={}", server.session(0).unwrap());
    crate::test_server::answer(request.header("cookie", cookie).header("accept", "application/json")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_opened_while_postgres_is_away_still_knows_whose_scan_it_keeps() {
    let mut server = TestServer::open_alone().await;
    let (screen, _) = server.screen(server.course()).await;
    let opened = opened_by_first_person(&server, screen).await;
    assert_eq!(opened.body["scan"]["needs"], json!([]));
    server.stores.stop_postgres().await;
    // What is known from before is trusted for a second; then the scan is kept, and only whose it is may be shown.
    let kept = async || {
        let again = opened_by_first_person(&server, screen).await;
        assert_eq!(again.body["me"]["id"], opened.body["me"]["id"]);
        again.body["refusal"]["code"] == "storage_unavailable" && again.body["refusal"]["pass"].is_string()
    };
    eventually(kept).await;
    server.stores.start_postgres().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_this_node_has_never_met_keeps_the_scan_while_postgres_is_away() {
    let mut server = TestServer::open_alone().await;
    let (screen, _) = server.screen(server.course()).await;
    server.stores.stop_postgres().await;
    let refused =
        server.check_in(5, json!({ "code": server.code(screen) })).await.is(503, "storage_unavailable");
    let pass = refused.body["pass"].as_str().expect("the scan is kept").to_owned();
    let refused = server.scan(6, true, &server.code(screen)).await.is(503, "storage_unavailable");
    let exchanged = refused.body["pass"].as_str().expect("so is one that is only exchanged").to_owned();
    server.stores.start_postgres().await;
    server.advance(60);
    eventually(async || server.service.get("/readyz", None).await.status == 200).await;
    server.check_in(5, json!({ "pass": pass })).await.is(201, "recorded");
    server.check_in(6, json!({ "pass": exchanged })).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_full_says_busy_at_once_and_loses_nobody() {
    let mut server = TestServer::open_alone_with(|settings| {
        settings.modules.set::<checkin::Settings>(|checkin| checkin.commit_queue = 1);
    })
    .await;
    let (screen, _) = server.screen(server.course()).await;
    for person in 0..12 {
        server.scan(person, true, &server.code(screen)).await.is(201, "");
    }
    let postgres = server.stores.postgres.alone().as_ref().unwrap().pid();
    let backends = backends(postgres);
    for pid in &backends {
        signal(*pid, "STOP");
    }
    let code = server.code(screen);
    let asked = (0..12).map(async |person| (person, server.check_in(person, json!({ "code": code })).await));
    let mut asked: FuturesUnordered<_> = asked.collect();
    // With Postgres frozen only those requests are answered for which there is no place in the queue.
    let (_, first) = asked.next().await.unwrap();
    first.is(503, "busy");
    for pid in &backends {
        signal(*pid, "CONT");
    }
    let answers: Vec<_> = asked.collect().await;
    for (_, answer) in &answers {
        assert!(["busy", "recorded", "deferred"].contains(&answer.word()), "{answer:?}");
    }
    for person in 0..12 {
        eventually(async || server.check_in(person, json!({ "code": code })).await.status.is_success()).await;
    }
    assert_eq!(server.rows().await, 12);
    server.close().await;
}

/// The processes of a Postgres, its own included.
fn backends(postmaster: i32) -> Vec<i32> {
    let listed = Command::new("ps").args(["-o", "pid=", "--ppid", &postmaster.to_string()]).output().unwrap();
    let children = String::from_utf8(listed.stdout).unwrap();
    children.split_whitespace().filter_map(|pid| pid.parse().ok()).chain([postmaster]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_everything_is_answered_by_postgres() {
    let mut server = TestServer::open_alone().await;
    let (screen, _) = server.screen(server.course()).await;
    server.stores.redis.take().unwrap().stop().await.unwrap();
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
    let ready = server.service.get("/readyz", None).await.is(200, "");
    assert_eq!(ready.body["degraded"], json!(["redis"]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_remembers_keys_screens_and_check_ins() {
    let server = TestServer::open_alone().await;
    let (screen, _) = server.screen(server.course()).await;
    let code = server.code(screen);
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let TestServer { stores, service, clock, demo } = server;
    service.stop().await;
    let service = Service::start(stores.settings(), clock.clone()).await;
    let body = json!({ "code": code, "client": client("phone-of-0000") });
    service.post("/api/v1/check-ins", Some(&demo.people[0].session), body).await.is(200, "already_recorded");
    service.stop().await;
    stores.close().await;
}
