//! Logging in from an app whose own server vouches for the person: this test simulates that server.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use reqwest::Method;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use sqlx::Row as _;
use zaichang_attendance::phone;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};

use crate::service::Service;
use crate::test_server::{Answer, TestServer, answer, client};

const PATH: &str = "/api/v1/app-sessions";
const AUDIENCE: &str = "https://cme.example.cn";

/// The app's server, with its key.
struct Issuer(Ed25519KeyPair);

impl Issuer {
    fn of(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn entry(&self) -> String {
        format!("yijiao:{}", STANDARD.encode(self.0.public_key().as_ref()))
    }

    fn sign(&self, claims: &Value) -> String {
        let claims = claims.to_string();
        let signed = [b"zaichang/app-assertion/v1\0", claims.as_bytes()].concat();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        format!("{}.{}", encode(claims.as_bytes()), encode(self.0.sign(&signed).as_ref()))
    }
}

async fn server(issuer: &Issuer) -> TestServer {
    let keys = issuer.entry();
    TestServer::open_with(|settings| set(settings, &keys)).await
}

fn set(settings: &mut zaichang::config::Settings, keys: &str) {
    settings.modules.set::<phone::Settings>(|phone| keys.clone_into(&mut phone.app_keys));
    settings.public_url = Some(AUDIENCE.to_owned());
}

impl TestServer {
    /// What the app knows of a person: name and number, as they stand in their row.
    async fn claims(&self, person: usize, nonce: u8) -> Value {
        let row = sqlx::query("select name, key_id, id_number_sealed from people where id = $1")
            .bind(self.demo.people[person].id.0)
            .fetch_one(&self.service.pool)
            .await
            .unwrap();
        let sealer = Sealer::new(Keys::clone(&self.service.keys));
        let number = sealer.open(Kind::IdNumber, row.get("key_id"), row.get("id_number_sealed")).unwrap();
        json!({ "issuer": "yijiao", "audience": AUDIENCE, "name": row.get::<String, _>("name"), "id_number": number,
            "device_id": "phone-of-0000", "issued_at": self.now().to_string(),
            "expires_at": (self.now() + SignedDuration::from_secs(120)).to_string(),
            "nonce": URL_SAFE_NO_PAD.encode([nonce; 16]) })
    }
}

async fn present(service: &Service, assertion: &str) -> Answer {
    service.post(PATH, None, json!({ "assertion": assertion, "client": client("phone-of-0000") })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_before_the_login_is_checked_in_by_it() {
    let issuer = Issuer::of(1);
    let server = server(&issuer).await;
    let code = server.fresh_code(server.course()).await;
    let scan = server.scan(0, false, &code).await.is(201, "");
    let scanned_at = server.now();
    server.advance(60);
    let body = json!({ "assertion": issuer.sign(&server.claims(0, 1).await), "client": client("phone-of-0000"),
        "pass": scan.body["pass"] });
    let login = server.service.post(PATH, None, body).await.is(201, "");
    let session = login.body["session"].as_str().unwrap();
    assert_eq!(login.body["person"]["id"], json!(server.demo.people[0].id));
    assert!(!login.headers.contains_key("set-cookie"), "an app keeps its session by itself");
    server.advance(7200);
    let body = json!({ "pass": login.body["pass"]["pass"], "client": client("phone-of-0000") });
    let recorded = server.service.post("/api/v1/check-ins", Some(session), body).await.is(201, "recorded");
    assert_eq!(recorded.body["check_in"]["at"], scanned_at.to_string());
    server.service.get("/api/v1/me", Some(session)).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_for_seven_days_and_the_app_s_server_vouches_again() {
    let issuer = Issuer::of(1);
    let server = server(&issuer).await;
    let first = present(&server.service, &issuer.sign(&server.claims(0, 1).await)).await.is(201, "");
    let end = server.now() + SignedDuration::from_hours(7 * 24);
    assert_eq!(first.body["expires_at"], end.to_string());
    let first = first.body["session"].as_str().unwrap();
    server.advance(7 * 24 * 3600 - 1);
    server.service.get("/api/v1/me", Some(first)).await.is(200, "");
    server.advance(1);
    server.service.get("/api/v1/me", Some(first)).await.is(401, "login_required");
    let again = present(&server.service, &issuer.sign(&server.claims(0, 2).await)).await.is(201, "");
    server.service.get("/api/v1/me", again.body["session"].as_str()).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_assertion_is_one_login_on_two_nodes_at_once_and_after_a_restart() {
    let issuer = Issuer::of(1);
    let mut server = server(&issuer).await;
    let keys = issuer.entry();
    let second = server.second(|settings| set(settings, &keys)).await;
    for nonce in 0..8 {
        let assertion = issuer.sign(&server.claims(0, nonce).await);
        let nodes = [&server.service, &second];
        let at_once = (0..12).map(|turn| present(nodes[turn % 2], &assertion));
        let words: Vec<_> = futures_util::future::join_all(at_once).await;
        let opened = words.iter().filter(|answer| answer.status == 201).count();
        let used = words.iter().filter(|answer| answer.word() == "assertion_used").count();
        assert_eq!((opened, used), (1, 11), "{words:?}");
    }
    second.stop().await;
    let assertion = issuer.sign(&server.claims(0, 100).await);
    present(&server.service, &assertion).await.is(201, "");
    server.service.stop().await;
    let mut settings = server.stores.settings();
    set(&mut settings, &keys);
    server.service = Service::start(settings, server.clock.clone()).await;
    present(&server.service, &assertion).await.is(409, "assertion_used");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_take_part_is_told_so_as_at_any_login() {
    let issuer = Issuer::of(1);
    let server = server(&issuer).await;
    let person = server.demo.people[0].id;
    let claims = server.claims(0, 1).await;
    for (column, value, word) in [
        ("registration", "pending", "person_not_approved"),
        ("registration", "rejected", "person_not_approved"),
        ("state", "cancelled", "person_inactive"),
    ] {
        server
            .sql(&format!(
                "update people set registration = 'approved', state = 'normal' where id = {person}"
            ))
            .await;
        server.sql(&format!("update people set {column} = '{value}' where id = {person}")).await;
        present(&server.service, &issuer.sign(&claims)).await.is(403, word);
    }
    server
        .sql(&format!("update people set registration = 'approved', state = 'normal' where id = {person}"))
        .await;
    for (claim, value) in [("name", "王五五"), ("id_number", "11010519491231002X")] {
        let mut other = claims.clone();
        other[claim] = json!(value);
        present(&server.service, &issuer.sign(&other)).await.is(403, "person_unknown");
    }
    // No login happened, so nothing was spent.
    present(&server.service, &issuer.sign(&claims)).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_refused_by_what_is_wrong_with_it() {
    let issuer = Issuer::of(1);
    let server = server(&issuer).await;
    let claims = server.claims(0, 1).await;
    let assertion = issuer.sign(&claims);
    let stranger = Issuer::of(2).sign(&claims);
    let refused = present(&server.service, &stranger).await.is(403, "assertion_invalid");
    assert!(!refused.body.to_string().contains(claims["id_number"].as_str().unwrap()), "{}", refused.body);
    let of_other_device = json!({ "assertion": assertion, "client": client("phone-of-0001") });
    server.service.post(PATH, None, of_other_device).await.is(403, "assertion_invalid");
    for (kind, status) in [("h5", 400), ("wechat", 400)] {
        let body =
            json!({ "assertion": assertion, "client": { "kind": kind, "device_id": "phone-of-0000" } });
        server.service.post(PATH, None, body).await.is(status, "bad_request");
    }
    server.service.post(PATH, None, json!({ "assertion": assertion })).await.is(400, "bad_request");
    let long = present(&server.service, &"a".repeat(4097)).await.is(400, "bad_request");
    assert_eq!(long.body["field"], "assertion");
    present(&server.service, &"a".repeat(4096)).await.is(403, "assertion_invalid");
    let ride = server.service.request(Method::POST, PATH, None).header("origin", "https://evil.example");
    let body = json!({ "assertion": assertion, "client": client("phone-of-0000") }).to_string();
    answer(ride.header("content-type", "application/json").body(body)).await.is(403, "origin_refused");
    server.advance(131);
    present(&server.service, &assertion).await.is(410, "assertion_expired");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_is_told_to_wait_and_the_hall_behind_the_same_address_is_not() {
    let issuer = Issuer::of(1);
    let server = server(&issuer).await;
    let claims = server.claims(0, 1).await;
    let forged = Issuer::of(2).sign(&claims);
    let limited = loop {
        let attack =
            futures_util::future::join_all((0..100).map(|_| present(&server.service, &forged))).await;
        assert!(
            attack.iter().all(|answer| ["assertion_invalid", "too_many_requests"].contains(&answer.word()))
        );
        if let Some(limited) = attack.into_iter().find(|answer| answer.word() == "too_many_requests") {
            break limited;
        }
    };
    assert!(limited.body["retry_after_ms"].is_u64());
    present(&server.service, &issuer.sign(&claims)).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_an_assertion_names_nobody_and_is_swept() {
    let issuer = Issuer::of(1);
    let server = server(&issuer).await;
    present(&server.service, &issuer.sign(&server.claims(0, 1).await)).await.is(201, "");
    let columns: Vec<String> = sqlx::query_scalar(
        "select column_name::text from information_schema.columns where table_name = 'app_assertions' order by 1",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(columns, ["expires_at", "issuer", "nonce", "used_at"]);
    let kept = async || {
        let rows = sqlx::query_scalar::<_, i64>("select count(*) from app_assertions")
            .fetch_one(&server.service.pool);
        rows.await.unwrap()
    };
    zaichang_attendance::phone::sweep(&server.service.pool, server.now()).await.unwrap();
    assert_eq!(kept().await, 1, "it has not expired yet");
    zaichang_attendance::phone::sweep(&server.service.pool, server.now() + SignedDuration::from_secs(121))
        .await
        .unwrap();
    assert_eq!(kept().await, 0);
    server.close().await;
}
