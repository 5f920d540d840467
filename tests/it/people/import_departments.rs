//! Departments that a list of people names and the unit has not: told by their names, added in one act, and the list checked again.

use serde_json::{Value, json};

use super::imports::{IMPORTS, checked, csv, faults};
use super::unit;
use crate::admins::HOSPITAL;
use crate::importing::{counts, rests};
use crate::projects::session;
use crate::test_server::{TestServer, answer};

/// Names that the list uses: three that can be added, one of them twice, and those that are put right by hand.
const ROWS: [(&str, u32, &str); 7] = [
    ("周小燕", 1, ",骨科"),
    ("李雷", 2, ",儿科"),
    ("韩梅梅", 3, ",骨科"),
    // It is written in full width, what it lies in stands before it, it has one letter, it was closed.
    ("李八", 6, ",８病区"),
    ("赵六", 4, ",骨科/一病区"),
    ("孙七", 5, ",科"),
    ("吴九", 7, ",老年病科"),
];

async fn names(server: &TestServer, hospital: i64) -> Vec<String> {
    let path = format!("/api/v1/units/{hospital}/departments");
    let listed = server.service.get(&path, server.admin()).await.is(200, "").body;
    let open = listed["items"].as_array().unwrap().iter().filter(|one| one["closed_at"].is_null());
    open.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_that_a_list_names_are_added_in_one_act_and_the_list_is_checked_again() {
    let server = TestServer::open().await;
    let (by, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    server
        .sql(&format!(
            "insert into units (parent_id, kind, name, closed_at) values ({hospital}, 'department', '老年病科', now())"
        ))
        .await;
    let before = names(&server, hospital).await;
    let (path, seen) = checked(&server, by, csv(",科室", &ROWS)).await;
    assert_eq!(seen["counts"], counts(0, 0, 0, 7));
    assert_eq!(seen["missing"], json!(["8病区", "儿科", "骨科"]));

    let add = format!("{path}/departments");
    let added = server.service.post(&add, Some(by), json!({})).await.is(202, "").body;
    assert_eq!((&added["state"], &added["counts"]), (&json!("checking"), &Value::Null));
    rests(&server, &path).await;
    let seen = server.service.get(&path, Some(by)).await.is(200, "").body;
    assert_eq!((&seen["state"], &seen["counts"]), (&json!("checked"), &counts(4, 0, 0, 3)));
    assert_eq!(seen["missing"], json!([]));
    let closed = "该单位的这个科室已停用，请先在单位页面恢复，或更正科室名称".to_owned();
    assert!(faults(&seen).contains(&(8, closed)), "{seen}");
    let after = names(&server, hospital).await;
    assert_eq!(after, [before, ["8病区", "儿科", "骨科"].map(str::to_owned).to_vec()].concat());
    let acts: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'add_department'")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(acts, 3);

    // The plan that was seen before is another now.
    let body = json!({ "plan": seen["plan"], "rows": "good" });
    server.service.post(&format!("{path}/writing"), Some(by), body).await.is(202, "");
    rests(&server, &path).await;
    server.service.post(&add, Some(by), json!({})).await.is(409, "import_not_checked");
    assert_eq!(names(&server, hospital).await, after, "a refused act adds nothing");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_unit_no_department_is_offered() {
    let server = TestServer::open().await;
    let authority = session(&server, "xiaoxiang-wjw").await;
    let row = format!(",骨科,{HOSPITAL}");
    let (path, seen) = checked(&server, &authority, csv(",科室,单位", &[("周小燕", 1, &row)])).await;
    assert_eq!((&seen["counts"], &seen["missing"]), (&counts(0, 0, 0, 1), &json!([])));
    let add = format!("{path}/departments");
    server.service.post(&add, Some(&authority), json!({})).await.is(403, "forbidden");
    // Nor is it another account's to go on with.
    server.service.post(&add, server.admin(), json!({})).await.is(404, "not_found");
    let request =
        server.service.request(reqwest::Method::POST, &format!("{IMPORTS}/x/departments"), server.admin());
    answer(request).await.is(404, "not_found");
    server.close().await;
}
