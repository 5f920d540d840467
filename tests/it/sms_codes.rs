//! Asking for SMS codes: alike for every number, within budgets that strangers cannot use up for the owner, and of one device.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::block_api::compress256;
use zaichang_attendance::checkin::Device;
use zaichang_attendance::phone;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::ClientKind;

use crate::login::{APPROVED, PENDING, Provider, UNKNOWN, server, server_with};
use crate::test_server::{Answer, Service, TestServer, answer, client};

const PATH: &str = "/api/v1/sms-codes";

/// What SHA-256 begins with.
const STARTS: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// What a phone does with a challenge, by the words of the API's document.
pub fn work_out(challenge: &str) -> String {
    let (rounds, bits): (u32, u32) = (challenge[..1].parse().unwrap(), challenge[1..3].parse().unwrap());
    // One block, as FIPS 180-4 pads it: 65,536 hashes for each proof are too many for tests without optimisation.
    let mut block = [0; 64];
    block[..32].copy_from_slice(challenge.as_bytes());
    block[40] = 0x80;
    block[62..].copy_from_slice(&(40_u16 * 8).to_be_bytes());
    (1..=rounds).fold(challenge.to_owned(), |proof, round| {
        block[32..36].copy_from_slice(&round.to_be_bytes());
        let is_right = |number: &u32| {
            block[36..40].copy_from_slice(&number.to_be_bytes());
            let mut hash = STARTS;
            compress256(&mut hash, &[block]);
            hash[0].leading_zeros() >= bits
        };
        format!("{proof}.{}", (0..=u32::MAX).find(is_right).unwrap())
    })
}

/// Asks with work, as a client without a fresh scan: `request` makes the same request again.
pub async fn ask_by(request: impl Fn() -> RequestBuilder, mut body: Value) -> Answer {
    let send = async |body: &Value| {
        answer(request().header("content-type", "application/json").body(body.to_string())).await
    };
    let refused = send(&body).await.is(428, "proof_required");
    body["proof"] = work_out(refused.body["challenge"].as_str().unwrap()).into();
    send(&body).await
}

pub async fn ask(service: &Service, phone: &str, device: &str) -> Answer {
    ask_from(service, phone, device, "198.51.100.1").await
}

/// From this address, as a declared proxy forwards it.
async fn ask_from(service: &Service, phone: &str, device: &str, address: &str) -> Answer {
    let request = || service.request(Method::POST, PATH, None).header("x-forwarded-for", address);
    ask_by(request, json!({ "phone": phone, "client": client(device) })).await
}

impl TestServer {
    async fn ask_with_pass(&self, phone: &str, device: &str, pass: &Value) -> Answer {
        let body = json!({ "phone": phone, "client": client(device), "pass": pass });
        self.service.post(PATH, None, body).await
    }

    /// The anonymous pass of a scan that this device makes now.
    async fn pass_of(&self, device: &str) -> Value {
        let code = self.fresh_code(self.course()).await;
        let scan = json!({ "code": code, "client": client(device) });
        self.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone()
    }

    async fn log_in_from(&self, phone: &str, device: &str, code: &str) -> Answer {
        let body = json!({ "phone": phone, "sms_code": code, "client": client(device) });
        self.service.post("/api/v1/sessions", None, body).await
    }

    async fn count(&self, table: &str) -> i64 {
        let count = format!("select count(*) from {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&self.service.pool).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_gets_the_same_answer_and_a_message_and_its_holder_alone_learns_the_rest() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let mut answers = Vec::new();
    for (at, phone) in [APPROVED, PENDING, UNKNOWN].into_iter().enumerate() {
        let device = format!("phone-of-{at:04}");
        let sent = ask(&server.service, phone, &device).await.is(202, "");
        let mut again = ask(&server.service, phone, &device).await.is(429, "too_many_requests");
        again.body["request_id"] = "".into();
        let wrong = if provider.nth_code(at + 1).await == "000000" { "000001" } else { "000000" };
        let mut wrong = server.log_in_from(phone, &device, wrong).await.is(401, "sms_code_wrong");
        wrong.body["request_id"] = "".into();
        answers.push((sent.body, again.body, wrong.body));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    // The messages differ in nothing but the code and the number.
    let mut messages = provider.bodies().await;
    for message in &mut messages {
        message["TemplateParamSet"] = json!([]);
        message["PhoneNumberSet"] = json!([]);
    }
    assert_eq!(messages.len(), 3);
    assert!(messages.windows(2).all(|pair| pair[0] == pair[1]), "{messages:?}");
    // The phone's holder is told the reason, and what to do.
    let code = provider.nth_code(3).await;
    let told = server.log_in_from(UNKNOWN, "phone-of-0002", &code).await.is(403, "phone_not_registered");
    assert!(told.body["detail"].as_str().unwrap().contains("单位管理员"), "{}", told.body);
    server.log_in_from(UNKNOWN, "phone-of-0002", &code).await.is(401, "sms_code_wrong");
    let code = provider.nth_code(2).await;
    server.log_in_from(PENDING, "phone-of-0001", &code).await.is(403, "person_not_approved");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_five_messages_a_number_and_day_on_all_nodes_and_never_those_of_its_owner() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let settings = provider.settings();
    let second = server
        .second(|all| {
            all.modules.put(settings);
            "127.0.0.1".clone_into(&mut all.trusted_proxies);
        })
        .await;
    // The owner has proved this phone once, yesterday.
    ask(&server.service, APPROVED, "owners-own-phone").await.is(202, "");
    let code = provider.nth_code(1).await;
    server.log_in_from(APPROVED, "owners-own-phone", &code).await.is(201, "");
    server.advance(24 * 3600);
    for phone in [APPROVED, UNKNOWN] {
        for stranger in 0..5 {
            let node = if stranger % 2 == 0 { &server.service } else { &second };
            ask(node, phone, &format!("stranger-{stranger}")).await.is(202, "");
        }
        for node in [&server.service, &second] {
            let refused = ask(node, phone, "stranger-6").await.is(429, "sms_limit_reached");
            assert!(refused.body["detail"].as_str().unwrap().contains("扫描会场屏幕"), "{}", refused.body);
        }
    }
    // One for the owner, five for each number.
    provider.has_sent(11).await;
    ask(&server.service, APPROVED, "owners-own-phone").await.is(202, "");
    let code = provider.nth_code(12).await;
    server.log_in_from(APPROVED, "owners-own-phone", &code).await.is(201, "");
    // A new phone of theirs that has scanned a screen in the hall.
    let pass = server.pass_of("owners-new-phone").await;
    server.ask_with_pass(APPROVED, "owners-new-phone", &pass).await.is(202, "");
    let code = provider.nth_code(13).await;
    server.log_in_from(APPROVED, "owners-new-phone", &code).await.is(201, "");
    server.advance(24 * 3600);
    ask(&server.service, APPROVED, "stranger-6").await.is(202, "");
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_known_has_five_messages_a_day_too() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let first = "select $1, id, '2025-01-01', '2025-01-01' from people order by id limit 1";
    sqlx::query(sqlx::AssertSqlSafe(format!("insert into known_devices {first}")))
        .bind(Device::of(ClientKind::App, "known-phone").0)
        .execute(&server.service.pool)
        .await
        .unwrap();
    for _ in 0..5 {
        ask(&server.service, APPROVED, "known-phone").await.is(202, "");
        server.advance(600);
    }
    ask(&server.service, APPROVED, "known-phone").await.is(429, "sms_limit_reached");
    let by: Vec<(String, i16)> = sqlx::query_as("select asked_by, messages from sms_messages")
        .fetch_all(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(by, [("known_device".to_owned(), 5)]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_phone_is_not_sent_a_message_a_minute() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    for _ in 0..40 {
        ask(&server.service, APPROVED, "phone-of-0000").await;
        server.advance(60);
    }
    provider.has_sent(5).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_what_strangers_may_ask_for_and_the_hall_behind_it_is_served_all_the_same() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let pass = server.pass_of("phone-in-the-hall").await;
    let mut sent = 0;
    for number in 0..210 {
        // Of the first sixty each belongs to a person, the others to no one.
        let answer = ask(&server.service, &format!("199{number:08}"), &format!("stranger-{number}")).await;
        match answer.status.as_u16() {
            202 => sent += 1,
            429 => assert_eq!((answer.word(), sent), ("too_many_requests", 200), "{}", answer.body),
            _ => panic!("{}", answer.body),
        }
    }
    assert_eq!(sent, 200);
    provider.has_sent(200).await;
    assert_eq!((server.count("device_sms_codes").await, server.count("sms_messages").await), (200, 200));
    assert_eq!(server.count("sms_codes").await, 0);
    ask_from(&server.service, UNKNOWN, "neighbour", "198.51.100.2").await.is(202, "");
    server.ask_with_pass(APPROVED, "phone-in-the-hall", &pass).await.is(202, "");
    // Nothing of it stays.
    zaichang_platform::auth::sweep(&server.service.pool, server.now() + jiff::SignedDuration::from_hours(24))
        .await
        .unwrap();
    assert_eq!((server.count("device_sms_codes").await, server.count("sms_messages").await), (0, 0));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_neither_use_up_the_code_of_a_device_nor_log_in_with_it() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    ask(&server.service, APPROVED, "owners-own-phone").await.is(202, "");
    let code = provider.nth_code(1).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    // With a code of their own, and without one.
    ask(&server.service, APPROVED, "stranger-1").await.is(202, "");
    for device in ["stranger-1", "stranger-2"] {
        for guess in [wrong, wrong, code.as_str()] {
            server.log_in_from(APPROVED, device, guess).await.is(401, "sms_code_wrong");
        }
    }
    server.log_in_from(APPROVED, "owners-own-phone", wrong).await.is(401, "sms_code_wrong");
    server.log_in_from(APPROVED, "owners-own-phone", &code).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_of_this_device_a_moment_ago_stands_for_work_and_buys_a_few_messages() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let pass = server.pass_of("phone-of-0000").await;
    server.ask_with_pass(APPROVED, "another-phone", &pass).await.is(428, "proof_required");
    let mut forged = pass.as_str().unwrap().to_owned();
    forged.replace_range(10..11, if &forged[10..11] == "A" { "B" } else { "A" });
    server.ask_with_pass(APPROVED, "phone-of-0000", &forged.into()).await.is(428, "proof_required");
    for number in 0..5 {
        server.ask_with_pass(&format!("1990000000{number}"), "phone-of-0000", &pass).await.is(202, "");
    }
    let again = server.pass_of("phone-of-0000").await;
    server.ask_with_pass("19900000005", "phone-of-0000", &again).await.is(429, "too_many_requests");
    server.advance(400);
    server.ask_with_pass("19900000005", "phone-of-0000", &again).await.is(428, "proof_required");
    let bound = server.pass_of("phone-of-0001").await;
    server.advance(181);
    server.ask_with_pass("19900000006", "phone-of-0001", &bound).await.is(428, "proof_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_of_its_phone_and_device_and_a_browser_is_given_the_device_with_the_challenge() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let body = json!({ "phone": APPROVED, "client": { "kind": "h5" } });
    let first = server.service.post(PATH, None, body.clone()).await.is(428, "proof_required");
    let device = first.cookie("zc_device").unwrap();
    let proof = work_out(first.body["challenge"].as_str().unwrap());
    let send = async |device: &str, phone: &str| {
        let request = server.service.request(Method::POST, PATH, None);
        let request = request.header("cookie", format!("zc_device={device}"));
        let body = json!({ "phone": phone, "client": { "kind": "h5" }, "proof": proof });
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    };
    send(&device, UNKNOWN).await.is(428, "proof_required");
    send("0123456789abcdef", APPROVED).await.is(428, "proof_required");
    let sent = send(&device, APPROVED).await.is(202, "");
    assert_eq!(sent.cookie("zc_device"), None);
    // A second message costs no second work, for ten minutes.
    server.advance(61);
    send(&device, APPROVED).await.is(202, "");
    server.advance(600);
    send(&device, APPROVED).await.is(428, "proof_required");
    // A page of another site cannot ask in its reader's name.
    let elsewhere = server.service.request(Method::POST, PATH, None).header("origin", "https://evil.example");
    let elsewhere = elsewhere.header("content-type", "application/json").body(body.to_string());
    answer(elsewhere).await.is(403, "origin_refused");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_brake_stops_strangers_before_it_stops_a_hall() {
    let provider = Provider::start().await;
    let server = server_with(&provider, |all| {
        all.modules.set::<phone::Settings>(|phone| phone.sms_per_minute = 10);
    })
    .await;
    for stranger in 0..2 {
        ask(&server.service, &format!("1390000000{stranger}"), &format!("stranger-{stranger}"))
            .await
            .is(202, "");
    }
    ask(&server.service, UNKNOWN, "stranger-2").await.is(429, "too_many_requests");
    for person in 0..8 {
        let device = format!("phone-of-{person:04}");
        let pass = server.pass_of(&device).await;
        server.ask_with_pass(&format!("1990000000{person}"), &device, &pass).await.is(202, "");
    }
    let pass = server.pass_of("phone-of-0008").await;
    server.ask_with_pass("19900000008", "phone-of-0008", &pass).await.is(429, "too_many_requests");
    provider.has_sent(10).await;
    // A stopped request has used up nothing of the number's day.
    assert_eq!(server.count("sms_messages").await, 10);
    server.advance(60);
    ask(&server.service, UNKNOWN, "stranger-2").await.is(202, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_its_limit_is_refused_before_postgres_is_touched() {
    let provider = Provider::start().await;
    let mut server = crate::login::server_alone(&provider).await;
    server.stores.stop_postgres().await;
    for _ in 0..3 {
        ask(&server.service, APPROVED, "phone-of-0000").await.is(503, "storage_unavailable");
    }
    ask(&server.service, APPROVED, "phone-of-0000").await.is(429, "too_many_requests");
    server.stores.start_postgres().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_a_node_of_the_release_before_has_sent_still_logs_in() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let index =
        Sealer::new(zaichang_core::keys::Keys::clone(&server.service.keys)).index(Kind::Phone, APPROVED);
    let message = [index.as_slice(), b"042917"].concat();
    let mac: [u8; 32] = zaichang_core::keys::sign(&server.service.keys, b"zaichang/sms-code/v1", &message);
    let now = server.now();
    // As that release writes it.
    sqlx::query(
        "insert into sms_codes as kept (phone_index, code_mac, sent_at, expires_at)
         values ($1, $2, $3::timestamptz, $3::timestamptz + interval '5 minutes')
         on conflict (phone_index) do update set code_mac = excluded.code_mac, tries = 0, used_at = null",
    )
    .bind(index)
    .bind(mac.as_slice())
    .bind(jiff_sqlx::ToSqlx::to_sqlx(now))
    .execute(&server.service.pool)
    .await
    .unwrap();
    server.log_in_from(APPROVED, "phone-of-0000", "042918").await.is(401, "sms_code_wrong");
    server.log_in_from(APPROVED, "phone-of-0000", "042917").await.is(201, "");
    server.log_in_from(APPROVED, "phone-of-0000", "042917").await.is(401, "sms_code_wrong");
    server.close().await;
}
