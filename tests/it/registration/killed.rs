//! A node is killed while it decides: between two lots of those who wait for a decision, before a batch of verdicts is committed, and
//! while Postgres commits it.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::batches::{APPROVALS, APPROVED, MADE, TOLD, VERDICTS, chosen, count, judged, left, several};
use super::deciding::copies;
use super::proposals::{CLINIC, authority, propose, waiting};
use crate::apart::Apart;
use crate::test_server::{TestServer, answer, eventually};

const RETURNED: &str = "reviews where noun = 'registration' and state = 'returned'";

/// Sends the verdicts to the node, which does not live to answer.
async fn begun(node: &Apart, verdicts: &Value) {
    let session = &node.demo.unit_admin.session;
    let request = node.post(VERDICTS, session, "", verdicts);
    tokio::spawn(async move { drop(request.send().await) });
    node.until_it_waits().await;
}

async fn all_are(pool: &PgPool, many: i64) {
    for rows in [APPROVALS, APPROVED, TOLD, MADE] {
        assert_eq!(count(pool, rows).await, many, "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_whose_node_is_killed_between_two_lots_comes_to_each_once() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (first, _) = propose(&server, 1, CLINIC).await;
    copies(&server, first, 449).await;
    let id = waiting(&server, &admin).await[0]["id"].as_i64().unwrap();
    let path = format!("/api/v1/unit-proposals/{id}");
    let seen = server.service.get(&path, Some(&admin)).await.version();

    let node = server.apart().await;
    let held = node
        .hold("select from registrations where id = (select max(id) from registrations) for update")
        .await;
    let refuse = json!({ "verdict": "refuse", "reason": "该机构已注销，请选择现所在单位" });
    answer(node.post(&format!("{path}/verdicts"), &admin, &seen, &refuse)).await.is(200, "");
    node.until_it_waits().await;
    assert_eq!(count(&node.pool, RETURNED).await, 400, "in the middle");

    let server = node.killed().await;
    server.until_begun_again("follow_unit_proposal").await;
    held.rollback().await.unwrap();
    eventually(async || count(&server.service.pool, RETURNED).await == 450).await;
    server.until_done("follow_unit_proposal").await;
    let pool = &server.service.pool;
    let steps =
        "review_steps join reviews on reviews.id = review_id where noun = 'registration' and step = 'return'";
    assert_eq!(count(pool, steps).await, 450, "each once");
    assert_eq!(count(pool, "audit_log where action = 'return_registration'").await, 450);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_node_is_killed_before_the_commit_has_done_nothing_and_another_node_does_it() {
    let server = TestServer::open().await;
    let ids = several(&server, 1..=3).await;
    let approve = json!({ "chosen": chosen(&server, &ids).await, "verdict": "approve" });
    let node = server.apart().await;
    // Its people are made and its steps are taken: it writes the log.
    let held = node.hold("lock table audit_log in exclusive mode").await;
    begun(&node, &approve).await;
    let server = node.killed().await;
    held.rollback().await.unwrap();
    all_are(&server.service.pool, 0).await;
    let given = server.service.post(VERDICTS, server.admin(), approve).await.is(200, "").body;
    assert_eq!((judged(&given), left(&given)), (ids, vec![]));
    all_are(&server.service.pool, 3).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_node_is_killed_during_the_commit_is_done_and_another_node_answers_it() {
    let server = TestServer::open().await;
    let ids = several(&server, 1..=3).await;
    let approve = json!({ "chosen": chosen(&server, &ids).await, "verdict": "approve" });
    // The last thing that a commit does before it is one.
    server
        .sql(
            "create function hold() returns trigger language plpgsql set lock_timeout = '0' as
                 'begin perform pg_advisory_xact_lock(4711); return null; end';
             create constraint trigger hold after insert on review_steps deferrable initially deferred
                 for each row execute function hold()",
        )
        .await;
    let node = server.apart().await;
    let held = node.hold("select pg_advisory_xact_lock(4711)").await;
    begun(&node, &approve).await;
    all_are(&node.pool, 0).await;
    let server = node.killed().await;
    held.rollback().await.unwrap();
    eventually(async || count(&server.service.pool, MADE).await == 3).await;
    all_are(&server.service.pool, 3).await;
    // The admin has had no answer, and sends it again.
    let given = server.service.post(VERDICTS, server.admin(), approve).await.is(200, "").body;
    assert_eq!((judged(&given), left(&given)), (ids, vec![]));
    all_are(&server.service.pool, 3).await;
    server.close().await;
}
