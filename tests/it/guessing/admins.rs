//! Admins, whose logins and links are refused for nothing that a hall spends.

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Token;
use zaichang_registry::admin_links::{self, MadeBy, Runner};

use super::{ADMIN_LOGINS, AT_ONCE, ELSEWHERE, HALL, exhaust, post, server, with_passwords};
use crate::sms_codes::work_out;
use crate::test_server::{TestServer, answer, eventually};

const OPENINGS: &str = "/api/v1/admin-links/openings";

/// A link for one more admin.
async fn link(server: &TestServer) -> String {
    let mut kept = String::new();
    let keep = |token: &Token, _| {
        token.expose().clone_into(&mut kept);
        anyhow::Ok(())
    };
    let by = MadeBy::Command(Runner::default());
    admin_links::make(&server.service.pool, Some(&server.service.keys), &by, server.now(), keep)
        .await
        .unwrap();
    kept
}

/// Guesses at the passwords of so many admins from the hall's address, a few at once. How often it was judged.
async fn attack_admins(server: &TestServer, admins: usize) -> usize {
    let guesses = (0..admins).map(|admin| {
        let body = json!({ "account": format!("unknown-{admin}"), "password": "wrong horse" });
        post(server, HALL, ADMIN_LOGINS, body)
    });
    let answers: Vec<_> = stream::iter(guesses).buffer_unordered(AT_ONCE).collect().await;
    answers.iter().filter(|answer| answer.word() == "login_failed").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_on_a_new_browser_logs_in_whatever_is_guessed_at_and_by_work_where_admins_are() {
    let server = server().await;
    with_passwords(&server, "right horse").await;
    exhaust(&server).await;
    let mut login = json!({ "account": "yuelu-jjb", "password": "right horse" });
    post(&server, HALL, ADMIN_LOGINS, login.clone()).await.is(201, "");
    // Now admins are guessed at from there.
    assert_eq!(attack_admins(&server, 330).await, 300);
    let limited = post(&server, HALL, ADMIN_LOGINS, login.clone()).await.is(429, "too_many_requests");
    let proof = work_out(limited.body["challenge"].as_str().unwrap());
    login["proof"] = proof.clone().into();
    // It is of this account, counts once, and a wrong password stays wrong.
    let mut other = login.clone();
    other["account"] = json!("xiangya-jjb");
    post(&server, HALL, ADMIN_LOGINS, other).await.is(429, "too_many_requests");
    post(&server, HALL, ADMIN_LOGINS, login.clone()).await.is(201, "");
    server.advance(1);
    let again = post(&server, HALL, ADMIN_LOGINS, login.clone()).await.is(429, "too_many_requests");
    login["proof"] = work_out(again.body["challenge"].as_str().unwrap()).into();
    login["password"] = json!("wrong horse");
    post(&server, HALL, ADMIN_LOGINS, login).await.is(401, "login_failed");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_link_opens_whatever_others_guess_from_its_address() {
    let server = server().await;
    let token = link(&server).await;
    exhaust(&server).await;
    let wrong = (0..330).map(|_| {
        let token = Token::random().unwrap();
        let body = json!({ "token": token.expose() });
        post(&server, HALL, OPENINGS, body)
    });
    let answers: Vec<_> = stream::iter(wrong).buffer_unordered(AT_ONCE).collect().await;
    let judged = answers.iter().filter(|answer| answer.word() == "admin_link_wrong").count();
    let limited = answers.iter().filter(|answer| answer.word() == "too_many_requests").count();
    assert_eq!((judged, limited), (300, 30));
    post(&server, HALL, OPENINGS, json!({ "token": token })).await.is(200, "");
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
    let logged =
        |action: &str, detail: Value| acts.iter().filter(|act| act.0 == action && act.1 == detail).count();
    assert_eq!(logged("log_in", json!({ "known_device": false })), 1);
    assert_eq!(logged("log_in", json!({ "known_device": true })), 2);
    assert_eq!(logged("refuse_login", json!({ "why": "wrong_password" })), 1);
    assert_eq!(logged("refuse_login", json!({ "why": "too_many_requests" })), 1);
    assert_eq!(acts.len(), 5);
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
