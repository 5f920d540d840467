//! Attendance records: totals, filters, paging, and staff who vouch.

use serde_json::json;

use crate::house::House;

pub async fn attended() -> House {
    attended_with(|_| {}).await
}

/// Seven people, one of them twice.
pub async fn attended_with(change: impl FnOnce(&mut zaichang::config::Settings)) -> House {
    let house = House::open_with(change).await;
    let (screen, _) = house.screen(house.course()).await;
    for person in 0..7 {
        house.check_in(person, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    }
    house.advance(1200);
    house.check_in(0, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_counted_filtered_and_paged() {
    let house = attended().await;
    let records = format!("/api/v1/courses/{}/attendance-records", house.course());
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = house.service.get(&format!("{records}?limit=3{after}"), house.admin()).await.is(200, "");
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
        let page = house.service.get(&format!("{records}?{filter}"), house.admin()).await.is(200, "");
        assert_eq!(page.body["check_ins"], json!(check_ins), "{filter}");
    }
    let page = house.service.get(&records, house.admin()).await;
    let person = &page.body["items"][0]["person"];
    assert!(
        person["id_number"].as_str().unwrap().contains("***********")
            && person["phone"].as_str().unwrap().contains("****")
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_vouch_with_a_reason_and_it_is_marked_and_written_down() {
    let house = House::open().await;
    let course = format!("/api/v1/courses/{}", house.course());
    let card =
        house.service.get(&format!("{course}/candidates?q=430000003"), house.admin()).await.is(200, "");
    let person = card.body["items"][0]["person"]["id"].clone();
    assert!(card.body["items"][0]["refusal"].is_null());
    assert!(card.body["items"][0]["person"]["id_number"].as_str().unwrap().contains('*'));
    let path = format!("{course}/assisted-check-ins");
    let assist =
        || house.service.post(&path, house.admin(), json!({ "person_id": person, "reason": "手机没电" }));
    assist().await.is(201, "recorded");
    assist().await.is(200, "already_recorded");
    let records =
        house.service.get(&format!("{course}/attendance-records?source=assisted"), house.admin()).await;
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
    .fetch_all(&house.service.pool)
    .await
    .unwrap();
    let detail = json!({ "course": house.course(), "check_in": record["id"], "reason": "手机没电" });
    assert_eq!(acts, [(true, "yuelu-jjb".to_owned(), person.as_i64().unwrap(), detail)]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_recorded_and_holds_nobody_up() {
    let house = House::open().await;
    let course = house.course();
    let code = house.fresh_code(course).await;
    house
        .sql("alter table audit_log add constraint full_up check (action <> 'assist_check_in') not valid")
        .await;
    let path = format!("/api/v1/courses/{course}/assisted-check-ins");
    let body = json!({ "person_id": house.demo.people[20].id, "reason": "手机没电" });
    let (assisted, scanned) = tokio::join!(
        house.service.post(&path, house.admin(), body.clone()),
        house.check_in(0, json!({ "code": code })),
    );
    assert_eq!(assisted.status.as_u16(), 500, "{}", assisted.body);
    scanned.is(201, "recorded");
    assert_eq!(house.rows().await, 1);
    house.sql("alter table audit_log drop constraint full_up").await;
    house.service.post(&path, house.admin(), body).await.is(201, "recorded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_holds_for_staff_too() {
    let house = House::open().await;
    let course = house.small_course();
    let code = house.fresh_code(course).await;
    for person in 0..10 {
        house.check_in(person, json!({ "code": code })).await.is(201, "recorded");
    }
    let body = json!({ "person_id": house.demo.people[20].id, "reason": "手机没电" });
    house
        .service
        .post(&format!("/api/v1/courses/{course}/assisted-check-ins"), house.admin(), body)
        .await
        .is(409, "cap_reached");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_people_up_is_written_down_shows_no_whole_number_and_is_limited() {
    let house = House::open().await;
    let course = house.course();
    let look_up = async |asked: &str| {
        house.service.get(&format!("/api/v1/courses/{course}/candidates?q={asked}"), house.admin()).await
    };
    let found = look_up("430000003").await.is(200, "");
    let person = &found.body["items"][0]["person"];
    assert_eq!(person["card_number"], "*****0003");
    let nobody = look_up("19912345678").await.is(200, "");
    assert_eq!(nobody.body["items"], json!([]));
    let acts: Vec<(i64, serde_json::Value)> =
        sqlx::query_as("select noun_id, detail from audit_log where action = 'look_up_people' order by id")
            .fetch_all(&house.service.pool)
            .await
            .unwrap();
    assert_eq!(acts, [(course, json!({ "found": [person["id"]] })), (course, json!({ "found": [] }))]);
    for _ in 0..118 {
        look_up("nobody").await.is(200, "");
    }
    look_up("430000003").await.is(429, "too_many_requests");
    house.advance(5);
    look_up("430000003").await.is(200, "");
    house.close().await;
}
