//! The form, saved step by step; what is wrong in it; what is said of a number that is taken.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NEWCOMER, PATH, id_number, session_of, submitted, unit};
use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_saved_step_by_step_and_gone_on_with_on_another_device() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, NEWCOMER).await;
    let enter = async |body: Value| server.service.patch(PATH, Some(&session), body).await;
    for (body, field) in [
        (json!({ "name": "王伟1" }), "name"),
        (json!({ "document": "id_card", "number": "430102187001010011" }), "number"),
        (json!({ "document": "passport", "number": "E1" }), "number"),
        (json!({ "unit_id": 4_000_000_000_i64 }), "unit_id"),
        (json!({ "specialty": "" }), "specialty"),
        (json!({ "consent": "2020-01-01" }), "consent"),
    ] {
        let refused = enter(body).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], field, "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains('“'), "{}", refused.body);
    }
    server
        .service
        .call(Method::PATCH, PATH, Some(&session), Some(json!({ "name": "周小燕" })))
        .await
        .is(428, "version_required");
    enter(json!({ "consent": "2026-11-29" })).await.is(200, "");
    enter(json!({ "name": "周 小燕", "document": "passport", "number": "e1234 5678" })).await.is(200, "");
    let incomplete =
        server.step(Method::POST, "/submission", &session).await.is(409, "registration_incomplete");
    assert_eq!(incomplete.body["field"], "unit_id");

    // The same phone, proved on another device.
    let (_, other) = session_of(&server, NEWCOMER).await;
    let there = server.service.get(PATH, Some(&other)).await.is(200, "");
    assert_eq!((&there.body["name"], &there.body["number"]), (&json!("周小燕"), &json!("*****5678")));
    let seen = there.version();
    enter(json!({ "specialty": "护理学" })).await.is(200, "");
    let work = json!({ "title_series": "nurse", "title_level": "senior", "takes_part": false });
    let meanwhile =
        server.service.patch_seen(PATH, Some(&other), &seen, &work).await.is(412, "changed_meanwhile");
    assert_eq!(meanwhile.body["current"]["specialty"], "护理学");
    let saved = server.service.patch(PATH, Some(&other), work).await.is(200, "");
    assert_eq!((&saved.body["specialty"], &saved.body["title"]), (&json!("护理学"), &json!("主任护师")));
    enter(json!({ "unit_id": unit(&server).await })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    enter(json!({ "name": "周燕" })).await.is(409, "registration_waits");
    server.step(Method::POST, "/submission", &session).await.is(409, "registration_waits");
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    server.step(Method::DELETE, "/submission", &session).await.is(409, "registration_not_submitted");
    enter(json!({ "name": "周燕" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");

    // What is personal lies sealed, also in what is kept of the review.
    let all: String = sqlx::query_scalar(
        "select (select string_agg(registrations::text, ' ') from registrations)
             || (select string_agg(reviews::text, ' ') from reviews where noun = 'registration')
             || (select string_agg(review_steps::text, ' ') from review_steps)",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    for clear in ["周燕", "周小燕", "E12345678", NEWCOMER] {
        assert!(!all.contains(clear), "{clear}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_is_told_to_a_few_tries_a_day_and_never_whose_it_is() {
    let server = TestServer::open().await;
    let (id, _) = submitted(&server, 7).await;
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    let (_, session) = session_of(&server, NEWCOMER).await;
    let enter = async |number: &str| {
        server.service.patch(PATH, Some(&session), json!({ "document": "id_card", "number": number })).await
    };
    let taken = enter(&id_number(7)).await.is(409, "number_taken");
    for told in ["周小燕", "137", "医院"] {
        assert!(!taken.body.to_string().contains(told), "{told}: {}", taken.body);
    }
    for free in 100..109 {
        enter(&id_number(free)).await.is(200, "");
    }
    // The one that stands may be sent again.
    enter(&id_number(108)).await.is(200, "");
    enter(&id_number(7)).await.is(429, "numbers_tried");
    enter(&id_number(110)).await.is(429, "numbers_tried");
    server.advance(24 * 3600);
    let (_, session) = session_of(&server, NEWCOMER).await;
    let again = json!({ "document": "id_card", "number": id_number(7) });
    server.service.patch(PATH, Some(&session), again).await.is(409, "number_taken");
    server.close().await;
}
