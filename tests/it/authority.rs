//! Who may do what: every call of the console by every role, against a real server; and rows of other units.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use zaichang_platform::auth::{Role, password};
use zaichang_platform::authority::{ACT, Act, Right, is_of_deployment, may, rights_for, rights_of};

use crate::test_server::{Answer, TestServer, eventually};

/// A call of the console, as the API's document has it.
struct Call {
    method: Method,
    path: String,
    act: Act,
}

fn calls() -> Vec<Call> {
    let document = zaichang::router::openapi();
    let paths = document["paths"].as_object().unwrap().iter();
    let calls = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().filter_map(|(method, operation)| {
            let word = operation.get(ACT)?.as_str().unwrap();
            let act = *Act::ALL.iter().find(|act| act.word() == word).unwrap();
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            Some(Call { method, path: path.clone(), act })
        })
    });
    calls.collect()
}

/// What the addresses and bodies name.
#[derive(Clone, Copy)]
struct Rows {
    course: i64,
    screen: u32,
    spot_check: i64,
    export: Uuid,
    check_in: Uuid,
    person: i64,
    title: i64,
    transfer: i64,
    project: i64,
    registration: i64,
    number_claim: i64,
    unit_proposal: i64,
    unit: i64,
    /// An admin of that unit, who has done nothing.
    account: i64,
    admin_link: i64,
    /// Of that link.
    token: &'static str,
    department: i64,
    /// Jobs are no unit's.
    job: i64,
    /// A message of a notice, which was not sent.
    delivery: i64,
    /// A draft of the province.
    announcement: i64,
}

impl Rows {
    async fn new(server: &TestServer) -> Self {
        let (service, admin, course) = (&server.service, server.admin(), server.course());
        let (screen, _) = server.screen(course).await;
        let recorded = server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
        let exports = format!("/api/v1/courses/{course}/exports");
        let asked = service.post(&exports, admin, json!({ "format": "csv" })).await.is(202, "");
        let export = asked.body["id"].as_str().unwrap();
        let made = crate::admins::make(
            server,
            admin.unwrap(),
            crate::admins::unit(server, crate::admins::HOSPITAL).await,
        );
        let (token, admin_link) = crate::admins::token_of(&made.await.is(201, ""));
        let path = format!("{exports}/{export}");
        eventually(async || service.get(&path, admin).await.body["state"] == "ready").await;
        Self {
            course,
            screen: screen.0,
            spot_check: 0,
            export: export.parse().unwrap(),
            check_in: recorded.body["check_in"]["id"].as_str().unwrap().parse().unwrap(),
            person: server.demo.people[1].id.0,
            title: 0,
            transfer: 0,
            project: project(server, "2025-06-02-093 (省)").await,
            registration: crate::registration::submitted(server, 1).await.0,
            number_claim: crate::registration::claims::waiting(server, 3).await,
            unit_proposal: crate::registration::proposed(server, 2).await.0,
            unit: crate::admins::unit(server, crate::admins::HOSPITAL).await,
            account: crate::admins::staff(server, Role::UnitAdmin, crate::admins::HOSPITAL).await.1,
            admin_link,
            token: token.leak(),
            department: unit(server, "药学部").await,
            job: 0,
            delivery: 0,
            announcement: drafted(server).await,
        }
    }

    /// With a new screen or an open spot check, where the call is about one: closing it leaves none to close.
    async fn renewed(self, server: &TestServer, call: &Call) -> Self {
        let mut rows = self;
        if call.path.contains("{screen}") {
            rows.screen = server.screen(self.course).await.0.0;
        }
        if call.path.contains("/spot-checks") {
            // Two at one time are refused.
            server.sql("update spot_checks set cancelled_at = opens_at, cancelled_by = ordered_by").await;
        }
        if call.path.contains("{spot_check}") {
            let path = format!("/api/v1/courses/{}/spot-checks", self.course);
            let ordered =
                server.service.post(&path, server.admin(), json!({ "minutes": 2 })).await.is(201, "");
            rows.spot_check = ordered.body["items"][0]["id"].as_i64().unwrap();
            // It opens three seconds after the order.
            server.advance(4);
        }
        if call.path.contains("/stuck-jobs/") {
            server
                .sql(
                    "select enqueue_job('planted', '{}', 'planted', 1, null);
                     update graphile_worker._private_jobs set attempts = 1 where key = 'planted'",
                )
                .await;
            let job = sqlx::query_scalar("select id from graphile_worker.jobs where key = 'planted'");
            rows.job = job.fetch_one(&server.service.pool).await.unwrap();
        }
        if call.path.starts_with("/api/v1/admin/notice-deliveries/") {
            let failed = "with notice as (
                    insert into notices (kind, person_id, unit_id, noun, noun_id, parameters, at)
                    select 'person_kept', id, unit_id, 'person', id, '{}', now() from people where id = $1 returning id
                )
                insert into notice_deliveries (notice_id, channel, template, state, due_at)
                select id, 'sms', 'transfer', 'failed', now() from notice returning id";
            let failed = sqlx::query_scalar(failed).bind(rows.person);
            rows.delivery = failed.fetch_one(&server.service.pool).await.unwrap();
        }
        if call.path.starts_with("/api/v1/announcements/") {
            rows.announcement = drafted(server).await;
        }
        if call.act == Act::ResetAdmin {
            // One admin does not give an account both.
            server
                .sql(
                    "update accounts set password_given_by = null;
                     update admin_links set ended_at = made_at, revoked_by = maker_id where resets_id is not null and ended_at is null",
                )
                .await;
        }
        // One that waits: each verdict is on another.
        if call.path.starts_with("/api/v1/registrations/") && call.method == Method::POST {
            rows.registration = crate::registration::submitted(server, next_place(server).await).await.0;
        }
        if call.path.starts_with("/api/v1/number-claims/") {
            rows.number_claim = crate::registration::claims::waiting(server, next_place(server).await).await;
        }
        if call.path.starts_with("/api/v1/unit-proposals/") && call.method == Method::POST {
            rows.unit_proposal = crate::registration::proposed(server, next_place(server).await).await.0;
        }
        if call.path == "/api/v1/people/{id}/titles/{title}" {
            rows.title = crate::person_titles::wrong(server, rows.person).await;
        }
        if call.path.starts_with("/api/v1/people/{id}") {
            rows.person = crate::person_merges::ready(server, call.path.ends_with("/undoing")).await;
        }
        if call.path.starts_with("/api/v1/people/transfers/") {
            rows.transfer = crate::transfers::waits(server, server.demo.people[2].id.0).await;
        }
        let_go_in_turn(server, call, rows.person).await;
        if call.path.starts_with("/api/v1/people/{id}/state-change") {
            let waits = call.method == Method::DELETE || call.path.ends_with("/verdicts");
            crate::person_states::stands(server, rows.person, waits).await;
        }
        if call.path.starts_with("/api/v1/people/state-changes/") {
            crate::person_states::stands(server, rows.person, true).await;
        }
        if call.path.starts_with("/api/v1/admin-accounts/") {
            server
                .change("update accounts set disabled_at = null where disabled_at is not null", async || true)
                .await;
        }
        if call.path == "/api/v1/admin-links/{id}" {
            let made = crate::admins::make(server, server.admin().unwrap(), rows.unit).await.is(201, "");
            rows.admin_link = crate::admins::token_of(&made).1;
        }
        if call.path == "/api/v1/units/{id}/merging" && call.method == Method::POST {
            rows.unit = new_unit(server).await;
        }
        if call.path == "/api/v1/units/{id}/closing" {
            rows.unit = unit(server, "浏河县妇幼保健院").await;
        }
        // A project that is where the step may be taken; the draft unless said.
        let number = match (call.method.as_str(), call.path.as_str()) {
            ("DELETE", "/api/v1/projects/{id}/submission") => "2025-12-05-019 (省)",
            ("POST", "/api/v1/projects/{id}/verdicts") => "2025-05-11-027 (省)",
            ("POST", "/api/v1/projects/verdicts" | "/api/v1/projects/verdicts/preview") => {
                "2025-09-03-204 (市)"
            }
            _ => return rows,
        };
        rows.project = project(server, number).await;
        rows
    }

    fn address(&self, path: &str) -> String {
        let id = match path {
            path if path.starts_with("/api/v1/projects/") => self.project,
            path if path.starts_with("/api/v1/registrations/") => self.registration,
            path if path.starts_with("/api/v1/number-claims/") => self.number_claim,
            path if path.starts_with("/api/v1/unit-proposals/") => self.unit_proposal,
            path if path.starts_with("/api/v1/people/") => self.person,
            path if path.starts_with("/api/v1/units/") => self.unit,
            path if path.starts_with("/api/v1/departments/") => self.department,
            path if path.starts_with("/api/v1/admin/stuck-jobs/") => self.job,
            path if path.starts_with("/api/v1/admin/notice-deliveries/") => self.delivery,
            path if path.starts_with("/api/v1/announcements/") => self.announcement,
            path if path.starts_with("/api/v1/units/") => self.unit,
            path if path.starts_with("/api/v1/admin-accounts/") => self.account,
            path if path.starts_with("/api/v1/admin-links/") => self.admin_link,
            _ => self.course,
        };
        path.replace("{id}", &id.to_string())
            .replace("{title}", &self.title.to_string())
            .replace("{screen}", &self.screen.to_string())
            .replace("{spot_check}", &self.spot_check.to_string())
            .replace("{export}", &self.export.to_string())
            .replace("{import}", &Uuid::nil().to_string())
    }
}

/// Of a newcomer, whose phone and number are no other's.
async fn next_place(server: &TestServer) -> u32 {
    let place: i64 = sqlx::query_scalar("select 1 + max(id) from registrations")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    u32::try_from(place).unwrap()
}

/// Has the person stand where the call may let them go or keep them.
async fn let_go_in_turn(server: &TestServer, call: &Call, person: i64) {
    // Of an open unit its own admins let go: it is closed for these calls alone.
    let closed = if call.path == "/api/v1/people/{id}/transfer" { "now()" } else { "null" };
    server
        .sql(&format!(
            "update units set closed_at = {closed} where id = (select unit_id from people where id = {person})
                 and (closed_at is null) <> ({closed} is null)"
        ))
        .await;
    if call.path == "/api/v1/people/{id}/transfer" {
        let begun = call.method == Method::DELETE;
        server
            .sql(&format!(
                "update person_transfers set cancelled_by = let_go_by, cancelled_at = now()
                 where person_id = {person} and taken_in_at is null and cancelled_at is null;
                 insert into person_transfers (person_id, from_unit_id, first_day, reason, let_go_by, let_go_at)
                 select id, unit_id, '2020-01-01', '调动', (select min(id) from accounts), now()
                 from people where id = {person} and {begun};
                 update reviews set state = 'draft', level = null, reason = null
                 where noun = 'person_state' and noun_id = {person} and state = 'submitted'"
            ))
            .await;
    }
}

async fn unit(server: &TestServer, name: &str) -> i64 {
    let id = sqlx::query_scalar("select id from units where name = $1").bind(name);
    id.fetch_one(&server.service.pool).await.unwrap()
}

/// An announcement of the province that is not published.
async fn drafted(server: &TestServer) -> i64 {
    let drafted = "insert into announcements (unit_id, title, body, to_admins, to_people, pinned, drafted_by, drafted_at)
        select units.id, '学分审核安排', '请按时报送。', true, true, false, (select min(id) from accounts), '2020-01-01'
        from units where name = $1 returning id";
    sqlx::query_scalar(drafted).bind(PROVINCE).fetch_one(&server.service.pool).await.unwrap()
}

/// One that nothing hangs on.
async fn new_unit(server: &TestServer) -> i64 {
    let made = "insert into units (parent_id, kind, name)
        select id, 'unit', '新单位' || (select count(*) from units) from units where name = '岳麓区' returning id";
    sqlx::query_scalar(made).fetch_one(&server.service.pool).await.unwrap()
}

async fn project(server: &TestServer, number: &str) -> i64 {
    let id = "select projects.id from projects join catalogue_entries on catalogue_entries.id = catalogue_entry_id where number = $1";
    sqlx::query_scalar(id).bind(number).fetch_one(&server.service.pool).await.unwrap()
}

/// The query and the body with which a call does its act. A call that is not here fails the test: no cell is left out.
async fn probe(server: &TestServer, call: &Call, rows: &Rows) -> (&'static str, Option<Value>) {
    let body = |body: Value| ("", Some(body));
    match (call.method.as_str(), call.path.strip_prefix("/api/v1/").unwrap()) {
        ("PATCH", "courses/{id}") => body(json!({ "face": false })),
        ("POST", "courses/{id}/screens") => body(json!({ "place": "侧厅" })),
        ("POST", "courses/{id}/pairings") => {
            let asked = server.service.post("/api/v1/pairings", None, json!({})).await.is(201, "");
            body(json!({ "characters": asked.body["characters"], "place": "侧厅" }))
        }
        ("POST", "courses/{id}/spot-checks") => body(json!({ "minutes": 2 })),
        ("POST", "courses/{id}/head-counts") => body(json!({ "heads": 30 })),
        ("POST", "courses/{id}/verdicts") => {
            body(json!({ "check_ins": [rows.check_in], "verdict": "kept", "reason": "已核对" }))
        }
        ("PATCH", "projects/{id}") => body(json!({ "hours": "8.0" })),
        (
            "POST",
            "projects/{id}/verdicts" | "registrations/{id}/verdicts" | "number-claims/{id}/verdicts",
        ) => body(json!({ "verdict": "approve" })),
        ("POST", path) if path.contains("/verdicts") && !path.contains("{id}") => {
            body(of_several(server, path, rows).await)
        }
        ("POST", "unit-proposals/{id}/verdicts") => {
            body(json!({ "verdict": "refuse", "reason": "请选择现所在单位" }))
        }
        (method, path) if path.starts_with("announcements") => ("", of_announcements(method, path)),
        ("PATCH", "people/{id}") => body(json!({ "specialty": "急诊医学" })),
        ("POST", "units/{id}/invitations") => body(json!({ "at_most": 1 })),
        ("POST", "people/{id}/titles") => {
            let days: i64 = sqlx::query_scalar("select count(*) from person_titles")
                .fetch_one(&server.service.pool)
                .await
                .unwrap();
            let level = ["junior", "intermediate"][usize::from(days % 2 == 0)];
            let from = format!("20{:02}-01-01", days % 25);
            body(json!({ "title_series": "research", "title_level": level, "from": from }))
        }
        ("POST", "people/{id}/corrections") => {
            body(json!({ "card_number": "4301000099999999", "reason": "已核对卡片" }))
        }
        ("GET", "people/{id}/merging") => {
            let query = format!("?into={}", server.demo.people[4].id.0);
            (Box::leak(query.into_boxed_str()), None)
        }
        ("POST", "people/{id}/merging") => body(crate::person_merges::wanted(server).await),
        ("POST", "people/{id}/merging/searches" | "units/{id}/invitations/preview") => body(json!({})),
        ("POST", "people/{id}/merging/undoing") => body(json!({ "reason": "核对后确认为两人" })),
        ("POST", "people/{id}/transfer") => {
            let from = zaichang_core::clock::day_of(server.now());
            body(json!({ "from": from, "reason": "调往其他单位" }))
        }
        ("POST", "people/transfers/searches") => {
            body(crate::transfers::sought(server, server.demo.people[2].id.0).await)
        }
        ("POST", "people/transfers/taking") => {
            let sought = crate::transfers::sought(server, server.demo.people[2].id.0).await;
            body(crate::transfers::taking(&json!(rows.transfer), &sought, None))
        }
        ("POST", "people/{id}/state-change") => {
            let from = zaichang_core::clock::day_of(server.now());
            body(json!({ "state": "exempt", "from": from, "reason": "外出进修" }))
        }
        ("POST", "people/{id}/state-change/verdicts") => {
            body(json!({ "verdict": "return", "reason": "请核对日期" }))
        }
        ("PATCH", "registrations/{id}") => body(json!({ "specialty": "急诊护理" })),
        ("POST", "registrations/searches") => body(json!({ "number": "13700000001" })),
        ("POST", "admin-links/{id}/letter") => body(json!({ "token": rows.token })),
        ("POST", "units/{id}/admin-links") => body(json!({ "meant_for": "李敏" })),
        ("PATCH", "admin-accounts/{id}") => body(json!({ "rights": null })),
        ("POST", "admin-accounts/{id}/disablement") => body(json!({ "reason": "岗位调整" })),
        ("GET", "units/{id}/merging") => {
            let query = format!("?into={}", new_unit(server).await);
            (Box::leak(query.into_boxed_str()), None)
        }
        ("POST", "units/{id}/merging") => {
            body(json!({ "into": new_unit(server).await, "admins": "disable" }))
        }
        ("POST" | "PATCH", path) if path.starts_with("units") || path.starts_with("departments") => {
            ("", of_units(server, call.method.as_str(), path))
        }
        ("GET", "courses/{id}/sign-in-sheet") => ("?day=2025-11-29&people=true", None),
        ("POST", "courses/{id}/exports") => body(json!({ "format": "csv" })),
        ("GET", "courses/{id}/candidates") => ("?q=王伟", None),
        ("POST", "courses/{id}/candidates/searches") => body(json!({ "text": "王伟" })),
        ("GET", "registrations/units") => ("?kind=department", None),
        ("GET", "people/transfers/units") => ("?q=医院", None),
        ("POST", "courses/{id}/assisted-check-ins") => {
            body(json!({ "person_id": rows.person, "reason": "手机没电" }))
        }
        (method, path) if is_done_by_its_address(method, path) => ("", None),
        ("POST", "admin/deployment-checks/sms" | "admin/deployment-checks/wechat") => body(json!({})),
        ("POST", "admin/deployment-checks/master-key") => {
            let key = zaichang_registry::deployment::fingerprint(server.service.keys.signing_id());
            body(json!({ "fingerprint": key }))
        }
        (method, path) => panic!("{method} {path} has no probe: say here how its act is done"),
    }
}

/// Whether a call does its act with neither a query nor a body.
fn is_done_by_its_address(method: &str, path: &str) -> bool {
    matches!(
        (method, path),
        (
            "POST",
            "screens/{screen}/tickets"
                | "screens/{screen}/replacement"
                | "projects/{id}/submission"
                | "admin-accounts/{id}/password"
                | "admin-accounts/{id}/factor-links"
                | "admin/stuck-jobs/{id}/tries"
                | "admin/notice-deliveries/{id}/sending",
        ) | (
            "DELETE",
            "admin-links/{id}"
                | "admin-accounts/{id}/disablement"
                | "screens/{screen}"
                | "courses/{id}/spot-checks/{spot_check}"
                | "people/{id}/state-change"
                | "people/{id}/titles/{title}"
                | "people/{id}/transfer"
                | "projects/{id}/submission"
                | "units/{id}/closing"
                | "departments/{id}/closing",
        ) | (
            "GET",
            "courses"
                | "courses/{id}"
                | "courses/{id}/screens"
                | "screens/{screen}/code.svg"
                | "screens/{screen}/code.png"
                | "courses/{id}/attendance-records"
                | "courses/{id}/exports/{export}"
                | "courses/{id}/exports/{export}/file"
                | "courses/{id}/spot-checks"
                | "courses/{id}/spot-checks/{spot_check}/missing"
                | "courses/{id}/head-counts"
                | "units"
                | "units/{id}"
                | "units/file"
                | "unit-imports/template"
                | "people-imports/template"
                | "units/{id}/effects"
                | "units/{id}/departments"
                | "units/{id}/people"
                | "units/{id}/people/review-list"
                | "people/{id}"
                | "people/{id}/states"
                | "people/{id}/phone-changes"
                | "people/{id}/titles"
                | "people/{id}/transfers"
                | "people/{id}/merges"
                | "people/transfers"
                | "people/state-changes"
                | "departments/{id}"
                | "admin/audit-log"
                | "admin/notice-deliveries"
                | "admin/notice-deliveries/{id}"
                | "projects"
                | "projects/{id}"
                | "projects/{id}/review-steps"
                | "admin/checklist"
                | "admin/deployment-checks"
                | "admin/release"
                | "registrations"
                | "registrations/{id}"
                | "registrations/{id}/review-steps"
                | "number-claims"
                | "number-claims/{id}"
                | "number-claims/{id}/photo"
                | "number-claims/{id}/review-steps"
                | "unit-proposals"
                | "unit-proposals/{id}"
                | "unit-proposals/{id}/units-alike"
                | "units/{id}/admins"
                | "admin-accounts/{id}"
                | "admin/stuck-jobs",
        )
    )
}

/// The body of a verdict on several, or of its preview: they are one.
async fn of_several(server: &TestServer, path: &str, rows: &Rows) -> Value {
    let (things, id) = match path.split_once('/') {
        Some(("projects", _)) => ("projects", rows.project),
        Some(("registrations", _)) => ("registrations", rows.registration),
        Some(("number-claims", _)) => ("number-claims", rows.number_claim),
        _ => ("people", rows.person),
    };
    let chosen = chosen(server, things, id).await;
    match path {
        path if path.ends_with("/preview") => json!({ "chosen": chosen }),
        "people/state-changes/verdicts" => {
            json!({ "chosen": chosen, "verdict": "return", "reason": "请核对日期" })
        }
        _ => json!({ "chosen": chosen, "verdict": "approve" }),
    }
}

/// One row as it is chosen for a verdict on several: as it was seen just now.
async fn chosen(server: &TestServer, rows: &str, id: i64) -> Value {
    let seen = server.service.get(&format!("/api/v1/{rows}/{id}"), server.admin()).await.body;
    json!([{ "id": id, "version": seen["version"].as_str().unwrap_or("\"1\"") }])
}

/// The body with which something is done to an announcement.
fn of_announcements(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("POST", "announcements") => Some(crate::announcements::words("学分审核安排")),
        ("PATCH", "announcements/{id}") => Some(json!({ "pinned": true })),
        ("POST", "announcements/{id}/publishing") => Some(json!({})),
        _ => None,
    }
}

/// The body with which something is done to a unit or a department.
fn of_units(server: &TestServer, method: &str, path: &str) -> Option<Value> {
    let name = || format!("新单位{}", server.now().as_nanosecond());
    match (method, path) {
        ("POST", "units") => Some(json!({ "name": name(), "division": "990104" })),
        ("PATCH", "units/{id}") => Some(json!({ "grade": "county" })),
        ("POST", "units/{id}/supervisor") => Some(json!({ "supervisor": "990100" })),
        ("POST", "units/{id}/departments") => Some(json!({ "name": name() })),
        ("PATCH", "departments/{id}") => Some(json!({ "before": null })),
        ("POST", "units/{id}/closing" | "departments/{id}/closing") => None,
        (method, path) => panic!("{method} {path} has no probe: say here how its act is done"),
    }
}

/// What the caller says it has seen: of what is handed in and judged, the version that stands, if it may be read.
async fn seen(server: &TestServer, call: &Call, rows: &Rows, session: &str) -> String {
    // These take no `*`.
    let unit = match call.path.as_str() {
        "/api/v1/projects/{id}/submission" | "/api/v1/projects/{id}/verdicts" => {
            let project = server.service.get(&rows.address("/api/v1/projects/{id}"), Some(session)).await;
            return if project.status == 200 { project.version() } else { "\"1\"".to_owned() };
        }
        // A proposal that is not decided yet.
        "/api/v1/unit-proposals/{id}/verdicts" => return "\"1\"".to_owned(),
        // A draft that was not changed yet.
        path if path.starts_with("/api/v1/announcements/{id}") => return "\"1\"".to_owned(),
        // A delivery for which there was no call yet.
        "/api/v1/admin/notice-deliveries/{id}/sending" => return "\"0\"".to_owned(),
        path if path.starts_with("/api/v1/people/{id}") => {
            let version = "select version from people where id = $1";
            let version = sqlx::query_scalar::<_, i64>(version).bind(rows.person);
            return format!("\"{}\"", version.fetch_one(&server.service.pool).await.unwrap());
        }
        path if path.starts_with("/api/v1/departments/{id}") => rows.department,
        path if path.starts_with("/api/v1/units/{id}") => rows.unit,
        _ => return "*".to_owned(),
    };
    // Not by a request: a session has only so many of them.
    let version = sqlx::query_scalar::<_, i64>("select version from unit_versions where id = $1").bind(unit);
    format!("\"{}\"", version.fetch_optional(&server.service.pool).await.unwrap().unwrap_or(1))
}

/// An import is its sender's alone: each has one of their own, which stands where the step may be taken.
async fn call_of_import(server: &TestServer, call: &Call, session: &str) -> Answer {
    let (imports, _) = call.path.split_once("/{import}").unwrap();
    let own = match imports {
        "/api/v1/people-imports" => crate::people::own_import(server, session).await,
        _ => crate::units::own_import(server, session, call.path.ends_with("/admin-links")).await,
    };
    let (path, plan) = own.unwrap_or_else(|| (format!("{imports}/{}", Uuid::nil()), Value::Null));
    let path = call.path.replace(&format!("{imports}/{{import}}"), &path);
    let body = (call.method == Method::POST).then(|| json!({ "plan": plan, "rows": "good" }));
    server.service.call(call.method.clone(), &path, Some(session), body).await
}

/// The call by an admin of an institution, as people are of no other unit: a unit's admin acts for the hospital meanwhile.
async fn call(server: &TestServer, call: &Call, rows: &Rows, session: &str) -> Answer {
    let of_institution = call.path.starts_with("/api/v1/people-imports") || call.act == Act::TakeInPerson;
    if !of_institution {
        return call_as_is(server, call, rows, session).await;
    }
    let me = server.service.get("/api/v1/admin/me", Some(session)).await.body;
    if me["role"] != Role::UnitAdmin.word() {
        return call_as_is(server, call, rows, session).await;
    }
    move_account(server, session, &me["id"], rows.unit).await;
    let answer = call_as_is(server, call, rows, session).await;
    move_account(server, session, &me["id"], me["unit"]["id"].as_i64().unwrap()).await;
    answer
}

async fn move_account(server: &TestServer, session: &str, account: &Value, unit: i64) {
    let told = async || {
        server.service.get("/api/v1/admin/me", Some(session)).await.body["unit"]["id"] == json!(unit)
    };
    server.change(&format!("update accounts set unit_id = {unit} where id = {account}"), told).await;
}

async fn call_as_is(server: &TestServer, call: &Call, rows: &Rows, session: &str) -> Answer {
    if call.path.contains("{import}") {
        return call_of_import(server, call, session).await;
    }
    if matches!(call.path.as_str(), "/api/v1/unit-imports" | "/api/v1/people-imports") {
        let request = server.service.request(call.method.clone(), &call.path, Some(session));
        return crate::test_server::answer(request.body("名称\n")).await;
    }
    let (query, body) = probe(server, call, rows).await;
    let path = format!("{}{query}", rows.address(&call.path));
    let request = server.service.request(call.method.clone(), &path, Some(session));
    let request = request.header("if-match", seen(server, call, rows, session).await);
    crate::test_server::answer(match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

/// Logs in an admin of this role, who acts for a unit of this name.
pub async fn admin(server: &TestServer, role: Role, unit: &str) -> String {
    let account = format!("{}-{}", role.word(), server.now().as_nanosecond());
    sqlx::query(
        "insert into accounts (unit_id, account, name, role, password_hash)
         select min(id), $2, '周敏', $3, $4 from units where name = $1",
    )
    .bind(unit)
    .bind(&account)
    .bind(role.word())
    .bind(password::hash(&"right horse".into()).unwrap())
    .execute(&server.service.pool)
    .await
    .unwrap();
    server.advance(1);
    let login = json!({ "account": account, "password": "right horse" });
    let opened = server.service.post("/api/v1/admin-sessions", None, login).await.is(201, "");
    // Beside the province no authority keeps the demo's deployment.
    let acts: Vec<_> =
        may(role).filter(|act| unit == PROVINCE || !is_of_deployment(*act)).map(Act::word).collect();
    assert_eq!(opened.body["account"]["may"], json!(acts), "what the console may offer");
    opened.cookie("zc_admin").unwrap()
}

const PROVINCE: &str = "潇湘省（演示）";

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_open_to_the_roles_of_the_table_and_to_no_other() {
    let server = TestServer::open().await;
    let rows = Rows::new(&server).await;
    let calls = calls();
    for act in Act::ALL {
        assert!(calls.iter().any(|call| call.act == *act), "no call does {act:?}");
    }
    for role in Role::ALL {
        let session = admin(&server, *role, PROVINCE).await;
        for one in &calls {
            let rows = rows.renewed(&server, one).await;
            let answer = call(&server, one, &rows, &session).await;
            let cell = format!("{role:?} {:?} {} {}: {}", one.act, one.method, one.path, answer.body);
            let allowed: Vec<_> =
                Role::ALL.iter().filter(|role| may(**role).any(|act| act == one.act)).collect();
            if allowed.contains(&role) {
                assert!(answer.status.is_success(), "{cell}");
            } else {
                assert_eq!((answer.status.as_u16(), answer.word()), (403, "forbidden"), "{cell}");
                assert_eq!(answer.body["who_may"], json!(allowed), "{cell}");
                let detail = answer.body["detail"].as_str().unwrap();
                let names = [(Role::UnitAdmin, "单位管理员"), (Role::AuthorityAdmin, "行政部门管理员")];
                for (named, name) in names {
                    assert_eq!(detail.contains(name), allowed.contains(&&named), "{cell}");
                }
            }
        }
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_right_opens_the_acts_of_the_table_and_no_other() {
    let server = TestServer::open().await;
    let rows = Rows::new(&server).await;
    let calls = calls();
    for role in Role::ALL {
        for right in Right::ALL {
            let session = admin(&server, *role, PROVINCE).await;
            let id =
                server.service.get("/api/v1/admin/me", Some(&session)).await.body["id"].as_i64().unwrap();
            let given = format!("update accounts set rights = '{{{}}}' where id = {id}", right.word());
            let path = "/api/v1/admin/me";
            let told =
                async || server.service.get(path, Some(&session)).await.body["rights"] == json!([right]);
            server.change(&given, told).await;
            let acts: Vec<_> = may(*role).filter(|act| rights_for(*act).contains(right)).collect();
            let me = server.service.get(path, Some(&session)).await.body;
            assert_eq!(me["may"], json!(acts), "what the console may offer");
            for one in &calls {
                let cell = format!("{role:?} {right:?} {:?} {} {}", one.act, one.method, one.path);
                let is_open = acts.contains(&one.act);
                // Where it is refused, it is before the row is looked for, and before what is sent.
                let answer = if is_open {
                    call(&server, one, &rows.renewed(&server, one).await, &session).await
                } else {
                    let path = rows.address(&one.path);
                    crate::test_server::answer(server.service.request(
                        one.method.clone(),
                        &path,
                        Some(&session),
                    ))
                    .await
                };
                if is_open {
                    assert!(answer.status.is_success(), "{cell}: {}", answer.body);
                } else {
                    assert_eq!((answer.status.as_u16(), answer.word()), (403, "forbidden"), "{cell}");
                    // Those that can be given to this role.
                    let can_be_given =
                        rights_for(one.act).iter().filter(|right| rights_of(*role).contains(right));
                    let can_be_given: Vec<_> = can_be_given.collect();
                    let lacks = may(*role).any(|act| act == one.act).then(|| json!(can_be_given));
                    assert_eq!(answer.body.get("rights"), lacks.as_ref(), "{cell}");
                }
            }
        }
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_unit_s_answers_as_what_does_not_exist() {
    let server = TestServer::open().await;
    let rows = Rows::new(&server).await;
    let nothing = Rows {
        course: 4_000_000_000,
        screen: 4_000_000_000,
        project: 4_000_000_000,
        registration: 4_000_000_000,
        unit_proposal: 4_000_000_000,
        unit: 4_000_000_000,
        account: 4_000_000_000,
        admin_link: 4_000_000_000,
        department: 4_000_000_000,
        announcement: 4_000_000_000,
        ..rows
    };
    // Beside the hospital, and a department below it.
    let units = ["橘洲街道社区卫生服务中心", "护理部"];
    for (unit, role) in units.iter().flat_map(|unit| Role::ALL.iter().map(move |role| (*unit, *role))) {
        let session = admin(&server, role, unit).await;
        let acts: Vec<_> = may(role).collect();
        // A job is no unit's, and an import its sender's alone.
        let of_units = |call: &&Call| {
            call.path.contains('{') && call.act != Act::RetryJob && !call.path.contains("{import}")
        };
        for one in calls().iter().filter(of_units) {
            let [mut theirs, mut none] = [
                call(&server, one, &rows, &session).await.body,
                call(&server, one, &nothing, &session).await.body,
            ];
            for answer in [&mut theirs, &mut none] {
                answer.as_object_mut().unwrap().remove("request_id").unwrap();
            }
            assert_eq!(theirs, none, "{} {}", one.method, one.path);
            let word = theirs["code"].as_str().unwrap();
            // A right that is missing is told first, whatever the row; and a picture of a code is refused to everybody alike who has
            // not its screen's credential.
            let told_first = !acts.contains(&one.act) || one.path.contains("/code.");
            let expected = if told_first { "forbidden" } else { "not_found" };
            assert_eq!(word, expected, "{} {}", one.method, one.path);
        }
    }
    let of_day =
        server.service.get("/api/v1/courses", Some(&admin(&server, Role::UnitAdmin, "护理部").await)).await;
    assert_eq!(of_day.is(200, "").body["items"], json!([]));
    server.close().await;
}
