//! Titles of people with the day from which each holds: a new one, an earlier one that was missing, a wrong entry put right or taken out.

use jiff::ToSpan as _;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::clock::day_of;
use zaichang_core::ids::PersonId;
use zaichang_registry::people::titles_on;

use crate::test_server::{Answer, TestServer, answer, eventually};

fn day(server: &TestServer, days: i64) -> Date {
    day_of(server.now()).checked_add(days.days()).unwrap()
}

async fn version(server: &TestServer, person: i64) -> String {
    let version = sqlx::query_scalar::<_, i64>("select version from people where id = $1").bind(person);
    format!("\"{}\"", version.fetch_one(&server.service.pool).await.unwrap())
}

async fn call(server: &TestServer, method: Method, path: &str, seen: &str, body: Option<Value>) -> Answer {
    let request = server.service.request(method, path, server.admin()).header("if-match", seen);
    answer(match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

async fn add(server: &TestServer, person: i64, level: &str, from: Date) -> Answer {
    let body = json!({ "title_series": "physician", "title_level": level, "from": from });
    let seen = version(server, person).await;
    call(server, Method::POST, &format!("/api/v1/people/{person}/titles"), &seen, Some(body)).await
}

async fn change(server: &TestServer, person: i64, change: Value) -> Answer {
    let seen = version(server, person).await;
    call(server, Method::PATCH, &format!("/api/v1/people/{person}"), &seen, Some(change)).await
}

/// What stands, as the console reads it: the newest first.
async fn entries(server: &TestServer, person: i64) -> Vec<Value> {
    let path = format!("/api/v1/people/{person}/titles");
    let items = server.service.get(&path, server.admin()).await.is(200, "").body["items"].clone();
    items.as_array().unwrap().clone()
}

/// Name and day of each, the newest first.
async fn titles(server: &TestServer, person: i64) -> Vec<(String, Value)> {
    let entries = entries(server, person).await.into_iter();
    entries.map(|entry| (entry["title"].as_str().unwrap().to_owned(), entry["from"].clone())).collect()
}

/// The title of this person on a day, as other modules ask for it.
async fn on(server: &TestServer, person: i64, day: Date) -> Option<String> {
    let titles = titles_on(&server.service.pool, &[PersonId(person)], day).await.unwrap();
    titles.into_iter().next().map(|(_, title)| title.unwrap().title)
}

/// The first person of the demo, a 医师 of the hospital's.
async fn physician(server: &TestServer) -> i64 {
    crate::people::of_hospital(server, 1).await;
    let person = server.demo.people[0].id.0;
    let physician =
        "update people set title = '医师', title_series = 'physician', title_level = 'junior' where id";
    server.sql(&format!("{physician} = {person}")).await;
    person
}

/// A title of this person that may be taken out.
pub async fn wrong(server: &TestServer, person: i64) -> i64 {
    let added = "insert into person_titles (person_id, title, title_series, title_level, first_day)
        select $1, '护士', 'nurse', 'assistant', date '1961-01-01' + (select count(*)::int from person_titles) returning id";
    sqlx::query_scalar(added).bind(person).fetch_one(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_title_is_in_force_from_its_day_on_and_those_of_before_are_kept() {
    let server = TestServer::open().await;
    let person = physician(&server).await;
    assert_eq!(titles(&server, person).await, [("医师".to_owned(), Value::Null)]);
    let (new, older) = (day(&server, -10), day(&server, -2000));
    // It is unknown since when 医师 is held: a lower one may be of before, and is not put in its place.
    add(&server, person, "assistant", older).await.is(409, "title_day_unknown");
    let after = add(&server, person, "intermediate", new).await.is(200, "");
    assert_eq!((&after.body["title"], &after.body["title_from"]), (&json!("主治医师"), &json!(new)));
    assert_eq!(
        titles(&server, person).await,
        [("主治医师".to_owned(), json!(new)), ("医师".to_owned(), Value::Null)]
    );
    // The person and every list read the one in force.
    let me =
        async || server.service.get("/api/v1/me", server.session(0)).await.is(200, "").body["title"].clone();
    eventually(async || me().await == "主治医师").await;
    // One of before that was missing changes nothing about it.
    let after = add(&server, person, "assistant", older).await.is(200, "");
    assert_eq!(after.body["title"], "主治医师");
    assert_eq!(titles(&server, person).await[1], ("医士".to_owned(), json!(older)));
    // On each day the newest that had begun.
    for (day, title) in [
        (day(&server, 1000), "主治医师"),
        (new, "主治医师"),
        (day(&server, -11), "医士"),
        (older, "医士"),
        (day(&server, -2001), "医师"),
    ] {
        assert_eq!(on(&server, person, day).await.as_deref(), Some(title), "{day}");
    }

    add(&server, person, "senior", new).await.is(409, "title_day_taken");
    add(&server, person, "intermediate", day(&server, 0)).await.is(409, "title_holds");
    add(&server, person, "intermediate", day(&server, -11)).await.is(409, "title_holds");
    for (level, from, field) in [
        ("senior", "2999-01-01", "from"),
        ("senior", "1949-12-31", "from"),
        ("senior", "2026-02-30", "from"),
        ("chief", "2020-01-01", "title_level"),
    ] {
        let body = json!({ "title_series": "physician", "title_level": level, "from": from });
        let path = format!("/api/v1/people/{person}/titles");
        let refused = call(&server, Method::POST, &path, &version(&server, person).await, Some(body)).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], field, "{level} {from}");
    }
    let acts = "select detail from audit_log where action = 'add_person_title' and noun_id = $1 order by id";
    let acts: Vec<Value> =
        sqlx::query_scalar(acts).bind(person).fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(acts.len(), 2);
    assert_eq!(acts[0]["before"], json!({ "title": "医师", "title_from": null }));
    assert_eq!(acts[0]["after"], json!({ "title": "主治医师", "title_from": new }));
    assert_eq!((&acts[1]["before"], &acts[1]["entered_title"]), (&acts[1]["after"], &json!("医士")));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_entry_is_put_right_or_taken_out_and_is_no_new_title() {
    let server = TestServer::open().await;
    let person = physician(&server).await;
    let (first, second) = (day(&server, -3000), day(&server, -100));
    let after =
        change(&server, person, json!({ "title_level": "assistant", "title_from": first })).await.is(200, "");
    assert_eq!((&after.body["title"], &after.body["title_from"]), (&json!("医士"), &json!(first)));
    assert_eq!(titles(&server, person).await, [("医士".to_owned(), json!(first))]);
    // It is known before its day no longer: what held then was not entered.
    assert_eq!(on(&server, person, day(&server, -3001)).await, None);
    add(&server, person, "intermediate", second).await.is(200, "");
    // The day of the one in force, then its level.
    let right = day(&server, -101);
    let seen = version(&server, person).await;
    let after = change(&server, person, json!({ "title_from": right })).await.is(200, "");
    assert_ne!(after.version(), seen, "a day alone is a new version, too");
    let after = change(&server, person, json!({ "title_level": "associate_senior" })).await.is(200, "");
    assert_eq!((&after.body["title"], &after.body["title_from"]), (&json!("副主任医师"), &json!(right)));
    let entered = entries(&server, person).await;
    assert_eq!(entered.len(), 2);
    assert_eq!(entered[0]["corrects"], json!({ "title": "主治医师", "from": right }));
    assert_eq!(entered[1]["corrects"], json!({ "title": "医师", "from": null }));
    assert!(entered.iter().all(|entry| entry["entered_by"].is_string()), "{entered:?}");
    change(&server, person, json!({ "title_from": first })).await.is(409, "title_day_taken");
    for from in [json!(day(&server, -3001)), json!(day(&server, 1))] {
        let refused = change(&server, person, json!({ "title_from": from })).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "title_from");
    }
    // Taken out: the one of before is in force again, and is the only one left.
    let newest = async || {
        let entries = entries(&server, person).await;
        format!("/api/v1/people/{person}/titles/{}", entries[0]["id"])
    };
    let seen = version(&server, person).await;
    let wrong = newest().await;
    let after = call(&server, Method::DELETE, &wrong, &seen, None).await.is(200, "");
    assert_eq!((&after.body["title"], &after.body["title_from"]), (&json!("医士"), &json!(first)));
    assert_eq!(on(&server, person, day(&server, 0)).await.as_deref(), Some("医士"));
    call(&server, Method::DELETE, &wrong, &seen, None).await.is(412, "changed_meanwhile");
    let seen = version(&server, person).await;
    call(&server, Method::DELETE, &wrong, &seen, None).await.is(404, "not_found");
    call(&server, Method::DELETE, &newest().await, &seen, None).await.is(409, "title_is_the_only_one");
    let actions = "select action from audit_log where noun = 'person' and noun_id = $1 order by id";
    let actions: Vec<String> =
        sqlx::query_scalar(actions).bind(person).fetch_all(&server.service.pool).await.unwrap();
    let expected =
        ["change_person", "add_person_title", "change_person", "change_person", "remove_person_title"];
    assert_eq!(actions, expected);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_a_title_into_people_writes_its_history_too() {
    let server = TestServer::open().await;
    let person = physician(&server).await;
    let since = day(&server, -100);
    change(&server, person, json!({ "title_from": since })).await.is(200, "");
    // A node of the release before, or a file that fills in what was not known: its title is put right, its day stays.
    server
        .sql(&format!("update people set title = '药师', title_series = 'pharmacist' where id = {person}"))
        .await;
    assert_eq!(titles(&server, person).await, [("药师".to_owned(), json!(since))]);
    assert_eq!(entries(&server, person).await[0]["corrects"], json!({ "title": "医师", "from": since }));

    // By an approval: since when is not known, who has entered it is.
    let (id, _) = crate::registration::submitted(&server, 77).await;
    crate::registration::approve(&server, id).await.is(200, "");
    let registered = "select id from people order by id desc limit 1";
    let registered: i64 = sqlx::query_scalar(registered).fetch_one(&server.service.pool).await.unwrap();
    let entered = entries(&server, registered).await;
    assert_eq!((entered.len(), &entered[0]["from"]), (1, &Value::Null));
    assert!(entered[0]["entered_by"].is_string() && entered[0]["entered_at"].is_string(), "{entered:?}");

    // Of who was here before titles were kept, it is the one of their row until the first change, and the first entry from then on.
    server
        .sql(&format!(
            "alter table person_titles disable trigger user; delete from person_titles where person_id = {person};
             alter table person_titles enable trigger user"
        ))
        .await;
    assert_eq!(titles(&server, person).await, []);
    assert_eq!(on(&server, person, since).await.as_deref(), Some("药师"));
    add(&server, person, "senior", since).await.is(200, "");
    assert_eq!(
        titles(&server, person).await,
        [("主任医师".to_owned(), json!(since)), ("药师".to_owned(), Value::Null)]
    );
    assert_eq!(entries(&server, person).await[1]["entered_by"], Value::Null);
    assert_eq!(on(&server, person, day(&server, -101)).await.as_deref(), Some("药师"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_keep_a_title_at_once_the_second_is_told() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let person = server.demo.people[0].id.0;
    let seen = version(&server, person).await;
    let path = format!("/api/v1/people/{person}/titles");
    let body = |level: &str| {
        Some(json!({ "title_series": "nurse", "title_level": level, "from": day(&server, -1) }))
    };
    let (one, other) = tokio::join!(
        call(&server, Method::POST, &path, &seen, body("senior")),
        call(&server, Method::POST, &path, &seen, body("associate_senior")),
    );
    let mut answered = [one.status.as_u16(), other.status.as_u16()];
    answered.sort_unstable();
    assert_eq!(answered, [200, 412], "{} {}", one.body, other.body);
    assert_eq!(titles(&server, person).await.iter().filter(|(_, from)| !from.is_null()).count(), 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_of_one_person_are_bounded_in_all_and_in_a_day() {
    let server = TestServer::open().await;
    let person = physician(&server).await;
    // What it has is of long before.
    server.sql(&format!("update person_titles set entered_at = null where person_id = {person}")).await;
    for place in 0..20 {
        let level = ["intermediate", "senior"][place % 2];
        let days = i64::try_from(place).unwrap() - 400;
        add(&server, person, level, day(&server, days)).await.is(200, "");
    }
    add(&server, person, "intermediate", day(&server, -1)).await.is(409, "titles_too_often");
    let day_of_last = json!({ "title_from": day(&server, -2) });
    change(&server, person, day_of_last.clone()).await.is(409, "titles_too_often");
    server.advance(24 * 3600 + 1);
    change(&server, person, day_of_last).await.is(200, "");
    for _ in 21..50 {
        wrong(&server, person).await;
    }
    assert_eq!(entries(&server, person).await.len(), 50);
    add(&server, person, "intermediate", day(&server, -1)).await.is(409, "titles_full");
    server.close().await;
}
