//! The numbers of people who were merged: the document is void for registrations and files, the phone logs in as was chosen.

use serde_json::json;

use super::{authority, ids, merge, merge_with, numbers, undo};
use crate::login::{Provider, server_with};
use crate::sms_codes::ask;
use crate::test_server::{Answer, TestServer, client, eventually};

async fn logs_in(server: &TestServer, provider: &Provider, phone: &str) -> Answer {
    let before = provider.bodies().await.len();
    let device = format!("phone-{phone}");
    ask(&server.service, phone, &device).await.is(202, "");
    let code = provider.nth_code(before + 1).await;
    let body = json!({ "phone": phone, "sms_code": code, "client": client(&device) });
    server.service.post("/api/v1/sessions", None, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_logs_in_who_stays_only_where_it_was_chosen() {
    let provider = Provider::start().await;
    let server =
        server_with(&provider, |all| all.modules.put(provider.settings_that_tell_old_phones())).await;
    let ([stays, twice, third], by) = (ids(&server), authority(&server).await);
    let ((_, own), (_, other), (_, last)) =
        (numbers(&server, stays).await, numbers(&server, twice).await, numbers(&server, third).await);
    merge(&server, &by, (twice, stays)).await.is(200, "");
    logs_in(&server, &provider, &other).await.is(403, "person_merged");
    let me = logs_in(&server, &provider, &own).await.is(201, "").body;
    assert_eq!(me["person"]["id"], json!(stays));

    // The third one's phone takes the place of theirs, which is told; undone, each has their own again.
    let sent = provider.bodies().await.len();
    merge_with(&server, &by, (third, stays), "taken_over").await.is(200, "");
    eventually(async || server.service.get("/api/v1/me", server.session(0)).await.status == 401).await;
    provider.has_sent(sent + 1).await;
    let told = provider.bodies().await.pop().unwrap();
    assert_eq!(told["PhoneNumberSet"], json!([format!("+86{own}")]));
    assert_eq!(
        (numbers(&server, stays).await.1, numbers(&server, third).await.1),
        (last.clone(), own.clone())
    );
    server.advance(61);
    assert_eq!(logs_in(&server, &provider, &last).await.is(201, "").body["person"]["id"], json!(stays));
    logs_in(&server, &provider, &own).await.is(403, "person_merged");
    let sent = provider.bodies().await.len();
    undo(&server, &by, third).await.is(200, "");
    provider.has_sent(sent + 1).await;
    assert_eq!(
        (numbers(&server, stays).await.1, numbers(&server, third).await.1),
        (own.clone(), last.clone())
    );
    server.advance(61);
    assert_eq!(logs_in(&server, &provider, &last).await.is(201, "").body["person"]["id"], json!(third));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_number_is_neither_registered_nor_imported_and_its_authority_is_named() {
    let server = TestServer::open().await;
    let ([stays, twice, _], by) = (ids(&server), authority(&server).await);
    let (number, phone) = numbers(&server, twice).await;
    merge(&server, &by, (twice, stays)).await.is(200, "");
    let (_, session) = crate::registration::session_of(&server, "13700000091").await;
    let entered = json!({ "document": "id_card", "number": number });
    let refused = server
        .service
        .patch("/api/v1/registration", Some(&session), entered)
        .await
        .is(409, "number_voided")
        .body;
    let name: String = sqlx::query_scalar(
        "select units.name from units join accounts on unit_id = units.id where account = 'xiaoxiang-wjw'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert!(refused["detail"].as_str().unwrap().contains(&name), "{refused}");
    for owner in [stays, twice] {
        let row: (String, String) =
            sqlx::query_as("select people.name, units.name from people join units on units.id = unit_id where people.id = $1")
                .bind(owner)
                .fetch_one(&server.service.pool)
                .await
                .unwrap();
        assert!(!refused.to_string().contains(&row.0) && !refused.to_string().contains(&row.1), "{refused}");
    }
    let file = format!("姓名,证件号码,手机号码,职称,从事专业\n周小燕,{number},{phone},主治医师,心血管内科\n");
    let (_, told) = crate::importing::checked(
        &server,
        "/api/v1/people-imports",
        server.admin().unwrap(),
        file.into_bytes(),
    )
    .await;
    assert!(told["faults"][0]["says"].as_str().unwrap().contains("作废"), "{told}");
    server.close().await;
}
