//! Proposals of units as they are decided: by whom, handed up, beside what cannot be read, and however many wait.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::ids::RegistrationId;
use zaichang_platform::auth::Role;
use zaichang_registry::registration::{self, Session};

use super::proposals::{
    CLINIC, acts, authority, decide, decide_seen, entered, mine, propose, unit_called, waiting,
};
use super::{PATH, entry, proposed, proposing, session_of, submitted};
use crate::test_server::{TestServer, answer, eventually};

/// The county's admin, who is the nearest to what is proposed there.
async fn county(server: &TestServer) -> String {
    crate::authority::admin(server, Role::AuthorityAdmin, "岳麓区").await
}

async fn count(server: &TestServer, query: &str) -> i64 {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    sqlx::query_scalar(query).fetch_one(&server.service.pool).await.unwrap()
}

/// So many more registrations that wait as this one does.
pub(super) async fn copies(server: &TestServer, first: i64, many: i64) {
    server
        .sql(&format!(
            "insert into registrations (phone_sealed, phone_index, key_id, applicant_sealed, proposed_name, proposed_division,
                 proposed_category, proposed_address, unit_proposal_id, title_series, title_level, specialty, takes_part,
                 consent_version, consented_at, touched_at)
             select phone_sealed, sha256(number::text::bytea), key_id, applicant_sealed, proposed_name, proposed_division,
                 proposed_category, proposed_address, unit_proposal_id, title_series, title_level, specialty, takes_part,
                 consent_version, consented_at, touched_at
             from registrations, generate_series(1, {many}) number where id = {first};
             insert into reviews (noun, noun_id, state, level, levels, after, submission)
             select noun, registrations.id, state, reviews.level, levels, after, submission
             from reviews, registrations where noun = 'registration' and noun_id = {first} and registrations.id > {first}"
        ))
        .await;
}

/// Holds the last registration of all, so that whatever comes to it waits.
async fn hold_last(server: &TestServer) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut held = server.service.pool.begin().await.unwrap();
    let last = "select from registrations where id = (select max(id) from registrations) for update";
    sqlx::raw_sql(last).execute(&mut *held).await.unwrap();
    held
}

/// Ends whatever waits for it, as if its node had died.
async fn kill_who_waits(server: &TestServer) {
    let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
         where wait_event_type = 'Lock' and query like '%registrations%' and datname = current_database()";
    eventually(async || count(server, ended).await > 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_wait_who_decides_waits_for_none_and_all_go_on_some_at_a_time() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (first, _) = propose(&server, 1, CLINIC).await;
    copies(&server, first, 449).await;
    let id = waiting(&server, &admin).await[0]["id"].as_i64().unwrap();
    let held = hold_last(&server).await;
    let path = format!("/api/v1/unit-proposals/{id}");
    let seen = server.service.get(&path, Some(&admin)).await.version();
    let enter = entered(CLINIC);
    let deciding = decide_seen(&server, &admin, id, &seen, &enter);
    let decided = tokio::time::timeout(std::time::Duration::from_secs(5), deciding).await.unwrap();
    assert_eq!(decided.is(200, "").body["registrations"], 450);
    let placed = "select count(*) from registrations where unit_id is not null";
    eventually(async || count(&server, placed).await == 400).await;
    // Applicants whom the job has not come to yet see that it is decided, and may still take theirs back or wait.
    let last = RegistrationId(count(&server, "select max(id) from registrations").await);
    let session = Session::begin(last, server.now()).sign(&server.service.keys);
    let on_its_way = mine(&server, &session).await;
    assert_eq!((&on_its_way["state"], &on_its_way["waits_for"]), (&json!("submitted"), &json!("on_its_way")));
    kill_who_waits(&server).await;
    assert_eq!(count(&server, placed).await, 400);
    held.rollback().await.unwrap();
    eventually(async || count(&server, placed).await == 450).await;
    let told = "select count(*) from reviews where noun = 'registration' and state = 'submitted'
         and after ->> 'unit' = '望月湖口腔门诊部' and after -> 'department' = 'null'";
    assert_eq!(count(&server, told).await, 450);
    // No step was taken: they wait as of when they were submitted.
    assert_eq!(
        count(
            &server,
            "select count(*) from review_steps join reviews on reviews.id = review_id where noun = 'registration'"
        )
        .await,
        1
    );
    assert_eq!(mine(&server, &session).await["unit"]["name"], CLINIC);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_are_refused_each_goes_back_once_and_one_that_cannot_be_read_keeps_none() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (first, session) = propose(&server, 1, CLINIC).await;
    copies(&server, first, 249).await;
    let id = waiting(&server, &admin).await[0]["id"].as_i64().unwrap();
    // As a node of the next release would write it.
    server
        .sql(&format!(
            "update reviews set after = after || '{{\"title_series\": \"emperor\"}}'
             where noun = 'registration' and noun_id = {first} + 2"
        ))
        .await;
    let held = hold_last(&server).await;
    let refuse = json!({ "verdict": "refuse", "reason": "该机构已注销，请选择现所在单位" });
    let path = format!("/api/v1/unit-proposals/{id}");
    let seen = server.service.get(&path, Some(&admin)).await.version();
    decide_seen(&server, &admin, id, &seen, &refuse).await.is(200, "");
    let returned = "select count(*) from reviews where noun = 'registration' and state = 'returned'";
    eventually(async || count(&server, returned).await == 199).await;
    kill_who_waits(&server).await;
    held.rollback().await.unwrap();
    eventually(async || count(&server, returned).await == 249).await;
    let steps = "select count(*) from review_steps join reviews on reviews.id = review_id
         where noun = 'registration' and step = 'return'";
    assert_eq!(count(&server, steps).await, 249, "each once");
    assert_eq!(acts(&server, "return_registration").await.len(), 249);
    let back = mine(&server, &session).await;
    assert_eq!((&back["state"], &back["reason_by"]), (&json!("returned"), &json!("authority")));
    // It is tried again, by a node that can read it.
    let again =
        "select count(*) from graphile_worker._private_jobs where key like 'proposal:%' and attempts > 0";
    eventually(async || count(&server, again).await == 1).await;
    server
        .sql(&format!(
            "update reviews set after = after || '{{\"title_series\": \"nurse\"}}' where noun = 'registration' and noun_id = {first} + 2;
             update graphile_worker._private_jobs set run_at = now()"
        ))
        .await;
    eventually(async || count(&server, returned).await == 250).await;
    assert_eq!(count(&server, steps).await, 250);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_merged_or_closed_before_all_have_come_to_it_keeps_none_of_them() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    for (place, closes) in [(1_u32, false), (2, true)] {
        let name = format!("望月湖第{place}门诊部");
        let (id, session) = proposed(&server, place).await;
        let path = format!("/api/v1/unit-proposals/{id}");
        let seen = server.service.get(&path, Some(&admin)).await.version();
        let held = hold_last(&server).await;
        decide_seen(&server, &admin, id, &seen, &entered(&name)).await.is(200, "");
        let unit = unit_called(&server, &name).await;
        let path = format!("/api/v1/units/{unit}");
        let seen = server.service.get(&path, Some(&admin)).await.is(200, "").version();
        let (act, body) = if closes {
            ("closing", String::new())
        } else {
            let into = unit_called(&server, "岳麓人民医院").await;
            ("merging", json!({ "into": into, "admins": "disable" }).to_string())
        };
        // The job waits for the registration and holds the unit: it is ended, and goes on after the unit has changed.
        kill_who_waits(&server).await;
        let request = server.service.request(Method::POST, &format!("{path}/{act}"), Some(&admin));
        let request = request.header("if-match", seen).header("content-type", "application/json");
        answer(request.body(body)).await.is(200, "");
        held.rollback().await.unwrap();
        server.sql("update graphile_worker._private_jobs set run_at = now()").await;
        let word = if closes { "returned" } else { "unit" };
        eventually(async || {
            let mine = mine(&server, &session).await;
            mine["state"] == word || mine["waits_for"] == word
        })
        .await;
        let mine = mine(&server, &session).await;
        if closes {
            assert_eq!(mine["reason"], "所选单位已停用，请改选其他单位后重新提交");
        } else {
            assert_eq!(mine["unit"]["name"], "岳麓人民医院");
        }
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_the_authority_above_is_handed_up_and_nothing_of_anothers_is_entered_twice() {
    let server = TestServer::open().await;
    let (province, county) = (authority(&server).await, county(&server).await);
    let (id, session) = proposed(&server, 1).await;
    let path = format!("/api/v1/unit-proposals/{id}");
    assert_eq!(mine(&server, &session).await["authority"], "岳麓区");
    // The city's hospital stands there under this name, and under that one besides.
    for name in ["星沙市中医医院", "市中医院"] {
        let refused = decide(&server, &county, id, entered(name)).await.is(409, "unit_is_anothers");
        assert_eq!(refused.body["field"], "unit.name");
        assert!(refused.body["detail"].as_str().unwrap().contains("星沙市"), "{}", refused.body);
    }
    // What lies below is known, and is not entered again.
    decide(&server, &county, id, entered("岳麓人民医院")).await.is(409, "unit_name_taken");
    assert_eq!(count(&server, "select count(*) from units where name = '星沙市中医医院'").await, 1);

    let up = json!({ "verdict": "hand_up", "reason": "该单位由市级主管部门管理" });
    decide(&server, &county, id, json!({ "verdict": "hand_up", "reason": "市" }))
        .await
        .is(400, "bad_request");
    let handed = decide(&server, &county, id, up.clone()).await.is(200, "").body;
    assert_eq!(
        (&handed["state"], &handed["authority"]["name"]),
        (&json!("submitted"), &province_name(&server).await)
    );
    // The county has it no more: neither in its list, nor opened or decided, nor on its checklist.
    assert!(waiting(&server, &county).await.is_empty());
    server.service.get(&path, Some(&county)).await.is(404, "not_found");
    decide_seen(&server, &county, id, "\"3\"", &up).await.is(404, "not_found");
    for (admin, reminded) in [(&county, false), (&province, true)] {
        let lines = server.service.get("/api/v1/admin/checklist", Some(admin)).await.is(200, "").body;
        assert_eq!(lines["items"].as_array().unwrap().contains(&json!("unit_proposals")), reminded);
    }
    let seen = &waiting(&server, &province).await[0];
    assert_eq!(seen["handed_up"], json!({ "by": "岳麓区", "reason": "该单位由市级主管部门管理" }));
    // Who has proposed it sees who decides now.
    let waits = mine(&server, &session).await;
    assert_eq!((&waits["waits_for"], &waits["authority"]), (&json!("authority"), &seen["authority"]["name"]));
    let told = &acts(&server, "hand_up_unit_proposal").await[0];
    assert_eq!((&told["handed_to"], &told["reason"]), (&seen["authority"]["name"], &up["reason"]));
    // Above the province there is none.
    decide(&server, &province, id, up).await.is(409, "no_authority_above");
    let hospital = unit_called(&server, "星沙市中医医院").await;
    decide(&server, &province, id, json!({ "verdict": "known", "unit_id": hospital })).await.is(200, "");
    assert_eq!(mine(&server, &session).await["unit"]["name"], "星沙市中医医院");
    // What came of it is seen by both.
    assert_eq!(server.service.get(&path, Some(&county)).await.is(200, "").body["state"], "approved");
    server.close().await;
}

/// As the province's authority calls itself.
async fn province_name(server: &TestServer) -> Value {
    let name = "select coalesce(authority, name) from units where kind = 'province'";
    json!(sqlx::query_scalar::<_, String>(name).fetch_one(&server.service.pool).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_division_that_was_redrawn_is_decided_by_whoever_sees_it() {
    let server = TestServer::open().await;
    let neighbour = crate::authority::admin(&server, Role::AuthorityAdmin, "浏河县").await;
    let county = county(&server).await;
    let (id, session) = proposed(&server, 1).await;
    let path = format!("/api/v1/unit-proposals/{id}");
    server
        .sql("update divisions set valid_until = '2025-01-01', successor = '990121' where code = '990104'")
        .await;
    for (admin, sees) in [(&neighbour, true), (&county, false)] {
        assert_eq!(waiting(&server, admin).await.len(), usize::from(sees));
        assert_eq!(server.service.get(&path, Some(admin)).await.status, if sees { 200 } else { 404 });
    }
    assert_eq!(mine(&server, &session).await["authority"], "浏河县");
    let refuse = json!({ "verdict": "refuse", "reason": "该单位不在此区划" });
    decide(&server, &neighbour, id, refuse).await.is(200, "");
    assert_eq!(mine(&server, &session).await["state"], "returned");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_that_cannot_be_read_is_left_out_and_the_others_are_shown() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (id, _) = proposed(&server, 1).await;
    let (other, _) = proposed(&server, 2).await;
    server
        .sql(&format!(
            "update reviews set after = after || '{{\"category\": \"space\"}}' where noun = 'unit_proposal' and noun_id = {id}"
        ))
        .await;
    for query in ["?state=submitted", ""] {
        let page =
            server.service.get(&format!("/api/v1/unit-proposals{query}"), Some(&admin)).await.is(200, "");
        assert_eq!((&page.body["in_all"], &page.body["unreadable"]), (&json!(2), &json!(1)));
        assert_eq!(page.body["items"][0]["id"], other);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_has_all_its_aliases_is_not_said_to_be_found_by_one_more() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (id, session) = proposed(&server, 1).await;
    let hospital = unit_called(&server, "岳麓人民医院").await;
    let many: Vec<_> = (0..10).map(|n| format!("岳麓别名{n}")).collect();
    let path = format!("/api/v1/units/{hospital}");
    server.service.patch(&path, Some(&admin), json!({ "aliases": many })).await.is(200, "");
    let known = json!({ "verdict": "known", "unit_id": hospital });
    let refused = decide(&server, &admin, id, known.clone()).await.is(409, "unit_aliases_full");
    assert_eq!(refused.body["field"], "unit_id");
    let unit = json!({ "name": "岳麓区望月湖门诊部", "division": "990104", "aliases": many });
    let refused = decide(&server, &admin, id, json!({ "verdict": "enter", "unit": unit })).await;
    assert_eq!(refused.is(409, "unit_aliases_full").body["field"], "unit.aliases");
    assert_eq!(mine(&server, &session).await["waits_for"], "authority");
    // With one taken away it is.
    server.service.patch(&path, Some(&admin), json!({ "aliases": many[1..] })).await.is(200, "");
    decide(&server, &admin, id, known).await.is(200, "");
    let found = server.service.get("/api/v1/units?q=望月湖第1门诊部", Some(&admin)).await.is(200, "").body;
    assert_eq!(found["items"][0]["id"], hospital);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_new_unit_is_named_as_the_body_has_it() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (id, _) = proposed(&server, 1).await;
    for (unit, word, field) in [
        (json!({ "name": "院", "division": "990104" }), "unit_name_wrong", "unit.name"),
        (json!({ "name": "望月湖口腔", "division": "110101" }), "bad_request", "unit.division"),
    ] {
        let refused = decide(&server, &admin, id, json!({ "verdict": "enter", "unit": unit })).await;
        assert_eq!(refused.is(400, word).body["field"], field);
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_sees_what_those_say_who_wait_and_nothing_of_who_has_withdrawn() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let stranger = proposing(&server, 1, CLINIC).await;
    let propose_so = async |place: u32, category: &str, address: &str| {
        let (_, session) = session_of(&server, &format!("137{place:08}")).await;
        let mut entry = stranger.clone();
        entry["number"] = entry_number(place);
        (entry["proposed_unit"]["category"], entry["proposed_unit"]["address"]) =
            (json!(category), json!(address));
        server.service.patch(PATH, Some(&session), entry).await.is(200, "");
        server.step(Method::POST, "/submission", &session).await.is(200, "");
        session
    };
    let first = propose_so(1, "individual", "路边诊所，已注销").await;
    let begun = server.now();
    server.step(Method::DELETE, "/submission", &first).await.is(200, "");
    server.advance(60);
    let second = server.now();
    propose_so(2, "tcm", "望月湖路 12 号").await;
    propose_so(3, "general", "望月湖路 12 号").await;
    propose_so(4, "general", "0731-84445678").await;
    let seen = &waiting(&server, &admin).await[0];
    assert_eq!(seen["addresses"], json!(["望月湖路 12 号", "0731-84445678"]));
    assert_eq!(seen["categories"], json!(["general", "tcm"]));
    let proposed_at: Timestamp = seen["proposed_at"].as_str().unwrap().parse().unwrap();
    assert!(proposed_at >= second && begun < second);
    // Found by an address of theirs, and by no other.
    let found = async |q: &str| {
        let path = format!("/api/v1/unit-proposals?state=submitted&q={q}");
        server.service.get(&path, Some(&admin)).await.is(200, "").body["in_all"].clone()
    };
    assert_eq!((found("84445678").await, found("已注销").await), (json!(1), json!(0)));
    let kept = "select count(*) from unit_proposals where address is not null";
    assert_eq!(count(&server, kept).await, 0);
    // More than five are no page to read.
    for place in 5..12 {
        propose_so(place, "general", &format!("望月湖路 {place} 号")).await;
    }
    assert_eq!(waiting(&server, &admin).await[0]["addresses"].as_array().unwrap().len(), 5);
    let id = seen["id"].as_i64().unwrap();
    let decided = decide(&server, &admin, id, entered(CLINIC)).await.is(200, "").body;
    assert_eq!(
        (&decided["addresses"], &decided["categories"]),
        (&json!(["望月湖路 12 号"]), &json!(["general"]))
    );
    server.close().await;
}

fn entry_number(place: u32) -> Value {
    json!(super::id_number(place))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_is_gone_after_thirty_days_that_nobody_has_touched_it() {
    let server = TestServer::open().await;
    let (left, session) = proposed(&server, 1).await;
    let (waits, _) = proposed(&server, 2).await;
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    let sweep = async || {
        registration::sweep(&server.service.pool, server.now()).await.unwrap();
        registration::sweep_proposals(&server.service.pool, server.now()).await.unwrap();
        let ids = sqlx::query_scalar::<_, i64>("select id from unit_proposals order by id");
        ids.fetch_all(&server.service.pool).await.unwrap()
    };
    server.advance(29 * 86_400);
    assert_eq!(sweep().await, [left, waits]);
    server.advance(2 * 86_400);
    assert_eq!(sweep().await, [waits]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gave_the_reason_is_who_judged() {
    let server = TestServer::open().await;
    let (proposal, _) = proposed(&server, 2).await;
    let (id, session) = submitted(&server, 1).await;
    // A node of the release before has submitted it, which leaves the proposal as it was.
    server.sql(&format!("update registrations set unit_proposal_id = {proposal} where id = {id}")).await;
    server.judge(id, &json!({ "verdict": "return", "reason": "请核对科室" })).await.is(200, "");
    let mine = mine(&server, &session).await;
    assert_eq!((&mine["reason"], &mine["reason_by"]), (&json!("请核对科室"), &json!("unit")));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_makes_the_first_admin_is_an_authority_whose_admin_may() {
    let server = TestServer::open().await;
    let (province, _) = (authority(&server).await, county(&server).await);
    // The county's only admin keeps people, and makes no admins.
    server
        .sql("update accounts set rights = '{people}' where unit_id = (select id from units where name = '岳麓区')")
        .await;
    let (id, session) = proposed(&server, 1).await;
    assert_eq!(mine(&server, &session).await["authority"], "岳麓区");
    decide(&server, &province, id, entered("望月湖第1门诊部")).await.is(200, "");
    let waits = mine(&server, &session).await;
    assert_eq!(waits["waits_for"], "unit_without_admin");
    assert_eq!(waits["authority"], province_name(&server).await);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_applicant_is_refused_has_not_happened() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, super::NEWCOMER).await;
    let entered = server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    // What stands beside a registration cannot be read.
    let mut held = server.service.pool.begin().await.unwrap();
    sqlx::raw_sql("lock table accounts in access exclusive mode").execute(&mut *held).await.unwrap();
    let request = server.service.request(Method::POST, &format!("{PATH}/submission"), Some(&session));
    let answered = answer(request.header("if-match", entered.version())).await;
    held.rollback().await.unwrap();
    let state = mine(&server, &session).await["state"].clone();
    assert_eq!(answered.status == 200, state == "submitted", "{} {state}", answered.body);
    server.close().await;
}
