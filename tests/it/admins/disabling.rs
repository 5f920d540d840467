//! Accounts that are disabled and enabled: by whom, what ends at once on every node, and that somebody always stays who may.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use zaichang_platform::auth::Role;

use super::{
    CLINIC, COUNTY, HOSPITAL, PROVINCE, accept, disable, enable, filled, join, list, make, me, staff,
    token_of, unit,
};
use crate::test_server::{TestServer, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_admin_is_out_at_once_on_every_node_and_so_are_the_links_they_made() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let second = join(&server, first, hospital, "yuelu-limin").await;
    let other_node = server.second(|_| ()).await;
    other_node.get("/api/v1/admin/me", Some(&second.session)).await.is(200, "");
    let (token, _) = token_of(&make(&server, &second.session, hospital).await.is(201, ""));
    let (body, _) = filled(&server, &token, "yuelu-third").await;

    let disabled = disable(&server, first, second.account).await.is(200, "").body;
    assert!(disabled["disabled_at"].is_string());
    assert_eq!((&disabled["disabled_by"], &disabled["disabled_for"]), (&json!("周敏"), &json!("岗位调整")));
    me(&server, &second.session).await.is(401, "login_required");
    eventually(async || other_node.get("/api/v1/admin/me", Some(&second.session)).await.status == 401).await;
    accept(&server, &body).await.is(410, "admin_link_ended");
    server.advance(30);
    let login = json!({ "account": second.name, "password": super::PASSWORD });
    server.service.post("/api/v1/admin-sessions", None, login.clone()).await.is(401, "login_failed");

    // Once more it is no act; and who is enabled again logs in anew: no earlier session comes back.
    disable(&server, first, second.account).await.is(200, "");
    let enabled = enable(&server, first, second.account).await.is(200, "").body;
    assert_eq!((&enabled["disabled_by"], &enabled["disabled_for"]), (&json!(null), &json!(null)));
    me(&server, &second.session).await.is(401, "login_required");
    server.service.post("/api/v1/admin-sessions", None, login).await.is(401, "totp_code_required");
    let log = server.service.get("/api/v1/admin/audit-log", Some(first)).await.body;
    let acts: Vec<_> = log["items"].as_array().unwrap().iter().map(|one| &one["action"]).take(2).collect();
    assert_eq!(acts, ["enable_admin", "disable_admin"]);
    assert_eq!(
        log["items"][1]["detail"],
        json!({ "reason": "岗位调整", "sessions": 1, "links": 1, "screens": 0 })
    );
    other_node.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_disable_each_other_at_one_moment_one_stays() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let own = me(&server, first).await.body["id"].as_i64().unwrap();
    disable(&server, first, own).await.is(409, "own_account");
    enable(&server, first, own).await.is(409, "own_account");
    for round in 0..5 {
        let account = format!("yuelu-{round}");
        let pair = [
            join(&server, first, hospital, &format!("{account}-a")).await,
            join(&server, first, hospital, &format!("{account}-b")).await,
        ];
        let both = join_all([
            disable(&server, &pair[0].session, pair[1].account),
            disable(&server, &pair[1].session, pair[0].account),
        ])
        .await;
        let done = both.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{both:?}");
        assert_eq!(both.iter().filter(|answer| answer.word() == "login_required").count(), 1);
        server.advance(60);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_disabled_in_one_s_own_unit_and_below_and_nowhere_else() {
    let server = TestServer::open().await;
    let (hospitals, _) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    let (_, clinics) = staff(&server, Role::UnitAdmin, CLINIC).await;
    let (county, of_county) = staff(&server, Role::AuthorityAdmin, COUNTY).await;
    let (province, provinces) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    for account in [clinics, of_county, provinces, 4_000_000_000] {
        disable(&server, &hospitals, account).await.is(404, "not_found");
        enable(&server, &hospitals, account).await.is(404, "not_found");
    }
    disable(&server, &county, provinces).await.is(404, "not_found");
    disable(&server, &county, clinics).await.is(200, "");
    // The last admin of a unit too: the authority above lets another one in.
    let clinic = unit(&server, CLINIC).await;
    let listed = list(&server, &county, clinic).await.body;
    assert!(listed["admins"].as_array().unwrap().iter().all(|one| one["disabled_at"].is_string()));
    join(&server, &county, clinic, "juzhou-next").await;
    disable(&server, &province, of_county).await.is(200, "");
    me(&server, &county).await.is(401, "login_required");

    // A unit's admin who stands at a region, as one may by hand, disables no account of its authority.
    let (by_hand, _) = staff(&server, Role::UnitAdmin, PROVINCE).await;
    disable(&server, &by_hand, provinces).await.is(404, "not_found");
    let path = format!("/api/v1/admin-accounts/{clinics}/disablement");
    for wrong in ["", "调", "请联系13800001234"] {
        let wrong = json!({ "reason": wrong });
        let refused =
            server.service.act_on_seen(Method::POST, &path, Some(&province), "*", Some(&wrong)).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "reason");
    }
    server.close().await;
}
