//! People set the account and the password that they log in by: a session alone is not enough, phone and document prove that it is them.

use serde_json::{Value, json};

use crate::login::{Provider, UNKNOWN, server};
use crate::own_phone::{code, of, other_than};
use crate::test_server::{Answer, Service, TestServer, answer, client, eventually};

const PROOFS: &str = "/api/v1/me/password/proofs";
const PASSWORD: &str = "/api/v1/me/password";
const DEVICE: &str = "phone-of-mine-1";
const GOOD: &str = "Chufang-2026";

/// A right proof of this person, by a new code.
async fn proof(server: &TestServer, provider: &Provider, person: usize) -> Value {
    let [name, number, phone] = of(server, person).await;
    let right = code(server, provider, &phone, DEVICE).await;
    json!({ "name": name, "number": number, "phone": phone, "sms_code": right })
}

async fn proves(service: &Service, session: &str, mut proof: Value) -> Answer {
    proof["client"] = client(DEVICE);
    service.post(PROOFS, Some(session), proof).await
}

async fn ticket(server: &TestServer, provider: &Provider, person: usize) -> Value {
    let proof = proof(server, provider, person).await;
    let proved = proves(&server.service, server.session(person).unwrap(), proof).await.is(201, "");
    proved.body["ticket"].clone()
}

async fn sets(
    service: &Service,
    session: &str,
    ticket: &Value,
    account: Option<&str>,
    password: &str,
) -> Answer {
    let mut body = json!({ "ticket": ticket, "password": password, "client": client(DEVICE) });
    if let Some(account) = account {
        body["account"] = account.into();
    }
    service.post(PASSWORD, Some(session), body).await
}

async fn logs_in(service: &Service, account: &str, password: &str) -> Answer {
    let body = json!({ "account": account, "password": password, "client": client("phone-of-login") });
    service.post("/api/v1/sessions", None, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proved_person_logs_in_by_the_account_and_the_password_that_they_set() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let second = server.second(|all| all.modules.put(provider.settings())).await;
    let (me, pool) = (server.session(0).unwrap(), &server.service.pool);
    let forgets = "update people set account = null, password_hash = null where id = $1";
    sqlx::query(forgets).bind(server.demo.people[0].id.0).execute(pool).await.unwrap();
    assert_eq!(server.service.get(PASSWORD, Some(me)).await.is(200, "").body, json!({ "account": null }));

    let proof = proof(&server, &provider, 0).await;
    let given =
        json!({ "phone": proof["phone"], "sms_code": proof["sms_code"], "client": client("phone-lost") });
    let lost = server.service.post("/api/v1/sessions", None, given).await;
    assert_eq!(lost.status, 401, "the code is the other device's: {}", lost.body);
    let proved = proves(&second, me, proof).await.is(201, "");
    let ticket = &proved.body["ticket"];
    let refused = sets(&server.service, me, ticket, None, GOOD).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "account");
    sets(&server.service, me, ticket, Some("王伟"), GOOD).await.is(400, "account_malformed");
    for weak in ["short-A1", "wangwei.1985-A", "aaaaaaaaaaA1"] {
        sets(&server.service, me, ticket, Some("wangwei.1985"), weak).await.is(400, "password_weak");
    }
    let done = sets(&server.service, me, ticket, Some("wangwei.1985"), GOOD).await.is(200, "");
    assert_eq!(done.body, json!({ "account": "wangwei.1985", "ended": 0 }));

    let other = logs_in(&second, "wangwei.1985", GOOD).await.is(201, "").body["session"].clone();
    let other = other.as_str().unwrap();
    logs_in(&second, "wangwei.1985", "Chufang-2027").await.is(401, "login_failed");
    let inbox = server.service.get("/api/v1/me/notices", Some(me)).await.is(200, "").body;
    assert!(inbox["items"][0]["text"].as_str().unwrap().contains("wangwei.1985"), "{inbox}");

    // Forgotten: the same again, without another account; every other login ends, on each node.
    server.advance(61);
    let ticket = &self::ticket(&server, &provider, 0).await;
    let done = sets(&server.service, me, ticket, None, "Yuelu-2027").await.is(200, "");
    assert_eq!(done.body, json!({ "account": "wangwei.1985", "ended": 1 }));
    eventually(async || second.get("/api/v1/me", Some(other)).await.status == 401).await;
    server.service.get("/api/v1/me", Some(me)).await.is(200, "");
    logs_in(&second, "wangwei.1985", GOOD).await.is(401, "login_failed");
    logs_in(&second, "wangwei.1985", "Yuelu-2027").await.is(201, "");
    // A login that was judged by the password before opens no session after it was set anew.
    let mut sets_anew = pool.begin().await.unwrap();
    let held = sqlx::query("update people set password_hash = 'another' where id = $1");
    held.bind(server.demo.people[0].id.0).execute(&mut *sets_anew).await.unwrap();
    let login = tokio::join!(logs_in(&second, "wangwei.1985", "Yuelu-2027"), async {
        eventually(async || {
            let waits = sqlx::query_scalar::<_, i64>("select count(*) from pg_locks where not granted");
            waits.fetch_one(pool).await.unwrap() > 0
        })
        .await;
        sets_anew.commit().await.unwrap();
    });
    login.0.is(401, "login_failed");

    // A phone that is put in by the unit ends the password as well: who knew it may be who had taken the phone.
    let hash = "update people set password_hash = 'another' where id = $1";
    sqlx::query(hash).bind(server.demo.people[0].id.0).execute(pool).await.unwrap();
    let unit = crate::registration::unit(&server).await;
    server
        .sql(&format!("update people set unit_id = {unit} where id = {}", server.demo.people[0].id.0))
        .await;
    let path = format!("/api/v1/people/{}", server.demo.people[0].id.0);
    let admin = server.admin();
    let seen = server.service.get(&path, admin).await.is(200, "").version().clone();
    let body = json!({ "phone": "13911117777", "reason": "手机遗失，已核对证件" });
    let corrects = server.service.request(reqwest::Method::POST, &format!("{path}/corrections"), admin);
    let corrects = corrects.header("if-match", seen).header("content-type", "application/json");
    answer(corrects.body(body.to_string())).await.is(200, "");
    let ended = sqlx::query_scalar::<_, Option<String>>("select password_hash from people where id = $1");
    let ended = ended.bind(server.demo.people[0].id.0).fetch_one(pool).await.unwrap();
    assert_eq!(ended, None);
    let rest = "select concat(string_agg(notices::text, ''), (select string_agg(people::text, '') from people)) from notices";
    let rest: String = sqlx::query_scalar(rest).fetch_one(pool).await.unwrap();
    assert!(!rest.contains(GOOD) && !rest.contains("Yuelu-2027"), "a password lies nowhere");
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_alone_or_half_a_proof_sets_nothing() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let me = server.session(0).unwrap();
    let right = proof(&server, &provider, 0).await;
    let [_, others, _] = of(&server, 1).await;
    let with = |field: &str, value: &str| {
        let mut proof = right.clone();
        proof[field] = value.into();
        proof
    };
    // Without the code nothing is told of the document, and no try of it is spent.
    let code_of = right["sms_code"].as_str().unwrap();
    proves(&server.service, me, with("sms_code", other_than(code_of))).await.is(401, "sms_code_wrong");
    let tries = "select coalesce(sum(tries), 0)::int8 from identity_tries";
    assert_eq!(sqlx::query_scalar::<_, i64>(tries).fetch_one(&server.service.pool).await.unwrap(), 0);
    proves(&server.service, me, with("number", &others)).await.is(403, "identity_wrong");
    for missing in ["phone", "sms_code", "name", "number"] {
        let mut proof = right.clone();
        proof.as_object_mut().unwrap().remove(missing);
        proves(&server.service, me, proof).await.is(400, "bad_request");
    }
    server.advance(61);
    let strange = code(&server, &provider, UNKNOWN, DEVICE).await;
    let mut not_own = with("phone", UNKNOWN);
    not_own["sms_code"] = strange.into();
    proves(&server.service, me, not_own).await.is(403, "phone_not_own");

    // A ticket is of its session and its purpose.
    server.advance(61);
    let ticket = ticket(&server, &provider, 0).await;
    let [name, number, _] = of(&server, 0).await;
    let body = json!({ "name": name, "number": number, "client": client(DEVICE) });
    let for_phone = server.service.post("/api/v1/me/phone/proofs", Some(me), body).await.is(201, "");
    sets(&server.service, me, &for_phone.body["ticket"], Some("zhangsan"), GOOD)
        .await
        .is(410, "phone_proof_ended");
    let another = server.session(1).unwrap();
    sets(&server.service, another, &ticket, Some("zhangsan"), GOOD).await.is(410, "phone_proof_ended");
    server.advance(601);
    sets(&server.service, me, &ticket, Some("zhangsan"), GOOD).await.is(410, "phone_proof_ended");
    server.service.post(PASSWORD, None, json!({})).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_want_one_account_one_has_it_and_names_are_not_tried_out_for_ever() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (mine, theirs) = (ticket(&server, &provider, 0).await, ticket(&server, &provider, 1).await);
    let (me, them) = (server.session(0).unwrap(), server.session(1).unwrap());
    let (one, two) = tokio::join!(
        sets(&server.service, me, &mine, Some("zhangsan"), GOOD),
        sets(&server.service, them, &theirs, Some("zhangsan"), GOOD),
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.body, two.body);
    let (loser, ticket) = if one.status == 409 { (me, &mine) } else { (them, &theirs) };
    for _ in 0..4 {
        sets(&server.service, loser, ticket, Some("zhangsan"), GOOD).await.is(409, "account_taken");
    }
    sets(&server.service, loser, ticket, Some("lisi2026"), GOOD).await.is(429, "too_many_requests");
    server.close().await;
}
