//! A hall whose address is attacked logs in by its scans, which guess no more than a hall mistypes.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::{AT_ONCE, HALL, LOGINS, exhaust, post, server, with_passwords};
use crate::test_server::client;

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

#[tokio::test(flavor = "multi_thread")]
async fn scans_of_a_screen_look_up_no_more_codes_than_they_may_guess_at() {
    let server = server().await;
    exhaust(&server).await;
    let code = server.fresh_code(server.course()).await;
    // With devices made up as they are needed, and phones that no code was sent to.
    let guesses = (0..64_u32).map(|device| {
        let (server, code) = (&server, &code);
        async move {
            let device = format!("attacker-{device:04}");
            let scan = json!({ "code": code, "client": client(&device) });
            let pass = server.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone();
            let mut words = Vec::new();
            for guess in 0..10 {
                let body = json!({ "phone": format!("139{guess:08}"), "sms_code": "000000", "client": client(&device),
                    "pass": pass });
                let answer = post(server, HALL, LOGINS, body).await;
                let is_offered_work = answer.body["challenge"].is_string();
                words.push((answer.word().to_owned(), is_offered_work));
            }
            words
        }
    });
    let words: Vec<_> = stream::iter(guesses).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.concat();
    let judged = words.iter().filter(|(word, _)| word == "sms_code_wrong").count();
    let offered = words.iter().filter(|(word, work)| word == "too_many_requests" && *work).count();
    assert_eq!((judged, offered), (600, 40));
    server.close().await;
}
