//! A pass that is sent on: an accomplice in the hall scans with the absent person's device id, that person presents it elsewhere.

use reqwest::Method;
use serde_json::{Value, json};

use super::by_suspicion;
use crate::test_server::{Answer, TestServer, answer, client, eventually};

const HALL: &str = "203.0.113.7";

/// A call by a person's phone, with their login or without, from an address.
async fn call(
    server: &TestServer,
    path: &str,
    person: usize,
    login: bool,
    from: &str,
    proof: Value,
) -> Answer {
    let mut body = proof;
    body["client"] = client(&format!("phone-of-{person:04}"));
    let session = if login { server.session(person) } else { None };
    let request = server.service.request(Method::POST, path, session);
    let request = request.header("x-forwarded-for", from).header("content-type", "application/json");
    answer(request.body(body.to_string())).await
}

async fn scan(server: &TestServer, person: usize, login: bool, code: &str) -> Value {
    let scanned = call(server, "/api/v1/scans", person, login, HALL, json!({ "code": code })).await;
    scanned.is(201, "").body["pass"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_is_sent_on_keeps_where_it_was_scanned_and_where_it_was_presented() {
    let server = TestServer::open_with(|settings| settings.trusted_proxies = "127.0.0.1".to_owned()).await;
    let (screen, _) = server.screen(server.course()).await;
    let code = server.code(screen);
    for person in 0..35 {
        let pass = scan(&server, person, true, &code).await;
        let presented = call(&server, "/api/v1/check-ins", person, true, HALL, json!({ "pass": pass })).await;
        presented.is(201, "recorded");
    }
    // The accomplice in the hall needs no login; the friend presents it from home.
    let pass = scan(&server, 35, false, &code).await;
    server.advance(20);
    let proof = json!({ "pass": pass });
    let recorded =
        call(&server, "/api/v1/check-ins", 35, true, "198.51.100.9", proof).await.is(201, "recorded");
    let rows: Vec<(bool, Option<i32>, Option<i32>)> = sqlx::query_as(
        "select presented_network = network and bound_network is distinct from network, bound_after_ms, presented_after_ms
         from check_ins order by recorded_at, person_id",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    assert!(rows[..35].iter().all(|row| *row == (true, None, Some(0))), "{rows:?}");
    assert_eq!(rows[35], (false, Some(20_000), Some(20_000)));

    let first = async || by_suspicion(&server).await["items"][0].clone();
    eventually(async || first().await["suspicion"].is_object()).await;
    let suspected = first().await;
    assert_eq!(suspected["id"], recorded.body["check_in"]["id"]);
    assert_eq!(suspected["suspicion"]["suspicious"], json!(true));
    let rules: Vec<_> =
        suspected["suspicion"]["reasons"].as_array().unwrap().iter().map(|reason| &reason["rule"]).collect();
    assert_eq!(rules[..2], ["presented_elsewhere", "scanned_without_login"], "the heaviest first");
    server.close().await;
}
