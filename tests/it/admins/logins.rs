//! How long an admin stays logged in, which second factor an authority may demand, and what still waits on its checklist.

use serde_json::json;
use zaichang_platform::auth::{self, Role, password};

use super::{COUNTY, HOSPITAL, PROVINCE, disable, join, make, me, staff, token_of, unit};
use crate::login::Provider;
use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nobody_uses_ends_and_a_use_on_any_node_counts() {
    let server = TestServer::open().await;
    let who = join(&server, server.admin().unwrap(), unit(&server, HOSPITAL).await, "yuelu-limin").await;
    let other_node = server.second(|_| ()).await;
    let on_other = async || other_node.get("/api/v1/admin/me", Some(&who.session)).await.status.as_u16();
    assert_eq!(on_other().await, 200);
    server.advance(100 * 60);
    me(&server, &who.session).await.is(200, "");
    server.advance(100 * 60);
    assert_eq!(on_other().await, 200, "it was used on the first node meanwhile");
    server.advance(119 * 60);
    me(&server, &who.session).await.is(200, "");
    server.advance(120 * 60);
    me(&server, &who.session).await.is(401, "login_required");
    assert_eq!(on_other().await, 401);
    other_node.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_a_working_day_whatever_is_done_with_it() {
    let server = TestServer::open().await;
    let who = join(&server, server.admin().unwrap(), unit(&server, HOSPITAL).await, "yuelu-limin").await;
    for _ in 0..11 {
        server.advance(3600);
        me(&server, &who.session).await.is(200, "");
    }
    server.advance(3600);
    me(&server, &who.session).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_can_be_demanded_of_authorities_alone() {
    let provider = Provider::start().await;
    let server = TestServer::open_with(|settings| {
        settings.modules.put(provider.settings());
        settings.modules.set::<auth::Settings>(|admins| admins.authority_totp = true);
    })
    .await;
    let hash = password::hash(&"right horse".into()).unwrap();
    server.sql(&format!("update accounts set password_hash = '{hash}'")).await;
    for (account, status, word) in [("xiaoxiang-wjw", 403, "totp_demanded"), ("yuelu-jjb", 201, "")] {
        let login = json!({ "account": account, "password": "right horse" });
        server.service.post("/api/v1/admin-sessions", None, login).await.is(status, word);
        let wrong = json!({ "account": account, "password": "wrong horse" });
        server.service.post("/api/v1/admin-sessions", None, wrong).await.is(401, "login_failed");
    }
    // A link of an authority sets an authenticator up, one of a unit proves the phone.
    server.sql("update accounts set role = 'authority_admin', unit_id = (select min(id) from units where name = '潇湘省（演示）') where account = 'yuelu-jjb'").await;
    crate::test_server::eventually(async || {
        me(&server, server.admin().unwrap()).await.body["role"] == "authority_admin"
    })
    .await;
    for (name, factor) in [(COUNTY, "totp"), (HOSPITAL, "sms")] {
        let made = make(&server, server.admin().unwrap(), unit(&server, name).await).await.is(201, "");
        let opening = json!({ "token": token_of(&made).0 });
        let opened = server.service.post("/api/v1/admin-links/openings", None, opening).await.is(200, "");
        assert_eq!(opened.body["second_factor"], factor, "{name}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_is_asked_to_let_the_first_admins_of_its_units_in() {
    let server = TestServer::open().await;
    let (province, _) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let waits = async || {
        let list = server.service.get("/api/v1/admin/checklist", Some(&province)).await.is(200, "").body;
        list["items"].as_array().unwrap().contains(&json!("unit_admins"))
    };
    assert!(!waits().await);
    let own = me(&server, server.admin().unwrap()).await.body["id"].as_i64().unwrap();
    disable(&server, &province, own).await.is(200, "");
    assert!(waits().await);
    join(&server, &province, unit(&server, HOSPITAL).await, "yuelu-limin").await;
    assert!(!waits().await);
    server.close().await;
}
