//! Units that are merged: what it would do is told, what goes over goes, what was keeps its name, and people follow by a job.

use reqwest::Method;
use serde_json::{Value, json};

use super::Registry;
use crate::test_server::eventually;

const HOSPITAL: &str = "岳麓人民医院";
const CLINIC: &str = "橘洲街道社区卫生服务中心";

impl Registry {
    async fn count(&self, query: &str, id: i64) -> i64 {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        sqlx::query_scalar(query).bind(id).fetch_one(&self.server.service.pool).await.unwrap()
    }

    async fn people_of(&self, unit: i64) -> i64 {
        self.count("select count(*) from people where unit_id = $1", unit).await
    }

    /// A department of this unit, or of a department of it.
    async fn department_in(&self, above: i64, name: &str) -> i64 {
        let made = "insert into units (parent_id, kind, name) values ($1, 'department', $2) returning id";
        sqlx::query_scalar(made).bind(above).bind(name).fetch_one(&self.server.service.pool).await.unwrap()
    }

    async fn merge(&self, from: i64, into: i64, admins: &str) -> crate::test_server::Answer {
        let body = json!({ "into": into, "admins": admins });
        self.act(Method::POST, &format!("/api/v1/units/{from}"), "/merging", Some(body)).await
    }

    /// Until everybody has been moved.
    async fn all_moved(&self, from: i64) {
        let path = format!("/api/v1/units/{from}");
        eventually(async || self.get(&path).await.body["merged"]["runs"] == false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_goes_into_another_with_all_that_hangs_on_it_and_its_projects_keep_its_name() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    // A name at the same place, one at another, and one below a department that both have.
    let own = registry.department_in(clinic, "急诊医学科").await;
    let below = registry.department_in(own, "急诊重症病房").await;
    let others = registry.department_in(clinic, "家庭医生工作室").await;
    let their = registry.department_in(hospital, "全科").await;
    let set = format!(
        "update people set department_id = {their} where id = (select min(id) from people where unit_id = {hospital});
         update people set unit_id = {clinic}, department_id = {own} where id = (select max(id) from people where unit_id = {hospital})"
    );
    server.sql(&set).await;
    let departments = registry
        .count(
            "select count(*) from units where parent_id = $1 and kind = 'department' and closed_at is null",
            hospital,
        )
        .await;
    let (waits, session) = crate::registration::submitted(server, 1).await;
    let people = [registry.people_of(hospital).await, registry.people_of(clinic).await];
    let projects = registry.count("select count(*) from projects where unit_id = $1", hospital).await;
    assert!(people[0] > 1 && people[1] > 1 && projects > 0 && departments > 2);

    let told =
        registry.get(&format!("/api/v1/units/{hospital}/merging?into={clinic}")).await.is(200, "").body;
    assert_eq!((&told["into"], &told["may_be_merged"]), (&json!(CLINIC), &json!(true)));
    assert_eq!((&told["people"], &told["registrations"]), (&json!(people[0]), &json!(1)));
    assert_eq!(told["projects"], projects);
    assert_eq!(told["departments_merged"], json!(["急诊医学科"]));
    assert!(told["departments_moved"].as_array().unwrap().contains(&json!("全科")));
    assert!(told["names"].as_array().unwrap().contains(&json!(HOSPITAL)));

    // The course of the hospital is run by its admin, who is moved.
    let course = format!("/api/v1/courses/{}", server.course());
    server.service.get(&course, server.admin()).await.is(200, "");
    let merged = registry.merge(hospital, clinic, "move").await.is(200, "").body;
    assert_eq!((&merged["merged"]["id"], merged["closed_at"].is_string()), (&json!(clinic), true));
    registry.all_moved(hospital).await;
    assert_eq!(
        [registry.people_of(hospital).await, registry.people_of(clinic).await],
        [0, people[0] + people[1]]
    );
    let kept = "select count(*) from people where department_id = $1 and unit_id = (select id from units where name = '橘洲街道社区卫生服务中心')";
    assert_eq!(registry.count(kept, their).await, 1);
    // No person is of a department that has become another.
    let left = "select count(*) from people join units on units.id = department_id where units.merged_into is not null and $1 > 0";
    assert_eq!(registry.count(left, 1).await, 0);
    let tree: Vec<(String, String)> = sqlx::query_as(
        "select units.name, above.name from units join units above on above.id = units.parent_id
         where units.id = any($1) order by units.id",
    )
    .bind([below, others, their])
    .fetch_all(&server.service.pool)
    .await
    .unwrap();
    let lies_in = |name: &str, above: &str| (name.to_owned(), above.to_owned());
    assert_eq!(
        tree,
        [lies_in("急诊重症病房", "急诊医学科"), lies_in("家庭医生工作室", CLINIC), lies_in("全科", CLINIC)]
    );
    // It is found by every name that the other had.
    for q in ["岳麓人民", "工人医院", "ylrm"] {
        assert_eq!(registry.found(&format!("q={q}")).await, [CLINIC], "{q}");
    }
    // What waits goes on there, and what was is the hospital's still: the moved admin judges the one and runs the other.
    let mine = server.service.get("/api/v1/registration", Some(&session)).await.is(200, "").body;
    assert_eq!((&mine["state"], &mine["unit"]["name"]), (&json!("submitted"), &json!(CLINIC)));
    eventually(async || {
        server.service.get("/api/v1/admin/me", server.admin()).await.body["unit"]["name"] == CLINIC
    })
    .await;
    let seen =
        server.service.get(&format!("/api/v1/registrations/{waits}"), server.admin()).await.is(200, "");
    let path = format!("/api/v1/registrations/{waits}/verdicts");
    let judge =
        server.service.request(Method::POST, &path, server.admin()).header("if-match", seen.version());
    let judge = judge.header("content-type", "application/json").body(r#"{"verdict":"approve"}"#);
    let approved = crate::test_server::answer(judge).await.is(200, "").body;
    assert_eq!(approved["unit"]["name"], CLINIC);
    server.service.get(&course, server.admin()).await.is(200, "");
    assert_eq!(registry.count("select count(*) from projects where unit_id = $1", hospital).await, projects);
    let code = server.fresh_code(server.course()).await;
    server.check_in(0, json!({ "code": code })).await.is(201, "recorded");

    // The log says what moved, and who did it.
    let acts = registry.acts(hospital).await;
    let (_, told) = acts.iter().find(|(action, _)| action == "merge_unit").unwrap();
    assert_eq!((&told["into"], &told["people"]), (&json!(CLINIC), &json!(people[0])));
    assert_eq!(
        (&told["departments_merged"], &told["registrations_moved"]),
        (&json!("急诊医学科"), &json!(1))
    );
    assert_eq!((&told["admins"], &told["accounts"]), (&json!("moved"), &json!(1)));
    let (action, told) = acts.last().unwrap();
    assert_eq!((action.as_str(), &told["people"]), ("finish_merge", &json!(people[0])));
    let noted =
        "select count(*) from merged_people join unit_merges on unit_merges.id = merge_id where from_id = $1";
    assert_eq!(registry.count(noted, hospital).await, people[0]);
    // It is over: it is neither opened nor merged again.
    let path = format!("/api/v1/units/{hospital}");
    registry.act(Method::DELETE, &path, "/closing", None).await.is(409, "unit_merged");
    registry.merge(hospital, clinic, "move").await.is(409, "unit_closed");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admins_of_a_merged_unit_are_locked_where_that_is_chosen() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    registry.merge(hospital, clinic, "disable").await.is(200, "");
    eventually(async || server.service.get("/api/v1/admin/me", server.admin()).await.status == 401).await;
    let own = crate::authority::admin(server, zaichang_platform::auth::Role::UnitAdmin, CLINIC).await;
    // The clinic's admin runs what was the hospital's.
    let course = format!("/api/v1/courses/{}", server.course());
    server.service.get(&course, Some(&own)).await.is(200, "");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_merged_is_refused_and_nothing_has_moved() {
    let registry = Registry::open().await;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    let people = registry.people_of(hospital).await;
    let county = registry.id("岳麓区").await;
    let department = registry.id("护理部").await;
    for wrong in [hospital, county, department, 4_000_000_000] {
        let refused = registry.merge(hospital, wrong, "move").await.is(400, "bad_request");
        assert_eq!(refused.body["field"], "into", "{wrong}");
        let path = format!("/api/v1/units/{hospital}/merging?into={wrong}");
        assert_eq!(registry.get(&path).await.is(400, "bad_request").body["field"], "into", "{wrong}");
    }
    registry.merge(county, clinic, "move").await.is(409, "not_an_institution");
    // A county's admin gives nothing to a unit of the city's, nor sees what is another county's.
    let role = zaichang_platform::auth::Role::AuthorityAdmin;
    let of_county = crate::authority::admin(&registry.server, role, "岳麓区").await;
    let of_the_city = registry.id("星沙市中医医院").await;
    let act = async |from: i64, into: i64| {
        let path = format!("/api/v1/units/{from}");
        let body = Some(json!({ "into": into, "admins": "move" }));
        super::acted(&registry.server, Some(&of_county), Method::POST, &path, "/merging", body).await
    };
    assert_eq!(act(hospital, of_the_city).await.is(400, "bad_request").body["field"], "into");
    // A department of the same name as the unit, and units below.
    let named = registry.department_in(clinic, HOSPITAL).await;
    registry.merge(hospital, clinic, "move").await.is(409, "unit_name_taken");
    registry.server.sql(&format!("update units set name = '另一科' where id = {named}")).await;
    registry
        .server
        .sql(&format!("insert into units (parent_id, kind, name) values ({hospital}, 'unit', '附属门诊部')"))
        .await;
    registry.merge(hospital, clinic, "move").await.is(409, "unit_has_units");
    let told =
        registry.get(&format!("/api/v1/units/{hospital}/merging?into={clinic}")).await.is(200, "").body;
    assert_eq!((&told["has_units"], &told["may_be_merged"]), (&json!(true), &json!(false)));
    registry.server.sql("update units set closed_at = now() where name = '附属门诊部'").await;
    // Too many departments.
    registry
        .server
        .sql(&format!(
            "insert into units (parent_id, kind, name) select {clinic}, 'department', '科室' || n from generate_series(1, 499) n"
        ))
        .await;
    registry.merge(hospital, clinic, "move").await.is(409, "departments_full");
    let told =
        registry.get(&format!("/api/v1/units/{hospital}/merging?into={clinic}")).await.is(200, "").body;
    assert_eq!(told["departments_fit"], false);
    assert_eq!(registry.people_of(hospital).await, people);
    let hospital = registry.get(&format!("/api/v1/units/{hospital}")).await.is(200, "").body;
    assert!(hospital["closed_at"].is_null() && hospital["merged"].is_null());
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_of_people_that_breaks_off_goes_on_with_who_is_left_and_moves_nobody_twice() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    let of = |unit: i64| {
        format!(
        "insert into people (name, id_number_sealed, id_number_index, phone_sealed, phone_index, key_id, title, specialty,
             unit_id, registration, pinyin, initials)
         select '合并' || n, 'x', sha256(('id' || n)::bytea), 'x', sha256(('phone' || n)::bytea), 'keys', '医师', '内科', {unit},
             'approved', 'hebing', 'hb'
         from generate_series(1, 1800) n"
    )
    };
    server.sql(&of(hospital)).await;
    let people = [registry.people_of(hospital).await, registry.people_of(clinic).await];
    // The node that does the third lot dies in its middle.
    server
        .sql(
            "create function die() returns trigger language plpgsql as $$ begin
                 if (select people from unit_merges) >= 1000 then raise exception 'killed'; end if; return new; end $$;
             create trigger die before insert on merged_people for each row execute function die()",
        )
        .await;
    registry.merge(hospital, clinic, "move").await.is(200, "");
    let path = format!("/api/v1/units/{hospital}");
    eventually(async || registry.get(&path).await.body["merged"]["people"] == 1000).await;
    assert_eq!(registry.people_of(hospital).await, people[0] - 1000);
    // Neither of both is merged meanwhile.
    let third = registry.id("浏河县妇幼保健院").await;
    registry.merge(third, clinic, "move").await.is(409, "unit_merge_runs");
    registry.merge(clinic, third, "move").await.is(409, "unit_merge_runs");
    let tried = "select count(*) from graphile_worker._private_jobs where key like 'merge:%' and attempts > 0 and $1 > 0";
    eventually(async || registry.count(tried, 1).await == 1).await;
    server
        .sql("drop trigger die on merged_people; update graphile_worker._private_jobs set run_at = now()")
        .await;
    registry.all_moved(hospital).await;
    assert_eq!(
        [registry.people_of(hospital).await, registry.people_of(clinic).await],
        [0, people[0] + people[1]]
    );
    // A node that was taken for dead goes on: there is nothing left to do.
    let merge = registry.count("select id from unit_merges where from_id = $1", hospital).await;
    let again = format!(
        "select enqueue_job('move_merged_people', '{{\"merge\": {merge}}}', 'merge:again', 3, null, 0::smallint)"
    );
    server.sql(&again).await;
    let left = "select count(*) from graphile_worker._private_jobs where key like 'merge:%' and $1 > 0";
    eventually(async || registry.count(left, 1).await == 0).await;
    let over: Vec<Value> = registry
        .acts(hospital)
        .await
        .into_iter()
        .filter(|(action, _)| action == "finish_merge")
        .map(|(_, told)| told)
        .collect();
    assert_eq!(over.len(), 1);
    assert_eq!(over[0]["people"], people[0]);
    registry.merge(third, clinic, "move").await.is(200, "");
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_units_that_are_merged_into_each_other_at_once_end_as_one() {
    let registry = Registry::open().await;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    let people = registry.people_of(hospital).await + registry.people_of(clinic).await;
    let (one, other) =
        tokio::join!(registry.merge(hospital, clinic, "move"), registry.merge(clinic, hospital, "move"));
    let mut words = [one.status.as_u16(), other.status.as_u16()];
    words.sort_unstable();
    assert!(words[0] == 200 && matches!(words[1], 400 | 409 | 412), "{} {}", one.body, other.body);
    let (from, into) = if one.status == 200 { (hospital, clinic) } else { (clinic, hospital) };
    registry.all_moved(from).await;
    assert_eq!([registry.people_of(from).await, registry.people_of(into).await], [0, people]);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_submits_to_a_unit_that_is_being_merged_goes_on_at_the_other_or_is_told() {
    let registry = Registry::open().await;
    let server = &registry.server;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    let (_, session) = crate::registration::submitted(server, 1).await;
    let path = "/api/v1/registration/submission";
    let step = async |method: Method| {
        let version = server.service.get("/api/v1/registration", Some(&session)).await.version();
        let request = server.service.request(method, path, Some(&session)).header("if-match", version);
        crate::test_server::answer(request).await
    };
    step(Method::DELETE).await.is(200, "");
    let (merged, submitted) = tokio::join!(registry.merge(hospital, clinic, "move"), step(Method::POST));
    merged.is(200, "");
    assert!(matches!(submitted.status.as_u16(), 200 | 409 | 412), "{}", submitted.body);
    let mine = server.service.get("/api/v1/registration", Some(&session)).await.is(200, "").body;
    assert_eq!(mine["unit"]["name"], CLINIC);
    let expected = if submitted.status == 200 { "submitted" } else { "draft" };
    assert_eq!(mine["state"], expected);
    registry.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_names_a_merged_unit_is_told_into_which_it_was_merged() {
    let registry = Registry::open().await;
    let (hospital, clinic) = (registry.id(HOSPITAL).await, registry.id(CLINIC).await);
    registry.merge(hospital, clinic, "disable").await.is(200, "");
    registry.all_moved(hospital).await;
    let rows: [&[&str]; 2] = [&["单位名称", "所在区划", "级别"], &[HOSPITAL, "990104", "县"]];
    let file = crate::importing::workbook(&rows);
    let (_, seen) = super::imports::checked(&registry.server, &registry.authority, file).await;
    assert_eq!(seen["counts"]["wrong"], 1, "{seen}");
    let told = seen["faults"].to_string();
    assert!(told.contains(&format!("已并入“{CLINIC}”")) && !told.contains("恢复使用"), "{told}");
    registry.server.close().await;
}
