//! What the unit finds, of one or of many, and how its applicant is told.

use reqwest::Method;
use serde_json::{Value, json};

use super::{PATH, another_unit, entry, id_number, session_of, submitted, unit};
use crate::login::{Provider, server_with};
use crate::test_server::{TestServer, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_registers_another_s_number_keeps_its_owner_from_nothing() {
    let server = TestServer::open().await;
    let (stranger, _) = submitted(&server, 1).await;
    let (owner, session) = session_of(&server, "13700000091").await;
    let mut entered = entry(&server, 1).await;
    entered["name"] = "周燕".into();
    server.service.patch(PATH, Some(&session), entered).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let waiting =
        server.service.get("/api/v1/registrations?state=submitted", server.admin()).await.is(200, "");
    assert_eq!(waiting.body["in_all"], 2);
    assert!(waiting.body["items"].as_array().unwrap().iter().all(|one| one["same_number"] == 1));
    server.judge(owner.0, &json!({ "verdict": "approve" })).await.is(200, "");
    server.judge(stranger, &json!({ "verdict": "approve" })).await.is(409, "number_taken");
    server.judge(stranger, &json!({ "verdict": "reject", "reason": "证件与本人不符" })).await.is(200, "");
    let people: i64 = sqlx::query_scalar("select count(*) from people where name in ('周燕', '周小燕')")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(people, 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_returned_is_told_put_right_and_submitted_again() {
    let provider = Provider::start().await;
    let settings = provider.settings_with_verdicts();
    let server = server_with(&provider, |all| all.modules.put(settings)).await;
    let (id, session) = submitted(&server, 1).await;
    server.judge(id, &json!({ "verdict": "return" })).await.is(400, "bad_request");
    server.judge(id, &json!({ "verdict": "return", "reason": "请核对科室" })).await.is(200, "");
    provider.has_sent(1).await;
    let message = &provider.bodies().await[0];
    assert_eq!(message["TemplateId"], "2220");
    assert_eq!(message["TemplateParamSet"], json!(["已退回修改"]));
    let mine = server.service.get(PATH, Some(&session)).await.is(200, "");
    assert_eq!((&mine.body["state"], &mine.body["reason"]), (&json!("returned"), &json!("请核对科室")));
    server.judge(id, &json!({ "verdict": "approve" })).await.is(409, "registration_not_submitted");
    server.service.patch(PATH, Some(&session), json!({ "specialty": "急诊护理" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");

    // The admin puts a field right: before and after are in the log, and the number is the applicant's alone.
    let path = format!("/api/v1/registrations/{id}");
    let number = json!({ "document": "id_card", "number": id_number(9) });
    assert_eq!(
        server.service.patch(&path, server.admin(), number).await.is(400, "bad_request").body["field"],
        "document"
    );
    let right = json!({ "title_level": "junior" });
    assert_eq!(server.service.patch(&path, server.admin(), right).await.is(200, "").body["title"], "护师");
    let detail: Value =
        sqlx::query_scalar("select detail from audit_log where action = 'correct_registration'")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(
        (&detail["before"]["title_level"], &detail["after"]["title_level"]),
        (&json!("intermediate"), &json!("junior"))
    );
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    provider.has_sent(2).await;
    let steps = server.service.get(&format!("{path}/review-steps"), server.admin()).await.is(200, "");
    let words: Vec<_> =
        steps.body["items"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(words, ["approve", "submit", "return", "submit"]);
    assert!(steps.body["items"][1]["by"].is_null() && steps.body["items"][0]["by"].is_string());
    server.close().await;
}

/// Until so many jobs wait or run that send a notice, or tell a verdict as the release before does.
async fn verdicts_to_tell(server: &TestServer, count: i64) {
    let left =
        "select count(*) from graphile_worker._private_jobs where key like 'notice:%' or key like 'told:%'";
    eventually(async || {
        sqlx::query_scalar::<_, i64>(left).fetch_one(&server.service.pool).await.unwrap() == count
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_judged_at_once_and_what_cannot_be_is_left_and_named() {
    let server = TestServer::open().await;
    let mut chosen = Vec::new();
    for place in 1..=4 {
        let (id, _) = submitted(&server, place).await;
        chosen.push(json!({ "id": id, "version": server.service.get(&format!("/api/v1/registrations/{id}"), server.admin()).await.version() }));
    }
    // One has the number of another, one has been withdrawn and submitted again since.
    let (same, session) = session_of(&server, "13700000091").await;
    server.service.patch(PATH, Some(&session), entry(&server, 1).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let version =
        server.service.get(&format!("/api/v1/registrations/{same}"), server.admin()).await.version();
    chosen.push(json!({ "id": same, "version": version }));
    let (_, session) = session_of(&server, "13700000004").await;
    server.step(Method::DELETE, "/submission", &session).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    let body = json!({ "chosen": chosen, "verdict": "approve" });
    let judged =
        server.service.post("/api/v1/registrations/verdicts", server.admin(), body).await.is(200, "");
    assert_eq!(judged.body["items"].as_array().unwrap().len(), 2);
    let left: Vec<_> =
        judged.body["left"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(left, ["number_stands_twice", "changed_meanwhile", "number_stands_twice"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_is_told_once_however_often_its_job_runs_and_an_older_one_no_more() {
    let provider = Provider::start().await;
    let settings = provider.settings_with_verdicts();
    let server = server_with(&provider, |all| all.modules.put(settings)).await;
    let (id, session) = submitted(&server, 1).await;
    // The message about the first verdict is late: the registration is put right and approved before it is told.
    server.sql("create function hold() returns trigger language plpgsql as 'begin new.run_at := now() + interval ''1 day''; return new; end';
        create trigger hold before insert or update on graphile_worker._private_jobs for each row execute function hold()").await;
    server.judge(id, &json!({ "verdict": "return", "reason": "请核对科室" })).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(200, "");
    server.judge(id, &json!({ "verdict": "approve" })).await.is(200, "");
    server.sql("drop trigger hold on graphile_worker._private_jobs").await;
    // The first one is run alone, then all.
    let run = "update graphile_worker._private_jobs set run_at = now() where key like 'notice:%' and id = (
        select min(id) from graphile_worker._private_jobs where key like 'notice:%')";
    server.sql(run).await;
    verdicts_to_tell(&server, 1).await;
    assert!(provider.bodies().await.is_empty(), "the older verdict is told no more");
    let again: Value = sqlx::query_scalar(
        "select payload::jsonb from graphile_worker._private_jobs where key like 'notice:%'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    server.sql("update graphile_worker._private_jobs set run_at = now()").await;
    verdicts_to_tell(&server, 0).await;
    // A node that was taken for dead runs it once more.
    server
        .sql(&format!("select enqueue_job('send_notice', '{again}', 'notice:again', 9, null, 0::smallint)"))
        .await;
    verdicts_to_tell(&server, 0).await;
    provider.has_sent(1).await;
    assert_eq!(provider.bodies().await[0]["TemplateParamSet"], json!(["已通过"]));
    // Who has been approved reads it.
    let told = "select kind from notices join registrations using (person_id) where registrations.id = $1";
    let told: Vec<String> = sqlx::query_scalar(told).bind(id).fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(told, ["registration_approved"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_a_node_of_the_release_before_has_given_is_told_once() {
    let provider = Provider::start().await;
    let settings = provider.settings_with_verdicts();
    let server = server_with(&provider, |all| all.modules.put(settings)).await;
    let (id, _) = submitted(&server, 1).await;
    server.judge(id, &json!({ "verdict": "reject", "reason": "证件与本人不符" })).await.is(200, "");
    provider.has_sent(1).await;
    // As the older node leaves it: no notice, but a job of its own; a node that was taken for dead runs it twice.
    server.sql("delete from notices").await;
    for key in ["told:first", "told:second"] {
        let job = format!(
            "select enqueue_job('tell_registration_verdict', jsonb_build_object('registration', {id}, 'step', (
                 select max(review_steps.id) from review_steps join reviews on reviews.id = review_id
                 where noun = 'registration' and noun_id = {id})), '{key}', 9, null, 0::smallint)"
        );
        server.sql(&job).await;
    }
    verdicts_to_tell(&server, 0).await;
    provider.has_sent(2).await;
    assert_eq!(provider.bodies().await[1]["TemplateParamSet"], json!(["未通过"]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_corrects_the_department_with_one_of_its_own() {
    let server = TestServer::open().await;
    let (id, _) = submitted(&server, 1).await;
    let elsewhere = another_unit(&server).await;
    let mut departments = Vec::new();
    for unit in [unit(&server).await, elsewhere] {
        let made =
            "insert into units (parent_id, kind, name) values ($1, 'department', '高压氧科') returning id";
        let made: i64 = sqlx::query_scalar(made).bind(unit).fetch_one(&server.service.pool).await.unwrap();
        departments.push(made);
    }
    let choices = async |query: &str| {
        let path = format!("/api/v1/registrations/units?{query}");
        let found = server.service.get(&path, server.admin()).await.is(200, "").body;
        found["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(choices("kind=department&q=高压氧").await, departments[..1]);
    assert!(choices(&format!("kind=department&under={elsewhere}")).await.is_empty());
    assert_eq!(choices("kind=unit").await, [unit(&server).await]);
    let path = format!("/api/v1/registrations/{id}");
    let correct = async |body: Value| server.service.patch(&path, server.admin(), body).await;
    let refused = correct(json!({ "department_id": departments[1] })).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "department_id");
    assert_eq!(
        correct(json!({ "unit_id": elsewhere })).await.is(400, "bad_request").body["field"],
        "unit_id"
    );
    let corrected = correct(json!({ "department_id": departments[0] })).await.is(200, "");
    assert_eq!(corrected.body["department"]["name"], "高压氧科");
    server.close().await;
}
