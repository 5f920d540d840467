//! The promise: one row for one person, course and slot, whatever is retried, repeated or lost on the way.

use std::time::Duration;

use serde_json::json;
use zaichang_attendance::checkin;

use crate::test_server::{TestServer, client, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_code_is_recorded_and_a_repeat_answers_with_the_first_time() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let first = server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    assert_eq!(first.body["check_in"]["at"], "2025-11-29T01:02:13.123Z");
    assert_eq!(first.body["check_in"]["day"], "2025-11-29");
    server.advance(60);
    let again = server.check_in(0, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
    assert_eq!(again.body["check_in"], first.body["check_in"]);
    assert_eq!(again.body["receipt"], first.body["receipt"]);
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_in_a_later_slot_is_a_new_record_of_the_same_attendee() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server.advance(3 * 3600);
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    let records = server
        .service
        .get(&format!("/api/v1/courses/{}/attendance-records", server.course()), server.admin())
        .await;
    assert_eq!((&records.body["attendees"], &records.body["check_ins"]), (&json!(1), &json!(2)));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_identical_requests_at_once_make_one_row_and_one_receipt() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let asked = (0..100).map(|_| server.check_in(0, json!({ "code": code })));
    let answers = futures_util::future::join_all(asked).await;
    let recorded = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let already = answers.iter().filter(|answer| answer.status.as_u16() == 200).count();
    assert_eq!((recorded, already), (1, 99));
    assert!(answers.iter().all(|answer| answer.body["receipt"] == answers[0].body["receipt"]));
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_people_for_ten_places_are_exactly_ten() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.small_course()).await;
    let asked = (0..50).map(|person| server.check_in(person, json!({ "code": code })));
    let answers = futures_util::future::join_all(asked).await;
    let words: Vec<_> = answers.iter().map(|answer| (answer.status.as_u16(), answer.word())).collect();
    assert_eq!(words.iter().filter(|word| **word == (201, "recorded")).count(), 10, "{words:?}");
    assert_eq!(words.iter().filter(|word| **word == (409, "cap_reached")).count(), 40, "{words:?}");
    assert_eq!(server.rows().await, 10);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_course_still_signs_out_those_who_are_in() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.small_course()).await;
    for person in 0..10 {
        server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    }
    server.check_in(10, json!({ "code": server.code(screen) })).await.is(409, "cap_reached");
    server.advance(3600);
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_pass_survives_a_login_that_outlasts_the_code() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let scan = server.scan(0, false, &code).await.is(201, "");
    assert_eq!(scan.body["needs"], json!(["login"]));
    let scanned_at = server.now();
    server.advance(170);
    let recorded = server.check_in(0, json!({ "pass": scan.body["pass"] })).await.is(201, "recorded");
    assert_eq!(recorded.body["check_in"]["at"], scanned_at.to_string());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_used_twice_is_one_check_in() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let scan = server.scan(0, true, &code).await.is(201, "");
    assert_eq!(scan.body["needs"], json!([]));
    let first = server.check_in(0, json!({ "pass": scan.body["pass"] })).await.is(201, "recorded");
    server.advance(20 * 3600);
    let again = server.check_in(0, json!({ "pass": scan.body["pass"] })).await.is(200, "already_recorded");
    assert_eq!(again.body["check_in"]["id"], first.body["check_in"]["id"]);
    // Even after its life: a recorded person gets that answer.
    server.advance(10 * 3600);
    server.check_in(0, json!({ "pass": scan.body["pass"] })).await.is(200, "already_recorded");
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_repeated_after_it_expired_is_remembered_for_its_own_person_and_device_only() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    server.advance(3600);
    server.check_in(0, json!({ "code": code })).await.is(200, "already_recorded");
    server.check_in_from(0, "another-device", json!({ "code": code })).await.is(410, "code_expired");
    server.check_in(1, json!({ "code": code })).await.is(410, "code_expired");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_wiped_in_the_middle_changes_no_answer() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let client = redis::Client::open(server.stores.redis.as_ref().unwrap().url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    eventually(async || {
        let mut asking = connection.clone();
        redis::cmd("DBSIZE").query_async::<i64>(&mut asking).await.unwrap() > 0
    })
    .await;
    redis::cmd("FLUSHALL").exec_async(&mut connection).await.unwrap();
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_on_two_devices_is_one_attendee() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    server
        .check_in_from(0, "phone-number-one", json!({ "code": server.code(screen) }))
        .await
        .is(201, "recorded");
    server.advance(1200);
    server
        .check_in_from(0, "phone-number-two", json!({ "code": server.code(screen) }))
        .await
        .is(201, "recorded");
    let attendees: i64 = sqlx::query_scalar("select attendees::bigint from tallies")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(attendees, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn my_records_are_paged_newest_first_and_are_mine_alone() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    for _ in 0..5 {
        server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
        server.advance(600);
    }
    server.check_in(1, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page =
            server.service.get(&format!("/api/v1/me/check-ins?limit=2{after}"), server.session(0)).await;
        let items = page.body["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|item| item["check_in"]["at"].as_str().unwrap().to_owned()));
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (5, &sorted));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_shows_anyone_what_it_attests_with_the_name_masked() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let recorded = server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let receipt = recorded.body["receipt"].as_str().unwrap();
    let request = server.service.request(reqwest::Method::GET, &format!("/v/{receipt}"), None);
    let shown = crate::test_server::answer(request.header("accept", "application/json")).await;
    assert!(shown.body["name"].as_str().unwrap().contains('*'), "{}", shown.body);
    assert_eq!(shown.body["at"], recorded.body["check_in"]["at"]);
    let altered = format!("B{}", &receipt[1..]);
    let request = server.service.request(reqwest::Method::GET, &format!("/v/{altered}"), None);
    crate::test_server::answer(request.header("accept", "application/json")).await.is(404, "not_found");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_node_judges_the_first_one_s_codes_and_hears_of_its_closed_screens() {
    let server = TestServer::open().await;
    let second = server.second(|_| {}).await;
    let (screen, _) = server.screen(server.course()).await;
    let body = json!({ "code": server.code(screen), "client": client("phone-of-0000") });
    second.post("/api/v1/check-ins", server.session(0), body.clone()).await.is(201, "recorded");
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(200, "already_recorded");
    server
        .service
        .call(reqwest::Method::DELETE, &format!("/api/v1/screens/{screen}"), server.admin(), None)
        .await
        .is(204, "");
    eventually(async || {
        let body = json!({ "code": server.code(screen), "client": client("phone-of-0001") });
        second.post("/api/v1/scans", None, body).await.word() == "screen_closed"
    })
    .await;
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_redis_remembers_of_another_day_is_not_taken_for_today_s_check_in() {
    // A length that the settings refuse: its slots begin at eight in the morning, so one holds parts of two days.
    let server = TestServer::open_with(|settings| {
        settings.modules.set::<checkin::Settings>(|checkin| checkin.repeat_s = 86_400);
    })
    .await;
    let second = server
        .second(|settings| {
            settings.modules.set::<checkin::Settings>(|checkin| checkin.repeat_s = 86_400);
        })
        .await;
    let code = server.fresh_code(server.course()).await;
    // On a busy machine Redis may be too slow to be updated: then another person comes.
    let mut person = 0;
    loop {
        server.check_in(person, json!({ "code": code })).await.is(201, "recorded");
        let told = eventually(async || is_remembered(&server, person).await);
        if tokio::time::timeout(Duration::from_secs(1), told).await.is_ok() {
            break;
        }
        person += 1;
    }
    // Half past seven on the next morning, at a node that has nothing in its own memory.
    server.advance(22 * 3600 + 28 * 60);
    let code = server.fresh_code(server.course()).await;
    let body = json!({ "code": code, "client": client(&format!("phone-of-{person:04}")) });
    second.post("/api/v1/check-ins", server.session(person), body).await.is(201, "recorded");
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_another_day_under_today_s_key_is_ignored_and_postgres_decides() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let slot = server.now().as_second() / 600;
    let key = format!("zc:seen:{{{}}}:2025-11-29:{slot}", server.course());
    let person = server.demo.people[0].id;
    let planted = "0195e1b2c3d47e5fa6b7c8d9e0f1a2b3 1764291733123 1764291733123 scan";
    redis_cli(&server, &["HSET", &key, &person.to_string(), planted]).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

/// Whether Redis remembers a check-in of this person.
async fn is_remembered(server: &TestServer, person: usize) -> bool {
    let mut line = line(server).await;
    let keys: Vec<String> = redis::cmd("KEYS").arg("zc:seen:*").query_async(&mut line).await.unwrap();
    let person = server.demo.people[person].id.0;
    let Some(key) = keys.first() else { return false };
    redis::cmd("HEXISTS").arg(key).arg(person).query_async(&mut line).await.unwrap()
}

async fn redis_cli(server: &TestServer, words: &[&str]) {
    let mut line = line(server).await;
    redis::cmd(words[0]).arg(&words[1..]).exec_async(&mut line).await.unwrap();
}

async fn line(server: &TestServer) -> redis::aio::MultiplexedConnection {
    let url = server.stores.redis.as_ref().unwrap().url();
    redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_refuses_to_change_delete_or_empty_check_ins_by_whatever_table() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    // A month to come gets the triggers too.
    server
        .sql(
            "select ensure_check_in_month('2031-05-09');
             insert into check_ins (person_id, course_id, day, slot, id, at, recorded_at, source, screen, step,
                 code_age_ms, device_hash, client_kind)
             select person_id, course_id, '2031-05-09', slot, id, at, recorded_at, source, screen, step,
                 code_age_ms, device_hash, client_kind from check_ins",
        )
        .await;
    for table in ["check_ins", "check_ins_2025_11", "check_ins_2031_05", "only check_ins_2025_11"] {
        for statement in [
            format!("update {table} set reason = ''"),
            format!("delete from {table}"),
            format!("truncate {table}"),
        ] {
            let done =
                sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(&server.service.pool).await;
            let refused = done.expect_err(&statement).to_string();
            assert!(refused.contains("is only ever added to"), "{statement}: {refused}");
        }
    }
    assert_eq!(server.rows().await, 2);
    // A month is archived whole.
    server
        .sql("alter table check_ins detach partition check_ins_2031_05; drop table check_ins_2031_05")
        .await;
    assert_eq!(server.rows().await, 1);
    server.close().await;
}
