//! How letting somebody go ends: by the unit that is named and no other, by itself after its days, or because it was done too often.

use reqwest::Method;
use serde_json::json;
use zaichang_platform::auth::Role;

use super::{OTHER, day, days_pass, find, let_go, let_go_to, listed, sought, step, take_in};
use crate::admins::HOSPITAL;
use crate::test_server::TestServer;

async fn unit_called(server: &TestServer, name: &str) -> i64 {
    let id = sqlx::query_scalar("select id from units where name = $1").bind(name);
    id.fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_that_is_named_finds_and_takes_in_and_no_other() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let (wanted, of_other) =
        (unit_called(&server, OTHER).await, crate::authority::admin(&server, Role::UnitAdmin, OTHER).await);
    let made = "insert into units (parent_id, kind, name, closed_at) select parent_id, 'unit', called.name, called.closed_at
        from units, (values ('甲医院', null), ('乙医院', now())) called (name, closed_at) where units.name = '浏河县妇幼保健院'";
    server.sql(made).await;
    let third = crate::authority::admin(&server, Role::UnitAdmin, "甲医院").await;

    // It is chosen among those of the whole country.
    let asked = async |q: &str| {
        let path = format!("/api/v1/people/transfers/units?q={q}");
        let found = server.service.get(&path, Some(own)).await.is(200, "").body;
        found["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(asked(OTHER).await, [wanted]);
    assert!(asked("乙医院").await.is_empty());
    for none in [unit_called(&server, "乙医院").await, unit_called(&server, HOSPITAL).await, 999_999] {
        let refused = let_go_to(&server, person, own, none).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "unit_id");
    }

    let_go_to(&server, person, own, wanted).await.is(200, "");
    let by_document = sought(&server, person).await;
    find(&server, &third, &by_document).await.is(404, "nobody_let_go");
    // It does not end by itself.
    days_pass(&server, person, 200).await;
    let found = find(&server, &of_other, &by_document).await.is(200, "").body;
    take_in(&server, &third, &found["id"], &by_document, None).await.is(404, "nobody_let_go");
    let page = server.service.get("/api/v1/people/transfers", Some(own)).await.is(200, "").body;
    let item = &page["items"][0];
    assert_eq!(
        (&item["wanted_unit"]["name"], &item["last_day"], &item["state"]),
        (&json!(OTHER), &json!(null), &json!("waits"))
    );
    take_in(&server, &of_other, &found["id"], &by_document, None).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_whichever_unit_comes_it_ends_after_ninety_days_and_may_begin_anew() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let by_document = sought(&server, person).await;
    // A first day that lies back ends it no sooner.
    let_go(&server, person, own, day(&server, -90)).await.is(200, "");
    days_pass(&server, person, 90).await;
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    days_pass(&server, person, 1).await;
    find(&server, &other, &by_document).await.is(404, "nobody_let_go");
    take_in(&server, &other, &transfer, &by_document, None).await.is(404, "nobody_let_go");
    let states = async |query: &str| {
        let path = format!("/api/v1/people/transfers?{query}");
        let page = server.service.get(&path, Some(own)).await.is(200, "").body;
        let items = page["items"].as_array().unwrap().iter();
        let states: Vec<_> = items.map(|item| item["state"].as_str().unwrap().to_owned()).collect();
        (states, page["in_all"].as_i64().unwrap())
    };
    assert_eq!(states("").await, (vec!["expired".to_owned()], 1));
    assert_eq!(states("state=waits").await, (vec![], 0));
    assert_eq!(states("state=expired").await, (vec!["expired".to_owned()], 1));
    // There is nothing to keep them from any more; they are let go anew.
    step(&server, Method::DELETE, person, own, None).await.is(409, "transfer_over");
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    assert_eq!(states("").await, (vec!["waits".to_owned(), "expired".to_owned()], 2));
    assert_eq!(states("state=cancelled").await, (vec![], 0));
    assert_eq!(states("state=waits&limit=1").await, (vec!["waits".to_owned()], 1));
    let second = server.demo.people[1].id.0;
    let_go(&server, second, own, day(&server, 0)).await.is(200, "");
    step(&server, Method::DELETE, second, own, None).await.is(200, "");
    // Page by page the same as at once.
    let (mut after, mut paged) = (String::new(), Vec::new());
    loop {
        let path = format!("/api/v1/people/transfers?limit=1{after}");
        let page = server.service.get(&path, Some(own)).await.is(200, "").body;
        assert_eq!(page["in_all"], 3);
        paged.push(page["items"][0]["state"].as_str().unwrap().to_owned());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, ["cancelled", "waits", "expired"]);
    let found = find(&server, &other, &by_document).await.is(200, "").body;
    take_in(&server, &other, &found["id"], &by_document, None).await.is(200, "");
    assert_eq!(listed(&server, &other).await.len(), 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_is_let_go_twenty_times_a_day() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    for _ in 0..20 {
        let_go(&server, person, own, day(&server, 0)).await.is(200, "");
        step(&server, Method::DELETE, person, own, None).await.is(200, "");
    }
    let_go(&server, person, own, day(&server, 0)).await.is(409, "transfers_too_often");
    let a_day = "update person_transfers set let_go_at = let_go_at - interval '24 hours'";
    server.sql(a_day).await;
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    server.close().await;
}
