//! The node that counts the courses of a merge again is killed between two of them.

use serde_json::json;
use sqlx::PgPool;

use super::{REASON, ids, tally};
use crate::test_server::{TestServer, answer};

async fn numbers(pool: &PgPool, query: &'static str) -> Vec<i64> {
    sqlx::query_scalar(query).fetch_all(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_courses_of_a_merge_whose_node_is_killed_between_them_are_counted_by_another_each_once() {
    const VERSIONS: &str = "select turn from turns join (select distinct course_id from check_ins) came using (course_id) order by course_id";
    const ATTENDEES: &str = "select attendees::bigint from tallies where attendees > 0 order by course_id";
    let server = TestServer::open().await;
    let [stays, twice, _] = ids(&server);
    for course in [server.course(), server.small_course()] {
        let (screen, _) = server.screen(course).await;
        for person in [0, 1] {
            server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
        }
    }
    let [of_twice, of_stays] = [super::version(&server, twice).await, super::version(&server, stays).await];

    let node = server.apart().await;
    assert_eq!(numbers(&node.pool, ATTENDEES).await, [2, 2]);
    let before = numbers(&node.pool, VERSIONS).await;
    // They are counted in the order of their numbers.
    let held = node
        .hold("select from turns where course_id = (select max(course_id) from check_ins) for no key update")
        .await;
    let body = json!({ "into": stays, "into_version": of_stays, "phone": "kept", "reason": REASON });
    let path = format!("/api/v1/people/{twice}/merging");
    answer(node.post(&path, &node.demo.authority_admin.session, &of_twice, &body)).await.is(200, "");
    node.until_it_waits().await;
    assert_eq!(numbers(&node.pool, ATTENDEES).await, [1, 2], "in the middle");

    let server = node.killed().await;
    // It counts the first again, which changes nothing, and waits for the second behind what the dead node has left in Postgres.
    server.until_begun_again("recount_merged").await;
    assert_eq!(numbers(&server.service.pool, ATTENDEES).await, [1, 2]);
    held.rollback().await.unwrap();
    server.until_done("recount_merged").await;
    for course in [server.course(), server.small_course()] {
        assert_eq!(tally(&server, course).await, (1, 1, 2));
    }
    let once: Vec<_> = before.iter().map(|version| version + 1).collect();
    assert_eq!(numbers(&server.service.pool, VERSIONS).await, once);
    server.close().await;
}
