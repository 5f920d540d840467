//! Distance as evidence: asked for where a deployment collects it and nowhere else, and no position is kept.

use serde_json::{Value, json};

use super::{asked, by_suspicion};
use crate::house::{House, eventually};

/// A course whose place is known, 2 km south of where the phone below is.
async fn held_somewhere(house: &House) {
    let course = format!("/api/v1/courses/{}", house.course());
    let here = json!({ "location": { "latitude": 28.19409, "longitude": 112.97228 } });
    let changed = house.service.patch(&course, house.admin(), here.clone()).await;
    assert_eq!(changed.is(200, "").body["location"], here["location"]);
}

/// 2 km north of that place, by the phone's own word.
fn two_kilometres_away(receipt: &Value) -> Value {
    json!({ "receipt": receipt, "latitude": 28.21209, "longitude": 112.97228, "accuracy_m": 100.0 })
}

const POSITION: &str = "/api/v1/receipts/position";

#[tokio::test(flavor = "multi_thread")]
async fn where_distances_are_collected_a_phone_is_asked_once_and_the_distance_alone_is_kept() {
    let house = House::open_with(|settings| settings.presence_distances = true).await;
    held_somewhere(&house).await;
    let (screen, _) = house.screen(house.course()).await;
    let recorded = house.check_in(0, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    let receipt = &recorded.body["receipt"];
    let position_asked = async || asked(&house, receipt).await["position"].clone();
    eventually(async || position_asked().await == json!(true)).await;

    let position = two_kilometres_away(receipt);
    house.service.post(POSITION, None, position.clone()).await.is(401, "login_required");
    house.service.post(POSITION, house.session(1), position.clone()).await.is(404, "not_found");
    for (field, wrong) in [("latitude", 91.0), ("longitude", 181.0), ("accuracy_m", -1.0)] {
        let mut nowhere = position.clone();
        nowhere[field] = json!(wrong);
        let refused = house.service.post(POSITION, house.session(0), nowhere).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], json!(field));
    }
    let told = house.service.post(POSITION, house.session(0), position.clone()).await;
    assert_eq!(told.status, 204);
    assert_eq!(position_asked().await, json!(false));
    // Saying it again, from nearer, changes nothing.
    let mut nearer = position.clone();
    nearer["latitude"] = json!(28.19409);
    assert_eq!(house.service.post(POSITION, house.session(0), nearer).await.status, 204);
    let kept: String =
        sqlx::query_scalar("select d::text from distances d").fetch_one(&house.service.pool).await.unwrap();
    assert!(kept.contains(",1901,"), "2,001 m less what the phone does not know: {kept}");
    assert!(!kept.contains("28.2") && !kept.contains("282120"), "a position is kept: {kept}");

    let found = async || {
        let reason = by_suspicion(&house).await["items"][0]["suspicion"]["reasons"][0].clone();
        reason["rule"] == json!("distance") && reason["sentence"].as_str().unwrap().contains("1.9 公里")
    };
    eventually(found).await;

    // Half a day later the phone may be anywhere.
    let late = house.check_in(1, json!({ "code": house.code(screen) })).await.is(201, "recorded");
    house.advance(301);
    let late = two_kilometres_away(&late.body["receipt"]);
    house.service.post(POSITION, house.session(1), late).await.is(409, "position_not_asked");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_collects_no_distances_asks_nobody() {
    let house = House::open().await;
    let course = format!("/api/v1/courses/{}", house.course());
    let here = json!({ "location": { "latitude": 28.19409, "longitude": 112.97228 } });
    let refused = house.service.patch(&course, house.admin(), here).await;
    refused.is(409, "distances_not_collected");
    // Not even where an organiser had said where it is before that was switched off.
    let located = format!(
        "update courses set latitude = 28194090, longitude = 112972280 where id = {}",
        house.course()
    );
    house.sql(&located).await;
    let shown = async || house.service.get(&course, house.admin()).await.body;
    eventually(async || shown().await["location"].is_object()).await;
    assert_eq!(shown().await["collects_distances"], json!(false));
    let code = house.fresh_code(house.course()).await;
    let recorded = house.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    let receipt = &recorded.body["receipt"];
    assert_eq!(asked(&house, receipt).await["position"], json!(false));
    let told = house.service.post(POSITION, house.session(0), two_kilometres_away(receipt)).await;
    told.is(409, "position_not_asked");
    house.close().await;
}
