//! The hall as the staff see it: counted heads, and a screen that leaks.

use reqwest::Method;
use serde_json::json;

use crate::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_were_counted_stand_beside_the_check_ins() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}/head-counts", server.course());
    let code = server.fresh_code(server.course()).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    for heads in [3, 2] {
        server.service.post(&path, server.admin(), json!({ "heads": heads })).await.is(201, "");
    }
    let counts = server.service.get(&path, server.admin()).await.is(200, "").body;
    assert_eq!(counts["attendees"], json!(1));
    let heads: Vec<_> =
        counts["items"].as_array().unwrap().iter().map(|item| (&item["heads"], &item["attendees"])).collect();
    assert_eq!(heads, [(&json!(2), &json!(1)), (&json!(3), &json!(1))]);
    server.service.post(&path, server.admin(), json!({ "heads": -1 })).await.is(400, "bad_request");
    server.service.post(&path, server.session(0), json!({ "heads": 1 })).await.is(403, "forbidden");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaking_screen_is_replaced_in_one_act() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let leaked = server.code(screen);
    let path = format!("/api/v1/screens/{}/replacement", screen.0);
    let opened = server.service.call(Method::POST, &path, server.admin(), None).await.is(201, "");
    let new =
        zaichang_core::ids::ScreenNumber(u32::try_from(opened.body["screen"].as_u64().unwrap()).unwrap());
    assert_ne!(new, screen);
    server.check_in(0, json!({ "code": leaked })).await.is(410, "screen_closed");
    server.check_in(0, json!({ "code": server.code(new) })).await.is(201, "recorded");
    server.service.call(Method::POST, &path, server.admin(), None).await.is(410, "screen_closed");
    let screens = format!("/api/v1/courses/{}/screens", server.course());
    let screens = server.service.get(&screens, server.admin()).await.body;
    let places: Vec<_> = screens["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["place"], item["closed_at"].is_null()))
        .collect();
    assert_eq!(places.iter().filter(|(place, open)| *place == "主会场" && *open).count(), 1);
    server.close().await;
}
