//! What an admin does with a unit beside somebody else who does something to it at the same time.

use reqwest::Method;
use serde_json::json;
use sqlx::{Postgres, Transaction};

use super::{Registry, acted};
use crate::test_server::{TestServer, answer, eventually};

/// Another one's transaction, after this statement of it.
async fn begun(server: &TestServer, statement: String) -> Transaction<'static, Postgres> {
    let mut other = server.service.pool.begin().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *other).await.unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn who_submits_to_a_unit_that_is_being_closed_waits_and_is_told() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let hospital = registry.id("岳麓人民医院").await;
    let (_, session) = crate::registration::submitted(server, 1).await;
    let version = server.service.get("/api/v1/registration", Some(&session)).await.version();
    let path = "/api/v1/registration/submission";
    let step = async |method: Method, version: &str| {
        answer(server.service.request(method, path, Some(&session)).header("if-match", version)).await
    };
    step(Method::DELETE, &version).await.is(200, "");
    let mut closes =
        begun(server, format!("select from units where id = {hospital} for no key update")).await;
    let version = server.service.get("/api/v1/registration", Some(&session)).await.version();
    let (submitted, ()) = tokio::join!(step(Method::POST, &version), async {
        server.until_somebody_waits().await;
        let close = format!("update units set closed_at = now() where id = {hospital}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(close)).execute(&mut *closes).await.unwrap();
        closes.commit().await.unwrap();
    });
    assert_eq!(submitted.is(400, "bad_request").body["field"], "unit_id");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_closes_a_unit_waits_for_whoever_submits_to_it_and_returns_that() {
    let registry = Registry::open().await;
    let server = &registry.server;
    server.sql("update periods set first_day = '2025-06-01', last_day = '2025-06-02'").await;
    let (id, session) = crate::registration::submitted(server, 1).await;
    server.sql("update reviews set state = 'draft', level = null where noun = 'registration'").await;
    let hospital = registry.id("岳麓人民医院").await;
    // As a submission does it: the unit first, then what it writes.
    let submits = begun(
        server,
        format!(
            "select from units where id = {hospital} for share;
             update reviews set state = 'submitted', level = 1 where noun = 'registration'"
        ),
    )
    .await;
    let path = format!("/api/v1/units/{hospital}");
    let (closed, ()) = tokio::join!(registry.act(Method::POST, &path, "/closing", None), async {
        server.until_somebody_waits().await;
        submits.commit().await.unwrap();
    });
    closed.is(200, "");
    let mine = async || server.service.get("/api/v1/registration", Some(&session)).await.is(200, "").body;
    eventually(async || mine().await["state"] == "returned").await;
    let mine = mine().await;
    assert_eq!(
        (&mine["state"], &mine["reason"]),
        (&json!("returned"), &json!("所选单位已停用，请改选其他单位后重新提交"))
    );
    let acts: Vec<(String, i64)> = sqlx::query_as(
        "select action, noun_id from audit_log where action in ('return_registration', 'close_unit') order by id",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(acts, [("close_unit".to_owned(), hospital), ("return_registration".to_owned(), id)]);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_has_gone_to_another_authority_meanwhile_is_nobody_s_of_before() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let clinic = registry.path("橘洲街道社区卫生服务中心").await;
    let id = registry.id("橘洲街道社区卫生服务中心").await;
    let county =
        crate::authority::admin(server, zaichang_platform::auth::Role::AuthorityAdmin, "岳麓区").await;
    let moves = format!(
        "select from unit_versions where id = {id} for no key update;
         update units set parent_id = (select id from units where name = '浏河县') where id = {id}"
    );
    let moves = begun(server, moves).await;
    let closing = acted(server, Some(&county), Method::POST, &clinic, "/closing", None);
    let (closed, ()) = tokio::join!(closing, async {
        server.until_somebody_waits().await;
        moves.commit().await.unwrap();
    });
    // Nor is it shown as it stands for the other one.
    assert_eq!(closed.is(404, "not_found").body.get("current"), None);
    let anything =
        server.service.request(Method::POST, &format!("{clinic}/closing"), Some(&registry.authority));
    let refused = answer(anything.header("if-match", "*")).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "if-match");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_are_closed_and_opened_under_their_unit_s_lock() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let hospital = registry.id("岳麓人民医院").await;
    let department = registry.department("护理部").await;
    for method in [Method::POST, Method::DELETE] {
        let other =
            begun(server, format!("select from unit_versions where id = {hospital} for no key update")).await;
        let acting = registry.own(method, &department, "/closing", None);
        let (done, ()) = tokio::join!(acting, async {
            server.until_somebody_waits().await;
            other.commit().await.unwrap();
        });
        done.is(200, "");
    }
    registry.server.close().await;
}
