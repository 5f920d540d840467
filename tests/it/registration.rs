//! Registering on a phone: the session that a proved phone opens, the form, the unit's review, and the scan that waits for it.

mod beside;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgPool;
use zaichang_attendance::checkin;
use zaichang_core::Phone;
use zaichang_core::ids::RegistrationId;
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_registry::registration::{self, Opened, Session};

use crate::login::{Provider, server, server_with};
use crate::test_server::{Answer, TestServer, client, eventually};

const NEWCOMER: &str = "13700000001";
const PATH: &str = "/api/v1/registration";

/// An ID number that nobody has, by its place.
fn id_number(place: u32) -> String {
    let digits = format!("430102187001{:02}{:03}", place % 28 + 1, place);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

fn sealer(server: &TestServer) -> Sealer {
    Sealer::new(Keys::clone(&server.service.keys))
}

/// Opens the registration of this phone, as a login does that proves it.
async fn open(pool: &PgPool, sealer: &Sealer, phone: &Phone, now: Timestamp) -> Opened {
    let mut login = pool.begin().await.unwrap();
    let opened = registration::open(&mut login, sealer, phone, now).await.unwrap();
    login.commit().await.unwrap();
    opened
}

/// The session of this phone's holder, as a login would open it.
pub async fn session_of(server: &TestServer, phone: &str) -> (RegistrationId, String) {
    let phone = Phone::parse(phone).unwrap();
    let opened = open(&server.service.pool, &sealer(server), &phone, server.now()).await;
    let Opened::Registration { registration, .. } = opened else { panic!("a person's: {opened:?}") };
    let session = Session::begin(registration, server.now());
    (registration, session.sign(&server.service.keys))
}

/// Everything that the form asks for.
async fn entry(server: &TestServer, number: u32) -> Value {
    json!({ "consent": "2026-11-29", "name": "周小燕", "document": "id_card", "number": id_number(number),
        "unit_id": unit(server).await, "title_series": "nurse", "title_level": "intermediate", "specialty": "护理学",
        "takes_part": true })
}

/// The demo's hospital, whose admin the tests log in.
async fn unit(server: &TestServer) -> i64 {
    let unit = "select unit_id from people where account = 'wangwei'";
    let found: Option<i64> = sqlx::query_scalar(unit).fetch_optional(&server.service.pool).await.unwrap();
    match found {
        Some(unit) => unit,
        None => sqlx::query_scalar("select id from units where kind = 'unit' order by id limit 1")
            .fetch_one(&server.service.pool)
            .await
            .unwrap(),
    }
}

/// A registration that waits for its unit.
pub async fn submitted(server: &TestServer, place: u32) -> (i64, String) {
    let (id, session) = session_of(server, &format!("137{place:08}")).await;
    server.service.patch(PATH, Some(&session), entry(server, place).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    (id.0, session)
}

impl TestServer {
    /// A step of the applicant, by the version that stands.
    async fn step(&self, method: Method, path: &str, session: &str) -> Answer {
        let version = self.service.get(PATH, Some(session)).await.is(200, "").version();
        let request = self.service.request(method, &format!("{PATH}{path}"), Some(session));
        crate::test_server::answer(request.header("if-match", version)).await
    }

    /// The unit's verdict on one registration.
    async fn judge(&self, id: i64, verdict: &Value) -> Answer {
        let path = format!("/api/v1/registrations/{id}");
        let version = self.service.get(&path, self.admin()).await.is(200, "").version();
        let request = self.service.request(Method::POST, &format!("{path}/verdicts"), self.admin());
        let request = request.header("if-match", version).header("content-type", "application/json");
        crate::test_server::answer(request.body(verdict.to_string())).await
    }

    async fn anonymous_pass(&self, device: &str) -> Value {
        let scan = json!({ "code": self.fresh_code(self.course()).await, "client": client(device) });
        self.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone()
    }

    /// Proves a phone by the next message that the provider gets, and hands this pass in.
    async fn prove(
        &self,
        provider: &Provider,
        nth: usize,
        phone: &str,
        device: &str,
        pass: &Value,
    ) -> Answer {
        let asked = json!({ "phone": phone, "client": client(device), "pass": pass });
        if pass.is_string() && !pass.as_str().unwrap().contains('.') {
            self.service.post("/api/v1/sms-codes", None, asked).await.is(202, "");
        } else {
            crate::sms_codes::ask(&self.service, phone, device).await.is(202, "");
        }
        let code = provider.nth_code(nth).await;
        let login = json!({ "phone": phone, "sms_code": code, "client": client(device), "pass": pass });
        self.service.post("/api/v1/sessions", None, login).await
    }

    async fn kept_outcomes(&self) -> Vec<Option<String>> {
        let outcomes = sqlx::query_scalar("select outcome from kept_scans order by scanned_at");
        outcomes.fetch_all(&self.service.pool).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proved_phone_opens_its_registration_alone_and_its_scan_comes_back_as_the_phones() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    let refused = server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await;
    let refused = refused.is(403, "phone_not_registered");
    let (kept, session) = (&refused.body["pass"], refused.body["registration"]["session"].as_str().unwrap());
    assert!(kept.as_str().unwrap().contains('.') && *kept != pass, "{}", refused.body);
    assert_eq!(refused.body["registration"]["state"], "draft");
    assert_eq!(refused.body["registration"]["page"], "/registration");

    let mine = server.service.get(PATH, Some(session)).await.is(200, "");
    assert_eq!(mine.body["phone"], "137****0001");
    assert_eq!(mine.body["missing"][0], "consent");
    // It opens nothing else, and nothing else opens it.
    for path in ["/api/v1/me", "/api/v1/me/check-ins", "/api/v1/registrations", "/api/v1/projects"] {
        server.service.get(path, Some(session)).await.is(401, "login_required");
    }
    for other in [None, server.session(0), server.admin(), Some("AAAA")] {
        server.service.get(PATH, other).await.is(401, "registration_session_ended");
    }
    // The pass is no person's yet.
    let present = json!({ "pass": kept, "client": client("phone-of-a-new-one") });
    server.service.post("/api/v1/check-ins", None, present.clone()).await.is(401, "login_required");
    let theirs = server.service.post("/api/v1/check-ins", server.session(0), present).await;
    theirs.is(403, "pass_invalid");
    server.advance(3601);
    server.service.get(PATH, Some(session)).await.is(401, "registration_session_ended");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_the_session_as_a_cookie_and_no_other_site_can_use_it() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let asked = || server.service.request(Method::POST, "/api/v1/sms-codes", None);
    let body = json!({ "phone": NEWCOMER, "client": { "kind": "h5" } });
    let device =
        crate::test_server::answer(asked().header("content-type", "application/json").body(body.to_string()))
            .await
            .cookie("zc_device")
            .unwrap();
    let sent =
        crate::sms_codes::ask_by(|| asked().header("cookie", format!("zc_device={device}")), body).await;
    sent.is(202, "");
    let login =
        json!({ "phone": NEWCOMER, "sms_code": provider.nth_code(1).await, "client": { "kind": "h5" } });
    let request = server.service.request(Method::POST, "/api/v1/sessions", None);
    let request = request.header("cookie", format!("zc_device={device}"));
    let refused = crate::test_server::answer(
        request.header("content-type", "application/json").body(login.to_string()),
    )
    .await
    .is(403, "phone_not_registered");
    assert!(refused.body["registration"]["session"].is_null(), "{}", refused.body);
    let cookie = format!("zc_registration={}", refused.cookie("zc_registration").unwrap());
    let whole = refused.headers.get_all("set-cookie").iter().any(|cookie| {
        let cookie = cookie.to_str().unwrap();
        cookie.starts_with("zc_registration=") && cookie.contains("HttpOnly")
    });
    assert!(whole);
    let enter = async |origin: Option<&str>| {
        let request = server.service.request(Method::PATCH, PATH, None).header("cookie", &cookie);
        let request = request.header("if-match", "*").header("content-type", "application/json");
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        crate::test_server::answer(request.body(json!({ "name": "周小燕" }).to_string())).await
    };
    enter(Some("https://elsewhere.example")).await.is(403, "origin_refused");
    assert_eq!(enter(None).await.is(200, "").body["name"], "周小燕");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_saved_step_by_step_and_gone_on_with_on_another_device() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, NEWCOMER).await;
    let enter = async |body: Value| server.service.patch(PATH, Some(&session), body).await;
    for (body, field) in [
        (json!({ "name": "王伟1" }), "name"),
        (json!({ "document": "id_card", "number": "430102187001010011" }), "number"),
        (json!({ "document": "passport", "number": "E1" }), "number"),
        (json!({ "unit_id": 4_000_000_000_i64 }), "unit_id"),
        (json!({ "specialty": "" }), "specialty"),
        (json!({ "consent": "2020-01-01" }), "consent"),
    ] {
        let refused = enter(body).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], field, "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains('“'), "{}", refused.body);
    }
    server
        .service
        .call(Method::PATCH, PATH, Some(&session), Some(json!({ "name": "周小燕" })))
        .await
        .is(428, "version_required");
    enter(json!({ "consent": "2026-11-29" })).await.is(200, "");
    enter(json!({ "name": "周 小燕", "document": "passport", "number": "e1234 5678" })).await.is(200, "");
    let incomplete =
        server.step(Method::POST, "/submission", &session).await.is(409, "registration_incomplete");
    assert_eq!(incomplete.body["field"], "unit_id");

    // The same phone, proved on another device.
    let (_, other) = session_of(&server, NEWCOMER).await;
    let there = server.service.get(PATH, Some(&other)).await.is(200, "");
    assert_eq!((&there.body["name"], &there.body["number"]), (&json!("周小燕"), &json!("*****5678")));
    let seen = there.version();
    enter(json!({ "specialty": "护理学" })).await.is(200, "");
    let work = json!({ "title_series": "nurse", "title_level": "senior", "takes_part": false });
    let meanwhile =
        server.service.patch_seen(PATH, Some(&other), &seen, &work).await.is(412, "changed_meanwhile");
    assert_eq!(meanwhile.body["current"]["specialty"], "护理学");
    let saved = server.service.patch(PATH, Some(&other), work).await.is(200, "");
    assert_eq!((&saved.body["specialty"], &saved.body["title"]), (&json!("护理学"), &json!("主任护师")));
    enter(json!({ "unit_id": unit(&server).await })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    enter(json!({ "name": "周燕" })).await.is(409, "registration_waits");
    server.step(Method::POST, "/submission", &session).await.is(409, "registration_waits");
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    server.step(Method::DELETE, "/submission", &session).await.is(409, "registration_not_submitted");
    enter(json!({ "name": "周燕" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");

    // What is personal lies sealed, also in what is kept of the review.
    let all: String = sqlx::query_scalar(
        "select (select string_agg(registrations::text, ' ') from registrations)
             || (select string_agg(reviews::text, ' ') from reviews where noun = 'registration')
             || (select string_agg(review_steps::text, ' ') from review_steps)",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    for clear in ["周燕", "周小燕", "E12345678", NEWCOMER] {
        assert!(!all.contains(clear), "{clear}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_is_told_to_a_few_tries_a_day_and_never_whose_it_is() {
    let server = TestServer::open().await;
    let (id, _) = submitted(&server, 7).await;
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    let (_, session) = session_of(&server, NEWCOMER).await;
    let enter = async |number: &str| {
        server.service.patch(PATH, Some(&session), json!({ "document": "id_card", "number": number })).await
    };
    let taken = enter(&id_number(7)).await.is(409, "number_taken");
    for told in ["周小燕", "137", "医院"] {
        assert!(!taken.body.to_string().contains(told), "{told}: {}", taken.body);
    }
    for free in 100..109 {
        enter(&id_number(free)).await.is(200, "");
    }
    // The one that stands may be sent again.
    enter(&id_number(108)).await.is(200, "");
    enter(&id_number(7)).await.is(429, "numbers_tried");
    enter(&id_number(110)).await.is(429, "numbers_tried");
    server.advance(24 * 3600);
    let (_, session) = session_of(&server, NEWCOMER).await;
    let again = json!({ "document": "id_card", "number": id_number(7) });
    server.service.patch(PATH, Some(&session), again).await.is(409, "number_taken");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_twice_at_once_has_one_registration() {
    let server = TestServer::open().await;
    let sealer = sealer(&server);
    let phone = Phone::parse(NEWCOMER).unwrap();
    let begin = || {
        let (pool, sealer, phone, now) =
            (server.service.pool.clone(), sealer.clone(), phone.clone(), server.now());
        tokio::spawn(async move { open(&pool, &sealer, &phone, now).await })
    };
    let begun: Vec<_> = (0..8).map(|_| begin()).collect();
    let mut opened = Vec::new();
    for one in begun {
        opened.push(one.await.unwrap());
    }
    opened.dedup();
    assert_eq!(opened.len(), 1);
    // Two tabs submit the same version at once: one of them.
    let (_, session) = session_of(&server, NEWCOMER).await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    let (one, two) = tokio::join!(
        server.step(Method::POST, "/submission", &session),
        server.step(Method::POST, "/submission", &session)
    );
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert!(answers == [200, 412] || answers == [200, 409], "{answers:?}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_registers_another_s_number_keeps_its_owner_from_nothing() {
    let server = TestServer::open().await;
    let (stranger, _) = submitted(&server, 1).await;
    let (owner, session) = session_of(&server, "13700000091").await;
    let mut entered = entry(&server, 1).await;
    entered["name"] = "周燕".into();
    server.service.patch(PATH, Some(&session), entered).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let waiting =
        server.service.get("/api/v1/registrations?state=submitted", server.admin()).await.is(200, "");
    assert_eq!(waiting.body["in_all"], 2);
    assert!(waiting.body["items"].as_array().unwrap().iter().all(|one| one["same_number"] == 1));
    server.judge(owner.0, &json!({ "verdict": "approve" })).await.is(200, "");
    server.judge(stranger, &json!({ "verdict": "approve" })).await.is(409, "number_taken");
    server.judge(stranger, &json!({ "verdict": "reject", "reason": "证件与本人不符" })).await.is(200, "");
    let people: i64 = sqlx::query_scalar("select count(*) from people where name in ('周燕', '周小燕')")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(people, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_unit_approves_within_a_day_is_recorded_as_of_the_scan_with_its_evidence() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let device = "phone-of-a-new-one";
    let scanned_at = server.now();
    let pass = server.anonymous_pass(device).await;
    server.advance(100);
    let refused = server.prove(&provider, 1, NEWCOMER, device, &pass).await.is(403, "phone_not_registered");
    let kept = refused.body["pass"].clone();
    let session = refused.body["registration"]["session"].as_str().unwrap().to_owned();
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    // Proved again while it waits, hours later.
    server.advance(3 * 3600);
    let waits = server.prove(&provider, 2, NEWCOMER, device, &kept).await.is(403, "person_not_approved");
    assert_eq!(waits.body["pass"], kept);
    assert_eq!(waits.body["registration"]["state"], "submitted");

    let waiting = server.service.get("/api/v1/registrations?state=submitted", server.admin()).await;
    let id = waiting.is(200, "").body["items"][0]["id"].as_i64().unwrap();
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    eventually(async || server.kept_outcomes().await == [Some("recorded".to_owned())]).await;
    assert_eq!(evidence(&server).await, (scanned_at.as_millisecond(), true, 100_000, 100_000, true));

    // The phone has its pass still: after the login it finds the same row.
    server.advance(61);
    let logged_in = server.prove(&provider, 3, NEWCOMER, device, &kept).await.is(201, "");
    assert_eq!(logged_in.body["person"]["name"], "周小燕");
    assert_eq!(logged_in.body["person"]["title"], "主管护师");
    let theirs = logged_in.body["session"].as_str().unwrap();
    for pass in [&kept, &logged_in.body["pass"]["pass"]] {
        let body = json!({ "pass": pass, "client": client(device) });
        let recorded =
            server.service.post("/api/v1/check-ins", Some(theirs), body).await.is(200, "already_recorded");
        assert_eq!(recorded.body["check_in"]["at"], json!(scanned_at));
    }
    assert_eq!(server.rows().await, 1);
    server.close().await;
}

/// Of the one row: when it was scanned, whether it was approved afterwards, and how its pass came here.
async fn evidence(server: &TestServer) -> (i64, bool, i32, i32, bool) {
    let row = sqlx::query_as(
        "select (extract(epoch from at) * 1000)::bigint, approved_afterwards, bound_after_ms, presented_after_ms,
             bound_network = presented_network from check_ins",
    );
    row.fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_a_day_after_the_scan_records_nothing() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    server.sql("update sessions set expires_at = expires_at + interval '3 days'").await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await.is(403, "phone_not_registered");
    server.advance(24 * 3600 + 1);
    let (id, session) = session_of(&server, NEWCOMER).await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    server.judge(id.0, &json!({ "verdict": "approve" })).await.is(200, "");
    eventually(async || server.kept_outcomes().await == [Some("pass_expired".to_owned())]).await;
    assert_eq!(server.rows().await, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_forbid_it_and_then_no_scan_is_kept() {
    let provider = Provider::start().await;
    let server = server_with(&provider, |settings| {
        settings.modules.set::<checkin::Settings>(|checkin| checkin.approval_may_follow = false);
    })
    .await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    let refused = server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await;
    let refused = refused.is(403, "phone_not_registered");
    assert!(refused.body["pass"].is_null(), "{}", refused.body);
    assert!(server.kept_outcomes().await.is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_whose_node_dies_is_followed_by_its_record_on_another() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let pass = server.anonymous_pass("phone-of-a-new-one").await;
    server.prove(&provider, 1, NEWCOMER, "phone-of-a-new-one", &pass).await.is(403, "phone_not_registered");
    let (id, session) = session_of(&server, NEWCOMER).await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    // The job is there once the verdict is, whoever runs it: here nobody does before the node is gone.
    server.sql("create function hold() returns trigger language plpgsql as 'begin new.run_at := now() + interval ''1 day''; return new; end';
        create trigger hold before insert on graphile_worker._private_jobs for each row execute function hold()").await;
    server.judge(id.0, &json!({ "verdict": "approve" })).await.is(200, "");
    assert_eq!(server.kept_outcomes().await, [None]);
    let second = server.second(|_| {}).await;
    let TestServer { stores, service, .. } = server;
    service.die();
    sqlx::raw_sql("drop trigger hold on graphile_worker._private_jobs; update graphile_worker._private_jobs set run_at = now()")
        .execute(&second.pool)
        .await
        .unwrap();
    let recorded = async || {
        let rows: i64 =
            sqlx::query_scalar("select count(*) from check_ins").fetch_one(&second.pool).await.unwrap();
        rows == 1
    };
    eventually(recorded).await;
    second.stop().await;
    stores.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_returned_is_told_put_right_and_submitted_again() {
    let provider = Provider::start().await;
    let settings = provider.settings_with_verdicts();
    let server = server_with(&provider, |all| all.modules.put(settings)).await;
    let (id, session) = submitted(&server, 1).await;
    server.judge(id, &json!({ "verdict": "return" })).await.is(400, "bad_request");
    server.judge(id, &json!({ "verdict": "return", "reason": "请核对科室" })).await.is(200, "");
    provider.has_sent(1).await;
    let message = &provider.bodies().await[0];
    assert_eq!(message["TemplateId"], "2220");
    assert_eq!(message["TemplateParamSet"], json!(["已退回修改"]));
    let mine = server.service.get(PATH, Some(&session)).await.is(200, "");
    assert_eq!((&mine.body["state"], &mine.body["reason"]), (&json!("returned"), &json!("请核对科室")));
    server.judge(id, &json!({ "verdict": "approve" })).await.is(409, "registration_not_submitted");
    server.service.patch(PATH, Some(&session), json!({ "specialty": "急诊护理" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");

    // The admin puts a field right: before and after are in the log, and the number is the applicant's alone.
    let path = format!("/api/v1/registrations/{id}");
    let number = json!({ "document": "id_card", "number": id_number(9) });
    assert_eq!(
        server.service.patch(&path, server.admin(), number).await.is(400, "bad_request").body["field"],
        "document"
    );
    let right = json!({ "title_level": "junior" });
    assert_eq!(server.service.patch(&path, server.admin(), right).await.is(200, "").body["title"], "护师");
    let detail: Value =
        sqlx::query_scalar("select detail from audit_log where action = 'correct_registration'")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(
        (&detail["before"]["title_level"], &detail["after"]["title_level"]),
        (&json!("intermediate"), &json!("junior"))
    );
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    provider.has_sent(2).await;
    let steps = server.service.get(&format!("{path}/review-steps"), server.admin()).await.is(200, "");
    let words: Vec<_> =
        steps.body["items"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(words, ["approve", "submit", "return", "submit"]);
    assert!(steps.body["items"][1]["by"].is_null() && steps.body["items"][0]["by"].is_string());
    server.close().await;
}

/// Until so many jobs wait or run that tell a verdict.
async fn verdicts_to_tell(server: &TestServer, count: i64) {
    let left = "select count(*) from graphile_worker._private_jobs where key like 'told:%'";
    eventually(async || {
        sqlx::query_scalar::<_, i64>(left).fetch_one(&server.service.pool).await.unwrap() == count
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_is_told_once_however_often_its_job_runs_and_an_older_one_no_more() {
    let provider = Provider::start().await;
    let settings = provider.settings_with_verdicts();
    let server = server_with(&provider, |all| all.modules.put(settings)).await;
    let (id, session) = submitted(&server, 1).await;
    // The message about the first verdict is late: the registration is put right and approved before it is told.
    server.sql("create function hold() returns trigger language plpgsql as 'begin new.run_at := now() + interval ''1 day''; return new; end';
        create trigger hold before insert on graphile_worker._private_jobs for each row execute function hold()").await;
    server.judge(id, &json!({ "verdict": "return", "reason": "请核对科室" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    server.sql("drop trigger hold on graphile_worker._private_jobs").await;
    // The first one is run alone, then all.
    let run = "update graphile_worker._private_jobs set run_at = now() where key like 'told:%' and id = (
        select min(id) from graphile_worker._private_jobs where key like 'told:%')";
    server.sql(run).await;
    verdicts_to_tell(&server, 1).await;
    assert!(provider.bodies().await.is_empty(), "the older verdict is told no more");
    let again: Value = sqlx::query_scalar(
        "select payload::jsonb from graphile_worker._private_jobs where key like 'told:%'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    server.sql("update graphile_worker._private_jobs set run_at = now()").await;
    verdicts_to_tell(&server, 0).await;
    // A node that was taken for dead runs it once more.
    server
        .sql(&format!(
            "select enqueue_job('tell_registration_verdict', '{again}', 'told:again', 9, null, 0::smallint)"
        ))
        .await;
    verdicts_to_tell(&server, 0).await;
    provider.has_sent(1).await;
    assert_eq!(provider.bodies().await[0]["TemplateParamSet"], json!(["已通过"]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_others_use_is_left_and_its_session_opens_nothing_any_more() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, NEWCOMER).await;
    server.service.patch(PATH, Some(&session), json!({ "name": "周小燕" })).await.is(200, "");
    let leave = format!("{PATH}/session");
    let by_cookie = |origin: Option<&str>| {
        let request = server.service.request(Method::DELETE, &leave, None);
        let request = request.header("cookie", format!("zc_registration={session}"));
        origin.into_iter().fold(request, |request, origin| request.header("origin", origin))
    };
    let elsewhere = by_cookie(Some("https://elsewhere.example"));
    crate::test_server::answer(elsewhere).await.is(403, "origin_refused");
    let left = crate::test_server::answer(by_cookie(None)).await.is(204, "");
    assert_eq!(left.cookie("zc_registration").as_deref(), Some(""));
    // A copy of the cookie is worth nothing either.
    server.service.get(PATH, Some(&session)).await.is(401, "registration_session_ended");
    let units = format!("{PATH}/units?kind=division");
    server.service.get(&units, Some(&session)).await.is(401, "registration_session_ended");
    let more = json!({ "name": "周燕" });
    server.service.patch_seen(PATH, Some(&session), "*", &more).await.is(401, "registration_session_ended");
    server
        .service
        .call(Method::DELETE, &leave, Some(&session), None)
        .await
        .is(401, "registration_session_ended");
    // The phone is proved again: what was entered is there.
    server.advance(1);
    let (_, session) = session_of(&server, NEWCOMER).await;
    assert_eq!(server.service.get(PATH, Some(&session)).await.is(200, "").body["name"], "周小燕");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_judged_at_once_and_what_cannot_be_is_left_and_named() {
    let server = TestServer::open().await;
    let mut chosen = Vec::new();
    for place in 1..=4 {
        let (id, _) = submitted(&server, place).await;
        chosen.push(json!({ "id": id, "version": server.service.get(&format!("/api/v1/registrations/{id}"), server.admin()).await.version() }));
    }
    // One has the number of another, one has been withdrawn and submitted again since.
    let (same, session) = session_of(&server, "13700000091").await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let version =
        server.service.get(&format!("/api/v1/registrations/{same}"), server.admin()).await.version();
    chosen.push(json!({ "id": same, "version": version }));
    let (_, session) = session_of(&server, "13700000004").await;
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let body = json!({ "registrations": chosen, "verdict": "approve" });
    let judged =
        server.service.post("/api/v1/registrations/verdicts", server.admin(), body).await.is(200, "");
    assert_eq!(judged.body["items"].as_array().unwrap().len(), 2);
    let left: Vec<_> =
        judged.body["left"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(left, ["number_stands_twice", "changed_meanwhile", "number_stands_twice"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_that_nobody_goes_on_with_are_taken_away_and_what_waits_stays() {
    let server = TestServer::open().await;
    session_of(&server, NEWCOMER).await;
    submitted(&server, 5).await;
    server.advance(31 * 24 * 3600);
    registration::sweep(&server.service.pool, server.now()).await.unwrap();
    let left: Vec<i64> =
        sqlx::query_scalar("select id from registrations").fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(left.len(), 1);
    server.close().await;
}
