//! Units are found by any part of any name, in a division or everywhere, by what they are; also in a county that was redrawn.

use serde_json::json;

use super::{Registry, names};

const ALL: [&str; 6] = [
    "浏河县妇幼保健院",
    "橘洲街道社区卫生服务中心",
    "望湖镇卫生院",
    "星沙市疾病预防控制中心",
    "星沙市中医医院",
    "岳麓人民医院",
];

#[tokio::test(flavor = "multi_thread")]
async fn units_are_found_by_any_part_of_any_name_they_have_or_had() {
    let registry = Registry::open().await;
    let all: std::collections::BTreeSet<_> = registry.found("").await.into_iter().collect();
    assert_eq!(all, ALL.iter().map(|name| (*name).to_owned()).collect());
    for (q, name) in [
        ("街道社区", ALL[1]),
        // The name that it had, and what it is called besides.
        ("橘洲镇", ALL[1]),
        ("juzhouzhen", ALL[1]),
        ("jzzwsy", ALL[1]),
        ("社卫", ALL[1]),
        ("防疫站", ALL[3]),
        ("Shi Ji Kong", ALL[3]),
        ("sjk", ALL[3]),
        ("市中医", ALL[4]),
        // Each word somewhere.
        ("医院 工人", ALL[5]),
        ("岳麓 rmyy", ALL[5]),
    ] {
        assert_eq!(registry.found(&format!("q={q}")).await, [name], "{q}");
    }
    assert_eq!(registry.found("q=_%25").await, [""; 0]);
    assert_eq!(registry.found("q=医院 防疫").await, [""; 0]);
    registry.get("/api/v1/units?q=a%00b").await.is(400, "bad_request");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_holds_what_lies_in_it_whoever_supervises_it_and_what_it_took_in_when_it_was_redrawn() {
    let registry = Registry::open().await;
    let mut county = registry.found("division=990104").await;
    county.sort_unstable();
    let mut expected = [ALL[1], ALL[2], ALL[3], ALL[4], ALL[5]];
    expected.sort_unstable();
    assert_eq!(county, expected);
    assert_eq!(registry.found("division=990121").await, [ALL[0]]);
    assert_eq!(registry.found("division=990122").await, [ALL[2]], "under its old code too");
    assert_eq!(registry.found("division=990100").await.len(), 6);
    assert_eq!(registry.found("division=430104").await, [""; 0]);
    // Who registers finds the city's hospital in the district.
    let county = registry.id("岳麓区").await;
    let rows: Vec<String> = sqlx::query_scalar(
        "select name from units where id in (select units_in($1)) and kind = 'unit' order by id",
    )
    .bind(county)
    .fetch_all(&registry.server.service.pool)
    .await
    .unwrap();
    assert!(rows.contains(&ALL[4].to_owned()) && rows.contains(&ALL[2].to_owned()), "{rows:?}");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_chosen_by_what_they_are_and_read_page_by_page() {
    let registry = Registry::open().await;
    assert_eq!(registry.found("category=tcm").await, [ALL[4]]);
    assert_eq!(registry.found("hospital_class=second").await, [ALL[0]]);
    assert_eq!(registry.found("grade=township&category=general").await.len(), 2);
    assert_eq!(registry.found("state=closed").await, ["望湖县职工医院"]);
    assert_eq!(registry.found("state=all").await.len(), 7);
    registry.get("/api/v1/units?grade=best").await.is(400, "bad_request");
    let (mut read, mut after) = (Vec::new(), String::new());
    loop {
        let page = registry.get(&format!("/api/v1/units?limit=2{after}")).await.is(200, "").body;
        assert_eq!(page["in_all"], 6);
        read.extend(names(&page["items"]));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(read, registry.found("").await, "each once, in one order");
    // In the order of how they are read.
    assert_eq!(read.first().map(String::as_str), Some(ALL[1]));
    assert_eq!(read.last().map(String::as_str), Some(ALL[5]));
    let hospital = registry.get("/api/v1/units?q=岳麓人民").await.body["items"][0].clone();
    assert_eq!((&hospital["admins"], &hospital["supervisor"]["name"]), (&json!(1), &json!("岳麓区")));
    assert_eq!(hospital["division"][2]["code"], "990104");
    assert!(hospital["people"].as_i64().unwrap() > 20, "{hospital}");
    let own = registry.server.service.get("/api/v1/units", registry.server.admin()).await.is(200, "");
    assert_eq!(names(&own.body["items"]), [ALL[5]]);
    registry.server.close().await;
}
