//! Projects as they are listed: page by page, and found by their words.

use serde_json::{Value, json};

use super::{DRAFT, Office, RETURNED, WAITING};

#[tokio::test(flavor = "multi_thread")]
async fn projects_are_listed_page_by_page_and_found_by_their_words() {
    let office = Office::open().await;
    let all = office.get("/api/v1/projects").await;
    let ids: Vec<i64> =
        all["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect();
    assert_eq!((ids.len(), &all["in_all"], &all["next"]), (8, &json!(8), &Value::Null));
    assert!(ids.is_sorted_by(|one, next| one > next), "the newest first");
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let page = office.get(&format!("/api/v1/projects?limit=3{after}")).await;
        paged.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, ids);
    for (query, number) in [
        ("q=疼痛", RETURNED),
        ("q=2025-07-08", RETURNED),
        ("q=岳麓人民 141", RETURNED),
        ("state=draft", DRAFT),
        ("waiting=true&limit=1", WAITING[0]),
    ] {
        let found = office.get(&format!("/api/v1/projects?{query}")).await;
        assert_eq!(found["items"][0]["number"], number, "{query}");
    }
    assert_eq!(office.get("/api/v1/projects?q=%25").await["items"], json!([]));
    let wrong = office.server.service.get("/api/v1/projects?state=lost", Some(&office.authority)).await;
    assert_eq!(wrong.is(400, "bad_request").body["field"], "state");
    office.server.close().await;
}
