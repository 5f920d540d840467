//! A document number that is taken is claimed: by the phone of record, or with a photo at which the unit of record looks. Beside others who
//! claim it, beside a merge, and by who should not.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::seal::Kind;

use super::proposals::{acts, authority};
use super::{PATH, another_unit, entry, id_number, sealer, session_of, unit};
use crate::login::{Provider, server_with};
use crate::sms_codes::ask;
use crate::test_server::{Answer, TestServer, answer, client, eventually};

const DEVICE: &str = "phone-of-claimant";
const BY_PHONE: &str = "/api/v1/registration/claim/by-phone";
const CLAIM: &str = "/api/v1/registration/claim";
const LIST: &str = "/api/v1/number-claims";

async fn server(provider: &Provider) -> TestServer {
    let settings = provider.settings_with_templates("phone=4440,number_claim=5550");
    server_with(provider, |all| all.modules.put(settings)).await
}

/// Those of the demo's people who are of the unit whose admin the tests log in, by their places.
async fn own(server: &TestServer) -> Vec<usize> {
    let ids: Vec<i64> = sqlx::query_scalar("select id from people where unit_id = $1")
        .bind(unit(server).await)
        .fetch_all(&server.service.pool)
        .await
        .unwrap();
    (0..server.demo.people.len()).filter(|at| ids.contains(&server.demo.people[*at].id.0)).collect()
}

/// Document number and phone of one of the demo's people.
async fn numbers(server: &TestServer, person: usize) -> (String, String) {
    let row: (Vec<u8>, Vec<u8>, Vec<u8>) =
        sqlx::query_as("select key_id, id_number_sealed, phone_sealed from people where id = $1")
            .bind(server.demo.people[person].id.0)
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    let sealer = sealer(server);
    let open = |kind, sealed: &[u8]| sealer.open(kind, &row.0, sealed).unwrap();
    (open(Kind::IdNumber, &row.1), open(Kind::Phone, &row.2))
}

/// The code that this number is sent for this device; the last message of all.
async fn code(server: &TestServer, provider: &Provider, phone: &str, device: &str) -> String {
    let before = provider.bodies().await.len();
    ask(&server.service, phone, device).await.is(202, "");
    provider.nth_code(before + 1).await
}

async fn by_phone(server: &TestServer, session: &str, number: &str, phone: &str, code: &str) -> Answer {
    let body = json!({
        "document": "id_card", "number": number, "phone": phone, "sms_code": code, "client": client(DEVICE),
    });
    server.service.post(BY_PHONE, Some(session), body).await
}

/// A session whose holder has agreed to the notice, and their phone.
async fn claimant(server: &TestServer, place: u32) -> String {
    let (_, session) = session_of(server, &format!("139{place:08}")).await;
    server.service.patch(PATH, Some(&session), json!({ "consent": "2026-11-29" })).await.is(200, "");
    session
}

fn photo() -> Vec<u8> {
    photo_of(800, 500)
}

fn photo_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image =
        RgbImage::from_fn(width, height, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
    image.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

async fn begin(server: &TestServer, session: &str, name: &str, number: &str) -> Answer {
    let body = json!({ "name": name, "document": "id_card", "number": number, "note": "原手机号已停用" });
    claims(server, session, body).await
}

async fn version(server: &TestServer, session: &str) -> String {
    server.service.get(PATH, Some(session)).await.is(200, "").version().clone()
}

/// By the version that stands, as all acts of a claimant.
async fn claims(server: &TestServer, session: &str, body: Value) -> Answer {
    let request = server.service.request(Method::POST, CLAIM, Some(session));
    let request = request.header("if-match", version(server, session).await);
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

async fn withdraws(server: &TestServer, session: &str) -> Answer {
    let request = server.service.request(Method::DELETE, CLAIM, Some(session));
    answer(request.header("if-match", version(server, session).await)).await
}

async fn send(server: &TestServer, session: &str, bytes: Vec<u8>) -> Answer {
    let request = server.service.request(Method::POST, &format!("{CLAIM}/photo"), Some(session));
    let request = request.header("if-match", version(server, session).await);
    // Of a file that is too large the rest stays unread, and the line ends with the answer.
    let request = request.header("connection", "close");
    answer(request.header("content-type", "application/octet-stream").body(bytes)).await
}

/// A claim that waits; its id.
async fn waits(server: &TestServer, session: &str, number: &str) -> i64 {
    begin(server, session, "王伟", number).await.is(200, "");
    let sent = send(server, session, photo()).await.is(200, "");
    assert_eq!(sent.body["claim"]["state"], "submitted");
    sqlx::query_scalar("select max(id) from number_claims").fetch_one(&server.service.pool).await.unwrap()
}

/// A claim that waits for the unit of one of the demo's people; what others have claimed is taken back. Its id.
pub async fn waiting(server: &TestServer, place: u32) -> i64 {
    let (number, _) = numbers(server, own(server).await[1]).await;
    server.sql("update reviews set state = 'draft', level = null where noun = 'number_claim' and state = 'submitted'").await;
    let session = claimant(server, place).await;
    let claim = waits(server, &session, &number).await;
    // Each admin has looked at the photo.
    server.sql("update number_claims set photo_seen_by = array(select id from accounts) where photo_id is not null").await;
    claim
}

async fn seen(server: &TestServer, admin: &str, claim: i64) -> String {
    server.service.get(&format!("{LIST}/{claim}"), Some(admin)).await.is(200, "").version().clone()
}

async fn judge_seen(server: &TestServer, admin: &str, claim: i64, version: &str, verdict: &Value) -> Answer {
    let path = format!("{LIST}/{claim}/verdicts");
    let request = server.service.request(Method::POST, &path, Some(admin)).header("if-match", version);
    answer(request.header("content-type", "application/json").body(verdict.to_string())).await
}

/// Who judges has looked at the photo, as long as there is one.
async fn looks(server: &TestServer, admin: &str, claim: i64) {
    server.service.request(Method::GET, &format!("{LIST}/{claim}/photo"), Some(admin)).send().await.unwrap();
}

async fn judge(server: &TestServer, admin: &str, claim: i64, verdict: &Value) -> Answer {
    looks(server, admin, claim).await;
    let version = seen(server, admin, claim).await;
    judge_seen(server, admin, claim, &version, verdict).await
}

async fn mine(server: &TestServer, session: &str) -> Value {
    server.service.get(PATH, Some(session)).await.is(200, "").body
}

async fn logs_in(server: &TestServer, provider: &Provider, phone: &str) -> Answer {
    let device = "phone-of-login";
    let code = code(server, provider, phone, device).await;
    let body = json!({ "phone": phone, "sms_code": code, "client": client(device) });
    server.service.post("/api/v1/sessions", None, body).await
}

fn approve() -> Value {
    json!({ "verdict": "approve" })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_the_phone_of_record_is_that_person_with_their_own_phone_at_once() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let ((number, old), (_, of_another)) = (numbers(&server, 0).await, numbers(&server, 1).await);
    let (lost, session) = (server.session(0).unwrap(), claimant(&server, 1).await);
    server.service.get("/api/v1/me", Some(lost)).await.is(200, "");

    // Without its code nothing is told; with that of another phone, that it is not this one.
    by_phone(&server, &session, &number, &old, "123456").await.is(401, "sms_code_wrong");
    let right = code(&server, &provider, &of_another, DEVICE).await;
    let other =
        by_phone(&server, &session, &number, &of_another, &right).await.is(403, "not_phone_of_record");
    for told in [&old[7..], &number[14..], "王", "医院"] {
        assert!(!other.body.to_string().contains(told), "{told}: {}", other.body);
    }
    server.advance(61);
    let right = code(&server, &provider, &of_another, DEVICE).await;
    by_phone(&server, &session, &id_number(500), &of_another, &right).await.is(409, "number_free");

    let right = code(&server, &provider, &old, DEVICE).await;
    let sent = provider.bodies().await.len();
    let claimed = by_phone(&server, &session, &number, &old, &right).await.is(201, "");
    assert_eq!(claimed.body["person"]["id"], server.demo.people[0].id.0);
    let mine = claimed.body["session"].as_str().unwrap();
    server.service.get("/api/v1/me", Some(mine)).await.is(200, "");
    eventually(async || server.service.get("/api/v1/me", Some(lost)).await.status == 401).await;
    assert_eq!(numbers(&server, 0).await.1, "13900000001");
    provider.has_sent(sent + 1).await;
    let told = provider.bodies().await.pop().unwrap();
    assert_eq!(told["PhoneNumberSet"], json!([format!("+86{old}")]));
    assert_eq!(told["TemplateParamSet"], json!(["已由本人更换"]));
    // The registration is over, and nothing of it lies sealed any more.
    let stands = server.service.get(PATH, Some(&session)).await.is(200, "").body;
    assert_eq!(
        (&stands["state"], &stands["phone"], &stands["name"]),
        (&json!("approved"), &Value::Null, &Value::Null)
    );

    // An answer that was lost: it is told that the claim is over, not that the phone is another's.
    by_phone(&server, &session, &number, &old, "123456").await.is(409, "claim_judged");

    // Another who proves the phone that it was comes too late.
    let late = claimant(&server, 2).await;
    server.advance(61);
    let right = code(&server, &provider, &old, DEVICE).await;
    by_phone(&server, &late, &number, &old, &right).await.is(403, "not_phone_of_record");
    let how: Vec<String> =
        sqlx::query_scalar("select how from phone_changes").fetch_all(&server.service.pool).await.unwrap();
    assert_eq!(how, ["old_phone"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_and_numbers_are_tried_a_few_times_and_then_no_more() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (number, old) = numbers(&server, 0).await;
    let session = claimant(&server, 1).await;
    let right = code(&server, &provider, &old, DEVICE).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let refused = by_phone(&server, &session, &number, &old, wrong).await;
        assert!(matches!(refused.status.as_u16(), 401 | 429), "{}", refused.body);
    }
    let refused = by_phone(&server, &session, &number, &old, &right).await;
    assert!(matches!(refused.status.as_u16(), 401 | 429), "{}", refused.body);
    assert_ne!(numbers(&server, 0).await.1, "13900000001");

    // Numbers of both ways and of the form are counted together.
    let session = claimant(&server, 2).await;
    for free in 100..109 {
        begin(&server, &session, "王伟", &id_number(free)).await.is(409, "number_free");
    }
    begin(&server, &session, "王伟", &number).await.is(200, "");
    // The one that is claimed is counted once, however often a photo is tried.
    begin(&server, &session, "王伟", &number).await.is(200, "");
    begin(&server, &session, "王伟", &id_number(110)).await.is(429, "numbers_tried");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_with_a_photo_is_looked_at_approved_and_told_and_the_phone_logs_in() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let at = own(&server).await[0];
    let (admin, person) = (server.admin().unwrap(), server.demo.people[at].id.0);
    let ((number, old), session) = (numbers(&server, at).await, claimant(&server, 1).await);
    let begun = begin(&server, &session, "王伟", &number).await.is(200, "");
    // What is not handed in is its claimant's alone, and shows nothing of whose it is.
    assert_eq!(begun.body["claim"], Value::Null);
    assert_eq!(server.service.get(LIST, Some(admin)).await.is(200, "").body["in_all"], 0);
    let sent = send(&server, &session, photo()).await.is(200, "");
    assert_eq!(sent.body["claim"]["state"], "submitted");
    for told in [&old[7..], "医院"] {
        assert!(!sent.body.to_string().contains(told), "{told}: {}", sent.body);
    }
    // Whose number it is learns of it while it can still be prevented.
    let warning = json!([json!("正被申请更换")]);
    eventually(async || {
        let sent = provider.bodies().await;
        sent.iter().any(|one| {
            one["TemplateParamSet"] == warning && one["PhoneNumberSet"] == json!([format!("+86{old}")])
        })
    })
    .await;
    begin(&server, &session, "王伟", &number).await.is(409, "claim_waits");
    server.service.patch(PATH, Some(&session), entry(&server, 7).await).await.is(200, "");
    server.step(Method::POST, "/submission", &session).await.is(409, "claim_waits");

    let listed = server.service.get(&format!("{LIST}?state=submitted"), Some(admin)).await.is(200, "").body;
    let claim = &listed["items"][0];
    assert_eq!((&claim["person"]["id"], &claim["note"]), (&json!(person), &json!("原手机号已停用")));
    assert_eq!(claim["claimant"]["phone"], "139****0001");
    for whole in [&number, &old, "13900000001"] {
        assert!(!listed.to_string().contains(whole), "{whole}");
    }
    let id = claim["id"].as_i64().unwrap();
    let checklist = server.service.get("/api/v1/admin/checklist", Some(admin)).await.is(200, "").body;
    assert!(checklist.to_string().contains("number_claims"), "{checklist}");
    // A look of a colleague is not one's own.
    let colleague =
        crate::admins::staff(&server, zaichang_platform::auth::Role::UnitAdmin, crate::admins::HOSPITAL)
            .await
            .0;
    looks(&server, &colleague, id).await;
    let version = seen(&server, admin, id).await;
    judge_seen(&server, admin, id, &version, &approve()).await.is(409, "claim_photo_unseen");
    let path = format!("{LIST}/{id}/photo");
    let shown = server.service.request(Method::GET, &path, Some(admin)).send().await.unwrap();
    assert_eq!(shown.headers()["content-type"], "image/jpeg");
    assert_eq!(image::load_from_memory(&shown.bytes().await.unwrap()).unwrap().width(), 800);
    let lies: bool =
        sqlx::query_scalar("select position('JFIF'::bytea in photo_sealed) = 0 from number_claims")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert!(lies, "it lies sealed");

    let lost = server.session(at).unwrap();
    let before = provider.bodies().await.len();
    let judged = judge_seen(&server, admin, id, &version, &approve()).await.is(200, "").body;
    assert_eq!((&judged["state"], &judged["photo_until"]), (&json!("approved"), &Value::Null));
    eventually(async || server.service.get("/api/v1/me", Some(lost)).await.status == 401).await;
    provider.has_sent(before + 2).await;
    let told = provider.bodies().await.split_off(before);
    let told: Vec<_> = told
        .iter()
        .map(|one| (one["PhoneNumberSet"][0].clone(), one["TemplateParamSet"][0].clone()))
        .collect();
    assert!(told.contains(&(json!(format!("+86{old}")), json!("已由所在单位更换"))), "{told:?}");
    assert!(told.contains(&(json!("+8613900000001"), json!("已通过"))), "{told:?}");
    assert_eq!(mine(&server, &session).await["claim"]["state"], "approved");
    server.service.get(&path, Some(admin)).await.is(410, "photo_gone");
    let log = acts(&server, "approve_number_claim").await;
    assert_eq!(
        (log.len(), &log[0]["before"]["phone"]),
        (1, &json!(format!("{}****{}", &old[..3], &old[7..])))
    );
    assert_eq!(acts(&server, "see_claim_photo").await.len(), 2);
    let password = sqlx::query_scalar::<_, Option<String>>("select password_hash from people where id = $1");
    let password = password.bind(person).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(password, None, "who knew it may be who is taken back from");
    let steps = server.service.get(&format!("{LIST}/{id}/review-steps"), Some(admin)).await.is(200, "").body;
    assert_eq!(steps["items"].as_array().unwrap().len(), 2);

    let me = logs_in(&server, &provider, "13900000001").await.is(201, "");
    assert_eq!(me.body["person"]["id"], person);
    server.advance(61);
    logs_in(&server, &provider, &old).await.is(403, "phone_not_registered");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_claim_a_number_one_wins_and_the_other_is_told_and_two_admins_judge_once() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (admin, (number, _)) =
        (server.admin().unwrap().to_owned(), numbers(&server, own(&server).await[0]).await);
    let (first, second) = (claimant(&server, 1).await, claimant(&server, 2).await);
    let winner = waits(&server, &first, &number).await;
    let loser = waits(&server, &second, &number).await;
    let colleague =
        crate::admins::staff(&server, zaichang_platform::auth::Role::UnitAdmin, crate::admins::HOSPITAL)
            .await
            .0;
    let chosen = async |id: i64| json!({ "id": id, "version": seen(&server, &admin, id).await });
    let both = json!({ "chosen": [chosen(winner).await, chosen(loser).await], "verdict": "approve", "several": true });
    let left = server.service.post(&format!("{LIST}/verdicts"), Some(&admin), both).await.is(200, "").body;
    assert_eq!(
        (left["items"].as_array().unwrap().len(), &left["left"][0]["code"]),
        (0, &json!("claims_one_by_one"))
    );
    for (who, claim) in [(&admin, winner), (&colleague, winner), (&admin, loser)] {
        looks(&server, who, claim).await;
    }
    let one = json!({ "chosen": [chosen(winner).await] });
    let preview =
        server.service.post(&format!("{LIST}/verdicts/preview"), Some(&admin), one).await.is(200, "").body;
    assert_eq!((&preview["count"], &preview["others"]), (&json!(1), &json!(1)));

    // Both admins have seen the same; and the other claim is approved in the same moment.
    let (version, of_other) = (seen(&server, &admin, winner).await, seen(&server, &admin, loser).await);
    let approval = approve();
    let (one, two, third) = tokio::join!(
        judge_seen(&server, &admin, winner, &version, &approval),
        judge_seen(&server, &colleague, winner, &version, &approval),
        judge_seen(&server, &admin, loser, &of_other, &approval),
    );
    let mut told = [one.status.as_u16(), two.status.as_u16(), third.status.as_u16()];
    told.sort_unstable();
    assert_eq!(told, [200, 412, 412], "{} {} {}", one.body, two.body, third.body);
    assert_eq!(acts(&server, "approve_number_claim").await.len(), 1);
    assert_eq!(acts(&server, "reject_number_claim").await.len(), 1);
    let states = [mine(&server, &first).await, mine(&server, &second).await];
    let mut states: Vec<_> = states.iter().map(|one| one["claim"]["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["approved", "rejected"]);
    let changes: i64 = sqlx::query_scalar("select count(*) from phone_changes")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(changes, 1);
    let photos: i64 = sqlx::query_scalar("select count(photo_id) from number_claims")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(photos, 0);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_of_a_document_is_refused_and_the_claim_stays_begun() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (number, _) = numbers(&server, own(&server).await[0]).await;
    let session = claimant(&server, 1).await;
    send(&server, &session, photo()).await.is(409, "claim_not_begun");
    begin(&server, &session, "王伟1", &number).await.is(400, "bad_request");
    let with_number =
        json!({ "name": "王伟", "document": "id_card", "number": number, "note": "请致电13800001234" });
    assert_eq!(claims(&server, &session, with_number).await.is(400, "bad_request").body["field"], "note");
    begin(&server, &session, "王伟", &number).await.is(200, "");
    // On another device something else was claimed meanwhile: a photo is of what its sender has seen.
    let seen = version(&server, &session).await;
    begin(&server, &session, "王小伟", &number).await.is(200, "");
    let stale = server.service.request(Method::POST, &format!("{CLAIM}/photo"), Some(&session));
    answer(stale.header("if-match", seen).body(photo())).await.is(412, "changed_meanwhile");
    server.advance(121);
    let mut bomb = photo();
    let head = bomb.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    bomb[head + 5..head + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    for (bytes, status, code) in [
        (b"MZ\x90\0\x03\0\0\0".repeat(200), 400, "photo_unreadable"),
        (Vec::new(), 400, "photo_unreadable"),
        (photo_of(299, 500), 400, "photo_too_small"),
        (vec![0xff; 5 * 1024 * 1024 + 1], 413, "photo_too_large"),
        (bomb, 413, "photo_too_large"),
    ] {
        send(&server, &session, bytes).await.is(status, code);
    }
    // Five photos are read at once, whatever they are; then one in two minutes.
    send(&server, &session, photo()).await.is(429, "too_many_requests");
    server.advance(121);
    send(&server, &session, photo()).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_floods_a_number_with_claims_is_stopped_and_another_unit_sees_none() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let (number, _) = numbers(&server, own(&server).await[0]).await;
    let session = claimant(&server, 1).await;
    let id = waits(&server, &session, &number).await;
    for _ in 0..4 {
        withdraws(&server, &session).await.is(200, "");
        server.advance(121);
        send(&server, &session, photo()).await.is(200, "");
    }
    withdraws(&server, &session).await.is(200, "");
    let kept: Option<Vec<u8>> = sqlx::query_scalar("select photo_sealed from number_claims")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(kept, None, "what was taken back is kept no longer");
    withdraws(&server, &session).await.is(409, "claim_not_begun");
    server.advance(121);
    send(&server, &session, photo()).await.is(429, "claims_used");

    for place in 11..16 {
        let other = claimant(&server, place).await;
        waits(&server, &other, &number).await;
    }
    let one_more = claimant(&server, 16).await;
    begin(&server, &one_more, "王伟", &number).await.is(200, "");
    send(&server, &one_more, photo()).await.is(409, "claims_full");

    let elsewhere = another_unit(&server).await;
    let stranger =
        crate::admins::staff(&server, zaichang_platform::auth::Role::UnitAdmin, crate::admins::HOSPITAL)
            .await;
    server.sql(&format!("update accounts set unit_id = {elsewhere} where id = {}", stranger.1)).await;
    let waiting: i64 = sqlx::query_scalar("select max(id) from number_claims where photo_id is not null")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_ne!(waiting, id);
    eventually(async || server.service.get(LIST, Some(&stranger.0)).await.body["in_all"] == 0).await;
    for path in ["", "/photo", "/review-steps"] {
        server.service.get(&format!("{LIST}/{waiting}{path}"), Some(&stranger.0)).await.is(404, "not_found");
    }
    judge_seen(&server, &stranger.0, waiting, "\"1\"", &approve()).await.is(404, "not_found");
    assert!(acts(&server, "see_claim_photo").await.is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_of_who_was_merged_is_not_approved_and_what_waits_too_long_loses_its_photo_alone() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let admin = server.admin().unwrap().to_owned();
    let [one, two] = own(&server).await[..2] else { panic!("two are of the unit") };
    let ((number, _), (other, _)) = (numbers(&server, one).await, numbers(&server, two).await);
    let (first, second) = (claimant(&server, 1).await, claimant(&server, 2).await);
    let (merged, waits_long) = (waits(&server, &first, &number).await, waits(&server, &second, &other).await);
    let [from, into] = [one, 4].map(|person| server.demo.people[person].id.0);
    server.sql(&format!("update people set merged_into = {into} where id = {from}")).await;
    judge(&server, &admin, merged, &approve()).await.is(409, "person_is_merged");
    let reject = json!({ "verdict": "reject", "reason": "该号码已作废，请使用合并后的信息登录" });
    judge(&server, &admin, merged, &reject).await.is(200, "");
    assert_eq!(mine(&server, &first).await["claim"]["reason"], reject["reason"]);

    // Of a unit that is closed the authority above judges.
    server.advance(31 * 24 * 3600);
    let province = authority(&server).await;
    server.sql(&format!("update units set closed_at = now() where id = {}", unit(&server).await)).await;
    zaichang_registry::registration::sweep(&server.service.pool, server.now()).await.unwrap();
    let listed =
        server.service.get(&format!("{LIST}?state=submitted"), Some(&province)).await.is(200, "").body;
    assert_eq!(
        (&listed["items"][0]["id"], &listed["items"][0]["unit_judges"]),
        (&json!(waits_long), &json!(false))
    );
    server.service.get(&format!("{LIST}/{waits_long}/photo"), Some(&province)).await.is(410, "photo_gone");
    judge(&server, &province, waits_long, &approve()).await.is(410, "photo_gone");
    let back = json!({ "verdict": "return", "reason": "照片已过期，请重新提交" });
    judge(&server, &province, waits_long, &back).await.is(200, "");
    let (_, again) = session_of(&server, "13900000002").await;
    send(&server, &again, photo()).await.is(200, "");
    judge(&server, &province, waits_long, &approve()).await.is(200, "");
    assert_eq!(numbers(&server, two).await.1, "13900000002");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_of_the_number_and_not_of_the_row_that_had_it() {
    let provider = Provider::start().await;
    let server = server(&provider).await;
    let admin = server.admin().unwrap().to_owned();
    let [one, two] = own(&server).await[..2] else { panic!("two are of the unit") };
    let ((first, _), (second, _)) = (numbers(&server, one).await, numbers(&server, two).await);
    let session = claimant(&server, 1).await;
    let of_first = waits(&server, &session, &first).await;

    // The unit finds that the row was another's, and puts its number right.
    let person = server.demo.people[one].id.0;
    let right = sealer(&server).index(Kind::IdNumber, &id_number(700));
    let corrects =
        sqlx::query("update people set id_number_index = $2 where id = $1").bind(person).bind(&right);
    corrects.execute(&server.service.pool).await.unwrap();
    server
        .sql(&format!("delete from number_indexes where person_id = {person} and kind = 'id_number'"))
        .await;
    judge(&server, &admin, of_first, &approve()).await.is(409, "claim_number_changed");
    let back = json!({ "verdict": "return", "reason": "该号码已更正，请用本人的证件号码继续注册" });
    judge(&server, &admin, of_first, &back).await.is(200, "");
    server.advance(61);
    begin(&server, &session, "王伟", &first).await.is(409, "number_free");

    // Another number is another claim: who judges it reads nothing of the one before.
    server.advance(61);
    let of_second = waits(&server, &session, &second).await;
    assert_ne!(of_first, of_second);
    let steps = format!("{LIST}/{of_second}/review-steps");
    let steps = server.service.get(&steps, Some(&admin)).await.is(200, "").body;
    assert_eq!(steps["items"].as_array().unwrap().len(), 1, "{steps}");
    let before = server.service.get(&format!("{LIST}/{of_first}"), Some(&admin)).await.is(200, "").body;
    assert_eq!(before["state"], "returned");
    judge(&server, &admin, of_second, &approve()).await.is(200, "");
    let before = server.service.get(&format!("{LIST}/{of_first}"), Some(&admin)).await.is(200, "").body;
    assert_eq!(before["state"], "rejected", "it is put right no more");
    server.close().await;
}
