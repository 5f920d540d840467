//! A job that fails is tried again, and one that is stuck is seen and tried anew by an authority.

use serde_json::json;
use zaichang_platform::auth::Role;

use crate::attendance::attended;
use crate::test_server::{TestServer, eventually};

/// An export that cannot be made, as its filter cannot be read, with so many tries; its id.
async fn unreadable(server: &TestServer, tries: i32) -> String {
    let id: String = sqlx::query_scalar(
        "insert into exports (id, course_id, account_id, format, filter, state, created_at, expires_at, worker, worker_until)
         select gen_random_uuid(), $1, accounts.id, 'csv', '\\x00', 'queued', $2::timestamptz,
             $2::timestamptz + interval '1 day', gen_random_uuid(), $2::timestamptz
         from accounts where account = 'yuelu-jjb' returning id::text",
    )
    .bind(server.course())
    .bind(server.now().to_string())
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    sqlx::query(
        "select enqueue_job('make_export', jsonb_build_object('export', $1), 'export:' || $1, $2, null)",
    )
    .bind(&id)
    .bind(tries)
    .execute(&server.service.pool)
    .await
    .unwrap();
    id
}

/// How many jobs are stuck. Asked of Postgres: a session may ask the API only so often.
async fn stuck(server: &TestServer) -> i64 {
    sqlx::query_scalar("select count(*) from stuck_jobs()").fetch_one(&server.service.pool).await.unwrap()
}

async fn state(server: &TestServer, id: &str) -> String {
    let state = sqlx::query_scalar("select state from exports where id::text = $1").bind(id);
    state.fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_failed_for_good_is_seen_tried_anew_and_written_down() {
    let server = attended().await;
    unreadable(&server, 1).await;
    eventually(async || stuck(&server).await == 1).await;
    server.service.get("/api/v1/admin/stuck-jobs", server.admin()).await.is(403, "forbidden");
    server.service.get("/api/v1/admin/stuck-jobs", server.session(0)).await.is(403, "forbidden");
    server.service.get("/api/v1/admin/stuck-jobs", None).await.is(401, "login_required");
    server
        .sql(
            "update accounts set role = 'authority_admin', unit_id = (select id from units where kind = 'province')
             where account = 'yuelu-jjb'",
        )
        .await;
    eventually(async || server.service.get("/api/v1/admin/stuck-jobs", server.admin()).await.status == 200)
        .await;
    // The deployment is the province's, and no county's that lies in it.
    let county = crate::authority::admin(&server, Role::AuthorityAdmin, "岳麓区").await;
    let refused = server.service.get("/api/v1/admin/stuck-jobs", Some(&county)).await.is(403, "forbidden");
    assert!(refused.body["detail"].as_str().unwrap().contains("本平台所属行政部门"));
    let path = format!("/api/v1/admin/stuck-jobs/{}/tries", 1);
    server.service.post(&path, Some(&county), json!({})).await.is(403, "forbidden");
    server.service.get("/api/v1/admin/deployment-checks", Some(&county)).await.is(403, "forbidden");
    let listed = server.service.get("/api/v1/admin/stuck-jobs", server.admin()).await;
    let job = &listed.body["jobs"][0];
    assert_eq!(
        (&job["job"], &job["state"], &job["tries"], &job["most_tries"], &job["error"]),
        (&json!("make_export"), &json!("failed"), &json!(1), &json!(1), &json!("unreadable"))
    );
    let path = format!("/api/v1/admin/stuck-jobs/{}/tries", job["id"]);
    // Its reason is gone: it is tried again, and done.
    server.sql("delete from exports where state = 'failed'").await;
    server.service.post(&path, server.admin(), json!({})).await.is(202, "");
    eventually(async || super::jobs(&server, "make_export").await == 0).await;
    let listed = server.service.get("/api/v1/admin/stuck-jobs", server.admin()).await;
    assert_eq!(listed.body["jobs"], json!([]));
    server.service.post(&path, server.admin(), json!({})).await.is(409, "job_not_stuck");
    server
        .service
        .post("/api/v1/admin/stuck-jobs/x/tries", server.admin(), json!({}))
        .await
        .is(404, "not_found");
    let written: i64 = sqlx::query_scalar(
        "select count(*) from audit_log where action = 'retry_job' and detail = '{\"job\": \"make_export\"}'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(written, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_fails_is_followed_by_another() {
    let server = attended().await;
    let id = unreadable(&server, 3).await;
    // e seconds, and e² after the second: the test need not wait for them.
    eventually(async || {
        server
            .sql("update graphile_worker._private_jobs set run_at = now() where locked_at is null and attempts < max_attempts")
            .await;
        state(&server, &id).await == "failed"
    })
    .await;
    let tries: i16 =
        sqlx::query_scalar("select attempts from graphile_worker.jobs where key = 'export:' || $1")
            .bind(&id)
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(tries, 3);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_nobody_begins_is_late_and_one_that_never_ends_hangs() {
    let server = attended().await;
    server
        .sql(
            "select enqueue_job('planted', '{}', 'planted', 3, null);
             update graphile_worker._private_jobs set run_at = now() - interval '6 minutes';
             select enqueue_job('planted', '{}', 'planted too', 3, null);
             update graphile_worker._private_jobs set locked_at = now() - interval '61 minutes', locked_by = worker.id
             from (select id from graphile_worker._private_workers limit 1) worker where key = 'planted too'",
        )
        .await;
    let states: Vec<(String, String)> =
        sqlx::query_as("select job, state from stuck_jobs() where job = 'planted' order by state")
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    let states: Vec<_> = states.iter().map(|(_, state)| state.as_str()).collect();
    assert_eq!(states, ["hanging", "late"]);
    server.close().await;
}
