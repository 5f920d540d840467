//! What waits at a unit that is closed, however much it is; and what its accounts are told.

use reqwest::Method;
use serde_json::json;

use super::Registry;
use crate::test_server::{TestServer, eventually};

async fn states(server: &TestServer, state: &str) -> i64 {
    let count = "select count(*) from reviews where noun = 'registration' and state = $1";
    sqlx::query_scalar(count).bind(state).fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_wait_they_go_back_some_at_a_time_and_who_closes_waits_for_none() {
    let registry = Registry::open().await;
    let server = &registry.server;
    server.sql("update periods set first_day = '2025-06-01', last_day = '2025-06-02'").await;
    let (first, _) = crate::registration::submitted(server, 1).await;
    server
        .sql(&format!(
            "insert into registrations (phone_sealed, phone_index, key_id, applicant_sealed, unit_id, title_series, title_level,
                 specialty, takes_part, consent_version, consented_at, touched_at)
             select phone_sealed, sha256(number::text::bytea), key_id, applicant_sealed, unit_id, title_series, title_level,
                 specialty, takes_part, consent_version, consented_at, touched_at
             from registrations, generate_series(1, 249) number where id = {first};
             insert into reviews (noun, noun_id, state, level, levels, after, submission)
             select noun, registrations.id, state, reviews.level, levels, after, submission
             from reviews, registrations where noun_id = {first} and registrations.id <> {first}"
        ))
        .await;
    // Somebody holds one of them: neither who closes the unit waits for that, nor the others.
    let mut held = server.service.pool.begin().await.unwrap();
    let last = "select from registrations where id = (select max(id) from registrations) for update";
    sqlx::raw_sql(last).execute(&mut *held).await.unwrap();
    let hospital = registry.path("岳麓人民医院").await;
    let closed = registry.act(Method::POST, &hospital, "/closing", None);
    tokio::time::timeout(std::time::Duration::from_secs(10), closed).await.unwrap().is(200, "");
    eventually(async || states(server, "returned").await == 200).await;
    // What goes on with it dies in the middle.
    eventually(async || {
        let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
             where wait_event_type = 'Lock' and query like '%registrations%' and datname = current_database()";
        sqlx::query_scalar::<_, i64>(ended).fetch_one(&server.service.pool).await.unwrap() > 0
    })
    .await;
    assert_eq!((states(server, "returned").await, states(server, "submitted").await), (200, 50));
    held.rollback().await.unwrap();
    eventually(async || states(server, "returned").await == 250).await;
    let returned: i64 = sqlx::query_scalar("select count(*) from review_steps join reviews on reviews.id = review_id where noun = 'registration' and step = 'return'")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(returned, 250, "each once");
    let acts = registry.acts(registry.id("岳麓人民医院").await).await;
    assert_eq!(acts[0].1["registrations"], 250);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_locked_with_its_unit_has_another_version_and_says_by_whom() {
    let registry = Registry::open().await;
    let server = &registry.server;
    server.sql("update periods set first_day = '2025-06-01', last_day = '2025-06-02'").await;
    let own = server.service.get("/api/v1/admin/me", server.admin()).await.body["id"].as_i64().unwrap();
    let account = format!("/api/v1/admin-accounts/{own}");
    let read = async || registry.get(&account).await.is(200, "");
    let before = read().await;
    let hospital = registry.path("岳麓人民医院").await;
    registry.act(Method::POST, &hospital, "/closing", None).await.is(200, "");
    let locked = read().await;
    assert_ne!(before.version(), locked.version());
    assert!(locked.body["disabled_at"].is_string());
    assert!(locked.body["disabled_by"].is_string());
    assert_eq!(locked.body["disabled_for"], json!(null));
    // Who saw it as it was before changes nothing unseen.
    let stale = json!({ "rights": ["desk"] });
    let stale =
        server.service.patch_seen(&account, Some(&registry.authority), &before.version(), &stale).await;
    assert_eq!(stale.is(412, "changed_meanwhile").body["changed_by"], locked.body["disabled_by"]);
    registry.act(Method::DELETE, &hospital, "/closing", None).await.is(200, "");
    let open = read().await;
    assert_ne!(open.version(), locked.version());
    assert_eq!((&open.body["disabled_at"], &open.body["disabled_by"]), (&json!(null), &json!(null)));
    registry.server.close().await;
}
