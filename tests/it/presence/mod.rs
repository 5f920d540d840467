//! Presence: spot checks, what evidence comes to, verdicts, distances, head counts, and a leaking screen that is replaced.

mod distances;
mod evidence;
mod hall;
mod many_courses;
mod sent_on;
mod spot_checks;

use serde_json::{Value, json};

use crate::house::House;

/// What the holder of a receipt is asked for now.
async fn asked(house: &House, receipt: &Value) -> Value {
    house.service.post("/api/v1/receipts/asked", None, json!({ "receipt": receipt })).await.is(200, "").body
}

/// The course's records, the most suspicious first.
async fn by_suspicion(house: &House) -> Value {
    let path = format!("/api/v1/courses/{}/attendance-records?order=suspicion", house.course());
    house.service.get(&path, house.admin()).await.is(200, "").body
}
