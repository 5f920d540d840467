//! Links of those who may make none any more: none works, whether it was made before, or at that very moment.

use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::{CLINIC, HOSPITAL, PROVINCE, accept, disable, filled, join, make, reset, staff, token_of, unit};
use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_when_its_maker_becomes_a_sub_account_or_is_given_a_password() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    for (name, given) in [("yuelu-a", false), ("yuelu-b", true)] {
        let maker = join(&server, first, hospital, name).await;
        let (token, _) = token_of(&make(&server, &maker.session, hospital).await.is(201, ""));
        let (body, _) = filled(&server, &token, "yuelu-third").await;
        let path = format!("/api/v1/admin-accounts/{}", maker.account);
        if given {
            reset(&server, first, maker.account).await.is(200, "");
        } else {
            let desk = json!({ "rights": ["desk"] });
            server.service.patch_seen(&path, Some(first), "*", &desk).await.is(200, "");
        }
        accept(&server, &body).await.is(410, "admin_link_ended");
        let log = server.service.get("/api/v1/admin/audit-log", Some(first)).await.body;
        assert_eq!(log["items"][0]["detail"]["links"], 1);
        server.advance(60);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_s_use_looks_at_its_maker() {
    let server = TestServer::open().await;
    let (clinic, hospital) = (unit(&server, CLINIC).await, unit(&server, HOSPITAL).await);
    let province = unit(&server, PROVINCE).await;
    let (maker, id) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let (token, _) = token_of(&make(&server, &maker, clinic).await.is(201, ""));
    let (body, _) = filled(&server, &token, "juzhou-limin").await;
    // Written by hand, or by a node that takes no links back.
    for (lost, back) in [
        ("disabled_at = now()".to_owned(), "disabled_at = null".to_owned()),
        ("rights = '{reading}'".to_owned(), "rights = null".to_owned()),
        (format!("unit_id = {hospital}"), format!("unit_id = {province}")),
    ] {
        server.sql(&format!("update accounts set {lost} where id = {id}")).await;
        accept(&server, &body).await.is(410, "admin_link_ended");
        let opening = json!({ "token": token });
        server.service.post("/api/v1/admin-links/openings", None, opening).await.is(410, "admin_link_ended");
        server.sql(&format!("update accounts set {back} where id = {id}")).await;
    }
    accept(&server, &body).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_at_the_very_moment_leaves_no_link_behind() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let maker = join(&server, first, hospital, "yuelu-a").await;
    let mut disabling = server.service.pool.begin().await.unwrap();
    sqlx::query("update accounts set disabled_at = now() where id = $1")
        .bind(maker.account)
        .execute(&mut *disabling)
        .await
        .unwrap();
    let (made, ()) = tokio::join!(make(&server, &maker.session, hospital), async {
        server.until_somebody_waits().await;
        disabling.commit().await.unwrap();
    });
    made.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_sends_a_few_messages_and_none_of_them_is_its_number_s_own() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let ask = async |token: &str, number: u32| {
        let body = json!({ "token": token, "phone": format!("1380000{number:04}") });
        server.service.post("/api/v1/admin-links/sms-codes", None, body).await
    };
    let mut sent = 0;
    for link in 0..11 {
        let (token, id) = token_of(&make(&server, first, hospital).await.is(201, ""));
        for number in 0..5 {
            let answer = ask(&token, link * 10 + number).await;
            if link < 10 {
                answer.is(202, "");
                sent += 1;
            } else {
                // All that one admin has made have spent theirs.
                answer.is(429, "admin_link_messages_used_up");
            }
        }
        ask(&token, 9999).await.is(429, "admin_link_messages_used_up");
        let path = format!("/api/v1/admin-links/{id}");
        server.service.call(reqwest::Method::DELETE, &path, Some(first), None).await.is(204, "");
        server.advance(1);
    }
    let kinds = "select asked_by, sum(messages) from sms_messages group by asked_by";
    let kinds: Vec<(String, i64)> = sqlx::query_as(kinds).fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(kinds, [("link".to_owned(), sent)]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_a_right_that_is_unknown_here_makes_no_account_with_fewer() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let body = json!({ "meant_for": "李敏", "rights": ["desk"] });
    let made = server.service.post(&format!("/api/v1/units/{hospital}/admin-links"), Some(first), body).await;
    let (token, _) = token_of(&made.is(201, ""));
    let (body, _) = filled(&server, &token, "yuelu-limin").await;
    server
        .sql(
            "alter table admin_links drop constraint admin_link_rights_are_known;
             update admin_links set rights = '{desk,printing}' where rights is not null",
        )
        .await;
    accept(&server, &body).await.is(500, "internal");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_is_given_to_accounts_for_which_it_holds_something() {
    let server = TestServer::open().await;
    let (province, id) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let (_, of_clinic) = staff(&server, Role::UnitAdmin, CLINIC).await;
    let (_, beside) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let give = async |account: i64, rights: Value| {
        let path = format!("/api/v1/admin-accounts/{account}");
        server.service.patch_seen(&path, Some(&province), "*", &json!({ "rights": rights })).await
    };
    for (account, right) in [(of_clinic, "judging"), (beside, "hosting"), (beside, "desk")] {
        assert_eq!(
            give(account, json!([right])).await.is(400, "bad_request").body["field"],
            "rights",
            "{right}"
        );
    }
    give(of_clinic, json!(["hosting"])).await.is(200, "");
    give(beside, json!(["judging"])).await.is(200, "");
    disable(&server, &province, beside).await.is(200, "");
    assert_ne!(id, beside);
    server.close().await;
}
