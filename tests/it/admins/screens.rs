//! An account that loses the right to open screens shows no codes any more: neither by a page that stays open, nor by one that it opens at
//! that very moment.

use serde_json::json;
use zaichang_core::ids::ScreenNumber;

use super::{HOSPITAL, disable, join, unit};
use crate::page::Page;
use crate::test_server::{TestServer, eventually};

async fn open(server: &TestServer, session: &str) -> (ScreenNumber, String) {
    let path = format!("/api/v1/courses/{}/screens", server.course());
    let opened =
        server.service.post(&path, Some(session), json!({ "place": "分会场" })).await.is(201, "").body;
    let screen = u32::try_from(opened["screen"].as_u64().unwrap()).unwrap();
    (ScreenNumber(screen), opened["ticket"].as_str().unwrap().to_owned())
}

async fn is_open(server: &TestServer, screen: ScreenNumber) -> bool {
    let open = sqlx::query_scalar("select closed_at is null from screens where screen = $1");
    open.bind(i64::from(screen.0)).fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disabled_admin_has_opened_shows_no_code_any_more() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let second = join(&server, first, hospital, "yuelu-limin").await;
    let (own, ticket) = open(&server, &second.session).await;
    let mut page = Page::open(&server, own, json!({ "type": "hello", "ticket": ticket })).await;
    let resume = page.frame("welcome").await["resume"].clone();
    let code = format!("/api/v1/screens/{own}/code.svg");
    server.service.get(&code, resume.as_str()).await.is(200, "");
    // Another page of a colleague's screen, and a screen that they have nothing to do with.
    let (colleagues, _) = server.screen(server.course()).await;
    let (others, _) = server.screen(server.small_course()).await;
    let path = format!("/api/v1/screens/{colleagues}/tickets");
    server.service.post(&path, Some(&second.session), json!({})).await.is(201, "");

    disable(&server, first, second.account).await.is(200, "");
    assert!(!is_open(&server, own).await && !is_open(&server, colleagues).await);
    assert!(is_open(&server, others).await);
    // What the page keeps for a reload opens no code either.
    eventually(async || server.service.get(&code, resume.as_str()).await.word() == "screen_closed").await;
    while page.frame("state").await["state"] != "closed" {}
    let log = server.service.get("/api/v1/admin/audit-log", Some(first)).await.body;
    let acts: Vec<_> = log["items"].as_array().unwrap().iter().map(|one| &one["action"]).take(3).collect();
    assert_eq!(acts, ["disable_admin", "close_screen", "close_screen"]);
    assert_eq!(log["items"][0]["detail"]["screens"], 2);
    assert_eq!(log["items"][1]["detail"]["opener"], "李敏");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_are_closed_with_the_right_to_open_them_and_not_with_another() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let second = join(&server, first, hospital, "yuelu-limin").await;
    let (screen, _) = open(&server, &second.session).await;
    let path = format!("/api/v1/admin-accounts/{}", second.account);
    for (rights, stays) in
        [(json!(["desk", "reading"]), true), (json!(["hosting"]), true), (json!(["reading"]), false)]
    {
        let rights = json!({ "rights": rights });
        server.service.patch_seen(&path, Some(first), "*", &rights).await.is(200, "");
        assert_eq!(is_open(&server, screen).await, stays, "{rights}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_at_the_very_moment_opens_no_screen() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let second = join(&server, first, hospital, "yuelu-limin").await;
    let mut disabling = server.service.pool.begin().await.unwrap();
    sqlx::query("update accounts set disabled_at = now() where id = $1")
        .bind(second.account)
        .execute(&mut *disabling)
        .await
        .unwrap();
    let path = format!("/api/v1/courses/{}/screens", server.course());
    let opening = server.service.post(&path, Some(&second.session), json!({ "place": "分会场" }));
    let (opened, ()) = tokio::join!(opening, async {
        server.until_somebody_waits().await;
        disabling.commit().await.unwrap();
    });
    opened.is(401, "login_required");
    server.close().await;
}
