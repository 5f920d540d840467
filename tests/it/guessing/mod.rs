//! Guessing at logins: nothing is judged beyond a budget, a person who has scanned or is known is not affected by others, and
//! where everything is spent, work is judged. What a hall spends is nothing of an admin's.

mod admins;
mod by_scans;
mod by_work;

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_attendance::checkin::Device;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::ClientKind;

use crate::test_server::{Answer, TestServer, answer, client};

/// The hall's address, from which an attacker guesses.
const HALL: &str = "203.0.113.1";
const ELSEWHERE: &str = "198.51.100.1";
/// The demo's first person.
const PHONE: &str = "19900000000";
/// More would wait for connections to Postgres.
const AT_ONCE: usize = 16;
const CODE: &str = "042917";
const LOGINS: &str = "/api/v1/sessions";
const ADMIN_LOGINS: &str = "/api/v1/admin-sessions";

/// A server behind a proxy that says where a request comes from.
async fn server() -> TestServer {
    let server = TestServer::open_with(|all| all.trusted_proxies = "127.0.0.1".into()).await;
    let sealer = Sealer::new(zaichang_core::keys::Keys::clone(&server.service.keys));
    zaichang::demo::welcome(&server.service.pool, &sealer, server.now()).await.unwrap();
    server
}

async fn post(server: &TestServer, from: &str, path: &str, body: Value) -> Answer {
    let request = server.service.request(Method::POST, path, None).header("x-forwarded-for", from);
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

/// Gives all people an account and this password.
async fn with_passwords(server: &TestServer, password: &str) {
    let hash = zaichang_platform::auth::password::hash(&password.into()).unwrap();
    for statement in [
        "update people set account = 'person-' || id, password_hash = $1",
        "update accounts set password_hash = $1",
    ] {
        sqlx::query(statement).bind(&hash).execute(&server.service.pool).await.unwrap();
    }
}

/// An SMS code that this device has asked for.
async fn sms_code(server: &TestServer, device: Device) {
    sms_code_of(server, PHONE, device).await;
}

async fn sms_code_of(server: &TestServer, phone: &str, device: Device) {
    let sealer = Sealer::new(zaichang_core::keys::Keys::clone(&server.service.keys));
    let index = sealer.index(Kind::Phone, phone);
    let message = [index.as_slice(), &device.0, CODE.as_bytes()].concat();
    let mac: [u8; 32] = zaichang_core::keys::sign(&server.service.keys, b"zaichang/sms-code/v2", &message);
    let kept = "insert into device_sms_codes (phone_index, device_hash, code_mac, sent_at, expires_at)
        values ($1, $2, $3, now(), '2100-01-01')";
    sqlx::query(kept)
        .bind(index)
        .bind(device.0)
        .bind(mac.as_slice())
        .execute(&server.service.pool)
        .await
        .unwrap();
}

/// Guesses at so many phones, a few at once. How often it was judged.
async fn attack(server: &TestServer, phones: u32, times: u32) -> usize {
    let guesses = (0..phones * times).map(|guess| {
        let (phone, code) = (guess % phones, guess / phones);
        let body = json!({ "phone": format!("139{phone:08}"), "sms_code": format!("{code:06}"),
            "client": client(&format!("guesser-{phone:04}")) });
        post(server, HALL, LOGINS, body)
    });
    let answers: Vec<_> = stream::iter(guesses).buffer_unordered(AT_ONCE).collect().await;
    let mut words = answers.iter().map(Answer::word);
    assert!(words.all(|word| ["sms_code_wrong", "too_many_requests"].contains(&word)));
    answers.iter().filter(|answer| answer.word() == "sms_code_wrong").count()
}

/// Until the hall's address has no guesses left.
async fn exhaust(server: &TestServer) {
    while attack(server, 100, 1).await > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_exhausted_address_nothing_is_judged_and_no_code_is_used_up() {
    let server = server().await;
    let device = "phone-of-0000";
    sms_code(&server, Device::of(ClientKind::App, device)).await;
    assert_eq!(attack(&server, 400, 5).await, 300);
    let right = json!({ "phone": PHONE, "sms_code": CODE, "client": client(device) });
    for _ in 0..10 {
        let limited = post(&server, HALL, LOGINS, right.clone()).await.is(429, "too_many_requests");
        assert!(limited.headers.contains_key("retry-after") && limited.body["retry_after_ms"].is_u64());
    }
    // The same for a password that is right; an admin's is none of a hall's.
    with_passwords(&server, "right horse").await;
    let person = server.demo.people[0].id;
    let password =
        json!({ "account": format!("person-{person}"), "password": "right horse", "client": client(device) });
    post(&server, HALL, LOGINS, password).await.is(429, "too_many_requests");
    let admin = json!({ "account": "yuelu-jjb", "password": "right horse" });
    post(&server, HALL, ADMIN_LOGINS, admin).await.is(201, "");
    post(&server, ELSEWHERE, LOGINS, right).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_known_to_its_owner_however_they_log_in_next_time() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    let account: String =
        sqlx::query_scalar("select account from people where name = '王伟' order by id desc")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    let device = "0123456789abcdef0123456789abcdef";
    let by_password = json!({ "account": account, "password": "right horse", "client": { "kind": "h5" } });
    let by_sms_code = json!({ "phone": PHONE, "sms_code": CODE, "client": { "kind": "h5" } });
    let from_hall = async |known: Option<&str>, body: &Value| {
        let known = known.map_or(String::new(), |known| format!("; zc_known={known}"));
        let request = server.service.request(Method::POST, LOGINS, None).header("x-forwarded-for", HALL);
        let request = request.header("cookie", format!("zc_device={device}{known}"));
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    };
    let first = from_hall(None, &by_password).await.is(201, "");
    assert_eq!(first.body["person"]["name"], "王伟");
    let known = first.cookie("zc_known").unwrap();
    exhaust(&server).await;
    sms_code(&server, Device::of(ClientKind::H5, device)).await;
    for body in [by_password, by_sms_code] {
        from_hall(None, &body).await.is(429, "too_many_requests");
        from_hall(Some(&known), &body).await.is(201, "");
    }
    // No other device knows it.
    let another = json!({ "account": format!("person-{}", server.demo.people[1].id), "password": "right horse",
        "client": { "kind": "h5" } });
    from_hall(Some(&known), &another).await.is(429, "too_many_requests");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_refused_at_the_edge_by_its_field() {
    let server = server().await;
    let long = "x".repeat(15_000);
    for (path, body, field) in [
        (ADMIN_LOGINS, json!({ "account": long, "password": "x" }), "account"),
        (ADMIN_LOGINS, json!({ "account": "x", "password": long }), "password"),
        (LOGINS, json!({ "account": long, "password": "x", "client": client("phone-of-0000") }), "account"),
        (LOGINS, json!({ "account": "x", "password": long, "client": client("phone-of-0000") }), "password"),
        (LOGINS, json!({ "phone": long, "sms_code": "x", "client": client("phone-of-0000") }), "phone"),
        (LOGINS, json!({ "phone": PHONE, "sms_code": long, "client": client("phone-of-0000") }), "sms_code"),
        (
            LOGINS,
            json!({ "account": "x", "password": "x", "pass": long, "client": client("phone-of-0000") }),
            "pass",
        ),
    ] {
        let refused = post(&server, HALL, path, body).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], field, "{path}");
    }
    server.close().await;
}
