//! Who judges what: two admins at the same moment, several projects together, a unit and its authority.

use reqwest::Method;
use serde_json::{Value, json};
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

/// Why each that is left is left, by their ids.
fn left(answer: &Value) -> Vec<(i64, &str)> {
    let left = answer["left"].as_array().unwrap().iter();
    left.map(|one| (one["id"].as_i64().unwrap(), one["code"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_judged_together_each_as_it_was_seen_and_the_others_are_left_and_named() {
    let office = Office::open().await;
    let waiting = office.get("/api/v1/projects?waiting=true").await;
    let numbers: Vec<_> =
        waiting["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect();
    assert_eq!((numbers.as_slice(), &waiting["in_all"]), (WAITING.as_slice(), &json!(3)));
    let (preview, verdicts) = ("/api/v1/projects/verdicts/preview", "/api/v1/projects/verdicts");

    let chosen = office.chosen(&WAITING).await;
    let told = office.post(preview, json!({ "chosen": chosen })).await.is(200, "").body;
    assert_eq!((&told["projects"], &told["units"], &told["changes"]), (&json!(3), &json!(1), &json!(0)));
    assert_eq!(
        (&told["credits"], &told["hours"], &told["days"]),
        (&json!("11.0"), &json!("33.0"), &json!(13))
    );
    assert_eq!((&told["first_day"], &told["last_day"]), (&json!("2025-11-29"), &json!("2025-12-29")));
    assert_eq!((&told["count"], &told["left"]), (&json!(3), &json!([])));
    assert_eq!((&told["changed"], &told["not_waiting"]), (&json!([]), &json!([])));
    // A console of the release before asks by another name.
    assert_eq!(office.post(preview, json!({ "projects": chosen })).await.is(200, "").body, told);

    // One is withdrawn meanwhile: it is left, and the figures are those of the others.
    let withdrawn = office.id(WAITING[2]).await;
    office.submission(Method::DELETE, &office.path(WAITING[2]).await).await.is(200, "");
    let told = office.post(preview, json!({ "chosen": chosen })).await.is(200, "").body;
    assert_eq!((&told["count"], left(&told)), (&json!(2), vec![(withdrawn, "changed_meanwhile")]));
    assert_eq!((&told["projects"], &told["changed"]), (&json!(2), &json!([withdrawn])));
    // Seen as it is, it waits for no verdict.
    let all = json!({ "chosen": office.chosen(&WAITING).await });
    let told = office.post(preview, all).await.is(200, "").body;
    assert_eq!(
        (left(&told), &told["not_waiting"]),
        (vec![(withdrawn, "review_awaits_unit")], &json!([withdrawn]))
    );

    let back = json!({ "chosen": chosen, "verdict": "return", "reason": "请补充日程" });
    let given = office.post(verdicts, back).await.is(200, "").body;
    assert_eq!(given["items"].as_array().unwrap().len(), 2);
    assert_eq!(left(&given), [(withdrawn, "changed_meanwhile")]);
    assert_eq!(given["left"][0]["title"], "内容已有新的修改");
    for number in &WAITING[..2] {
        let project = office.get(&office.path(number).await).await;
        assert_eq!((stands(&project).0, &project["review"]["reason"]), ("returned", &json!("请补充日程")));
        assert_eq!(office.acts(number).await.len(), 1);
    }
    assert_eq!(office.get("/api/v1/projects?waiting=true").await["in_all"], 0);

    let many: Vec<_> = (1..=501).map(|id| json!({ "id": id, "version": "\"1\"" })).collect();
    for wrong in [
        json!([]),
        json!([{ "id": 1, "version": "\"1\"" }, { "id": 1, "version": "\"2\"" }]),
        json!(vec![json!({ "id": 1, "version": "\"1\"" }); 201]),
        json!(many),
    ] {
        let refused = office.post(preview, json!({ "chosen": wrong })).await.is(400, "bad_request");
        assert_eq!(refused.body["field"], "chosen");
        let refused = office.post(verdicts, json!({ "chosen": wrong, "verdict": "approve" })).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "chosen");
    }
    let wrong = json!({ "chosen": [{ "id": 1, "version": "7" }] });
    assert_eq!(office.post(preview, wrong).await.is(400, "bad_request").body["field"], "chosen[0].version");
    office
        .post(preview, json!({ "chosen": [{ "id": 999_999, "version": "\"1\"" }] }))
        .await
        .is(404, "not_found");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_admins_with_overlapping_batches_each_project_is_judged_once_and_sending_twice_changes_nothing()
 {
    let office = Office::open().await;
    let other = colleague(&office.server, "xiaoxiang-wjw", "许静").await;
    let verdicts = "/api/v1/projects/verdicts";
    for round in 0..10 {
        let chosen = office.chosen(&WAITING).await;
        let ask = |from: usize, to: usize| {
            let some = &chosen.as_array().unwrap()[from..to];
            json!({ "chosen": some, "verdict": "return", "reason": "材料不全" })
        };
        let (one, two) = tokio::join!(
            office.post(verdicts, ask(0, 2)),
            office.server.service.post(verdicts, Some(&other), ask(1, 3)),
        );
        let (one, two) = (one.is(200, "").body, two.is(200, "").body);
        let both = office.id(WAITING[1]).await;
        let given = |answer: &Value| answer["items"].as_array().unwrap().len();
        assert_eq!(given(&one) + given(&two), 3, "round {round}");
        let (first, second) = if given(&one) == 2 { (&one, &two) } else { (&two, &one) };
        assert_eq!((left(first), left(second)), (vec![], vec![(both, "changed_meanwhile")]), "round {round}");
        // An answer that was lost is asked for again: the same comes of it, and nothing is done twice.
        let again = office.post(verdicts, ask(0, 2)).await.is(200, "").body;
        assert_eq!((again["items"].as_array().unwrap().len(), left(&again)), (given(&one), left(&one)));
        for number in &WAITING {
            assert_eq!(office.acts(number).await.len(), 1 + round * 2, "{number}");
            office.submission(Method::POST, &office.path(number).await).await.is(200, "");
        }
    }
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
    let some = json!({ "chosen": office.chosen(&WAITING).await });
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
    let verdicts = json!({ "chosen": some["chosen"], "verdict": "approve" });
    office.post("/api/v1/projects/verdicts", verdicts).await.is(404, "not_found");
    for list in ["/api/v1/projects", "/api/v1/projects?waiting=true"] {
        assert_eq!(service.get(list, as_authority).await.is(200, "").body["items"], json!([]));
    }
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_that_cannot_be_approved_are_named_before_and_left_by_the_verdict() {
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
    let mut why = vec![(empty, "project_incomplete"), (late, "days_have_passed")];
    why.sort_unstable();
    let told = office.post(preview, json!({ "chosen": chosen })).await.is(200, "").body;
    assert_eq!((&told["count"], left(&told), &told["refused"]), (&json!(1), why.clone(), &json!(refused)));
    // They can be returned: a preview is of its verdict.
    let told = office.post(preview, json!({ "chosen": chosen, "verdict": "return" })).await.is(200, "").body;
    assert_eq!((&told["count"], &told["left"]), (&json!(3), &json!([])));

    let approve = json!({ "chosen": chosen, "verdict": "approve" });
    let given = office.post(verdicts, approve).await.is(200, "").body;
    assert_eq!((left(&given), given["items"].as_array().unwrap().len()), (why, 1));
    assert_eq!(office.get(&office.path(WAITING[0]).await).await["state"], "approved");
    for number in &numbers[1..] {
        assert_eq!(office.get(&office.path(number).await).await["review"]["state"], "submitted", "{number}");
    }
    let back = json!({ "chosen": office.chosen(&numbers[1..]).await, "verdict": "return", "reason": "请核对举办日期" });
    let given = office.post(verdicts, back).await.is(200, "").body;
    assert_eq!((left(&given).len(), given["items"].as_array().unwrap().len()), (0, 2));
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
    let all = json!({ "chosen": office.chosen(&WAITING).await, "verdict": "approve" });
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
