//! Transfers of people: let go by their unit, found by name and document by another, taken in once; they check in all the while.

mod ends;
mod look_ups;
mod meanwhile;
mod states;

use jiff::ToSpan as _;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row as _;
use zaichang_core::clock::day_of;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::Role;

use crate::admins::HOSPITAL;
use crate::test_server::{Answer, TestServer, answer, eventually};

/// Another unit of the demo's.
const OTHER: &str = "浏河县妇幼保健院";

fn day(server: &TestServer, days: i64) -> Date {
    day_of(server.now()).checked_add(days.days()).unwrap()
}

/// A person by name and document, as a unit types them that has the paper in hand.
pub async fn sought(server: &TestServer, person: i64) -> Value {
    let row = sqlx::query("select name, key_id, id_number_sealed from people where id = $1").bind(person);
    let row = row.fetch_one(&server.service.pool).await.unwrap();
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let number = sealer.open(Kind::IdNumber, row.get("key_id"), row.get("id_number_sealed")).unwrap();
    json!({ "name": row.get::<String, _>("name"), "document": "id_card", "number": number })
}

/// The same, with which transfer was seen, and the department they are taken into.
pub fn taking(transfer: &Value, sought: &Value, department: Option<i64>) -> Value {
    let mut taking = sought.clone();
    taking["transfer_id"] = transfer.clone();
    taking["department_id"] = json!(department);
    taking
}

/// Has this person let go by another unit; the transfer that waits.
pub async fn waits(server: &TestServer, person: i64) -> i64 {
    server
        .sql(&format!(
            "update person_transfers set cancelled_by = let_go_by, cancelled_at = now()
             where person_id = {person} and taken_in_at is null and cancelled_at is null;
             update people set department_id = null, unit_id = (select id from units where name = '{OTHER}') where id = {person}"
        ))
        .await;
    let waits = "insert into person_transfers (person_id, from_unit_id, first_day, reason, let_go_by, let_go_at)
        select id, unit_id, '2020-01-01', '调动', (select min(id) from accounts), now() from people where id = $1 returning id";
    sqlx::query_scalar(waits).bind(person).fetch_one(&server.service.pool).await.unwrap()
}

async fn step(server: &TestServer, method: Method, person: i64, by: &str, body: Option<Value>) -> Answer {
    let version = sqlx::query_scalar::<_, i64>("select version from people where id = $1").bind(person);
    let seen = format!("\"{}\"", version.fetch_one(&server.service.pool).await.unwrap());
    let path = format!("/api/v1/people/{person}/transfer");
    let request = server.service.request(method, &path, Some(by)).header("if-match", seen);
    answer(match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

async fn let_go(server: &TestServer, person: i64, by: &str, from: Date) -> Answer {
    let body = json!({ "from": from, "reason": "调往其他单位" });
    step(server, Method::POST, person, by, Some(body)).await
}

/// The same to one unit alone.
async fn let_go_to(server: &TestServer, person: i64, by: &str, unit: i64) -> Answer {
    let body = json!({ "from": day(server, 0), "unit_id": unit, "reason": "调往其他单位" });
    step(server, Method::POST, person, by, Some(body)).await
}

/// Has the person's transfers begun so many days earlier than they did.
async fn days_pass(server: &TestServer, person: i64, days: i64) {
    server
        .sql(&format!(
            "update person_transfers set first_day = first_day - {days}, let_go_at = let_go_at - interval '{days} days'
             where person_id = {person} and taken_in_at is null and cancelled_at is null"
        ))
        .await;
}

async fn find(server: &TestServer, by: &str, sought: &Value) -> Answer {
    server.service.post("/api/v1/people/transfers/searches", Some(by), sought.clone()).await
}

async fn take_in(
    server: &TestServer,
    by: &str,
    transfer: &Value,
    sought: &Value,
    department: Option<i64>,
) -> Answer {
    let taking = taking(transfer, sought, department);
    server.service.post("/api/v1/people/transfers/taking", Some(by), taking).await
}

/// Name, state and units of each transfer, as this admin sees them.
async fn listed(server: &TestServer, by: &str) -> Vec<(String, String, String)> {
    let page = server.service.get("/api/v1/people/transfers", Some(by)).await.is(200, "").body;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| (text(&item["name"]), text(&item["state"]), text(&item["into_unit"]["name"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_let_go_is_found_and_taken_in_and_checks_in_all_the_while() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let sought = sought(&server, person).await;
    let name = sought["name"].as_str().unwrap().to_owned();
    let (screen, _) = server.screen(server.course()).await;
    let scan = async || server.check_in(0, json!({ "code": server.code(screen) })).await;

    // Before they are let go no other unit finds them, nor may another unit let them go.
    find(&server, &other, &sought).await.is(404, "nobody_let_go");
    let_go(&server, person, &other, day(&server, 0)).await.is(404, "not_found");
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    let_go(&server, person, own, day(&server, 0)).await.is(409, "person_let_go");
    scan().await.is(201, "recorded");
    // They stay where they are: the list, its own page and imports know them as the unit's.
    let me = server.service.get("/api/v1/me", server.session(0)).await.is(200, "").body;
    assert_eq!(me["unit"], HOSPITAL);

    let mut wrong = sought.clone();
    wrong["name"] = json!("王五五");
    find(&server, &other, &wrong).await.is(404, "nobody_let_go");
    let found = find(&server, &other, &sought).await.is(200, "").body;
    assert_eq!((&found["name"], &found["unit"]), (&json!(name), &json!(HOSPITAL)));
    let number = found["number"].as_str().unwrap();
    assert!(
        number.contains("***********") && !found.to_string().contains(sought["number"].as_str().unwrap())
    );
    assert_eq!(listed(&server, own).await, [(name.clone(), "waits".to_owned(), String::new())]);
    assert_eq!(listed(&server, &other).await, []);

    // A department of another unit's is none; the own one is.
    let department = "select id from units where kind = 'department' and path like
        (select path from units where name = $1) || '%' order by id limit 1";
    let of = async |unit: &str| {
        let id = sqlx::query_scalar::<_, i64>(department).bind(unit.to_owned());
        id.fetch_optional(&server.service.pool).await.unwrap()
    };
    let refused = take_in(&server, &other, &found["id"], &sought, of(HOSPITAL).await).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "department_id");
    take_in(&server, &other, &found["id"], &wrong, None).await.is(404, "nobody_let_go");
    take_in(&server, &other, &json!(999_999), &sought, None).await.is(409, "transfer_over");
    let department = of(OTHER).await;
    let taken = take_in(&server, &other, &found["id"], &sought, department).await.is(200, "");
    assert_eq!(taken.body["unit"]["name"], OTHER);
    assert_eq!(taken.body["department"]["id"], json!(department));

    // Both see where it stands, and so does the authority above both, once; the person and the check-in know the new unit.
    let authority = crate::projects::session(&server, "xiaoxiang-wjw").await;
    for by in [own, &other, &authority] {
        assert_eq!(listed(&server, by).await, [(name.clone(), "taken_in".to_owned(), OTHER.to_owned())]);
    }
    for (query, rows) in
        [("state=taken_in", 1), ("state=waits", 0), ("q=甲乙丙", 0), ("limit=1&state=taken_in", 1)]
    {
        let path = format!("/api/v1/people/transfers?{query}");
        let page = server.service.get(&path, Some(&authority)).await.is(200, "").body;
        assert_eq!(
            (page["items"].as_array().unwrap().len(), &page["in_all"]),
            (rows, &json!(rows)),
            "{query}"
        );
    }
    let me =
        async || server.service.get("/api/v1/me", server.session(0)).await.is(200, "").body["unit"].clone();
    eventually(async || me().await == OTHER).await;
    let path = format!("/api/v1/people/{person}");
    server.service.get(&path, Some(own)).await.is(404, "not_found");
    // What has become of them since is no business of the unit that they have left.
    let of_own = server.service.get("/api/v1/people/transfers", Some(own)).await.is(200, "").body;
    let of_other = server.service.get("/api/v1/people/transfers", Some(&other)).await.is(200, "").body;
    assert_eq!(
        (&of_own["items"][0]["title"], of_other["items"][0]["title"].is_string()),
        (&Value::Null, true)
    );
    // Why the other unit has let them go is its own business.
    let history = server.service.get(&format!("{path}/transfers"), Some(&other)).await.is(200, "").body;
    assert_eq!(
        (&history["items"][0]["reason"], &history["items"][0]["state"]),
        (&Value::Null, &json!("taken_in"))
    );
    take_in(&server, &other, &found["id"], &sought, None).await.is(404, "nobody_let_go");
    // Each unit reads in its log what the other has done.
    let acts = "select action, concerned_unit_id is not null from audit_log
        where noun = 'person' and noun_id = $1 order by id";
    let acts: Vec<(String, bool)> =
        sqlx::query_as(acts).bind(person).fetch_all(&server.service.pool).await.unwrap();
    let acts: Vec<_> = acts.iter().map(|(action, concerns)| (action.as_str(), *concerns)).collect();
    // Also that they were asked for under a transfer that the unit has not seen.
    assert_eq!(
        acts,
        [
            ("let_go_person", false),
            ("look_up_transfer", true),
            ("look_up_transfer", true),
            ("take_in_person", true)
        ]
    );
    let log = "select string_agg(detail::text, '') from audit_log";
    let log: String = sqlx::query_scalar(log).fetch_one(&server.service.pool).await.unwrap();
    assert!(!log.contains(sought["number"].as_str().unwrap()));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_units_that_take_in_at_once_one_has_them() {
    let server = TestServer::open().await;
    let person = server.demo.people[0].id.0;
    let sought = sought(&server, person).await;
    server
        .sql(
            "insert into units (parent_id, kind, name) select parent_id, 'unit', '甲医院' from units where name = '浏河县妇幼保健院';
             insert into units (parent_id, kind, name) select parent_id, 'unit', '乙医院' from units where name = '浏河县妇幼保健院'",
        )
        .await;
    let (one, two) = (
        crate::authority::admin(&server, Role::UnitAdmin, "甲医院").await,
        crate::authority::admin(&server, Role::UnitAdmin, "乙医院").await,
    );
    for _ in 0..4 {
        let transfer = json!(waits(&server, person).await);
        let (first, second) = tokio::join!(
            take_in(&server, &one, &transfer, &sought, None),
            take_in(&server, &two, &transfer, &sought, None),
        );
        let mut answered = [first.status.as_u16(), second.status.as_u16()];
        answered.sort_unstable();
        assert!(answered == [200, 404] || answered == [200, 409], "{} {}", first.body, second.body);
        let unit =
            "select into_unit_id = (select unit_id from people where id = person_id) from person_transfers
            where id = $1 and cancelled_at is null";
        let agree: bool =
            sqlx::query_scalar(unit).bind(transfer.as_i64()).fetch_one(&server.service.pool).await.unwrap();
        assert!(agree);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_cancelled_by_who_began_it_and_waits_for_its_day() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let sought = sought(&server, person).await;
    let_go(&server, person, own, day(&server, 91)).await.is(400, "bad_request");
    let_go(&server, person, own, day(&server, 1)).await.is(200, "");
    let found = find(&server, &other, &sought).await.is(200, "").body;
    take_in(&server, &other, &found["id"], &sought, None).await.is(409, "transfer_not_yet");
    step(&server, Method::DELETE, person, &other, None).await.is(404, "not_found");
    step(&server, Method::DELETE, person, own, None).await.is(200, "");
    step(&server, Method::DELETE, person, own, None).await.is(409, "transfer_over");
    take_in(&server, &other, &found["id"], &sought, None).await.is(404, "nobody_let_go");
    assert_eq!(listed(&server, own).await[0].1, "cancelled");

    // Once more: what was seen of the first is not taken for the second.
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    take_in(&server, &other, &found["id"], &sought, None).await.is(409, "transfer_over");
    let found = find(&server, &other, &sought).await.is(200, "").body;
    // The unit's own document in hand, it has nothing to take in.
    let of_own = find(&server, own, &sought).await.is(200, "").body;
    take_in(&server, own, &of_own["id"], &sought, None).await.is(409, "person_of_this_unit");
    take_in(&server, &other, &found["id"], &sought, None).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_open_unit_its_own_admins_alone_let_go_and_keep() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let authority = crate::projects::session(&server, "xiaoxiang-wjw").await;
    let may = async |by: &str| {
        let path = format!("/api/v1/people/{person}/transfers");
        server.service.get(&path, Some(by)).await.is(200, "").body["may_be_let_go"].clone()
    };
    assert_eq!((may(own).await, may(&authority).await), (json!(true), json!(false)));
    let_go(&server, person, &authority, day(&server, 0)).await.is(409, "transfer_of_own_unit");
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    step(&server, Method::DELETE, person, &authority, None).await.is(409, "transfer_of_own_unit");
    // Of a closed one the authority does.
    server.sql(&format!("update units set closed_at = now() where name = '{HOSPITAL}'")).await;
    assert_eq!(may(&authority).await, json!(true));
    step(&server, Method::DELETE, person, &authority, None).await.is(200, "");
    let_go(&server, person, &authority, day(&server, 0)).await.is(200, "");
    server.close().await;
}
