//! What happens between letting go and taking in: units are closed and merged, the same person stands in a file or registers once more.
//! Each refusal names a way that leads to an end.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row as _;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::Role;

use super::{OTHER, day, find, let_go, listed, sought, step, take_in};
use crate::admins::HOSPITAL;
use crate::importing::{checked, counts};
use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer, eventually};

/// A unit beside the hospital, and a session of its admin.
async fn new_unit(server: &TestServer, name: &str) -> (i64, String) {
    let made = "insert into units (parent_id, kind, name) select parent_id, 'unit', $1 from units where name = $2 returning id";
    let id =
        sqlx::query_scalar(made).bind(name).bind(HOSPITAL).fetch_one(&server.service.pool).await.unwrap();
    (id, crate::authority::admin(server, Role::UnitAdmin, name).await)
}

async fn move_to(server: &TestServer, unit: i64, people: &[i64]) {
    let moved = "update people set department_id = null, unit_id = $1 where id = any($2)";
    sqlx::query(moved).bind(unit).bind(people).execute(&server.service.pool).await.unwrap();
}

async fn unit_of(server: &TestServer, person: i64) -> i64 {
    let unit = sqlx::query_scalar("select unit_id from people where id = $1").bind(person);
    unit.fetch_one(&server.service.pool).await.unwrap()
}

/// What the authority does to a unit, by the version that stands.
async fn done_to(server: &TestServer, by: &str, unit: i64, act: &str, body: Option<Value>) -> Answer {
    let path = format!("/api/v1/units/{unit}");
    let seen = server.service.get(&path, Some(by)).await.is(200, "").version();
    let request = server.service.request(Method::POST, &format!("{path}/{act}"), Some(by));
    let request = request.header("if-match", seen);
    answer(match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_unit_is_closed_meanwhile_goes_on_and_its_authority_lets_others_go() {
    let server = TestServer::open().await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let (closing, of_closing) = new_unit(&server, "甲医院").await;
    let [first, second] = [0, 1].map(|at| server.demo.people[at].id.0);
    move_to(&server, closing, &[first, second]).await;
    let_go(&server, first, &of_closing, day(&server, 0)).await.is(200, "");
    let transfer = find(&server, &other, &sought(&server, first).await).await.is(200, "").body["id"].clone();
    done_to(&server, &authority, closing, "closing", None).await.is(200, "");

    // Its admins are locked; who was let go is taken in all the same.
    let_go(&server, second, &of_closing, day(&server, 0)).await.is(401, "login_required");
    take_in(&server, &other, &transfer, &sought(&server, first).await, None).await.is(200, "");
    // A person who was not is let go by the authority, which can keep them, and takes in no one.
    let by_document = sought(&server, second).await;
    find(&server, &other, &by_document).await.is(404, "nobody_let_go");
    let_go(&server, second, &authority, day(&server, 0)).await.is(200, "");
    step(&server, Method::DELETE, second, &authority, None).await.is(200, "");
    let_go(&server, second, &authority, day(&server, 0)).await.is(200, "");
    find(&server, &authority, &by_document).await.is(403, "forbidden");
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();

    // The unit that takes in is closed between its admin's look and the act, as a node sees it that has not heard yet.
    server.sql(&format!("update units set closed_at = now() where name = '{OTHER}'")).await;
    take_in(&server, &other, &transfer, &by_document, None).await.is(409, "transfer_unit_closed");
    server.sql(&format!("update units set closed_at = null where name = '{OTHER}'")).await;
    take_in(&server, &other, &transfer, &by_document, None).await.is(200, "");
    // The closed unit reads in its log what its authority and the other unit have done.
    let acts = "select string_agg(action, ' ' order by id) from audit_log where concerned_unit_id = $1 and noun = 'person'";
    let acts: String = sqlx::query_scalar(acts).bind(closing).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(
        acts,
        "look_up_transfer take_in_person let_go_person keep_person let_go_person look_up_transfer take_in_person"
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cancelled_in_a_closed_unit_is_taken_in_as_they_are_and_their_new_unit_applies() {
    let server = TestServer::open().await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let (closing, _) = new_unit(&server, "甲医院").await;
    let person = server.demo.people[0].id.0;
    move_to(&server, closing, &[person]).await;
    server.sql(&format!("update people set state = 'cancelled' where id = {person}")).await;
    done_to(&server, &authority, closing, "closing", None).await.is(200, "");

    // No admin is left who could apply for another state.
    let_go(&server, person, &authority, day(&server, 0)).await.is(200, "");
    let by_document = sought(&server, person).await;
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    let taken = take_in(&server, &other, &transfer, &by_document, None).await.is(200, "");
    assert_eq!(taken.body["state"], "cancelled");
    let version = taken.body["version"].as_str().unwrap().to_owned();
    let back = json!({ "state": "normal", "from": day(&server, 0), "to": null, "reason": "已调入本单位" });
    let path = format!("/api/v1/people/{person}/state-change");
    let applied = server.service.request(Method::POST, &path, Some(&other)).header("if-match", version);
    answer(applied.header("content-type", "application/json").body(back.to_string())).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_with_a_merger_is_not_taken_in_by_it_and_may_go_on_to_a_third_unit() {
    let server = TestServer::open().await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    let (merged, of_merged) = new_unit(&server, "甲医院").await;
    let (into, of_into) = new_unit(&server, "乙医院").await;
    let (third, of_third) = new_unit(&server, "丙医院").await;
    let [first, second] = [0, 1].map(|at| server.demo.people[at].id.0);
    move_to(&server, merged, &[first, second]).await;
    for person in [first, second] {
        let_go(&server, person, &of_merged, day(&server, 0)).await.is(200, "");
    }
    let body = json!({ "into": into, "admins": "disable" });
    done_to(&server, &authority, merged, "merging", Some(body)).await.is(200, "");
    eventually(async || unit_of(&server, first).await == into && unit_of(&server, second).await == into)
        .await;

    // Both wait as before, and are the other unit's to keep or to let go.
    let stand = listed(&server, &of_into).await;
    assert_eq!(stand.iter().map(|(_, state, _)| state.as_str()).collect::<Vec<_>>(), ["waits", "waits"]);
    let by_document = sought(&server, first).await;
    let transfer = find(&server, &of_into, &by_document).await.is(200, "").body["id"].clone();
    take_in(&server, &of_into, &transfer, &by_document, None).await.is(409, "person_of_this_unit");
    step(&server, Method::DELETE, first, &of_into, None).await.is(200, "");
    find(&server, &of_third, &by_document).await.is(404, "nobody_let_go");
    let by_document = sought(&server, second).await;
    let found = find(&server, &of_third, &by_document).await.is(200, "").body;
    assert_eq!(found["unit"], "乙医院");
    take_in(&server, &of_third, &found["id"], &by_document, None).await.is(200, "");
    assert_eq!(unit_of(&server, second).await, third);
    server.close().await;
}

/// A file with this person alone, as their unit would write it.
async fn file_of(server: &TestServer, person: i64) -> Vec<u8> {
    let row = sqlx::query("select name, specialty, key_id, phone_sealed from people where id = $1");
    let row = row.bind(person).fetch_one(&server.service.pool).await.unwrap();
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let phone = sealer.open(Kind::Phone, row.get("key_id"), row.get("phone_sealed")).unwrap();
    let number = sought(server, person).await["number"].as_str().unwrap().to_owned();
    let [name, specialty] = ["name", "specialty"].map(|column| row.get::<String, _>(column));
    format!("姓名,证件号码,手机号码,职称,从事专业\n{name},{number},{phone},主治医师,{specialty}\n")
        .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_somebody_who_is_let_go_says_where_they_are_taken_in() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let (own, person) = (server.admin().unwrap(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let file = file_of(&server, person).await;
    let answered = async |by: &str| {
        let (_, seen) = checked(&server, "/api/v1/people-imports", by, file.clone()).await;
        (seen["counts"].clone(), seen["faults"][0]["says"].as_str().unwrap_or_default().to_owned())
    };
    let wrong = counts(0, 0, 0, 1);
    let before = answered(&other).await;
    assert_eq!(before.0, wrong);
    assert!(before.1.contains("请原单位办理调出后"), "{}", before.1);
    let of_own = answered(own).await;
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    let says = "该人员已由原单位办理调出，不需要导入：请在“人员调动”中调入";
    assert_eq!(answered(&other).await, (wrong, says.to_owned()));
    // One that has expired, or is meant for another unit, is no way: the old unit lets them go again.
    let third = new_unit(&server, "甲医院").await.0;
    for ends in [
        "let_go_at = let_go_at - interval '91 days', first_day = first_day - 91".to_owned(),
        format!("wanted_unit_id = {third}"),
    ] {
        server.sql(&format!("update person_transfers set {ends} where person_id = {person}")).await;
        assert!(answered(&other).await.1.contains("请原单位办理调出后"), "{ends}");
        let back = "let_go_at = now(), first_day = '2020-01-01', wanted_unit_id = null";
        server.sql(&format!("update person_transfers set {back} where person_id = {person}")).await;
    }
    // Until they are taken in they are the unit's, and its file does what it did.
    assert_eq!(answered(own).await, of_own);
    assert_eq!(of_own.1, "");

    // A file of the own unit that was looked at before they were taken in comes to nothing afterwards.
    server.sql(&format!("update people set card_number = null where id = {person}")).await;
    let mut filling = String::from_utf8(file.clone()).unwrap();
    filling = filling.replacen("从事专业", "从事专业,医通卡号", 1);
    let filling = format!("{},4301000088887777\n", filling.trim_end());
    let (path, seen) = checked(&server, "/api/v1/people-imports", own, filling.into_bytes()).await;
    assert_eq!(seen["counts"], counts(0, 1, 0, 0), "{seen}");
    let by_document = sought(&server, person).await;
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    take_in(&server, &other, &transfer, &by_document, None).await.is(200, "");
    let done = crate::importing::written(&server, own, &path, &seen, "all").await;
    assert_ne!(done["state"], "written", "{done}");
    let card = "select card_number from people where id = $1";
    let card: Option<String> =
        sqlx::query_scalar(card).bind(person).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(card, None);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_registered_with_both_units_is_taken_in_and_the_second_registration_is_sent_back() {
    let server = TestServer::open().await;
    let own = server.admin().unwrap();
    let other = crate::authority::admin(&server, Role::UnitAdmin, OTHER).await;
    let other_unit: i64 = sqlx::query_scalar("select id from units where name = $1")
        .bind(OTHER)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let (first, _) = crate::registration::submitted(&server, 7).await;
    // With another phone, at the unit they go to.
    let (second, session) = crate::registration::session_of(&server, "13700000091").await;
    let mut entry = crate::registration::entry(&server, 7).await;
    entry["unit_id"] = json!(other_unit);
    server.service.patch("/api/v1/registration", Some(&session), entry).await.is(200, "");
    let seen = server.service.get("/api/v1/registration", Some(&session)).await.is(200, "").version();
    let handed_in = server.service.request(Method::POST, "/api/v1/registration/submission", Some(&session));
    answer(handed_in.header("if-match", seen)).await.is(200, "");
    crate::registration::approve(&server, first).await.is(200, "");

    let person: i64 = sqlx::query_scalar("select person_id from registrations where id = $1")
        .bind(first)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let verdict = async |verdict: Value| {
        let path = format!("/api/v1/registrations/{}", second.0);
        let version = server.service.get(&path, Some(&other)).await.is(200, "").version();
        let request = server.service.request(Method::POST, &format!("{path}/verdicts"), Some(&other));
        let request = request.header("if-match", version).header("content-type", "application/json");
        answer(request.body(verdict.to_string())).await
    };
    // The other unit cannot approve them, and is told what it can do instead: with it done, it still cannot, and sends that back.
    let refused = verdict(json!({ "verdict": "approve" })).await;
    assert!(refused.is(409, "number_taken").body["detail"].as_str().unwrap().contains("新单位调入"));
    let_go(&server, person, own, day(&server, 0)).await.is(200, "");
    verdict(json!({ "verdict": "approve" })).await.is(409, "number_taken");
    let by_document = sought(&server, person).await;
    let transfer = find(&server, &other, &by_document).await.is(200, "").body["id"].clone();
    take_in(&server, &other, &transfer, &by_document, None).await.is(200, "");
    assert_eq!(unit_of(&server, person).await, other_unit);
    verdict(json!({ "verdict": "reject", "reason": "本人已调入" })).await.is(200, "");
    server.close().await;
}
