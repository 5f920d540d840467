//! Messages of which it is not known whether they were sent, and those that were refused: shown to their unit, sent again by hand.

use reqwest::Method;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;
use zaichang_platform::auth::Role;

use super::{all_done, sent_back, server, states};
use crate::login::Provider;
use crate::test_server::{Answer, TestServer, answer, eventually};

const DELIVERIES: &str = "/api/v1/admin/notice-deliveries";

async fn listed(server: &TestServer, by: &str, query: &str) -> Vec<Value> {
    let page = server.service.get(&format!("{DELIVERIES}{query}"), Some(by)).await.is(200, "").body;
    assert_eq!(page["in_all"], page["items"].as_array().unwrap().len());
    page["items"].as_array().unwrap().clone()
}

async fn again(server: &TestServer, by: &str, delivery: &Value, seen: &str) -> Answer {
    let path = format!("{DELIVERIES}/{}/sending", delivery["id"]);
    answer(server.service.request(Method::POST, &path, Some(by)).header("if-match", seen)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_to_be_sent_is_sent_again_by_hand_alone() {
    let provider = Provider::that_answers(ResponseTemplate::new(502).set_body_string("<html>")).await;
    let server = server(&provider).await;
    let own = server.admin().unwrap().to_owned();
    sent_back(&server, 0).await;
    provider.has_sent(1).await;
    eventually(async || {
        let answers = sqlx::query_scalar::<_, Option<String>>("select answer from notice_deliveries");
        answers.fetch_all(&server.service.pool).await.unwrap() == [Some("malformed".to_owned())]
    })
    .await;
    all_done(&server).await;
    // A node that was taken for dead runs its job once more, and does not call.
    server
        .sql(
            "select enqueue_job('send_notice', jsonb_build_object('delivery', id, 'calls', 0, 'put_off', 0), 'notice:again', 9, null, 0::smallint)
             from notice_deliveries",
        )
        .await;
    all_done(&server).await;
    assert_eq!((states(&server).await, provider.bodies().await.len()), (vec!["unknown".to_owned()], 1));

    // While the call may still be answered it is not listed for a decision.
    assert!(listed(&server, &own, "").await.is_empty());
    let row = json!({ "id": sqlx::query_scalar::<_, i64>("select id from notice_deliveries").fetch_one(&server.service.pool).await.unwrap() });
    again(&server, &own, &row, "\"1\"").await.is(409, "delivery_under_way");
    server.advance(61);
    let [row] = &listed(&server, &own, "").await[..] else { panic!("one") };
    assert_eq!(
        (&row["state"], &row["answer"], &row["calls"]),
        (&json!("unknown"), &json!("malformed"), &json!(1))
    );
    assert_eq!(row["title"], "人员状态变更已退回修改");
    assert!(!row.to_string().contains("199000"), "{row}");
    assert!(listed(&server, &own, "?state=failed").await.is_empty());

    // Another unit's admin sees none of it, nor sends it.
    let other = crate::authority::admin(&server, Role::UnitAdmin, "浏河县妇幼保健院").await;
    assert!(listed(&server, &other, "").await.is_empty());
    again(&server, &other, row, "\"1\"").await.is(404, "not_found");

    let sending = format!("{DELIVERIES}/{}/sending", row["id"]);
    server.service.post(&sending, Some(&own), json!({})).await.is(428, "version_required");
    again(&server, &own, row, "*").await.is(400, "bad_request");
    again(&server, &own, row, "\"0\"").await.is(412, "changed_meanwhile");
    provider.answers(Provider::taken()).await;
    // As it waits, however soon the job has it.
    assert_eq!(again(&server, &own, row, "\"1\"").await.is(200, "").body["state"], "waiting");
    // Pressed twice it is sent once: it waits, or was called since.
    let twice = again(&server, &own, row, "\"1\"").await;
    assert!([409, 412].contains(&twice.status.as_u16()), "{}", twice.body);
    eventually(async || states(&server).await == ["sent"]).await;
    provider.has_sent(1).await;
    again(&server, &own, row, "\"2\"").await.is(409, "delivery_not_stuck");
    assert!(listed(&server, &own, "").await.is_empty());
    let detail: Value = sqlx::query_scalar("select detail from audit_log where action = 'send_notice_again'")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(detail["before"], json!({ "delivery": "unknown", "answer": "malformed" }));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_refuses_is_tried_for_a_while_and_then_shown() {
    let refused = json!({ "Response": { "RequestId": "test", "Error": { "Code": "FailedOperation.InsufficientBalanceInSmsPackage", "Message": "" } } });
    let provider = Provider::that_answers(ResponseTemplate::new(200).set_body_json(refused)).await;
    let server = server(&provider).await;
    sent_back(&server, 0).await;
    eventually(async || {
        // Time passes between the tries; a job that has not gone back to its queue yet is met the next time.
        server
            .sql("update graphile_worker._private_jobs set run_at = now() where key like 'notice:%' and locked_at is null")
            .await;
        let failed = sqlx::query_scalar::<_, i32>("select calls from notice_deliveries where state = 'failed'");
        failed.fetch_optional(&server.service.pool).await.unwrap() == Some(9)
    })
    .await;
    provider.has_sent(9).await;
    let [row] = &listed(&server, server.admin().unwrap(), "?state=failed").await[..] else { panic!("one") };
    assert_eq!(row["answer"], "FailedOperation.InsufficientBalanceInSmsPackage");
    provider.answers(Provider::taken()).await;
    again(&server, server.admin().unwrap(), row, row["version"].as_str().unwrap()).await.is(200, "");
    eventually(async || states(&server).await == ["sent"]).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_to_a_former_phone_never_goes_to_another() {
    let provider = Provider::that_answers(ResponseTemplate::new(502).set_body_string("<html>")).await;
    let server = server(&provider).await;
    let own = server.admin().unwrap().to_owned();
    let body = json!({ "phone": "13911117777", "reason": "手机遗失，已核对证件" });
    super::step(&server, server.demo.people[0].id.0, "corrections", &own, &body).await.is(200, "");
    provider.has_sent(1).await;
    all_done(&server).await;
    server.advance(61);
    let [row] = &listed(&server, &own, "").await[..] else { panic!("one") };
    // A day later the number is kept no longer.
    server.sql("update notice_deliveries set former_phone_sealed = null, former_key_id = null").await;
    again(&server, &own, row, "\"1\"").await.is(409, "former_phone_forgotten");
    assert_eq!(provider.bodies().await.len(), 1);
    server.close().await;
}
