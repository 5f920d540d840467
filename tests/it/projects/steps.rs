//! A project's steps: from a draft over a return to its approval, its rejection, and the change of one that is held.

use reqwest::Method;
use serde_json::{Value, json};

use super::{APPROVED, DRAFT, Office, WAITING, stands};
use crate::test_server::eventually;

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
