//! Undoing a binding: for oneself, of all accounts, with the sessions on every node; kept in the history, and bound again by proof.

use reqwest::Method;
use serde_json::json;

use super::binding::rows;
use super::person::{DEVICE, bind, bound, log_in, mini_program, register, server, ticket};
use super::simulated::{MINI, OFFICIAL, SimulatedWechat};
use crate::test_server::{Answer, TestServer, answer, eventually};

const PATH: &str = "/api/v1/me/wechat/binding";

async fn unbind(server: &TestServer, session: &str) -> Answer {
    server.service.call(Method::DELETE, PATH, Some(session), None).await
}

/// Logs in on a page of the Official Account; gives the session in the browser's cookie.
async fn page(
    server: &TestServer,
    simulated: &SimulatedWechat,
    openid: &str,
    unionid: Option<&str>,
) -> (Answer, Option<String>) {
    let body = json!({ "oauth_code": simulated.oauth_code(openid, unionid), "client": { "kind": "h5" } });
    let answer = server.service.post("/api/v1/wechat/sessions", None, body).await;
    let session = answer.cookie("zc_session");
    (answer, session)
}

/// How each binding ended, in order.
async fn ends(server: &TestServer) -> Vec<(String, Option<String>)> {
    rows(server).await.into_iter().map(|row| (row.1, row.4)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_the_sessions_on_every_node_and_the_next_login_takes_a_proof_again() {
    let (server, simulated) = server().await;
    let second = server.second(|all| all.modules.put(simulated.settings())).await;
    let (person, other) = (register(&server, "王伟", 1).await, register(&server, "李娜", 2).await);
    let session = bound(&server, &simulated, "o-1", Some("u-1"), &person).await;
    let theirs = bound(&server, &simulated, "o-2", Some("u-2"), &other).await;
    let another = log_in(&server, &simulated, "another-phone", "o-1", Some("u-1")).await.is(201, "");
    let another = another.body["session"].as_str().unwrap();
    second.get("/api/v1/me", Some(another)).await.is(200, "");
    for (session, agreed) in [(&session, 2), (&theirs, 1)] {
        for _ in 0..agreed {
            let agreed = json!({ "template": "award", "result": "accept" });
            server.service.post("/api/v1/me/wechat/subscriptions", Some(session), agreed).await.is(204, "");
        }
    }
    let code = server.fresh_code(server.course()).await;
    let check_in = json!({ "code": code, "client": mini_program(DEVICE) });
    server.service.post("/api/v1/check-ins", Some(&session), check_in).await.is(201, "recorded");

    unbind(&server, &session).await.is(204, "");
    server.service.get("/api/v1/me", Some(&session)).await.is(401, "login_required");
    server.service.get("/api/v1/me", Some(another)).await.is(401, "login_required");
    eventually(async || second.get("/api/v1/me", Some(another)).await.status == 401).await;
    unbind(&server, &session).await.is(401, "login_required");
    // No other person has lost anything.
    server.service.get("/api/v1/me", Some(&theirs)).await.is(200, "");
    let agreed: Vec<(i64, i32)> =
        sqlx::query_as("select person_id, acceptances from wechat_subscriptions order by person_id")
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(agreed, [(person.id.0, 0), (other.id.0, 1)]);
    // A colleague may bind the phone now; so may the same person, whose records have stayed.
    log_in(&server, &simulated, DEVICE, "o-1", Some("u-1")).await.is(200, "not_bound");
    let again = bound(&server, &simulated, "o-1", Some("u-1"), &person).await;
    let records = server.service.get("/api/v1/me/check-ins", Some(&again)).await.is(200, "");
    assert_eq!(records.body["items"].as_array().unwrap().len(), 1);
    let unbound = Some("unbound".to_owned());
    assert_eq!(ends(&server).await, [(MINI.into(), unbound), (MINI.into(), None), (MINI.into(), None)]);
    let reopened = sqlx::raw_sql("update wechat_bindings set ended_at = null, ended_by = null");
    assert!(reopened.execute(&server.service.pool).await.is_err());
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_both_accounts_so_that_a_unionid_does_not_bind_again_what_was_undone() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let session = bound(&server, &simulated, "o-1", Some("u-1"), &person).await;
    let (joined, browser) = page(&server, &simulated, "oa-1", Some("u-1")).await;
    joined.is(201, "");
    let browser = browser.unwrap();
    let in_browser = async |method, path: &str, origin: &str| {
        let request = server.service.request(method, path, None).header("origin", origin);
        answer(request.header("cookie", format!("zc_session={browser}"))).await
    };
    let ours = "https://cme.example.cn";
    in_browser(Method::GET, "/api/v1/me", ours).await.is(200, "");
    in_browser(Method::DELETE, PATH, "https://evil.example").await.is(403, "origin_refused");
    // From the page, whose cookie is forgotten with its session.
    let undone = in_browser(Method::DELETE, PATH, ours).await.is(204, "");
    let cookie = undone.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("zc_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
    in_browser(Method::GET, "/api/v1/me", ours).await.is(401, "login_required");
    server.service.get("/api/v1/me", Some(&session)).await.is(401, "login_required");
    log_in(&server, &simulated, DEVICE, "o-1", Some("u-1")).await.is(200, "not_bound");
    page(&server, &simulated, "oa-1", Some("u-1")).await.0.is(200, "not_bound");
    let unbound = Some("unbound".to_owned());
    assert_eq!(ends(&server).await, [(MINI.into(), unbound.clone()), (OFFICIAL.into(), unbound)]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_the_same_moment_does_not_leave_half_of_it_bound() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    for round in 0..8 {
        let session = bound(&server, &simulated, "o-1", Some("u-1"), &person).await;
        let openid = format!("oa-{round}");
        let (undone, _) =
            tokio::join!(unbind(&server, &session), page(&server, &simulated, &openid, Some("u-1")));
        undone.is(204, "");
        let living = rows(&server).await.into_iter().filter(|row| row.4.is_none()).count();
        assert_eq!(living, 0, "round {round}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_bound_nothing_may_ask_for_it_and_nobody_must_be_logged_in() {
    let (server, simulated) = server().await;
    server.service.call(Method::DELETE, PATH, None, None).await.is(401, "login_required");
    let app = server.session(0).unwrap();
    for _ in 0..2 {
        unbind(&server, app).await.is(204, "");
    }
    // An app's login stands on no WeChat account.
    server.service.get("/api/v1/me", Some(app)).await.is(200, "");
    let person = register(&server, "王伟", 1).await;
    let ticket = ticket(&server, &simulated, DEVICE, "o-1", None).await;
    bind(&server, &simulated, DEVICE, &ticket, &person).await.is(201, "");
    unbind(&server, app).await.is(204, "");
    assert_eq!(ends(&server).await, [(MINI.into(), None)]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_beside_the_unbinding_opens_no_session_that_outlives_it() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    bound(&server, &simulated, "o-1", None, &person).await;
    let pool = &server.service.pool;
    // As replacing a lost phone does: what is bound ends, then all logins.
    let mut change = pool.begin().await.unwrap();
    for ends in [
        "update wechat_bindings set ended_at = now(), ended_by = 'unbound' where person_id = $1",
        "update sessions set revoked_at = now() where person_id = $1",
    ] {
        sqlx::query(ends).bind(person.id.0).execute(&mut *change).await.unwrap();
    }
    let waits = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    let commits = async {
        eventually(async || sqlx::query_scalar(waits).fetch_one(pool).await.unwrap()).await;
        change.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(log_in(&server, &simulated, "the-lost-phone", "o-1", None), commits);
    refused.is(410, "wechat_code_invalid");
    let living = "select count(*) from sessions where person_id = $1 and revoked_at is null";
    let living: i64 = sqlx::query_scalar(living).bind(person.id.0).fetch_one(pool).await.unwrap();
    assert_eq!(living, 0);
    server.close().await;
}
