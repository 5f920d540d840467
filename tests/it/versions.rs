//! Versions: concurrent changes by two admins are never lost, and overwriting unseen changes is refused with the reason.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::test_server::{Answer, TestServer, answer, eventually};

async fn change(server: &TestServer, path: &str, seen: &str, settings: &Value) -> Answer {
    server.service.patch_seen(path, server.admin(), seen, settings).await
}

/// Changes until it is done, each time by what stands then; how often it was refused.
async fn change_at_last(server: &TestServer, path: &str, first: &str, settings: &Value) -> usize {
    let (mut seen, mut refusals) = (first.to_owned(), 0);
    loop {
        let answered = change(server, path, &seen, settings).await;
        if answered.status == 200 {
            return refusals;
        }
        seen = answered.is(412, "changed_meanwhile").version();
        refusals += 1;
    }
}

/// What the log says of the course's settings, in order.
async fn log(server: &TestServer) -> Vec<Value> {
    sqlx::query_scalar(
        "select detail from audit_log where action = 'change_settings' and noun = 'course' and noun_id = $1 order by id",
    )
    .bind(server.course())
    .fetch_all(&server.service.pool)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_pairs_of_changes_at_once_none_is_lost() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}", server.course());
    let mut refusals = 0;
    for pair in 0..30 {
        let seen = server.service.get(&path, server.admin()).await.version();
        let cap = json!({ "cap": 1000 + pair });
        let hours = json!({ "closes": format!("23:{pair:02}") });
        let (one, other) = tokio::join!(
            change_at_last(&server, &path, &seen, &cap),
            change_at_last(&server, &path, &seen, &hours)
        );
        refusals += one + other;
        let now = server.service.get(&path, server.admin()).await.body;
        assert_eq!((&now["cap"], &now["closes"]), (&cap["cap"], &hours["closes"]), "pair {pair}");
    }
    assert_eq!(refusals, 30, "of each pair one is first, and the other is told");
    let log = log(&server).await;
    assert_eq!(log.len(), 60);
    for step in log.windows(2) {
        assert_eq!(step[0]["after"], step[1]["before"], "the log has no gap");
    }
    let settings =
        |side: &Value| -> BTreeMap<String, Value> { serde_json::from_value(side.clone()).unwrap() };
    for act in &log {
        let after = settings(&act["after"]);
        let changed = settings(&act["before"]).into_iter().filter(|(name, value)| after[name] != *value);
        assert_eq!(changed.count(), 1, "each act tells its own change alone: {act}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_seen_another_version_is_told_what_stands_and_who_changed_it() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}", server.course());
    let first = server.service.get(&path, server.admin()).await;
    assert_eq!(first.headers["cache-control"], "no-store");
    let first = first.version();
    let cap = change(&server, &path, &first, &json!({ "cap": 80 })).await.is(200, "");
    assert_ne!(cap.version(), first);
    let read = server.service.get(&path, server.admin()).await;
    assert_eq!((&read.version(), &read.body), (&cap.version(), &cap.body));

    server.advance(60);
    let refused = change(&server, &path, &first, &json!({ "cap": 90 })).await.is(412, "changed_meanwhile");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(refused.version(), cap.version());
    assert_eq!(
        (&refused.body["current"]["cap"], &refused.body["current"]["id"]),
        (&json!(80), &read.body["id"])
    );
    assert_eq!(refused.body["current"].as_object().unwrap().len(), read.body.as_object().unwrap().len());
    assert_eq!(
        (&refused.body["changed_by"], &refused.body["changed_at"]),
        (&json!("周敏"), &json!("2025-11-29T01:02:13.123Z"))
    );
    assert_eq!(log(&server).await.len(), 1, "a change that was refused is no act");

    // A weak tag names nothing that could be written to; of several, one that stands is enough; `*` is whatever stands.
    let weak = format!("W/{}", cap.version());
    change(&server, &path, &weak, &json!({ "cap": 90 })).await.is(412, "changed_meanwhile");
    let both = format!("{first}, {}", cap.version());
    let both = change(&server, &path, &both, &json!({ "cap": 90 })).await.is(200, "");
    change(&server, &path, "*", &json!({ "face": false, "cap": 90 })).await.is(200, "");
    assert_eq!(
        server.service.get(&path, server.admin()).await.version(),
        both.version(),
        "nothing was changed by that"
    );
    assert_eq!(log(&server).await.len(), 2);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_a_version_is_refused_after_the_proof_of_authority_and_before_its_body_is_looked_at()
{
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}", server.course());
    let ask = async |path: &str, session: Option<&str>, seen: Option<&str>, body: &'static str| {
        let request = server.service.request(Method::PATCH, path, session);
        let request = request.header("content-type", "application/json").body(body);
        answer(match seen {
            Some(seen) => request.header("if-match", seen),
            None => request,
        })
        .await
    };
    ask(&path, None, None, "{").await.is(401, "login_required");
    ask("/api/v1/courses/999999", server.admin(), None, "{").await.is(404, "not_found");
    ask(&path, server.admin(), None, "{").await.is(428, "version_required");
    ask(&path, server.admin(), Some("\"999\""), "{").await.is(400, "bad_request");
    // What is wrong whatever stands is said first.
    let cap = ask(&path, server.admin(), Some("\"999\""), r#"{"cap":0}"#).await.is(400, "bad_request");
    assert_eq!(cap.body["field"], "cap");
    ask(&path, server.admin(), Some("\"999\""), r#"{"cap":80}"#).await.is(412, "changed_meanwhile");
    for malformed in ["", "1", "\"1", "*, \"1\"", "\"1\" \"2\"", "w/\"1\"", &vec!["\"1\""; 17].join(",")] {
        let refused = ask(&path, server.admin(), Some(malformed), "{}").await.is(400, "bad_request");
        assert_eq!(refused.body["field"], "if-match", "{malformed}");
        assert_eq!(refused.body["explanation"], "it is * or up to 16 entity tags, each in quotes");
    }
    server.sql("update accounts set role = 'authority_admin' where account = 'yuelu-jjb'").await;
    eventually(async || ask(&path, server.admin(), None, "{}").await.word() == "forbidden").await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_without_versions_or_a_hand_writes_is_a_new_version_too() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}", server.course());
    let of_course = format!("where id = {}", server.course());
    let seen = server.service.patch(&path, server.admin(), json!({ "cap": 80 })).await.is(200, "").version();
    // As the release before writes its settings.
    server.sql(&format!("update courses set cap = 81, profile = 'relaxed' {of_course}")).await;
    let refused = change(&server, &path, &seen, &json!({ "cap": 82 })).await.is(412, "changed_meanwhile");
    assert_eq!(refused.body["current"]["cap"], 81);
    assert!(refused.body.get("changed_by").is_none(), "its author is unknown: {}", refused.body);
    assert!(refused.body["changed_at"].is_string());
    // What writes the same again is no new version.
    server.sql(&format!("update courses set cap = 81 {of_course}")).await;
    change(&server, &path, &refused.version(), &json!({ "cap": 82 })).await.is(200, "");
    for jump in ["version + 2", "1"] {
        let statement = format!("update courses set version = {jump}, cap = 7 {of_course}");
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&server.service.pool).await;
        assert!(refused.unwrap_err().to_string().contains("followed by the next one"), "{jump}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_waits_for_nobody_who_only_points_at_the_course() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}", server.course());
    // As opening a screen or counting heads locks the course, by a foreign key.
    let mut opening = server.service.pool.begin().await.unwrap();
    let lock = "select from courses where id = $1 for key share";
    sqlx::query(lock).bind(server.course()).execute(&mut *opening).await.unwrap();
    server.service.patch(&path, server.admin(), json!({ "cap": 80 })).await.is(200, "");
    opening.rollback().await.unwrap();
    server.close().await;
}
