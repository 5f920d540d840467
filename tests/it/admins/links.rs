//! Links for the admins of units: who makes one and for which unit, what becomes of it, and of those who come too late.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use zaichang_platform::auth::Role;

use super::{
    CLINIC, COUNTY, HOSPITAL, PROVINCE, accept, filled, join, list, make, me, staff, token_of, unit,
};
use crate::test_server::{Answer, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_of_the_unit_lets_a_further_one_in_and_both_are_named() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let made = make(&server, first, hospital).await.is(201, "");
    let (token, id) = token_of(&made);
    let listed = list(&server, first, hospital).await.is(200, "").body;
    assert_eq!(listed["links"][0]["id"], id);
    assert_eq!(
        (&listed["links"][0]["meant_for"], &listed["links"][0]["made_by"]),
        (&json!("李敏"), &json!("周敏"))
    );
    assert!(!listed.to_string().contains(&token), "its address is told once");
    let kept = "select count(*) from admin_links where admin_links::text like '%' || $1 || '%'";
    let in_clear: i64 = sqlx::query_scalar(kept).bind(&token).fetch_one(&server.service.pool).await.unwrap();
    assert_eq!(in_clear, 0, "its SHA-256 alone is kept");

    let opening = json!({ "token": token });
    let opened = server.service.post("/api/v1/admin-links/openings", None, opening).await.is(200, "").body;
    assert_eq!((&opened["unit"]["name"], &opened["of_deployment"]), (&json!(HOSPITAL), &json!(false)));
    let (mut body, _) = filled(&server, &token, "yuelu-limin").await;
    body["authority"] = json!({ "name": "长沙市卫生健康委员会", "division": "430100" });
    accept(&server, &body).await.is(409, "authority_exists");
    body.as_object_mut().unwrap().remove("authority");
    let second = accept(&server, &body).await.is(201, "").cookie("zc_admin").unwrap();
    let who = me(&server, &second).await.is(200, "").body;
    assert_eq!((&who["role"], &who["unit"]["id"]), (&json!("unit_admin"), &json!(hospital)));

    let listed = list(&server, first, hospital).await.is(200, "").body;
    let names: Vec<_> = listed["admins"].as_array().unwrap().iter().map(|one| &one["account"]).collect();
    assert_eq!(names, ["yuelu-jjb", "yuelu-limin"]);
    assert_eq!(listed["links"], json!([]));
    assert_eq!(listed["admins"][1]["second_factor"], "totp");
    assert!(!listed.to_string().contains("4321"), "no phone is told");
    let log = server.service.get("/api/v1/admin/audit-log", Some(first)).await.is(200, "").body;
    let acts: Vec<_> = log["items"].as_array().unwrap().iter().map(|one| &one["action"]).take(2).collect();
    assert_eq!(acts, ["accept_admin_link", "make_admin_link"]);
    assert_eq!(log["items"][0]["detail"]["maker"], "周敏");
    assert!(!log.to_string().contains(&token));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_lets_in_the_first_admin_of_a_unit_below_and_that_of_an_authority_below() {
    let server = TestServer::open().await;
    let (province, _) = staff(&server, Role::AuthorityAdmin, PROVINCE).await;
    for (name, account, role) in [(CLINIC, "juzhou", "unit_admin"), (COUNTY, "yuelu-wjj", "authority_admin")]
    {
        let joined = join(&server, &province, unit(&server, name).await, account).await;
        let who = me(&server, &joined.session).await.body;
        assert_eq!((&who["role"], &who["unit"]["name"]), (&json!(role), &json!(name)));
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_made_for_one_s_own_unit_and_below_and_no_other() {
    let server = TestServer::open().await;
    let own = server.admin().unwrap();
    let (clinics, _) = staff(&server, Role::UnitAdmin, CLINIC).await;
    let (of_county, _) = staff(&server, Role::AuthorityAdmin, COUNTY).await;
    let hospital = unit(&server, HOSPITAL).await;
    let nothing = make(&server, own, 4_000_000_000).await.is(404, "not_found").body["detail"].clone();
    for (session, name) in
        [(own, CLINIC), (own, COUNTY), (own, PROVINCE), (&clinics, HOSPITAL), (&of_county, PROVINCE)]
    {
        let unit = unit(&server, name).await;
        let refused = make(&server, session, unit).await.is(404, "not_found");
        assert_eq!(refused.body["detail"], nothing, "{name}");
        list(&server, session, unit).await.is(404, "not_found");
    }
    let (_, link) = token_of(&make(&server, own, hospital).await.is(201, ""));
    let path = format!("/api/v1/admin-links/{link}");
    server.service.call(Method::DELETE, &path, Some(&clinics), None).await.is(404, "not_found");
    server.service.call(Method::DELETE, &path, Some(&of_county), None).await.is(204, "");

    // A unit's admin who stands at a region, as one may by hand, makes no link for its authority.
    let (by_hand, _) = staff(&server, Role::UnitAdmin, COUNTY).await;
    make(&server, &by_hand, unit(&server, COUNTY).await).await.is(404, "not_found");
    make(&server, &by_hand, hospital).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_until_it_ends_and_not_once_it_was_taken_back() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let (token, _) = token_of(&make(&server, first, hospital).await);
    let (body, _) = filled(&server, &token, "yuelu-limin").await;
    let mut other = filled(&server, &token, "yuelu-other").await.0;
    other["phone"] = json!("13800005555");
    let both = join_all([accept(&server, &body), accept(&server, &other)]).await;
    let mut words: Vec<_> = both.iter().map(Answer::word).collect();
    words.sort_unstable();
    assert_eq!(words, ["", "admin_link_ended"]);
    accept(&server, &body).await.is(410, "admin_link_ended");
    let opening = json!({ "token": token });
    server.service.post("/api/v1/admin-links/openings", None, opening).await.is(410, "admin_link_ended");

    let (token, id) = token_of(&make(&server, first, hospital).await);
    let path = format!("/api/v1/admin-links/{id}");
    let at_once =
        join_all((0..2).map(|_| server.service.call(Method::DELETE, &path, Some(first), None))).await;
    let mut statuses: Vec<_> = at_once.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
    let opening = json!({ "token": token });
    server.service.post("/api/v1/admin-links/openings", None, opening).await.is(410, "admin_link_ended");

    let (token, _) = token_of(&make(&server, first, hospital).await);
    let (body, _) = filled(&server, &token, "yuelu-late").await;
    server.advance(72 * 3600);
    let opening = json!({ "token": token });
    server.service.post("/api/v1/admin-links/openings", None, opening).await.is(410, "admin_link_expired");
    accept(&server, &body).await.is(410, "admin_link_expired");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_unit_and_a_department_take_no_admins() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let department = unit(&server, "护理部").await;
    make(&server, first, department).await.is(409, "unit_takes_no_admins");
    assert_eq!(list(&server, first, department).await.is(200, "").body["takes_admins"], false);

    let (token, _) = token_of(&make(&server, first, hospital).await);
    let (body, _) = filled(&server, &token, "yuelu-limin").await;
    server.sql("update units set closed_at = now() where name = '岳麓人民医院'").await;
    let opening = json!({ "token": token });
    let closed = server.service.post("/api/v1/admin-links/openings", None, opening).await;
    closed.is(410, "admin_link_unit_closed");
    accept(&server, &body).await.is(410, "admin_link_unit_closed");
    make(&server, first, hospital).await.is(409, "unit_takes_no_admins");
    server.sql("update units set closed_at = null where name = '岳麓人民医院'").await;
    accept(&server, &body).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_link_is_meant_for_is_a_name_and_so_many_wait_at_a_time() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin(), unit(&server, HOSPITAL).await);
    let path = format!("/api/v1/units/{hospital}/admin-links");
    for wrong in ["", "李", "13800001234", "李\n敏"] {
        let refused = server.service.post(&path, first, json!({ "meant_for": wrong })).await;
        assert_eq!(refused.is(400, "bad_request").body["field"], "meant_for", "{wrong}");
    }
    let body = json!({ "meant_for": "李敏" });
    let made = join_all((0..25).map(|_| server.service.post(&path, first, body.clone()))).await;
    let refused = made.iter().filter(|answer| answer.word() == "too_many_admin_links").count();
    assert_eq!((made.len() - refused, refused), (20, 5));
    server.close().await;
}
