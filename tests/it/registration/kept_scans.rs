//! The scan that waits for the approval, and what becomes of it.

use reqwest::Method;
use serde_json::json;
use zaichang_attendance::checkin;

use super::{NEWCOMER, PATH, entry, session_of};
use crate::login::{Provider, server, server_with};
use crate::test_server::{TestServer, client, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_unit_approves_within_a_day_is_recorded_as_of_the_scan_with_its_evidence() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let device = "phone-of-a-new-one";
    let scanned_at = server.now();
    let pass = server.anonymous_pass(device).await;
    server.advance(100);
    let refused = server.prove(&provider, 1, NEWCOMER, device, &pass).await.is(403, "phone_not_registered");
    let kept = refused.body["pass"].clone();
    let session = refused.body["registration"]["session"].as_str().unwrap().to_owned();
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    // Proved again while it waits, hours later.
    server.advance(3 * 3600);
    let waits = server.prove(&provider, 2, NEWCOMER, device, &kept).await.is(403, "person_not_approved");
    assert_eq!(waits.body["pass"], kept);
    assert_eq!(waits.body["registration"]["state"], "submitted");

    // The page shows the scan to the phone's holder, on whatever device.
    let kept_scans = async || {
        let (_, session) = session_of(&server, NEWCOMER).await;
        server.service.get("/api/v1/registration/kept-scans", Some(&session)).await.is(200, "").body
    };
    let waits = kept_scans().await;
    assert_eq!(waits["items"][0]["scanned_at"], json!(scanned_at));
    assert!(waits["items"][0]["course_title"].is_string() && waits["items"][0]["outcome"].is_null());
    server.service.get("/api/v1/registration/kept-scans", None).await.is(401, "registration_session_ended");

    let waiting = server.service.get("/api/v1/registrations?state=submitted", server.admin()).await;
    let id = waiting.is(200, "").body["items"][0]["id"].as_i64().unwrap();
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    eventually(async || server.kept_outcomes().await == [Some("recorded".to_owned())]).await;
    let told = server.service.get("/api/v1/registration/kept-scans", Some(&session)).await;
    // The session has ended hours ago, and with it what it showed.
    told.is(401, "registration_session_ended");
    assert_eq!(evidence(&server).await, (scanned_at.as_millisecond(), true, 100_000, 100_000, true));

    // The phone has its pass still: after the login it finds the same row.
    server.advance(61);
    let logged_in = server.prove(&provider, 3, NEWCOMER, device, &kept).await.is(201, "");
    assert_eq!(logged_in.body["person"]["name"], "周小燕");
    assert_eq!(logged_in.body["person"]["title"], "主管护师");
    let theirs = logged_in.body["session"].as_str().unwrap();
    for pass in [&kept, &logged_in.body["pass"]["pass"]] {
        let body = json!({ "pass": pass, "client": client(device) });
        let recorded =
            server.service.post("/api/v1/check-ins", Some(theirs), body).await.is(200, "already_recorded");
        assert_eq!(recorded.body["check_in"]["at"], json!(scanned_at));
    }
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

/// Of the one row: when it was scanned, whether it was approved afterwards, and how its pass came here.
async fn evidence(server: &TestServer) -> (i64, bool, i32, i32, bool) {
    let row = sqlx::query_as(
        "select (extract(epoch from at) * 1000)::bigint, approved_afterwards, bound_after_ms, presented_after_ms,
             bound_network = presented_network from check_ins",
    );
    row.fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_a_day_after_the_scan_records_nothing() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    server.sql("update sessions set expires_at = expires_at + interval '3 days'").await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await.is(403, "phone_not_registered");
    server.advance(24 * 3600 + 1);
    let (id, session) = session_of(&server, NEWCOMER).await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    server.judge(id.0, &json!({ "verdict": "approve" })).await.is(200, "");
    eventually(async || server.kept_outcomes().await == [Some("pass_expired".to_owned())]).await;
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_forbid_it_and_then_no_scan_is_kept() {
    let provider = Provider::start().await;
    let server = server_with(&provider, |settings| {
        settings.modules.set::<checkin::Settings>(|checkin| checkin.approval_may_follow = false);
    })
    .await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    let refused = server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await;
    let refused = refused.is(403, "phone_not_registered");
    assert!(refused.body["pass"].is_null(), "{}", refused.body);
    assert!(server.kept_outcomes().await.is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_whose_node_dies_is_followed_by_its_record_on_another() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await.is(403, "phone_not_registered");
    let (id, session) = session_of(&server, NEWCOMER).await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    // The job is there once the verdict is, whichever node runs it: here none does before the node is gone.
    server.sql("create function hold() returns trigger language plpgsql as 'begin new.run_at := now() + interval ''1 day''; return new; end';
        create trigger hold before insert on graphile_worker._private_jobs for each row execute function hold()").await;
    server.judge(id.0, &json!({ "verdict": "approve" })).await.is(200, "");
    assert_eq!(server.kept_outcomes().await, [None]);
    let second = server.second(|_| {}).await;
    let TestServer { stores, service, .. } = server;
    service.die();
    sqlx::raw_sql("drop trigger hold on graphile_worker._private_jobs; update graphile_worker._private_jobs set run_at = now()")
        .execute(&second.pool)
        .await
        .unwrap();
    let recorded = async || {
        let rows: i64 =
            sqlx::query_scalar("select count(*) from check_ins").fetch_one(&second.pool).await.unwrap();
        rows == 1
    };
    eventually(recorded).await;
    second.stop().await;
    stores.close().await;
}
