//! A node is killed in the middle of a sweep: another one takes away the rest, and nothing that lives.

use sqlx::PgPool;

use crate::test_server::TestServer;

async fn count(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_whose_node_is_killed_in_the_middle_is_finished_by_another() {
    const SESSIONS: &str = "select count(*) from sessions where expires_at < '2025-11-02'";
    const CODES: &str = "select count(*) from sms_codes";
    let server = TestServer::open().await;
    server
        .sql(
            "insert into sms_codes (phone_index, code_mac, sent_at, expires_at)
             select sha256('one'), sha256('one'), '2025-11-01', '2025-11-01 00:05'
             union all select sha256('two'), sha256('two'), now(), now() + interval '30 days'",
        )
        .await;
    let node = server.apart().await;
    let living = count(&node.pool, "select count(*) from sessions").await;
    // Sessions come first, old codes last.
    sqlx::raw_sql(
        "insert into sessions (token_hash, person_id, client_kind, created_at, expires_at)
         select sha256('one'), min(id), 'h5', '2025-11-01', '2025-11-01 01:00' from people",
    )
    .execute(&node.pool)
    .await
    .unwrap();
    let held = node.hold("select from sms_codes where phone_index = sha256('one') for update").await;
    // As the time-table adds it.
    let due = "select graphile_worker.add_job('sweep', '{\"sweep\": \"auth\", \"_cron\": {}}', job_key => 'sweep:auth', max_attempts => 3)";
    sqlx::raw_sql(due).execute(&node.pool).await.unwrap();
    node.until_it_waits().await;
    assert_eq!((count(&node.pool, SESSIONS).await, count(&node.pool, CODES).await), (0, 2), "in the middle");

    let server = node.killed().await;
    server.until_begun_again("sweep").await;
    held.rollback().await.unwrap();
    server.until_done("sweep").await;
    let pool = &server.service.pool;
    assert_eq!((count(pool, SESSIONS).await, count(pool, CODES).await), (0, 1));
    assert_eq!(count(pool, "select count(*) from sessions").await, living);
    server.close().await;
}
