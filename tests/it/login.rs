//! Logging in on a phone, with a provider of SMS codes that this test simulates.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};
use zaichang::config::Settings;
use zaichang_integrations::sms;

use crate::sms_codes::ask;
use crate::test_server::{MORNING, Stores, TestServer, answer, client, eventually};
use zaichang_core::clock::Clock;

/// The demo's first person, who is approved, and the third, who is not.
pub const APPROVED: &str = "19900000000";
pub const PENDING: &str = "19900000002";
pub const UNKNOWN: &str = "13912345678";

pub struct Provider(MockServer);

impl Provider {
    pub async fn start() -> Self {
        Self::that_answers(Self::taken()).await
    }

    pub fn settings(&self) -> sms::Settings {
        let settings = json!({ "provider": "tencent", "secret_id": "AKIDtest", "secret_key": "secret", "sdk_app_id": "1400000000",
            "sign_name": "在场", "template_id": "1110", "endpoint": self.0.uri() });
        serde_json::from_value(settings).unwrap()
    }

    /// The same with a template for verdicts on registrations.
    pub fn settings_with_verdicts(&self) -> sms::Settings {
        let sms::Settings::Tencent(settings) = self.settings() else { panic!("another provider") };
        sms::Settings::Tencent(sms::TencentSettings {
            registration_template: Some("2220".to_owned()),
            ..settings
        })
    }

    /// The same with a template for what others do to an admin's account.
    pub fn settings_with_notices(&self) -> sms::Settings {
        let sms::Settings::Tencent(settings) = self.settings() else { panic!("another provider") };
        sms::Settings::Tencent(sms::TencentSettings { account_template: Some("3330".to_owned()), ..settings })
    }

    /// The same with a template for what a phone that was replaced is told.
    pub fn settings_that_tell_old_phones(&self) -> sms::Settings {
        let sms::Settings::Tencent(settings) = self.settings() else { panic!("another provider") };
        sms::Settings::Tencent(sms::TencentSettings { phone_template: Some("4440".to_owned()), ..settings })
    }

    /// The same with these templates of notices, and one for phones that were replaced.
    pub fn settings_with_templates(&self, templates: &str) -> sms::Settings {
        let sms::Settings::Tencent(settings) = self.settings_that_tell_old_phones() else {
            panic!("another provider")
        };
        let notice_templates = sms::NoticeTemplates::parse(templates).unwrap();
        sms::Settings::Tencent(sms::TencentSettings { notice_templates, ..settings })
    }

    /// One that answers this, whatever it is asked.
    pub async fn that_answers(answer: ResponseTemplate) -> Self {
        let mock = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&mock).await;
        Self(mock)
    }

    /// From now on it answers this.
    pub async fn answers(&self, answer: ResponseTemplate) {
        self.0.reset().await;
        Mock::given(any()).respond_with(answer).mount(&self.0).await;
    }

    /// What it answers where it takes a message.
    pub fn taken() -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(json!({ "Response": { "RequestId": "test", "SendStatusSet": [{
            "Code": "Ok", "Message": "send success", "SerialNo": "1", "PhoneNumber": "+8619900000000", "Fee": 1,
            "SessionContext": "", "IsoCode": "CN" }] } }))
    }

    pub fn address(&self) -> String {
        self.0.uri()
    }

    /// The codes that were sent, in order.
    async fn codes(&self) -> Vec<String> {
        let code = |body: &Value| body["TemplateParamSet"][0].as_str().unwrap().to_owned();
        self.bodies().await.iter().map(code).collect()
    }

    /// Everything that was sent, in order.
    pub async fn bodies(&self) -> Vec<Value> {
        let requests = self.0.received_requests().await.unwrap();
        requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
    }

    /// So many messages, and no more.
    pub async fn has_sent(&self, count: usize) {
        eventually(async || self.bodies().await.len() >= count).await;
        assert_eq!(self.bodies().await.len(), count);
    }

    pub async fn nth_code(&self, count: usize) -> String {
        eventually(async || self.codes().await.len() >= count).await;
        self.codes().await[count - 1].clone()
    }
}

pub async fn server(provider: &Provider) -> TestServer {
    server_with(provider, |_| {}).await
}

/// With its demo people's numbers, behind a proxy that forwards addresses.
pub async fn server_with(provider: &Provider, change: impl FnOnce(&mut Settings)) -> TestServer {
    server_on(Stores::open().await, provider, change).await
}

/// The same with a Postgres that may be stopped.
pub async fn server_alone(provider: &Provider) -> TestServer {
    server_on(Stores::open_alone().await, provider, |_| {}).await
}

async fn server_on(stores: Stores, provider: &Provider, change: impl FnOnce(&mut Settings)) -> TestServer {
    let settings = provider.settings();
    let server = TestServer::on(stores, Clock::set_to(MORNING.parse().unwrap()), |all| {
        all.modules.put(settings);
        "127.0.0.1".clone_into(&mut all.trusted_proxies);
        change(all);
    })
    .await;
    let sealer = zaichang_core::seal::Sealer::new(zaichang_core::keys::Keys::clone(&server.service.keys));
    zaichang::demo::welcome(&server.service.pool, &sealer, server.now()).await.unwrap();
    server
}

impl TestServer {
    async fn ask_for_code(&self, phone: &str) -> crate::test_server::Answer {
        ask(&self.service, phone, "phone-of-0000").await
    }

    async fn log_in(&self, phone: &str, code: &str) -> crate::test_server::Answer {
        let body = json!({ "phone": phone, "sms_code": code, "client": client("phone-of-0000") });
        self.service.post("/api/v1/sessions", None, body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_login_does_not_race_the_rotation() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let code = server.fresh_code(server.course()).await;
    let scan = server.scan(0, false, &code).await.is(201, "");
    let scanned_at = server.now();
    server.ask_for_code("+86 199-0000-0000").await.is(202, "");
    let sms_code = provider.nth_code(1).await;
    server.advance(120);
    let body = json!({ "phone": APPROVED, "sms_code": sms_code, "client": client("phone-of-0000"), "pass": scan.body["pass"] });
    let login = server.service.post("/api/v1/sessions", None, body).await.is(201, "");
    assert_eq!(login.body["person"]["name"], "王伟");
    let session = login.body["session"].as_str().unwrap();
    // The pass came back bound: it may wait for hours now.
    server.advance(7200);
    let body = json!({ "pass": login.body["pass"]["pass"], "client": client("phone-of-0000") });
    let recorded = server.service.post("/api/v1/check-ins", Some(session), body).await.is(201, "recorded");
    assert_eq!(recorded.body["check_in"]["at"], scanned_at.to_string());
    server.service.call(Method::DELETE, "/api/v1/sessions/current", Some(session), None).await.is(204, "");
    server.service.get("/api/v1/me", Some(session)).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_five_minutes_and_five_tries_and_works_once() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    server.ask_for_code(APPROVED).await.is(202, "");
    let code = provider.nth_code(1).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        server.log_in(APPROVED, wrong).await.is(401, "sms_code_wrong");
    }
    server.log_in(APPROVED, &code).await.is(401, "sms_code_wrong");
    server.advance(61);
    server.ask_for_code(APPROVED).await.is(202, "");
    let code = provider.nth_code(2).await;
    server.advance(301);
    server.log_in(APPROVED, &code).await.is(401, "sms_code_wrong");
    server.ask_for_code(APPROVED).await.is(202, "");
    let code = provider.nth_code(3).await;
    server.log_in(APPROVED, &code).await.is(201, "");
    server.log_in(APPROVED, &code).await.is(401, "sms_code_wrong");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_not_approved_is_told_so_only_after_proof() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    server.ask_for_code(PENDING).await.is(202, "");
    let code = provider.nth_code(1).await;
    server.log_in(PENDING, &code).await.is(403, "person_not_approved");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_logs_in_and_a_browser_gets_its_session_as_a_cookie_only() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let hash = zaichang_platform::auth::password::hash(&"岳麓山-1926".into()).unwrap();
    sqlx::query("update people set password_hash = $1 where account = 'wangwei'")
        .bind(hash)
        .execute(&server.service.pool)
        .await
        .unwrap();
    let login =
        |password: &str| json!({ "account": "wangwei", "password": password, "client": { "kind": "h5" } });
    server.service.post("/api/v1/sessions", None, login("wrong")).await.is(401, "login_failed");
    let right = server.service.post("/api/v1/sessions", None, login("岳麓山-1926")).await.is(201, "");
    assert!(right.body.get("session").is_none());
    let cookies: Vec<_> = right
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().to_owned())
        .collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("zc_session=")).unwrap();
    assert!(session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Path=/"));
    let cookie = session.split(';').next().unwrap().to_owned();
    let me = server.service.request(Method::GET, "/api/v1/me", None).header("cookie", &cookie);
    answer(me).await.is(200, "");
    // A cross-site request that carries the cookie changes nothing.
    let ride =
        server.service.request(Method::DELETE, "/api/v1/sessions/current", None).header("cookie", &cookie);
    answer(ride.header("origin", "https://evil.example")).await.is(403, "origin_refused");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_provider_slows_nobody() {
    let mock = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_delay(Duration::from_mins(1)))
        .mount(&mock)
        .await;
    let provider = Provider(mock);
    let server = server(&provider).await;
    let asked = tokio::time::timeout(Duration::from_secs(20), server.ask_for_code(APPROVED)).await;
    asked.expect("the answer does not wait for the provider").is(202, "");
    server.close().await;
}
