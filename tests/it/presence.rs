//! Presence: spot checks, what evidence comes to, verdicts, head counts, and a leaking screen that is replaced.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, answer, client, eventually};
use crate::page::Page;

fn spot_checks(house: &House) -> String {
    format!("/api/v1/courses/{}/spot-checks", house.course())
}

/// Orders a spot check for now and waits until it is open and every cache knows.
async fn ask(house: &House) -> i64 {
    let ordered = house.service.post(&spot_checks(house), house.admin(), json!({ "minutes": 3 })).await;
    let id = ordered.is(201, "").body["items"][0]["id"].as_i64().unwrap();
    house.advance(3);
    id
}

async fn asked(house: &House, receipt: &Value) -> Value {
    let answer = house.service.post("/api/v1/receipts/asked", None, json!({ "receipt": receipt })).await;
    answer.is(200, "").body["spot_check"].clone()
}

/// A scan from an address of its own, with a scene.
async fn scan_from(house: &House, person: usize, address: &str, scene: u16, code: &str) -> Answer {
    let mut body = json!({ "code": code, "client": client(&format!("phone-of-{person:04}")) });
    body["client"]["scene"] = json!(scene);
    let request = house.service.request(Method::POST, "/api/v1/check-ins", house.session(person));
    let request = request
        .header("x-forwarded-for", address)
        .header("content-type", "application/json")
        .body(body.to_string());
    answer(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_check_is_a_slot_of_its_own_and_tells_who_is_missing() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let first = house.check_in(0, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    house.check_in(1, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    let receipt = &first.body["receipt"];
    assert_eq!(asked(&house, receipt).await, Value::Null);

    let id = ask(&house).await;
    let told = async || asked(&house, receipt).await["answered"] == json!(false);
    eventually(told).await;
    // A minute after the first scan, within the same ten: an answer all the same, and one only.
    let answered = house.check_in(0, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    assert_eq!(answered.body["check_in"]["slot"], json!(-id));
    let again = house.check_in(0, json!({ "code": house.code(screen) })).await.is(200, "already_recorded");
    assert_eq!(again.body["receipt"], answered.body["receipt"]);
    assert_eq!(asked(&house, receipt).await["answered"], json!(true));
    // Its receipt is one like any other.
    let path = format!("/v/{}", answered.body["receipt"].as_str().unwrap());
    let attested = house.service.request(Method::GET, &path, None).header("accept", "application/json");
    assert_eq!(answer(attested).await.status, 200);

    let listed = house.service.get(&spot_checks(&house), house.admin()).await.is(200, "").body;
    let item = &listed["items"][0];
    assert_eq!(
        (&item["state"], &item["expected"], &item["answered"]),
        (&json!("open"), &json!(2), &json!(1))
    );
    // Who comes for the first time meanwhile, or by staff's word, was not asked: they answer for nobody.
    let assist = format!("/api/v1/courses/{}/assisted-check-ins", house.course());
    let vouched = json!({ "person_id": house.demo.people[2].id, "reason": "手机没电" });
    house.service.post(&assist, house.admin(), vouched).await.is(201, "recorded");
    house.check_in(3, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    let listed = house.service.get(&spot_checks(&house), house.admin()).await.is(200, "").body;
    let item = &listed["items"][0];
    assert_eq!((&item["expected"], &item["answered"], &item["newcomers"]), (&json!(2), &json!(1), &json!(2)));
    let missing = format!("{}/{id}/missing", spot_checks(&house));
    let missing = house.service.get(&missing, house.admin()).await.is(200, "").body;
    assert_eq!(missing["items"].as_array().unwrap().len(), 1);
    assert_eq!(missing["items"][0]["person_id"], json!(house.demo.people[1].id));

    // Over: scans are ordinary again, and within the first slot they are the first check-in.
    house.advance(180);
    eventually(async || asked(&house, receipt).await == Value::Null).await;
    let after = house.check_in(0, json!({ "code": house.code(screen) })).await.is(200, "already_recorded");
    assert_eq!(&after.body["receipt"], receipt);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_check_is_announced_on_the_screens_of_every_node_and_can_be_cancelled() {
    let house = House::open().await;
    let other = house.second(|_| {}).await;
    let (screen, ticket) = house.screen(house.course()).await;
    let mut page = Page::open(&house, screen, json!({ "type": "hello", "ticket": ticket })).await;
    let id = ask(&house).await;
    assert!(page.frame("spot_check").await["closes_at"].is_string());
    // The other node takes a repeat for an answer as well.
    let first = house.check_in(0, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    assert_eq!(first.body["check_in"]["slot"], json!(-id));
    let body = json!({ "code": house.code(screen), "client": client("phone-of-0000") });
    let there = other.post("/api/v1/check-ins", house.session(0), body).await.is(200, "already_recorded");
    assert_eq!(there.body["receipt"], first.body["receipt"]);

    let cancel = format!("{}/{id}", spot_checks(&house));
    let refused = house.service.call(Method::DELETE, &cancel, house.session(0), None).await;
    assert!(refused.status.is_client_error(), "an attendee cancels nothing");
    assert_eq!(house.service.call(Method::DELETE, &cancel, house.admin(), None).await.status, 204);
    assert_eq!(page.frame("spot_check").await["closes_at"], Value::Null);
    house.service.call(Method::DELETE, &cancel, house.admin(), None).await.is(404, "not_found");
    other.stop().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_moment_is_told_to_nobody_before_it_has_come() {
    let house = House::open().await;
    let range = json!({ "from": "2025-11-29T10:00:00+08:00", "until": "2025-11-29T11:00:00+08:00" });
    let order = json!({ "minutes": 2, "random": range });
    let ordered = house.service.post(&spot_checks(&house), house.admin(), order.clone()).await.is(201, "");
    let item = &ordered.body["items"][0];
    assert_eq!(
        (&item["state"], &item["opens_at"], &item["closes_at"]),
        (&json!("waiting"), &Value::Null, &Value::Null)
    );
    let missing = format!("{}/{}/missing", spot_checks(&house), item["id"]);
    house.service.get(&missing, house.admin()).await.is(404, "not_found");
    let opens_at: String = sqlx::query_scalar("select opens_at::text from spot_checks")
        .fetch_one(&house.service.pool)
        .await
        .unwrap();
    let log: String = sqlx::query_scalar("select string_agg(detail::text, ' ') from audit_log")
        .fetch_one(&house.service.pool)
        .await
        .unwrap();
    assert!(!log.contains(&opens_at[11..19]), "the log tells the moment");
    house.advance(2 * 3600);
    let listed = house.service.get(&spot_checks(&house), house.admin()).await.body;
    assert_eq!(listed["items"][0]["state"], json!("over"));
    assert!(listed["items"][0]["opens_at"].is_string());

    // A range that leaves the opening hours is refused, whatever would be drawn.
    let course = format!("/api/v1/courses/{}", house.course());
    let hours = json!({ "opens": "08:00", "closes": "18:00" });
    house.service.call(Method::PATCH, &course, house.admin(), Some(hours)).await.is(200, "");
    let until = async |until: &str| {
        let random =
            json!({ "from": "2025-11-29T15:00:00+08:00", "until": format!("2025-11-29T{until}+08:00") });
        let order = json!({ "minutes": 2, "random": random });
        house.service.post(&spot_checks(&house), house.admin(), order).await
    };
    for late in ["18:00:01", "23:00:00"] {
        assert_eq!(until(late).await.is(400, "bad_request").body["field"], json!("random"), "{late}");
    }
    until("18:00:00").await.is(201, "");
    let overlapping = json!({ "minutes": 3 });
    house.service.post(&spot_checks(&house), house.admin(), overlapping.clone()).await.is(201, "");
    house.service.post(&spot_checks(&house), house.admin(), overlapping).await.is(409, "spot_check_overlaps");
    house.service.post(&spot_checks(&house), house.admin(), order).await.is(400, "bad_request");
    house
        .service
        .post(&spot_checks(&house), house.admin(), json!({ "minutes": 0 }))
        .await
        .is(400, "bad_request");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_scored_explained_and_decided_by_staff() {
    let house = House::open_with(|settings| settings.trusted_proxies = "127.0.0.1".to_owned()).await;
    let (screen, _) = house.screen(house.course()).await;
    for person in 0..35 {
        let code = house.code(screen);
        scan_from(&house, person, "203.0.113.7", 1011, &code).await.is(201, "recorded");
    }
    let code = house.code(screen);
    let recorded = scan_from(&house, 35, "198.51.100.9", 1013, &code).await.is(201, "recorded");
    assert!(!recorded.body.to_string().contains("score"), "attendees are shown nothing of it");

    let records = format!("/api/v1/courses/{}/attendance-records?order=suspicion", house.course());
    let first =
        async || house.service.get(&records, house.admin()).await.is(200, "").body["items"][0].clone();
    eventually(async || first().await["suspicion"].is_object()).await;
    let suspected = first().await;
    assert_eq!(suspected["id"], recorded.body["check_in"]["id"]);
    let suspicion = &suspected["suspicion"];
    assert_eq!(suspicion["suspicious"], json!(true));
    let rules: Vec<_> = suspicion["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        ["scene", "lone_network", "code_age"],
        "the heaviest first, then what speaks for the person"
    );
    assert!(suspicion["reasons"][0]["sentence"].as_str().unwrap().contains("1013"));
    // Addresses are nowhere.
    let stored: String = sqlx::query_scalar("select coalesce(string_agg(c::text || a::text, ' '), '') from check_ins c left join assessments a using (person_id, course_id, day, slot)")
        .fetch_one(&house.service.pool).await.unwrap();
    assert!(!stored.contains("198.51.100"), "an address is kept");

    let pages = house.service.get(&format!("{records}&limit=20"), house.admin()).await.body;
    let next = pages["next"].as_str().unwrap();
    let rest = house.service.get(&format!("{records}&limit=20&after={next}"), house.admin()).await.body;
    assert_eq!(pages["items"].as_array().unwrap().len() + rest["items"].as_array().unwrap().len(), 36);
    let only = house.service.get(&format!("{records}&suspicious=true"), house.admin()).await.body;
    assert_eq!((&only["check_ins"], only["items"].as_array().unwrap().len()), (&json!(1), 1));

    let verdicts = format!("/api/v1/courses/{}/verdicts", house.course());
    let strike = json!({ "check_ins": [suspected["id"]], "verdict": "struck", "reason": "抽查时不在场" });
    house.service.post(&verdicts, house.session(0), strike.clone()).await.is(403, "forbidden");
    house.service.post(&verdicts, house.admin(), strike).await.is(201, "");
    assert_eq!(first().await["verdict"]["verdict"], json!("struck"));
    let keep = json!({ "check_ins": [suspected["id"]], "verdict": "kept", "reason": "本人到会务台说明" });
    house.service.post(&verdicts, house.admin(), keep).await.is(201, "");
    assert_eq!(first().await["verdict"]["verdict"], json!("kept"));
    let acts: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'give_verdict'")
        .fetch_one(&house.service.pool)
        .await
        .unwrap();
    assert_eq!(acts, 2);
    let stranger = json!({ "check_ins": [suspected["id"], "018f0000-0000-7000-8000-000000000000"], "verdict": "struck", "reason": "不认识" });
    house.service.post(&verdicts, house.admin(), stranger).await.is(404, "not_found");
    assert_eq!(first().await["verdict"]["verdict"], json!("kept"), "all or none");
    for wrong in [
        json!({ "check_ins": [], "verdict": "struck", "reason": "原因" }),
        json!({ "check_ins": [suspected["id"]], "verdict": "struck", "reason": " " }),
    ] {
        house.service.post(&verdicts, house.admin(), wrong).await.is(400, "bad_request");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_known_from_the_next_day_on() {
    let house = House::open().await;
    let course = house.course();
    house.sql(&format!("update periods set last_day = '2025-12-31' where project_id = (select project_id from courses where id = {course})")).await;
    let (screen, _) = house.screen(course).await;
    house.check_in_from(0, "lent-phone-01", json!({ "code": house.code(screen) })).await.is(201, "recorded");
    house.advance(24 * 3600);
    let known = async || {
        let known: i64 = sqlx::query_scalar("select count(*) from known_devices")
            .fetch_one(&house.service.pool)
            .await
            .unwrap();
        known == 1
    };
    eventually(known).await;
    let (screen, _) = house.screen(course).await;
    house.check_in_from(1, "lent-phone-01", json!({ "code": house.code(screen) })).await.is(201, "recorded");
    let records = format!("/api/v1/courses/{course}/attendance-records?order=suspicion&day=2025-11-30");
    let found = async || {
        let records = house.service.get(&records, house.admin()).await.body;
        records["items"][0]["suspicion"]["reasons"][0]["rule"] == json!("device_of_others")
    };
    eventually(found).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_were_counted_stand_beside_the_check_ins() {
    let house = House::open().await;
    let path = format!("/api/v1/courses/{}/head-counts", house.course());
    let code = house.fresh_code(house.course()).await;
    house.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    for heads in [3, 2] {
        house.service.post(&path, house.admin(), json!({ "heads": heads })).await.is(201, "");
    }
    let counts = house.service.get(&path, house.admin()).await.is(200, "").body;
    assert_eq!(counts["attendees"], json!(1));
    let heads: Vec<_> =
        counts["items"].as_array().unwrap().iter().map(|item| (&item["heads"], &item["attendees"])).collect();
    assert_eq!(heads, [(&json!(2), &json!(1)), (&json!(3), &json!(1))]);
    house.service.post(&path, house.admin(), json!({ "heads": -1 })).await.is(400, "bad_request");
    house.service.post(&path, house.session(0), json!({ "heads": 1 })).await.is(403, "forbidden");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaking_screen_is_replaced_in_one_act() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let leaked = house.code(screen);
    let path = format!("/api/v1/screens/{}/replacement", screen.0);
    let opened = house.service.call(Method::POST, &path, house.admin(), None).await.is(201, "");
    let new = zaichang::ids::ScreenNumber(u32::try_from(opened.body["screen"].as_u64().unwrap()).unwrap());
    assert_ne!(new, screen);
    house.check_in(0, json!({ "code": leaked })).await.is(410, "screen_closed");
    house.check_in(0, json!({ "code": house.code(new) })).await.is(201, "recorded");
    house.service.call(Method::POST, &path, house.admin(), None).await.is(410, "screen_closed");
    let screens = format!("/api/v1/courses/{}/screens", house.course());
    let screens = house.service.get(&screens, house.admin()).await.body;
    let places: Vec<_> = screens["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["place"], item["closed_at"].is_null()))
        .collect();
    assert_eq!(places.iter().filter(|(place, open)| *place == "主会场" && *open).count(), 1);
    house.close().await;
}

/// A course whose place is known, 2 km south of where the phone below is.
async fn held_somewhere(house: &House) {
    let course = format!("/api/v1/courses/{}", house.course());
    let here = json!({ "location": { "latitude": 28.19409, "longitude": 112.97228 } });
    let changed = house.service.call(Method::PATCH, &course, house.admin(), Some(here.clone())).await;
    assert_eq!(changed.is(200, "").body["location"], here["location"]);
}

/// 2 km north of that place, by the phone's own word.
fn two_kilometres_away(receipt: &Value) -> Value {
    json!({ "receipt": receipt, "latitude": 28.21209, "longitude": 112.97228, "accuracy_m": 100.0 })
}

const POSITION: &str = "/api/v1/receipts/position";

#[tokio::test(flavor = "multi_thread")]
async fn where_distances_are_collected_a_phone_is_asked_once_and_the_distance_alone_is_kept() {
    let house = House::open_with(|settings| settings.presence_distances = true).await;
    held_somewhere(&house).await;
    let (screen, _) = house.screen(house.course()).await;
    let recorded = house.check_in(0, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    let receipt = &recorded.body["receipt"];
    let asked = async || {
        let answer = house.service.post("/api/v1/receipts/asked", None, json!({ "receipt": receipt })).await;
        answer.is(200, "").body["position"].clone()
    };
    eventually(async || asked().await == json!(true)).await;

    let position = two_kilometres_away(receipt);
    house.service.post(POSITION, None, position.clone()).await.is(401, "login_required");
    house.service.post(POSITION, house.session(1), position.clone()).await.is(404, "not_found");
    for (field, wrong) in [("latitude", 91.0), ("longitude", 181.0), ("accuracy_m", -1.0)] {
        let mut nowhere = position.clone();
        nowhere[field] = json!(wrong);
        let refused = house.service.post(POSITION, house.session(0), nowhere).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], json!(field));
    }
    let told = house.service.post(POSITION, house.session(0), position.clone()).await;
    assert_eq!(told.status, 204);
    assert_eq!(asked().await, json!(false));
    // Saying it again, from nearer, changes nothing.
    let mut nearer = position.clone();
    nearer["latitude"] = json!(28.19409);
    assert_eq!(house.service.post(POSITION, house.session(0), nearer).await.status, 204);
    let kept: String =
        sqlx::query_scalar("select d::text from distances d").fetch_one(&house.service.pool).await.unwrap();
    assert!(kept.contains(",1901,"), "2,001 m less what the phone does not know: {kept}");
    assert!(!kept.contains("28.2") && !kept.contains("282120"), "a position is kept: {kept}");

    let records = format!("/api/v1/courses/{}/attendance-records?order=suspicion", house.course());
    let found = async || {
        let records = house.service.get(&records, house.admin()).await.body;
        let reason = records["items"][0]["suspicion"]["reasons"][0].clone();
        reason["rule"] == json!("distance") && reason["sentence"].as_str().unwrap().contains("1.9 公里")
    };
    eventually(found).await;

    // Half a day later the phone may be anywhere.
    let late = house.check_in(1, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    house.advance(301);
    let late = two_kilometres_away(&late.body["receipt"]);
    house.service.post(POSITION, house.session(1), late).await.is(409, "position_not_asked");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_collects_no_distances_asks_nobody() {
    let house = House::open().await;
    let course = format!("/api/v1/courses/{}", house.course());
    let here = json!({ "location": { "latitude": 28.19409, "longitude": 112.97228 } });
    let refused = house.service.call(Method::PATCH, &course, house.admin(), Some(here)).await;
    refused.is(409, "distances_not_collected");
    // Not even where an organiser had said where it is before that was switched off.
    let located = format!(
        "update courses set latitude = 28194090, longitude = 112972280 where id = {}",
        house.course()
    );
    house.sql(&located).await;
    let shown = async || house.service.get(&course, house.admin()).await.body;
    eventually(async || shown().await["location"].is_object()).await;
    assert_eq!(shown().await["collects_distances"], json!(false));
    let code = house.fresh_code(house.course()).await;
    let recorded = house.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let receipt = &recorded.body["receipt"];
    let asked = house.service.post("/api/v1/receipts/asked", None, json!({ "receipt": receipt })).await;
    assert_eq!(asked.body["position"], json!(false));
    let told = house.service.post(POSITION, house.session(0), two_kilometres_away(receipt)).await;
    told.is(409, "position_not_asked");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faces_that_failed_before_one_passed_are_evidence() {
    let house = House::open().await;
    let (person, course) = (house.demo.people[0].id, house.course());
    house
        .sql(&format!(
            "insert into face_checks (id, person_id, course_id, day, provider, reference, openid, state, asked_at, expires_at, decided_at)
             select gen_random_uuid(), {person}, {course}, '2025-11-29', 'wechat', 'r', 'o', state, now(), now() + interval '1 minute', now()
             from unnest(array['failed', 'failed', 'passed']) state"
        ))
        .await;
    let code = house.fresh_code(course).await;
    house.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let records = format!("/api/v1/courses/{course}/attendance-records?order=suspicion");
    let found = async || {
        let records = house.service.get(&records, house.admin()).await.body;
        let reason = records["items"][0]["suspicion"]["reasons"][0].clone();
        reason["rule"] == json!("face_failed") && reason["sentence"].as_str().unwrap().contains("失败 2 次")
    };
    eventually(found).await;
    house.close().await;
}
