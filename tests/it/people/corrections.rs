//! Who a person is, put right by their unit: who was imported with a wrong phone, a lost phone, a card number; beside others who do so,
//! and beside the stranger whose phone it was.

use reqwest::Method;
use serde_json::{Value, json};

use super::imports::{checked, csv, faults, id_number, phone};
use super::{lead, of_hospital};
use crate::importing::{counts, written};
use crate::login::{Provider, server_with};
use crate::projects::session;
use crate::sms_codes::ask;
use crate::test_server::{Answer, TestServer, answer, client, eventually};

const DEVICE: &str = "phone-of-stranger";
const TYPED: &str = "导入的文件填写有误，已核对证件原件";

async fn server(provider: &Provider) -> TestServer {
    server_with(provider, |all| all.modules.put(provider.settings_that_tell_old_phones())).await
}

/// 周小燕 from a file, whose phone is another's by a slip: her id.
async fn imported(server: &TestServer, card: &str) -> i64 {
    let by = server.admin().unwrap();
    let file = csv(",医通卡号", &[("周小燕", 1, &format!(",{card}"))]).into_bytes();
    let (path, seen) = checked(server, by, file).await;
    written(server, by, &path, &seen, "all").await;
    let id = sqlx::query_scalar("select id from people where name = '周小燕'");
    id.fetch_one(&server.service.pool).await.unwrap()
}

async fn seen(server: &TestServer, person: i64) -> Answer {
    server.service.get(&format!("/api/v1/people/{person}"), server.admin()).await.is(200, "")
}

async fn corrected_by(server: &TestServer, by: &str, person: i64, version: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/people/{person}/corrections");
    let request = server.service.request(Method::POST, &path, Some(by)).header("if-match", version);
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

/// By the hospital's admin, as the person stands now.
async fn corrected(server: &TestServer, person: i64, mut body: Value) -> Answer {
    let version = seen(server, person).await.body["version"].as_str().unwrap().to_owned();
    body["reason"] = json!(TYPED);
    corrected_by(server, server.admin().unwrap(), person, &version, &body).await
}

/// Logs in with a code to this phone.
async fn logs_in(server: &TestServer, provider: &Provider, phone: &str) -> Answer {
    let before = provider.bodies().await.len();
    ask(&server.service, phone, DEVICE).await.is(202, "");
    let code = provider.nth_code(before + 1).await;
    let body = json!({ "phone": phone, "sms_code": code, "client": client(DEVICE) });
    server.service.post("/api/v1/sessions", None, body).await
}

async fn log_of(server: &TestServer, person: i64) -> Vec<Value> {
    acts(server, "correct_person", person).await
}

async fn acts(server: &TestServer, action: &str, person: i64) -> Vec<Value> {
    let log = "select detail from audit_log where action = $1 and noun_id = $2 order by id";
    sqlx::query_scalar(log).bind(action).bind(person).fetch_all(&server.service.pool).await.unwrap()
}

/// A number of the imports' as it is shown.
fn masked(place: u32) -> String {
    let number = id_number(place);
    format!("{}{}{}", &number[..3], "*".repeat(11), &number[14..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_row_is_put_right_whole_and_the_stranger_never_comes_in() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    let shown = seen(&server, person).await.body;
    assert_eq!((&shown["is_unproved"], &shown["card_number"]), (&json!(true), &json!("*****1")), "{shown}");
    // The corrected file does not say that nothing was to be done.
    let right = csv("", &[("周小燕", 1, "")]).replace(&phone(1), &phone(2));
    let (_, told) = checked(&server, server.admin().unwrap(), right.into_bytes()).await;
    assert_eq!(told["counts"], counts(0, 0, 0, 1), "{told}");
    assert!(faults(&told)[0].1.contains("由所在单位在该人员页面更正"), "{told}");

    let sent = provider.bodies().await.len();
    let body = json!({ "name": " 周晓燕 ", "phone": phone(2), "card_number": "A-4302" });
    let done = corrected(&server, person, body).await.is(200, "").body;
    assert_eq!((&done["name"], &done["phone"]), (&json!("周晓燕"), &json!("135****0002")), "{done}");
    // Found by how the new name is read, at once.
    let found = sqlx::query_scalar::<_, String>("select pinyin from people where id = $1").bind(person);
    assert_eq!(found.fetch_one(&server.service.pool).await.unwrap(), "zhouxiaoyan");
    // The stranger's phone is told that it is theirs no longer, and opens a registration of their own.
    provider.has_sent(sent + 1).await;
    assert_eq!(provider.bodies().await.pop().unwrap()["TemplateParamSet"], json!(["已由所在单位更换"]));
    logs_in(&server, &provider, &phone(1)).await.is(403, "phone_not_registered");
    server.advance(61);
    logs_in(&server, &provider, &phone(2)).await.is(201, "");

    let [told] = &log_of(&server, person).await[..] else { panic!("one entry") };
    assert_eq!(
        told["before"],
        json!({ "name": "周小燕", "number": masked(1), "phone": "135****0001", "card_number": "*****1" })
    );
    assert_eq!(
        told["after"],
        json!({ "name": "周晓燕", "number": masked(1), "phone": "135****0002", "card_number": "*****2" })
    );
    assert_eq!((&told["reason"], &told["phone_replaced"]), (&json!(TYPED), &json!(true)));
    let changes = format!("/api/v1/people/{person}/phone-changes");
    let listed = server.service.get(&changes, server.admin()).await.is(200, "").body;
    assert_eq!(listed["items"][0]["how"], "unit");
    assert!(listed["items"][0]["by"].is_string() && !listed.to_string().contains("135"), "{listed}");

    // Who has logged in has proved who they are: the name is theirs, the phone the unit may replace.
    assert_eq!(seen(&server, person).await.body["is_unproved"], false);
    corrected(&server, person, json!({ "name": "周小燕" })).await.is(409, "person_has_logged_in");
    corrected(&server, person, json!({ "phone": phone(3) })).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_phone_is_replaced_by_the_unit_and_every_login_ends() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    of_hospital(&server, 2).await;
    let person = server.demo.people[0].id.0;
    let bound = "insert into wechat_bindings (person_id, app_id, openid, bound_by, bound_at) values ($1, 'wx', 'o-1', 'sms_code', now())";
    sqlx::query(bound).bind(person).execute(&server.service.pool).await.unwrap();
    let me = server.session(0).unwrap();
    server.service.get("/api/v1/me", Some(me)).await.is(200, "");
    corrected(&server, person, json!({ "name": "王大伟" })).await.is(409, "person_has_logged_in");
    corrected(&server, person, json!({ "phone": phone(7) })).await.is(200, "");
    provider.has_sent(1).await;
    eventually(async || server.service.get("/api/v1/me", Some(me)).await.status == 401).await;
    let living = "select count(*) from wechat_bindings where person_id = $1 and ended_at is null";
    let living: i64 = sqlx::query_scalar(living).bind(person).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(living, 0);
    logs_in(&server, &provider, &phone(7)).await.is(201, "");

    // Another person's phone, an open registration's, and one that is no number.
    let other = server.demo.people[1].id.0;
    corrected(&server, other, json!({ "phone": phone(7) })).await.is(409, "phone_taken");
    crate::registration::submitted(&server, 5).await;
    corrected(&server, other, json!({ "phone": "13700000005" })).await.is(409, "phone_registers");
    assert_eq!(
        corrected(&server, other, json!({ "phone": "1350000" })).await.is(400, "bad_request").body["field"],
        "phone"
    );
    let numbered = json!({ "phone": phone(8), "reason": "手机 13800001234 遗失" });
    let version = seen(&server, other).await.body["version"].as_str().unwrap().to_owned();
    let admin = server.admin().unwrap();
    let refused = corrected_by(&server, admin, other, &version, &numbered).await.is(400, "bad_request");
    assert_eq!(refused.body["field"], "reason");
    assert!(log_of(&server, other).await.is_empty());
    // What changes nothing is no act.
    let same = corrected(&server, person, json!({ "phone": phone(7) })).await.is(200, "").body;
    assert_eq!((log_of(&server, person).await.len(), &same["phone"]), (1, &json!("135****0007")));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_number_is_given_back_and_one_card_is_one_person_s_however_it_is_typed() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    let other = lead(&server, "wangwei").await;
    corrected(&server, other, json!({ "card_number": "A-4301" })).await.is(409, "card_taken");
    corrected(&server, person, json!({ "card_number": null })).await.is(200, "");
    corrected(&server, other, json!({ "card_number": "a-4301" })).await.is(200, "");
    let card = sqlx::query_scalar::<_, String>("select card_number from people where id = $1").bind(other);
    assert_eq!(card.fetch_one(&server.service.pool).await.unwrap(), "A-4301");
    let (_, told) =
        checked(&server, server.admin().unwrap(), csv(",医通卡号", &[("周小燕", 1, ",A-4301")]).into_bytes())
            .await;
    assert!(faults(&told)[0].1.contains("医通卡号已由他人使用"), "{told}");
    // A node of the release before writes it as it is typed.
    server.sql(&format!("update people set card_number = 'b-4301' where id = {other}")).await;
    corrected(&server, person, json!({ "card_number": "B-4301" })).await.is(409, "card_taken");
    // A card ends no login.
    let [told] = &log_of(&server, person).await[..] else { panic!("one entry") };
    assert_eq!((&told["after"]["card_number"], &told["sessions"]), (&json!(null), &json!(null)));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_the_second_sees_what_the_first_has_put_right_and_nobody_else_may() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    let version = seen(&server, person).await.body["version"].as_str().unwrap().to_owned();
    let by = server.admin().unwrap();
    let [one, two] = [2, 3].map(|place| json!({ "phone": phone(place), "reason": TYPED }));
    let (one, two) = tokio::join!(
        corrected_by(&server, by, person, &version, &one),
        corrected_by(&server, by, person, &version, &two)
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", one.body, two.body);
    let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
    assert_eq!(lost.body["current"]["phone"], won.body["phone"]);
    // An authority above looks on; another unit's admin does not see the person.
    let body = json!({ "phone": phone(4), "reason": TYPED });
    let above = session(&server, "xiaoxiang-wjw").await;
    corrected_by(&server, &above, person, "*", &body).await.is(403, "forbidden");
    let elsewhere =
        crate::admins::staff(&server, zaichang_platform::auth::Role::UnitAdmin, "浏河县妇幼保健院").await.0;
    corrected_by(&server, &elsewhere, person, "*", &body).await.is(404, "not_found");
    // An admin who enters numbers to learn whose they are gets no further than this.
    let mut limited = 0;
    for place in 0..40 {
        let body = json!({ "phone": format!("1360000{place:04}"), "reason": TYPED });
        limited += u8::from(corrected_by(&server, by, person, "\"0\"", &body).await.status == 429);
    }
    assert!((5..=15).contains(&limited), "{limited}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_document_number_is_put_right_in_one_step_until_its_person_logs_in() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    let before = seen(&server, person).await.body;
    let done =
        corrected(&server, person, json!({ "number": id_number(5).to_lowercase() })).await.is(200, "").body;
    assert_eq!((&done["number"], &done["phone"]), (&json!(masked(5)), &before["phone"]));
    assert_ne!(done["version"], before["version"]);
    let [told] = &log_of(&server, person).await[..] else { panic!("one entry") };
    assert_eq!((&told["before"]["number"], &told["after"]["number"]), (&json!(masked(1)), &json!(masked(5))));
    assert_eq!((&told["number_replaced"], &told["phone_replaced"]), (&json!(true), &json!(false)));
    assert!(!told.to_string().contains(&id_number(5)), "{told}");
    // It is theirs now, and the one that was wrong is anybody's: 李雷 comes in with it.
    let right = csv("", &[("周小燕", 5, "")]).replace(&phone(5), &phone(1));
    let by = server.admin().unwrap();
    let (_, told) = checked(&server, by, right.into_bytes()).await;
    assert_eq!(told["counts"], counts(0, 0, 1, 0), "{told}");
    let wrong = csv("", &[("李雷", 1, "")]).replace(&phone(1), &phone(2));
    let (path, told) = checked(&server, by, wrong.into_bytes()).await;
    assert_eq!(told["counts"], counts(1, 0, 0, 0), "{told}");
    written(&server, by, &path, &told, "all").await;

    // One that is another's, that waits for a verdict, or that is none.
    corrected(&server, person, json!({ "number": id_number(1) })).await.is(409, "number_taken");
    crate::registration::submitted(&server, 5).await;
    let waits = json!({ "number": crate::registration::id_number(5) });
    corrected(&server, person, waits).await.is(409, "number_registers");
    let none = corrected(&server, person, json!({ "number": "4301" })).await.is(400, "bad_request").body;
    assert_eq!(none["field"], "number");
    assert!(none["detail"].as_str().unwrap().starts_with("居民身份证号码须为 18 位"), "{none}");
    // What stands is no act.
    corrected(&server, person, json!({ "number": id_number(5) })).await.is(200, "");
    assert_eq!(log_of(&server, person).await.len(), 1);

    logs_in(&server, &provider, &phone(1)).await.is(201, "");
    for place in [5, 6] {
        let body = json!({ "number": id_number(place) });
        corrected(&server, person, body).await.is(409, "person_has_logged_in");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refusal_tells_of_others_is_logged_and_counted_with_what_imports_tell() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    let other = lead(&server, "wangwei").await;
    let counted = "select coalesce(sum(told), 0) from import_answers";
    let counted =
        async || sqlx::query_scalar::<_, i64>(counted).fetch_one(&server.service.pool).await.unwrap();
    let before = counted().await;
    // With a card that is somebody's nothing is ever changed: one phone after the other would be looked up unseen.
    let asked = |phone: String| json!({ "phone": phone, "card_number": "A-4301" });
    let refused = corrected(&server, other, asked(phone(1))).await.is(409, "phone_taken").body;
    assert!(refused["detail"].as_str().unwrap().contains("前任机主"), "{refused}");
    corrected(&server, other, asked(phone(9))).await.is(409, "card_taken");
    let whys: Vec<_> = acts(&server, "refuse_correction", other).await;
    assert_eq!(
        whys,
        [json!({ "why": "phone_taken", "reason": TYPED }), json!({ "why": "card_taken", "reason": TYPED })]
    );
    assert_eq!(counted().await, before + 2);
    assert!(log_of(&server, other).await.is_empty());

    // On every node; what asks for no number is done as ever.
    server.sql("update import_answers set told = 2000").await;
    let second = server.second(|_| {}).await;
    let version = seen(&server, other).await.body["version"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/people/{other}/corrections");
    let request = second.request(Method::POST, &path, server.admin()).header("if-match", &version);
    let mut body = asked(phone(8));
    body["reason"] = json!(TYPED);
    let request = request.header("content-type", "application/json").body(body.to_string());
    answer(request).await.is(429, "answers_used");
    corrected(&server, person, json!({ "card_number": null })).await.is(200, "");
    server.advance(24 * 3600);
    corrected(&server, other, asked(phone(8))).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_field_is_said_by_its_name() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    for (body, field, says) in [
        (json!({ "card_number": "卡" }), "card_number", "医通卡号须为 4 至 32 位字母、数字或短横。"),
        (json!({ "card_number": "1".repeat(65) }), "card_number", "请检查“医通卡号”。"),
        (json!({ "name": "1" }), "name", "姓名须与证件一致，1 至 50 个字，不含数字和符号。"),
        (json!({ "phone": "1350000" }), "phone", "手机号码须为中国大陆的 11 位手机号。"),
        (json!({ "id_number": "1" }), "body", "内容中有不能识别的字段，请刷新页面或更新应用后再试。"),
    ] {
        let refused = corrected(&server, person, body).await.is(400, "bad_request").body;
        assert_eq!((&refused["field"], &refused["detail"]), (&json!(field), &json!(says)));
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_check_ins_keeps_their_number_so_that_no_record_is_handed_to_another() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    // On the unit's word: the person has never logged in.
    let body = json!({ "person_id": person, "reason": "手机没电" });
    let path = format!("/api/v1/courses/{}/assisted-check-ins", server.course());
    server.service.post(&path, server.admin(), body).await.is(201, "recorded");
    assert_eq!(seen(&server, person).await.body["is_unproved"], true);
    for body in [json!({ "number": id_number(5) }), json!({ "name": "李雷", "number": id_number(5) })] {
        let refused = corrected(&server, person, body).await.is(409, "person_has_check_ins").body;
        assert_eq!(refused["field"], "number");
    }
    assert!(log_of(&server, person).await.is_empty());
    // A slip in the name, and the number that stands, are put right and said as ever.
    corrected(&server, person, json!({ "name": "周晓燕", "number": id_number(1) })).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_correction_waits_for_a_card_registrations_are_submitted() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let person = imported(&server, "a-4301").await;
    let other = lead(&server, "wangwei").await;
    // As an import or another correction that has written the same card, and has yet to look who registers.
    let mut first = server.service.pool.begin().await.unwrap();
    let card = "update people set card_number = 'A-4302' where id = $1";
    sqlx::query(card).bind(other).execute(&mut *first).await.unwrap();
    let body = json!({ "number": id_number(5), "phone": phone(5), "card_number": "A-4302" });
    let goes_on = async {
        server.until_somebody_waits().await;
        let looks = "set local lock_timeout = '300ms';
            select pg_advisory_xact_lock(hashtextextended('registrations are submitted', 0))";
        sqlx::raw_sql(looks).execute(&mut *first).await.unwrap();
        first.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(corrected(&server, person, body), goes_on);
    refused.is(409, "card_taken");
    server.close().await;
}
