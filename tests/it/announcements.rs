//! What authorities and units announce: who reads it and from when to when, how reading is remembered, what a stranger and another unit
//! are told, two authors at once, and how much there may be.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use crate::admins::{CLINIC, COUNTY, HOSPITAL, PROVINCE, unit};
use crate::authority::admin;
use crate::test_server::{Answer, TestServer, eventually};

const OWN: &str = "/api/v1/announcements";
const MINE: &str = "/api/v1/me/announcements";
const ADMINS: &str = "/api/v1/admin/me/announcements";

/// An announcement to admins and people.
pub fn words(title: &str) -> Value {
    json!({ "title": title, "body": "各单位：\n\n请按时报送。", "to_admins": true, "to_people": true })
}

async fn drafted(server: &TestServer, by: &str, body: Value) -> Answer {
    server.service.post(OWN, Some(by), body).await
}

/// What is done to one, as it was seen.
async fn step(server: &TestServer, by: &str, one: &Answer, step: &str, body: Option<&Value>) -> Answer {
    let path = format!("{OWN}/{}/{step}", one.body["id"]);
    server.service.act_on_seen(Method::POST, &path, Some(by), &one.version(), body).await
}

async fn published(server: &TestServer, by: &str, body: Value) -> Answer {
    let draft = drafted(server, by, body).await.is(201, "");
    step(server, by, &draft, "publishing", Some(&json!({}))).await.is(200, "")
}

/// Until this node has heard of what was done.
async fn has(server: &TestServer, path: &str, session: Option<&str>, titles: &[&str]) {
    eventually(async || {
        let page = server.service.get(path, session).await.is(200, "").body;
        let items = page["items"].as_array().unwrap();
        items.iter().map(|one| one["title"].as_str().unwrap()).eq(titles.iter().copied())
    })
    .await;
}

async fn unread(server: &TestServer, path: &str, session: Option<&str>) -> Value {
    server.service.get(&format!("{path}/newest"), session).await.is(200, "").body["unread"].clone()
}

async fn read(server: &TestServer, path: &str, session: Option<&str>, body: Value) {
    server.service.post(&format!("{path}/reading"), session, body).await.is(204, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_is_read_by_those_below_from_its_publication_until_it_is_withdrawn() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let province = admin(&server, Role::AuthorityAdmin, PROVINCE).await;
    let hospital = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    let (me, other) = (server.session(0), server.session(1));

    let draft = drafted(&server, &province, words("2026 年度学分审核安排")).await.is(201, "");
    assert_eq!(
        (&draft.body["state"], &draft.body["unit"]["name"]),
        (&json!("draft"), &json!("潇湘省（演示）"))
    );
    has(&server, MINE, me, &[]).await;
    let one = step(&server, &province, &draft, "publishing", Some(&json!({}))).await.is(200, "");
    assert_eq!(one.body["state"], "published");
    for (path, session) in [(MINE, me), (MINE, other), (ADMINS, Some(&*hospital)), (ADMINS, Some(&*province))]
    {
        has(&server, path, session, &["2026 年度学分审核安排"]).await;
        assert_eq!(unread(&server, path, session).await, 1);
    }
    let id = &one.body["id"];
    let text = server.service.get(&format!("{MINE}/{id}"), me).await.is(200, "").body;
    assert_eq!(text["body"], "各单位：\n\n请按时报送。");

    // Each remembers their own reading alone; what is none of theirs is left alone.
    read(&server, MINE, me, json!({ "ids": [i64::MAX] })).await;
    assert_eq!(unread(&server, MINE, me).await, 1);
    read(&server, MINE, me, json!({ "ids": [id] })).await;
    assert_eq!((unread(&server, MINE, me).await, unread(&server, MINE, other).await), (json!(0), json!(1)));
    has(&server, &format!("{MINE}?unread=true"), me, &[]).await;
    server.service.get(MINE, None).await.is(401, "login_required");
    server.service.get(MINE, Some(&hospital)).await.is(403, "forbidden");
    server.service.get(ADMINS, me).await.is(403, "forbidden");
    server.service.get(OWN, me).await.is(403, "forbidden");

    // Withdrawn, it is read by none, kept by its unit, and neither changed nor published again.
    let gone = step(&server, &province, &one, "withdrawal", None).await.is(200, "");
    assert_eq!(gone.body["state"], "withdrawn");
    has(&server, MINE, other, &[]).await;
    has(&server, ADMINS, Some(&hospital), &[]).await;
    server.service.get(&format!("{MINE}/{id}"), me).await.is(404, "not_found");
    step(&server, &province, &gone, "publishing", Some(&json!({}))).await.is(409, "announcement_withdrawn");
    step(&server, &province, &gone, "withdrawal", None).await.is(409, "announcement_withdrawn");
    has(&server, &format!("{OWN}?state=withdrawn"), Some(&province), &["2026 年度学分审核安排"]).await;
    let log = server.service.get("/api/v1/admin/audit-log", Some(&province)).await.is(200, "").body;
    let acts: Vec<_> = log["items"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    for act in ["draft_announcement", "publish_announcement", "withdraw_announcement"] {
        assert!(acts.contains(&json!(act)), "{acts:?}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_are_chosen_by_unit_and_kind_and_who_is_transferred_reads_what_the_new_unit_has() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let province = admin(&server, Role::AuthorityAdmin, PROVINCE).await;
    let county = admin(&server, Role::AuthorityAdmin, COUNTY).await;
    let hospital = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    let clinic = admin(&server, Role::UnitAdmin, CLINIC).await;
    let me = server.session(0);

    let chosen = unit(&server, HOSPITAL).await;
    let mut of_hospital = words("医院须知");
    of_hospital["unit_ids"] = json!([chosen]);
    let told = published(&server, &county, of_hospital).await;
    assert_eq!(told.body["units"], json!([{ "id": chosen, "name": HOSPITAL }]));
    let mut of_admins = words("管理员须知");
    of_admins["to_people"] = json!(false);
    published(&server, &county, of_admins).await;
    published(&server, &hospital, words("院内通知")).await;
    has(&server, MINE, me, &["院内通知", "医院须知"]).await;
    has(&server, ADMINS, Some(&hospital), &["院内通知", "管理员须知", "医院须知"]).await;
    has(&server, ADMINS, Some(&clinic), &["管理员须知"]).await;
    has(&server, ADMINS, Some(&province), &[]).await;

    // Another unit's admin neither sees nor changes it, nor one of the authority above; and none chooses units beside their own.
    let path = format!("{OWN}/{}", told.body["id"]);
    for other in [&hospital, &clinic, &province] {
        server.service.get(&path, Some(other)).await.is(404, "not_found");
        server
            .service
            .patch_seen(&path, Some(other), &told.version(), &json!({ "pinned": true }))
            .await
            .is(404, "not_found");
        step(&server, other, &told, "withdrawal", None).await.is(404, "not_found");
    }
    let mut beside = words("越级通知");
    beside["unit_ids"] = json!([chosen]);
    assert_eq!(drafted(&server, &clinic, beside).await.is(400, "bad_request").body["field"], "unit_ids");

    let moved = format!(
        "update people set department_id = null, unit_id = {} where id = {}",
        unit(&server, CLINIC).await,
        server.demo.people[0].id.0
    );
    server.sql(&moved).await;
    has(&server, MINE, me, &[]).await;
    published(&server, &clinic, words("中心通知")).await;
    has(&server, MINE, me, &["中心通知"]).await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_read_from_its_hour_on_until_its_end_and_a_pinned_one_stands_first() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 1).await;
    let hospital = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    let me = server.session(0);
    let hours = |hours: i64| (server.now() + SignedDuration::from_hours(hours)).to_string();

    let mut pinned = words("置顶通知");
    pinned["pinned"] = json!(true);
    published(&server, &hospital, pinned).await;
    server.advance(60);
    let mut brief = words("明日停电");
    brief["shown_until"] = json!(hours(4));
    let draft = drafted(&server, &hospital, brief).await.is(201, "");
    for (at, word) in
        [(hours(-1), "bad_request"), (hours(24 * 400), "bad_request"), (hours(5), "announcement_ends_before")]
    {
        step(&server, &hospital, &draft, "publishing", Some(&json!({ "at": at }))).await.is(400, word);
    }
    let later =
        step(&server, &hospital, &draft, "publishing", Some(&json!({ "at": hours(2) }))).await.is(200, "");
    assert_eq!(later.body["state"], "scheduled");
    has(&server, MINE, me, &["置顶通知"]).await;
    // All that is read by now is marked; what comes later is unread.
    let page = server.service.get(MINE, me).await.body;
    read(&server, MINE, me, json!({ "through": page["items"][0]["id"] })).await;
    assert_eq!(unread(&server, MINE, me).await, 0);
    let sooner =
        step(&server, &hospital, &later, "publishing", Some(&json!({ "at": hours(1) }))).await.is(200, "");
    server.advance(3600);
    has(&server, MINE, me, &["置顶通知", "明日停电"]).await;
    assert_eq!(unread(&server, MINE, me).await, 1);
    step(&server, &hospital, &sooner, "publishing", Some(&json!({}))).await.is(409, "announcement_published");
    let path = format!("{OWN}/{}", sooner.body["id"]);
    let early = json!({ "shown_until": hours(-2) });
    let refused = server.service.patch_seen(&path, Some(&hospital), &sooner.version(), &early).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "shown_until");
    server.advance(3 * 3600);
    // The session was left alone for too long.
    let hospital = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    has(&server, MINE, me, &["置顶通知"]).await;
    has(&server, &format!("{OWN}?state=ended"), Some(&hospital), &["明日停电"]).await;
    let longer =
        server.service.patch(&path, Some(&hospital), json!({ "shown_until": null })).await.is(200, "");
    assert_eq!(longer.body["state"], "published");
    has(&server, MINE, me, &["置顶通知", "明日停电"]).await;
    has(&server, &format!("{MINE}?limit=1"), me, &["置顶通知"]).await;
    let first = server.service.get(&format!("{MINE}?limit=1"), me).await.body;
    let next = format!("{MINE}?limit=1&after={}", first["next"].as_str().unwrap());
    has(&server, &next, me, &["明日停电"]).await;
    assert!(server.service.get(&next, me).await.body["next"].is_null());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_authors_at_once_do_not_write_over_each_other_and_the_log_tells_what_was_changed() {
    let server = TestServer::open().await;
    let one = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    let other = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    let draft = drafted(&server, &one, words("院内通知")).await.is(201, "");
    let path = format!("{OWN}/{}", draft.body["id"]);
    let unseen = server.service.call(Method::PATCH, &path, Some(&one), Some(json!({ "pinned": true }))).await;
    assert_eq!(unseen.status.as_u16(), 428, "{}", unseen.body);
    let title = |title: &str| json!({ "title": title });
    let (a, b) = (title("院内通知（修订）"), title("院内通知（更正）"));
    let seen = draft.version();
    let (a, b) = tokio::join!(
        server.service.patch_seen(&path, Some(&one), &seen, &a),
        server.service.patch_seen(&path, Some(&other), &seen, &b),
    );
    let (kept, refused) = if a.status == 200 { (a, b) } else { (b, a) };
    let kept = kept.is(200, "");
    let refused = refused.is(412, "changed_meanwhile").body;
    assert_eq!(refused["current"]["title"], kept.body["title"]);
    // What stands already is no change.
    let same = json!({ "title": kept.body["title"], "unit_ids": [] });
    let same = server.service.patch_seen(&path, Some(&one), &kept.version(), &same).await.is(200, "");
    assert_eq!(same.version(), kept.version());
    let detail: Value = sqlx::query_scalar(
        "select detail from audit_log where action = 'change_announcement' order by id desc limit 1",
    )
    .fetch_one(&server.service.pool)
    .await
    .unwrap();
    assert_eq!(
        detail,
        json!({ "before": { "announcement_title": "院内通知" }, "after": { "announcement_title": kept.body["title"] } })
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_has_only_so_many_and_what_is_malformed_is_named() {
    let server = TestServer::open().await;
    let hospital = admin(&server, Role::UnitAdmin, HOSPITAL).await;
    let with = |name: &str, value: Value| {
        let mut body = words("院内通知");
        body[name] = value;
        body
    };
    for (body, field) in [
        (with("title", json!("通")), "title"),
        (with("title", json!("通知\u{202e}")), "title"),
        (with("title", json!("长".repeat(101))), "title"),
        (with("body", json!(" \n\t")), "body"),
        (with("body", json!("长".repeat(10_001))), "body"),
        (with("body", json!("正文\u{0}")), "body"),
        (with("unit_ids", json!((1..=51).collect::<Vec<_>>())), "unit_ids"),
        (with("unit_ids", json!([i64::MAX])), "unit_ids"),
        (with("shown_until", json!("2020-01-01T00:00:00Z")), "shown_until"),
        (with("shown_until", json!("9999-12-01T00:00:00Z")), "shown_until"),
        (with("html", json!("<b>")), "body"),
    ] {
        let refused = drafted(&server, &hospital, body.clone()).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], field, "{body}");
    }
    let none = json!({ "title": "院内通知", "body": "正文", "to_admins": false, "to_people": false });
    assert_eq!(drafted(&server, &hospital, none).await.is(400, "bad_request").body["field"], "to_admins");

    // As long as it may be, of the longest characters.
    drafted(&server, &hospital, with("body", json!("𠮷".repeat(10_000)))).await.is(201, "");
    drafted(&server, &hospital, with("body", json!("𠮷".repeat(17_000)))).await.is(413, "body_too_large");

    let draft = drafted(&server, &hospital, words("<script>alert(1)</script>")).await.is(201, "");
    assert_eq!(draft.body["title"], "<script>alert(1)</script>");
    let of_unit = unit(&server, HOSPITAL).await;
    let rows = |rows: u32, published_at: &str, drafted_at: &str| {
        format!("insert into announcements (unit_id, title, body, to_admins, to_people, pinned, published_at, drafted_by, drafted_at)
            select {of_unit}, '通知', '正文', true, true, false, {published_at}, (select min(id) from accounts), {drafted_at}
            from generate_series(1, {rows})")
    };
    // Those that were withdrawn or have ended take no place.
    server.sql(&rows(200, "'2020-01-02'", "'2020-01-01'")).await;
    step(&server, &hospital, &draft, "publishing", Some(&json!({}))).await.is(409, "announcements_full");
    server.sql("update announcements set shown_until = '2020-02-01' where id = (select min(id) from announcements where published_at is not null)").await;
    step(&server, &hospital, &draft, "publishing", Some(&json!({}))).await.is(200, "");
    assert_eq!(unread(&server, ADMINS, Some(&hospital)).await, 100);

    server.sql(&rows(48, "null", &format!("'{}'", server.now()))).await;
    drafted(&server, &hospital, words("院内通知")).await.is(429, "announcements_used");
    server.close().await;
}
