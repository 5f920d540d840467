//! People who were entered from a file are invited by a text message: once a week at most, of one's own unit alone, all who were told of or
//! none.

use jiff_sqlx::ToSqlx as _;
use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::imports::{checked, csv};
use super::{session_of, unit};
use crate::admins::HOSPITAL;
use crate::importing::written;
use crate::login::{Provider, server_with};
use crate::projects::session;
use crate::test_server::{Answer, TestServer, eventually};

const WOMEN: &str = "浏河县妇幼保健院";

async fn server(provider: &Provider) -> TestServer {
    let settings = provider.settings_with_templates("invitation=7770");
    server_with(provider, |all| all.modules.put(settings)).await
}

/// Enters people into the hospital; their ids, by name.
async fn entered(server: &TestServer, rows: &[(&str, u32, &str)]) -> Vec<i64> {
    let by = server.admin().unwrap();
    let (path, seen) = checked(server, by, csv("", rows)).await;
    written(server, by, &path, &seen, "all").await;
    let ids = sqlx::query_scalar(
        "select id from people where import_act_id is not null order by name collate \"C\"",
    );
    ids.fetch_all(&server.service.pool).await.unwrap()
}

async fn asked(server: &TestServer, unit: i64, act: &str, by: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/units/{unit}/invitations{act}");
    server.service.post(&path, Some(by), body.clone()).await
}

/// What it would come to: messages, further, once more, lately, others.
async fn foreseen(server: &TestServer, unit: i64, body: Value) -> [i64; 5] {
    let told = asked(server, unit, "/preview", server.admin().unwrap(), &body).await.is(200, "").body;
    assert_eq!(told["is_offered"], true);
    ["messages", "further", "once_more", "lately", "others"].map(|name| told[name].as_i64().unwrap())
}

async fn invited(server: &TestServer, unit: i64, body: Value) -> i64 {
    let done = asked(server, unit, "", server.admin().unwrap(), &body).await.is(200, "").body;
    done["invited"].as_i64().unwrap()
}

/// How many rows there are of what an invitation writes: claims, notices, deliveries, jobs, entries of the log.
async fn all_of(server: &TestServer) -> [i64; 5] {
    let all = "select array[(select count(*) from person_invitations), (select count(*) from notices where kind = 'person_invited'),
        (select count(*) from notice_deliveries), (select count(*) from graphile_worker.jobs where task_identifier = 'send_notice'),
        (select count(*) from audit_log where action = 'invite_people')]";
    let counts: Vec<i64> = sqlx::query_scalar(all).fetch_one(&server.service.pool).await.unwrap();
    counts.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_never_logged_in_is_invited_once_however_often_it_is_pressed_and_again_after_a_week() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let hospital = unit(&server, HOSPITAL).await;
    let rows = [("周小燕", 1, ""), ("李雷", 2, ""), ("赵注销", 3, ""), ("韩梅梅", 4, "")];
    let ids = entered(&server, &rows).await;
    let [zhou, _, cancelled, han] = ids[..] else { panic!("{ids:?}") };
    session_of(&server, han).await;
    server.sql("update people set state = 'cancelled' where name = '赵注销'").await;
    assert_eq!(foreseen(&server, hospital, json!({})).await, [2, 0, 0, 0, 0]);
    // Of some who were chosen it is told how many cannot be: one of the demo's has registered themselves.
    let some = json!({ "people": [zhou, zhou, cancelled, han, server.demo.people[0].id.0] });
    assert_eq!(foreseen(&server, hospital, some.clone()).await, [1, 0, 0, 0, 3]);

    let all = json!({ "at_most": 2 });
    let pressed =
        tokio::join!(invited(&server, hospital, all.clone()), invited(&server, hospital, all.clone()));
    assert_eq!(pressed.0 + pressed.1, 2, "{pressed:?}");
    provider.has_sent(2).await;
    for body in provider.bodies().await {
        let said = (&body["TemplateId"], &body["TemplateParamSet"]);
        assert_eq!(said, (&json!("7770"), &json!(["您已加入继续医学教育平台"])));
    }
    eventually(async || all_of(&server).await == [2, 2, 2, 0, 1]).await;
    assert_eq!(foreseen(&server, hospital, json!({})).await, [0, 0, 0, 2, 0]);
    assert_eq!(foreseen(&server, hospital, some).await, [0, 0, 0, 1, 3]);
    assert_eq!(invited(&server, hospital, all.clone()).await, 0);
    let log: Vec<(i64, Value)> =
        sqlx::query_as("select noun_id, detail from audit_log where action = 'invite_people'")
            .fetch_all(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(log, [(hospital, json!({ "invited": 2, "people_chosen": false }))]);

    // They read it once they have logged in.
    let zhou = session_of(&server, zhou).await;
    let inbox = server.service.get("/api/v1/me/notices", Some(&zhou)).await.is(200, "").body;
    assert_eq!(inbox["items"][0]["title"], "您已加入继续医学教育平台");
    assert!(inbox["items"][0]["text"].as_str().unwrap().contains(HOSPITAL), "{inbox}");

    // A week later who has not logged in meanwhile is invited once more.
    server.sql("update person_invitations set at = at - interval '7 days'").await;
    assert_eq!(foreseen(&server, hospital, json!({})).await, [1, 0, 1, 0, 0]);
    assert_eq!(invited(&server, hospital, all).await, 1);
    provider.has_sent(3).await;
    let times: Vec<i32> = sqlx::query_scalar("select times from person_invitations order by times")
        .fetch_all(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(times, [1, 2]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_by_their_own_unit_and_an_authority_above_alone() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    let others = csv(",单位", &[("王五", 1, &format!(",{WOMEN}"))]);
    let (path, seen) = checked(&server, &authority, others).await;
    written(&server, &authority, &path, &seen, "all").await;
    let (hospital, women) = (unit(&server, HOSPITAL).await, unit(&server, WOMEN).await);
    let wang: i64 = sqlx::query_scalar("select id from people where name = '王五' and unit_id = $1")
        .bind(women)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    // Named among the own unit's they are left out, and of their unit there is nothing for this admin.
    assert_eq!(foreseen(&server, hospital, json!({ "people": [wang] })).await, [0, 0, 0, 0, 1]);
    assert_eq!(invited(&server, hospital, json!({ "people": [wang], "at_most": 1 })).await, 0);
    let by = server.admin().unwrap();
    asked(&server, women, "/preview", by, &json!({})).await.is(404, "not_found");
    asked(&server, women, "", by, &json!({ "at_most": 1 })).await.is(404, "not_found");
    assert_eq!(all_of(&server).await, [0; 5]);
    let desk = crate::authority::admin(&server, Role::UnitAdmin, WOMEN).await;
    assert_eq!(asked(&server, women, "/preview", &desk, &json!({})).await.is(200, "").body["messages"], 1);
    let done = asked(&server, women, "", &authority, &json!({ "at_most": 1 })).await.is(200, "");
    assert_eq!(done.body["invited"], 1);
    provider.has_sent(1).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_dies_on_the_way_has_invited_no_one() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let hospital = unit(&server, HOSPITAL).await;
    let ids = entered(&server, &[("周小燕", 1, ""), ("李雷", 2, ""), ("韩梅梅", 3, "")]).await;
    // It waits for the last of them, after the others were claimed.
    let last = ids.iter().max().unwrap();
    let mut other = server.service.pool.begin().await.unwrap();
    sqlx::query("insert into person_invitations (person_id, at, times) values ($1, now(), 1)")
        .bind(last)
        .execute(&mut *other)
        .await
        .unwrap();
    let body = json!({ "at_most": 3 });
    let killed = async {
        server.until_somebody_waits().await;
        assert!(server.end_who_waits().await > 0);
    };
    let (died, ()) = tokio::join!(asked(&server, hospital, "", server.admin().unwrap(), &body), killed);
    assert!(died.status.is_server_error(), "{}", died.body);
    other.rollback().await.unwrap();
    assert_eq!(all_of(&server).await, [0; 5]);
    assert_eq!(invited(&server, hospital, body).await, 3);
    provider.has_sent(3).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_invited_than_were_told_of_and_never_more_than_two_thousand() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let hospital = unit(&server, HOSPITAL).await;
    let rows: Vec<_> = (1..=2001).map(|place| ("众人甲", place, "")).collect();
    let ids = entered(&server, &rows).await;
    assert_eq!(foreseen(&server, hospital, json!({})).await, [2000, 1, 0, 0, 0]);
    assert_eq!(invited(&server, hospital, json!({ "people": ids[..3], "at_most": 2 })).await, 2);
    assert_eq!(foreseen(&server, hospital, json!({})).await, [1999, 0, 0, 2, 0]);
    let by = server.admin().unwrap();
    for wrong in [
        json!({ "at_most": 0 }),
        json!({ "at_most": 2001 }),
        json!({}),
        json!({ "people": [], "at_most": 1 }),
        json!({ "people": ids, "at_most": 1 }),
        json!({ "people": ["1"], "at_most": 1 }),
        json!({ "at_most": 1, "unit": 1 }),
    ] {
        asked(&server, hospital, "", by, &wrong).await.is(400, "bad_request");
    }
    let authority = session(&server, "xiaoxiang-wjw").await;
    // All that one act can, within what a statement may take.
    assert_eq!(invited(&server, hospital, json!({ "at_most": 2000 })).await, 1999);
    assert_eq!(all_of(&server).await[..3], [2001, 2001, 2001]);
    let region = unit(&server, "岳麓区").await;
    asked(&server, region, "", &authority, &json!({ "at_most": 1 })).await.is(409, "not_an_institution");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_never_invited_comes_before_who_was_and_these_by_how_long_ago() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let hospital = unit(&server, HOSPITAL).await;
    let rows: Vec<_> = (1..=2003).map(|place| ("众人甲", place, "")).collect();
    entered(&server, &rows).await;
    let ids = "select id from people where import_act_id is not null order by id";
    let ids: Vec<i64> = sqlx::query_scalar(ids).fetch_all(&server.service.pool).await.unwrap();
    sqlx::query(
        "insert into person_invitations (person_id, at, times)
         select id, $2::timestamptz - case when id = $3 then interval '9 days' else interval '8 days' end, 1 from unnest($1::bigint[]) id",
    )
    .bind(&ids[..2001])
    .bind(server.now().to_sqlx())
    .bind(ids[2000])
    .execute(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(foreseen(&server, hospital, json!({})).await, [2000, 3, 1998, 0, 0]);
    assert_eq!(invited(&server, hospital, json!({ "at_most": 3 })).await, 3);
    let told = "select noun_id from notices where kind = 'person_invited' order by noun_id";
    let told: Vec<i64> = sqlx::query_scalar(told).fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(told, ids[2000..]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_message_was_not_sent_is_invited_again_within_the_week() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let hospital = unit(&server, HOSPITAL).await;
    entered(&server, &[("周小燕", 1, "")]).await;
    assert_eq!(invited(&server, hospital, json!({ "at_most": 1 })).await, 1);
    provider.has_sent(1).await;
    eventually(async || all_of(&server).await[3] == 0).await;
    for state in ["sent", "unknown"] {
        server.sql(&format!("update notice_deliveries set state = '{state}'")).await;
        assert_eq!(foreseen(&server, hospital, json!({})).await, [0, 0, 0, 1, 0], "{state}");
        assert_eq!(invited(&server, hospital, json!({ "at_most": 1 })).await, 0, "{state}");
    }
    server.sql("update notice_deliveries set state = 'failed'").await;
    assert_eq!(foreseen(&server, hospital, json!({})).await, [1, 0, 1, 0, 0]);
    let again = json!({ "at_most": 1 });
    let pressed = tokio::join!(invited(&server, hospital, again.clone()), invited(&server, hospital, again));
    assert_eq!(pressed.0 + pressed.1, 1, "{pressed:?}");
    provider.has_sent(2).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_template_no_person_is_invited_and_the_preview_says_so() {
    let provider = Provider::start().await;
    let server = crate::login::server(&provider).await;
    let hospital = unit(&server, HOSPITAL).await;
    entered(&server, &[("周小燕", 1, "")]).await;
    let by = server.admin().unwrap();
    let told = asked(&server, hospital, "/preview", by, &json!({})).await.is(200, "").body;
    assert_eq!((&told["is_offered"], &told["messages"]), (&json!(false), &json!(1)));
    let body = json!({ "at_most": 1 });
    asked(&server, hospital, "", by, &body).await.is(409, "invitations_not_offered");
    assert_eq!(all_of(&server).await, [0; 5]);
    server.close().await;
}
