//! Passwords of admins: changed by themselves, given by another and changed before anything else; sessions that are seen and ended;
//! second factors that are set anew by a link.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::{
    CLINIC, COUNTY, HOSPITAL, Joined, PASSWORD, PROVINCE, disable, join, list, me, reset, staff, unit,
};
use crate::test_server::{Answer, TestServer, eventually};

const NEW: &str = "Dongting-2026";

async fn change(server: &TestServer, session: &str, current: &str, new: &str) -> Answer {
    let body = json!({ "current": current, "new": new });
    server.service.post("/api/v1/admin/me/password", Some(session), body).await
}

async fn log_in(server: &TestServer, who: &Joined, password: &str) -> Answer {
    server.advance(30);
    let code = who.secret.code(server.now().as_second() / 30);
    let login = json!({ "account": who.name, "password": password, "one_time_code": code });
    server.service.post("/api/v1/admin-sessions", None, login).await
}

async fn factor_link(server: &TestServer, by: &str, account: i64) -> Answer {
    let path = format!("/api/v1/admin-accounts/{account}/factor-links");
    server.service.call(Method::POST, &path, Some(by), None).await
}

async fn second(server: &TestServer) -> Joined {
    join(server, server.admin().unwrap(), unit(server, HOSPITAL).await, "yuelu-limin").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_changes_the_password_and_all_other_sessions_end() {
    let server = TestServer::open().await;
    let who = second(&server).await;
    let other = log_in(&server, &who, PASSWORD).await.is(201, "").cookie("zc_admin").unwrap();
    let refused = change(&server, &who.session, "wrong horse", NEW).await.is(403, "password_wrong");
    assert_eq!(refused.body["field"], "current");
    for weak in ["short", "yuelu-limin-A1", "abcdefghij"] {
        let refused = change(&server, &who.session, PASSWORD, weak).await.is(400, "password_weak");
        assert_eq!(refused.body["field"], "new", "{weak}");
    }
    change(&server, &who.session, PASSWORD, PASSWORD).await.is(400, "password_same");
    change(&server, "", PASSWORD, NEW).await.is(401, "login_required");

    // Two changes at once: one is made.
    let both = join_all([
        change(&server, &who.session, PASSWORD, NEW),
        change(&server, &who.session, PASSWORD, "Hengshan-2026"),
    ])
    .await;
    assert_eq!(both.iter().filter(|answer| answer.status == 204).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|answer| answer.word() == "password_wrong").count(), 1);
    me(&server, &who.session).await.is(200, "");
    me(&server, &other).await.is(401, "login_required");
    log_in(&server, &who, PASSWORD).await.is(401, "login_failed");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_at_the_password_from_an_open_session_is_slowed_down() {
    let server = TestServer::open().await;
    let who = second(&server).await;
    let tries: Vec<_> = join_all((0..40).map(|_| change(&server, &who.session, "wrong horse", NEW))).await;
    assert!(tries.iter().any(|answer| answer.word() == "password_wrong"));
    assert!(tries.iter().any(|answer| answer.word() == "too_many_requests"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_password_opens_nothing_but_its_own_change() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let other_node = server.second(|_| ()).await;
    other_node.get("/api/v1/admin/me", Some(&who.session)).await.is(200, "");
    let given = reset(&server, first, who.account).await.is(200, "").body["password"].clone();
    let given = given.as_str().unwrap();
    eventually(async || other_node.get("/api/v1/admin/me", Some(&who.session)).await.status == 401).await;
    me(&server, &who.session).await.is(401, "login_required");
    log_in(&server, &who, PASSWORD).await.is(401, "login_failed");

    let opened = log_in(&server, &who, given).await.is(201, "");
    assert_eq!(opened.body["account"]["must_change_password"], true);
    assert_eq!(opened.body["account"]["may"], json!([]));
    let session = opened.cookie("zc_admin").unwrap();
    for path in ["/api/v1/courses", "/api/v1/projects", "/api/v1/admin/audit-log", "/api/v1/admin/checklist"]
    {
        server.service.get(path, Some(&session)).await.is(403, "password_change_required");
    }
    list(&server, &session, unit(&server, HOSPITAL).await).await.is(403, "password_change_required");
    other_node.get("/api/v1/courses", Some(&session)).await.is(403, "password_change_required");
    change(&server, &session, given, given).await.is(400, "password_same");
    change(&server, &session, given, NEW).await.is(204, "");
    server.service.get("/api/v1/courses", Some(&session)).await.is(200, "");
    eventually(async || other_node.get("/api/v1/courses", Some(&session)).await.status == 200).await;
    let who_now = me(&server, &session).await.body;
    assert_eq!(who_now["must_change_password"], false);
    assert!(!who_now["may"].as_array().unwrap().is_empty());

    let log = server.service.get("/api/v1/admin/audit-log", Some(first)).await.body;
    let acts = log["items"].as_array().unwrap().iter().map(|one| &one["action"]);
    let acts: Vec<_> = acts.filter(|action| *action != "refuse_login").take(3).collect();
    assert_eq!(acts, ["change_password", "log_in", "reset_admin_password"]);
    assert!(!log.to_string().contains(given));
    other_node.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_resets_their_own_account_nor_one_beside_or_above() {
    let server = TestServer::open().await;
    let (first, own) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    let (_, clinics) = staff(&server, Role::UnitAdmin, CLINIC).await;
    let (province, provinces) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    reset(&server, &first, own).await.is(409, "own_account");
    factor_link(&server, &first, own).await.is(409, "own_account");
    for account in [clinics, provinces, 4_000_000_000] {
        reset(&server, &first, account).await.is(404, "not_found");
        factor_link(&server, &first, account).await.is(404, "not_found");
    }
    // The last admin of a unit is helped by the authority above.
    reset(&server, &province, clinics).await.is(200, "");
    let (county, _) = staff(&server, Role::AuthorityAdmin, COUNTY).await;
    factor_link(&server, &county, clinics).await.is(201, "");
    disable(&server, &province, clinics).await.is(200, "");
    factor_link(&server, &province, clinics).await.is(409, "account_disabled");
    server.close().await;
}

/// What the holder of a link for a second factor types.
async fn factor(server: &TestServer, made: &Answer, password: &str) -> (Value, zaichang_core::totp::Secret) {
    let (token, _) = super::token_of(made);
    let (filled, secret) = super::filled(server, &token, "yuelu-limin").await;
    let body = json!({
        "token": token,
        "password": password,
        "phone": "138 0000 9876",
        "authenticator_ticket": filled["authenticator_ticket"],
        "one_time_code": filled["one_time_code"],
    });
    (body, secret)
}

async fn set_factor(server: &TestServer, body: &Value) -> Answer {
    server.service.post("/api/v1/admin-links/factors", None, body.clone()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_second_factor_is_set_anew_by_a_link_with_the_password_once() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let earlier = factor_link(&server, first, who.account).await.is(201, "");
    let made = factor_link(&server, first, who.account).await.is(201, "");
    let opening = json!({ "token": super::token_of(&earlier).0 });
    server.service.post("/api/v1/admin-links/openings", None, opening).await.is(410, "admin_link_ended");
    let (token, _) = super::token_of(&made);
    let opening = json!({ "token": token });
    let opened = server.service.post("/api/v1/admin-links/openings", None, opening).await.is(200, "").body;
    assert_eq!(opened["account"], "yuelu-limin");

    // It makes no account, and without the password it is nothing.
    let (filled, _) = super::filled(&server, &token, "yuelu-other").await;
    assert_eq!(super::accept(&server, &filled).await.is(400, "bad_request").body["field"], "token");
    let (mut body, secret) = factor(&server, &made, "wrong horse").await;
    assert_eq!(set_factor(&server, &body).await.is(403, "password_wrong").body["field"], "password");
    body["password"] = json!(PASSWORD);
    let both = join_all([set_factor(&server, &body), set_factor(&server, &body)]).await;
    let mut words: Vec<_> = both.iter().map(Answer::word).collect();
    words.sort_unstable();
    assert_eq!(words, ["", "admin_link_ended"]);
    let session = both.iter().find_map(|answer| answer.cookie("zc_admin")).unwrap();
    assert_eq!(me(&server, &session).await.is(200, "").body["id"], who.account);
    me(&server, &who.session).await.is(401, "login_required");
    set_factor(&server, &body).await.is(410, "admin_link_ended");

    log_in(&server, &who, PASSWORD).await.is(401, "totp_code_wrong");
    let renewed = Joined { secret, ..who };
    log_in(&server, &renewed, PASSWORD).await.is(201, "");
    // A link for a new admin sets no other's factor.
    let made = super::make(&server, first, unit(&server, HOSPITAL).await).await;
    let (body, _) = factor(&server, &made, PASSWORD).await;
    assert_eq!(set_factor(&server, &body).await.is(400, "bad_request").body["field"], "token");
    let log = server.service.get("/api/v1/admin/audit-log?action=set_second_factor", Some(first)).await.body;
    assert_eq!(log["items"][0]["detail"]["maker"], "周敏");
    let log = server.service.get("/api/v1/admin/audit-log?action=make_factor_link", Some(first)).await.body;
    let replaced: Vec<_> =
        log["items"].as_array().unwrap().iter().map(|one| &one["detail"]["replaced"]).collect();
    assert_eq!(replaced, [1, 0]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_a_second_factor_ends_with_its_account() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let made = factor_link(&server, first, who.account).await.is(201, "");
    let (body, _) = factor(&server, &made, PASSWORD).await;
    disable(&server, first, who.account).await.is(200, "");
    set_factor(&server, &body).await.is(410, "admin_link_ended");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_the_own_sessions_and_ends_them_one_by_one_or_all_but_this() {
    let server = TestServer::open().await;
    let who = second(&server).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(log_in(&server, &who, PASSWORD).await.is(201, "").cookie("zc_admin").unwrap());
    }
    let path = "/api/v1/admin/me/sessions";
    let listed = server.service.get(path, Some(&who.session)).await.is(200, "").body;
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    assert_eq!(items.iter().filter(|one| one["is_current"] == true).count(), 1);
    assert_eq!((&items[0]["is_current"], &items[0]["same_network"]), (&json!(true), &json!(true)));
    assert!(!listed.to_string().contains("127.0.0.1"));

    // The newest of the others.
    let one = format!("{path}/{}", items[1]["id"].as_str().unwrap());
    let (stranger, _) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    server.service.call(Method::DELETE, &one, Some(&stranger), None).await.is(404, "not_found");
    server.service.call(Method::DELETE, &one, Some(&who.session), None).await.is(204, "");
    server.service.call(Method::DELETE, &one, Some(&who.session), None).await.is(404, "not_found");
    me(&server, &others[2]).await.is(401, "login_required");
    let log =
        server.service.get("/api/v1/admin/audit-log?action=end_sessions", who.session.as_str().into()).await;
    assert_eq!(
        (&log.body["in_all"], &log.body["items"][0]["detail"]),
        (&json!(1), &json!({ "sessions": 1 }))
    );
    let ended = server.service.call(Method::DELETE, path, Some(&who.session), None).await.is(200, "").body;
    assert_eq!(ended["ended"], 2);
    for other in &others {
        me(&server, other).await.is(401, "login_required");
    }
    me(&server, &who.session).await.is(200, "");
    let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";
    server.advance(30);
    let code = who.secret.code(server.now().as_second() / 30);
    let login = json!({ "account": who.name, "password": PASSWORD, "one_time_code": code });
    let request =
        server.service.request(Method::POST, "/api/v1/admin-sessions", None).header("user-agent", browser);
    let request = request.header("content-type", "application/json").body(login.to_string());
    crate::test_server::answer(request).await.is(201, "");
    let listed = server.service.get(path, Some(&who.session)).await.body;
    assert_eq!(listed["items"][1]["device"], "Chrome · Windows");
    server.close().await;
}

/// A change of the account that has not been committed yet, so that others wait for it.
async fn uncommitted(
    server: &TestServer,
    account: i64,
    set: &str,
) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut change = server.service.pool.begin().await.unwrap();
    let update = format!("update accounts set {set} where id = {account}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(update)).execute(&mut *change).await.unwrap();
    change
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_or_a_second_step_that_a_new_password_overtakes_opens_nothing() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let other = "password_hash = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'";
    let made = factor_link(&server, first, who.account).await.is(201, "");
    let (body, _) = factor(&server, &made, PASSWORD).await;
    let change = uncommitted(&server, who.account, other).await;
    let (answer, ()) = tokio::join!(set_factor(&server, &body), async {
        server.until_somebody_waits().await;
        change.commit().await.unwrap();
    });
    answer.is(403, "password_wrong");

    let who = join(&server, first, unit(&server, HOSPITAL).await, "yuelu-third").await;
    let change = uncommitted(&server, who.account, other).await;
    let (answer, ()) = tokio::join!(log_in(&server, &who, PASSWORD), async {
        server.until_somebody_waits().await;
        change.commit().await.unwrap();
    });
    answer.is(401, "login_failed");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_of_a_link_are_its_own() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let made = factor_link(&server, first, who.account).await.is(201, "");
    let (mut body, _) = factor(&server, &made, "wrong horse").await;
    for _ in 0..10 {
        set_factor(&server, &body).await.is(403, "password_wrong");
    }
    body["password"] = json!(PASSWORD);
    set_factor(&server, &body).await.is(410, "admin_link_ended");
    log_in(&server, &who, PASSWORD).await.is(201, "");

    // Nor does who guesses at the account's logins keep its holder from their link.
    let made = factor_link(&server, first, who.account).await.is(201, "");
    let (body, _) = factor(&server, &made, PASSWORD).await;
    let guesses = join_all((0..10).map(|_| {
        let login = json!({ "account": who.name, "password": "wrong horse" });
        server.service.post("/api/v1/admin-sessions", None, login)
    }));
    assert!(guesses.await.iter().any(|answer| answer.word() == "too_many_requests"));
    set_factor(&server, &body).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_password_lasts_three_days_and_ends_a_link_for_the_second_step() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let made = factor_link(&server, first, who.account).await.is(201, "");
    let (mut body, _) = factor(&server, &made, PASSWORD).await;
    let (colleague, _) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    let given = reset(&server, &colleague, who.account).await.is(200, "").body["password"].clone();
    body["password"] = given.clone();
    set_factor(&server, &body).await.is(410, "admin_link_ended");
    server.advance(72 * 3600);
    log_in(&server, &who, given.as_str().unwrap()).await.is(403, "given_password_expired");
    log_in(&server, &who, PASSWORD).await.is(401, "login_failed");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acts_on_what_they_have_not_seen_is_told_what_stands() {
    let server = TestServer::open().await;
    let (first, who) = (server.admin().unwrap(), second(&server).await);
    let account = format!("/api/v1/admin-accounts/{}", who.account);
    let seen = server.service.get(&account, Some(first)).await.is(200, "").version();
    let on = async |method: Method, path: &str, seen: &str, body: Option<Value>| {
        let path = format!("{account}/{path}");
        server.service.act_on_seen(method, &path, Some(first), seen, body.as_ref()).await
    };
    let unsaid =
        server.service.call(Method::DELETE, &format!("{account}/disablement"), Some(first), None).await;
    assert_eq!(unsaid.status.as_u16(), 428);
    // Two who give a password at one moment: one of them is handed over.
    let both = join_all((0..2).map(|_| on(Method::POST, "password", &seen, None))).await;
    let mut words: Vec<_> = both.iter().map(Answer::word).collect();
    words.sort_unstable();
    assert_eq!(words, ["", "changed_meanwhile"]);
    // Who disables or enables by an earlier page sees why first.
    let reason = json!({ "reason": "账号可能被他人使用" });
    on(Method::POST, "disablement", &seen, Some(reason.clone())).await.is(412, "changed_meanwhile");
    let seen = server.service.get(&account, Some(first)).await.version();
    let disabled = on(Method::POST, "disablement", &seen, Some(reason)).await.is(200, "");
    let late = on(Method::DELETE, "disablement", &seen, None).await.is(412, "changed_meanwhile");
    assert!(late.body["current"]["disabled_at"].is_string());
    on(Method::DELETE, "disablement", &disabled.version(), None).await.is(200, "");
    server.close().await;
}
