//! What is not approved as it stands, and is named: a number that stands twice, a department that has left the unit, consent to an
//! older notice, a row that cannot be read. It stops no other.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NEWCOMER, PATH, another_unit, approve, entry, id_number, session_of, submitted, unit};
use crate::test_server::{TestServer, answer};

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
    let mut body = json!({ "chosen": chosen, "verdict": verdict });
    if verdict != "approve" {
        body["reason"] = json!("请核对科室");
    }
    server.service.post("/api/v1/registrations/verdicts", server.admin(), body).await.is(200, "").body
}

fn codes(judged: &Value) -> Vec<&str> {
    judged["left"].as_array().unwrap().iter().map(|left| left["code"].as_str().unwrap()).collect()
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
    answer(submission.header("if-match", version)).await.is(200, "");
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
async fn what_a_stranger_has_entered_and_not_submitted_keeps_nobody_out_of_a_batch() {
    let server = TestServer::open().await;
    let (one, _) = submitted(&server, 1).await;
    let (other, _) = submitted(&server, 2).await;
    // The number of the first, in a draft that no admin sees.
    let (_, stranger) = session_of(&server, "13700000091").await;
    server.service.patch(PATH, Some(&stranger), entry(&server, 1).await).await.is(200, "");
    let seen = server.service.get(&format!("/api/v1/registrations/{one}"), server.admin()).await.is(200, "");
    assert_eq!(seen.body["same_number"], 0);
    let judged = judge_all(&server, &[one, other], "approve").await;
    assert_eq!((codes(&judged).len(), judged["items"].as_array().unwrap().len()), (0, 2), "{judged}");
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
async fn a_notice_that_has_changed_meanwhile_keeps_no_verdict_waiting_and_is_agreed_to_at_the_next_submission()
 {
    let server = TestServer::open().await;
    let (id, session) = submitted(&server, 1).await;
    server.sql("update registrations set consent_version = '2026-01-01'").await;
    let (other, _) = submitted(&server, 2).await;
    server.sql(&format!("update registrations set consent_version = '2026-01-01' where id = {other}")).await;
    let correction = json!({ "title_level": "junior" });
    let path = format!("/api/v1/registrations/{other}");
    server.service.patch(&path, server.admin(), correction).await.is(200, "");
    approve(&server, other).await.is(200, "");
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
