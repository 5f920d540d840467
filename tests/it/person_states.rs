//! States of people by their days: entered by the unit, judged by the authority above it, read by the check-in on its day.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reqwest::Method;
use serde_json::{Value, json};
use zaichang_core::clock::{SHANGHAI, day_of};
use zaichang_core::ids::ScreenNumber;
use zaichang_platform::auth::Role;

use crate::admins::HOSPITAL;
use crate::projects::session;
use crate::test_server::{Answer, TestServer, answer, client, eventually};

/// A server, and a session of its authority's admin.
struct Office {
    server: TestServer,
    authority: String,
}

impl Office {
    async fn open() -> Self {
        let server = TestServer::open().await;
        let authority = session(&server, "xiaoxiang-wjw").await;
        crate::people::of_hospital(&server, 4).await;
        Self { server, authority }
    }

    /// The demo's person at this place: the first few are the hospital's.
    fn person(&self, at: usize) -> i64 {
        self.server.demo.people[at].id.0
    }

    /// So many days from today.
    fn day(&self, days: i64) -> Date {
        day_of(self.server.now()).checked_add(days.days()).unwrap()
    }

    async fn states(&self, person: i64) -> Value {
        let path = format!("/api/v1/people/{person}/states");
        self.server.service.get(&path, self.server.admin()).await.is(200, "").body
    }

    async fn step(
        &self,
        method: Method,
        path: &str,
        by: Option<&str>,
        seen: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self.server.service.request(method, path, by).header("if-match", seen);
        answer(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    }

    /// The unit hands a change in, by the version that stands.
    async fn submit(&self, person: i64, state: &str, from: Date, to: Option<Date>) -> Answer {
        let seen = self.states(person).await["version"].as_str().unwrap().to_owned();
        let body = json!({ "state": state, "from": from, "to": to, "reason": "材料已核对" });
        let path = format!("/api/v1/people/{person}/state-change");
        self.step(Method::POST, &path, self.server.admin(), &seen, Some(body)).await
    }

    async fn judge(&self, person: i64, verdict: Value) -> Answer {
        let seen = self.states(person).await["version"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/people/{person}/state-change/verdicts");
        self.step(Method::POST, &path, Some(&self.authority), &seen, Some(verdict)).await
    }

    /// Handed in and approved.
    async fn approved(&self, person: i64, state: &str, from: Date, to: Option<Date>) -> Answer {
        self.submit(person, state, from, to).await.is(200, "");
        self.judge(person, json!({ "verdict": "approve" })).await.is(200, "")
    }

    /// What is waiting, by the names of those it is about, as this admin sees it.
    async fn waiting(&self, by: &str) -> Vec<String> {
        let page = self
            .server
            .service
            .get("/api/v1/people/state-changes?state=submitted", Some(by))
            .await
            .is(200, "");
        let items = page.body["items"].as_array().unwrap().iter();
        items.map(|item| item["person"]["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// Has a change of this person's state stand there, as one that waits or as one that was taken back.
pub async fn stands(server: &TestServer, person: i64, waits: bool) {
    let (state, level) = if waits { ("submitted", "1") } else { ("draft", "null") };
    server
        .sql(&format!(
            r#"insert into reviews (noun, noun_id, after)
               select 'person_state', {person}, '{{"state":"exempt","from":"2026-01-01","to":null,"reason":"外出进修"}}'
               where not exists (select from reviews where noun = 'person_state' and noun_id = {person});
               update reviews set state = '{state}', level = {level}, reason = null
               where noun = 'person_state' and noun_id = {person}"#
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_is_entered_by_the_unit_and_holds_once_the_authority_has_approved_it() {
    let office = Office::open().await;
    let server = &office.server;
    let person = office.person(0);
    let path = format!("/api/v1/people/{person}");
    let name = server.service.get(&path, server.admin()).await.body["name"].as_str().unwrap().to_owned();
    let (from, to) = (office.day(-3), office.day(100));
    let stood = office.states(person).await;
    assert_eq!(
        (&stood["state"], &stood["items"], &stood["change"]),
        (&json!("normal"), &json!([]), &Value::Null)
    );

    let submitted = office.submit(person, "maternity", from, Some(to)).await.is(200, "");
    // Until it is approved nothing has changed.
    assert_eq!(submitted.body["state"], "normal");
    let waits = office.states(person).await;
    assert_eq!(waits["change"]["review"], "submitted");
    assert_eq!((&waits["change"]["from"], &waits["change"]["to"]), (&json!(from), &json!(to)));
    assert_eq!(waits["change"]["submitted_by"], "周敏");
    assert_eq!(office.waiting(&office.authority).await, [name]);
    let lines = async || {
        let lines = server.service.get("/api/v1/admin/checklist", Some(&office.authority)).await.is(200, "");
        lines.body["items"].to_string().contains("person_states")
    };
    assert!(lines().await);
    // Another is not handed in meanwhile.
    office.submit(person, "exempt", from, None).await.is(409, "review_awaits_authority");

    // Sent back with a reason, put right, handed in again, approved.
    office.judge(person, json!({ "verdict": "return", "reason": "请核对截止日期" })).await.is(200, "");
    assert!(!lines().await);
    let returned = office.states(person).await;
    assert_eq!(
        (&returned["change"]["review"], &returned["change"]["review_reason"]),
        (&json!("returned"), &json!("请核对截止日期"))
    );
    office.judge(person, json!({ "verdict": "approve" })).await.is(409, "review_awaits_unit");
    let to = office.day(98);
    let after = office.approved(person, "maternity", from, Some(to)).await;
    assert_eq!(
        (&after.body["state"], &after.body["state_from"], &after.body["state_to"]),
        (&json!("maternity"), &json!(from), &json!(to))
    );
    let history = office.states(person).await;
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    let steps: Vec<_> =
        history["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["approve", "submit", "return", "submit"]);
    office.judge(person, json!({ "verdict": "approve" })).await.is(409, "review_is_over");

    // The list is filtered by the state of today, and no longer once the leave is over.
    let hospital = crate::admins::unit(server, HOSPITAL).await;
    let on_leave = async || {
        let list = format!("/api/v1/units/{hospital}/people?state=maternity");
        server.service.get(&list, server.admin()).await.is(200, "").body["in_all"].as_i64().unwrap()
    };
    assert_eq!(on_leave().await, 1);
    let acts = "select action, detail from audit_log where noun = 'person' and noun_id = $1 order by id";
    let acts: Vec<(String, Value)> =
        sqlx::query_as(acts).bind(person).fetch_all(&server.service.pool).await.unwrap();
    let actions: Vec<_> = acts.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        actions,
        ["submit_person_state", "return_person_state", "submit_person_state", "approve_person_state"]
    );
    assert_eq!(acts[3].1["before"], json!({ "person_state": "normal" }));
    assert_eq!(acts[3].1["after"], json!({ "person_state": "maternity" }));
    assert_eq!((&acts[3].1["last_day"], &acts[1].1["reason"]), (&json!(to), &json!("请核对截止日期")));
    server.advance(99 * 86_400);
    let admin = crate::authority::admin(server, Role::UnitAdmin, HOSPITAL).await;
    let later = server.service.get(&path, Some(&admin)).await.is(200, "");
    assert_eq!((&later.body["state"], &later.body["state_to"]), (&json!("normal"), &Value::Null));
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cancelled_checks_in_no_more_from_that_day_on_until_they_are_normal_again() {
    let office = Office::open().await;
    let server = &office.server;
    let (screen, _) = server.screen(server.course()).await;
    let scan = async |person: usize| server.check_in(person, json!({ "code": server.code(screen) })).await;
    // Both nodes have them in their caches.
    let second = server.second(|_| {}).await;
    let on_second = async |person: usize| {
        let body = json!({ "code": server.code(screen), "client": client("phone-of-0007") });
        second.post("/api/v1/scans", server.session(person), body).await
    };
    for person in 0..3 {
        on_second(person).await.is(201, "");
    }
    scan(0).await.is(201, "recorded");

    // From tomorrow on: today goes on as before, on leave they may come, too.
    office.approved(office.person(0), "cancelled", office.day(1), None).await;
    office.approved(office.person(2), "not_in_post", office.day(-100), None).await;
    on_second(0).await.is(201, "");
    on_second(2).await.is(201, "");
    assert_eq!(office.states(office.person(2)).await["state"], "not_in_post");
    // From today on: every node knows within its notice.
    let cancelled = office.approved(office.person(1), "cancelled", office.day(0), None).await;
    assert_eq!(cancelled.body["state"], "cancelled");
    eventually(async || on_second(1).await.word() == "person_inactive").await;
    eventually(async || scan(1).await.word() == "person_inactive").await;
    // A period is not for them, nor the same again.
    office.submit(office.person(1), "exempt", office.day(0), None).await.is(409, "person_is_cancelled");
    office.submit(office.person(1), "cancelled", office.day(1), None).await.is(409, "person_state_holds");

    // It is undone by a change that is reviewed as well.
    office.submit(office.person(1), "normal", office.day(0), None).await.is(200, "");
    assert_eq!(scan(1).await.word(), "person_inactive");
    office.judge(office.person(1), json!({ "verdict": "approve" })).await.is(200, "");
    eventually(async || on_second(1).await.status == 201).await;
    eventually(async || scan(1).await.word() == "recorded").await;
    let history = office.states(office.person(1)).await;
    let told: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|item| (&item["state"], &item["holds"])).collect();
    assert_eq!(told, [(&json!("normal"), &json!(false)), (&json!("cancelled"), &json!(false))]);

    // The day comes without anybody's doing: what is cached knows it.
    let project = format!("(select project_id from courses where id = {})", server.course());
    server
        .sql(&format!(
            "update periods set last_day = last_day + 2 where project_id = {project};
             update courses set opens_minute = 0, closes_minute = 1440 where project_id = {project}"
        ))
        .await;
    let midnight = office.day(1).to_zoned(TimeZone::fixed(SHANGHAI)).unwrap().timestamp();
    server.advance(u64::try_from(midnight.as_second() - server.now().as_second()).unwrap());
    let admin = crate::authority::admin(server, Role::UnitAdmin, HOSPITAL).await;
    let screens = format!("/api/v1/courses/{}/screens", server.course());
    let opened = server.service.post(&screens, Some(&admin), json!({ "place": "主会场" })).await.is(201, "");
    let screen = ScreenNumber(u32::try_from(opened.body["screen"].as_u64().unwrap()).unwrap());
    server.check_in(1, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(403, "person_inactive");
    second.stop().await;
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_day_has_two_states_and_what_stood_without_days_gives_way() {
    let office = Office::open().await;
    let server = &office.server;
    let person = office.person(0);
    server.sql(&format!("update people set state = 'exempt' where id = {person}")).await;
    assert_eq!(office.states(person).await["state"], "exempt");
    let (from, to) = (office.day(10), office.day(50));
    office.approved(person, "maternity", from, Some(to)).await;
    let history = office.states(person).await;
    // Until then they are as before.
    assert_eq!(history["state"], "exempt");
    let days: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|item| (&item["from"], &item["to"])).collect();
    assert_eq!(days, [(&json!(from), &json!(to)), (&Value::Null, &json!(office.day(9)))]);
    assert_eq!(history["items"][1]["ended_early"], true);

    office.submit(person, "exempt", office.day(20), None).await.is(409, "person_states_overlap");
    office.submit(person, "exempt", office.day(5), Some(from)).await.is(409, "person_states_overlap");
    office.submit(person, "maternity", from, Some(to)).await.is(409, "person_state_holds");
    office.submit(person, "normal", office.day(60), None).await.is(409, "person_state_holds");
    // One of its own kind inside it would take the days behind away; from its first day on it is made shorter on purpose.
    let inside = office.submit(person, "maternity", office.day(20), Some(office.day(30))).await;
    inside.is(409, "person_states_overlap");
    office
        .submit(person, "maternity", office.day(5), Some(office.day(30)))
        .await
        .is(409, "person_states_overlap");
    office.approved(person, "maternity", from, Some(office.day(45))).await;
    assert_eq!(office.states(person).await["items"][0]["to"], json!(office.day(45)));
    // Of whatever age it is; another first day as old is none.
    let (old, next) = (Date::constant(2019, 9, 1), office.day(2000));
    server
        .sql(&format!(
            "insert into person_states (person_id, state, first_day, last_day, holds) values ({}, 'not_in_post', '{old}', '{next}', true);
             update people set states_dated = true where id = {}",
            office.person(3),
            office.person(3)
        ))
        .await;
    let other = old.tomorrow().unwrap();
    let refused = office.submit(office.person(3), "not_in_post", other, Some(office.day(100))).await;
    let refused = refused.is(400, "bad_request").body;
    assert_eq!(
        (&refused["field"], refused["detail"].as_str().unwrap().contains("2022 至 2026")),
        (&json!("from"), true)
    );
    office.approved(office.person(3), "not_in_post", old, Some(office.day(100))).await;
    assert_eq!(office.states(office.person(3)).await["items"][0]["to"], json!(office.day(100)));
    // What fitted when it was handed in, and does not any more when it is judged, is refused then.
    office.submit(person, "exempt", office.day(60), None).await.is(200, "");
    server
        .sql(&format!(
            "insert into person_states (person_id, state, first_day, last_day, holds)
             values ({person}, 'maternity', '{}', '{}', true)",
            office.day(65),
            office.day(70)
        ))
        .await;
    office.judge(person, json!({ "verdict": "approve" })).await.is(409, "person_states_overlap");
    office.judge(person, json!({ "verdict": "reject", "reason": "日期重叠" })).await.is(200, "");
    // Postgres itself lets no two hold on one day.
    let twice = format!(
        "insert into person_states (person_id, state, first_day, holds) values ({person}, 'exempt', '{}', true)",
        office.day(70)
    );
    let twice = sqlx::raw_sql(sqlx::AssertSqlSafe(twice)).execute(&server.service.pool).await.unwrap_err();
    let twice = twice.into_database_error().unwrap();
    assert_eq!(twice.constraint(), Some("person_states_do_not_overlap"));
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_handed_in_twenty_times_a_day_at_most() {
    let office = Office::open().await;
    let server = &office.server;
    let person = office.person(0);
    let path = format!("/api/v1/people/{person}/state-change");
    for _ in 0..20 {
        office.submit(person, "exempt", office.day(0), None).await.is(200, "");
        let seen = office.states(person).await["version"].as_str().unwrap().to_owned();
        office.step(Method::DELETE, &path, server.admin(), &seen, None).await.is(200, "");
    }
    office.submit(person, "exempt", office.day(0), None).await.is(409, "person_state_too_often");
    // Of this person alone, and not of the next day.
    office.submit(office.person(1), "exempt", office.day(0), None).await.is(200, "");
    server.sql("alter table review_steps disable trigger user; update review_steps set at = at - interval '25 hours'").await;
    office.submit(person, "exempt", office.day(0), None).await.is(200, "");
    // Those that were sent back are listed as those that wait are.
    office.judge(person, json!({ "verdict": "return", "reason": "请核对日期" })).await.is(200, "");
    for (state, people) in
        [("returned", vec![person]), ("submitted", vec![office.person(1)]), ("approved", vec![])]
    {
        let list = format!("/api/v1/people/state-changes?state={state}");
        let page = server.service.get(&list, server.admin()).await.is(200, "").body;
        let listed: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["person"]["id"].as_i64().unwrap())
            .collect();
        assert_eq!((&listed, &page["in_all"]), (&people, &json!(people.len())), "{state}");
    }
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_at_its_field() {
    let office = Office::open().await;
    let person = office.person(0);
    let (today, tomorrow) = (office.day(0), office.day(1));
    let far = format!("{}-01-01", today.year() + 2);
    let seen = office.states(person).await["version"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/people/{person}/state-change");
    let table = [
        (json!({ "state": "asleep", "from": today, "reason": "已离职" }), "state"),
        (json!({ "from": today, "reason": "已离职" }), "state"),
        (json!({ "state": "cancelled", "from": "2026-02-30", "reason": "已离职" }), "from"),
        (json!({ "state": "cancelled", "from": far, "reason": "已离职" }), "from"),
        (json!({ "state": "cancelled", "from": "1999-01-01", "reason": "已离职" }), "from"),
        (json!({ "state": "cancelled", "from": today, "to": tomorrow, "reason": "已离职" }), "to"),
        (json!({ "state": "maternity", "from": today, "reason": "产假" }), "to"),
        (json!({ "state": "exempt", "from": tomorrow, "to": today, "reason": "退休" }), "to"),
        (json!({ "state": "exempt", "from": today, "reason": "否" }), "reason"),
        (json!({ "state": "exempt", "from": today, "reason": "电话 13800001234" }), "reason"),
        (json!({ "state": "exempt", "from": today, "reason": "长".repeat(401) }), "reason"),
        (json!({ "state": "exempt", "from": today, "reason": "退休", "by": 7 }), "body"),
    ];
    for (body, field) in table {
        let refused =
            office.step(Method::POST, &path, office.server.admin(), &seen, Some(body.clone())).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], field, "{body}");
    }
    let fits = json!({ "state": "exempt", "from": today, "reason": "退休" });
    for seen in ["*", "\"9999\""] {
        let refused = office.step(Method::POST, &path, office.server.admin(), seen, Some(fits.clone())).await;
        assert!([400, 412].contains(&refused.status.as_u16()), "{seen}: {}", refused.body);
    }
    let unseen = office.server.service.post(&path, office.server.admin(), fits).await;
    unseen.is(428, "version_required");
    assert_eq!(office.states(person).await["change"], Value::Null);
    // There is nothing to take back, nor to judge.
    office.step(Method::DELETE, &path, office.server.admin(), &seen, None).await.is(409, "review_is_over");
    office.judge(person, json!({ "verdict": "approve" })).await.is(409, "review_awaits_unit");
    office.submit(person, "exempt", today, None).await.is(200, "");
    let refused = office.judge(person, json!({ "verdict": "reject" })).await;
    assert_eq!(refused.is(400, "bad_request").body["field"], "reason");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_at_once_one_does_and_nobody_decides_on_what_they_have_not_seen() {
    let office = Office::open().await;
    let server = &office.server;
    let person = office.person(0);
    let path = format!("/api/v1/people/{person}/state-change");
    office.submit(person, "exempt", office.day(0), None).await.is(200, "");
    let seen = office.states(person).await["version"].as_str().unwrap().to_owned();
    let verdicts = format!("{path}/verdicts");
    let approve = json!({ "verdict": "approve" });
    let reject = json!({ "verdict": "reject", "reason": "材料不全" });
    let (one, other) = tokio::join!(
        office.step(Method::POST, &verdicts, Some(&office.authority), &seen, Some(approve.clone())),
        office.step(Method::POST, &verdicts, Some(&office.authority), &seen, Some(reject)),
    );
    let mut answered = [one.status.as_u16(), other.status.as_u16()];
    answered.sort_unstable();
    assert_eq!(answered, [200, 412], "{} {}", one.body, other.body);

    // Taken back and handed in otherwise: a verdict on what was seen before is refused.
    let person = office.person(1);
    let path = format!("/api/v1/people/{person}/state-change");
    office.submit(person, "cancelled", office.day(0), None).await.is(200, "");
    let seen = office.states(person).await["version"].as_str().unwrap().to_owned();
    let back = office.step(Method::DELETE, &path, server.admin(), &seen, None).await.is(200, "");
    assert_eq!(office.states(person).await["change"]["review"], "draft");
    assert_eq!(office.waiting(&office.authority).await, [""; 0]);
    office.submit(person, "exempt", office.day(0), None).await.is(200, "");
    for seen in [seen, back.version()] {
        let verdicts = format!("{path}/verdicts");
        let late =
            office.step(Method::POST, &verdicts, Some(&office.authority), &seen, Some(approve.clone())).await;
        late.is(412, "changed_meanwhile");
    }
    // Two of the unit's who hand in at once: one does.
    let person = office.person(2);
    let path = format!("/api/v1/people/{person}/state-change");
    let seen = office.states(person).await["version"].as_str().unwrap().to_owned();
    let body = |state: &str| Some(json!({ "state": state, "from": office.day(0), "reason": "材料已核对" }));
    let (one, other) = tokio::join!(
        office.step(Method::POST, &path, server.admin(), &seen, body("exempt")),
        office.step(Method::POST, &path, server.admin(), &seen, body("cancelled")),
    );
    let mut answered = [one.status.as_u16(), other.status.as_u16()];
    answered.sort_unstable();
    assert_eq!(answered, [200, 412]);
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_authority_sees_and_judges_its_own_and_the_nearest_is_reminded() {
    let office = Office::open().await;
    let server = &office.server;
    let person = office.person(0);
    let county = crate::authority::admin(server, Role::AuthorityAdmin, "岳麓区").await;
    let beside = crate::authority::admin(server, Role::AuthorityAdmin, "浏河县").await;
    office.submit(person, "exempt", office.day(0), None).await.is(200, "");
    let reminded = async |admin: &str| {
        let lines = server.service.get("/api/v1/admin/checklist", Some(admin)).await.is(200, "").body;
        lines["items"].to_string().contains("person_states")
    };
    assert_eq!(
        (reminded(&county).await, reminded(&office.authority).await, reminded(&beside).await),
        (true, false, false)
    );
    assert_eq!(office.waiting(&county).await.len(), 1);
    assert_eq!(office.waiting(&office.authority).await.len(), 1);
    assert_eq!(office.waiting(&beside).await.len(), 0);
    let seen = office.states(person).await["version"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/people/{person}/state-change/verdicts");
    let approve = || Some(json!({ "verdict": "approve" }));
    office.step(Method::POST, &path, Some(&beside), &seen, approve()).await.is(404, "not_found");
    // The unit does not judge its own.
    office.step(Method::POST, &path, server.admin(), &seen, approve()).await.is(403, "forbidden");
    // An authority hands nothing in.
    let submit = format!("/api/v1/people/{person}/state-change");
    let body = json!({ "state": "exempt", "from": office.day(0), "reason": "材料已核对" });
    office.step(Method::POST, &submit, Some(&county), &seen, Some(body)).await.is(403, "forbidden");
    // Once the person is another authority's, this one finds nothing to judge, whatever its route has proved.
    server
        .sql(&format!(
            "update people set unit_id = (select id from units where name = '浏河县妇幼保健院'), department_id = null where id = {person}"
        ))
        .await;
    let seen = sqlx::query_scalar::<_, i64>("select version from people where id = $1").bind(person);
    let seen = format!("\"{}\"", seen.fetch_one(&server.service.pool).await.unwrap());
    office.step(Method::POST, &path, Some(&county), &seen, approve()).await.is(404, "not_found");
    office.step(Method::POST, &path, Some(&beside), &seen, approve()).await.is(200, "");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_judged_together_and_those_that_cannot_be_are_named_before_and_left() {
    let office = Office::open().await;
    let server = &office.server;
    let people = [0, 1, 2, 3].map(|at| office.person(at));
    for person in people {
        office.submit(person, "exempt", office.day(0), None).await.is(200, "");
    }
    // One is in that state already by now, one is handed in anew.
    let held = "insert into person_states (person_id, state, first_day, holds, approved_by, approved_at)
        select $1, 'exempt', $2::text::date, true, min(id), now() from accounts";
    let held = sqlx::query(held).bind(people[1]).bind(office.day(0).to_string());
    held.execute(&server.service.pool).await.unwrap();
    server.sql(&format!("update people set states_dated = true where id = {}", people[1])).await;
    let mut chosen = Vec::new();
    for person in people {
        chosen.push(json!({ "id": person, "version": office.states(person).await["version"] }));
    }
    let path = format!("/api/v1/people/{}/state-change", people[3]);
    let seen = chosen[3]["version"].as_str().unwrap();
    office.step(Method::DELETE, &path, server.admin(), seen, None).await.is(200, "");
    office.submit(people[3], "cancelled", office.day(0), None).await.is(200, "");

    let post = async |path: &str, by: Option<&str>, body: &Value| {
        server.service.post(&format!("/api/v1/people/state-changes/verdicts{path}"), by, body.clone()).await
    };
    let by = Some(office.authority.as_str());
    let left = |answer: &Value| {
        let left = answer["left"].as_array().unwrap().iter();
        left.map(|one| (one["id"].as_i64().unwrap(), one["code"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let mut why = vec![
        (people[1], "person_state_holds".to_owned()),
        (people[3], "changed_meanwhile".to_owned()),
        (i64::MAX, "not_found".to_owned()),
    ];
    why.sort_unstable();
    chosen.push(json!({ "id": i64::MAX, "version": "\"1\"" }));
    let told = post("/preview", by, &json!({ "chosen": chosen })).await.is(200, "").body;
    assert_eq!((&told["count"], &told["units"], &told["cancelled"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!(left(&told), why);
    let steps = async || {
        let steps = "select count(*) from review_steps where step = 'approve'";
        sqlx::query_scalar::<_, i64>(steps).fetch_one(&server.service.pool).await.unwrap()
    };
    assert_eq!(steps().await, 0, "a preview judges nothing");
    let approve = json!({ "chosen": chosen, "verdict": "approve" });
    let judged = post("", by, &approve).await.is(200, "").body;
    assert_eq!((left(&judged), judged["items"].as_array().unwrap().len()), (why.clone(), 2));
    for item in judged["items"].as_array().unwrap() {
        assert_eq!(
            (&item["person"]["state"], &item["change"]["review"]),
            (&json!("exempt"), &json!("approved"))
        );
    }
    // Sent twice it comes to the same, and nothing is done twice.
    assert_eq!(post("", by, &approve).await.is(200, "").body, judged);
    assert_eq!(steps().await, 2);
    // Neither the unit itself nor who is neither above it.
    post("", server.admin(), &approve).await.is(403, "forbidden");
    let none = json!({ "chosen": [chosen[4]], "verdict": "approve" });
    post("", by, &none).await.is(404, "not_found");
    office.server.close().await;
}
