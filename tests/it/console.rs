//! The console: who may, what they change, and that every act is written down.

use reqwest::Method;
use serde_json::json;

use crate::test_server::{TestServer, answer, eventually};

async fn with_password(server: &TestServer) {
    let hash = zaichang_platform::auth::password::hash(&"right horse".into()).unwrap();
    sqlx::query("update accounts set password_hash = $1")
        .bind(hash)
        .execute(&server.service.pool)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_logs_in_acts_from_the_console_s_own_page_and_logs_out() {
    let server = TestServer::open().await;
    with_password(&server).await;
    let service = &server.service;
    let login = |password: &str| json!({ "account": "yuelu-jjb", "password": password });
    service.post("/api/v1/admin-sessions", None, login("wrong horse")).await.is(401, "login_failed");
    let unknown = json!({ "account": "unknown", "password": "right horse" });
    service.post("/api/v1/admin-sessions", None, unknown).await.is(401, "login_failed");
    let right = service.post("/api/v1/admin-sessions", None, login("right horse")).await.is(201, "");
    assert_eq!(right.body["account"]["unit"]["name"], "岳麓人民医院");
    let cookie = right.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let path = format!("/api/v1/courses/{}/screens", server.course());
    let open = |origin: Option<&str>| {
        let request = service.request(Method::POST, &path, None).header("cookie", &cookie);
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    };
    answer(open(None)).await.is(403, "origin_refused");
    answer(open(Some("https://evil.example"))).await.is(403, "origin_refused");
    answer(open(Some(&service.base))).await.is(201, "");
    let out =
        service.request(Method::DELETE, "/api/v1/admin-sessions/current", None).header("cookie", &cookie);
    answer(out.header("origin", &service.base)).await.is(204, "");
    let me = service.request(Method::GET, "/api/v1/admin/me", None).header("cookie", &cookie);
    answer(me).await.is(401, "login_required");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_is_slowed_down() {
    let server = TestServer::open().await;
    with_password(&server).await;
    let guess = || {
        server.service.post(
            "/api/v1/admin-sessions",
            None,
            json!({ "account": "yuelu-jjb", "password": "guess" }),
        )
    };
    let answers = futures_util::future::join_all((0..15).map(|_| guess())).await;
    assert!(answers.iter().any(|answer| answer.word() == "too_many_requests"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_of_another_unit_is_not_found() {
    let server = TestServer::open().await;
    let clinic = "(select id from units where name = '橘洲街道社区卫生服务中心')";
    server.sql(&format!("update accounts set unit_id = {clinic} where account = 'yuelu-jjb'")).await;
    let course = server.course();
    crate::test_server::eventually(async || {
        server.service.get(&format!("/api/v1/courses/{course}"), server.admin()).await.word() == "not_found"
    })
    .await;
    for (method, path) in [
        (Method::GET, format!("/api/v1/courses/{course}/screens")),
        (Method::POST, format!("/api/v1/courses/{course}/screens")),
        (Method::GET, format!("/api/v1/courses/{course}/attendance-records")),
        (Method::POST, format!("/api/v1/courses/{course}/exports")),
        (Method::GET, format!("/api/v1/courses/{course}/exports/{}", uuid::Uuid::nil())),
        (Method::GET, format!("/api/v1/courses/{course}/exports/{}/file", uuid::Uuid::nil())),
        (Method::POST, format!("/api/v1/courses/{course}/candidates/searches")),
    ] {
        server.service.call(method, &path, server.admin(), None).await.is(404, "not_found");
    }
    let today = server.service.get("/api/v1/courses", server.admin()).await.is(200, "");
    assert_eq!(today.body["items"], json!([]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_sees_its_region_and_changes_nothing_in_it() {
    let server = TestServer::open().await;
    server.sql("update accounts set role = 'authority_admin', unit_id = (select id from units where kind = 'province') where account = 'yuelu-jjb'").await;
    let course = server.course();
    let screens = format!("/api/v1/courses/{course}/screens");
    crate::test_server::eventually(async || {
        server.service.post(&screens, server.admin(), json!({})).await.word() == "forbidden"
    })
    .await;
    server.service.get(&format!("/api/v1/courses/{course}"), server.admin()).await.is(200, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_told_at_once_and_written_down() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}", server.course());
    let change = json!({ "cap": 1, "profile": "standard", "opens": "08:00", "closes": "24:00" });
    let changed = server.service.patch(&path, server.admin(), change).await.is(200, "");
    assert_eq!((&changed.body["cap"], &changed.body["profile"]), (&json!(1), &json!("standard")));
    assert_eq!((&changed.body["opens"], &changed.body["closes"]), (&json!("08:00"), &json!("24:00")));
    let face = json!({ "face": true });
    server.service.patch(&path, server.admin(), face).await.is(409, "face_provider_missing");
    let (action, detail): (String, serde_json::Value) =
        sqlx::query_as("select action, detail from audit_log order by id desc limit 1")
            .fetch_one(&server.service.pool)
            .await
            .unwrap();
    assert_eq!(
        (action.as_str(), &detail["before"]["profile"], &detail["after"]["cap"]),
        ("change_settings", &json!("strict"), &json!(1))
    );
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_only_added_to() {
    let server = TestServer::open().await;
    server.screen(server.course()).await;
    for statement in ["update audit_log set action = 'x'", "delete from audit_log", "truncate audit_log"] {
        let refused = sqlx::raw_sql(statement).execute(&server.service.pool).await;
        assert!(refused.is_err(), "{statement}");
    }
    for statement in ["delete from people", "truncate people cascade", "delete from courses"] {
        assert!(sqlx::raw_sql(statement).execute(&server.service.pool).await.is_err(), "{statement}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn today_s_courses_carry_their_state_and_numbers() {
    let server = TestServer::open().await;
    let code = server.fresh_code(server.course()).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");
    // The cap counts the people of all days.
    server
        .sql(&format!(
            "insert into tallies (course_id, day, attendees, newcomers, check_ins)
             select course_id, day - 1, 5, 5, 6 from tallies where course_id = {}",
            server.course()
        ))
        .await;
    let today = server.service.get("/api/v1/courses", server.admin()).await.is(200, "");
    let items = today.body["items"].as_array().unwrap();
    let course = items.iter().find(|item| item["id"] == server.course()).unwrap();
    assert_eq!(
        (&course["state"], &course["attendees"], &course["open_screens"]),
        (&json!("open"), &json!(1), &json!(1))
    );
    assert_eq!((&course["check_ins"], &course["seats_taken"]), (&json!(1), &json!(6)));
    let unapproved = items.iter().find(|item| item["project"]["state"] == "submitted").unwrap();
    assert_eq!(
        (&unapproved["state"], &unapproved["reason"]),
        (&json!("closed"), &json!("project_not_approved"))
    );
    let another_day = server.service.get("/api/v1/courses?on=2025-12-24", server.admin()).await.is(200, "");
    assert_eq!(another_day.body["items"], json!([]));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_courses_of_a_day_are_searched_and_listed_page_by_page_for_unit_and_authority() {
    let server = TestServer::open().await;
    let project = format!("(select project_id from courses where id = {})", server.course());
    let more =
        "insert into courses (project_id, title, lecturer, hours, place, cap, opens_minute, closes_minute)
         select {project}, '分页' || n, '周敏', 3.0, '门诊楼', null, 420, 1080 from generate_series(1, 30) n";
    server.sql(&more.replace("{project}", &project)).await;
    // The admin acts for the first unit that is called so, from now on.
    let act_for = async |unit: &str| {
        server.sql(&format!("update accounts set unit_id = (select min(id) from units where {unit}) where role = 'unit_admin'")).await;
        let name: String = sqlx::query_scalar(
            "select units.name from accounts join units on units.id = unit_id where role = 'unit_admin'",
        )
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
        eventually(async || {
            server.service.get("/api/v1/admin/me", server.admin()).await.body["unit"]["name"] == name
        })
        .await;
    };
    let pages = async |query: &str| {
        let (mut titles, mut after, mut in_all) = (Vec::new(), String::new(), json!(null));
        loop {
            let path = format!("/api/v1/courses?limit=7{query}{after}");
            let page = server.service.get(&path, server.admin()).await.is(200, "").body;
            assert!(in_all.is_null() || in_all == page["in_all"], "it is of all pages");
            in_all = page["in_all"].clone();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 7);
            titles.extend(items.iter().map(|item| item["title"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            assert_eq!(items.len(), 7);
            after = format!("&after={next}");
        }
        assert_eq!(in_all, json!(titles.len()));
        titles
    };
    let whole = pages("").await;
    assert!(whole.len() > 30);
    let distinct: std::collections::BTreeSet<_> = whole.iter().collect();
    assert_eq!(distinct.len(), whole.len(), "none is listed twice");
    assert_eq!(pages("&q=分页").await.len(), 30);
    assert_eq!(pages("&q=分页2 周敏").await.len(), 11);
    assert_eq!(pages("&q=分页2 无此人").await, Vec::<String>::new());
    assert_eq!(pages("&q=%25").await, Vec::<String>::new(), "a sign of a pattern is only text");
    // The same from the top of the tree, and nothing from beside it.
    act_for("kind = 'province'").await;
    assert_eq!(pages("").await, whole);
    server.sql("insert into units (parent_id, kind, name) values (null, 'province', '邻省')").await;
    act_for("name = '邻省'").await;
    assert_eq!(pages("").await, Vec::<String>::new());
    let odd = [
        ("limit=0", "limit"),
        ("after=x", "after"),
        ("after=WyJcdTAwMDAiLDFd", "after"),
        ("state=open", "query"),
    ];
    for (query, field) in odd {
        let refused = server.service.get(&format!("/api/v1/courses?{query}"), server.admin()).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], json!(field), "{query}");
    }
    let long = "长".repeat(51);
    server.service.get(&format!("/api/v1/courses?q={long}"), server.admin()).await.is(400, "bad_request");
    server.close().await;
}
