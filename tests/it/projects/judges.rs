//! Whose verdict a project may have: an authority does not judge what it hosts itself where there is one above it.

use super::*;

/// A project that waits for its verdict and is hosted by the city, and a session of the city's admin.
async fn hosted_by_the_city(office: &Office) -> (String, String) {
    let server = &office.server;
    let city = "insert into accounts (unit_id, account, name, role, password_hash)
         select id, 'city-wjw', '李敏', 'authority_admin', '' from units where kind = 'city'
             and id = (select city.id from units city join units county on county.parent_id = city.id
                 join units hospital on hospital.parent_id = county.id
                 join projects on projects.unit_id = hospital.id limit 1)";
    server.sql(city).await;
    host(server, WAITING[0], "city-wjw").await;
    host(server, WAITING[1], "city-wjw").await;
    (office.path(WAITING[0]).await, session(server, "city-wjw").await)
}

/// Makes the unit of this account the host of a project.
async fn host(server: &TestServer, number: &str, account: &str) {
    let moved = "with moved as (
             update catalogue_entries set unit_id = (select unit_id from accounts where account = $2)
             where number = $1 returning id, unit_id
         )
         update projects set unit_id = moved.unit_id from moved where catalogue_entry_id = moved.id";
    let moved = sqlx::query(moved).bind(number).bind(account).execute(&server.service.pool).await.unwrap();
    assert_eq!(moved.rows_affected(), 1);
}

impl Office {
    /// A verdict of this admin, by the version that stands.
    async fn verdict_of(&self, session: &str, path: &str, verdict: &Value) -> Answer {
        let seen = self.server.service.get(path, Some(session)).await.version();
        self.step(Method::POST, &format!("{path}/verdicts"), Some(session), &seen, Some(verdict)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_does_not_judge_what_it_hosts_itself_and_is_told_who_does() {
    let office = Office::open().await;
    let (path, city) = hosted_by_the_city(&office).await;
    for verdict in [
        json!({ "verdict": "approve" }),
        json!({ "verdict": "return", "reason": "请补充授课老师" }),
        json!({ "verdict": "reject", "reason": "与继续医学教育无关" }),
    ] {
        let refused = office.verdict_of(&city, &path, &verdict).await.is(403, "judges_itself");
        assert_eq!(refused.body["who_may"], json!(["authority_admin"]), "{}", refused.body);
        assert!(refused.body["detail"].as_str().unwrap().contains("潇湘省"), "{}", refused.body);
    }
    // Nor among others, whose unit lies below: those are judged.
    let chosen = office.chosen(&[WAITING[0], WAITING[2]]).await;
    let preview = json!({ "chosen": chosen });
    let preview = office.server.service.post("/api/v1/projects/verdicts/preview", Some(&city), preview).await;
    let preview = preview.is(200, "").body;
    let (count, refused) = (&preview["count"], &preview["refused"]);
    assert_eq!((count, &refused[0]["code"]), (&json!(1), &json!("judges_itself")), "{preview}");
    let several = json!({ "chosen": chosen, "verdict": "approve" });
    let judged = office.server.service.post("/api/v1/projects/verdicts", Some(&city), several).await;
    let judged = judged.is(200, "").body;
    assert_eq!(judged["items"].as_array().unwrap().len(), 1);
    let left = &judged["left"][0];
    assert_eq!(left["code"], "judges_itself");
    assert!(left["detail"].as_str().unwrap().contains("潇湘省"), "who may is said with it: {left}");
    // What lies below is its to judge, and what it hosts the province's.
    let below = office.get(&office.path(WAITING[2]).await).await;
    assert_eq!(stands(&below).0, "approved");
    assert_eq!(stands(&office.get(&path).await).0, "submitted");
    office.verdict(&path, &json!({ "verdict": "approve" })).await.is(200, "");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_authority_is_above_it_an_authority_judges_its_own() {
    let office = Office::open().await;
    let (path, city) = hosted_by_the_city(&office).await;
    // An authority none of whose admins can log in judges nothing.
    office.server.sql("update accounts set disabled_at = now() where account = 'xiaoxiang-wjw'").await;
    office.verdict_of(&city, &path, &json!({ "verdict": "approve" })).await.is(200, "");
    office.server.sql("update accounts set disabled_at = null where account = 'xiaoxiang-wjw'").await;
    // The province is the topmost.
    host(&office.server, WAITING[1], "xiaoxiang-wjw").await;
    let own = office.path(WAITING[1]).await;
    office.verdict(&own, &json!({ "verdict": "approve" })).await.is(200, "");
    office.server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_above_whose_accounts_cannot_judge_is_none() {
    let office = Office::open().await;
    let (path, city) = hosted_by_the_city(&office).await;
    let above = async |set: &str| {
        office.server.sql(&format!("update accounts set {set} where account = 'xiaoxiang-wjw'")).await;
    };
    above("rights = '{judging}'").await;
    office.verdict_of(&city, &path, &json!({ "verdict": "approve" })).await.is(403, "judges_itself");
    above("rights = '{reading}'").await;
    office.verdict_of(&city, &path, &json!({ "verdict": "approve" })).await.is(200, "");
    above("rights = null, given_password_hash = 'x', password_hash = '!', password_given_at = now()").await;
    let second = office.path(WAITING[1]).await;
    office.verdict_of(&city, &second, &json!({ "verdict": "approve" })).await.is(200, "");
    office.server.close().await;
}
