//! Bad input gets a clear 4xx with the field named, never a 500, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::test_server::{TestServer, answer, client};

#[tokio::test(flavor = "multi_thread")]
async fn every_malformed_body_names_its_field() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    let phone = client("phone-of-0000");
    let courses = format!("/api/v1/courses/{}", server.course());
    let assisted = format!("{courses}/assisted-check-ins");
    let candidates = format!("{courses}/candidates/searches");
    let screens = format!("{courses}/screens");
    let notices = "/api/v1/me/notices/reading".to_owned();
    let exports = format!("{courses}/exports");
    let long = "长".repeat(201);
    let table: Vec<(Method, &str, String, &str)> = vec![
        (Method::POST, "/api/v1/check-ins", "{".into(), "body"),
        (Method::POST, "/api/v1/check-ins", "[]".into(), "body"),
        (Method::POST, "/api/v1/check-ins", "null".into(), "body"),
        (Method::POST, "/api/v1/check-ins", "\u{0}".into(), "body"),
        (Method::POST, "/api/v1/check-ins", json!({ "client": phone }).to_string(), "pass"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "pass": "x", "client": phone }).to_string(), "pass"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": 7, "client": phone }).to_string(), "code"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code }).to_string(), "client"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": "app" }).to_string(), "client"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": { "kind": "console" } }).to_string(), "client.kind"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": { "kind": "app" } }).to_string(), "client.device_id"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": client("short") }).to_string(), "client.device_id"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": client(&"x".repeat(65)) }).to_string(), "client.device_id"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": client("设备设备设备设备") }).to_string(), "client.device_id"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": client("nul\u{0}nul\u{0}nul") }).to_string(), "client.device_id"),
        (Method::POST, "/api/v1/check-ins", json!({ "code": code, "client": phone, "person_id": 2 }).to_string(), "body"),
        (Method::POST, "/api/v1/scans", json!({ "code": code, "client": { "kind": "app", "device_id": "phone-of-0000", "scene": 70_000 } }).to_string(), "client.scene"),
        (Method::POST, "/api/v1/scans", json!({ "code": code, "client": phone, "at": "2025-11-29" }).to_string(), "body"),
        (Method::POST, "/api/v1/sms-codes", json!({ "phone": "12345", "client": phone }).to_string(), "phone"),
        (Method::POST, "/api/v1/sms-codes", json!({ "phone": "13800001234" }).to_string(), "client"),
        (Method::POST, "/api/v1/sms-codes", json!({ "phone": "13800001234", "client": { "kind": "app" } }).to_string(), "client.device_id"),
        (Method::POST, "/api/v1/sms-codes", json!({ "phone": "1380000123😀", "client": phone }).to_string(), "phone"),
        (Method::POST, "/api/v1/sms-codes", json!({ "phone": 13_800_001_234_i64, "client": phone }).to_string(), "phone"),
        (Method::POST, "/api/v1/sessions", json!({ "phone": "13800001234", "client": { "kind": "h5" } }).to_string(), "sms_code"),
        (Method::POST, "/api/v1/sessions", json!({ "account": "wangwei", "client": { "kind": "h5" } }).to_string(), "password"),
        (Method::POST, "/api/v1/sessions", json!({ "client": { "kind": "h5" } }).to_string(), "phone"),
        (Method::POST, "/api/v1/wechat/sessions", json!({ "client": phone }).to_string(), "client.kind"),
        (Method::POST, "/api/v1/wechat/sessions", json!({ "js_code": 7, "client": phone }).to_string(), "js_code"),
        (Method::POST, "/api/v1/wechat/bindings", json!({ "bind_ticket": "x", "name": "王", "id_number": "7", "client": phone }).to_string(), "id_number"),
        (Method::POST, "/api/v1/wechat/bindings", json!({ "bind_ticket": "x", "name": "王\u{0}", "id_number": "11010519491231002X", "client": phone }).to_string(), "name"),
        (Method::POST, "/api/v1/wechat/bindings", json!({ "name": "王", "id_number": "11010519491231002X", "client": phone }).to_string(), "bind_ticket"),
        (Method::POST, "/api/v1/me/wechat/subscriptions", json!({ "template": "award", "result": "yes" }).to_string(), "result"),
        (Method::POST, "/api/v1/face-checks", json!({ "pass": "x" }).to_string(), "client"),
        (Method::POST, "/api/v1/sessions", json!({ "account": "a\u{0}b", "password": "x", "client": phone }).to_string(), "account"),
        (Method::POST, "/api/v1/admin-sessions", json!({ "account": "x" }).to_string(), "password"),
        (Method::POST, "/api/v1/admin-sessions", json!({ "account": "a\u{0}b", "password": "x" }).to_string(), "account"),
        (Method::POST, &exports, json!({ "format": "csv", "q": "王\u{0}" }).to_string(), "q"),
        (Method::PATCH, &courses, json!({ "cap": 0 }).to_string(), "cap"),
        (Method::PATCH, &courses, json!({ "cap": 99_999_999_999_i64 }).to_string(), "cap"),
        (Method::PATCH, &courses, json!({ "cap": 1.5 }).to_string(), "cap"),
        (Method::PATCH, &courses, json!({ "opens": "25:00" }).to_string(), "opens"),
        (Method::PATCH, &courses, json!({ "profile": "lax" }).to_string(), "profile"),
        (Method::PATCH, &courses, json!({ "title": "x" }).to_string(), "body"),
        (Method::POST, &notices, "{}".to_owned(), "ids"),
        (Method::POST, &notices, json!({ "ids": [1], "through": 1 }).to_string(), "ids"),
        (Method::POST, &notices, json!({ "ids": vec![1; 201] }).to_string(), "ids"),
        (Method::POST, &notices, json!({ "ids": ["1"] }).to_string(), "ids[0]"),
        (Method::POST, "/api/v1/me/announcements/reading", "{}".to_owned(), "ids"),
        (Method::POST, "/api/v1/me/announcements/reading", json!({ "ids": vec![1; 201] }).to_string(), "ids"),
        (Method::POST, &screens, json!({ "place": "" }).to_string(), "place"),
        (Method::POST, &screens, json!({ "place": "厅\u{0}" }).to_string(), "place"),
        (Method::POST, &screens, json!({ "place": long }).to_string(), "place"),
        (Method::POST, &candidates, json!({ "text": " x " }).to_string(), "text"),
        (Method::POST, &candidates, json!({ "text": "王\u{0}伟" }).to_string(), "text"),
        (Method::POST, &candidates, json!({ "text": long }).to_string(), "text"),
        (Method::POST, &assisted, json!({ "person_id": 1, "reason": "" }).to_string(), "reason"),
        (Method::POST, &assisted, json!({ "person_id": 1, "reason": long }).to_string(), "reason"),
        (Method::POST, &assisted, json!({ "person_id": 9_007_199_254_740_993_i64, "reason": "手机没电" }).to_string(), "person_id"),
        (Method::POST, &assisted, json!({ "person_id": "1", "reason": "手机没电" }).to_string(), "person_id"),
        (Method::POST, &assisted, r#"{"person_id":99999999999999999999,"reason":"手机没电"}"#.to_owned(), "person_id"),
    ];
    for (method, path, body, field) in table {
        let is_admins = path.starts_with("/api/v1/courses");
        let session = if is_admins { server.admin() } else { server.session(0) };
        let request = server.service.request(method.clone(), path, session);
        let request = if method == Method::PATCH { request.header("if-match", "*") } else { request };
        let refused = answer(request.header("content-type", "application/json").body(body.clone())).await;
        assert_eq!(
            (refused.status.as_u16(), refused.word()),
            (400, "bad_request"),
            "{path} {body}: {}",
            refused.body
        );
        assert_eq!(refused.body["field"], field, "{path} {body}: {}", refused.body);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
        // What people read is theirs; what a developer needs stands beside it, and holds nothing that was sent.
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(!detail.contains(|letter: char| letter.is_ascii()), "{detail}");
        let explanation = refused.body["explanation"].as_str().unwrap();
        assert!(explanation.is_ascii() && !explanation.contains("1101051949"), "{explanation}");
    }
    let english = server.service.request(Method::PATCH, &courses, server.admin()).header("if-match", "*");
    let english = english.header("accept-language", "en").header("content-type", "application/json");
    let refused = answer(english.body(json!({ "cap": 0 }).to_string())).await;
    assert_eq!(refused.body["detail"], "Please check the attendance cap.");
    assert_eq!(refused.body["explanation"], "it is 1 to 100000, or null");
    let none = server.service.get("/api/v1/nowhere", None).await.is(404, "not_found");
    assert!(none.body.get("explanation").is_none() && none.body.get("field").is_none(), "{}", none.body);
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_odd_address_gets_a_clear_answer() {
    let server = TestServer::open().await;
    let courses = format!("/api/v1/courses/{}", server.course());
    let records = format!("{courses}/attendance-records");
    let table: Vec<(String, u16, &str)> = vec![
        ("/nowhere".into(), 404, "not_found"),
        ("/api/v1/nowhere".into(), 404, "not_found"),
        ("/api/v1/courses/0".into(), 404, "not_found"),
        ("/api/v1/courses/-1".into(), 404, "not_found"),
        ("/api/v1/courses/99999999999999999999".into(), 404, "not_found"),
        ("/api/v1/courses/one".into(), 404, "not_found"),
        ("/api/v1/courses/%00".into(), 404, "not_found"),
        ("/api/v1/courses?on=2025-02-30".into(), 400, "bad_request"),
        ("/api/v1/courses?on=yesterday".into(), 400, "bad_request"),
        ("/api/v1/courses?off=1".into(), 400, "bad_request"),
        (format!("{records}?day=2025-13-01"), 400, "bad_request"),
        (format!("{records}?limit=0"), 400, "bad_request"),
        (format!("{records}?limit=100000"), 400, "bad_request"),
        (format!("{records}?after=nonsense"), 400, "bad_request"),
        (format!("{records}?source=magic"), 400, "bad_request"),
        (format!("{records}?screen=-1"), 400, "bad_request"),
        (format!("{records}?q=a%00b"), 400, "bad_request"),
        (format!("{records}?q=%F0%A0%AE%B7"), 200, ""),
        (format!("{records}?q=%25_%5C%27--"), 200, ""),
        ("/api/v1/screens/4294967296/code.svg".into(), 404, "not_found"),
        ("/assets/../Cargo.toml".into(), 404, "not_found"),
        ("/assets/h5/..%2f..%2fCargo.toml".into(), 404, "not_found"),
    ];
    for (path, status, word) in table {
        let answered = server.service.get(&path, server.admin()).await;
        assert_eq!((answered.status.as_u16(), answered.word()), (status, word), "{path}: {}", answered.body);
    }
    for cursor in ["", "x", "W10", "WyJ4Iiwid3JvbmciXQ"] {
        server
            .service
            .get(&format!("/api/v1/me/check-ins?after={cursor}"), server.session(0))
            .await
            .is(400, "bad_request");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_framework_s_own_refusals_speak_problem_json_too() {
    let server = TestServer::open().await;
    let service = &server.service;
    let is_problem = |answered: &crate::test_server::Answer| {
        assert_eq!(answered.headers["content-type"], "application/problem+json");
        assert!(
            answered.body["request_id"].is_string() && answered.body["title"].is_string(),
            "{}",
            answered.body
        );
    };
    let wrong_method =
        service.call(Method::PUT, "/api/v1/scans", None, None).await.is(405, "method_not_allowed");
    is_problem(&wrong_method);
    assert!(wrong_method.headers.contains_key("allow"));
    let huge = json!({ "code": "A".repeat(20_000), "client": client("phone-of-0000") });
    is_problem(&service.post("/api/v1/scans", None, huge).await.is(413, "body_too_large"));
    let plain =
        service.request(Method::POST, "/api/v1/scans", None).header("content-type", "text/plain").body("{}");
    is_problem(&answer(plain).await.is(415, "unsupported_media_type"));
    is_problem(
        &answer(service.request(Method::POST, "/api/v1/scans", None)).await.is(415, "unsupported_media_type"),
    );
    is_problem(&service.get("/nowhere", None).await.is(404, "not_found"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_names_its_host_exactly_once() {
    let server = TestServer::open().await;
    let address = server.service.base.strip_prefix("http://").unwrap();
    let table = [
        ("GET /healthz HTTP/1.1\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n", "200"),
        // Before HTTP/1.1 there was no Host.
        ("GET /healthz HTTP/1.0\r\n", "200"),
    ];
    for (head, status) in table {
        let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
        line.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut said = String::new();
        line.read_to_string(&mut said).await.unwrap();
        assert_eq!(said.split(' ').nth(1), Some(status), "{head}: {said}");
        assert!(status == "200" || said.contains("\"field\":\"host\""), "{said}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn english_is_spoken_to_those_who_ask() {
    let server = TestServer::open().await;
    let ask = |language: &str| {
        server.service.request(Method::GET, "/nowhere", None).header("accept-language", language)
    };
    let (chinese, english) = (answer(ask("zh-CN")).await, answer(ask("en")).await);
    assert_eq!(
        (&chinese.body["title"], &english.body["title"]),
        (&json!("未找到相关内容"), &json!("Not found"))
    );
    assert_eq!(chinese.headers["content-language"], "zh-CN");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rare_names_and_emoji_pass_through_unharmed() {
    let server = TestServer::open().await;
    for place in ["𠮷野家二楼", "厅😀", "O'Brien \"; drop table screens; --"] {
        let path = format!("/api/v1/courses/{}/screens", server.course());
        server.service.post(&path, server.admin(), json!({ "place": place })).await.is(201, "");
        let listed = server.service.get(&path, server.admin()).await;
        let places: Vec<&Value> =
            listed.body["items"].as_array().unwrap().iter().map(|item| &item["place"]).collect();
        assert!(places.contains(&&json!(place)), "{places:?}");
    }
    server.close().await;
}
