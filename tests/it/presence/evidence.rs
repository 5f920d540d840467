//! Evidence: weighed by the rules, explained in words, and decided by staff.

use reqwest::Method;
use serde_json::json;

use super::by_suspicion;
use crate::test_server::{Answer, TestServer, answer, client, eventually};

/// A scan from an address of its own, with a scene.
async fn scan_from(server: &TestServer, person: usize, address: &str, scene: u16, code: &str) -> Answer {
    let mut body = json!({ "code": code, "client": client(&format!("phone-of-{person:04}")) });
    body["client"]["scene"] = json!(scene);
    let request = server.service.request(Method::POST, "/api/v1/check-ins", server.session(person));
    let request = request
        .header("x-forwarded-for", address)
        .header("content-type", "application/json")
        .body(body.to_string());
    answer(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_scored_explained_and_decided_by_staff() {
    let server = TestServer::open_with(|settings| settings.trusted_proxies = "127.0.0.1".to_owned()).await;
    let (screen, _) = server.screen(server.course()).await;
    server.next_code(screen);
    for person in 0..35 {
        let code = server.code(screen);
        scan_from(&server, person, "203.0.113.7", 1011, &code).await.is(201, "recorded");
    }
    let code = server.code(screen);
    let recorded = scan_from(&server, 35, "198.51.100.9", 1013, &code).await.is(201, "recorded");
    assert!(!recorded.body.to_string().contains("score"), "attendees are shown nothing of it");

    let records = format!("/api/v1/courses/{}/attendance-records?order=suspicion", server.course());
    let first = async || by_suspicion(&server).await["items"][0].clone();
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
    // Check-ins and assessments hold no network address.
    let stored: String = sqlx::query_scalar("select coalesce(string_agg(c::text || a::text, ' '), '') from check_ins c left join assessments a using (person_id, course_id, day, slot)")
        .fetch_one(&server.service.pool).await.unwrap();
    assert!(!stored.contains("198.51.100"), "an address is kept");

    let pages = server.service.get(&format!("{records}&limit=20"), server.admin()).await.body;
    let next = pages["next"].as_str().unwrap();
    let rest = server.service.get(&format!("{records}&limit=20&after={next}"), server.admin()).await.body;
    assert_eq!(pages["items"].as_array().unwrap().len() + rest["items"].as_array().unwrap().len(), 36);
    let only = server.service.get(&format!("{records}&suspicious=true"), server.admin()).await.body;
    assert_eq!((&only["check_ins"], only["items"].as_array().unwrap().len()), (&json!(1), 1));

    let verdicts = format!("/api/v1/courses/{}/verdicts", server.course());
    let strike = json!({ "check_ins": [suspected["id"]], "verdict": "struck", "reason": "抽查时不在场" });
    server.service.post(&verdicts, server.session(0), strike.clone()).await.is(403, "forbidden");
    server.service.post(&verdicts, server.admin(), strike).await.is(201, "");
    assert_eq!(first().await["verdict"]["verdict"], json!("struck"));
    let keep = json!({ "check_ins": [suspected["id"]], "verdict": "kept", "reason": "本人到会务台说明" });
    server.service.post(&verdicts, server.admin(), keep).await.is(201, "");
    assert_eq!(first().await["verdict"]["verdict"], json!("kept"));
    let acts: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'give_verdict'")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(acts, 2);
    let stranger = json!({ "check_ins": [suspected["id"], "018f0000-0000-7000-8000-000000000000"], "verdict": "struck", "reason": "不认识" });
    server.service.post(&verdicts, server.admin(), stranger).await.is(404, "not_found");
    assert_eq!(first().await["verdict"]["verdict"], json!("kept"), "all or none");
    for wrong in [
        json!({ "check_ins": [], "verdict": "struck", "reason": "原因" }),
        json!({ "check_ins": [suspected["id"]], "verdict": "struck", "reason": " " }),
    ] {
        server.service.post(&verdicts, server.admin(), wrong).await.is(400, "bad_request");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_known_from_the_next_day_on() {
    let server = TestServer::open().await;
    let course = server.course();
    server.sql(&format!("update periods set last_day = '2025-12-31' where project_id = (select project_id from courses where id = {course})")).await;
    let (screen, _) = server.screen(course).await;
    server
        .check_in_from(0, "lent-phone-01", json!({ "code": server.code(screen) }))
        .await
        .is(201, "recorded");
    server.advance(24 * 3600);
    let known = async || {
        let known: i64 = sqlx::query_scalar("select count(*) from known_devices")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
        known == 1
    };
    eventually(known).await;
    let (screen, _) = server.screen(course).await;
    server
        .check_in_from(1, "lent-phone-01", json!({ "code": server.code(screen) }))
        .await
        .is(201, "recorded");
    let records = format!("/api/v1/courses/{course}/attendance-records?order=suspicion&day=2025-11-30");
    let found = async || {
        let records = server.service.get(&records, server.admin()).await.body;
        records["items"][0]["suspicion"]["reasons"][0]["rule"] == json!("device_of_others")
    };
    eventually(found).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faces_that_failed_before_one_passed_are_evidence() {
    let server = TestServer::open().await;
    let (person, course) = (server.demo.people[0].id, server.course());
    server
        .sql(&format!(
            "insert into face_checks (id, person_id, course_id, day, provider, reference, openid, state, asked_at, expires_at, decided_at)
             select gen_random_uuid(), {person}, {course}, '2025-11-29', 'wechat', 'r', 'o', state, now(), now() + interval '1 minute', now()
             from unnest(array['failed', 'failed', 'passed']) state"
        ))
        .await;
    let code = server.fresh_code(course).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let found = async || {
        let reason = by_suspicion(&server).await["items"][0]["suspicion"]["reasons"][0].clone();
        reason["rule"] == json!("face_failed") && reason["sentence"].as_str().unwrap().contains("失败 2 次")
    };
    eventually(found).await;
    server.close().await;
}
