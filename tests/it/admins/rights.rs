//! Sub-accounts: what each right opens and what it does not, who gives rights, and that somebody always stays who may.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::{CLINIC, HOSPITAL, Joined, PROVINCE, accept, filled, join, list, me, staff, token_of, unit};
use crate::test_server::{Answer, TestServer, eventually};

async fn give(server: &TestServer, by: &str, account: i64, seen: &str, rights: Value) -> Answer {
    let path = format!("/api/v1/admin-accounts/{account}");
    server.service.patch_seen(&path, Some(by), seen, &json!({ "rights": rights })).await
}

/// A sub-account of the hospital with these rights.
async fn sub_account(server: &TestServer, by: &str, account: &str, rights: Value) -> Joined {
    let hospital = unit(server, HOSPITAL).await;
    let body = json!({ "meant_for": "李敏", "rights": rights });
    let made = server.service.post(&format!("/api/v1/units/{hospital}/admin-links"), Some(by), body).await;
    let (token, _) = token_of(&made.is(201, ""));
    let (body, secret) = filled(server, &token, account).await;
    let session = accept(server, &body).await.is(201, "").cookie("zc_admin").unwrap();
    let id = me(server, &session).await.body["id"].as_i64().unwrap();
    Joined { session, account: id, name: account.to_owned(), secret }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_account_does_what_its_rights_hold_and_is_told_which_it_lacks() {
    let server = TestServer::open().await;
    let first = server.admin().unwrap();
    let desk = sub_account(&server, first, "yuelu-desk", json!(["desk", "desk"])).await;
    let who = me(&server, &desk.session).await.body;
    assert_eq!(who["rights"], json!(["desk"]));
    assert!(who["may"].as_array().unwrap().contains(&json!("assist_check_in")));
    assert!(!who["may"].as_array().unwrap().contains(&json!("change_settings")));
    let course = server.course();
    server.service.get(&format!("/api/v1/courses/{course}"), Some(&desk.session)).await.is(200, "");
    let path = format!("/api/v1/courses/{course}");
    let refused = server.service.patch_seen(&path, Some(&desk.session), "*", &json!({ "face": true })).await;
    let refused = refused.is(403, "forbidden");
    assert_eq!(refused.body["rights"], json!(["hosting"]));
    assert_eq!(
        refused.body["detail"],
        "“修改课程设置”需要“项目举办”权限，请由拥有全部权限的管理员为本账号增加该权限。"
    );
    let refused = list(&server, &desk.session, unit(&server, HOSPITAL).await).await.is(403, "forbidden");
    assert_eq!(refused.body["rights"], json!([]));
    assert_eq!(refused.body["detail"], "“查看管理员”仅限拥有全部权限的管理员。");

    let listed = list(&server, first, unit(&server, HOSPITAL).await).await.body;
    assert_eq!(
        (&listed["admins"][0]["rights"], &listed["admins"][1]["rights"]),
        (&Value::Null, &json!(["desk"]))
    );
    for wrong in [json!([]), json!(["all"]), json!("desk")] {
        let body = json!({ "meant_for": "李敏", "rights": wrong });
        let hospital = unit(&server, HOSPITAL).await;
        let refused =
            server.service.post(&format!("/api/v1/units/{hospital}/admin-links"), Some(first), body).await;
        assert!(
            refused.is(400, "bad_request").body["field"].as_str().unwrap().starts_with("rights"),
            "{wrong}"
        );
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_given_by_their_version_and_hold_at_once_on_every_node() {
    let server = TestServer::open().await;
    let first = server.admin().unwrap();
    let desk = sub_account(&server, first, "yuelu-desk", json!(["desk"])).await;
    let other_node = server.second(|_| ()).await;
    let registrations = "/api/v1/registrations";
    other_node.get(registrations, Some(&desk.session)).await.is(403, "forbidden");
    let path = format!("/api/v1/admin-accounts/{}", desk.account);
    let seen = server.service.get(&path, Some(first)).await.is(200, "").version();
    let refused = server.service.patch(&path, Some(first), json!({})).await;
    assert!(refused.status.is_client_error());
    assert_eq!(
        give(&server, first, desk.account, &seen, Value::Null).await.is(200, "").body["rights"],
        Value::Null
    );
    let late =
        give(&server, first, desk.account, &seen, json!(["people"])).await.is(412, "changed_meanwhile");
    assert_eq!((&late.body["current"]["rights"], &late.body["changed_by"]), (&Value::Null, &json!("周敏")));
    let given = give(&server, first, desk.account, &late.version(), json!(["people"])).await.is(200, "");
    let again = give(&server, first, desk.account, &given.version(), json!(["people"])).await.is(200, "");
    assert_eq!(again.version(), given.version(), "what changes nothing is no act");
    eventually(async || other_node.get(registrations, Some(&desk.session)).await.status == 200).await;
    let refused = give(&server, first, desk.account, "*", json!([])).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "rights");
    let log = server.service.get("/api/v1/admin/audit-log?action=give_rights", Some(first)).await.body;
    assert_eq!(log["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        log["items"][1]["detail"],
        json!({ "before": { "rights": ["desk"] }, "after": { "rights": null } })
    );
    other_node.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_account_keeps_no_admins_and_full_ones_never_take_each_other_s_rights_both() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let own = me(&server, first).await.body["id"].as_i64().unwrap();
    let all = json!(["hosting", "people", "desk", "credits", "reading"]);
    let sub = sub_account(&server, first, "yuelu-sub", all.clone()).await;
    let links = format!("/api/v1/units/{hospital}/admin-links");
    server
        .service
        .post(&links, Some(&sub.session), json!({ "meant_for": "王强" }))
        .await
        .is(403, "forbidden");
    super::disable(&server, &sub.session, own).await.is(403, "forbidden");
    give(&server, &sub.session, own, "*", json!(["desk"])).await.is(403, "forbidden");
    give(&server, &sub.session, sub.account, "*", Value::Null).await.is(403, "forbidden");
    give(&server, first, own, "*", json!(["desk"])).await.is(409, "own_account");
    let path = format!("/api/v1/admin-accounts/{}/password", sub.account);
    server.service.call(Method::POST, &path, Some(&sub.session), None).await.is(403, "forbidden");

    for round in 0..5 {
        let pair = [
            join(&server, first, hospital, &format!("yuelu-{round}-a")).await,
            join(&server, first, hospital, &format!("yuelu-{round}-b")).await,
        ];
        let both = join_all([
            give(&server, &pair[0].session, pair[1].account, "*", all.clone()),
            give(&server, &pair[1].session, pair[0].account, "*", all.clone()),
        ])
        .await;
        assert_eq!(both.iter().filter(|answer| answer.status == 200).count(), 1, "{both:?}");
        server.advance(60);
    }
    // Nor beside or above.
    let (_, clinics) = staff(&server, Role::UnitAdmin, CLINIC).await;
    let (_, provinces) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    for account in [clinics, provinces, 4_000_000_000] {
        give(&server, first, account, "*", json!(["desk"])).await.is(404, "not_found");
        let path = format!("/api/v1/admin-accounts/{account}");
        server.service.get(&path, Some(first)).await.is(404, "not_found");
    }
    server.close().await;
}
