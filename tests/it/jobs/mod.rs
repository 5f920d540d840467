//! Jobs: enqueued with their rows, taken by one node, tried again, and seen when they are stuck.

mod killed;
mod stuck;
mod swept;

use serde_json::json;

use crate::attendance::attended;
use crate::test_server::{TestServer, eventually};

/// How many jobs of this kind there are.
async fn jobs(server: &TestServer, kind: &str) -> i64 {
    let query = "select count(*) from graphile_worker.jobs where task_identifier = $1";
    sqlx::query_scalar(query).bind(kind).fetch_one(&server.service.pool).await.unwrap()
}

async fn all_are_ready(server: &TestServer) {
    eventually(async || {
        let left = sqlx::query_scalar::<_, i64>("select count(*) from exports where state <> 'ready'");
        left.fetch_one(&server.service.pool).await.unwrap() == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_comes_with_its_transaction_or_not_at_all_and_one_of_each_key() {
    let server = TestServer::open().await;
    // Nothing takes a job of this kind.
    let add = "select enqueue_job('planted', '{\"export\": 7}', 'planted:7', 3, null)";
    let mut transaction = server.service.pool.begin().await.unwrap();
    sqlx::query(add).execute(&mut *transaction).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(jobs(&server, "planted").await, 0);
    for _ in 0..2 {
        server.sql(add).await;
    }
    assert_eq!(jobs(&server, "planted").await, 1);
    // Of the jobs that are due, those of a lower turn come first.
    server.sql("select enqueue_job('planted', '{}', 'planted:8', 3, null, 2::smallint)").await;
    let turns = "select array_agg(priority::integer order by key) from graphile_worker.jobs where task_identifier = 'planted'";
    let turns: Vec<i32> = sqlx::query_scalar(turns).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(turns, [0, 2]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_could_hold_a_person_s_number_or_name_is_refused() {
    let server = TestServer::open().await;
    for (payload, fits) in [
        (json!({}), true),
        (json!({ "export": "0192f0c1-2d3e-7a4b-8c5d-6e7f80910213" }), true),
        (json!({ "course": 17 }), true),
        (json!({ "phone": 13_800_000_000_i64 }), false),
        (json!({ "phone": "13800000000" }), false),
        (json!({ "id_number": "11010519491231002X" }), false),
        (json!({ "name": "王伟" }), false),
        (json!({ "of": { "name": "王伟" } }), false),
    ] {
        let added = sqlx::query("select enqueue_job('planted', $1, $2, 3, null)")
            .bind(&payload)
            .bind(payload.to_string())
            .execute(&server.service.pool)
            .await;
        assert_eq!(added.is_ok(), fits, "{payload}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_swept_every_hour_is_swept_by_one_node_of_all() {
    let server = TestServer::open().await;
    let second = server.second(|_| {}).await;
    let scheduled = "select count(*) from graphile_worker._private_known_crontabs where identifier = any($1)";
    let sweeps = [
        "sweep:auth",
        "sweep:check_in_months",
        "sweep:display",
        "sweep:exports",
        "sweep:jobs",
        "sweep:phone",
    ];
    eventually(async || {
        let known = sqlx::query_scalar::<_, i64>(scheduled).bind(sweeps.as_slice());
        known.fetch_one(&server.service.pool).await.unwrap() == 6
    })
    .await;
    // A session that expired two days ago, and the job as the time-table adds it.
    server
        .sql(
            "update sessions set expires_at = created_at + interval '1 second', created_at = created_at - interval '3 days'
             where person_id is not null",
        )
        .await;
    server.advance(2 * 24 * 3600);
    server.sql("select graphile_worker.add_job('sweep', '{\"sweep\": \"auth\", \"_cron\": {}}', job_key => 'sweep:auth')").await;
    eventually(async || {
        let left = sqlx::query_scalar::<_, i64>("select count(*) from sessions where person_id is not null");
        left.fetch_one(&server.service.pool).await.unwrap() == 0
    })
    .await;
    eventually(async || jobs(&server, "sweep").await == 0).await;
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_that_is_asked_makes_the_export_and_any_other_if_it_is_away() {
    let server = attended().await;
    let second = server.second(|_| {}).await;
    let place = format!("/api/v1/courses/{}/exports", server.course());
    for node in [&server.service, &second, &server.service, &second] {
        let asked = node.post(&place, server.admin(), json!({ "format": "csv" })).await.is(202, "");
        let place = asked.headers["location"].to_str().unwrap().to_owned();
        all_are_ready(&server).await;
        let file = node.request(reqwest::Method::GET, &format!("{place}/file"), server.admin()).send().await;
        assert_eq!(file.unwrap().status().as_u16(), 200, "the file lies here");
    }
    // As a node asks for it that dies at once.
    server
        .sql(
            "delete from files;
             update exports set state = 'queued' where id = (select id from exports limit 1);
             select enqueue_job('make_export', jsonb_build_object('export', id), 'export:' || id, 3, 'node:gone')
             from exports where state = 'queued';
             update graphile_worker._private_jobs set run_at = now() - interval '31 seconds' where flags is not null",
        )
        .await;
    all_are_ready(&server).await;
    second.stop().await;
    server.close().await;
}
