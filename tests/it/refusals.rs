//! Every refusal of the corridor, met as a person would meet it.

use reqwest::Method;
use serde_json::json;

use crate::house::{House, client, eventually};

/// The same code with one character of its tag changed.
fn forged(code: &str) -> String {
    format!("{}{}{}", &code[..20], if &code[20..21] == "A" { "B" } else { "A" }, &code[21..])
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_refused_by_what_is_wrong_with_them() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let code = house.code(screen);
    for malformed in ["", "x", &code[1..], &format!(" {code}"), &format!("HTTPS://CME.CN/C/{code}"), "䶮"] {
        house.check_in(0, json!({ "code": malformed })).await.is(400, "code_malformed");
    }
    let forged = forged(&code);
    house.check_in(0, json!({ "code": forged })).await.is(403, "code_forged");
    house.scan(0, false, &forged).await.is(403, "code_forged");
    house.advance(6);
    house.check_in(0, json!({ "code": code })).await.is(410, "code_expired");
    house.scan(0, false, &code).await.is(410, "code_expired");
    assert_eq!(house.rows().await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_closed_in_the_middle_refuses_its_codes_but_keeps_earlier_scans() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let scan = house.scan(0, true, &house.code(screen)).await.is(201, "");
    house.advance(1);
    house
        .service
        .call(Method::DELETE, &format!("/api/v1/screens/{screen}"), house.admin(), None)
        .await
        .is(204, "");
    house.check_in(1, json!({ "code": house.code(screen) })).await.is(410, "screen_closed");
    house.check_in(0, json!({ "pass": scan.body["pass"] })).await.is(201, "recorded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_of_another_device_or_person_is_refused() {
    let house = House::open().await;
    let code = house.fresh_code(house.course()).await;
    let anonymous = house.scan(0, false, &code).await.body["pass"].clone();
    let bound = house.scan(0, true, &code).await.body["pass"].clone();
    for pass in [&anonymous, &bound] {
        house.check_in_from(0, "another-device", json!({ "pass": pass })).await.is(403, "pass_invalid");
    }
    house.check_in_from(1, "phone-of-0000", json!({ "pass": bound })).await.is(403, "pass_invalid");
    for forged in ["", "x", &bound.as_str().unwrap()[1..]] {
        house.check_in(0, json!({ "pass": forged })).await.is(403, "pass_invalid");
    }
    assert_eq!(house.rows().await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_expires_after_its_life() {
    let house = House::open().await;
    let code = house.fresh_code(house.course()).await;
    let anonymous = house.scan(0, false, &code).await.body["pass"].clone();
    let bound = house.scan(1, true, &code).await.body["pass"].clone();
    house.advance(181);
    house.check_in(0, json!({ "pass": anonymous })).await.is(410, "pass_expired");
    house.advance(24 * 3600);
    house.check_in(1, json!({ "pass": bound })).await.is(410, "pass_expired");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_checked_in_without_a_login() {
    let house = House::open().await;
    let code = house.fresh_code(house.course()).await;
    let body = json!({ "code": code, "client": client("phone-of-0000") });
    house.service.post("/api/v1/check-ins", None, body.clone()).await.is(401, "login_required");
    house
        .service
        .post("/api/v1/check-ins", Some("not-a-session"), body.clone())
        .await
        .is(401, "login_required");
    house.service.post("/api/v1/check-ins", house.admin(), body).await.is(403, "forbidden");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_approved_people_who_are_not_cancelled_are_counted() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let person = house.demo.people[0].id;
    for (column, value, code) in [
        ("registration", "pending", "person_not_approved"),
        ("registration", "rejected", "person_not_approved"),
        ("state", "cancelled", "person_inactive"),
    ] {
        house
            .sql(&format!(
                "update people set registration = 'approved', state = 'normal' where id = {person}"
            ))
            .await;
        house
            .change(&format!("update people set {column} = '{value}' where id = {person}"), async || {
                house.scan(0, true, &house.code(screen)).await.word() == code
            })
            .await;
        house.check_in(0, json!({ "code": house.code(screen) })).await.is(403, code);
    }
    for state in ["maternity", "exempt"] {
        let statement =
            format!("update people set registration = 'approved', state = '{state}' where id = {person}");
        house.change(&statement, async || house.scan(0, true, &house.code(screen)).await.status == 201).await;
    }
    assert_eq!(house.rows().await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_attended_only_inside_its_period_and_hours() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let project = format!("(select project_id from courses where id = {})", house.course());
    let meets = async |statement: &str, code: &str| {
        house.change(statement, async || house.scan(0, true, &house.code(screen)).await.word() == code).await;
        house.check_in(0, json!({ "code": house.code(screen) })).await.is(409, code)
    };
    let hours = |opens: i16, closes: i16| {
        format!(
            "update courses set opens_minute = {opens}, closes_minute = {closes} where id = {}",
            house.course()
        )
    };
    let not_open = meets(&hours(600, 1080), "course_not_open").await;
    assert_eq!(not_open.body["opens_at"], "2025-11-29T02:00:00Z");
    meets(&hours(420, 540), "course_over").await;
    house.sql(&hours(0, 1440)).await;
    let state = |state: &str| {
        format!("update projects set state = '{state}', state_reason = '材料不全' where id = {project}")
    };
    for refused in ["draft", "submitted", "rejected"] {
        meets(&state(refused), "project_not_approved").await;
    }
    meets(&state("closed"), "course_over").await;
    house.sql(&state("approved")).await;
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
    assert_eq!(house.rows().await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_with_the_face_flag_asks_for_a_check_that_nobody_can_fake() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let flag = format!("update courses set face = true where id = {}", house.course());
    house
        .change(&flag, async || {
            house.scan(0, true, &house.code(screen)).await.body["needs"] == json!(["face"])
        })
        .await;
    let pass = house.scan(0, true, &house.code(screen)).await.body["pass"].clone();
    house.check_in(0, json!({ "pass": pass })).await.is(403, "face_required");
    house.check_in(0, json!({ "pass": pass, "face": true })).await.is(400, "bad_request");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_checks_in_one_person_per_course_and_day() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    house.check_in_from(0, "shared-phone", json!({ "code": house.code(screen) })).await.is(201, "recorded");
    house
        .check_in_from(1, "shared-phone", json!({ "code": house.code(screen) }))
        .await
        .is(409, "device_in_use");
    // Another program on the same phone is another device; another course is another matter.
    let body =
        json!({ "code": house.code(screen), "client": { "kind": "wechat", "device_id": "shared-phone" } });
    house.service.post("/api/v1/check-ins", house.session(2), body).await.is(201, "recorded");
    let other = house.fresh_code(house.demo.courses[1].id.0).await;
    house.check_in_from(1, "shared-phone", json!({ "code": other })).await.is(201, "recorded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attacker_behind_the_hall_s_address_is_contained_and_the_hall_is_not() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let forged = forged(&house.code(screen));
    let limited = loop {
        let attack = futures_util::future::join_all((0..100).map(|_| house.scan(0, false, &forged))).await;
        assert!(attack.iter().all(|answer| ["code_forged", "too_many_requests"].contains(&answer.word())));
        if let Some(limited) = attack.into_iter().find(|answer| answer.word() == "too_many_requests") {
            break limited;
        }
    };
    assert!(limited.headers.contains_key("retry-after") && limited.body["retry_after_ms"].is_u64());
    for person in 0..20 {
        house.check_in(person, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    }
    // Whoever is not logged in, or not any more, is told what to do, not to wait.
    let attack = futures_util::future::join_all((0..100).map(|_| house.scan(0, false, &forged))).await;
    assert!(attack.iter().any(|answer| answer.word() == "too_many_requests"));
    for session in [None, Some("not-a-session"), Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
        let body = json!({ "code": house.code(screen), "client": client("phone-of-0021") });
        house.service.post("/api/v1/check-ins", session, body).await.is(401, "login_required");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_shown_before_a_change_of_profile_has_expired_not_been_forged() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let before = house.code(screen);
    let path = format!("/api/v1/courses/{}", house.course());
    house.service.patch(&path, house.admin(), json!({ "profile": "relaxed" })).await.is(200, "");
    eventually(async || house.scan(0, true, &before).await.word() == "code_expired").await;
    house.close().await;
}
