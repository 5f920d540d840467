//! Attendance records: totals, filters, paging, and staff who vouch.

use serde_json::json;

use crate::test_server::TestServer;

pub async fn attended() -> TestServer {
    attended_with(|_| {}).await
}

/// Seven people, one of them twice.
pub async fn attended_with(change: impl FnOnce(&mut zaichang::config::Settings)) -> TestServer {
    let server = TestServer::open_with(change).await;
    let (screen, _) = server.screen(server.course()).await;
    for person in 0..7 {
        server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    }
    server.advance(1200);
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_counted_filtered_and_paged() {
    let server = attended().await;
    let records = format!("/api/v1/courses/{}/attendance-records", server.course());
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.service.get(&format!("{records}?limit=3{after}"), server.admin()).await.is(200, "");
        assert_eq!((&page.body["attendees"], &page.body["check_ins"]), (&json!(7), &json!(8)));
        ids.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let rows = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((rows, ids.len()), (8, 8));
    for (filter, check_ins) in [
        ("day=2025-11-29", 8),
        ("day=2025-11-28", 0),
        ("source=assisted", 0),
        ("source=scan&screen=1", 8),
        ("q=430000003", 2),
    ] {
        let page = server.service.get(&format!("{records}?{filter}"), server.admin()).await.is(200, "");
        assert_eq!(page.body["check_ins"], json!(check_ins), "{filter}");
    }
    let page = server.service.get(&records, server.admin()).await;
    let person = &page.body["items"][0]["person"];
    assert!(
        person["id_number"].as_str().unwrap().contains("***********")
            && person["phone"].as_str().unwrap().contains("****")
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_vouch_with_a_reason_and_it_is_marked_and_written_down() {
    let server = TestServer::open().await;
    let course = format!("/api/v1/courses/{}", server.course());
    let searches = format!("{course}/candidates/searches");
    let card =
        server.service.post(&searches, server.admin(), json!({ "text": "430000003" })).await.is(200, "");
    let person = card.body["items"][0]["person"]["id"].clone();
    assert!(card.body["items"][0]["refusal"].is_null());
    assert!(card.body["items"][0]["person"]["id_number"].as_str().unwrap().contains('*'));
    let path = format!("{course}/assisted-check-ins");
    let assist =
        || server.service.post(&path, server.admin(), json!({ "person_id": person, "reason": "手机没电" }));
    assist().await.is(201, "recorded");
    assist().await.is(200, "already_recorded");
    let records =
        server.service.get(&format!("{course}/attendance-records?source=assisted"), server.admin()).await;
    let record = &records.body["items"][0];
    assert_eq!(
        (&record["reason"], &record["assisted_by"], &record["client_kind"]),
        (&json!("手机没电"), &json!("周敏"), &json!("console"))
    );
    // One act, written by the transaction that wrote the record: neither is ever without the other.
    let acts: Vec<(bool, String, i64, serde_json::Value)> = sqlx::query_as(
        "select audit_log.xmin = check_ins.xmin and at_of_act = recorded_at, accounts.account, noun_id, detail
         from (select *, xmin, at as at_of_act from audit_log where action = 'assist_check_in') audit_log
         join check_ins on check_ins.id = (detail ->> 'check_in')::uuid
         join accounts on accounts.id = account_id and accounts.unit_id = audit_log.unit_id",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    let detail = json!({ "course": server.course(), "check_in": record["id"], "reason": "手机没电" });
    assert_eq!(acts, [(true, "yuelu-jjb".to_owned(), person.as_i64().unwrap(), detail)]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_recorded_and_holds_nobody_up() {
    let server = TestServer::open().await;
    let course = server.course();
    let code = server.fresh_code(course).await;
    server
        .sql("alter table audit_log add constraint full_up check (action <> 'assist_check_in') not valid")
        .await;
    let path = format!("/api/v1/courses/{course}/assisted-check-ins");
    let body = json!({ "person_id": server.demo.people[20].id, "reason": "手机没电" });
    let (assisted, scanned) = tokio::join!(
        server.service.post(&path, server.admin(), body.clone()),
        server.check_in(0, json!({ "code": code })),
    );
    assert_eq!(assisted.status.as_u16(), 500, "{}", assisted.body);
    scanned.is(201, "recorded");
    assert_eq!(server.rows().await, 1);
    server.sql("alter table audit_log drop constraint full_up").await;
    server.service.post(&path, server.admin(), body).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_holds_for_staff_too() {
    let server = TestServer::open().await;
    let course = server.small_course();
    let code = server.fresh_code(course).await;
    for person in 0..10 {
        server.check_in(person, json!({ "code": code })).await.is(201, "recorded");
    }
    let body = json!({ "person_id": server.demo.people[20].id, "reason": "手机没电" });
    server
        .service
        .post(&format!("/api/v1/courses/{course}/assisted-check-ins"), server.admin(), body)
        .await
        .is(409, "cap_reached");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_people_up_is_written_down_shows_no_whole_number_and_is_limited() {
    let server = TestServer::open().await;
    let course = server.course();
    let look_up = async |asked: &str| {
        let path = format!("/api/v1/courses/{course}/candidates/searches");
        server.service.post(&path, server.admin(), json!({ "text": asked })).await
    };
    let found = look_up("430000003").await.is(200, "");
    let person = &found.body["items"][0]["person"];
    assert_eq!(person["card_number"], "*****0003");
    let unknown = look_up("19912345678").await.is(200, "");
    assert_eq!(unknown.body["items"], json!([]));
    let acts: Vec<(i64, serde_json::Value)> =
        sqlx::query_as("select noun_id, detail from audit_log where action = 'look_up_people' order by id")
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(acts, [(course, json!({ "found": [person["id"]] })), (course, json!({ "found": [] }))]);
    for _ in 0..118 {
        look_up("nonsense").await.is(200, "");
    }
    look_up("430000003").await.is(429, "too_many_requests");
    server.advance(5);
    look_up("430000003").await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_desk_counts_up_through_everybody_s_ids() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}/assisted-check-ins", server.course());
    let assist = |person: i64| {
        server.service.post(&path, server.admin(), json!({ "person_id": person, "reason": "手机没电" }))
    };
    for missing in 0..120 {
        assist(9_000_000 + missing).await.is(400, "bad_request");
    }
    let waits = assist(server.demo.people[20].id.0).await.is(429, "too_many_requests");
    let seconds = waits.body["retry_after_ms"].as_u64().unwrap() / 1000 + 1;
    server.advance(seconds);
    assist(server.demo.people[20].id.0).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_records_goes_on_in_its_own_order_alone() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    for person in 0..5 {
        server.check_in(person, json!({ "code": code })).await.is(201, "recorded");
    }
    let records = format!("/api/v1/courses/{}/attendance-records?limit=2", server.course());
    for (order, other) in [("time", "suspicion"), ("suspicion", "time")] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("{records}&order={order}{after}");
            let page = server.service.get(&path, server.admin()).await.is(200, "").body;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
            assert_eq!(page["check_ins"], 5);
            let Some(next) = page["next"].as_str() else { break };
            let refused =
                server.service.get(&format!("{records}&order={other}&after={next}"), server.admin()).await;
            assert_eq!(refused.is(400, "bad_request").body["field"], "after");
            after = format!("&after={next}");
        }
        assert_eq!(seen.iter().collect::<std::collections::HashSet<_>>().len(), 5, "{order}");
    }
    server.close().await;
}
