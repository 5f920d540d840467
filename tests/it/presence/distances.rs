//! Distance as evidence: asked for where a deployment collects it and nowhere else, and no position is kept.

use serde_json::{Value, json};
use zaichang_attendance::presence;

use super::{asked, by_suspicion};
use crate::test_server::{TestServer, eventually};

/// A course whose place is known, 2 km south of where the phone below is.
async fn held_somewhere(server: &TestServer) {
    let course = format!("/api/v1/courses/{}", server.course());
    let location = json!({ "location": { "latitude": 28.19409, "longitude": 112.97228 } });
    let changed = server.service.patch(&course, server.admin(), location.clone()).await;
    assert_eq!(changed.is(200, "").body["location"], location["location"]);
}

/// 2 km north of that place, as the phone claims.
fn two_kilometres_away(receipt: &Value) -> Value {
    json!({ "receipt": receipt, "latitude": 28.21209, "longitude": 112.97228, "accuracy_m": 100.0 })
}

const POSITION: &str = "/api/v1/receipts/position";

#[tokio::test(flavor = "multi_thread")]
async fn where_distances_are_collected_a_phone_is_asked_once_and_the_distance_alone_is_kept() {
    let server = TestServer::open_with(|settings| {
        settings.modules.set::<presence::Settings>(|presence| presence.distances = true);
    })
    .await;
    held_somewhere(&server).await;
    let (screen, _) = server.screen(server.course()).await;
    let recorded = server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    let receipt = &recorded.body["receipt"];
    let position_asked = async || asked(&server, receipt).await["position"].clone();
    eventually(async || position_asked().await == json!(true)).await;

    let position = two_kilometres_away(receipt);
    server.service.post(POSITION, None, position.clone()).await.is(401, "login_required");
    server.service.post(POSITION, server.session(1), position.clone()).await.is(404, "not_found");
    for (field, wrong) in [("latitude", 91.0), ("longitude", 181.0), ("accuracy_m", -1.0)] {
        let mut nowhere = position.clone();
        nowhere[field] = json!(wrong);
        let refused = server.service.post(POSITION, server.session(0), nowhere).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], json!(field));
    }
    let told = server.service.post(POSITION, server.session(0), position.clone()).await;
    assert_eq!(told.status, 204);
    assert_eq!(position_asked().await, json!(false));
    // Saying it again, from nearer, changes nothing.
    let mut nearer = position.clone();
    nearer["latitude"] = json!(28.19409);
    assert_eq!(server.service.post(POSITION, server.session(0), nearer).await.status, 204);
    let kept: String =
        sqlx::query_scalar("select d::text from distances d").fetch_one(&server.service.pool).await.unwrap();
    assert!(kept.contains(",1901,"), "2,001 m less what the phone does not know: {kept}");
    assert!(!kept.contains("28.2") && !kept.contains("282120"), "a position is kept: {kept}");

    let found = async || {
        let reason = by_suspicion(&server).await["items"][0]["suspicion"]["reasons"][0].clone();
        reason["rule"] == json!("distance") && reason["sentence"].as_str().unwrap().contains("1.9 公里")
    };
    eventually(found).await;

    // Half a day later the phone may be anywhere.
    let late = server.check_in(1, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server.advance(301);
    let late = two_kilometres_away(&late.body["receipt"]);
    server.service.post(POSITION, server.session(1), late).await.is(409, "position_not_asked");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_collects_no_distances_asks_nobody() {
    let server = TestServer::open().await;
    let course = format!("/api/v1/courses/{}", server.course());
    let location = json!({ "location": { "latitude": 28.19409, "longitude": 112.97228 } });
    let refused = server.service.patch(&course, server.admin(), location).await;
    refused.is(409, "distances_not_collected");
    // Not even where an organiser had said where it is before that was switched off.
    let located = format!(
        "update courses set latitude = 28194090, longitude = 112972280 where id = {}",
        server.course()
    );
    server.sql(&located).await;
    let shown = async || server.service.get(&course, server.admin()).await.body;
    eventually(async || shown().await["location"].is_object()).await;
    assert_eq!(shown().await["collects_distances"], json!(false));
    let code = server.fresh_code(server.course()).await;
    let recorded = server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let receipt = &recorded.body["receipt"];
    assert_eq!(asked(&server, receipt).await["position"], json!(false));
    let told = server.service.post(POSITION, server.session(0), two_kilometres_away(receipt)).await;
    told.is(409, "position_not_asked");
    server.close().await;
}
