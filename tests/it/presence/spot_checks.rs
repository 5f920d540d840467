//! Spot checks: a slot of their own, announced everywhere, and a drawn moment that is revealed to no client.

use reqwest::Method;
use serde_json::{Value, json};

use crate::page::Page;
use crate::test_server::{TestServer, answer, client, eventually};

fn spot_checks(server: &TestServer) -> String {
    format!("/api/v1/courses/{}/spot-checks", server.course())
}

/// Orders a spot check for now and waits until it is open and in every cache.
async fn ask(server: &TestServer) -> i64 {
    let ordered = server.service.post(&spot_checks(server), server.admin(), json!({ "minutes": 3 })).await;
    let id = ordered.is(201, "").body["items"][0]["id"].as_i64().unwrap();
    server.advance(3);
    id
}

/// The spot check that the holder of a receipt is asked to answer.
async fn asked_to_answer(server: &TestServer, receipt: &Value) -> Value {
    super::asked(server, receipt).await["spot_check"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_check_is_a_slot_of_its_own_and_tells_who_is_missing() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let first = server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server.check_in(1, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    let receipt = &first.body["receipt"];
    assert_eq!(asked_to_answer(&server, receipt).await, Value::Null);

    let id = ask(&server).await;
    let told = async || asked_to_answer(&server, receipt).await["answered"] == json!(false);
    eventually(told).await;
    // A minute after the first scan, within the same ten: an answer all the same, and one only.
    let answered = server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    assert_eq!(answered.body["check_in"]["slot"], json!(-id));
    let again = server.check_in(0, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
    assert_eq!(again.body["receipt"], answered.body["receipt"]);
    assert_eq!(asked_to_answer(&server, receipt).await["answered"], json!(true));
    // Its receipt is one like any other.
    let path = format!("/v/{}", answered.body["receipt"].as_str().unwrap());
    let attested = server.service.request(Method::GET, &path, None).header("accept", "application/json");
    assert_eq!(answer(attested).await.status, 200);

    let listed = server.service.get(&spot_checks(&server), server.admin()).await.is(200, "").body;
    let item = &listed["items"][0];
    assert_eq!(
        (&item["state"], &item["expected"], &item["answered"]),
        (&json!("open"), &json!(2), &json!(1))
    );
    // A person who comes for the first time meanwhile, or is checked in by staff, was not asked: it is no answer.
    let assist = format!("/api/v1/courses/{}/assisted-check-ins", server.course());
    let vouched = json!({ "person_id": server.demo.people[2].id, "reason": "手机没电" });
    server.service.post(&assist, server.admin(), vouched).await.is(201, "recorded");
    server.check_in(3, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    let listed = server.service.get(&spot_checks(&server), server.admin()).await.is(200, "").body;
    let item = &listed["items"][0];
    assert_eq!((&item["expected"], &item["answered"], &item["newcomers"]), (&json!(2), &json!(1), &json!(2)));
    let missing = format!("{}/{id}/missing", spot_checks(&server));
    let missing = server.service.get(&missing, server.admin()).await.is(200, "").body;
    assert_eq!(missing["items"].as_array().unwrap().len(), 1);
    assert_eq!(missing["items"][0]["person_id"], json!(server.demo.people[1].id));
    assert_eq!((&missing["in_all"], &missing["next"]), (&json!(1), &Value::Null));

    // Over: scans are ordinary again, and within the first slot they are the first check-in.
    server.advance(180);
    eventually(async || asked_to_answer(&server, receipt).await == Value::Null).await;
    let after = server.check_in(0, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
    assert_eq!(&after.body["receipt"], receipt);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_missing_is_told_page_by_page_each_once_and_counted_in_all() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    for person in 0..7 {
        server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    }
    // Two of one name.
    let twin = server.demo.people[2].id;
    server
        .sql(&format!(
            "update people set name = (select name from people where id = {}) where id = {twin}",
            server.demo.people[1].id
        ))
        .await;
    let id = ask(&server).await;
    let missing = format!("{}/{id}/missing", spot_checks(&server));
    let (mut after, mut people, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let page =
            server.service.get(&format!("{missing}?limit=2{after}"), server.admin()).await.is(200, "").body;
        assert_eq!(page["in_all"], json!(7));
        people.extend(
            page["items"].as_array().unwrap().iter().map(|person| person["person_id"].as_i64().unwrap()),
        );
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!((pages, people.len()), (4, 7));
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len(), 7);
    server.service.get(&format!("{missing}?after=x"), server.admin()).await.is(400, "bad_request");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_check_is_announced_on_the_screens_of_every_node_and_can_be_cancelled() {
    let server = TestServer::open().await;
    let other = server.second(|_| {}).await;
    let (screen, ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    let id = ask(&server).await;
    assert!(page.frame("spot_check").await["closes_at"].is_string());
    // The other node takes a repeat for an answer as well.
    let first = server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    assert_eq!(first.body["check_in"]["slot"], json!(-id));
    let body = json!({ "code": server.code(screen), "client": client("phone-of-0000") });
    let there = other.post("/api/v1/check-ins", server.session(0), body).await.is(200, "already_recorded");
    assert_eq!(there.body["receipt"], first.body["receipt"]);

    let cancel = format!("{}/{id}", spot_checks(&server));
    let refused = server.service.call(Method::DELETE, &cancel, server.session(0), None).await;
    assert!(refused.status.is_client_error(), "an attendee cancels nothing");
    assert_eq!(server.service.call(Method::DELETE, &cancel, server.admin(), None).await.status, 204);
    assert_eq!(page.frame("spot_check").await["closes_at"], Value::Null);
    server.service.call(Method::DELETE, &cancel, server.admin(), None).await.is(404, "not_found");
    other.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_moment_is_told_to_nobody_before_it_has_come() {
    let server = TestServer::open().await;
    let range = json!({ "from": "2025-11-29T10:00:00+08:00", "until": "2025-11-29T11:00:00+08:00" });
    let order = json!({ "minutes": 2, "random": range });
    let ordered = server.service.post(&spot_checks(&server), server.admin(), order.clone()).await.is(201, "");
    let item = &ordered.body["items"][0];
    assert_eq!(
        (&item["state"], &item["opens_at"], &item["closes_at"]),
        (&json!("waiting"), &Value::Null, &Value::Null)
    );
    let missing = format!("{}/{}/missing", spot_checks(&server), item["id"]);
    server.service.get(&missing, server.admin()).await.is(404, "not_found");
    let opens_at: String = sqlx::query_scalar("select opens_at::text from spot_checks")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let log: String = sqlx::query_scalar("select string_agg(detail::text, ' ') from audit_log")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert!(!log.contains(&opens_at[11..19]), "the log tells the moment");
    server.advance(2 * 3600);
    let listed = server.service.get(&spot_checks(&server), server.admin()).await.body;
    assert_eq!(listed["items"][0]["state"], json!("over"));
    assert!(listed["items"][0]["opens_at"].is_string());

    // A range that leaves the opening hours is refused, whatever would be drawn.
    let course = format!("/api/v1/courses/{}", server.course());
    let hours = json!({ "opens": "08:00", "closes": "18:00" });
    server.service.patch(&course, server.admin(), hours).await.is(200, "");
    let until = async |until: &str| {
        let random =
            json!({ "from": "2025-11-29T15:00:00+08:00", "until": format!("2025-11-29T{until}+08:00") });
        let order = json!({ "minutes": 2, "random": random });
        server.service.post(&spot_checks(&server), server.admin(), order).await
    };
    for late in ["18:00:01", "23:00:00"] {
        assert_eq!(until(late).await.is(400, "bad_request").body["field"], json!("random"), "{late}");
    }
    until("18:00:00").await.is(201, "");
    let overlapping = json!({ "minutes": 3 });
    server.service.post(&spot_checks(&server), server.admin(), overlapping.clone()).await.is(201, "");
    server
        .service
        .post(&spot_checks(&server), server.admin(), overlapping)
        .await
        .is(409, "spot_check_overlaps");
    server.service.post(&spot_checks(&server), server.admin(), order).await.is(400, "bad_request");
    server
        .service
        .post(&spot_checks(&server), server.admin(), json!({ "minutes": 0 }))
        .await
        .is(400, "bad_request");
    server.close().await;
}
