//! Logging in by WeChat: at once where it is bound, also with our other account; what WeChat refuses; nothing configured.

use reqwest::Method;
use serde_json::json;

use super::binding::rows;
use super::person::{DEVICE, bind, bound, log_in, mini_program, register, server, ticket};
use super::simulated::{Fault, OFFICIAL};
use crate::sms_codes::work_out;
use crate::test_server::{TestServer, answer, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_before_the_first_login_is_kept_through_binding_and_the_next_login_is_at_once() {
    let (server, simulated) = server().await;
    let person = register(&server, "买买提·吐尔逊", 1).await;
    let code = server.fresh_code(server.course()).await;
    let body = json!({ "code": code, "client": mini_program(DEVICE) });
    let scan = server.service.post("/api/v1/scans", None, body).await.is(201, "");
    let not_bound = log_in(&server, &simulated, DEVICE, "o-1", Some("u-1")).await.is(200, "not_bound");
    assert!(!not_bound.body.to_string().contains("o-1") && not_bound.body["expires_at"].is_string());
    server.advance(100);
    // The dot of the name is another one, as keyboards have it.
    let body = json!({ "bind_ticket": not_bound.body["bind_ticket"], "name": " 买买提•吐尔逊 ",
        "id_number": person.id_number.to_lowercase(), "phone_code": simulated.phone_code(&person.phone),
        "client": mini_program(DEVICE), "pass": scan.body["pass"] });
    let logged_in = server.service.post("/api/v1/wechat/bindings", None, body).await.is(201, "");
    assert_eq!(logged_in.body["person"]["id"], person.id.0);
    let session = logged_in.body["session"].as_str().unwrap();
    // The pass came back bound: it may wait for hours.
    server.advance(7200);
    let body = json!({ "pass": logged_in.body["pass"]["pass"], "client": mini_program(DEVICE) });
    server.service.post("/api/v1/check-ins", Some(session), body).await.is(201, "recorded");

    let again = log_in(&server, &simulated, "another-phone", "o-1", Some("u-1")).await.is(201, "");
    assert_eq!(again.body["person"]["name"], "买买提·吐尔逊");
    assert_eq!(rows(&server).await.len(), 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unionid_joins_the_mini_program_and_the_official_account() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    // Bound before the accounts were joined.
    bound(&server, &simulated, "o-1", None, &person).await;
    let page = async |openid: &str, unionid| {
        let code = simulated.oauth_code(openid, unionid);
        let body = json!({ "oauth_code": code, "client": { "kind": "h5" } });
        server.service.post("/api/v1/wechat/sessions", None, body).await
    };
    page("oa-1", Some("u-1")).await.is(200, "not_bound");
    log_in(&server, &simulated, DEVICE, "o-1", Some("u-1")).await.is(201, "");
    let logged_in = page("oa-1", Some("u-1")).await.is(201, "");
    assert_eq!(logged_in.body["person"]["id"], person.id.0);
    // A browser has its session in a cookie alone.
    assert!(logged_in.body.get("session").is_none());
    let cookies: Vec<_> =
        logged_in.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("zc_session=") && cookie.contains("HttpOnly")));
    let joined = rows(&server).await.pop().unwrap();
    assert_eq!((joined.1.as_str(), joined.3.as_str()), (OFFICIAL, "unionid"));
    // From now on without it, too; another account of that name stays another.
    page("oa-1", None).await.is(201, "");
    page("oa-2", Some("u-2")).await.is(200, "not_bound");
    page("oa-3", None).await.is(200, "not_bound");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_not_approved_or_cancelled_is_told_so_only_after_proof() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let session = bound(&server, &simulated, "o-1", None, &person).await;
    server.service.get("/api/v1/me", Some(&session)).await.is(200, "");
    server.sql(&format!("update people set registration = 'pending' where id = {}", person.id)).await;
    log_in(&server, &simulated, DEVICE, "o-1", None).await.is(403, "person_not_approved");
    let other = ticket(&server, &simulated, DEVICE, "o-2", None).await;
    bind(&server, &simulated, DEVICE, &other, &person).await.is(403, "person_not_approved");
    server.sql(&format!("update people set state = 'cancelled' where id = {}", person.id)).await;
    log_in(&server, &simulated, DEVICE, "o-1", None).await.is(403, "person_inactive");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invented_codes_from_one_address_cost_few_calls_and_nobody_who_has_scanned_their_login() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let session = bound(&server, &simulated, "o-1", None, &person).await;
    let asked = || simulated.calls("sns/jscode2session");
    let mut devices = 0;
    let mut attack = async || {
        let bodies = (0..100).map(|_| {
            devices += 1;
            json!({ "js_code": format!("invented-{devices}"), "client": mini_program(&format!("device-{devices:06}")) })
        });
        let tries = bodies.map(|body| server.service.post("/api/v1/wechat/sessions", None, body));
        let answers = futures_util::future::join_all(tries).await;
        let words: Vec<_> = answers.iter().map(|answer| answer.word().to_owned()).collect();
        assert!(
            words.iter().all(|word| word == "wechat_code_invalid" || word == "too_many_requests"),
            "{words:?}"
        );
        words.iter().any(|word| word == "too_many_requests")
    };
    while !attack().await {}
    // From now on WeChat is asked as slowly as the address earns its tries back, however many are made: time stands still here.
    let before = asked();
    for _ in 0..10 {
        attack().await;
    }
    let since = asked() - before;
    assert_eq!(since, 0, "{since} of 1,000 invented codes went to WeChat");
    // A logged-in person is not asked for at all, a person who has scanned is let through.
    let code = server.fresh_code(server.course()).await;
    let check_in = json!({ "code": code, "client": mini_program(DEVICE) });
    server.service.post("/api/v1/check-ins", Some(&session), check_in).await.is(201, "recorded");
    for sequence in 0..20 {
        let client = mini_program(&format!("of-the-hall-{sequence}"));
        let scan = json!({ "code": code, "client": client });
        let scan = server.service.post("/api/v1/scans", None, scan).await.is(201, "");
        let login = json!({ "js_code": simulated.js_code(&format!("o-{}", sequence + 2), None), "client": client,
            "pass": scan.body["pass"] });
        server.service.post("/api/v1/wechat/sessions", None, login).await.is(200, "not_bound");
    }
    // A pass is of its own device, and no way round for others.
    let scan = json!({ "code": code, "client": mini_program(DEVICE) });
    let pass = server.service.post("/api/v1/scans", None, scan).await.is(201, "").body["pass"].clone();
    let before = asked();
    let stolen = (0..100).map(|sequence| {
        let client = mini_program(&format!("of-a-thief-{sequence:03}"));
        let body = json!({ "js_code": "invented", "client": client, "pass": pass });
        server.service.post("/api/v1/wechat/sessions", None, body)
    });
    futures_util::future::join_all(stolen).await;
    assert_eq!(asked(), before);
    // And a person without a scan comes in as soon as the address has earned it.
    let at_home = json!({ "js_code": simulated.js_code("o-1", None), "client": mini_program("at-home-1") });
    let limited = server
        .service
        .post("/api/v1/wechat/sessions", None, at_home.clone())
        .await
        .is(429, "too_many_requests");
    // By work at once, with the code that WeChat was not asked about yet.
    let mut worked = at_home.clone();
    worked["proof"] = work_out(limited.body["challenge"].as_str().unwrap()).into();
    server.service.post("/api/v1/wechat/sessions", None, worked).await.is(201, "");
    let at_home = json!({ "js_code": simulated.js_code("o-1", None), "client": mini_program("at-home-1") });
    server.advance(2);
    server.service.post("/api/v1/wechat/sessions", None, at_home).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wechat_refuses_and_what_a_client_sends_wrong_is_told_with_what_to_do() {
    let (server, simulated) = server().await;
    let log_in_with =
        async |body: serde_json::Value| server.service.post("/api/v1/wechat/sessions", None, body).await;
    let client = mini_program(DEVICE);
    let with = |code: &str| json!({ "js_code": code, "client": client });
    log_in_with(with("made-up")).await.is(410, "wechat_code_invalid");
    let used = simulated.js_code("o-1", None);
    log_in_with(with(&used)).await.is(200, "not_bound");
    log_in_with(with(&used)).await.is(410, "wechat_code_invalid");
    for (code, status, word) in [
        (40226, 403, "wechat_blocked"),
        (45011, 429, "too_many_requests"),
        (48001, 503, "wechat_unavailable"),
    ] {
        simulated.next("sns/jscode2session", &[Fault::Errcode(code)]);
        log_in_with(with("any")).await.is(status, word);
    }
    let snapshot = json!({ "oauth_code": simulated.snapshot_code(), "client": { "kind": "h5" } });
    log_in_with(snapshot).await.is(409, "wechat_snapshot");
    for (body, field) in [
        (json!({ "client": client }), "js_code"),
        (json!({ "js_code": "a", "oauth_code": "b", "client": client }), "js_code"),
        (json!({ "js_code": "", "client": client }), "js_code"),
        (json!({ "js_code": "两个字", "client": client }), "js_code"),
        (json!({ "js_code": "a", "client": { "kind": "h5" } }), "oauth_code"),
        (json!({ "js_code": "a", "client": { "kind": "app", "device_id": "12345678" } }), "client.kind"),
        (json!({ "js_code": "a", "client": { "kind": "wechat" } }), "client.device_id"),
        (json!({ "js_code": "a", "client": client, "odd": 1 }), "body"),
    ] {
        assert_eq!(log_in_with(body).await.is(400, "bad_request").body["field"], field);
    }
    // A cross-site page cannot log its reader in.
    let ride = server
        .service
        .request(Method::POST, "/api/v1/wechat/sessions", None)
        .header("origin", "https://evil.example");
    let body = json!({ "oauth_code": "a", "client": { "kind": "h5" } }).to_string();
    answer(ride.header("content-type", "application/json").body(body)).await.is(403, "origin_refused");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_configured_every_door_says_so() {
    let server = TestServer::open().await;
    let body = json!({ "js_code": "a", "client": mini_program(DEVICE) });
    server.service.post("/api/v1/wechat/sessions", None, body).await.is(409, "wechat_not_configured");
    let body = json!({ "oauth_code": "a", "client": { "kind": "h5" } });
    server.service.post("/api/v1/wechat/sessions", None, body).await.is(409, "wechat_not_configured");
    let page = format!("/api/v1/wechat/jssdk-config?url={}/", server.service.base);
    server.service.get(&page, None).await.is(409, "wechat_not_configured");
    let body = json!({ "template": "award", "result": "accept" });
    let path = "/api/v1/me/wechat/subscriptions";
    server.service.post(path, server.session(0), body.clone()).await.is(409, "wechat_not_configured");
    server.service.post(path, None, body).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_keeps_what_wechat_says_of_the_risk_and_waits_for_nothing() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    simulated.office(|office| office.ranks.insert("o-1".to_owned(), 3));
    simulated.next("wxa/getuserriskrank", &[Fault::Silence]);
    bound(&server, &simulated, "o-1", None, &person).await;
    log_in(&server, &simulated, DEVICE, "o-1", None).await.is(201, "");
    let kept = async || {
        let rank = sqlx::query_scalar::<_, i16>("select rank from risk_ranks where person_id = $1");
        rank.bind(person.id.0).fetch_optional(&server.service.pool).await.unwrap().is_some()
    };
    eventually(kept).await;
    server.close().await;
}
