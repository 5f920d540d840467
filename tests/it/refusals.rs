//! Every refusal of the check-in pipeline, met as a person would meet it.

use reqwest::Method;
use serde_json::json;

use crate::test_server::{TestServer, client, eventually};

/// The same code with one character of its tag changed.
fn forged(code: &str) -> String {
    format!("{}{}{}", &code[..20], if &code[20..21] == "A" { "B" } else { "A" }, &code[21..])
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_refused_by_what_is_wrong_with_them() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let code = server.code(screen);
    for malformed in ["", "x", &code[1..], &format!(" {code}"), &format!("HTTPS://CME.CN/C/{code}"), "䶮"] {
        server.check_in(0, json!({ "code": malformed })).await.is(400, "code_malformed");
    }
    let forged = forged(&code);
    server.check_in(0, json!({ "code": forged })).await.is(403, "code_forged");
    server.scan(0, false, &forged).await.is(403, "code_forged");
    server.advance(6);
    server.check_in(0, json!({ "code": code })).await.is(410, "code_expired");
    server.scan(0, false, &code).await.is(410, "code_expired");
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_closed_in_the_middle_refuses_its_codes_but_keeps_earlier_scans() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let scan = server.scan(0, true, &server.code(screen)).await.is(201, "");
    server.advance(1);
    server
        .service
        .call(Method::DELETE, &format!("/api/v1/screens/{screen}"), server.admin(), None)
        .await
        .is(204, "");
    server.check_in(1, json!({ "code": server.code(screen) })).await.is(410, "screen_closed");
    server.check_in(0, json!({ "pass": scan.body["pass"] })).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_of_another_device_or_person_is_refused() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let anonymous = server.scan(0, false, &code).await.body["pass"].clone();
    let bound = server.scan(0, true, &code).await.body["pass"].clone();
    for pass in [&anonymous, &bound] {
        server.check_in_from(0, "another-device", json!({ "pass": pass })).await.is(403, "pass_invalid");
    }
    server.check_in_from(1, "phone-of-0000", json!({ "pass": bound })).await.is(403, "pass_invalid");
    for forged in ["", "x", &bound.as_str().unwrap()[1..]] {
        server.check_in(0, json!({ "pass": forged })).await.is(403, "pass_invalid");
    }
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_expires_after_its_life() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let anonymous = server.scan(0, false, &code).await.body["pass"].clone();
    let bound = server.scan(1, true, &code).await.body["pass"].clone();
    server.advance(181);
    server.check_in(0, json!({ "pass": anonymous })).await.is(410, "pass_expired");
    server.advance(24 * 3600);
    server.check_in(1, json!({ "pass": bound })).await.is(410, "pass_expired");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_checked_in_without_a_login() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let body = json!({ "code": code, "client": client("phone-of-0000") });
    server.service.post("/api/v1/check-ins", None, body.clone()).await.is(401, "login_required");
    server
        .service
        .post("/api/v1/check-ins", Some("not-a-session"), body.clone())
        .await
        .is(401, "login_required");
    server.service.post("/api/v1/check-ins", server.admin(), body).await.is(403, "forbidden");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_approved_people_who_are_not_cancelled_are_counted() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let person = server.demo.people[0].id;
    for (column, value, code) in [
        ("registration", "pending", "person_not_approved"),
        ("registration", "rejected", "person_not_approved"),
        ("state", "cancelled", "person_inactive"),
    ] {
        server
            .sql(&format!(
                "update people set registration = 'approved', state = 'normal' where id = {person}"
            ))
            .await;
        server
            .change(&format!("update people set {column} = '{value}' where id = {person}"), async || {
                server.scan(0, true, &server.code(screen)).await.word() == code
            })
            .await;
        server.check_in(0, json!({ "code": server.code(screen) })).await.is(403, code);
    }
    for state in ["maternity", "exempt"] {
        let statement =
            format!("update people set registration = 'approved', state = '{state}' where id = {person}");
        server
            .change(&statement, async || server.scan(0, true, &server.code(screen)).await.status == 201)
            .await;
    }
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_attended_only_inside_its_period_and_hours() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let project = format!("(select project_id from courses where id = {})", server.course());
    let meets = async |statement: &str, code: &str| {
        server
            .change(statement, async || server.scan(0, true, &server.code(screen)).await.word() == code)
            .await;
        server.check_in(0, json!({ "code": server.code(screen) })).await.is(409, code)
    };
    let hours = |opens: i16, closes: i16| {
        format!(
            "update courses set opens_minute = {opens}, closes_minute = {closes} where id = {}",
            server.course()
        )
    };
    let not_open = meets(&hours(600, 1080), "course_not_open").await;
    assert_eq!(not_open.body["opens_at"], "2025-11-29T02:00:00Z");
    meets(&hours(420, 540), "course_over").await;
    server.sql(&hours(0, 1440)).await;
    let state = |state: &str| {
        format!("update projects set state = '{state}', state_reason = '材料不全' where id = {project}")
    };
    for refused in ["draft", "submitted", "rejected"] {
        meets(&state(refused), "project_not_approved").await;
    }
    meets(&state("closed"), "course_over").await;
    server.sql(&state("approved")).await;
    let moved = format!(
        "update periods set first_day = '2025-12-06', last_day = '2025-12-07' where project_id = {project}"
    );
    let outside = meets(&moved, "outside_period").await;
    assert_eq!(outside.body["opens_at"], "2025-12-05T16:00:00Z");
    let past = format!(
        "update periods set first_day = '2025-11-01', last_day = '2025-11-28' where project_id = {project}"
    );
    let over = meets(&past, "outside_period").await;
    assert!(over.body["opens_at"].is_null() || over.body["opens_at"] == "2025-12-05T16:00:00Z");
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_with_the_face_flag_asks_for_a_check_that_nobody_can_fake() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let flag = format!("update courses set face = true where id = {}", server.course());
    server
        .change(&flag, async || {
            server.scan(0, true, &server.code(screen)).await.body["needs"] == json!(["face"])
        })
        .await;
    let pass = server.scan(0, true, &server.code(screen)).await.body["pass"].clone();
    server.check_in(0, json!({ "pass": pass })).await.is(403, "face_required");
    server.check_in(0, json!({ "pass": pass, "face": true })).await.is(400, "bad_request");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_checks_in_one_person_per_course_and_day() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    server.check_in_from(0, "shared-phone", json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server
        .check_in_from(1, "shared-phone", json!({ "code": server.code(screen) }))
        .await
        .is(409, "device_in_use");
    // Another program on the same phone is another device; another course is another matter.
    let body =
        json!({ "code": server.code(screen), "client": { "kind": "wechat", "device_id": "shared-phone" } });
    server.service.post("/api/v1/check-ins", server.session(2), body).await.is(201, "recorded");
    let other = server.fresh_code(server.demo.courses[1].id.0).await;
    server.check_in_from(1, "shared-phone", json!({ "code": other })).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attacker_behind_the_hall_s_address_is_contained_and_the_hall_is_not() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let forged = forged(&server.code(screen));
    let limited = loop {
        let attack = futures_util::future::join_all((0..100).map(|_| server.scan(0, false, &forged))).await;
        assert!(attack.iter().all(|answer| ["code_forged", "too_many_requests"].contains(&answer.word())));
        if let Some(limited) = attack.into_iter().find(|answer| answer.word() == "too_many_requests") {
            break limited;
        }
    };
    assert!(limited.headers.contains_key("retry-after") && limited.body["retry_after_ms"].is_u64());
    for person in 0..20 {
        server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    }
    // A person who is not logged in, or not any more, is asked to log in, not to wait.
    let attack = futures_util::future::join_all((0..100).map(|_| server.scan(0, false, &forged))).await;
    assert!(attack.iter().any(|answer| answer.word() == "too_many_requests"));
    for session in [None, Some("not-a-session"), Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
        let body = json!({ "code": server.code(screen), "client": client("phone-of-0021") });
        server.service.post("/api/v1/check-ins", session, body).await.is(401, "login_required");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_shown_before_a_change_of_profile_has_expired_not_been_forged() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let before = server.code(screen);
    let path = format!("/api/v1/courses/{}", server.course());
    server.service.patch(&path, server.admin(), json!({ "profile": "relaxed" })).await.is(200, "");
    eventually(async || server.scan(0, true, &before).await.word() == "code_expired").await;
    server.close().await;
}
