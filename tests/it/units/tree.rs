//! The tree of units: its paths, also after a unit was moved, and who sees what then.

use serde_json::json;

use super::Registry;
use crate::test_server::{TestServer, eventually};

/// The units whose path or whose units below are not what walking from parent to parent comes to.
async fn misplaced(server: &TestServer) -> Vec<String> {
    sqlx::query_scalar(
        "with recursive walked (root, id, path) as (
             select id, id, '/' || id || '/' from units where parent_id is null
             union all
             select root, units.id, walked.path || units.id || '/' from units join walked on units.parent_id = walked.id
         ), below (root, id) as (
             select id, id from units
             union all
             select root, units.id from units join below on units.parent_id = below.id
         )
         select name from units join walked using (id)
         where units.path <> walked.path
            or array(select unit_and_below(units.id) order by 1) <> array(select below.id from below where root = units.id order by 1)
            or array(select unit_and_above(units.id) order by 1) <> array(select root from below where below.id = units.id order by 1)",
    )
    .fetch_all(&server.service.pool)
    .await
    .unwrap()
}

async fn refused_by(server: &TestServer, statement: &'static str) -> String {
    let error = sqlx::raw_sql(statement).execute(&server.service.pool).await.unwrap_err();
    let error = error.as_database_error().unwrap();
    error.constraint().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_s_path_is_the_way_to_it_also_after_it_was_moved() {
    let server = TestServer::open().await;
    assert_eq!(misplaced(&server).await, Vec::<String>::new());
    // A second county, of which the hospital's own number is a beginning: '/1/4/' is not '/1/40/'.
    server
        .sql(
            "insert into units (parent_id, kind, name)
             select id, 'county', '天心区' || n from units, generate_series(1, 200) n where kind = 'city'",
        )
        .await;
    assert_eq!(misplaced(&server).await, Vec::<String>::new());
    server
        .sql(
            "update units set parent_id = (select id from units where name = '天心区7') where name = '岳麓人民医院'",
        )
        .await;
    assert_eq!(misplaced(&server).await, Vec::<String>::new());
    let department: String = sqlx::query_scalar(
        "select above.name from units join units above on units.path like above.path || '%'
         where units.name = '护理部' and above.kind = 'county'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(department, "天心区7", "what lies below it has moved with it");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_moves_a_unit_below_itself_or_writes_another_path() {
    let server = TestServer::open().await;
    let below_itself = "update units set parent_id = (select id from units where name = '护理部') where name = '岳麓人民医院'";
    assert_eq!(refused_by(&server, below_itself).await, "unit_is_not_below_itself");
    let itself = "update units set parent_id = id where name = '护理部'";
    assert_eq!(refused_by(&server, itself).await, "unit_is_not_below_itself");
    server.sql("update units set path = '/1/' where name = '护理部'").await;
    assert_eq!(misplaced(&server).await, Vec::<String>::new(), "a path that is written is made anew");
    let off = "alter table units disable trigger unit_is_placed; update units set path = '/1/' where name = '护理部'";
    assert_eq!(refused_by(&server, off).await, "unit_path_ends_with_itself");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_unit_s_courses_are_seen_from_above_where_it_lies_now() {
    let server = TestServer::open().await;
    server
        .sql(
            "insert into units (parent_id, kind, name) select id, 'county', '天心区' from units where kind = 'city';
             update accounts set unit_id = (select id from units where name = '天心区') where account = 'yuelu-jjb'",
        )
        .await;
    let course = format!("/api/v1/courses/{}", server.course());
    eventually(async || server.service.get(&course, server.admin()).await.word() == "not_found").await;
    let none = server.service.get("/api/v1/courses", server.admin()).await.is(200, "");
    assert_eq!(none.body["in_all"], 0);
    server
        .sql("update units set parent_id = (select id from units where name = '天心区') where name = '岳麓人民医院'")
        .await;
    server.service.get(&course, server.admin()).await.is(200, "");
    let all = server.service.get("/api/v1/courses", server.admin()).await.is(200, "");
    assert!(all.body["items"].as_array().unwrap().iter().any(|item| item["id"] == json!(server.course())));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_somebody_needed_and_was_not_there_stands_in_the_log() {
    let registry = Registry::open().await;
    let server = &registry.server;
    // A county without a unit yet.
    server
        .sql(
            "insert into divisions (code, name, level, parent)
             select '990199', '洣水县', level, parent from divisions where code = '990121'",
        )
        .await;
    let new = json!({ "name": "第一中心卫生院", "division": "990199" });
    let added = registry.post("/api/v1/units", new).await.is(201, "").body;
    let region = added["supervisor"]["id"].as_i64().unwrap();
    let acts = registry.acts(region).await;
    assert_eq!(acts.len(), 1, "{acts:?}");
    assert_eq!((acts[0].0.as_str(), &acts[0].1["unit_name"]), ("add_region", &json!("洣水县")));
    // Once.
    let new = json!({ "name": "第二中心卫生院", "division": "990199" });
    registry.post("/api/v1/units", new).await.is(201, "");
    assert_eq!(registry.acts(region).await.len(), 1);
    server.sql(&format!("update units set division = null where id = {region}")).await;
    let new = json!({ "name": "第三中心卫生院", "division": "990199" });
    registry.post("/api/v1/units", new).await.is(201, "");
    let acts = registry.acts(region).await;
    assert_eq!((acts.len(), acts[1].0.as_str()), (2, "change_unit"));
    assert_eq!(acts[1].1["after"]["unit_division"], "洣水县");
    registry.server.close().await;
}
