//! Receipts: what they say of a record that staff have struck, and the ending that is read out and searched.

use serde_json::{Value, json};
use zaichang_attendance::checkin::Receipt;

use crate::test_server::TestServer;

const JSON: &str = "application/json";

/// What a receipt's public address returns to a program.
async fn attested(server: &TestServer, receipt: &str) -> Value {
    let request = server.service.request(reqwest::Method::GET, &format!("/v/{receipt}"), None);
    let answer = request.header("accept", JSON).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{receipt}");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn records(server: &TestServer, query: &str) -> Value {
    let path = format!("/api/v1/courses/{}/attendance-records{query}", server.course());
    server.service.get(&path, server.admin()).await.is(200, "").body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_struck_record_is_on_record_and_not_recognised_wherever_it_is_shown() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let recorded = server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    server.check_in(1, json!({ "code": code })).await.is(201, "recorded");
    let receipt = recorded.body["receipt"].as_str().unwrap();
    let verdicts = format!("/api/v1/courses/{}/verdicts", server.course());
    for (verdict, recognised, of_totals) in
        [(None, true, 0), (Some("struck"), false, 1), (Some("kept"), true, 0)]
    {
        if let Some(verdict) = verdict {
            let given = json!({ "check_ins": [recorded.body["check_in"]["id"]], "verdict": verdict, "reason": "抽查时不在场" });
            server.service.post(&verdicts, server.admin(), given).await.is(201, "");
        }
        assert_eq!(attested(&server, receipt).await["recognised"], json!(recognised), "{verdict:?}");
        let own = server.service.get("/api/v1/me/check-ins", server.session(0)).await.is(200, "").body;
        assert_eq!(own["items"][0]["recognised"], json!(recognised), "{verdict:?}");
        let records = records(&server, "").await;
        assert_eq!(
            (&records["check_ins"], &records["not_recognised"]),
            (&json!(2), &json!(of_totals)),
            "{verdict:?}"
        );
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ending_that_is_read_out_finds_its_record() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let recorded = server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    server.check_in(1, json!({ "code": code })).await.is(201, "recorded");
    let receipt = recorded.body["receipt"].as_str().unwrap();
    let ending = &receipt[receipt.len() - 8..];
    assert_eq!(attested(&server, receipt).await["ending"], json!(ending));

    let typed = format!("{}%20{}", ending[..4].to_lowercase(), &ending[4..]);
    let found = records(&server, &format!("?q={typed}")).await;
    assert_eq!(
        (&found["check_ins"], &found["items"][0]["id"]),
        (&json!(1), &recorded.body["check_in"]["id"])
    );
    assert_eq!(found["items"][0]["receipt_ending"], json!(ending));

    // By chance another record of the course has the same ending: both are shown.
    server
        .sql(
            "insert into check_ins (id, person_id, course_id, day, slot, at, recorded_at, source, screen, step, code_age_ms,
                 device_hash, client_kind)
             select ('0' || right(id::text, 35))::uuid, person_id, course_id, day, slot + 1, at, recorded_at, source, screen,
                 step, code_age_ms, device_hash, client_kind
             from check_ins order by person_id limit 1",
        )
        .await;
    assert_eq!(records(&server, &format!("?q={ending}")).await["check_ins"], json!(2));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_from_before_there_were_endings_still_opens() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let recorded = server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let receipt = recorded.body["receipt"].as_str().unwrap();
    let named = Receipt::read(&server.service.keys, receipt).unwrap();
    let old = Receipt { ending: None, ..named }.sign(&server.service.keys);
    assert_eq!(old.len(), 42);
    assert_eq!(attested(&server, &old).await, attested(&server, receipt).await);
    server.close().await;
}
