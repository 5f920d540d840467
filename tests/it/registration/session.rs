//! What a proved phone opens: one registration, for an hour, and nothing else; and how the phone is left.

use reqwest::Method;
use serde_json::json;
use zaichang_core::Phone;
use zaichang_registry::registration;

use super::{NEWCOMER, PATH, entry, open, sealer, session_of, submitted};
use crate::login::{Provider, server};
use crate::test_server::{TestServer, client};

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
async fn a_phone_that_is_proved_twice_at_once_has_one_registration() {
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
async fn drafts_that_are_left_lying_are_taken_away_and_what_waits_stays() {
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
