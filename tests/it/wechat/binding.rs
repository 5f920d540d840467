//! Binding a WeChat account: by proof, never revealing which part of it was wrong, and ending what stands against it.

use reqwest::Method;
use serde_json::{Value, json};

use super::person::{
    BROWSER, DEVICE, Person, bind, bound, log_in, mini_program, register, server, sms_code, ticket,
};
use super::simulated::SimulatedWechat;
use crate::test_server::{Answer, TestServer, answer, eventually};

pub async fn rows(server: &TestServer) -> Vec<(i64, String, String, String, Option<String>)> {
    sqlx::query_as("select person_id, app_id, openid, bound_by, ended_by from wechat_bindings order by id")
        .fetch_all(&server.service.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_does_not_match_is_answered_alike_and_five_times_at_most() {
    let (server, simulated) = server().await;
    let (person, other) = (register(&server, "王伟", 1).await, register(&server, "李娜", 2).await);
    let ticket = ticket(&server, &simulated, DEVICE, "o-1", None).await;
    let mut answers = Vec::new();
    for (name, id_number, phone) in [
        ("王五", &person.id_number, &person.phone),
        (person.name, &other.id_number, &person.phone),
        (person.name, &person.id_number, &other.phone),
        (person.name, &super::person::id_number(777), &person.phone),
        (person.name, &person.id_number, &"13912345678".to_owned()),
    ] {
        let body = json!({ "bind_ticket": ticket, "name": name, "id_number": id_number,
            "phone_code": simulated.phone_code(phone), "client": mini_program(DEVICE) });
        let mut answer =
            server.service.post("/api/v1/wechat/bindings", None, body).await.is(403, "wechat_bind_mismatch");
        answer.body["request_id"] = "".into();
        answers.push(answer.body);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    // The right one comes too late for this ticket.
    bind(&server, &simulated, DEVICE, &ticket, &person).await.is(410, "wechat_ticket_invalid");
    assert!(rows(&server).await.is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_of_its_phone_for_ten_minutes_and_works_once() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let stolen = ticket(&server, &simulated, DEVICE, "o-1", None).await;
    bind(&server, &simulated, "another-phone", &stolen, &person).await.is(410, "wechat_ticket_invalid");
    bind(&server, &simulated, DEVICE, &format!("{stolen}A"), &person).await.is(410, "wechat_ticket_invalid");
    server.advance(601);
    bind(&server, &simulated, DEVICE, &stolen, &person).await.is(410, "wechat_ticket_invalid");
    let fresh = ticket(&server, &simulated, DEVICE, "o-1", None).await;
    // Twice in one moment: one of them binds.
    let (one, two) = tokio::join!(
        bind(&server, &simulated, DEVICE, &fresh, &person),
        bind(&server, &simulated, DEVICE, &fresh, &person)
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 410], "{} {}", one.body, two.body);
    bind(&server, &simulated, DEVICE, &fresh, &person).await.is(410, "wechat_ticket_invalid");
    assert_eq!(rows(&server).await.len(), 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn binding_another_account_ends_the_old_one_and_its_sessions_on_every_node() {
    let (server, simulated) = server().await;
    let second = server.second(|all| all.modules.put(simulated.settings())).await;
    let (person, other) = (register(&server, "王伟", 1).await, register(&server, "李娜", 2).await);
    let old = bound(&server, &simulated, "o-1", Some("u-1"), &person).await;
    second.get("/api/v1/me", Some(&old)).await.is(200, "");
    // The person has a new WeChat account.
    let new = bound(&server, &simulated, "o-2", Some("u-2"), &person).await;
    server.service.get("/api/v1/me", Some(&old)).await.is(401, "login_required");
    crate::test_server::eventually(async || second.get("/api/v1/me", Some(&old)).await.status == 401).await;
    server.service.get("/api/v1/me", Some(&new)).await.is(200, "");
    log_in(&server, &simulated, DEVICE, "o-1", Some("u-1")).await.is(200, "not_bound");
    // Another person proves that the new account is theirs: a ticket from before, as it is bound now.
    let kept = {
        server
            .sql("update wechat_bindings set ended_at = now(), ended_by = 'taken' where ended_at is null")
            .await;
        let kept = ticket(&server, &simulated, DEVICE, "o-2", Some("u-2")).await;
        let again = ticket(&server, &simulated, "phone-of-wang", "o-2", Some("u-2")).await;
        bind(&server, &simulated, "phone-of-wang", &again, &person).await.is(201, "");
        kept
    };
    bind(&server, &simulated, DEVICE, &kept, &other).await.is(201, "");
    server.service.get("/api/v1/me", Some(&new)).await.is(401, "login_required");
    let now = log_in(&server, &simulated, DEVICE, "o-2", Some("u-2")).await.is(201, "");
    assert_eq!(now.body["person"]["id"], other.id.0);
    let ended: Vec<_> = rows(&server).await.into_iter().map(|row| (row.0, row.2, row.4)).collect();
    let (wang, li) = (person.id.0, other.id.0);
    let expected = [
        (wang, "o-1", Some("rebound")),
        (wang, "o-2", Some("taken")),
        (wang, "o-2", Some("taken")),
        (li, "o-2", None),
    ];
    assert_eq!(ended, expected.map(|(id, openid, end)| (id, openid.to_owned(), end.map(str::to_owned))));
    // Rows are only added or closed.
    for forbidden in [
        "delete from wechat_bindings",
        "update wechat_bindings set openid = 'o-9'",
        "update wechat_bindings set ended_by = 'rebound' where ended_by = 'taken'",
    ] {
        let refused = sqlx::raw_sql(forbidden).execute(&server.service.pool).await;
        assert!(refused.is_err(), "{forbidden}");
    }
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_bind_one_account_in_one_moment_do_not_both_have_it() {
    let (server, simulated) = server().await;
    let mut people = Vec::new();
    for (at, name) in ["王伟", "李娜", "张三", "李四"].into_iter().enumerate() {
        let sequence = u32::try_from(at).unwrap() + 1;
        let device = format!("mini-program-{sequence}");
        let person = register(&server, name, sequence).await;
        let ticket = ticket(&server, &simulated, &device, "o-1", Some("u-1")).await;
        people.push((person, device, ticket));
    }
    let binding =
        people.iter().map(|(person, device, ticket)| bind(&server, &simulated, device, ticket, person));
    for answer in futures_util::future::join_all(binding).await {
        answer.is(201, "");
    }
    let living = rows(&server).await.into_iter().filter(|row| row.4.is_none()).count();
    assert_eq!((living, rows(&server).await.len()), (1, 4));
    server.close().await;
}

/// A page of the Official Account's: one browser, whose device is its cookie's.
struct Page<'a> {
    server: &'a TestServer,
    session: Option<String>,
}

impl<'a> Page<'a> {
    fn open(server: &'a TestServer) -> Self {
        Self { server, session: None }
    }

    async fn post(&self, path: &str, mut body: Value) -> Answer {
        body["client"] = json!({ "kind": "h5" });
        let session = self.session.as_deref().unwrap_or("");
        let cookies = format!("zc_device={BROWSER}; zc_session={session}");
        let request = self.server.service.request(Method::POST, path, None).header("cookie", cookies);
        answer(request.header("content-type", "application/json").body(body.to_string())).await
    }

    async fn ticket(&self, simulated: &SimulatedWechat, openid: &str) -> Value {
        let body = json!({ "oauth_code": simulated.oauth_code(openid, None) });
        let not_bound = self.post("/api/v1/wechat/sessions", body).await.is(200, "not_bound");
        not_bound.body["bind_ticket"].clone()
    }

    /// By an SMS code.
    async fn log_in(&mut self, person: &Person) {
        let sms_code = sms_code(self.server, person).await;
        let body = json!({ "phone": person.phone, "sms_code": sms_code });
        let answer = self.post("/api/v1/sessions", body).await.is(201, "");
        self.session = Some(answer.cookie("zc_session").unwrap());
    }

    /// With the ID number alone, as this person says.
    async fn bind(&self, ticket: &Value, person: &Person) -> Answer {
        let body = json!({ "bind_ticket": ticket, "name": person.name, "id_number": person.id_number });
        self.post("/api/v1/wechat/bindings", body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_official_account_binds_by_sms_code() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let page = Page::open(&server);
    let ticket = page.ticket(&simulated, "oa-1").await;
    let body = |code: &str| {
        json!({ "bind_ticket": ticket, "name": person.name, "id_number": person.id_number,
            "phone": person.phone, "sms_code": code })
    };
    let sms_code = sms_code(&server, &person).await;
    page.post("/api/v1/wechat/bindings", body("042918")).await.is(401, "sms_code_wrong");
    let bound = page.post("/api/v1/wechat/bindings", body(sms_code)).await.is(201, "");
    assert_eq!(bound.body["person"]["id"], person.id.0);
    assert_eq!(rows(&server).await[0].3, "sms_code");
    // A mini-program's phone code is nothing that a page can have.
    let mut other = body(sms_code);
    other["phone_code"] = simulated.phone_code(&person.phone).into();
    other.as_object_mut().unwrap().retain(|name, _| name != "phone" && name != "sms_code");
    let refused = page.post("/api/v1/wechat/bindings", other).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "phone_code");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_just_logged_in_by_sms_code_binds_with_the_id_number_alone() {
    let (server, simulated) = server().await;
    let (person, other) = (register(&server, "王伟", 1).await, register(&server, "李娜", 2).await);
    let mut page = Page::open(&server);
    let needs_the_phone = async |answer: Answer| {
        assert_eq!(answer.is(400, "bad_request").body["field"], "phone");
    };
    let ticket = page.ticket(&simulated, "oa-1").await;
    needs_the_phone(page.bind(&ticket, &person).await).await;
    // A login that the ticket did not see proves nothing of now.
    page.log_in(&person).await;
    server.advance(1);
    let late = page.ticket(&simulated, "oa-1").await;
    needs_the_phone(page.bind(&late, &person).await).await;
    // Nor does one that was no SMS code's.
    for other_way in ["'password'", "null"] {
        server.sql(&format!("update sessions set opened_by = {other_way}")).await;
        needs_the_phone(page.bind(&ticket, &person).await).await;
    }
    server.sql("update sessions set opened_by = 'sms_code'").await;
    page.bind(&ticket, &other).await.is(403, "wechat_bind_mismatch");
    assert!(rows(&server).await.is_empty());
    let bound = page.bind(&ticket, &person).await.is(201, "");
    assert_eq!(bound.body["person"]["id"], person.id.0);
    let [(bound, _, openid, by, _)] = &rows(&server).await[..] else { panic!("one binding") };
    assert_eq!((*bound, openid.as_str(), by.as_str()), (person.id.0, "oa-1", "sms_code"));
    page.bind(&ticket, &person).await.is(410, "wechat_ticket_invalid");
    // Nor one that has ended.
    server.advance(60);
    let ticket = page.ticket(&simulated, "oa-2").await;
    page.log_in(&person).await;
    server.sql("update sessions set revoked_at = now() where revoked_at is null").await;
    needs_the_phone(page.bind(&ticket, &person).await).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_ends_beside_the_binding_binds_nothing() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let mut page = Page::open(&server);
    let ticket = page.ticket(&simulated, "oa-1").await;
    page.log_in(&person).await;
    let pool = &server.service.pool;
    // As replacing a lost phone does: what is bound ends, then all logins.
    let mut change = pool.begin().await.unwrap();
    for ends in [
        "select pg_advisory_xact_lock(hashtextextended('wechat person ' || $1::bigint, 0))",
        "update sessions set revoked_at = now() where person_id = $1",
    ] {
        sqlx::query(ends).bind(person.id.0).execute(&mut *change).await.unwrap();
    }
    let waits = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    let commits = async {
        eventually(async || sqlx::query_scalar(waits).fetch_one(pool).await.unwrap()).await;
        change.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(page.bind(&ticket, &person), commits);
    refused.is(403, "wechat_bind_mismatch");
    assert!(rows(&server).await.is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_replaced_beside_the_binding_which_then_binds_nothing() {
    let (server, simulated) = server().await;
    let person = register(&server, "王伟", 1).await;
    let mut page = Page::open(&server);
    let ticket = page.ticket(&simulated, "oa-1").await;
    page.log_in(&person).await;
    let change = super::replaced::replacing(&server, person.id).await;
    let ends = super::replaced::ends(&server, change, person.id);
    let (refused, ()) = tokio::join!(page.bind(&ticket, &person), ends);
    refused.is(403, "wechat_bind_mismatch");
    assert!(rows(&server).await.is_empty());
    server.close().await;
}
