//! Password and second factor given by one admin are refused: with both they could act as somebody else. Who can help is named, and the
//! phone that the account had is told.

use reqwest::Method;
use serde_json::json;
use zaichang_platform::auth::Role;

use super::{COUNTY, HOSPITAL, PROVINCE, filled, join, me, reset, staff, token_of, unit};
use crate::login::{Provider, server_with};
use crate::test_server::{Answer, TestServer};

pub async fn factor_link(server: &TestServer, by: &str, account: i64) -> Answer {
    let path = format!("/api/v1/admin-accounts/{account}/factor-links");
    server.service.call(Method::POST, &path, Some(by), None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_admin_gives_an_account_a_password_or_a_second_factor_and_not_both() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let who = join(&server, first, hospital, "yuelu-limin").await;
    // No other admin at the unit: the authority above can.
    let given = reset(&server, first, who.account).await.is(200, "").body["password"].clone();
    factor_link(&server, first, who.account).await.is(409, "authority_needed");
    server.advance(80 * 3600);
    let first = &crate::projects::session(&server, "yuelu-jjb").await;
    factor_link(&server, first, who.account).await.is(409, "authority_needed");
    let (colleague, _) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    let refused = factor_link(&server, first, who.account).await.is(409, "colleague_needed");
    assert!(refused.body["detail"].as_str().unwrap().contains("另一位"));
    reset(&server, first, who.account).await.is(200, "");
    factor_link(&server, &colleague, who.account).await.is(201, "");

    // The other way round: who has made the link gives no password while it waits.
    reset(&server, &colleague, who.account).await.is(409, "colleague_needed");
    let (county, _) = staff(&server, Role::AuthorityAdmin, COUNTY).await;
    let given_again = reset(&server, &county, who.account).await.is(200, "").body["password"].clone();
    assert_ne!(given, given_again);
    // That took the link with it; and of the two who could help now neither has the other half.
    factor_link(&server, &county, who.account).await.is(409, "colleague_needed");
    let made = factor_link(&server, &colleague, who.account).await.is(201, "");
    let (token, _) = token_of(&made);
    let (filled, _) = filled(&server, &token, "yuelu-limin").await;
    let factor = json!({ "token": token, "password": given_again, "phone": "138 0000 9876",
        "authenticator_ticket": filled["authenticator_ticket"], "one_time_code": filled["one_time_code"] });
    let set = server.service.post("/api/v1/admin-links/factors", None, factor).await.is(201, "");
    let session = set.cookie("zc_admin").unwrap();
    assert_eq!(me(&server, &session).await.body["must_change_password"], true);
    let change = json!({ "current": given_again, "new": "Dongting-2026" });
    server.service.post("/api/v1/admin/me/password", Some(&session), change).await.is(204, "");
    // Its holder has chosen their own: who gave one may help with the factor.
    factor_link(&server, &county, who.account).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_nobody_else_who_runs_the_server_helps() {
    let server = TestServer::open().await;
    server.sql("update accounts set disabled_at = now() where role = 'authority_admin'").await;
    let (one, _) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let (_, other) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    reset(&server, &one, other).await.is(200, "");
    let refused = factor_link(&server, &one, other).await.is(409, "operator_needed");
    assert!(refused.body["detail"].as_str().unwrap().contains("zaichang admin create"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_given_long_ago_sets_no_second_factor() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let who = join(&server, first, hospital, "yuelu-limin").await;
    let given = reset(&server, first, who.account).await.is(200, "").body["password"].clone();
    server.advance(73 * 3600);
    let (colleague, _) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    let (token, _) = token_of(&factor_link(&server, &colleague, who.account).await.is(201, ""));
    let (filled, _) = filled(&server, &token, "yuelu-limin").await;
    let factor = json!({ "token": token, "password": given, "phone": "138 0000 9876",
        "authenticator_ticket": filled["authenticator_ticket"], "one_time_code": filled["one_time_code"] });
    let path = "/api/v1/admin-links/factors";
    server.service.post(path, None, factor).await.is(403, "given_password_expired");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_that_an_account_had_is_told_of_every_reset() {
    let provider = Provider::start().await;
    let server = server_with(&provider, |all| {
        all.modules.put(provider.settings_with_notices());
        all.modules.put(zaichang_platform::auth::Settings { authority_totp: true, ..Default::default() });
    })
    .await;
    // Links of an authority ask for no message here: what is sent is what is told.
    let first = crate::projects::session(&server, "xiaoxiang-wjw").await;
    let own = me(&server, &first).await.body["id"].as_i64().unwrap();
    let province = unit(&server, PROVINCE).await;
    let who = join(&server, &first, province, "province-limin").await;
    let colleague = join(&server, &first, province, "province-second").await.session;
    let given = reset(&server, &first, who.account).await.is(200, "").body["password"].clone();
    provider.has_sent(1).await;
    let (token, _) = token_of(&factor_link(&server, &colleague, who.account).await.is(201, ""));
    provider.has_sent(2).await;
    let (filled, _) = filled(&server, &token, "province-limin").await;
    let factor = json!({ "token": token, "password": given, "phone": "138 0000 9876",
        "authenticator_ticket": filled["authenticator_ticket"], "one_time_code": filled["one_time_code"] });
    server.service.post("/api/v1/admin-links/factors", None, factor).await.is(201, "");
    provider.has_sent(3).await;
    // An account without a phone is told in its inbox alone.
    reset(&server, &colleague, own).await.is(200, "");
    let kinds = "select array_agg(kind order by id) from notices where account_id = $1";
    let kinds: Vec<String> =
        sqlx::query_scalar(kinds).bind(own).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(kinds, ["account_password_given"]);
    let told: Vec<_> = provider
        .bodies()
        .await
        .iter()
        .map(|body| {
            (
                body["PhoneNumberSet"][0].clone(),
                body["TemplateId"].clone(),
                body["TemplateParamSet"][0].clone(),
            )
        })
        .collect();
    // The phone that it had, to the last.
    for (said, sentence) in told.iter().zip(["登录密码已被重置", "第二道验证即将重设", "第二道验证已重设"])
    {
        assert_eq!(*said, (json!("+8613800004321"), json!("3330"), json!(sentence)));
    }
    let kept: String =
        sqlx::query_scalar("select string_agg(notices::text || notice_deliveries::text, '') from notices join notice_deliveries on notice_id = notices.id")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert!(!kept.contains("4321"), "sealed");
    server.close().await;
}
