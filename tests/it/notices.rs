//! What people and admins are told: in their inbox and by a text message that is sent once; what is not known to be sent is sent again
//! by hand alone; hours of rest; and a node that dies in the middle.

mod killed;
mod sent_again;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::clock::day_of;
use zaichang_core::ids::AccountId;
use zaichang_platform::auth::Role;
use zaichang_platform::notices::{self, Kind, Notice, Reader, Sms, Via};

use crate::login::{Provider, server_with};
use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer, eventually};

const INBOX: &str = "/api/v1/me/notices";
const PREFERENCES: &str = "/api/v1/me/notice-preferences";
const TEMPLATES: &str = "person_state=5550,transfer=6660";

async fn server(provider: &Provider) -> TestServer {
    let settings = provider.settings_with_templates(TEMPLATES);
    let server = server_with(provider, |all| all.modules.put(settings)).await;
    crate::people::of_hospital(&server, 4).await;
    server
}

async fn step(server: &TestServer, person: i64, path: &str, by: &str, body: &Value) -> Answer {
    let version = sqlx::query_scalar::<_, i64>("select version from people where id = $1").bind(person);
    let seen = format!("\"{}\"", version.fetch_one(&server.service.pool).await.unwrap());
    let path = format!("/api/v1/people/{person}/{path}");
    let request = server.service.request(Method::POST, &path, Some(by)).header("if-match", seen);
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

/// The unit applies for a state of this person, and the authority sends it back.
async fn sent_back(server: &TestServer, at: usize) -> i64 {
    let person = server.demo.people[at].id.0;
    let authority = session(server, "xiaoxiang-wjw").await;
    let body = json!({ "state": "exempt", "from": day_of(server.now()), "reason": "外出进修" });
    step(server, person, "state-change", server.admin().unwrap(), &body).await.is(200, "");
    let verdict = json!({ "verdict": "return", "reason": "请补充材料" });
    step(server, person, "state-change/verdicts", &authority, &verdict).await.is(200, "");
    person
}

async fn inbox(server: &TestServer, path: &str, session: Option<&str>) -> Vec<Value> {
    server.service.get(path, session).await.is(200, "").body["items"].as_array().unwrap().clone()
}

async fn states(server: &TestServer) -> Vec<String> {
    sqlx::query_scalar("select state from notice_deliveries order by id")
        .fetch_all(&server.service.pool)
        .await
        .unwrap()
}

/// Until no job sends any more.
async fn all_done(server: &TestServer) {
    let left =
        "select count(*) from graphile_worker.jobs where task_identifier = 'send_notice' and run_at <= now()";
    eventually(async || {
        sqlx::query_scalar::<_, i64>(left).fetch_one(&server.service.pool).await.unwrap() == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_is_in_two_inboxes_and_one_message() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = sent_back(&server, 0).await;
    provider.has_sent(1).await;
    let body = provider.bodies().await.pop().unwrap();
    assert_eq!((&body["TemplateId"], &body["TemplateParamSet"]), (&json!("5550"), &json!(["已退回修改"])));
    eventually(async || states(&server).await == ["sent"]).await;

    let mine = inbox(&server, INBOX, server.session(0)).await;
    assert_eq!(mine.len(), 1);
    assert_eq!((&mine[0]["kind"], &mine[0]["is_read"]), (&json!("person_state_returned"), &json!(false)));
    assert_eq!((&mine[0]["noun"], &mine[0]["noun_id"]), (&json!("person"), &json!(person)));
    let text = mine[0]["text"].as_str().unwrap();
    assert!(text.contains("不计达标") && text.contains("请补充材料"), "{text}");
    let english =
        server.service.request(Method::GET, INBOX, server.session(0)).header("accept-language", "en");
    let english = answer(english).await.is(200, "").body;
    assert_eq!(english["items"][0]["title"], "A change of your state was sent back");

    // The admin who has submitted it is told, too, and no other.
    let of_admin = inbox(&server, "/api/v1/admin/me/notices", server.admin()).await;
    assert_eq!(of_admin[0]["kind"], "state_change_returned");
    assert!(inbox(&server, INBOX, server.session(1)).await.is_empty());
    let authority = session(&server, "xiaoxiang-wjw").await;
    assert!(inbox(&server, "/api/v1/admin/me/notices", Some(&authority)).await.is_empty());

    // Another's is not read for them, whatever is named.
    let unread = async |session| {
        server.service.get(&format!("{INBOX}/unread"), session).await.is(200, "").body["unread"].clone()
    };
    let reading = format!("{INBOX}/reading");
    let all = json!({ "through": i64::MAX });
    server.service.post(&reading, server.session(1), all).await.is(204, "");
    assert_eq!(unread(server.session(0)).await, 1);
    let one = json!({ "ids": [mine[0]["id"]] });
    server.service.post(&reading, server.session(0), one).await.is(204, "");
    assert_eq!(unread(server.session(0)).await, 0);
    assert!(inbox(&server, &format!("{INBOX}?unread=true"), server.session(0)).await.is_empty());
    server.service.post(&reading, server.session(0), json!({})).await.is(400, "bad_request");
    server.service.get(INBOX, None).await.is(401, "login_required");
    server.service.get(INBOX, server.admin()).await.is(403, "forbidden");
    server.service.get("/api/v1/admin/me/notices", server.session(0)).await.is(403, "forbidden");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_of_a_transfer_are_told_and_an_older_one_is_not_sent_any_more() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (own, person) = (server.admin().unwrap().to_owned(), server.demo.people[0].id.0);
    let other = crate::authority::admin(&server, Role::UnitAdmin, "浏河县妇幼保健院").await;
    // Nothing is sent before all three have been done.
    server.sql("create function hold() returns trigger language plpgsql as 'begin new.run_at := now() + interval ''1 day''; return new; end';
        create trigger hold before insert or update on graphile_worker._private_jobs for each row execute function hold()").await;
    let body = json!({ "from": day_of(server.now()), "reason": "调往其他单位" });
    step(&server, person, "transfer", &own, &body).await.is(200, "");
    let transfer: i64 = sqlx::query_scalar("select max(id) from person_transfers")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    let sought = crate::transfers::sought(&server, person).await;
    let taking = crate::transfers::taking(&json!(transfer), &sought, None);
    server.service.post("/api/v1/people/transfers/taking", Some(&other), taking).await.is(200, "");
    server.sql("drop trigger hold on graphile_worker._private_jobs; update graphile_worker._private_jobs set run_at = now()").await;
    all_done(&server).await;
    provider.has_sent(1).await;
    assert_eq!(provider.bodies().await[0]["TemplateParamSet"], json!(["已调入新单位"]));
    let kinds: Vec<_> =
        inbox(&server, INBOX, server.session(0)).await.iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["person_taken_in", "person_let_go"]);
    let of_admin = inbox(&server, "/api/v1/admin/me/notices", Some(&own)).await;
    assert_eq!(
        (&of_admin[0]["kind"], &of_admin[0]["noun"]),
        (&json!("transfer_taken_in"), &json!("person_transfer"))
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_night_a_message_waits_for_the_morning_and_a_warning_does_not() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    server.advance(13 * 3600);
    sent_back(&server, 0).await;
    let due: jiff_sqlx::Timestamp = sqlx::query_scalar("select due_at from notice_deliveries")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(due.to_jiff(), "2025-11-30T07:00:00+08:00".parse::<Timestamp>().unwrap());
    let waits: f64 = sqlx::query_scalar(
        "select extract(epoch from run_at - now())::float8 from graphile_worker.jobs where task_identifier = 'send_notice'",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert!((8.0 * 3600.0..9.0 * 3600.0).contains(&waits), "{waits}");
    // A node whose clock differs from Postgres' puts it off once more instead of sending it.
    server.sql("update graphile_worker._private_jobs set run_at = now() where key like 'notice:%'").await;
    all_done(&server).await;
    assert_eq!((states(&server).await, provider.bodies().await.len()), (vec!["waiting".to_owned()], 0));

    // A phone that is replaced in the night is warned at once.
    let person = server.demo.people[1].id.0;
    let body = json!({ "phone": "13911117777", "reason": "手机遗失，已核对证件" });
    step(&server, person, "corrections", server.admin().unwrap(), &body).await.is(200, "");
    provider.has_sent(1).await;
    assert_eq!(provider.bodies().await[0]["TemplateId"], "4440");

    server.advance(10 * 3600);
    server.sql("update graphile_worker._private_jobs set run_at = now() where key like 'notice:%'").await;
    provider.has_sent(2).await;
    assert_eq!(provider.bodies().await[1]["TemplateId"], "5550");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_messages_has_the_inbox_alone_and_two_phones_do_not_choose_over_each_other() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let read = server.service.get(PREFERENCES, server.session(0)).await.is(200, "");
    assert_eq!(
        (&read.body["sms"], &read.body["quiet_from"], &read.body["quiet_until"]),
        (&json!(true), &json!(1320), &json!(420))
    );
    assert_eq!(read.body["sms_offered"], true);
    let wanted = json!({ "sms": false, "quiet_from": 0, "quiet_until": 0 });
    let put = async |version: Option<&str>, body: &Value| {
        let request = server.service.request(Method::PUT, PREFERENCES, server.session(0));
        let request = request.header("content-type", "application/json").body(body.to_string());
        answer(match version {
            Some(version) => request.header("if-match", version),
            None => request,
        })
        .await
    };
    put(None, &wanted).await.is(428, "version_required");
    let kept = put(Some(&read.version()), &wanted).await.is(200, "");
    let refused = put(Some(&read.version()), &wanted).await.is(412, "changed_meanwhile");
    assert_eq!(refused.body["current"]["sms"], false);
    let out_of_the_day = json!({ "sms": true, "quiet_from": 1440, "quiet_until": 0 });
    assert_eq!(
        put(Some(&kept.version()), &out_of_the_day).await.is(400, "bad_request").body["field"],
        "quiet_from"
    );
    sent_back(&server, 0).await;
    assert_eq!(inbox(&server, INBOX, server.session(0)).await.len(), 1);
    assert!(states(&server).await.is_empty() && provider.bodies().await.is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_ordinary_messages_a_number_has_had_it_is_warned() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    for _ in 0..6 {
        sent_back(&server, 0).await;
        all_done(&server).await;
    }
    provider.has_sent(5).await;
    eventually(async || states(&server).await.last().is_some_and(|state| state == "failed")).await;
    let body = json!({ "phone": "13911117777", "reason": "手机遗失，已核对证件" });
    step(&server, server.demo.people[0].id.0, "corrections", server.admin().unwrap(), &body)
        .await
        .is(200, "");
    provider.has_sent(6).await;
    assert_eq!(provider.bodies().await[5]["TemplateId"], "4440");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_template_the_inbox_has_it_alone_and_the_page_offers_no_messages() {
    let provider = Provider::start().await;
    let server = crate::login::server(&provider).await;
    crate::people::of_hospital(&server, 2).await;
    sent_back(&server, 0).await;
    all_done(&server).await;
    assert!(states(&server).await.is_empty() && provider.bodies().await.is_empty());
    assert_eq!(inbox(&server, INBOX, server.session(0)).await.len(), 1);
    let read = server.service.get(PREFERENCES, server.session(0)).await.is(200, "");
    assert_eq!(read.body["sms_offered"], false);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_that_were_one_person_have_one_inbox() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    sent_back(&server, 0).await;
    let (from, to) = (server.demo.people[0].id, server.demo.people[1].id);
    assert!(inbox(&server, INBOX, server.session(1)).await.is_empty());
    server.sql(&format!("update people set merged_into = {} where id = {}", to.0, from.0)).await;
    assert_eq!(inbox(&server, INBOX, server.session(1)).await.len(), 1);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_warning_is_taken_back_by_a_newer_one() {
    const fn kind(is_compulsory: bool) -> Kind {
        let sms =
            Sms {
                template: "account", variable: "event", says: "已办理", is_compulsory, comes_last: false
            };
        Kind { word: "password_given", title: ("", ""), text: ("", ""), sms: Some(sms) }
    }
    static WARNING: Kind = kind(true);
    static ORDINARY: Kind = kind(false);
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let account: i64 =
        sqlx::query_scalar("select min(id) from accounts").fetch_one(&server.service.pool).await.unwrap();
    for (kind, wait) in [(&WARNING, 2), (&ORDINARY, 1)] {
        let mut act = server.service.pool.begin().await.unwrap();
        for _ in 0..2 {
            let (to, about) = (Reader::Account(AccountId(account)), ("account", account));
            let notice = Notice { kind, to, about, parameters: json!({}), unit: None, via: Via::Present };
            notices::write(&mut act, notice, server.now()).await.unwrap();
        }
        let waiting =
            sqlx::query_scalar::<_, i64>("select count(*) from notice_deliveries where state = 'waiting'");
        assert_eq!(waiting.fetch_one(&mut *act).await.ok(), Some(wait));
        act.rollback().await.unwrap();
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_beyond_those_of_the_day_is_sent_on_the_next() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = server.demo.people[0].id.0;
    // Of the second phone's six warnings, one is beyond those of the day.
    for turn in 0..7 {
        for phone in [format!("1391111770{turn}"), "13911118888".to_owned()] {
            let body = json!({ "phone": phone, "reason": "手机遗失，已核对证件" });
            step(&server, person, "corrections", server.admin().unwrap(), &body).await.is(200, "");
        }
    }
    let counted = async || {
        let states = states(&server).await;
        let of = |word: &str| states.iter().filter(|state| *state == word).count();
        (of("sent"), of("waiting"))
    };
    all_done(&server).await;
    eventually(async || counted().await == (13, 1)).await;
    server.advance(17 * 3600);
    server.sql("update graphile_worker._private_jobs set run_at = now() where run_at > now()").await;
    eventually(async || counted().await == (14, 0)).await;
    server.close().await;
}
