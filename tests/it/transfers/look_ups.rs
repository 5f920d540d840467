//! What looking people up by their documents costs, and that each look-up is written down: by a search, and by a taking in that is refused.

use reqwest::Method;
use serde_json::json;
use zaichang_platform::auth::Role;

use super::{OTHER, day, find, let_go, sought, step, take_in};
use crate::admins::HOSPITAL;
use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn who_counts_through_numbers_gets_no_further_than_twenty() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let sought = sought(&server, person).await;
    for _ in 0..19 {
        find(&server, own, &sought).await.is(404, "nobody_let_go");
    }
    // Whom one finds costs nothing.
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    for _ in 0..3 {
        find(&server, own, &sought).await.is(200, "");
    }
    step(&server, Method::DELETE, person, own, None).await.is(200, "");
    // Nor is more learned by taking in than by looking for.
    take_in(&server, own, &json!(1), &sought, None).await.is(404, "nobody_let_go");
    find(&server, own, &sought).await.is(429, "too_many_requests");
    take_in(&server, own, &json!(1), &sought, None).await.is(429, "too_many_requests");
    let looked = "select count(*) from audit_log where action = 'look_up_transfer' and noun = 'unit'";
    let looked: i64 = sqlx::query_scalar(looked).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(looked, 20);
    server.close().await;
}

/// How many look-ups of this person stand in the log of the unit that they are of.
async fn looked_up(server: &TestServer, person: i64) -> i64 {
    let looked = "select count(*) from audit_log where action = 'look_up_transfer' and noun = 'person' and noun_id = $1
        and concerned_unit_id = (select id from units where name = $2)";
    sqlx::query_scalar(looked).bind(person).bind(HOSPITAL).fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_in_tells_nothing_that_a_search_does_not_pay_for_and_write_down() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let sought = sought(&server, person).await;
    let_go(&server, person, own, day(&server, 1)).await.is(200, "");
    // Under a transfer that was made up, it is a search in vain that says so.
    for n in 1..=18 {
        let refused = take_in(&server, &other, &json!(999_999), &sought, None).await;
        assert!(
            refused.is(409, "transfer_over").body["detail"].as_str().unwrap().contains("由该单位再办理调出")
        );
        assert_eq!(looked_up(&server, person).await, n);
    }
    // Under the one that was seen it costs nothing, and stands in the log.
    let transfer = find(&server, &other, &sought).await.is(200, "").body["id"].clone();
    take_in(&server, &other, &transfer, &sought, None).await.is(409, "transfer_not_yet");
    assert_eq!(looked_up(&server, person).await, 20);
    for _ in 0..2 {
        take_in(&server, &other, &json!(999_999), &sought, None).await.is(409, "transfer_over");
    }
    take_in(&server, &other, &json!(999_999), &sought, None).await.is(429, "too_many_requests");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_one_person_over_and_over_does_not_fill_the_other_unit_s_log() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let sought = sought(&server, person).await;
    let_go(&server, person, own, day(&server, 1)).await.is(200, "");
    let transfer = find(&server, &other, &sought).await.is(200, "").body["id"].clone();
    for _ in 0..11 {
        find(&server, &other, &sought).await.is(200, "");
        take_in(&server, &other, &transfer, &sought, None).await.is(409, "transfer_not_yet");
    }
    find(&server, &other, &sought).await.is(429, "too_many_requests");
    take_in(&server, &other, &transfer, &sought, None).await.is(429, "too_many_requests");
    assert_eq!(looked_up(&server, person).await, 23);
    server.close().await;
}
