//! Who judges what: two admins at the same moment, several projects together, a unit and its authority.

use reqwest::Method;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use super::{APPROVED, DRAFT, Office, WAITING, colleague, stands};
use crate::test_server::{answer, eventually};

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
        // A verdict on another version is refused; one on what stands meets its state.
        for (seen, status, code) in
            [("*", 400, "bad_request"), (&*first.version(), 409, "review_awaits_unit")]
        {
            let late = office.step(Method::POST, &verdicts, Some(&other), seen, Some(&approve)).await;
            late.is(status, code);
        }
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
async fn projects_that_cannot_be_approved_are_named_before_and_where_a_verdict_is_refused() {
    let office = Office::open().await;
    let server = &office.server;
    let (preview, verdicts) = ("/api/v1/projects/verdicts/preview", "/api/v1/projects/verdicts");
    // One without courses; and a change of an approved one whose new day has passed before anybody judged it.
    let (empty, late) = (office.id(WAITING[1]).await, office.id(APPROVED).await);
    server.sql(&format!("update courses set project_id = {late} where project_id = {empty}")).await;
    let path = office.path(APPROVED).await;
    let mut period = office.get(&path).await["plan"]["period"].clone();
    let days = period.as_array_mut().unwrap();
    days.push(json!({ "from": "2025-12-10", "to": "2025-12-10" }));
    server.service.patch(&path, server.admin(), json!({ "period": period })).await.is(200, "");
    office.submission(Method::POST, &path).await.is(200, "");
    server.advance(13 * 24 * 3600);

    let numbers = [WAITING[0], WAITING[1], APPROVED];
    let chosen = office.chosen(&numbers).await;
    let mut refused = vec![
        json!({ "id": empty, "number": WAITING[1], "code": "project_incomplete" }),
        json!({ "id": late, "number": APPROVED, "code": "days_have_passed" }),
    ];
    refused.sort_by_key(|one| one["id"].as_i64());
    let told = office.post(preview, json!({ "projects": chosen })).await.is(200, "").body;
    assert_eq!(told["refused"], json!(refused));

    let approve = json!({ "projects": chosen, "verdict": "approve" });
    let answer = office.post(verdicts, approve).await.is(409, refused[0]["code"].as_str().unwrap());
    assert_eq!(answer.body["current"], told);
    assert_eq!(office.get(&office.path(WAITING[0]).await).await["state"], "submitted", "none is judged");
    // The others can be; and those can be returned.
    let other = json!({ "projects": office.chosen(&numbers[..1]).await, "verdict": "approve" });
    office.post(verdicts, other).await.is(200, "");
    let back = json!({ "projects": office.chosen(&numbers[1..]).await, "verdict": "return", "reason": "请核对举办日期" });
    office.post(verdicts, back).await.is(200, "");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_meets_another_in_a_circle_of_locks_is_told_to_come_back_and_nothing_is_half_done() {
    let office = Office::open().await;
    let mut ids = Vec::new();
    for number in &WAITING {
        ids.push(office.id(number).await);
    }
    ids.sort_unstable();
    // Another transaction locks against the order in which all of ours lock, and has patience.
    let mut other = PgConnection::connect(office.server.stores.postgres.url()).await.unwrap();
    sqlx::raw_sql("set deadlock_timeout = '1h'").execute(&mut other).await.unwrap();
    let mut holding = other.begin().await.unwrap();
    let lock = "select id from project_plans where id = $1 for update";
    sqlx::query(lock).bind(ids[2]).execute(&mut *holding).await.unwrap();
    let all = json!({ "projects": office.chosen(&WAITING).await, "verdict": "approve" });
    let beside = async {
        let waits = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
        eventually(async || {
            sqlx::query_scalar::<_, bool>(waits).fetch_one(&office.server.service.pool).await.unwrap()
        })
        .await;
        sqlx::query(lock).bind(ids[0]).execute(&mut *holding).await.unwrap();
        holding.rollback().await.unwrap();
    };
    let (refused, ()) = tokio::join!(office.post("/api/v1/projects/verdicts", all.clone()), beside);
    let refused = refused.is(503, "busy");
    assert_eq!(
        (&refused.body["retry_after_ms"], &refused.headers["retry-after"]),
        (&json!(1000), &"1".parse().unwrap())
    );
    assert_eq!(office.get("/api/v1/projects?waiting=true").await["in_all"], 3);
    office.post("/api/v1/projects/verdicts", all).await.is(200, "");
    drop(other);
    office.server.close().await;
}
