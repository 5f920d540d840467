//! What an authority does with units: enters, renames, moves, closes and opens them again.

use reqwest::Method;
use serde_json::{Value, json};

use super::Registry;
use crate::test_server::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_entered_below_the_authority_that_supervises_it() {
    let registry = Registry::open().await;
    let new = json!({
        "name": " 岳麓区第２医院 ", "division": "990104", "supervisor": "city", "category": "general",
        "grade": "county", "hospital_class": "second", "aliases": ["二医院", "二医院", "岳麓区第2医院"],
    });
    let added = registry.post("/api/v1/units", new.clone()).await.is(201, "");
    assert_eq!(added.body["name"], "岳麓区第2医院");
    assert_eq!(added.body["supervisor"]["name"], "星沙市");
    assert_eq!(added.body["division"][2]["name"], "岳麓区");
    assert_eq!(added.body["aliases"], json!(["二医院"]));
    assert_eq!(registry.found("q=yldeyy").await, [""; 0]);
    assert_eq!(registry.found("q=erYiYuan").await, ["岳麓区第2医院"]);
    let id = added.body["id"].as_i64().unwrap();
    let read = registry.get(&format!("/api/v1/units/{id}")).await.is(200, "");
    assert_eq!((&read.body, read.version()), (&added.body, added.version()));
    let acts = registry.acts(id).await;
    assert_eq!((acts.len(), acts[0].0.as_str(), &acts[0].1["supervisor"]), (1, "add_unit", &json!("星沙市")));

    registry.post("/api/v1/units", new).await.is(409, "unit_name_taken");
    // The same name below another authority is another unit's.
    let county = json!({ "name": "岳麓区第2医院", "division": "990104" });
    let county = registry.post("/api/v1/units", county).await.is(201, "");
    assert_eq!(county.body["supervisor"]["name"], "岳麓区");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_entered_is_refused_by_its_field() {
    let registry = Registry::open().await;
    let units = registry.units().await;
    for (new, word, field) in [
        (json!({ "name": "院", "division": "990104" }), "unit_name_wrong", "name"),
        (json!({ "name": "第二医院\u{200b}", "division": "990104" }), "unit_name_wrong", "name"),
        (json!({ "name": "第二医院", "division": "430104" }), "bad_request", "division"),
        (json!({ "name": "第二医院", "division": "000000" }), "bad_request", "division"),
        // A county that holds no longer takes nothing new.
        (json!({ "name": "第二医院", "division": "990122" }), "bad_request", "division"),
        (
            json!({ "name": "第二医院", "division": "990100", "supervisor": "county" }),
            "bad_request",
            "supervisor",
        ),
        (
            json!({ "name": "第二医院", "division": "990104", "aliases": ["二"] }),
            "unit_name_wrong",
            "aliases",
        ),
        (json!({ "name": "第二医院", "division": "990104", "grade": "best" }), "bad_request", "grade"),
    ] {
        let refused = registry.post("/api/v1/units", new.clone()).await.is(400, word);
        assert_eq!(refused.body["field"], field, "{new}");
    }
    assert_eq!(registry.units().await, units, "no region was made either");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_unit_is_found_by_both_names_and_its_admins_see_the_new_one() {
    let registry = Registry::open().await;
    let path = registry.path("岳麓人民医院").await;
    registry.server.advance(60);
    let renamed =
        registry.patch(&path, json!({ "name": "星沙市第三医院", "aliases": ["市三"] })).await.is(200, "");
    assert_eq!(
        renamed.body["earlier_names"][0],
        json!({ "name": "岳麓人民医院", "until": "2025-11-29T01:03:13.123Z" })
    );
    for q in ["岳麓人民", "ylrm", "第三医院", "xssd", "市三", "工人医院"] {
        assert_eq!(registry.found(&format!("q={q}")).await, ["星沙市第三医院"], "{q}");
    }
    let me = async || {
        let me = registry.server.service.get("/api/v1/admin/me", registry.server.admin()).await;
        me.body["unit"]["name"].clone()
    };
    eventually(async || me().await == "星沙市第三医院").await;
    let (action, detail) = registry.acts(registry.id("星沙市第三医院").await).await.pop().unwrap();
    assert_eq!((action.as_str(), &detail["before"]["unit_name"]), ("change_unit", &json!("岳麓人民医院")));
    // What changes nothing is neither an act nor a new version; another alias alone is both.
    let same = registry.patch(&path, json!({ "name": "星沙市第三医院" })).await.is(200, "");
    assert_eq!(same.version(), renamed.version());
    let alias = registry.patch(&path, json!({ "aliases": [] })).await.is(200, "");
    assert_ne!(alias.version(), renamed.version());
    assert_eq!((&alias.body["aliases"], registry.found("q=市三").await.len()), (&json!([]), 0));
    let log = registry.acts(registry.id("星沙市第三医院").await).await;
    assert_eq!(log.len(), 2);
    // The name of the clinic beside it, and its own former one.
    registry.patch(&path, json!({ "name": "橘洲街道社区卫生服务中心" })).await.is(409, "unit_name_taken");
    registry.patch(&path, json!({ "name": "岳麓人民医院" })).await.is(200, "");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_change_a_unit_at_once_write_over_nothing_unseen() {
    let registry = Registry::open().await;
    let path = registry.path("岳麓人民医院").await;
    let seen = registry.get(&path).await.version();
    let change = async |body: Value| {
        registry.server.service.patch_seen(&path, Some(&registry.authority), &seen, &body).await
    };
    change(json!({ "grade": "province" })).await.is(200, "");
    let refused = change(json!({ "hospital_class": "second" })).await.is(412, "changed_meanwhile");
    assert_eq!(refused.body["current"]["grade"], "province");
    assert_eq!(refused.body["changed_by"], "何建国");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_given_to_another_authority_is_seen_there_and_no_longer_here() {
    let registry = Registry::open().await;
    let path = registry.path("岳麓人民医院").await;
    let county =
        crate::authority::admin(&registry.server, zaichang_platform::auth::Role::AuthorityAdmin, "岳麓区")
            .await;
    let seen_by_county = async || registry.server.service.get(&path, Some(&county)).await.status.as_u16();
    assert_eq!(seen_by_county().await, 200);
    let moved =
        registry.act(Method::POST, &path, "/supervisor", Some(json!({ "supervisor": "990100" }))).await;
    let moved = moved.is(200, "");
    assert_eq!(moved.body["supervisor"]["name"], "星沙市");
    assert_eq!(moved.body["division"][2]["name"], "岳麓区", "it lies where it lay");
    assert_eq!(seen_by_county().await, 404);
    let same =
        registry.act(Method::POST, &path, "/supervisor", Some(json!({ "supervisor": "990100" }))).await;
    assert_eq!(same.is(409, "unit_supervised_so").body["field"], "supervisor");
    let none =
        registry.act(Method::POST, &path, "/supervisor", Some(json!({ "supervisor": "430100" }))).await;
    assert_eq!(none.is(400, "bad_request").body["field"], "supervisor");
    // The county's own admin takes nothing out of the county.
    let own = registry.path("橘洲街道社区卫生服务中心").await;
    let taken = super::acted(
        &registry.server,
        Some(&county),
        Method::POST,
        &own,
        "/supervisor",
        Some(json!({ "supervisor": "990100" })),
    );
    taken.await.is(400, "bad_request");
    let region = registry.path("岳麓区").await;
    registry.act(Method::POST, &region, "/closing", None).await.is(409, "not_an_institution");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_unit_tells_its_effects_before_and_opening_it_again_takes_them_back() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let path = registry.path("岳麓人民医院").await;
    let effects = registry.get(&format!("{path}/effects")).await.is(200, "").body;
    assert_eq!((&effects["departments"], &effects["admins"]), (&json!(7), &json!(1)));
    assert!(
        effects["people"].as_i64().unwrap() > 20 && effects["courses"].as_i64().unwrap() > 4,
        "{effects}"
    );
    assert_eq!((&effects["registrations"], &effects["may_be_closed"]), (&json!(0), &json!(false)));
    registry.act(Method::POST, &path, "/closing", None).await.is(409, "unit_in_use");

    server.sql("update periods set first_day = '2025-06-01', last_day = '2025-06-02'").await;
    crate::registration::submitted(server, 1).await;
    let waits = registry.get(&format!("{path}/effects")).await.body;
    assert_eq!((&waits["courses"], &waits["registrations"]), (&json!(0), &json!(1)));
    assert_eq!(waits["may_be_closed"], true, "applicants who wait get theirs back");
    let closed = registry.act(Method::POST, &path, "/closing", None).await.is(200, "");
    assert!(closed.body["closed_at"].is_string());
    eventually(async || server.service.get("/api/v1/courses", server.admin()).await.status == 401).await;
    assert_eq!(registry.found("q=岳麓人民").await, [""; 0]);
    assert_eq!(registry.found("q=岳麓人民&state=closed").await, ["岳麓人民医院"]);
    registry.patch(&path, json!({ "grade": "city", "name": "别的医院" })).await.is(409, "unit_closed");
    let departments = registry.get(&format!("{path}/departments")).await.body;
    assert!(departments["items"].as_array().unwrap().iter().all(|one| one["closed_at"].is_string()));

    let opened = registry.act(Method::DELETE, &path, "/closing", None).await.is(200, "");
    assert_eq!(opened.body["closed_at"], Value::Null);
    eventually(async || server.service.get("/api/v1/courses", server.admin()).await.status == 200).await;
    let departments = registry.get(&format!("{path}/departments")).await.body;
    assert!(departments["items"].as_array().unwrap().iter().all(|one| one["closed_at"].is_null()));
    let acts = registry.acts(registry.id("岳麓人民医院").await).await;
    let words: Vec<_> = acts.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(words, ["close_unit", "reopen_unit"]);
    assert_eq!((&acts[0].1["accounts"], &acts[0].1["registrations"]), (&json!(1), &json!(1)));
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_registers_with_a_unit_that_is_closed() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let closed = registry.id("望湖县职工医院").await;
    let (_, session) = crate::registration::session_of(server, "13700000009").await;
    let found = server.service.get("/api/v1/registration/units?kind=unit&q=望湖", Some(&session)).await;
    let names: Vec<_> =
        found.body["items"].as_array().unwrap().iter().map(|unit| unit["name"].clone()).collect();
    assert_eq!(names, ["望湖镇卫生院"]);
    let chosen =
        server.service.patch("/api/v1/registration", Some(&session), json!({ "unit_id": closed })).await;
    assert_eq!(chosen.is(400, "bad_request").body["field"], "unit_id");
    // One that is closed after it was chosen is not handed in to.
    server
        .service
        .patch("/api/v1/registration", Some(&session), crate::registration::entry(server, 9).await)
        .await
        .is(200, "");
    server.sql("update units set closed_at = now() where kind = 'unit'").await;
    let seen = server.service.get("/api/v1/registration", Some(&session)).await.version();
    let request = server.service.request(Method::POST, "/api/v1/registration/submission", Some(&session));
    let refused = crate::test_server::answer(request.header("if-match", seen)).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "unit_id");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_without_units_is_asked_to_enter_them() {
    let registry = Registry::open().await;
    let waiting = async || registry.get("/api/v1/admin/checklist").await.is(200, "").body["items"].clone();
    assert!(!waiting().await.as_array().unwrap().contains(&json!("units")));
    registry
        .server
        .sql(
            "insert into units (kind, name) values ('province', '邻省');
             update accounts set unit_id = (select id from units where name = '邻省') where account = 'xiaoxiang-wjw'",
        )
        .await;
    eventually(async || waiting().await.as_array().unwrap().contains(&json!("units"))).await;
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_institution_takes_the_place_of_a_region() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let county = "insert into divisions (code, name, level, parent, valid_from)
        select '990105', '天心区', 'county', parent, valid_from from divisions where code = '990104'";
    server.sql(county).await;
    let new = |name: &str, supervisor: &str| json!({ "name": name, "division": "990105", "supervisor": supervisor });
    let units = registry.units().await;
    let refused =
        registry.post("/api/v1/units", new("天心区", "city")).await.is(409, "unit_name_is_a_division");
    assert_eq!((refused.body["field"].as_str(), registry.units().await), (Some("name"), units));
    // Nor by another name, nor by another authority.
    let city = registry.path("星沙市中医医院").await;
    registry.patch(&city, json!({ "name": "天心区" })).await.is(409, "unit_name_is_a_division");
    let below = registry.path("望湖镇卫生院").await;
    registry.patch(&below, json!({ "name": "天心区" })).await.is(200, "");
    let moved =
        registry.act(Method::POST, &below, "/supervisor", Some(json!({ "supervisor": "990100" }))).await;
    moved.is(409, "unit_name_is_a_division");
    // One that stands there from before is left as it is.
    let before = "insert into units (parent_id, kind, name) select id, 'unit', '天心区' from units where name = '星沙市'";
    server.sql(before).await;
    let refused = registry.post("/api/v1/units", new("天心区第一医院", "county")).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "supervisor");
    let taken: i64 = sqlx::query_scalar("select count(*) from units where division = '990105'")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(taken, 0);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_it_had_is_no_alias_and_one_that_it_has_again_no_former_name() {
    let registry = Registry::open().await;
    let path = registry.path("岳麓人民医院").await;
    let refused =
        registry.patch(&path, json!({ "aliases": ["岳麓区工人医院"] })).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "aliases");
    registry.patch(&path, json!({ "name": "星沙市第三医院" })).await.is(200, "");
    let again = registry.patch(&path, json!({ "name": "岳麓人民医院" })).await.is(200, "");
    let earlier: Vec<_> = again.body["earlier_names"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(earlier, ["星沙市第三医院", "岳麓区工人医院"]);
    registry.server.close().await;
}
