//! Merges beside merges and beside check-ins of those who are merged.

use serde_json::json;

use super::{authority, ids, led, merge, tally, undo};
use crate::test_server::{TestServer, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_authorities_who_merge_at_once_each_way_one_is_told() {
    let server = TestServer::open().await;
    let ([one, two, third], by) = (ids(&server), authority(&server).await);
    let province =
        crate::authority::admin(&server, zaichang_platform::auth::Role::AuthorityAdmin, "潇湘省（演示）")
            .await;
    for _ in 0..5 {
        let (first, second) =
            tokio::join!(merge(&server, &by, (one, two)), merge(&server, &province, (two, one)));
        let mut answered = [first.status.as_u16(), second.status.as_u16()];
        answered.sort_unstable();
        assert!(matches!(answered, [200, 409 | 412]), "{} {}", first.body, second.body);
        let merged = if first.status == 200 { one } else { two };
        assert_eq!(led(&server, &[one, two]).await.iter().flatten().count(), 1);
        undo(&server, &by, merged).await.is(200, "");
        // In a circle of three, no person is lost either.
        let (a, b, c) = tokio::join!(
            merge(&server, &by, (one, two)),
            merge(&server, &province, (two, third)),
            merge(&server, &by, (third, one)),
        );
        let done = [&a, &b, &c].iter().filter(|answer| answer.status == 200).count();
        assert!((1..=2).contains(&done), "{} {} {}", a.body, b.body, c.body);
        assert_eq!(led(&server, &[one, two, third]).await.iter().flatten().count(), done);
        for person in [one, two, third, one, two, third] {
            undo(&server, &by, person).await;
        }
        assert_eq!(led(&server, &[one, two, third]).await, [None; 3]);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_checks_in_while_they_are_merged_is_counted_as_one_in_the_end() {
    let server = TestServer::open().await;
    let ([stays, twice, _], course, by) = (ids(&server), server.course(), authority(&server).await);
    let second = server.second(|_| {}).await;
    let (screen, _) = server.screen(course).await;
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    // Warm on the other node: their login and standing are remembered there.
    let body = json!({ "code": server.code(screen), "client": crate::test_server::client("device-1") });
    second.get("/api/v1/me", server.session(1)).await.is(200, "");
    let (recorded, merged) = tokio::join!(
        second.post("/api/v1/check-ins", server.session(1), body.clone()),
        merge(&server, &by, (twice, stays)),
    );
    merged.is(200, "");
    assert!(matches!(recorded.status.as_u16(), 201 | 401 | 403), "{}", recorded.body);
    eventually(async || {
        matches!(
            second.post("/api/v1/check-ins", server.session(1), body.clone()).await.status.as_u16(),
            401 | 403
        )
    })
    .await;
    let distinct = "select count(distinct coalesce(merged_into, people.id)) from check_ins join people on people.id = person_id where course_id = $1";
    let distinct: i64 =
        sqlx::query_scalar(distinct).bind(course).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(distinct, 1);
    // A record that came behind the first counting is counted by another, which may come any number of times.
    for again in ["again", "and again"] {
        let recount =
            format!("select enqueue_job('recount_merged', '{{\"merge\":1,\"act\":1}}', '{again}', 16, null)");
        server.sql(&recount).await;
        eventually(async || tally(&server, course).await.0 == 1).await;
    }
    second.stop().await;
    server.close().await;
}
