//! Guessing at logins: nothing is judged beyond a budget, a person who has scanned or is known is not affected by others, and
//! where everything is spent, work is judged.

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_attendance::checkin::Device;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::ClientKind;

use crate::sms_codes::work_out;
use crate::test_server::{Answer, TestServer, answer, client, eventually};

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
    // The same for a password that is right, an admin's too.
    with_passwords(&server, "right horse").await;
    let person = server.demo.people[0].id;
    let password =
        json!({ "account": format!("person-{person}"), "password": "right horse", "client": client(device) });
    post(&server, HALL, LOGINS, password).await.is(429, "too_many_requests");
    let admin = json!({ "account": "yuelu-jjb", "password": "right horse" });
    post(&server, HALL, ADMIN_LOGINS, admin).await.is(429, "too_many_requests");
    post(&server, ELSEWHERE, LOGINS, right).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_whose_address_is_exhausted_logs_in_by_its_scans_and_a_thief_of_passes_does_not() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    exhaust(&server).await;
    let code = server.fresh_code(server.course()).await;
    let login = |person: usize, device: &str, pass: &Value, password: &str| {
        let account = format!("person-{}", server.demo.people[person].id);
        let body =
            json!({ "account": account, "password": password, "client": client(device), "pass": pass });
        post(&server, HALL, LOGINS, body)
    };
    let mut pass = Value::Null;
    for person in 0..12 {
        pass = server.scan(person, false, &code).await.is(201, "").body["pass"].clone();
        let device = format!("phone-of-{person:04}");
        login(person, &device, &pass, "wrong horse").await.is(401, "login_failed");
        login(person, &device, &pass, "right horse").await.is(201, "");
    }
    // A pass is of its own device; the bound pass of a logged-in person does not count; and a pass lives 180 s.
    login(20, "phone-of-a-thief", &pass, "right horse").await.is(429, "too_many_requests");
    login(20, "phone-of-0020", &Value::Null, "right horse").await.is(429, "too_many_requests");
    let bound = server.scan(20, true, &code).await.is(201, "").body["pass"].clone();
    login(20, "phone-of-0020", &bound, "right horse").await.is(429, "too_many_requests");
    // Fetching passes on and on is no way around.
    let mut judged = 0;
    for guess in 0..30 {
        let pass = server.scan(21, false, &code).await.is(201, "").body["pass"].clone();
        let person = 22 + guess % 10;
        judged +=
            usize::from(login(person, "phone-of-0021", &pass, "wrong horse").await.word() == "login_failed");
    }
    assert_eq!(judged, 10);
    let late = server.scan(23, false, &code).await.is(201, "").body["pass"].clone();
    server.advance(181);
    exhaust(&server).await;
    login(23, "phone-of-0023", &late, "right horse").await.is(429, "too_many_requests");
    server.close().await;
}

/// Logs in as the pages do: where work is asked for, once more with it.
async fn log_in_with_work(server: &TestServer, mut body: Value) -> Answer {
    let limited = post(server, HALL, LOGINS, body.clone()).await;
    let Some(challenge) = limited.body["challenge"].as_str() else { return limited };
    assert!(limited.word() == "too_many_requests" && limited.headers.contains_key("retry-after"));
    body["proof"] = work_out(challenge).into();
    post(server, HALL, LOGINS, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attacker_in_the_hall_has_spent_everything_and_fifty_phones_log_in_by_work() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    exhaust(&server).await;
    // On the hall's network, with its fresh code and as many devices as they like.
    let code = server.fresh_code(server.course()).await;
    let scan = async |device: &str| {
        let scan = json!({ "code": code, "client": client(device) });
        server.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone()
    };
    let by_password = |account: String, device: &str, pass: &Value, password: &str| json!({ "account": account, "password": password, "client": client(device), "pass": pass });
    let mut judged = 0;
    for device in 0..31 {
        let device = format!("attacker-{device:04}");
        let pass = scan(&device).await;
        for guess in 0..10 {
            let body = by_password(format!("nobody-{device}-{guess}"), &device, &pass, "wrong horse");
            judged += usize::from(post(&server, HALL, LOGINS, body).await.word() == "login_failed");
        }
    }
    assert!((300..310).contains(&judged), "{judged}");

    // Twenty-five have scanned and log in by password, as many by the code of a message; and the attacker goes on.
    let honest = (0..50_usize).map(|person| {
        let (server, scan, by_password) = (&server, &scan, &by_password);
        async move {
            let (id, device) = (server.demo.people[person].id, format!("phone-of-{person:04}"));
            let body = if person % 2 == 0 {
                let pass = scan(&device).await;
                by_password(format!("person-{id}"), &device, &pass, "right horse")
            } else {
                let phone = format!("199{person:08}");
                sms_code_of(server, &phone, Device::of(ClientKind::App, &device)).await;
                json!({ "phone": phone, "sms_code": CODE, "client": client(&device) })
            };
            log_in_with_work(server, body).await
        }
    });
    let attacker = (0..50_usize).map(|guess| {
        let (server, by_password) = (&server, &by_password);
        async move {
            let device = format!("attacker-{:04}", guess % 31);
            let body = by_password(format!("nobody-{guess}"), &device, &Value::Null, "wrong horse");
            if guess % 5 == 0 {
                return log_in_with_work(server, body).await;
            }
            post(server, HALL, LOGINS, body).await
        }
    });
    let (honest, attacker): (Vec<_>, Vec<_>) = tokio::join!(
        stream::iter(honest).buffer_unordered(AT_ONCE).collect(),
        stream::iter(attacker).buffer_unordered(AT_ONCE).collect()
    );
    let refused: Vec<_> = honest.iter().filter(|answer| answer.status != 201).collect();
    assert!(refused.is_empty(), "{} of 50: {}", refused.len(), refused[0].body);
    assert!(attacker.iter().all(|answer| ["login_failed", "too_many_requests"].contains(&answer.word())));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_of_its_account_and_device_counts_once_and_guesses_at_an_account_no_oftener() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    exhaust(&server).await;
    let login = |person: usize, device: &str, password: &str| {
        json!({ "account": format!("person-{}", server.demo.people[person].id), "password": password,
            "client": client(device) })
    };
    let challenge = async |body: &Value| {
        let limited = post(&server, HALL, LOGINS, body.clone()).await.is(429, "too_many_requests");
        limited.body["challenge"].as_str().unwrap().to_owned()
    };
    let with = |mut body: Value, proof: &str| {
        body["proof"] = proof.into();
        post(&server, HALL, LOGINS, body)
    };
    let mine = login(0, "phone-of-0000", "right horse");
    let proof = work_out(&challenge(&mine).await);
    with(login(1, "phone-of-0000", "right horse"), &proof).await.is(429, "too_many_requests");
    with(login(0, "phone-of-0001", "right horse"), &proof).await.is(429, "too_many_requests");
    with(mine.clone(), &proof).await.is(201, "");
    with(mine.clone(), &proof).await.is(429, "too_many_requests");
    // A browser is given the device that its challenge is for.
    let page = json!({ "account": mine["account"], "password": "right horse", "client": { "kind": "h5" } });
    let first = post(&server, HALL, LOGINS, page.clone()).await.is(429, "too_many_requests");
    let device = first.cookie("zc_device").unwrap();
    let mut again = page;
    again["proof"] = work_out(first.body["challenge"].as_str().unwrap()).into();
    let request = server.service.request(Method::POST, LOGINS, None).header("x-forwarded-for", HALL);
    let request = request.header("cookie", format!("zc_device={device}"));
    answer(request.header("content-type", "application/json").body(again.to_string())).await.is(201, "");
    // Five wrong passwords, then its waits, for which no work helps.
    for device in 10..15 {
        let wrong = login(2, &format!("phone-of-{device:04}"), "wrong horse");
        log_in_with_work(&server, wrong).await.is(401, "login_failed");
    }
    let held = login(2, "phone-of-0002", "right horse");
    let proof = work_out(&challenge(&held).await);
    let held = with(held, &proof).await.is(429, "too_many_requests");
    assert!(held.body["challenge"].is_null() && held.body["retry_after_ms"].is_u64(), "{}", held.body);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_wrong_passwords_does_not_cost_an_admin_on_a_known_device_their_login() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    let login = |password: &str| json!({ "account": "yuelu-jjb", "password": password });
    let first = post(&server, ELSEWHERE, ADMIN_LOGINS, login("right horse")).await.is(201, "");
    let known = first.cookie("zc_known").unwrap();
    let set = first.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let set: Vec<_> = set.filter(|cookie| cookie.starts_with("zc_known=")).collect();
    assert!(set[0].contains("HttpOnly") && set[0].contains("SameSite=Strict") && !set[0].contains("yuelu"));

    let flood = async |wave: usize| {
        let guesses = (0..100).map(|at| {
            let body = login("wrong horse");
            let server = &server;
            async move { post(server, &format!("192.0.{wave}.{at}"), ADMIN_LOGINS, body).await }
        });
        let answers: Vec<_> = stream::iter(guesses).buffer_unordered(AT_ONCE).collect().await;
        answers.iter().filter(|answer| answer.word() == "login_failed").count()
    };
    // Many at once do not get more judged than one after another.
    assert_eq!((flood(1).await, flood(2).await), (5, 0));
    post(&server, ELSEWHERE, ADMIN_LOGINS, login("right horse")).await.is(429, "too_many_requests");
    let from_known = async |from: &str| {
        let request =
            server.service.request(Method::POST, ADMIN_LOGINS, None).header("x-forwarded-for", from);
        let request = request.header("cookie", format!("zc_known={known}"));
        answer(request.header("content-type", "application/json").body(login("right horse").to_string()))
            .await
    };
    from_known(ELSEWHERE).await.is(201, "");
    // Nor can an attacker at the same address use up the budget of a known device.
    exhaust(&server).await;
    from_known(HALL).await.is(201, "");

    // What was refused is written down once, however long it was tried.
    let acts = async || {
        let acts: Vec<(String, Value)> =
            sqlx::query_as("select action, detail from audit_log where noun = 'account' order by id")
                .fetch_all(&server.service.pool)
                .await
                .unwrap();
        acts
    };
    eventually(async || acts().await.len() >= 5).await;
    let acts = acts().await;
    let told =
        |action: &str, detail: Value| acts.iter().filter(|act| act.0 == action && act.1 == detail).count();
    assert_eq!(told("log_in", json!({ "known_device": false })), 1);
    assert_eq!(told("log_in", json!({ "known_device": true })), 2);
    assert_eq!(told("refuse_login", json!({ "why": "wrong_password" })), 1);
    assert_eq!(told("refuse_login", json!({ "why": "too_many_requests" })), 1);
    assert_eq!(acts.len(), 5);
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
async fn waits_grow_with_wrong_passwords_and_pass() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    let login = async |password: &str| {
        post(&server, ELSEWHERE, ADMIN_LOGINS, json!({ "account": "yuelu-jjb", "password": password })).await
    };
    for _ in 0..5 {
        login("wrong horse").await.is(401, "login_failed");
    }
    let mut wait_ms = 2000;
    for _ in 0..4 {
        let limited = login("right horse").await.is(429, "too_many_requests");
        assert_eq!(limited.body["retry_after_ms"], wait_ms);
        server.advance(wait_ms / 1000);
        login("wrong horse").await.is(401, "login_failed");
        wait_ms *= 2;
    }
    let limited = login("right horse").await.is(429, "too_many_requests");
    assert_eq!(limited.body["detail"], "请在 32 秒后再试。");
    server.advance(wait_ms / 1000);
    login("right horse").await.is(201, "");
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
