//! Where everything is spent, work is judged.

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_attendance::checkin::Device;
use zaichang_platform::auth::ClientKind;

use super::{AT_ONCE, CODE, HALL, LOGINS, exhaust, post, server, sms_code_of, with_passwords};
use crate::sms_codes::work_out;
use crate::test_server::{Answer, TestServer, answer, client};

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
            let body = by_password(format!("unknown-{device}-{guess}"), &device, &pass, "wrong horse");
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
            let body = by_password(format!("unknown-{guess}"), &device, &Value::Null, "wrong horse");
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
