//! People as their unit keeps them in the console: the list of a unit's, and what the unit changes of their work.

mod corrections;
mod import_accounts;
mod import_bounds;
mod import_departments;
mod imports;
mod invitations;

pub use imports::own_import;

use reqwest::Method;
use serde_json::{Value, json};

use crate::admins::HOSPITAL;
use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer};

async fn unit(server: &TestServer, name: &str) -> i64 {
    let id = sqlx::query_scalar("select id from units where name = $1");
    id.bind(name).fetch_one(&server.service.pool).await.unwrap()
}

/// The person of this account: one of the demo's leads, who are the hospital's.
async fn lead(server: &TestServer, account: &str) -> i64 {
    let id = sqlx::query_scalar("select id from people where account = $1");
    id.bind(account).fetch_one(&server.service.pool).await.unwrap()
}

/// The first few of the demo's people, who have sessions, are the hospital's from now on.
pub async fn of_hospital(server: &TestServer, first: usize) {
    let ids: Vec<_> = server.demo.people[..first].iter().map(|person| person.id.0).collect();
    let moved = "update people set department_id = null, unit_id = (select id from units where name = $2) where id = any($1)";
    sqlx::query(moved).bind(ids).bind(HOSPITAL).execute(&server.service.pool).await.unwrap();
}

async fn people(server: &TestServer, unit: i64, query: &str) -> Answer {
    server.service.get(&format!("/api/v1/units/{unit}/people?{query}"), server.admin()).await
}

fn names(page: &Answer) -> Vec<&str> {
    page.body["items"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect()
}

async fn changed(server: &TestServer, person: i64, seen: &str, change: Value) -> Answer {
    let path = format!("/api/v1/people/{person}");
    let request = server.service.request(Method::PATCH, &path, server.admin()).header("if-match", seen);
    answer(request.header("content-type", "application/json").body(change.to_string())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_finds_its_own_people_and_their_numbers_are_masked() {
    let server = TestServer::open().await;
    let hospital = unit(&server, HOSPITAL).await;
    let found = people(&server, hospital, "q=ww").await.is(200, "");
    assert!(names(&found).contains(&"王伟"), "{}", found.body);
    let wang =
        found.body["items"].as_array().unwrap().iter().find(|person| person["name"] == "王伟").unwrap();
    let (number, phone) = (wang["number"].as_str().unwrap(), wang["phone"].as_str().unwrap());
    assert!(number.len() == 18 && number[3..14] == *"***********", "{number}");
    assert!(phone.len() == 11 && phone[3..7] == *"****", "{phone}");
    assert_eq!(wang["unit"], json!({ "id": hospital, "name": HOSPITAL }));

    // All of them, page by page, each once, in the order of how their names are read, also where several are read alike.
    let of_unit = "select count(*) from people where unit_id = $1";
    let all: i64 = sqlx::query_scalar(of_unit).bind(hospital).fetch_one(&server.service.pool).await.unwrap();
    let mut ids = Vec::new();
    let mut after = String::new();
    loop {
        let page = people(&server, hospital, &format!("limit=7{after}")).await.is(200, "");
        assert_eq!((&page.body["in_all"], &page.body["unreadable"]), (&json!(all), &json!(0)));
        ids.extend(
            page.body["items"].as_array().unwrap().iter().map(|person| person["id"].as_i64().unwrap()),
        );
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let in_order = "select id from people where unit_id = $1 order by pinyin collate \"C\", id";
    let in_order: Vec<i64> =
        sqlx::query_scalar(in_order).bind(hospital).fetch_all(&server.service.pool).await.unwrap();
    assert_eq!((ids, i64::try_from(in_order.len()).unwrap()), (in_order, all));

    // By state and by department, those within it among them.
    assert_eq!(names(&people(&server, hospital, "state=cancelled").await.is(200, "")), [""; 0]);
    server.sql("update people set state = 'maternity' where account = 'liwei'").await;
    assert_eq!(names(&people(&server, hospital, "state=maternity").await.is(200, "")), ["李伟"]);
    let department = wang["department"]["id"].as_i64().unwrap();
    server
        .sql(&format!(
            "insert into units (parent_id, kind, name) values ({department}, 'department', '一病区');
             update people set department_id = (select id from units where name = '一病区') where account = 'liwei'"
        ))
        .await;
    let found = people(&server, hospital, &format!("department={department}")).await;
    assert!(["王伟", "李伟"].iter().all(|name| names(&found).contains(name)), "{}", found.body);
    let other = unit(&server, "药学部").await;
    assert!(!names(&people(&server, hospital, &format!("department={other}")).await).contains(&"王伟"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_other_units_are_not_found_and_a_region_has_none() {
    let server = TestServer::open().await;
    let (hospital, other) = (unit(&server, HOSPITAL).await, unit(&server, "浏河县妇幼保健院").await);
    people(&server, other, "").await.is(404, "not_found");
    let wang = lead(&server, "wangwei").await;
    let stranger =
        crate::authority::admin(&server, zaichang_platform::auth::Role::UnitAdmin, "浏河县妇幼保健院").await;
    let path = format!("/api/v1/people/{wang}");
    server.service.get(&path, Some(&stranger)).await.is(404, "not_found");
    server.service.get(&path, None).await.is(401, "login_required");
    // An authority above looks on, and changes nothing.
    let authority = session(&server, "xiaoxiang-wjw").await;
    let list = format!("/api/v1/units/{hospital}/people?q=ww");
    server.service.get(&list, Some(&authority)).await.is(200, "");
    let province = unit(&server, "潇湘省（演示）").await;
    let of_region = format!("/api/v1/units/{province}/people");
    server.service.get(&of_region, Some(&authority)).await.is(409, "not_an_institution");
    let change = json!({ "specialty": "急诊医学" });
    server.service.patch(&path, Some(&authority), change).await.is(403, "forbidden");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_changes_a_person_s_work_by_the_version_that_it_has_seen() {
    let server = TestServer::open().await;
    let person = lead(&server, "wangwei").await;
    let path = format!("/api/v1/people/{person}");
    let stands = server.service.get(&path, server.admin()).await.is(200, "");
    let seen = stands.version();
    let department = unit(&server, "药学部").await;
    let change = json!({
        "department_id": department, "title_series": "pharmacist", "title_level": "intermediate",
        "specialty": " 临床药学 ", "takes_part": false,
    });
    let after = changed(&server, person, &seen, change.clone()).await.is(200, "");
    assert_eq!(after.body["title"], "主管药师");
    assert_eq!(
        (&after.body["department"]["name"], &after.body["specialty"], &after.body["takes_part"]),
        (&json!("药学部"), &json!("临床药学"), &json!(false))
    );
    // The person reads it, too.
    let me = server.service.get("/api/v1/me", Some(&session_of(&server, person).await)).await.is(200, "");
    assert_eq!(me.body["department"], "药学部");

    // The same again is no act; what was seen before is refused, with what stands and who changed it.
    let again = changed(&server, person, &after.version(), change).await.is(200, "");
    assert_eq!(again.version(), after.version());
    let late =
        changed(&server, person, &seen, json!({ "takes_part": true })).await.is(412, "changed_meanwhile");
    assert_eq!(
        (&late.body["current"]["title"], &late.body["changed_by"]),
        (&json!("主管药师"), &json!("周敏"))
    );
    let unseen = server.service.request(Method::PATCH, &path, server.admin());
    let unseen = unseen.header("content-type", "application/json").body(r#"{"takes_part":true}"#);
    answer(unseen).await.is(428, "version_required");

    let acts =
        "select detail from audit_log where action = 'change_person' and noun = 'person' and noun_id = $1";
    let acts: Vec<Value> =
        sqlx::query_scalar(acts).bind(person).fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0]["before"]["title"], stands.body["title"]);
    assert_eq!(acts[0]["after"]["title_series"], "pharmacist");

    // What is no open department of the unit is refused by its field, and so is half a title.
    let seen = after.version();
    let other = unit(&server, "浏河县妇幼保健院").await;
    server.sql("insert into units (parent_id, kind, name) select id, 'department', '急诊科二区' from units where name = '浏河县妇幼保健院'").await;
    server.sql("update units set closed_at = now() where name = '药学部'").await;
    // The one that stands stays, though it is closed by now.
    let same = json!({ "department_id": department, "takes_part": true });
    let seen = changed(&server, person, &seen, same).await.is(200, "").version();
    for id in [other, unit(&server, "急诊科二区").await, 0] {
        let refused = changed(&server, person, &seen, json!({ "department_id": id })).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "department_id");
    }
    server.sql("update people set title_series = null, title_level = null where account = 'liwei'").await;
    let half = lead(&server, "liwei").await;
    let seen = server.service.get(&format!("/api/v1/people/{half}"), server.admin()).await.version();
    let refused = changed(&server, half, &seen, json!({ "title_level": "senior" })).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "title_series");
    let refused = changed(&server, half, &seen, json!({ "specialty": "内科\u{200b}" })).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "specialty");
    // Whatever stands is not overwritten unseen.
    changed(&server, half, "*", json!({ "specialty": "内科" })).await.is(400, "bad_request");
    server.close().await;
}

async fn session_of(server: &TestServer, person: i64) -> String {
    let demo = server.demo.people.iter().find(|one| one.id.0 == person);
    if let Some(demo) = demo {
        return demo.session.clone();
    }
    let token = zaichang_platform::auth::Token::random().unwrap();
    sqlx::query(
        "insert into sessions (token_hash, person_id, client_kind, created_at, expires_at)
         values ($1, $2, 'app', now() - interval '1 day', now() + interval '400 days')",
    )
    .bind(token.hash().as_slice())
    .bind(person)
    .execute(&server.service.pool)
    .await
    .unwrap();
    token.expose().to_owned()
}
