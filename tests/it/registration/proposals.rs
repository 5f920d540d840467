//! Units that are missing: proposed on the phone, decided by the authority, and the registrations that go on by themselves.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NEWCOMER, PATH, entry, id_number, proposed, proposing, session_of};
use crate::login::{Provider, server, server_with};
use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer, eventually};

pub(super) const CLINIC: &str = "望月湖口腔门诊部";

/// The server with an admin of its province, which is the nearest authority of all divisions.
pub(super) async fn authority(server: &TestServer) -> String {
    session(server, "xiaoxiang-wjw").await
}

/// Submits a registration that proposes this unit.
pub(super) async fn propose(server: &TestServer, place: u32, name: &str) -> (i64, String) {
    let (id, session) = session_of(server, &format!("137{place:08}")).await;
    server.service.patch(PATH, Some(&session), proposing(server, place, name).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    (id.0, session)
}

pub(super) async fn mine(server: &TestServer, session: &str) -> Value {
    server.service.get(PATH, Some(session)).await.is(200, "").body
}

/// The proposals that wait, as this admin is told.
pub(super) async fn waiting(server: &TestServer, admin: &str) -> Vec<Value> {
    let path = "/api/v1/unit-proposals?state=submitted";
    let page = server.service.get(path, Some(admin)).await.is(200, "").body;
    assert_eq!(page["in_all"], page["items"].as_array().unwrap().len());
    page["items"].as_array().unwrap().clone()
}

pub(super) async fn decide_seen(
    server: &TestServer,
    admin: &str,
    id: i64,
    seen: &str,
    verdict: &Value,
) -> Answer {
    let path = format!("/api/v1/unit-proposals/{id}/verdicts");
    let request = server.service.request(Method::POST, &path, Some(admin)).header("if-match", seen);
    answer(request.header("content-type", "application/json").body(verdict.to_string())).await
}

/// Decides a proposal as it stands; once it is decided, all registrations that wait for it have gone on.
pub(super) async fn decide(server: &TestServer, admin: &str, id: i64, verdict: Value) -> Answer {
    let path = format!("/api/v1/unit-proposals/{id}");
    let seen = server.service.get(&path, Some(admin)).await.is(200, "").version();
    let decided = decide_seen(server, admin, id, &seen, &verdict).await;
    if decided.status == 200 && decided.body["state"] != "submitted" {
        followed(server, id).await;
    }
    decided
}

/// Until no registration waits for it any more.
async fn followed(server: &TestServer, id: i64) {
    let wait = "select count(*) from waiting_for_proposal($1)";
    let wait =
        async || sqlx::query_scalar::<_, i64>(wait).bind(id).fetch_one(&server.service.pool).await.unwrap();
    eventually(async || wait().await == 0).await;
}

pub(super) fn entered(name: &str) -> Value {
    json!({ "verdict": "enter", "unit": { "name": name, "division": "990104", "category": "general" } })
}

pub(super) async fn unit_called(server: &TestServer, name: &str) -> i64 {
    let id = sqlx::query_scalar("select id from units where name = $1").bind(name);
    id.fetch_one(&server.service.pool).await.unwrap()
}

pub(super) async fn acts(server: &TestServer, action: &str) -> Vec<Value> {
    let acts = sqlx::query_scalar("select detail from audit_log where action = $1 order by id").bind(action);
    acts.fetch_all(&server.service.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proposes_the_same_unit_waits_for_one_decision_and_goes_on_by_themselves() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (first, one) = propose(&server, 1, CLINIC).await;
    let (second, other) = propose(&server, 2, &format!(" {CLINIC} ")).await;
    let (_, elsewhere) = propose(&server, 3, "望月湖中医门诊部").await;
    let waits = mine(&server, &one).await;
    assert_eq!((&waits["state"], &waits["waits_for"]), (&json!("submitted"), &json!("authority")));
    assert_eq!(waits["proposed_unit"]["name"], CLINIC);
    assert_eq!(waits["proposed_unit"]["place"], "潇湘省（演示） 星沙市 岳麓区");
    assert!(waits["authority"].is_string() && waits["missing"] == json!([]) && waits["unit"].is_null());
    // It waits: nothing is changed meanwhile, and no unit sees it.
    let refused = server.service.patch(PATH, Some(&one), json!({ "specialty": "口腔" })).await;
    refused.is(409, "registration_waits");
    let seen = server.service.get("/api/v1/registrations", server.admin()).await.is(200, "");
    assert_eq!(seen.body["in_all"], 0);

    let listed = waiting(&server, &admin).await;
    let told: Vec<_> = listed.iter().map(|one| (&one["name"], &one["registrations"])).collect();
    assert_eq!(told, [(&json!(CLINIC), &json!(2)), (&json!("望月湖中医门诊部"), &json!(1))]);
    assert_eq!(
        (&listed[0]["addresses"], &listed[0]["categories"]),
        (&json!(["望月湖路 12 号"]), &json!(["general"]))
    );
    let checklist = async |admin: &str| {
        let lines = server.service.get("/api/v1/admin/checklist", Some(admin)).await.is(200, "").body;
        lines["items"].as_array().unwrap().contains(&json!("unit_proposals"))
    };
    assert!(checklist(&admin).await);
    let id = listed[0]["id"].as_i64().unwrap();

    // Its name is put right as it is entered, and both go on: to a unit that has no admin yet.
    let decided = decide(&server, &admin, id, entered("岳麓区望月湖口腔门诊部")).await.is(200, "");
    assert_eq!((&decided.body["state"], &decided.body["registrations"]), (&json!("approved"), &json!(2)));
    let unit = unit_called(&server, "岳麓区望月湖口腔门诊部").await;
    assert_eq!(decided.body["unit"]["id"], unit);
    // It is found by the name that was proposed, too.
    let found = server.service.get(&format!("/api/v1/units?q={CLINIC}"), Some(&admin)).await.is(200, "").body;
    assert_eq!((&found["items"][0]["id"], &found["items"][0]["aliases"]), (&json!(unit), &json!([CLINIC])));
    for session in [&one, &other] {
        let goes_on = mine(&server, session).await;
        assert_eq!(goes_on["unit"]["id"], unit);
        assert_eq!(
            (&goes_on["state"], &goes_on["waits_for"], &goes_on["proposed_unit"]),
            (&json!("submitted"), &json!("unit_without_admin"), &Value::Null)
        );
    }
    assert_eq!(mine(&server, &elsewhere).await["waits_for"], "authority");
    assert_eq!(acts(&server, "add_unit").await.len(), 1);
    let told = &acts(&server, "enter_unit_proposal").await[0];
    assert_eq!((&told["proposed_name"], &told["applicants"]), (&json!(CLINIC), &json!(2)));
    assert_eq!(told["unit"], "岳麓区望月湖口腔门诊部");

    // The unit's admin finds both, approves one, and the steps say what was submitted.
    let own =
        crate::authority::admin(&server, zaichang_platform::auth::Role::UnitAdmin, "岳麓区望月湖口腔门诊部")
            .await;
    assert_eq!(mine(&server, &one).await["waits_for"], "unit");
    let page = server.service.get("/api/v1/registrations?state=submitted", Some(&own)).await.is(200, "").body;
    assert_eq!(page["in_all"], 2);
    let chosen: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!({ "id": one["id"], "version": one["version"] }))
        .collect();
    let body = json!({ "registrations": chosen, "verdict": "approve" });
    let judged = server.service.post("/api/v1/registrations/verdicts", Some(&own), body).await.is(200, "");
    assert_eq!(judged.body["left"], json!([]));
    let people: i64 = sqlx::query_scalar("select count(*) from people where unit_id = $1")
        .bind(unit)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(people, 2);
    let steps = format!("/api/v1/registrations/{first}/review-steps");
    let steps = server.service.get(&steps, Some(&own)).await.is(200, "").body;
    assert_eq!(steps["items"][0]["after"]["unit"], "岳麓区望月湖口腔门诊部");
    assert_eq!(steps["items"][1]["after"]["unit"], CLINIC);
    assert!(second > first);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_there_is_called_as_proposed_besides() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (id, session) = proposed(&server, 1).await;
    let hospital = unit_called(&server, "岳麓人民医院").await;
    // A department, a region and nothing are no units.
    for wrong in [unit_called(&server, "护理部").await, unit_called(&server, "岳麓区").await, 4_000_000_000]
    {
        let refused = decide(&server, &admin, id, json!({ "verdict": "known", "unit_id": wrong })).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "unit_id");
    }
    decide(&server, &admin, id, json!({ "verdict": "known", "unit_id": hospital })).await.is(200, "");
    let goes_on = mine(&server, &session).await;
    assert_eq!((&goes_on["unit"]["name"], &goes_on["waits_for"]), (&json!("岳麓人民医院"), &json!("unit")));
    let found = server.service.get("/api/v1/units?q=望月湖第1门诊", Some(&admin)).await.is(200, "").body;
    assert_eq!(found["items"][0]["id"], hospital);
    assert_eq!(acts(&server, "know_unit_proposal").await[0]["unit"], "岳麓人民医院");
    // An applicant who proposes it now is told that it is there, by that name, too.
    let (_, session) = session_of(&server, "13700000002").await;
    let entry = proposing(&server, 2, "望月湖第1门诊部").await;
    let refused = server.service.patch(PATH, Some(&session), entry).await.is(409, "unit_listed");
    assert_eq!(refused.body["field"], "proposed_unit.name");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_comes_back_with_its_reason_and_is_told_once() {
    let provider = Provider::start().await;
    let settings = provider.settings_with_verdicts();
    let server = server_with(&provider, |all| all.modules.put(settings)).await;
    let admin = authority(&server).await;
    let (id, session) = proposed(&server, 1).await;
    decide(&server, &admin, id, json!({ "verdict": "refuse", "reason": "否" })).await.is(400, "bad_request");
    let refuse = json!({ "verdict": "refuse", "reason": "该机构已注销，请选择现所在单位" });
    let refused = decide(&server, &admin, id, refuse.clone()).await.is(200, "");
    assert_eq!((&refused.body["state"], &refused.body["unit"]), (&json!("rejected"), &Value::Null));
    provider.has_sent(1).await;
    assert_eq!(provider.bodies().await[0]["TemplateParamSet"], json!(["已退回修改"]));
    let mine = mine(&server, &session).await;
    assert_eq!(
        (&mine["state"], &mine["reason"], &mine["reason_by"]),
        (&json!("returned"), &json!("该机构已注销，请选择现所在单位"), &json!("authority"))
    );
    // What they typed is still there; another unit goes in its place.
    assert_eq!(mine["proposed_unit"]["name"], "望月湖第1门诊部");
    let other = json!({ "unit_id": entry(&server, 1).await["unit_id"] });
    let chosen = server.service.patch(PATH, Some(&session), other).await.is(200, "").body;
    assert!(chosen["proposed_unit"].is_null() && chosen["unit"].is_object());
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    assert_eq!(server.service.get(PATH, Some(&session)).await.body["waits_for"], "unit");
    decide(&server, &admin, id, refuse).await.is(409, "unit_proposal_decided");
    eventually(async || {
        let left = "select count(*) from graphile_worker._private_jobs where key like 'told:%'";
        sqlx::query_scalar::<_, i64>(left).fetch_one(&server.service.pool).await.unwrap() == 0
    })
    .await;
    assert_eq!(provider.bodies().await.len(), 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proposed_is_refused_by_its_field() {
    let server = TestServer::open().await;
    let (_, session) = session_of(&server, NEWCOMER).await;
    let hospital = entry(&server, 1).await["unit_id"].clone();
    for (unit, status, word, field) in [
        (json!({ "name": "院", "division": "990104" }), 400, "bad_request", "proposed_unit.name"),
        (json!({ "name": CLINIC, "division": "990109" }), 400, "bad_request", "proposed_unit.division"),
        // It has become a part of another.
        (json!({ "name": CLINIC, "division": "990122" }), 400, "bad_request", "proposed_unit.division"),
        (
            json!({ "name": CLINIC, "division": "110101" }),
            409,
            "no_authority_there",
            "proposed_unit.division",
        ),
        (json!({ "name": "岳麓人民医院", "division": "990104" }), 409, "unit_listed", "proposed_unit.name"),
        (
            json!({ "name": CLINIC, "division": "990104", "address": "找 13800001234" }),
            400,
            "bad_request",
            "proposed_unit.address",
        ),
    ] {
        let refused = server.service.patch(PATH, Some(&session), json!({ "proposed_unit": unit })).await;
        assert_eq!(refused.is(status, word).body["field"], field, "{unit}");
    }
    let both = json!({ "unit_id": hospital, "proposed_unit": { "name": CLINIC, "division": "990104" } });
    let refused = server.service.patch(PATH, Some(&session), both).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "proposed_unit");

    // Null takes it away, and a unit goes before it.
    server.service.patch(PATH, Some(&session), proposing(&server, 1, CLINIC).await).await.is(200, "");
    let gone = server.service.patch(PATH, Some(&session), json!({ "proposed_unit": null })).await.is(200, "");
    assert_eq!(gone.body["missing"], json!(["unit_id"]));
    server.step(Method::POST, "/submission", &session).await.is(409, "registration_incomplete");
    server.service.patch(PATH, Some(&session), proposing(&server, 1, CLINIC).await).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_has_withdrawn_is_shown_to_nobody_and_waits_again_when_it_is_proposed_again() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (id, session) = proposed(&server, 1).await;
    let path = format!("/api/v1/unit-proposals/{id}");
    let seen = server.service.get(&path, Some(&admin)).await.version();
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    assert!(waiting(&server, &admin).await.is_empty());
    // An admin who has it on the screen still is told, and no unit is made.
    decide_seen(&server, &admin, id, &seen, &entered("望月湖第1门诊部"))
        .await
        .is(409, "unit_proposal_withdrawn");
    let made: bool = sqlx::query_scalar("select exists (select from units where name = '望月湖第1门诊部')")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert!(!made);
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    assert_eq!(waiting(&server, &admin).await[0]["id"], id);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_at_once_one_does_and_the_other_is_shown_what_came_of_it() {
    let server = TestServer::open().await;
    let (admin, other) = (authority(&server).await, authority(&server).await);
    let (id, session) = proposed(&server, 1).await;
    let path = format!("/api/v1/unit-proposals/{id}");
    let seen = server.service.get(&path, Some(&admin)).await.version();
    let refuse = json!({ "verdict": "refuse", "reason": "请选择现所在单位" });
    let enter = entered("望月湖第1门诊部");
    let (one, two) = tokio::join!(
        decide_seen(&server, &admin, id, &seen, &enter),
        decide_seen(&server, &other, id, &seen, &refuse)
    );
    let mut words = [one.status.as_u16(), two.status.as_u16()];
    words.sort_unstable();
    assert_eq!(words, [200, 412], "{} {}", one.body, two.body);
    let entered = one.status == 200;
    followed(&server, id).await;
    let mine = mine(&server, &session).await;
    assert_eq!(mine["state"], if entered { "submitted" } else { "returned" });
    assert_eq!(mine["unit"].is_object(), entered);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_or_submits_beside_the_decision_is_decided_for_or_not_and_never_lost() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    for round in 0..4_u32 {
        let name = format!("桃花岭第{round}门诊部");
        let place = 10 + round * 3;
        let (_, withdraws) = propose(&server, place, &name).await;
        let (_, stays) = propose(&server, place + 1, &name).await;
        let (_, joins) = session_of(&server, &format!("137{:08}", place + 2)).await;
        server
            .service
            .patch(PATH, Some(&joins), proposing(&server, place + 2, &name).await)
            .await
            .is(200, "");
        let id = waiting(&server, &admin).await.last().unwrap()["id"].as_i64().unwrap();
        let (decided, withdrawn, joined) = tokio::join!(
            decide(&server, &admin, id, entered(&name)),
            server.step(Method::DELETE, "/submission", &withdraws),
            server.step(Method::POST, "/submission", &joins),
        );
        let unit = &decided.is(200, "").body["unit"]["id"];
        assert_eq!(&mine(&server, &stays).await["unit"]["id"], unit);
        // Either it was withdrawn, and waits for nothing, or the decision was first.
        let left = mine(&server, &withdraws).await;
        if withdrawn.status == 200 && left["unit"].is_null() {
            assert_eq!((&left["state"], &left["proposed_unit"]["name"]), (&json!("draft"), &json!(name)));
        } else {
            assert_eq!(&left["unit"]["id"], unit, "{}", withdrawn.body);
        }
        // Either it joined, and goes on, or it is told that the unit is there by now.
        let joined_to = mine(&server, &joins).await;
        if joined.status == 200 {
            assert_eq!(&joined_to["unit"]["id"], unit, "{joined_to}");
        } else {
            joined.is(409, "unit_listed");
            assert_eq!(joined_to["state"], "draft");
        }
        assert!(waiting(&server, &admin).await.is_empty());
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_entered_by_hand_meanwhile_is_offered_and_never_entered_twice() {
    let server = TestServer::open().await;
    let admin = authority(&server).await;
    let (id, session) = proposed(&server, 1).await;
    let by_hand = json!({ "name": "望月湖第1门诊部", "division": "990104" });
    let by_hand = server.service.post("/api/v1/units", Some(&admin), by_hand).await.is(201, "").body;
    decide(&server, &admin, id, entered("望月湖第1门诊部")).await.is(409, "unit_name_taken");
    let alike = format!("/api/v1/unit-proposals/{id}/units-alike");
    let alike = server.service.get(&alike, Some(&admin)).await.is(200, "").body;
    assert_eq!(alike["items"][0]["id"], by_hand["id"]);
    let known = json!({ "verdict": "known", "unit_id": by_hand["id"] });
    decide(&server, &admin, id, known).await.is(200, "");
    let mine = mine(&server, &session).await;
    assert_eq!(mine["unit"]["id"], by_hand["id"]);
    // Its own name is no alias of it.
    let unit = format!("/api/v1/units/{}", by_hand["id"]);
    assert_eq!(server.service.get(&unit, Some(&admin)).await.body["aliases"], json!([]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_founded_authority_decides_and_those_above_may() {
    let server = TestServer::open().await;
    let province = authority(&server).await;
    let role = zaichang_platform::auth::Role::AuthorityAdmin;
    let neighbour = crate::authority::admin(&server, role, "浏河县").await;
    let (id, session) = proposed(&server, 1).await;
    assert!(waiting(&server, &neighbour).await.is_empty());
    let path = format!("/api/v1/unit-proposals/{id}");
    server.service.get(&path, Some(&neighbour)).await.is(404, "not_found");
    let county = crate::authority::admin(&server, role, "岳麓区").await;
    for admin in [&county, &province] {
        assert_eq!(waiting(&server, admin).await[0]["authority"]["name"], "岳麓区");
    }
    assert_eq!(mine(&server, &session).await["authority"], "岳麓区");
    // Who is reminded is the county alone.
    for (admin, reminded) in [(&county, true), (&province, false)] {
        let lines = server.service.get("/api/v1/admin/checklist", Some(admin)).await.is(200, "").body;
        assert_eq!(lines["items"].as_array().unwrap().contains(&json!("unit_proposals")), reminded);
    }
    // The county gives no name to a unit of the city's, which is not its own.
    let of_the_city = unit_called(&server, "星沙市中医医院").await;
    let refused = decide(&server, &county, id, json!({ "verdict": "known", "unit_id": of_the_city })).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "unit_id");
    decide(&server, &province, id, json!({ "verdict": "known", "unit_id": of_the_city })).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scan_is_kept_until_the_unit_that_was_missing_approves() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let device = "phone-of-a-new-one";
    let scanned_at = server.now();
    let pass = server.anonymous_pass(device).await;
    server.advance(100);
    let refused = server.prove(&provider, 1, NEWCOMER, device, &pass).await.is(403, "phone_not_registered");
    let session = refused.body["registration"]["session"].as_str().unwrap().to_owned();
    server.service.patch(PATH, Some(&session), proposing(&server, 1, CLINIC).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    server.advance(3600);
    let kept = refused.body["pass"].clone();
    let waits = server.prove(&provider, 2, NEWCOMER, device, &kept).await.is(403, "person_not_approved");
    assert_eq!((&waits.body["pass"], &waits.body["registration"]["state"]), (&kept, &json!("submitted")));
    // No unit has had it yet.
    let told = format!("{}{}", waits.body["title"], waits.body["detail"]);
    assert!(told.contains("主管部门") && !told.contains("未通过单位审核"), "{told}");
    let admin = authority(&server).await;
    let id = waiting(&server, &admin).await[0]["id"].as_i64().unwrap();
    let hospital = json!({ "verdict": "known", "unit_id": unit_called(&server, "岳麓人民医院").await });
    decide(&server, &admin, id, hospital).await.is(200, "");
    let (registration, _) = session_of(&server, NEWCOMER).await;
    server.judge(registration.0, &json!({ "verdict": "approve" })).await.is(200, "");
    eventually(async || server.kept_outcomes().await == [Some("recorded".to_owned())]).await;
    let at: i64 = sqlx::query_scalar(
        "select (extract(epoch from at) * 1000)::bigint from check_ins where approved_afterwards",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(at, scanned_at.as_millisecond());
    let number: String = id_number(1);
    let log: Vec<String> = sqlx::query_scalar("select detail::text from audit_log")
        .fetch_all(&server.service.pool)
        .await
        .unwrap();
    assert!(log.iter().all(|entry| !entry.contains(&number) && !entry.contains("望月湖路")));
    server.close().await;
}
