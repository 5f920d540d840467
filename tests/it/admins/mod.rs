//! The admins of units: how they come in, who keeps them, and what those who may not are told.

mod concerned;
mod disabling;
mod halves;
mod links;
mod logins;
pub mod makers;
mod older;
mod passwords;
mod rights;
mod screens;
mod strangers;

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::totp::Secret;
use zaichang_platform::auth::Role;

use crate::authority::admin;
use crate::test_server::{Answer, TestServer};

pub const PASSWORD: &str = "Yuelu-2026";
pub const HOSPITAL: &str = "岳麓人民医院";
pub const CLINIC: &str = "橘洲街道社区卫生服务中心";
pub const COUNTY: &str = "岳麓区";
pub const PROVINCE: &str = "潇湘省（演示）";

/// Who has come in by a link.
pub struct Joined {
    pub session: String,
    pub account: i64,
    pub name: String,
    pub secret: Secret,
}

pub async fn unit(server: &TestServer, name: &str) -> i64 {
    sqlx::query_scalar("select min(id) from units where name = $1")
        .bind(name)
        .fetch_one(&server.service.pool)
        .await
        .unwrap()
}

pub async fn list(server: &TestServer, session: &str, unit: i64) -> Answer {
    server.service.get(&format!("/api/v1/units/{unit}/admins"), Some(session)).await
}

pub async fn make(server: &TestServer, session: &str, unit: i64) -> Answer {
    let body = json!({ "meant_for": "李敏" });
    server.service.post(&format!("/api/v1/units/{unit}/admin-links"), Some(session), body).await
}

/// The token of a link that was made, and its id.
pub fn token_of(made: &Answer) -> (String, i64) {
    let (address, token) = made.body["url"].as_str().unwrap().split_once('#').unwrap();
    assert!(address.ends_with("/console/start"), "{address}");
    (token.to_owned(), made.body["link"]["id"].as_i64().unwrap())
}

pub async fn disable(server: &TestServer, session: &str, account: i64) -> Answer {
    let path = format!("/api/v1/admin-accounts/{account}/disablement");
    let reason = json!({ "reason": "岗位调整" });
    server.service.act_on_seen(Method::POST, &path, Some(session), "*", Some(&reason)).await
}

/// Another password by another admin, who saw any version.
pub async fn reset(server: &TestServer, by: &str, account: i64) -> Answer {
    let path = format!("/api/v1/admin-accounts/{account}/password");
    server.service.act_on_seen(Method::POST, &path, Some(by), "*", None).await
}

pub async fn enable(server: &TestServer, session: &str, account: i64) -> Answer {
    let path = format!("/api/v1/admin-accounts/{account}/disablement");
    server.service.act_on_seen(Method::DELETE, &path, Some(session), "*", None).await
}

pub async fn me(server: &TestServer, session: &str) -> Answer {
    server.service.get("/api/v1/admin/me", Some(session)).await
}

/// An admin of this role at the unit of this name, logged in by a password alone.
pub async fn staff(server: &TestServer, role: Role, unit: &str) -> (String, i64) {
    let session = admin(server, role, unit).await;
    let account = me(server, &session).await.body["id"].as_i64().unwrap();
    (session, account)
}

/// All that the holder of a link types, with an authenticator of their own.
pub async fn filled(server: &TestServer, token: &str, account: &str) -> (Value, Secret) {
    let wanted = json!({ "token": token, "account": account });
    let made = server.service.post("/api/v1/admin-links/authenticators", None, wanted).await.is(200, "");
    let secret = Secret::parse(made.body["secret"].as_str().unwrap()).unwrap();
    let body = json!({
        "token": token,
        "name": "李敏",
        "phone": "138 0000 4321",
        "account": account,
        "password": PASSWORD,
        "authenticator_ticket": made.body["ticket"],
        "one_time_code": secret.code(server.now().as_second() / 30),
    });
    (body, secret)
}

pub async fn accept(server: &TestServer, body: &Value) -> Answer {
    server.service.post("/api/v1/admin-links/acceptances", None, body.clone()).await
}

/// Comes in by a link that this admin makes for the unit.
pub async fn join(server: &TestServer, by: &str, unit: i64, account: &str) -> Joined {
    let (token, _) = token_of(&make(server, by, unit).await.is(201, ""));
    let (body, secret) = filled(server, &token, account).await;
    let session = accept(server, &body).await.is(201, "").cookie("zc_admin").unwrap();
    let me = me(server, &session).await.is(200, "").body;
    Joined { session, account: me["id"].as_i64().unwrap(), name: account.to_owned(), secret }
}
