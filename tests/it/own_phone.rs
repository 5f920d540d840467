//! People replace their own phone: proved to be them and to hold the new one; another's phone stays theirs, whichever change comes first.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};

use crate::login::{Provider, UNKNOWN, server as plain, server_with};
use crate::registration::submitted;
use crate::sms_codes::ask;
use crate::test_server::{Answer, Service, TestServer, client, eventually};

const PROOFS: &str = "/api/v1/me/phone/proofs";
const PHONE: &str = "/api/v1/me/phone";
const DEVICE: &str = "phone-of-mine-1";

async fn server(provider: &Provider) -> TestServer {
    server_with(provider, |all| all.modules.put(provider.settings_that_tell_old_phones())).await
}

/// What lies sealed of one of the demo's people: name, document number, phone.
pub async fn of(server: &TestServer, person: usize) -> [String; 3] {
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let row: (String, Vec<u8>, Vec<u8>, Vec<u8>) =
        sqlx::query_as("select name, key_id, id_number_sealed, phone_sealed from people where id = $1")
            .bind(server.demo.people[person].id.0)
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    let (name, key, number, phone) = row;
    let open = |kind, sealed: &[u8]| sealer.open(kind, &key, sealed).unwrap();
    [name, open(Kind::IdNumber, &number), open(Kind::Phone, &phone)]
}

/// The code that this number is sent for this device; the last message of all.
pub async fn code(server: &TestServer, provider: &Provider, phone: &str, device: &str) -> String {
    let before = provider.bodies().await.len();
    ask(&server.service, phone, device).await.is(202, "");
    provider.nth_code(before + 1).await
}

pub fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn proves(service: &Service, session: &str, proof: Value) -> Answer {
    let mut body = proof;
    body["client"] = client(DEVICE);
    service.post(PROOFS, Some(session), body).await
}

async fn puts(service: &Service, session: &str, ticket: &Value, phone: &str, code: &str) -> Answer {
    let body = json!({ "ticket": ticket, "phone": phone, "sms_code": code, "client": client(DEVICE) });
    service.call(Method::POST, PHONE, Some(session), Some(body)).await
}

/// By name and number, as it always may.
async fn ticket(server: &TestServer, person: usize) -> Value {
    let [name, number, _] = of(server, person).await;
    let proof = json!({ "name": name, "number": number });
    let proved = proves(&server.service, server.session(person).unwrap(), proof).await.is(201, "");
    proved.body["ticket"].clone()
}

pub async fn logs_in(server: &TestServer, provider: &Provider, phone: &str) -> Answer {
    let device = "phone-of-login";
    let code = code(server, provider, phone, device).await;
    let body = json!({ "phone": phone, "sms_code": code, "client": client(device) });
    server.service.post("/api/v1/sessions", None, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_to_the_old_phone_and_one_to_the_new_replace_it_and_end_all_other_logins() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let second = server.second(|all| all.modules.put(provider.settings_that_tell_old_phones())).await;
    let [_, _, old] = of(&server, 0).await;
    let mine = logs_in(&server, &provider, &old).await.is(201, "").body["session"].clone();
    let (mine, lost) = (mine.as_str().unwrap(), server.session(0).unwrap());
    second.get("/api/v1/me", Some(lost)).await.is(200, "");
    let version = "select version from people where id = $1";
    let version = sqlx::query_scalar::<_, i64>(version).bind(server.demo.people[0].id.0);
    let before = version.fetch_one(&server.service.pool).await.unwrap();

    // Another phone of one's own proves nothing: it is not the one that stands.
    let right = code(&server, &provider, UNKNOWN, DEVICE).await;
    proves(&server.service, mine, json!({ "phone": UNKNOWN, "sms_code": right }))
        .await
        .is(403, "phone_not_own");
    let right = code(&server, &provider, &old, DEVICE).await;
    let wrong = json!({ "phone": old, "sms_code": other_than(&right) });
    proves(&server.service, mine, wrong).await.is(401, "sms_code_wrong");
    let proved = proves(&server.service, mine, json!({ "phone": old, "sms_code": right })).await.is(201, "");
    let ticket = &proved.body["ticket"];
    let new = "13911112222";
    // Another login, and another person's, show it in vain.
    for (session, new) in [(lost, "13911113333"), (server.session(1).unwrap(), "13911114444")] {
        let right = code(&server, &provider, new, DEVICE).await;
        puts(&server.service, session, ticket, new, &right).await.is(410, "phone_proof_ended");
    }
    let right = code(&server, &provider, new, DEVICE).await;
    puts(&server.service, mine, ticket, new, other_than(&right)).await.is(401, "sms_code_wrong");
    let sent = provider.bodies().await.len();
    let done = puts(&second, mine, ticket, new, &right).await.is(200, "").body;
    assert_eq!(done, json!({ "phone": "139****2222", "ended": 1 }));

    server.service.get("/api/v1/me", Some(mine)).await.is(200, "");
    eventually(async || server.service.get("/api/v1/me", Some(lost)).await.status == 401).await;
    second.get("/api/v1/me", Some(lost)).await.is(401, "login_required");
    assert_eq!(of(&server, 0).await[2], new);
    // The phone that it was is told, once.
    provider.has_sent(sent + 1).await;
    let told = provider.bodies().await.pop().unwrap();
    assert_eq!(told["PhoneNumberSet"], json!([format!("+86{old}")]));
    assert_eq!((&told["TemplateId"], &told["TemplateParamSet"]), (&json!("4440"), &json!(["已由本人更换"])));
    let written: (String, String) =
        sqlx::query_as("select string_agg(c::text, ''), (select string_agg(n::text, '') from notice_deliveries n) from phone_changes c")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert!(written.0.contains("old_phone") && !format!("{written:?}").contains(&old), "{written:?}");
    let version = "select version from people where id = $1";
    let version = sqlx::query_scalar::<_, i64>(version).bind(server.demo.people[0].id.0);
    assert_eq!(version.fetch_one(&server.service.pool).await.unwrap(), before + 1);

    // The answer was lost: with a new code it is told once more, though the proof is spent; without one nothing is.
    server.advance(360);
    let again = code(&server, &provider, new, DEVICE).await;
    puts(&second, mine, ticket, new, other_than(&again)).await.is(401, "sms_code_wrong");
    let done = puts(&second, mine, ticket, new, &again).await.is(200, "").body;
    assert_eq!(done, json!({ "phone": "139****2222", "ended": 0 }));
    server.advance(360);
    let right = code(&server, &provider, UNKNOWN, DEVICE).await;
    puts(&server.service, mine, ticket, UNKNOWN, &right).await.is(410, "phone_proof_ended");
    let changes: i64 = sqlx::query_scalar("select count(*) from phone_changes")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(changes, 1);

    server.advance(600);
    logs_in(&server, &provider, new).await.is(201, "");
    server.advance(61);
    logs_in(&server, &provider, &old).await.is(403, "phone_not_registered");
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_number_are_tried_five_times_a_day_on_all_nodes() {
    let provider = Provider::start().await;
    let server = plain(&provider).await;
    let second = server.second(|all| all.modules.put(provider.settings_that_tell_old_phones())).await;
    let ([name, number, _], [other, others, _]) = (of(&server, 0).await, of(&server, 1).await);
    let me = server.session(0).unwrap();
    let wrong = [
        json!({ "name": name, "number": others }),
        json!({ "name": other, "number": number }),
        json!({ "name": name, "number": "1" }),
    ];
    for (proof, service) in wrong.iter().zip([&server.service, &second, &server.service]) {
        proves(service, me, proof.clone()).await.is(403, "identity_wrong");
    }
    // As it is typed.
    let typed = json!({ "name": format!(" {name}"), "number": format!("{} {}", &number[..6], &number[6..]) });
    proves(&server.service, me, typed.clone()).await.is(201, "");
    proves(&second, me, wrong[0].clone()).await.is(403, "identity_wrong");
    proves(&server.service, me, typed.clone()).await.is(429, "identity_tried");
    proves(&second, me, typed.clone()).await.is(429, "identity_tried");
    // Not another's tries, and not tomorrow's.
    proves(&server.service, server.session(1).unwrap(), json!({ "name": other, "number": others }))
        .await
        .is(201, "");
    server.advance(24 * 3600);
    proves(&server.service, me, typed).await.is(201, "");
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_lost_takes_the_binding_to_wechat_with_it() {
    let provider = Provider::start().await;
    let server = plain(&provider).await;
    let person = server.demo.people[0].id.0;
    sqlx::query("insert into wechat_bindings (person_id, app_id, openid, bound_by, bound_at) values ($1, 'wx', 'o-1', 'sms_code', now())")
        .bind(person)
        .execute(&server.service.pool)
        .await
        .unwrap();
    let ticket = ticket(&server, 0).await;
    let right = code(&server, &provider, UNKNOWN, DEVICE).await;
    puts(&server.service, server.session(0).unwrap(), &ticket, UNKNOWN, &right).await.is(200, "");
    let ended = "select ended_by from wechat_bindings where person_id = $1";
    let ended: Option<String> =
        sqlx::query_scalar(ended).bind(person).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(ended.as_deref(), Some("unbound"));
    // Three a day.
    for new in ["13911110001", "13911110002"] {
        let ticket = self::ticket(&server, 0).await;
        let right = code(&server, &provider, new, DEVICE).await;
        puts(&server.service, server.session(0).unwrap(), &ticket, new, &right).await.is(200, "");
    }
    let ticket = self::ticket(&server, 0).await;
    server.advance(360);
    let right = code(&server, &provider, "13911110003", DEVICE).await;
    let refused = puts(&server.service, server.session(0).unwrap(), &ticket, "13911110003", &right).await;
    refused.is(429, "phone_changes_used");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_another_person_s_is_refused_only_once_it_is_proved() {
    let provider = Provider::start().await;
    let server = plain(&provider).await;
    let me = server.session(0).unwrap();
    let ticket = ticket(&server, 0).await;
    let [_, _, own] = of(&server, 0).await;
    let [_, _, others] = of(&server, 1).await;
    submitted(&server, 5).await;
    let waits = "13700000005".to_owned();
    for (number, code_of_refusal) in [(others, "phone_taken"), (waits, "phone_registers")] {
        let right = code(&server, &provider, &number, DEVICE).await;
        puts(&server.service, me, &ticket, &number, other_than(&right)).await.is(401, "sms_code_wrong");
        puts(&server.service, me, &ticket, &number, &right).await.is(409, code_of_refusal);
    }
    // One's own stands already.
    let right = code(&server, &provider, &own, DEVICE).await;
    puts(&server.service, me, &ticket, &own, other_than(&right)).await.is(401, "sms_code_wrong");
    puts(&server.service, me, &ticket, &own, &right).await.is(200, "");
    let changes: i64 = sqlx::query_scalar(
        "select (select count(*) from phone_changes) + (select count(*) from notices where kind like 'phone%')",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(changes, 0, "what is refused is undone");
    // A page of another site changes nothing, nor does a request without a session.
    let ride = server.service.request(Method::POST, PHONE, None).header("cookie", format!("zc_session={me}"));
    crate::test_server::answer(ride.header("origin", "https://evil.example")).await.is(403, "origin_refused");
    server.service.post(PROOFS, None, json!({})).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_want_one_phone_at_once_one_has_it() {
    let provider = Provider::start().await;
    let server = plain(&provider).await;
    let (first, second) = (ticket(&server, 0).await, ticket(&server, 1).await);
    let right = code(&server, &provider, UNKNOWN, DEVICE).await;
    let device = "phone-of-other1";
    let others = code(&server, &provider, UNKNOWN, device).await;
    let (mine, other) = (server.session(0).unwrap(), server.session(1).unwrap());
    let body = json!({ "ticket": second, "phone": UNKNOWN, "sms_code": others, "client": client(device) });
    let (one, two) = tokio::join!(
        puts(&server.service, mine, &first, UNKNOWN, &right),
        server.service.call(Method::POST, PHONE, Some(other), Some(body)),
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.body, two.body);
    let refused = if one.status == 409 { one } else { two };
    assert_eq!(refused.body["code"], "phone_taken");

    // The same person's two: what was proved is spent by the first.
    let ticket = ticket(&server, 2).await;
    let me = server.session(2).unwrap();
    let (a, b) = ("13911110001", "13911110002");
    let (of_a, of_b) = (code(&server, &provider, a, DEVICE).await, code(&server, &provider, b, DEVICE).await);
    let (one, two) = tokio::join!(
        puts(&server.service, me, &ticket, a, &of_a),
        puts(&server.service, me, &ticket, b, &of_b),
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410], "{} {}", one.body, two.body);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_by_the_old_phone_beside_the_change_opens_no_session() {
    let provider = Provider::start().await;
    let server = plain(&provider).await;
    let [_, _, old] = of(&server, 0).await;
    let code = code(&server, &provider, &old, DEVICE).await;
    let person = server.demo.people[0].id.0;
    let mut change = server.service.pool.begin().await.unwrap();
    sqlx::query("update people set phone_index = sha256(phone_index) where id = $1")
        .bind(person)
        .execute(&mut *change)
        .await
        .unwrap();
    let login = server.service.post(
        "/api/v1/sessions",
        None,
        json!({ "phone": old, "sms_code": code, "client": client(DEVICE) }),
    );
    let waits = "select exists (select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%for no key update%')";
    let commits = async {
        eventually(async || sqlx::query_scalar(waits).fetch_one(&server.service.pool).await.unwrap()).await;
        change.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(login, commits);
    refused.is(403, "phone_not_registered");
    let sessions: i64 = sqlx::query_scalar("select count(*) from sessions where person_id = $1")
        .bind(person)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(sessions, 1, "the demo's own");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_with_a_phone_of_nobody_is_never_that_of_who_was_registered_then_and_takes_the_phone_over() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (screen, _) = server.screen(server.course()).await;
    let scan = json!({ "code": server.code(screen), "client": client(DEVICE) });
    let anonymous = server.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone();
    let right = code(&server, &provider, UNKNOWN, DEVICE).await;
    let login = json!({ "phone": UNKNOWN, "sms_code": right, "client": client(DEVICE), "pass": anonymous });
    let refused = server.service.post("/api/v1/sessions", None, login).await.is(403, "phone_not_registered");
    let pass = refused.body["pass"].clone();
    assert!(pass.as_str().is_some_and(|pass| pass.contains('.')), "{pass}");

    // Somebody who was not there takes the phone over within the day, and hands the scan in.
    let ticket = ticket(&server, 0).await;
    server.advance(90);
    let right = code(&server, &provider, UNKNOWN, DEVICE).await;
    puts(&server.service, server.session(0).unwrap(), &ticket, UNKNOWN, &right).await.is(200, "");
    let body = json!({ "pass": pass, "client": client(DEVICE) });
    server.service.post("/api/v1/check-ins", server.session(0), body).await.is(403, "pass_invalid");
    server.close().await;
}
