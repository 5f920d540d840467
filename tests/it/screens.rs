//! Screens: tickets, the channel frame by frame, and who may not listen.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;
use zaichang_core::clock::Clock;

use crate::page::{Heard, Page};
use crate::test_server::TestServer;

async fn server() -> TestServer {
    TestServer::open_at(Clock::System, |_| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_welcomed_and_told_state_code_and_count() {
    let server = server().await;
    let (screen, ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    let Heard::Frame(welcome) = page.hear().await else { panic!("no welcome") };
    assert_eq!((&welcome["type"], &welcome["screen"]), (&json!("welcome"), &json!(screen.0)));
    assert!(welcome["resume"].is_string() && welcome["server_now"].is_string());
    assert_eq!(welcome["course"]["venue"], "岳麓人民医院学术报告厅");
    let state = page.frame("state").await;
    assert_eq!(
        (&state["state"], &state["reason"], &state["opens_at"]),
        (&json!("open"), &Value::Null, &Value::Null)
    );
    let code = page.frame("code").await;
    let prefix = format!("{}/C/", server.service.base.to_uppercase());
    assert!(code["url"].as_str().unwrap().starts_with(&prefix), "{code}");
    assert_eq!(code["size"], 29);
    let count = page.frame("count").await;
    assert_eq!(
        (&count["attendees"], &count["check_ins"], &count["seats_taken"]),
        (&json!(0), &json!(0), &json!(0))
    );
    page.say(r#"{"type":"ping"}"#).await;
    assert!(page.frame("pong").await["server_now"].is_string());
    let shown = code["url"].as_str().unwrap().strip_prefix(&prefix).unwrap().to_owned();
    server.check_in(0, json!({ "code": shown })).await.is(201, "recorded");
    let count = page.frame("count").await;
    assert_eq!((&count["attendees"], &count["seats_taken"]), (&json!(1), &json!(1)));
    drop(page);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_one_page_once_and_the_credential_opens_it_again() {
    let server = server().await;
    let (screen, ticket) = server.screen(server.course()).await;
    let (other, _) = server.screen(server.course()).await;
    let hello = json!({ "type": "hello", "ticket": ticket });
    assert_eq!(Page::open(&server, other, hello.clone()).await.ending().await, 4401);
    let mut first = Page::open(&server, screen, hello.clone()).await;
    let resume = first.frame("welcome").await["resume"].clone();
    assert_eq!(Page::open(&server, screen, hello).await.ending().await, 4401);
    let resumed = json!({ "type": "hello", "resume": resume });
    Page::open(&server, screen, resumed.clone()).await.frame("welcome").await;
    assert_eq!(Page::open(&server, other, resumed).await.ending().await, 4401);
    drop(first);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_waited_too_long_opens_nothing() {
    let server = TestServer::open().await;
    let (screen, ticket) = server.screen(server.course()).await;
    server.advance(61);
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    assert_eq!(page.ending().await, 4401);
    let fresh = server
        .service
        .post(&format!("/api/v1/screens/{screen}/tickets"), server.admin(), json!({}))
        .await
        .is(201, "");
    let mut page =
        Page::open(&server, screen, json!({ "type": "hello", "ticket": fresh.body["ticket"] })).await;
    page.frame("welcome").await;
    drop(page);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attendees_and_strangers_never_open_the_channel() {
    let server = server().await;
    let (screen, _) = server.screen(server.course()).await;
    for credential in [server.session(0).unwrap(), server.admin().unwrap(), "nonsense", ""] {
        for word in ["ticket", "resume"] {
            let mut page = Page::open(&server, screen, json!({ "type": "hello", word: credential })).await;
            assert_eq!(page.ending().await, 4401);
        }
    }
    for path in ["code.svg", "code.png"] {
        let path = format!("/api/v1/screens/{screen}/{path}");
        server.service.get(&path, server.session(0)).await.is(403, "forbidden");
        server.service.get(&path, None).await.is(401, "login_required");
    }
    let refused = Page::connect(&server, screen, Some("https://evil.example")).await;
    assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 403));
    Page::connect(&server, screen, Some(&server.service.base)).await.unwrap();
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_says_anything_else_is_sent_away() {
    let server = server().await;
    let (screen, _) = server.screen(server.course()).await;
    for frame in [
        "",
        "{",
        r#"{"type":"ping"}"#,
        r#"{"type":"hello"}"#,
        r#"{"type":"hello","ticket":"a","resume":"b"}"#,
    ] {
        let mut page = Page::connect(&server, screen, None).await.unwrap();
        page.say(frame).await;
        assert_eq!(page.ending().await, 4400, "{frame}");
    }
    let mut page = Page::connect(&server, screen, None).await.unwrap();
    page.say(&"x".repeat(300)).await;
    assert_ne!(page.ending().await, 1000);
    let (screen, ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    page.frame("welcome").await;
    page.say(r#"{"type":"code"}"#).await;
    assert_eq!(page.ending().await, 4400);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_page_is_sent_away() {
    let server = server().await;
    let (screen, _) = server.screen(server.course()).await;
    let mut page = Page::connect(&server, screen, None).await.unwrap();
    assert_eq!(page.ending().await, 4408);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_screen_ends_its_pages_and_no_others() {
    let server = server().await;
    let (main_hall, ticket) = server.screen(server.course()).await;
    let (side_hall, side_ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, main_hall, json!({ "type": "hello", "ticket": ticket })).await;
    let mut beside = Page::open(&server, side_hall, json!({ "type": "hello", "ticket": side_ticket })).await;
    let resume = page.frame("welcome").await["resume"].clone();
    page.frame("code").await;
    let (main_code, side_code) = (server.code(main_hall), server.code(side_hall));
    assert_ne!(main_code, side_code);
    server
        .service
        .call(Method::DELETE, &format!("/api/v1/screens/{main_hall}"), server.admin(), None)
        .await
        .is(204, "");
    loop {
        let state = page.frame("state").await;
        if state["state"] == "closed" {
            assert_eq!(state["reason"], "screen_closed");
            break;
        }
    }
    assert_eq!(page.ending().await, 4410);
    // Its credential has ended with it.
    let mut again = Page::open(&server, main_hall, json!({ "type": "hello", "resume": resume })).await;
    assert_eq!(again.ending().await, 4410);
    beside.frame("code").await;
    drop(beside);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pages_on_one_screen_show_the_same_codes() {
    let server = server().await;
    let (screen, ticket) = server.screen(server.course()).await;
    let second =
        server.service.post(&format!("/api/v1/screens/{screen}/tickets"), server.admin(), json!({})).await;
    let mut one = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    let mut two =
        Page::open(&server, screen, json!({ "type": "hello", "ticket": second.body["ticket"] })).await;
    let mut seen = [HashSet::new(), HashSet::new()];
    for _ in 0..2 {
        seen[0].insert(one.frame("code").await["url"].as_str().unwrap().to_owned());
        seen[1].insert(two.frame("code").await["url"].as_str().unwrap().to_owned());
    }
    // The second may have joined a step later: what both saw, both saw alike.
    assert!(seen[0].intersection(&seen[1]).count() >= 1);
    drop((one, two));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_course_says_so_and_still_shows_its_code() {
    let server = server().await;
    let (screen, ticket) = server.screen(server.small_course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    page.frame("code").await;
    for person in 0..10 {
        server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    }
    loop {
        if page.frame("state").await["state"] == "full" {
            break;
        }
    }
    page.frame("code").await;
    drop(page);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_opening_a_page_is_told_when_and_shown_no_code() {
    let server = server().await;
    let tomorrow = "update periods set first_day = current_date + 2, last_day = current_date + 3";
    server.sql(tomorrow).await;
    let (screen, ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    loop {
        let state = page.frame("state").await;
        if state["state"] == "not_open" {
            assert!(state["opens_at"].is_string());
            break;
        }
    }
    let Heard::Frame(count) = page.hear().await else { panic!("no count") };
    assert_eq!(count["type"], "count");
    let path = format!("/api/v1/screens/{screen}/code.svg");
    server.service.get(&path, server.admin()).await.is(409, "outside_period");
    drop(page);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_as_a_picture_is_good_for_its_step_only() {
    let server = server().await;
    let (screen, ticket) = server.screen(server.course()).await;
    let mut page = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    let resume = page.frame("welcome").await["resume"].as_str().unwrap().to_owned();
    for (path, kind) in [("code.svg", "image/svg+xml"), ("code.png?size=300", "image/png")] {
        let path = format!("/api/v1/screens/{screen}/{path}");
        for credential in [resume.as_str(), server.admin().unwrap()] {
            let picture = server.service.get(&path, Some(credential)).await.is(200, "");
            assert_eq!(picture.headers["content-type"], kind);
            assert_eq!(picture.headers["cache-control"], "no-store");
            assert!(picture.headers.contains_key("expires"));
        }
    }
    let png = server.service.request(
        Method::GET,
        &format!("/api/v1/screens/{screen}/code.png?size=300"),
        Some(&resume),
    );
    let png = image::load_from_memory(&png.send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert_eq!((png.width(), png.height()), (300, 300));
    for size in ["0", "63", "2049", "-1", "x"] {
        server
            .service
            .get(&format!("/api/v1/screens/{screen}/code.png?size={size}"), Some(&resume))
            .await
            .is(400, "bad_request");
    }
    drop(page);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_of_a_project_that_is_not_approved_cannot_be_opened() {
    let server = server().await;
    server.sql("update projects set state = 'submitted'").await;
    let path = format!("/api/v1/courses/{}/screens", server.course());
    server.service.post(&path, server.admin(), json!({})).await.is(409, "project_not_approved");
    server.service.post(&path, server.session(0), json!({})).await.is(403, "forbidden");
    server.service.post(&path, None, json!({})).await.is(401, "login_required");
    server.close().await;
}
