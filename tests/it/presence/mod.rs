//! Presence: spot checks, what evidence comes to, verdicts, distances, head counts, and a leaking screen that is replaced.

mod distances;
mod evidence;
mod hall;
mod many_courses;
mod sent_on;
mod spot_checks;

use serde_json::{Value, json};

use crate::test_server::TestServer;

/// What the holder of a receipt is asked for now.
async fn asked(server: &TestServer, receipt: &Value) -> Value {
    server.service.post("/api/v1/receipts/asked", None, json!({ "receipt": receipt })).await.is(200, "").body
}

/// The course's records, the most suspicious first.
async fn by_suspicion(server: &TestServer) -> Value {
    let path = format!("/api/v1/courses/{}/attendance-records?order=suspicion", server.course());
    server.service.get(&path, server.admin()).await.is(200, "").body
}
