//! A node that does not receive changes detects it, says so, and trusts nothing that is older than a second.

use serde_json::json;
use zaichang_core::ids::ScreenNumber;

use crate::test_server::{Service, TestServer, client, eventually};

/// A node whose database role may open no connection beyond those it has: its listener cannot come back.
async fn limited(server: &TestServer) -> Service {
    server.sql("create role limited login; grant zaichang to limited").await;
    let url = server.stores.postgres.url().replace("user=zaichang", "user=limited");
    assert!(url.contains("user=limited"), "{url}");
    server.second(|settings| settings.database_url = Some(url.into())).await
}

/// Whether the listener last said that it listens, or asked whether its connection lives.
async fn limit(server: &TestServer, connections: i32) {
    server
        .sql(&format!(
            "alter role limited connection limit {connections};
             select pg_terminate_backend(pid) from pg_stat_activity
             where usename = 'limited' and (query ilike 'listen %' or query = 'select 1')"
        ))
        .await;
}

async fn is_degraded(service: &Service) -> bool {
    let ready = service.get("/readyz", None).await;
    ready.body["degraded"].as_array().is_some_and(|degraded| degraded.contains(&json!("changes")))
}

async fn check_in(
    service: &Service,
    server: &TestServer,
    person: usize,
    code: &str,
) -> crate::test_server::Answer {
    let body = json!({ "code": code, "client": client(&format!("phone-of-{person:04}")) });
    service.post("/api/v1/check-ins", server.session(person), body).await
}

/// As a phone does: until there is an answer. A node that may open no further connection defers where it has none to spare.
async fn recorded_in_the_end(service: &Service, server: &TestServer, person: usize, screen: ScreenNumber) {
    let before = server.rows().await;
    let recorded = async || {
        let word = check_in(service, server, person, &server.code(screen)).await.word().to_owned();
        assert!(["recorded", "already_recorded", "deferred"].contains(&word.as_str()), "{word}");
        word != "deferred"
    };
    eventually(recorded).await;
    assert_eq!(server.rows().await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_screen_and_a_revoked_session_are_refused_by_a_node_that_hears_nothing() {
    let server = TestServer::open_alone().await;
    let second = limited(&server).await;
    assert!(!is_degraded(&second).await);
    let (screen, _) = server.screen(server.course()).await;
    // It knows the screen, the course, and who has which session.
    for person in 0..4 {
        check_in(&second, &server, person, &server.code(screen)).await.is(201, "recorded");
    }
    limit(&server, 0).await;
    eventually(async || is_degraded(&second).await).await;

    // It receives no notification.
    server
        .service
        .call(reqwest::Method::DELETE, "/api/v1/sessions/current", server.session(0), None)
        .await
        .is(204, "");
    let revoked =
        async || check_in(&second, &server, 0, &server.code(screen)).await.word() == "login_required";
    eventually(revoked).await;
    let cancelled = server.demo.people[1].id;
    server.sql(&format!("update people set state = 'cancelled' where id = {cancelled}")).await;
    let inactive =
        async || check_in(&second, &server, 1, &server.code(screen)).await.word() == "person_inactive";
    eventually(inactive).await;
    let close = format!("/api/v1/screens/{screen}");
    server.service.call(reqwest::Method::DELETE, &close, server.admin(), None).await.is(204, "");
    server.advance(600);
    // Young entries are trusted for a second; a scan records nothing, so that it can be asked again and again.
    let closed = async || {
        let body = json!({ "code": server.code(screen), "client": client("phone-of-0005") });
        second.post("/api/v1/scans", server.session(5), body).await.word() == "screen_closed"
    };
    eventually(closed).await;
    check_in(&second, &server, 5, &server.code(screen)).await.is(410, "screen_closed");

    // It is right meanwhile, and as before afterwards.
    let (screen, _) = server.screen(server.course()).await;
    recorded_in_the_end(&second, &server, 3, screen).await;
    limit(&server, -1).await;
    eventually(async || !is_degraded(&second).await).await;
    recorded_in_the_end(&second, &server, 4, screen).await;
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_from_before_an_outage_keeps_a_scan_for_its_person_and_admits_nobody() {
    let mut server = TestServer::open_alone().await;
    let (screen, _) = server.screen(server.course()).await;
    for person in 0..2 {
        server.scan(person, true, &server.code(screen)).await.is(201, "");
    }
    let pass = server.scan(1, true, &server.code(screen)).await.body["pass"].clone();
    server.stores.stop_postgres().await;
    // Young entries are trusted for a second.
    eventually(async || server.scan(0, true, &server.code(screen)).await.word() == "storage_unavailable")
        .await;
    let scanned = server.scan(0, true, &server.code(screen)).await.is(503, "storage_unavailable");
    let deferred = server.check_in(0, json!({ "code": server.code(screen) })).await.is(202, "deferred");
    server.check_in(0, json!({ "pass": scanned.body["pass"] })).await.is(202, "deferred");
    // A pass is only its own person's, of which nothing is decided now either.
    server.check_in(0, json!({ "pass": pass })).await.is(503, "storage_unavailable");
    // An old session opens nothing else.
    server.service.get("/api/v1/me", server.session(0)).await.is(503, "storage_unavailable");
    server.service.get("/api/v1/courses", server.admin()).await.is(503, "storage_unavailable");

    server.stores.start_postgres().await;
    // As a phone does: until there is an answer.
    for (person, pass, word) in [
        (0, &deferred.body["pass"], "recorded"),
        (0, &scanned.body["pass"], "already_recorded"),
        (1, &pass, "recorded"),
    ] {
        let answered = async || server.check_in(person, json!({ "pass": pass })).await.word() == word;
        eventually(answered).await;
    }
    server.close().await;
}
