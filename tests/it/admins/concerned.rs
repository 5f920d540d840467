//! What somebody above does to a unit's admins stands in the unit's own log.

use serde_json::{Value, json};
use zaichang_platform::auth::Role;

use super::{CLINIC, COUNTY, HOSPITAL, PROVINCE, disable, make, reset, staff, unit};
use crate::test_server::TestServer;

async fn log(server: &TestServer, session: &str, query: &str) -> Value {
    let path = format!("/api/v1/admin/audit-log{query}");
    server.service.get(&path, Some(session)).await.is(200, "").body
}

/// What was done to admins, the newest first, each with the login of who did it.
fn done(log: &Value) -> Vec<(String, Value)> {
    let items = log["items"].as_array().unwrap().iter();
    let items = items.filter(|one| !["log_in", "make_admin"].contains(&one["action"].as_str().unwrap()));
    items.map(|one| (one["action"].as_str().unwrap().to_owned(), one["account"]["account"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_reads_what_was_done_to_it_from_above_and_nobody_beside_does() {
    let server = TestServer::open().await;
    let first = server.admin().unwrap();
    let (province, provinces) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    let (county, _) = staff(&server, Role::AuthorityAdmin, COUNTY).await;
    let (clinics, _) = staff(&server, Role::UnitAdmin, CLINIC).await;
    let (_, colleague) = staff(&server, Role::UnitAdmin, HOSPITAL).await;
    let hospital = unit(&server, HOSPITAL).await;
    reset(&server, &province, colleague).await.is(200, "");
    server.advance(1);
    make(&server, &county, hospital).await.is(201, "");
    server.advance(1);
    disable(&server, &province, colleague).await.is(200, "");
    let login = server.service.get("/api/v1/admin/me", Some(&province)).await.body["account"].clone();
    let of_county = server.service.get("/api/v1/admin/me", Some(&county)).await.body["account"].clone();

    // By name, not by what they type at login.
    let acts = |reset: &Value, link: &Value, disabled: &Value| {
        [("disable_admin", disabled), ("make_admin_link", link), ("reset_admin_password", reset)]
            .map(|(act, who)| (act.to_owned(), who.clone()))
    };
    let read = log(&server, first, "").await;
    let null = json!(null);
    assert_eq!(done(&read), acts(&null, &null, &null));
    assert_eq!(read["items"][0]["account"]["name"], "周敏");
    assert_eq!(read["items"][0]["unit"]["name"], PROVINCE);
    assert_eq!(read["items"][0]["detail"]["reason"], "岗位调整");
    // In between, and at the top: each once.
    let read = log(&server, &county, "").await;
    assert_eq!(done(&read), acts(&null, &of_county, &null));
    let read = log(&server, &province, "").await;
    assert_eq!(done(&read), acts(&login, &of_county, &login));
    assert_eq!(done(&log(&server, &clinics, "").await), []);

    // Filters and the count reach them as well.
    let all = log(&server, first, "").await["in_all"].as_i64().unwrap();
    assert_eq!(all, i64::try_from(log(&server, first, "").await["items"].as_array().unwrap().len()).unwrap());
    assert_eq!(log(&server, first, "?action=disable_admin").await["in_all"], 1);
    assert_eq!(
        log(&server, first, &format!("?noun=account&noun_id={colleague}&action=disable_admin")).await["in_all"],
        1
    );
    let read = log(&server, first, &format!("?account={provinces}")).await;
    assert_eq!(done(&read).len(), 2);
    assert_eq!(read["in_all"], 2);
    let stranger = log(&server, &clinics, &format!("?account={provinces}")).await;
    assert_eq!(stranger["in_all"], 0);
    // Nor is a login found by its letters.
    let found = log(&server, first, &format!("?q={}&action=disable_admin", login.as_str().unwrap())).await;
    assert_eq!(found["in_all"], 0);
    let found = log(&server, first, "?q=周敏&action=disable_admin").await;
    assert_eq!(found["in_all"], 1);

    // Page by page.
    let page = log(&server, first, "?limit=1").await;
    let next = log(&server, first, &format!("?limit=1&after={}", page["next"].as_str().unwrap())).await;
    assert_eq!(next["items"][0]["action"], "make_admin_link");
    server.close().await;
}
