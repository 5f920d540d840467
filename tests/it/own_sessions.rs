//! People's own logins on phones: seen with where each was opened, and ended one by one or all but this.

use reqwest::Method;
use serde_json::{Value, json};

use crate::test_server::{Answer, Service, TestServer, answer, eventually};

const PATH: &str = "/api/v1/me/sessions";
const PASSWORD: &str = "岳麓山-1926";
const IN_WECHAT: &str = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
    Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50";

/// Logs the demo's first person in by a password, from such a browser.
async fn log_in(server: &TestServer, device: &str, user_agent: &str) -> String {
    let client = json!({ "kind": "wechat", "device_id": device });
    let login = json!({ "account": "chenjing", "password": PASSWORD, "client": client });
    let request =
        server.service.request(Method::POST, "/api/v1/sessions", None).header("user-agent", user_agent);
    let request = request.header("content-type", "application/json").body(login.to_string());
    let answer = answer(request).await.is(201, "");
    answer.body["session"].as_str().unwrap().to_owned()
}

async fn with_password() -> TestServer {
    let server = TestServer::open().await;
    let hash = zaichang_platform::auth::password::hash(&PASSWORD.into()).unwrap();
    let changed = sqlx::query("update people set password_hash = $1, account = 'chenjing' where id = $2")
        .bind(hash)
        .bind(server.demo.people[0].id.0)
        .execute(&server.service.pool);
    assert_eq!(changed.await.unwrap().rows_affected(), 1);
    server
}

async fn me(service: &Service, session: &str) -> Answer {
    service.get("/api/v1/me", Some(session)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_their_logins_and_ends_them_on_every_node() {
    let server = with_password().await;
    let second = server.second(|_| {}).await;
    let of_demo = server.session(0).unwrap().to_owned();
    server.advance(1);
    let lost = log_in(&server, "phone-of-lost-1", IN_WECHAT).await;
    server.advance(1);
    let other = log_in(&server, "phone-of-other", "curl/8").await;
    server.advance(1);
    let mine = log_in(&server, "phone-of-mine-1", IN_WECHAT).await;

    let listed = server.service.get(PATH, Some(&mine)).await.is(200, "").body;
    let said = |name: &str| -> Vec<Value> {
        listed["items"].as_array().unwrap().iter().map(|session| session[name].clone()).collect()
    };
    assert_eq!(said("is_current"), [true, false, false, false].map(Value::from));
    assert_eq!(said("client")[..3], ["wechat", "wechat", "wechat"].map(Value::from));
    assert_eq!(
        said("device"),
        [json!("WeChat · Android"), json!(null), json!("WeChat · Android"), json!(null)]
    );
    // What was opened before this was kept says so, and no session on a phone ends because it is not used.
    assert_eq!(said("same_network"), [json!(true), json!(true), json!(true), json!(null)]);
    assert!(said("seen_at").iter().all(Value::is_null));
    let text = listed.to_string();
    assert!(!text.contains("127.0.0.1") && !text.contains(&lost) && !text.contains("phone-of"));

    // The lost phone's, which another node knows already.
    me(&second, &lost).await.is(200, "");
    let named = format!("{PATH}/{}", listed["items"][2]["id"].as_str().unwrap());
    let stranger = server.session(1).unwrap();
    second.call(Method::DELETE, &named, Some(stranger), None).await.is(404, "not_found");
    server.service.call(Method::DELETE, &named, None, None).await.is(401, "login_required");
    server.service.call(Method::DELETE, &named, server.admin(), None).await.is(403, "forbidden");
    server.service.call(Method::DELETE, &named, Some(&mine), None).await.is(204, "");
    server.service.call(Method::DELETE, &named, Some(&mine), None).await.is(404, "not_found");
    me(&server.service, &lost).await.is(401, "login_required");
    eventually(async || me(&second, &lost).await.status == 401).await;
    me(&second, &other).await.is(200, "");

    let ended = server.service.call(Method::DELETE, PATH, Some(&mine), None).await.is(200, "").body;
    assert_eq!(ended["ended"], 2);
    for gone in [&other, &of_demo] {
        me(&server.service, gone).await.is(401, "login_required");
        eventually(async || me(&second, gone).await.status == 401).await;
    }
    me(&second, &mine).await.is(200, "");
    me(&second, stranger).await.is(200, "");
    let ended = server.service.call(Method::DELETE, PATH, Some(&mine), None).await.is(200, "").body;
    assert_eq!(ended["ended"], 0);
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_ends_nobody_s_logins() {
    let server = with_password().await;
    let mine = log_in(&server, "phone-of-mine-1", IN_WECHAT).await;
    let ride =
        server.service.request(Method::DELETE, PATH, None).header("cookie", format!("zc_session={mine}"));
    answer(ride.header("origin", "https://evil.example")).await.is(403, "origin_refused");
    me(&server.service, server.session(0).unwrap()).await.is(200, "");
    server.close().await;
}
