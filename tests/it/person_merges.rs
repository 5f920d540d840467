//! People who are registered twice, merged by their authority: one person in every count, list and check-in, and undone while nothing
//! was built on it.

mod killed;
mod meanwhile;
mod numbers;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row as _;
use zaichang_core::keys::Keys;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::auth::Role;

use crate::admins::HOSPITAL;
use crate::test_server::{Answer, TestServer, answer, eventually};

const REASON: &str = "同一人重复注册，已核对证件原件";

async fn version(server: &TestServer, person: i64) -> String {
    let version = sqlx::query_scalar::<_, i64>("select version from people where id = $1").bind(person);
    format!("\"{}\"", version.fetch_one(&server.service.pool).await.unwrap())
}

async fn sends(server: &TestServer, path: String, by: &str, seen: &str, body: Value) -> Answer {
    let request = server.service.request(Method::POST, &path, Some(by)).header("if-match", seen);
    answer(request.header("content-type", "application/json").body(body.to_string())).await
}

/// One of the demo's people, not merged; or merged so that it can be undone.
pub async fn ready(server: &TestServer, merged: bool) -> i64 {
    let [from, into] = [1, 4].map(|at| server.demo.people[at].id.0);
    server
        .sql(&format!(
            "update person_merges set undone_by = merged_by, undone_at = now(), undone_reason = '核对' where undone_at is null;
             update people set merged_into = null where merged_into is not null;
             update person_transfers set cancelled_by = let_go_by, cancelled_at = now()
                 where person_id = {from} and taken_in_at is null and cancelled_at is null;
             update reviews set state = 'draft', level = null, reason = null
                 where noun = 'person_state' and noun_id = {from} and state = 'submitted';
             insert into person_merges (from_id, into_id, phone, reason, from_seen, into_seen, into_version, merged_by, merged_at)
                 select {from}, id, 'kept', '核对', 1, 1, version, (select min(id) from accounts), now() from people where id = {into} and {merged};
             update people set merged_into = {into} where id = {from} and {merged}"
        ))
        .await;
    from
}

/// What `ready` is merged by.
pub async fn wanted(server: &TestServer) -> Value {
    let into = server.demo.people[4].id.0;
    json!({ "into": into, "into_version": version(server, into).await, "phone": "kept", "reason": REASON })
}

/// Both as they stand now.
async fn merge_with(server: &TestServer, by: &str, (from, into): (i64, i64), phone: &str) -> Answer {
    let body = json!({ "into": into, "into_version": version(server, into).await, "phone": phone, "reason": REASON });
    let seen = version(server, from).await;
    sends(server, format!("/api/v1/people/{from}/merging"), by, &seen, body).await
}

async fn merge(server: &TestServer, by: &str, two: (i64, i64)) -> Answer {
    merge_with(server, by, two, "kept").await
}

async fn undo(server: &TestServer, by: &str, from: i64) -> Answer {
    let seen = version(server, from).await;
    let body = json!({ "reason": "核对后确认为两人" });
    sends(server, format!("/api/v1/people/{from}/merging/undoing"), by, &seen, body).await
}

async fn effects(server: &TestServer, by: &str, (from, into): (i64, i64)) -> Answer {
    server.service.get(&format!("/api/v1/people/{from}/merging?into={into}"), Some(by)).await
}

/// Into whom each is merged.
async fn led(server: &TestServer, people: &[i64]) -> Vec<Option<i64>> {
    let led = "select merged_into from unnest($1::bigint[]) with ordinality asked (id, place) join people using (id) order by place";
    sqlx::query_scalar(led).bind(people).fetch_all(&server.service.pool).await.unwrap()
}

/// People of the day, those who are new to the course, and records.
async fn tally(server: &TestServer, course: i64) -> (i64, i64, i64) {
    let sums = "select coalesce(sum(attendees), 0), coalesce(sum(newcomers), 0), coalesce(sum(check_ins), 0) from tallies where course_id = $1";
    let row = sqlx::query(sums).bind(course).fetch_one(&server.service.pool).await.unwrap();
    (row.get(0), row.get(1), row.get(2))
}

/// A person's document number and phone in clear.
async fn numbers(server: &TestServer, person: i64) -> (String, String) {
    let row =
        sqlx::query("select key_id, id_number_sealed, phone_sealed from people where id = $1").bind(person);
    let row = row.fetch_one(&server.service.pool).await.unwrap();
    let sealer = Sealer::new(Keys::clone(&server.service.keys));
    let open = |kind, column| sealer.open(kind, row.get("key_id"), row.get(column)).unwrap();
    (open(Kind::IdNumber, "id_number_sealed"), open(Kind::Phone, "phone_sealed"))
}

async fn authority(server: &TestServer) -> String {
    crate::projects::session(server, "xiaoxiang-wjw").await
}

fn ids(server: &TestServer) -> [i64; 3] {
    [0, 1, 2].map(|at| server.demo.people[at].id.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_are_one_count_once_and_what_either_recorded_is_the_person_s() {
    let server = TestServer::open().await;
    let ([stays, twice, _], course, by) = (ids(&server), server.course(), authority(&server).await);
    let (screen, _) = server.screen(course).await;
    let scan = async |person| server.check_in(person, json!({ "code": server.code(screen) })).await;
    let first = scan(1).await.is(201, "recorded").body["check_in"]["id"].clone();
    server.advance(601);
    scan(0).await.is(201, "recorded");
    scan(1).await.is(201, "recorded");
    scan(2).await.is(201, "recorded");
    assert_eq!(tally(&server, course).await, (3, 3, 4));

    // What is told before: both masked, what hangs on each, and the courses of both.
    let told = effects(&server, &by, (twice, stays)).await.is(200, "").body;
    let courses = told["courses_of_both"].as_array().unwrap();
    assert_eq!(
        (courses.len(), &courses[0]["course_id"], &courses[0]["same_slots"]),
        (1, &json!(course), &json!(1)),
        "{told}"
    );
    assert_eq!(
        (&courses[0]["from_check_ins"], &courses[0]["into_check_ins"], &told["from_holds"]["check_ins"]),
        (&json!(2), &json!(1), &json!(2))
    );
    let (number, phone) = numbers(&server, twice).await;
    assert!(!told.to_string().contains(&number) && !told.to_string().contains(&phone), "{told}");
    let found = format!("/api/v1/people/{twice}/merging/searches");
    let stays_number = numbers(&server, stays).await.0;
    let items = server.service.post(&found, Some(&by), json!({ "q": stays_number })).await.is(200, "").body;
    assert_eq!(items["items"][0]["id"], json!(stays), "{items}");

    for wrong in ["周", "周\u{0}小燕"] {
        server.service.post(&found, Some(&by), json!({ "q": wrong })).await.is(400, "bad_request");
    }

    // What was seen otherwise is not merged.
    let seen = version(&server, twice).await;
    let body = json!({ "into": stays, "into_version": "\"99\"", "phone": "kept", "reason": REASON });
    let path = format!("/api/v1/people/{twice}/merging");
    sends(&server, path.clone(), &by, &seen, body).await.is(412, "changed_meanwhile");
    let body = json!({ "into": stays, "into_version": version(&server, stays).await, "phone": "kept", "reason": REASON });
    sends(&server, path, &by, "\"99\"", body).await.is(412, "changed_meanwhile");
    let merged = merge(&server, &by, (twice, stays)).await.is(200, "").body;
    assert_eq!(merged["merged_into"], json!(stays), "{merged}");
    merge(&server, &by, (twice, stays)).await.is(409, "person_is_merged");

    // One person in the hall and in every list; the records themselves are as they were.
    eventually(async || tally(&server, course).await == (2, 2, 4)).await;
    let records = format!("/api/v1/courses/{course}/attendance-records");
    let page = server.service.get(&records, server.admin()).await.is(200, "").body;
    assert_eq!((&page["attendees"], &page["check_ins"]), (&json!(2), &json!(4)), "{page}");
    let of_stays = page["items"].as_array().unwrap().iter().filter(|one| one["person"]["id"] == json!(stays));
    assert_eq!(of_stays.count(), 3);
    let raw = sqlx::query_scalar::<_, i64>("select count(*) from check_ins where person_id = $1").bind(twice);
    assert_eq!(raw.fetch_one(&server.service.pool).await.unwrap(), 2);
    let mine = server.service.get("/api/v1/me/check-ins", server.session(0)).await.is(200, "").body;
    assert_eq!(mine["items"].as_array().unwrap().len(), 3, "{mine}");
    // Each of its receipts attests to who stays.
    let name: String = sqlx::query_scalar("select name from people where id = $1")
        .bind(stays)
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    for item in mine["items"].as_array().unwrap() {
        let receipt = item["receipt"].as_str().unwrap();
        let page = server.service.request(Method::GET, &format!("/v/{receipt}"), None);
        let page = page.send().await.unwrap().text().await.unwrap();
        assert!(page.contains(name.chars().next().unwrap()), "{page}");
    }

    // The login of the merged row has ended, and the person who stays is recorded already where it was.
    eventually(async || server.service.get("/api/v1/me", server.session(1)).await.status == 401).await;
    let again = scan(0).await.is(200, "already_recorded");
    assert!(again.body["check_in"]["id"].is_string() && again.body["check_in"]["id"] != first);
    server.advance(601);
    scan(0).await.is(201, "recorded");
    assert_eq!(tally(&server, course).await, (2, 2, 5));

    // What was built on it: the same course once more.
    undo(&server, &by, twice).await.is(409, "merge_built_on");
    assert_eq!(led(&server, &[twice]).await, [Some(stays)]);
    // Both have it in their log, without a number.
    let log = "select action || ' ' || detail::text from audit_log where noun = 'person' and noun_id = any($1) order by id";
    let log: Vec<String> =
        sqlx::query_scalar(log).bind(&[stays, twice][..]).fetch_all(&server.service.pool).await.unwrap();
    let acts: Vec<_> = log.iter().map(|act| act.split(' ').next().unwrap()).collect();
    assert_eq!(acts, ["look_up_duplicates", "merge_person", "take_in_duplicate"]);
    assert!(!log.join("").contains(&number), "{log:?}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_or_a_seat_that_the_merged_row_has_is_the_person_s() {
    let server = TestServer::open().await;
    let ([stays, twice, _], course, by) = (ids(&server), server.small_course(), authority(&server).await);
    server.sql(&format!("update courses set cap = 1 where id = {course}")).await;
    let second = server.second(|_| {}).await;
    let (screen, _) = server.screen(course).await;
    let recorded = server.check_in(1, json!({ "code": server.code(screen) })).await.is(201, "recorded").body;
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(409, "cap_reached");
    merge(&server, &by, (twice, stays)).await.is(200, "");
    let mine = async |service: &crate::test_server::Service| {
        let body = json!({ "code": server.code(screen), "client": crate::test_server::client("device-0") });
        service.post("/api/v1/check-ins", server.session(0), body).await
    };
    eventually(async || mine(&server.service).await.status == 200).await;
    // The other node, which knows no row of the course, finds it in Postgres.
    eventually(async || mine(&second).await.status == 200).await;
    let told = mine(&second).await.is(200, "already_recorded").body;
    assert_eq!(told["check_in"]["id"], recorded["check_in"]["id"]);
    assert_eq!(tally(&server, course).await, (1, 1, 1));
    // The seat is theirs as well.
    server.advance(601);
    mine(&second).await.is(201, "recorded");
    mine(&server.service).await.is(200, "already_recorded");
    assert_eq!(tally(&server, course).await, (1, 1, 2));
    server.check_in(2, json!({ "code": server.code(screen) })).await.is(409, "cap_reached");
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_undone_while_nothing_was_built_on_it_and_both_count_again() {
    let server = TestServer::open().await;
    let ([stays, twice, third], course) = (ids(&server), server.course());
    let (screen, _) = server.screen(course).await;
    for person in [0, 1, 2] {
        server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    }
    // On the day itself a scan of who stays is answered by what the merged row has recorded.
    let by = authority(&server).await;
    merge(&server, &by, (third, stays)).await.is(200, "");
    let refused = undo(&server, &by, third).await.is(409, "merge_built_on").body;
    assert!(refused["detail"].as_str().unwrap().contains("合并当日有签到"), "{refused}");
    server.sql("update person_merges set merged_at = merged_at + interval '1 day'").await;
    server.advance(24 * 3600);
    let by = authority(&server).await;
    undo(&server, &by, third).await.is(200, "");
    undo(&server, &by, twice).await.is(409, "merge_over");
    // The third into the second, and that into the first: one step leads to the row that stays.
    merge(&server, &by, (third, twice)).await.is(200, "");
    merge(&server, &by, (twice, stays)).await.is(200, "");
    assert_eq!(led(&server, &[stays, twice, third]).await, [None, Some(stays), Some(stays)]);
    eventually(async || tally(&server, course).await == (1, 1, 3)).await;
    merge(&server, &by, (stays, twice)).await.is(409, "person_not_merged_into");
    merge(&server, &by, (stays, stays)).await.is(409, "person_not_merged_into");
    // The first of the two is built upon by the second.
    let refused = undo(&server, &by, third).await.is(409, "merge_built_on").body;
    assert!(refused["detail"].as_str().unwrap().contains("又被合并"), "{refused}");
    undo(&server, &by, twice).await.is(200, "");
    assert_eq!(led(&server, &[stays, twice, third]).await, [None, None, Some(twice)]);
    eventually(async || tally(&server, course).await == (2, 2, 3)).await;
    // Undone, it can be undone itself again; nothing was done in between but this.
    undo(&server, &by, third).await.is(200, "");
    assert_eq!(led(&server, &[stays, twice, third]).await, [None; 3]);
    eventually(async || tally(&server, course).await == (3, 3, 3)).await;
    undo(&server, &by, third).await.is(409, "merge_over");

    // A change of who stays is built on it, and is said.
    merge(&server, &by, (twice, stays)).await.is(200, "");
    server.sql(&format!("update people set title = '主任医师' where id = {stays}")).await;
    let refused = undo(&server, &by, twice).await.is(409, "merge_built_on").body;
    assert!(refused["detail"].as_str().unwrap().contains("职称"), "{refused}");
    let merges =
        server.service.get(&format!("/api/v1/people/{twice}/merges"), Some(&by)).await.is(200, "").body;
    let items = merges["items"].as_array().unwrap();
    let states: Vec<_> =
        items.iter().map(|one| (one["undone_at"].is_null(), one["may_be_undone"].clone())).collect();
    assert_eq!(states, [(true, json!(false)), (false, json!(false)), (false, json!(false))], "{merges}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_above_both_merges_and_no_other() {
    let server = TestServer::open().await;
    crate::people::of_hospital(&server, 2).await;
    let ([stays, twice, _], by) = (ids(&server), authority(&server).await);
    merge(&server, server.admin().unwrap(), (twice, stays)).await.is(403, "forbidden");
    let reading = crate::authority::admin(&server, Role::AuthorityAdmin, "浏河县").await;
    merge(&server, &reading, (twice, stays)).await.is(404, "not_found");
    // Of whom the other is another's: not merged, and not told.
    server
        .sql(&format!(
            "update people set unit_id = (select id from units where name = '浏河县妇幼保健院') where id = {twice}"
        ))
        .await;
    effects(&server, &reading, (twice, stays)).await.is(409, "person_not_merged_into");
    merge(&server, &reading, (twice, stays)).await.is(409, "person_not_merged_into");
    merge(&server, &by, (twice, stays)).await.is(200, "");
    undo(&server, &reading, twice).await.is(404, "not_found");

    // By the merged row nothing is changed any more, and its unit lists it no longer.
    let seen = version(&server, twice).await;
    let own = crate::authority::admin(&server, Role::UnitAdmin, "浏河县妇幼保健院").await;
    let change = server
        .service
        .request(Method::PATCH, &format!("/api/v1/people/{twice}"), Some(&own))
        .header("if-match", seen.as_str());
    answer(
        change
            .header("content-type", "application/json")
            .body(json!({ "specialty": "急诊医学" }).to_string()),
    )
    .await
    .is(409, "person_is_merged");
    let unit = crate::admins::unit(&server, "浏河县妇幼保健院").await;
    let list = server.service.get(&format!("/api/v1/units/{unit}/people"), Some(&own)).await.is(200, "").body;
    assert!(list["items"].as_array().unwrap().iter().all(|one| one["id"] != json!(twice)), "{list}");
    // The staff in the hall find who stays by the number of the merged row.
    let number = numbers(&server, twice).await.0;
    let candidates = format!("/api/v1/courses/{}/candidates/searches", server.course());
    let asked = json!({ "text": number });
    let found = server.service.post(&candidates, server.admin(), asked).await.is(200, "").body;
    assert_eq!(
        (&found["items"][0]["person"]["id"], &found["items"][0]["person"]["unit"]),
        (&json!(stays), &json!(HOSPITAL)),
        "{found}"
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_transfer_or_state_waits_is_not_merged() {
    let server = TestServer::open().await;
    let ([stays, twice, _], by) = (ids(&server), authority(&server).await);
    crate::transfers::waits(&server, twice).await;
    let told = effects(&server, &by, (twice, stays)).await.is(200, "").body;
    assert_eq!(
        (&told["may_be_merged"], &told["from_holds"]["transfer_waits"]),
        (&json!(false), &json!(true))
    );
    merge(&server, &by, (twice, stays)).await.is(409, "merge_waits");
    server.sql("update person_transfers set cancelled_by = let_go_by, cancelled_at = now()").await;
    merge(&server, &by, (twice, stays)).await.is(200, "");
    server.close().await;
}
