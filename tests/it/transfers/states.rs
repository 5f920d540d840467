//! States of people who are let go: a change that waits is judged first, what holds goes along, and what was not submitted ends.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::{OTHER, day, find, let_go, sought, step, take_in};
use crate::projects::session;
use crate::test_server::{TestServer, answer};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_state_is_decided_before_or_afterwards_and_what_holds_goes_along() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 3).await;
    let (own, authority) = (server.admin().unwrap(), session(&server, "xiaoxiang-wjw").await);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let [person, second] = [0, 1].map(|at| server.demo.people[at].id.0);
    let by_document = sought(&server, person).await;
    let today = day(&server, 0);
    let change = async |by: &str, method: Method, path: &str, body: Option<Value>| {
        let version = "select version from people where id = $1";
        let version: i64 =
            sqlx::query_scalar(version).bind(person).fetch_one(&server.service.pool).await.unwrap();
        let path = format!("/api/v1/people/{person}/state-change{path}");
        let request = server.service.request(method, &path, Some(by));
        let request = request.header("if-match", format!("\"{version}\""));
        answer(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    };
    let leave =
        json!({ "state": "maternity", "from": today, "to": day(&server, 98), "reason": "材料已核对" });
    let submitted = async |by: &str| change(by, Method::POST, "", Some(leave.clone())).await;

    // While it waits the person is not let go; while they are let go no change is applied for. Each refusal names what ends it.
    submitted(own).await.is(200, "");
    let refused = let_go(&server, person, own, today).await;
    assert!(refused.is(409, "person_state_waits").body["detail"].as_str().unwrap().contains("撤回"));
    change(own, Method::DELETE, "", None).await.is(200, "");
    let_go(&server, person, own, today).await.is(200, "");
    let refused = submitted(own).await;
    assert!(refused.is(409, "person_let_go").body["detail"].as_str().unwrap().contains("取消调出"));
    step(&server, Method::DELETE, person, own, None).await.is(200, "");
    submitted(own).await.is(200, "");
    let verdict = json!({ "verdict": "approve" });
    change(&authority, Method::POST, "/verdicts", Some(verdict)).await.is(200, "");

    // The leave goes along, and ends by what the new unit applies for.
    let_go(&server, person, own, today).await.is(200, "");
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    let taken = take_in(&server, &other, &transfer, &by_document, None).await.is(200, "").body;
    assert_eq!((&taken["state"], &taken["state_from"]), (&json!("maternity"), &json!(today)));
    let back = json!({ "state": "normal", "from": today, "to": null, "reason": "提前返岗" });
    change(&other, Method::POST, "", Some(back)).await.is(200, "");

    // A cancellation whose day has come since: the own unit ends the transfer, and it begins anew.
    let_go(&server, second, own, today).await.is(200, "");
    let by_document = sought(&server, second).await;
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    server.sql(&format!("update people set state = 'cancelled' where id = {second}")).await;
    take_in(&server, &other, &transfer, &by_document, None).await.is(409, "transfer_of_cancelled");
    step(&server, Method::DELETE, second, own, None).await.is(200, "");
    let_go(&server, second, own, today).await.is(409, "person_is_cancelled");
    server.sql(&format!("update people set state = 'normal' where id = {second}")).await;
    let_go(&server, second, own, today).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_unit_of_before_has_applied_for_is_judged_before_and_what_it_has_not_ends() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let own = server.admin().unwrap();
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let person = server.demo.people[0].id.0;
    let by_document = sought(&server, person).await;
    let change = async |by: &str, method: Method, body: Option<Value>| {
        let version = "select version from people where id = $1";
        let version: i64 =
            sqlx::query_scalar(version).bind(person).fetch_one(&server.service.pool).await.unwrap();
        let path = format!("/api/v1/people/{person}/state-change");
        let request = server.service.request(method, &path, Some(by));
        let request = request.header("if-match", format!("\"{version}\""));
        answer(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    };
    let leave = json!({ "state": "exempt", "from": day(&server, 0), "to": null, "reason": "材料已核对" });
    change(own, Method::POST, Some(leave.clone())).await.is(200, "");
    change(own, Method::DELETE, None).await.is(200, "");
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    // As a node of the release before submits it meanwhile.
    let stands = async |state: &str| {
        let rows = "update reviews set level = 1, state = $2, reason = case when $2 = 'returned' then '请补充材料' end
            where noun = 'person_state' and noun_id = $1";
        sqlx::query(rows).bind(person).bind(state).execute(&server.service.pool).await.unwrap();
    };
    stands("submitted").await;
    take_in(&server, &other, &transfer, &by_document, None).await.is(409, "person_state_waits");
    stands("returned").await;
    take_in(&server, &other, &transfer, &by_document, None).await.is(200, "");
    let path = format!("/api/v1/people/{person}/states");
    let states = server.service.get(&path, Some(&other)).await.is(200, "").body;
    assert_eq!(states["change"]["review"], "rejected");
    change(&other, Method::POST, Some(leave)).await.is(200, "");
    server.close().await;
}
