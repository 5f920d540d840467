//! A project's way to its approval, by HTTP: what its unit and its authority may do when, that nobody decides on what they have
//! not seen, and that what was approved is held while another plan is reviewed.

use reqwest::Method;
use serde_json::{Value, json};
use zaichang_platform::auth::Token;

use crate::test_server::{Answer, TestServer, answer, eventually};

const DRAFT: &str = "2025-06-02-093 (省)";
const RETURNED: &str = "2025-07-08-141 (省)";
const WAITING: [&str; 3] = ["2025-12-05-019 (省)", "2025-05-11-027 (省)", "2025-09-03-204 (市)"];
const APPROVED: &str = "2025-11-01-033 (国)";

/// The server, and a session of its authority's admin.
struct Office {
    server: TestServer,
    authority: String,
}

impl Office {
    async fn open() -> Self {
        let server = TestServer::open().await;
        let authority = session(&server, "xiaoxiang-wjw").await;
        Self { server, authority }
    }

    async fn id(&self, number: &str) -> i64 {
        sqlx::query_scalar(
            "select projects.id from projects join catalogue_entries on catalogue_entries.id = catalogue_entry_id where number = $1",
        )
        .bind(number)
        .fetch_one(&self.server.service.pool)
        .await
        .unwrap()
    }

    async fn path(&self, number: &str) -> String {
        format!("/api/v1/projects/{}", self.id(number).await)
    }

    async fn course_of(&self, number: &str) -> i64 {
        sqlx::query_scalar("select min(id) from courses where project_id = $1")
            .bind(self.id(number).await)
            .fetch_one(&self.server.service.pool)
            .await
            .unwrap()
    }

    /// A step of the unit's admin, by the version that stands.
    async fn submission(&self, method: Method, path: &str) -> Answer {
        let seen = self.server.service.get(path, self.server.admin()).await.version();
        self.step(method, &format!("{path}/submission"), self.server.admin(), &seen, None).await
    }

    /// A verdict of the authority's admin, by the version that stands.
    async fn verdict(&self, path: &str, verdict: &Value) -> Answer {
        let seen = self.server.service.get(path, Some(&self.authority)).await.version();
        self.step(Method::POST, &format!("{path}/verdicts"), Some(&self.authority), &seen, Some(verdict))
            .await
    }

    async fn step(
        &self,
        method: Method,
        path: &str,
        session: Option<&str>,
        seen: &str,
        body: Option<&Value>,
    ) -> Answer {
        let request = self.server.service.request(method, path, session).header("if-match", seen);
        answer(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.service.post(path, Some(&self.authority), body).await
    }

    /// What the authority's admin is told.
    async fn get(&self, path: &str) -> Value {
        self.server.service.get(path, Some(&self.authority)).await.is(200, "").body
    }

    /// The acts that were written down about a project, in order.
    async fn acts(&self, number: &str) -> Vec<(String, Value)> {
        sqlx::query_as(
            "select action, detail from audit_log where noun = 'project' and noun_id = $1 order by id",
        )
        .bind(self.id(number).await)
        .fetch_all(&self.server.service.pool)
        .await
        .unwrap()
    }

    /// What a verdict on these would name.
    async fn chosen(&self, numbers: &[&str]) -> Value {
        let mut chosen = Vec::new();
        for number in numbers {
            let project = self.get(&self.path(number).await).await;
            chosen.push(json!({ "id": project["id"], "version": project["version"] }));
        }
        Value::Array(chosen)
    }
}

/// A session of an account that is there.
async fn session(server: &TestServer, account: &str) -> String {
    let token = Token::random().unwrap();
    let made = sqlx::query(
        "insert into sessions (token_hash, account_id, client_kind, created_at, expires_at)
         select $1, id, 'console', $3::timestamptz, $3::timestamptz + interval '30 days' from accounts where account = $2",
    );
    let made =
        made.bind(token.hash().as_slice()).bind(account).bind(jiff_sqlx::ToSqlx::to_sqlx(server.now()));
    assert_eq!(made.execute(&server.service.pool).await.unwrap().rows_affected(), 1);
    token.expose().to_owned()
}

/// Another admin beside one that is there, of the same unit and role.
async fn colleague(server: &TestServer, account: &str, name: &str) -> String {
    server
        .sql(&format!(
            "insert into accounts (unit_id, account, name, role, password_hash)
             select unit_id, account || '-2', '{name}', role, password_hash from accounts where account = '{account}'"
        ))
        .await;
    session(server, &format!("{account}-2")).await
}

fn stands(project: &Value) -> (&str, &str, Option<&str>) {
    let review = &project["review"];
    (project["state"].as_str().unwrap(), review["state"].as_str().unwrap(), review["turn"].as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_goes_from_a_draft_over_a_return_to_its_approval_and_shows_its_code_only_then() {
    let office = Office::open().await;
    let service = &office.server.service;
    let path = office.path(DRAFT).await;
    let screens = format!("/api/v1/courses/{}/screens", office.course_of(DRAFT).await);
    let opens = async || service.post(&screens, office.server.admin(), json!({})).await;
    let today = json!({ "period": [{ "from": "2025-11-29", "to": "2025-11-30" }], "credits": "2.5" });

    let draft = office.get(&path).await;
    assert_eq!((&draft["state"], &draft["review"]), (&json!("draft"), &Value::Null));
    opens().await.is(409, "project_not_submitted");
    office.submission(Method::DELETE, &path).await.is(409, "review_awaits_unit");
    office.verdict(&path, &json!({ "verdict": "approve" })).await.is(409, "review_awaits_unit");
    let planned = service.patch(&path, office.server.admin(), today.clone()).await.is(200, "");
    assert_eq!(
        (&planned.body["plan"]["credits"], &planned.body["plan"]["hours"]),
        (&json!("2.5"), &json!("9.0"))
    );
    assert_eq!(planned.body["plan"], planned.body["review"]["after"]);

    let submitted = office.submission(Method::POST, &path).await.is(200, "");
    assert_eq!(stands(&submitted.body), ("submitted", "submitted", Some("authority")));
    assert_eq!(submitted.body["review"]["submitted_by"], "周敏");
    opens().await.is(409, "project_not_approved");
    office.submission(Method::POST, &path).await.is(409, "review_awaits_authority");
    service
        .patch(&path, office.server.admin(), json!({ "hours": "1" }))
        .await
        .is(409, "review_awaits_authority");
    let withdrawn = office.submission(Method::DELETE, &path).await.is(200, "");
    assert_eq!(stands(&withdrawn.body), ("draft", "draft", Some("unit")));
    office.submission(Method::POST, &path).await.is(200, "");

    let returned = json!({ "verdict": "return", "reason": "请补充日程" });
    let returned = office.verdict(&path, &returned).await.is(200, "");
    assert_eq!(stands(&returned.body), ("returned", "returned", Some("unit")));
    assert_eq!(returned.body["review"]["reason"], "请补充日程");
    opens().await.is(409, "project_not_submitted");
    service.patch(&path, office.server.admin(), json!({ "hours": "7.5" })).await.is(200, "");
    office.submission(Method::POST, &path).await.is(200, "");
    office.server.advance(60);
    let approved = office.verdict(&path, &json!({ "verdict": "approve" })).await.is(200, "");
    assert_eq!(stands(&approved.body), ("approved", "approved", None));
    // Every node hears of it.
    eventually(async || opens().await.status == 201).await;
    office.verdict(&path, &json!({ "verdict": "approve" })).await.is(409, "review_is_over");

    let steps = office.get(&format!("{path}/review-steps")).await;
    let steps: Vec<_> = steps["items"].as_array().unwrap().iter().rev().collect();
    let told: Vec<_> =
        steps.iter().map(|step| (step["step"].as_str().unwrap(), step["by"].as_str().unwrap())).collect();
    let expected = [
        ("submit", "周敏"),
        ("withdraw", "周敏"),
        ("submit", "周敏"),
        ("return", "何建国"),
        ("submit", "周敏"),
        ("approve", "何建国"),
    ];
    assert_eq!(told, expected);
    assert_eq!((&steps[3]["reason"], &steps[3]["level"]), (&json!("请补充日程"), &json!(1)));
    assert_eq!((&steps[3]["after"]["hours"], &steps[4]["after"]["hours"]), (&json!("9.0"), &json!("7.5")));
    let acts = office.acts(DRAFT).await;
    let actions: Vec<_> = acts.iter().map(|(action, _)| action.as_str()).collect();
    let expected = [
        "change_plan",
        "submit_project",
        "withdraw_project",
        "submit_project",
        "return_project",
        "change_plan",
        "submit_project",
        "approve_project",
    ];
    assert_eq!(actions, expected);
    assert_eq!(acts[4].1["reason"], "请补充日程");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_is_over_and_says_why() {
    let office = Office::open().await;
    let path = office.path(WAITING[0]).await;
    for wrong in [json!({ "verdict": "reject" }), json!({ "verdict": "return", "reason": "否" })] {
        let refused = office.verdict(&path, &wrong).await.is(400, "bad_request");
        assert_eq!(
            (&refused.body["field"], &refused.body["detail"]),
            (&json!("reason"), &json!("请检查“理由”。"))
        );
    }
    let reject = json!({ "verdict": "reject", "reason": "与已批准的项目重复" });
    let rejected = office.verdict(&path, &reject).await.is(200, "");
    assert_eq!(stands(&rejected.body), ("rejected", "rejected", None));
    let reason: String = sqlx::query_scalar("select state_reason from projects where id = $1")
        .bind(office.id(WAITING[0]).await)
        .fetch_one(&office.server.service.pool)
        .await
        .unwrap();
    assert_eq!(reason, "与已批准的项目重复");
    let screens = format!("/api/v1/courses/{}/screens", office.course_of(WAITING[0]).await);
    let service = &office.server.service;
    service.post(&screens, office.server.admin(), json!({})).await.is(409, "project_rejected");
    office.submission(Method::POST, &path).await.is(409, "review_is_over");
    office.submission(Method::DELETE, &path).await.is(409, "review_is_over");
    service.patch(&path, office.server.admin(), json!({ "hours": "1" })).await.is(409, "review_is_over");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_held_while_a_change_of_it_is_reviewed() {
    let office = Office::open().await;
    let (server, service) = (&office.server, &office.server.service);
    let path = office.path(APPROVED).await;
    let course = format!("/api/v1/courses/{}", server.course());
    let first = office.get(&path).await;
    assert_eq!(
        (&first["state"], &first["review"]),
        (&json!("approved"), &Value::Null),
        "approved before reviews were kept"
    );
    office.submission(Method::POST, &path).await.is(409, "review_is_over");
    let code = server.fresh_code(server.course()).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");

    // Today has begun: people have checked in.
    let without_today = json!({ "period": [{ "from": "2025-12-06", "to": "2025-12-07" }] });
    service.patch(&path, server.admin(), without_today).await.is(200, "");
    office.submission(Method::POST, &path).await.is(409, "days_have_passed");
    let same = json!({ "period": first["plan"]["period"] });
    service.patch(&path, server.admin(), same).await.is(200, "");
    office.submission(Method::POST, &path).await.is(409, "plan_unchanged");
    let period =
        json!([{ "from": "2025-11-29", "to": "2025-11-29" }, { "from": "2025-12-06", "to": "2025-12-07" }]);
    let planned =
        service.patch(&path, server.admin(), json!({ "period": period, "credits": "7.5" })).await.is(200, "");
    assert_eq!(planned.body["plan"], first["plan"], "in force until it is approved");
    let submitted = office.submission(Method::POST, &path).await.is(200, "");
    assert_eq!(stands(&submitted.body), ("approved", "submitted", Some("authority")));
    assert_eq!(submitted.body["review"]["before"], first["plan"]);
    assert_eq!(submitted.body["review"]["after"]["period"], period);

    let returned = json!({ "verdict": "return", "reason": "学分与学时不符" });
    let returned = office.verdict(&path, &returned).await.is(200, "");
    assert_eq!(stands(&returned.body), ("approved", "returned", Some("unit")));
    let code = server.fresh_code(server.course()).await;
    server.check_in(1, json!({ "code": code })).await.is(201, "recorded");
    assert_eq!(service.get(&course, server.admin()).await.body["period"], first["plan"]["period"]);

    service.patch(&path, server.admin(), json!({ "credits": "7.0" })).await.is(200, "");
    office.submission(Method::POST, &path).await.is(200, "");
    let approved = office.verdict(&path, &json!({ "verdict": "approve" })).await.is(200, "");
    assert_eq!(stands(&approved.body), ("approved", "approved", None));
    assert_eq!(
        (&approved.body["plan"]["credits"], &approved.body["plan"]["period"]),
        (&json!("7.0"), &period)
    );
    assert_eq!(service.get(&course, server.admin()).await.body["period"], period);
    // Today is the last of the first declared days now.
    server.advance(24 * 3600);
    let tomorrow = service.get(&course, server.admin()).await.body;
    assert_eq!(
        (&tomorrow["reason"], &tomorrow["opens_at"]),
        (&json!("outside_period"), &json!("2025-12-05T16:00:00Z"))
    );
    // The next change begins another review, and a rejected one leaves what is in force.
    service.patch(&path, server.admin(), json!({ "hours": "20" })).await.is(200, "");
    office.submission(Method::POST, &path).await.is(200, "");
    let rejected =
        office.verdict(&path, &json!({ "verdict": "reject", "reason": "学时过多" })).await.is(200, "");
    assert_eq!(stands(&rejected.body), ("approved", "rejected", None));
    assert_eq!(rejected.body["plan"], approved.body["plan"]);
    let kept = office.get(&format!("{path}/review-steps")).await;
    assert_eq!(kept["items"].as_array().unwrap().len(), 6);
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_who_judge_at_the_same_moment_one_is_first_and_the_other_is_told() {
    let office = Office::open().await;
    let other = colleague(&office.server, "xiaoxiang-wjw", "许静").await;
    let path = office.path(WAITING[1]).await;
    let verdicts = format!("{path}/verdicts");
    let returned = json!({ "verdict": "return", "reason": "材料不全" });
    let approve = json!({ "verdict": "approve" });
    for round in 0..20 {
        let seen = office.server.service.get(&path, Some(&office.authority)).await.version();
        let (one, two) = tokio::join!(
            office.step(Method::POST, &verdicts, Some(&office.authority), &seen, Some(&returned)),
            office.step(Method::POST, &verdicts, Some(&other), &seen, Some(&returned)),
        );
        let (first, second) = if one.status == 200 { (one, two) } else { (two, one) };
        let first = first.is(200, "");
        let second = second.is(412, "changed_meanwhile");
        assert_eq!(second.body["current"], first.body, "round {round}");
        assert!(["何建国", "许静"].contains(&second.body["changed_by"].as_str().unwrap()));
        // Whoever means to write over anything meets the state that stands.
        let late = office.step(Method::POST, &verdicts, Some(&other), "*", Some(&approve)).await;
        late.is(409, "review_awaits_unit");
        // The unit withdraws in the very moment in which it is judged.
        let seen = office.submission(Method::POST, &path).await.is(200, "").version();
        let (submission, admin) = (format!("{path}/submission"), office.server.admin());
        let (withdrawn, judged) = tokio::join!(
            office.step(Method::DELETE, &submission, admin, &seen, None),
            office.step(Method::POST, &verdicts, Some(&other), &seen, Some(&returned)),
        );
        assert_eq!(
            [withdrawn.status.as_u16(), judged.status.as_u16()].iter().filter(|it| **it == 200).count(),
            1
        );
        office.submission(Method::POST, &path).await.is(200, "");
    }
    let version: i64 = sqlx::query_scalar("select version from project_plans where id = $1")
        .bind(office.id(WAITING[1]).await)
        .fetch_one(&office.server.service.pool)
        .await
        .unwrap();
    assert_eq!(version, 1 + 20 * 4, "each step is one version");
    assert_eq!(office.acts(WAITING[1]).await.len(), 20 * 4);
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_judged_together_as_they_were_seen_or_not_at_all() {
    let office = Office::open().await;
    let waiting = office.get("/api/v1/projects?waiting=true").await;
    let numbers: Vec<_> =
        waiting["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect();
    assert_eq!((numbers.as_slice(), &waiting["in_all"]), (WAITING.as_slice(), &json!(3)));
    let (preview, verdicts) = ("/api/v1/projects/verdicts/preview", "/api/v1/projects/verdicts");

    let chosen = office.chosen(&WAITING).await;
    let told = office.post(preview, json!({ "projects": chosen })).await.is(200, "").body;
    assert_eq!((&told["projects"], &told["units"], &told["changes"]), (&json!(3), &json!(1), &json!(0)));
    assert_eq!(
        (&told["credits"], &told["hours"], &told["days"]),
        (&json!("11.0"), &json!("33.0"), &json!(13))
    );
    assert_eq!((&told["first_day"], &told["last_day"]), (&json!("2025-11-29"), &json!("2025-12-29")));
    assert_eq!((&told["changed"], &told["not_waiting"]), (&json!([]), &json!([])));

    // One is withdrawn meanwhile: none is judged, and what stands is shown.
    office.submission(Method::DELETE, &office.path(WAITING[2]).await).await.is(200, "");
    let approve = json!({ "projects": chosen, "verdict": "approve" });
    let refused = office.post(verdicts, approve).await.is(409, "selection_changed");
    let withdrawn = json!([office.id(WAITING[2]).await]);
    assert_eq!(
        (&refused.body["current"]["changed"], &refused.body["current"]["not_waiting"]),
        (&withdrawn, &withdrawn)
    );
    assert_eq!(office.get("/api/v1/projects?waiting=true").await["in_all"], 2);
    // Seen as it is, it still waits for no verdict: none.
    let all = json!({ "projects": office.chosen(&WAITING).await, "verdict": "approve" });
    office.post(verdicts, all).await.is(409, "review_awaits_unit");
    assert_eq!(office.get("/api/v1/projects?waiting=true").await["in_all"], 2);

    let two = json!({ "projects": office.chosen(&WAITING[..2]).await, "verdict": "return", "reason": "请补充日程" });
    let given = office.post(verdicts, two).await.is(200, "");
    assert_eq!(given.body["items"].as_array().unwrap().len(), 2);
    for number in &WAITING[..2] {
        let project = office.get(&office.path(number).await).await;
        assert_eq!((stands(&project).0, &project["review"]["reason"]), ("returned", &json!("请补充日程")));
        assert_eq!(office.acts(number).await.len(), 1);
    }

    for wrong in [
        json!([]),
        json!([{ "id": 1, "version": "\"1\"" }, { "id": 1, "version": "\"2\"" }]),
        json!(vec![json!({ "id": 1, "version": "\"1\"" }); 201]),
    ] {
        let refused = office.post(preview, json!({ "projects": wrong })).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], "projects");
    }
    let wrong = json!({ "projects": [{ "id": 1, "version": "7" }] });
    assert_eq!(office.post(preview, wrong).await.is(400, "bad_request").body["field"], "projects[0].version");
    office
        .post(preview, json!({ "projects": [{ "id": 999_999, "version": "\"1\"" }] }))
        .await
        .is(404, "not_found");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_applies_and_an_authority_judges_each_what_is_its_own() {
    let office = Office::open().await;
    let (server, service) = (&office.server, &office.server.service);
    let (draft, waiting) = (office.path(DRAFT).await, office.path(WAITING[0]).await);
    let approve = json!({ "verdict": "approve" });
    let as_unit = server.admin();
    let as_authority = Some(office.authority.as_str());
    office
        .step(Method::POST, &format!("{waiting}/verdicts"), as_unit, "*", Some(&approve))
        .await
        .is(403, "forbidden");
    office
        .step(Method::POST, &format!("{draft}/submission"), as_authority, "*", None)
        .await
        .is(403, "forbidden");
    office
        .step(Method::DELETE, &format!("{waiting}/submission"), as_authority, "*", None)
        .await
        .is(403, "forbidden");
    service.patch_seen(&draft, as_authority, "*", &json!({ "hours": "1" })).await.is(403, "forbidden");
    let some = json!({ "projects": office.chosen(&WAITING).await });
    service.post("/api/v1/projects/verdicts/preview", as_unit, some.clone()).await.is(403, "forbidden");
    service.get(&draft, None).await.is(401, "login_required");
    // Without a version nothing is done, and nothing is looked at.
    let without = service.request(Method::POST, &format!("{draft}/submission"), as_unit);
    answer(without).await.is(428, "version_required");

    // Another unit's projects are not found, by its neighbours and by another authority.
    let clinic = "(select id from units where name = '橘洲街道社区卫生服务中心')";
    server.sql(&format!("update accounts set unit_id = {clinic}")).await;
    eventually(async || service.get(&draft, as_unit).await.word() == "not_found").await;
    eventually(async || service.get(&draft, as_authority).await.word() == "not_found").await;
    for (method, path) in [
        (Method::GET, format!("{draft}/review-steps")),
        (Method::POST, format!("{draft}/submission")),
        (Method::DELETE, format!("{draft}/submission")),
    ] {
        office.step(method, &path, as_unit, "*", None).await.is(404, "not_found");
    }
    service.patch_seen(&draft, as_unit, "*", &json!({ "hours": "1" })).await.is(404, "not_found");
    office
        .step(Method::POST, &format!("{waiting}/verdicts"), as_authority, "*", Some(&approve))
        .await
        .is(404, "not_found");
    office.post("/api/v1/projects/verdicts/preview", some.clone()).await.is(404, "not_found");
    let verdicts = json!({ "projects": some["projects"], "verdict": "approve" });
    office.post("/api/v1/projects/verdicts", verdicts).await.is(404, "not_found");
    for list in ["/api/v1/projects", "/api/v1/projects?waiting=true"] {
        assert_eq!(service.get(list, as_authority).await.is(200, "").body["items"], json!([]));
    }
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_are_listed_page_by_page_and_found_by_their_words() {
    let office = Office::open().await;
    let all = office.get("/api/v1/projects").await;
    let ids: Vec<i64> =
        all["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect();
    assert_eq!((ids.len(), &all["in_all"], &all["next"]), (8, &json!(8), &Value::Null));
    assert!(ids.is_sorted_by(|one, next| one > next), "the newest first");
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let page = office.get(&format!("/api/v1/projects?limit=3{after}")).await;
        paged.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, ids);
    for (query, number) in [
        ("q=疼痛", RETURNED),
        ("q=2025-07-08", RETURNED),
        ("q=岳麓人民 141", RETURNED),
        ("state=draft", DRAFT),
        ("waiting=true&limit=1", WAITING[0]),
    ] {
        let found = office.get(&format!("/api/v1/projects?{query}")).await;
        assert_eq!(found["items"][0]["number"], number, "{query}");
    }
    assert_eq!(office.get("/api/v1/projects?q=%25").await["items"], json!([]));
    let wrong = office.server.service.get("/api/v1/projects?state=lost", Some(&office.authority)).await;
    assert_eq!(wrong.is(400, "bad_request").body["field"], "state");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_only_ever_added_and_a_project_without_days_or_courses_is_not_submitted() {
    let office = Office::open().await;
    let pool = &office.server.service.pool;
    for statement in
        ["update review_steps set reason = 'x'", "delete from review_steps", "truncate review_steps cascade"]
    {
        let refused = sqlx::raw_sql(statement).execute(pool).await.unwrap_err();
        assert!(refused.to_string().contains("only ever added to"), "{statement}: {refused}");
    }
    let (path, id) = (office.path(DRAFT).await, office.id(DRAFT).await);
    office.server.sql(&format!("delete from periods where project_id = {id}")).await;
    office.submission(Method::POST, &path).await.is(409, "project_incomplete");
    let past = json!({ "period": [{ "from": "2025-11-01", "to": "2025-11-02" }] });
    office.server.service.patch(&path, office.server.admin(), past).await.is(200, "");
    office.submission(Method::POST, &path).await.is(409, "days_have_passed");
    for (body, field) in [
        (json!({ "period": [] }), "period"),
        (json!({ "period": [{ "from": "2025-11-02", "to": "2025-11-01" }] }), "period"),
        (json!({ "credits": "6.25" }), "credits"),
        (json!({ "hours": 6 }), "hours"),
        (json!({ "state": "approved" }), "body"),
    ] {
        let refused = office.server.service.patch(&path, office.server.admin(), body.clone()).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], field, "{body}");
    }
    office.server.close().await;
}
