//! A page on another computer becomes a screen: six characters, entered once by an admin, in time, by few guesses. And what
//! people see at addresses where nothing is.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::clock::Clock;
use zaichang_core::ids::ScreenNumber;

use crate::page::Page;
use crate::test_server::{Answer, TestServer};

async fn ask(server: &TestServer) -> Value {
    server.service.post("/api/v1/pairings", None, json!({})).await.is(201, "").body
}

async fn enter(server: &TestServer, session: Option<&str>, characters: &str) -> Answer {
    let path = format!("/api/v1/courses/{}/pairings", server.course());
    let body = json!({ "characters": characters, "place": "分会场" });
    server.service.post(&path, session, body).await
}

async fn collect(server: &TestServer, secret: &Value) -> Answer {
    server.service.post("/api/v1/pairings/collections", None, json!({ "secret": secret })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_whose_characters_were_entered_becomes_a_screen_of_that_course() {
    let server = TestServer::open_at(Clock::System, |_| {}).await;
    let asked = ask(&server).await;
    let waiting = collect(&server, &asked["secret"]).await.is(200, "");
    assert_eq!(waiting.body, json!({ "state": "waiting" }));
    let typed = asked["characters"].as_str().unwrap().to_lowercase();
    let entered = enter(&server, server.admin(), &typed).await.is(201, "").body;
    assert_eq!(entered["place"], "分会场");

    let collected = collect(&server, &asked["secret"]).await.is(200, "").body;
    assert_eq!((&collected["state"], &collected["screen"]), (&json!("entered"), &entered["screen"]));
    let screen = ScreenNumber(u32::try_from(entered["screen"].as_u64().unwrap()).unwrap());
    let hello = json!({ "type": "hello", "ticket": collected["ticket"] });
    let mut page = Page::open(&server, screen, hello).await;
    assert_eq!(page.frame("welcome").await["course"]["place"], "分会场");
    drop(page);

    // Characters work once; no other page's secret collects anything.
    enter(&server, server.admin(), &typed).await.is(410, "pairing_invalid");
    collect(&server, &ask(&server).await["secret"]).await.is(200, "");
    collect(&server, &json!("A".repeat(43))).await.is(410, "pairing_invalid");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_are_entered_by_an_admin_of_the_course_alone_and_within_ten_minutes() {
    let server = TestServer::open().await;
    let asked = ask(&server).await;
    let characters = asked["characters"].as_str().unwrap().to_owned();
    enter(&server, None, &characters).await.is(401, "login_required");
    enter(&server, server.session(0), &characters).await.is(403, "forbidden");
    enter(&server, server.admin(), "K7MQ").await.is(410, "pairing_invalid");
    server.advance(601);
    enter(&server, server.admin(), &characters).await.is(410, "pairing_invalid");
    collect(&server, &asked["secret"]).await.is(410, "pairing_invalid");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_who_enter_the_same_characters_at_once_open_one_screen() {
    let server = TestServer::open().await;
    let characters = ask(&server).await["characters"].as_str().unwrap().to_owned();
    let entered = tokio::join!(
        enter(&server, server.admin(), &characters),
        enter(&server, server.admin(), &characters),
        enter(&server, server.admin(), &characters),
    );
    let statuses = [entered.0.status.as_u16(), entered.1.status.as_u16(), entered.2.status.as_u16()];
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 2, "{statuses:?}");
    let screens: i64 =
        sqlx::query_scalar("select count(*) from screens").fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(screens, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_guesses_and_an_address_that_asks_on_and_on_are_stopped() {
    let server = TestServer::open().await;
    let mut guesses = 0;
    while enter(&server, server.admin(), "K7MQRF").await.status == 410 {
        guesses += 1;
        assert!(guesses < 100, "no limit stops a guess");
    }
    assert_eq!(guesses, 10);
    // Right characters are not judged either: a guess would be worth a try otherwise.
    let characters = ask(&server).await["characters"].as_str().unwrap().to_owned();
    enter(&server, server.admin(), &characters).await.is(429, "too_many_requests");

    let mut asked = 1;
    loop {
        let answer = server.service.post("/api/v1/pairings", None, json!({})).await;
        if answer.status == 429 {
            assert!(answer.body["retry_after_ms"].as_u64().unwrap() >= 1000);
            break;
        }
        asked += 1;
        assert!(asked < 1000, "no limit stops an address");
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from screen_pairings")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(kept, asked, "what is refused leaves nothing");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_ask_only_so_many_characters_are_in_use() {
    let server = TestServer::open().await;
    server
        .sql(
            "insert into screen_pairings (characters, secret_hash, asked_at, expires_at)
             select translate(lpad(to_hex(n), 6, '0'), '0123456789abcdef', '34679ACDEFGHJKMN'),
                    sha256(n::text::bytea), now(), '2100-01-01'
             from generate_series(1, 2000) as n",
        )
        .await;
    server.service.post("/api/v1/pairings", None, json!({})).await.is(429, "too_many_requests");
    server.sql("update screen_pairings set expires_at = '2000-01-01' where ctid = (select min(ctid) from screen_pairings)").await;
    ask(&server).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_go_astray_are_shown_a_page_and_programs_are_told_by_problem_json() {
    let server = TestServer::open().await;
    for (path, says) in [
        ("/C/", "网址中没有签到码"),
        ("/c", "网址中没有签到码"),
        ("/displays", "未找到该页面"),
        ("/assets/h5/gone-000000.js", "未找到该页面"),
        ("/display/nonsense", "未找到该屏幕"),
        ("/display/7/nonsense", "未找到该页面"),
    ] {
        let opened = server.service.request(Method::GET, path, None).header("accept", "text/html,*/*;q=0.8");
        let answer = opened.send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        let html = answer.text().await.unwrap();
        assert!(
            html.contains(says) && html.contains("href=\"/display/\"") && !html.contains("__"),
            "{path}: {html}"
        );
        server.service.get(path, None).await.is(404, "not_found");
    }
    let opened = server.service.request(Method::GET, "/api/v1/nonsense", None).header("accept", "text/html");
    crate::test_server::answer(opened).await.is(404, "not_found");
    for path in ["/display", "/display/"] {
        let opened = server.service.request(Method::GET, path, None).send().await.unwrap();
        assert_eq!(opened.status(), 200);
        assert!(opened.text().await.unwrap().contains("在这台电脑上打开投屏"));
    }
    server.close().await;
}
