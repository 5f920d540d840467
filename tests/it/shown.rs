//! Which screens are shown and which are not, as the console says it: on every node, without Redis, and after a node's death.

use serde_json::{Value, json};
use zaichang_core::clock::Clock;
use zaichang_core::ids::ScreenNumber;

use crate::page::{Heard, Page};
use crate::test_server::{Service, TestServer, eventually};

/// What the console says of a screen: whether it is shown, and since when it is not.
async fn shown_since(server: &TestServer, screen: ScreenNumber) -> (Value, Value) {
    let path = format!("/api/v1/courses/{}/screens", server.course());
    let listed = server.service.get(&path, server.admin()).await.is(200, "").body;
    let items = listed["items"].as_array().unwrap();
    let screen = items.iter().find(|item| item["screen"] == screen.0).unwrap();
    (screen["online"].clone(), screen["offline_since"].clone())
}

async fn is_online(server: &TestServer, screen: ScreenNumber) {
    eventually(async || shown_since(server, screen).await == (json!(true), Value::Null)).await;
}

async fn is_offline(server: &TestServer, screen: ScreenNumber) {
    eventually(async || {
        let (online, since) = shown_since(server, screen).await;
        online == json!(false) && since.is_string()
    })
    .await;
}

/// A page of the screen on a node, welcomed.
async fn shown_on(node: &Service, server: &TestServer, screen: ScreenNumber) -> Page {
    let path = format!("/api/v1/screens/{screen}/tickets");
    let ticket =
        server.service.post(&path, server.admin(), json!({})).await.is(201, "").body["ticket"].clone();
    let mut page = Page::open_on(node, screen, json!({ "type": "hello", "ticket": ticket })).await;
    page.frame("welcome").await;
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_online_while_a_page_shows_it_on_whichever_node_and_offline_since_the_last_one_left() {
    let server = TestServer::open_at(Clock::System, |settings| settings.redis_url = None).await;
    let second = server.second(|settings| settings.redis_url = None).await;
    let (screen, _) = server.screen(server.course()).await;
    let (other, _) = server.screen(server.course()).await;
    assert_eq!(shown_since(&server, screen).await, (json!(false), Value::Null), "it was never shown");

    let there = shown_on(&second, &server, screen).await;
    is_online(&server, screen).await;
    assert_eq!(shown_since(&server, other).await, (json!(false), Value::Null));
    let at_this_node = shown_on(&server.service, &server, screen).await;
    drop(there);
    // The row of the other node is written before this one's page is asked for again.
    eventually(async || gone_rows(&server).await == 1).await;
    is_online(&server, screen).await;
    drop(at_this_node);
    is_offline(&server, screen).await;

    let again = shown_on(&server.service, &server, screen).await;
    is_online(&server, screen).await;
    drop(again);
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screens_of_a_node_that_died_are_offline_since_it_was_last_heard_and_back_on_another() {
    let server = TestServer::open_at(Clock::System, |_| {}).await;
    let second = server.second(|_| {}).await;
    let (screen, _) = server.screen(server.course()).await;
    let page = shown_on(&second, &server, screen).await;
    is_online(&server, screen).await;
    // It goes without notice: its rows stay as they are, and its heartbeat stops.
    second.die();
    let heart = "update display_nodes set heard_at = heard_at - interval '11 seconds' \
                 where node = (select node from shown_screens)";
    eventually(async || {
        server.sql(heart).await;
        shown_since(&server, screen).await.0 == json!(false)
    })
    .await;
    assert!(shown_since(&server, screen).await.1.is_string());
    assert_eq!(gone_rows(&server).await, 0, "no message has said that the page went");
    drop(page);

    let page = shown_on(&server.service, &server, screen).await;
    is_online(&server, screen).await;
    drop(page);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_falls_silent_is_dropped_within_fifteen_seconds_and_one_that_answers_is_not() {
    let server = TestServer::open().await;
    let (screen, ticket) = server.screen(server.course()).await;
    let mut silent = Page::open(&server, screen, json!({ "type": "hello", "ticket": ticket })).await;
    silent.frame("welcome").await;
    let mut answering = shown_on(&server.service, &server, screen).await;
    // A page answers the pings by itself while it reads: from now on the silent one does not.
    for _ in 0..3 {
        answering.frame("code").await;
        server.advance(5);
    }
    answering.frame("code").await;
    loop {
        if let Heard::Ended(code) = silent.hear().await {
            assert_eq!(code, 4429);
            break;
        }
    }
    // The other page shows the screen on.
    server.advance(5);
    answering.frame("code").await;
    is_online(&server, screen).await;
    server.close().await;
}

/// How many rows say that a node shows a screen no more.
async fn gone_rows(server: &TestServer) -> i64 {
    let rows = "select count(*) from shown_screens where gone_at is not null";
    sqlx::query_scalar(rows).fetch_one(&server.service.pool).await.unwrap()
}
