//! The hall as the staff see it: heads that were counted, and a screen that leaks.

use reqwest::Method;
use serde_json::json;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_were_counted_stand_beside_the_check_ins() {
    let house = House::open().await;
    let path = format!("/api/v1/courses/{}/head-counts", house.course());
    let code = house.fresh_code(house.course()).await;
    house.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    for heads in [3, 2] {
        house.service.post(&path, house.admin(), json!({ "heads": heads })).await.is(201, "");
    }
    let counts = house.service.get(&path, house.admin()).await.is(200, "").body;
    assert_eq!(counts["attendees"], json!(1));
    let heads: Vec<_> =
        counts["items"].as_array().unwrap().iter().map(|item| (&item["heads"], &item["attendees"])).collect();
    assert_eq!(heads, [(&json!(2), &json!(1)), (&json!(3), &json!(1))]);
    house.service.post(&path, house.admin(), json!({ "heads": -1 })).await.is(400, "bad_request");
    house.service.post(&path, house.session(0), json!({ "heads": 1 })).await.is(403, "forbidden");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaking_screen_is_replaced_in_one_act() {
    let house = House::open().await;
    let (screen, _) = house.screen(house.course()).await;
    let leaked = house.code(screen);
    let path = format!("/api/v1/screens/{}/replacement", screen.0);
    let opened = house.service.call(Method::POST, &path, house.admin(), None).await.is(201, "");
    let new =
        zaichang_core::ids::ScreenNumber(u32::try_from(opened.body["screen"].as_u64().unwrap()).unwrap());
    assert_ne!(new, screen);
    house.check_in(0, json!({ "code": leaked })).await.is(410, "screen_closed");
    house.check_in(0, json!({ "code": house.code(new) })).await.is(201, "recorded");
    house.service.call(Method::POST, &path, house.admin(), None).await.is(410, "screen_closed");
    let screens = format!("/api/v1/courses/{}/screens", house.course());
    let screens = house.service.get(&screens, house.admin()).await.body;
    let places: Vec<_> = screens["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["place"], item["closed_at"].is_null()))
        .collect();
    assert_eq!(places.iter().filter(|(place, open)| *place == "主会场" && *open).count(), 1);
    house.close().await;
}
