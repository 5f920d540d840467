//! People found by how their names are read: at the desk by the whole pinyin, in the records by its beginning or the initials.

use serde_json::{Value, json};
use zaichang_registry::people::read_names;

use crate::test_server::TestServer;

async fn at_the_desk(server: &TestServer, asked: &str) -> Vec<String> {
    let path = format!("/api/v1/courses/{}/candidates/searches", server.course());
    let found = server.service.post(&path, server.admin(), json!({ "text": asked })).await.is(200, "").body;
    found["items"].as_array().unwrap().iter().map(|item| name(&item["person"])).collect()
}

async fn in_the_records(server: &TestServer, asked: &str) -> Vec<String> {
    let path = format!("/api/v1/courses/{}/attendance-records?q={asked}", server.course());
    let found = server.service.get(&path, server.admin()).await.is(200, "").body;
    let mut names: Vec<_> =
        found["items"].as_array().unwrap().iter().map(|item| name(&item["person"])).collect();
    names.sort_unstable();
    assert_eq!(found["check_ins"], json!(names.len()), "the totals are of the same filter");
    names
}

fn name(person: &Value) -> String {
    person["name"].as_str().unwrap().to_owned()
}

/// The first people of the demo's line get these names, and check in.
async fn named(server: &TestServer, names: &[&str]) {
    let code = server.fresh_code(server.course()).await;
    for (at, name) in names.iter().enumerate() {
        sqlx::query("update people set name = $2 where id = $1")
            .bind(server.demo.people[at].id.0)
            .bind(*name)
            .execute(&server.service.pool)
            .await
            .unwrap();
        server.check_in(at, json!({ "code": code })).await.is(201, "recorded");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_pinyin_and_initials_as_their_surnames_are_read() {
    let server = TestServer::open().await;
    named(&server, &["单田芳", "曾国藩", "山甜芳", "买买提·吐尔逊"]).await;
    assert_eq!(at_the_desk(&server, "shantianfang").await, Vec::<String>::new(), "not read yet");
    let read = read_names(&server.service.pool).await.unwrap();
    assert_eq!(read, 4, "who has another name is read anew");
    assert_eq!(read_names(&server.service.pool).await.unwrap(), 0);
    assert_eq!(at_the_desk(&server, "shantianfang").await, ["单田芳", "山甜芳"]);
    assert_eq!(at_the_desk(&server, "Zeng Guofan").await, ["曾国藩"]);
    // A part finds no person in the whole country.
    for part in ["shantian", "dantianfang", "stf", "%25%25"] {
        assert_eq!(at_the_desk(&server, &format!("{part}%20")).await, Vec::<String>::new(), "{part}");
    }
    assert_eq!(in_the_records(&server, "stf").await, ["单田芳", "山甜芳"]);
    assert_eq!(in_the_records(&server, "shantian").await, ["单田芳", "山甜芳"]);
    assert_eq!(in_the_records(&server, "zeng").await, ["曾国藩"]);
    assert_eq!(in_the_records(&server, "ceng").await, Vec::<String>::new());
    assert_eq!(in_the_records(&server, "mmttex").await, ["买买提·吐尔逊"]);
    assert_eq!(in_the_records(&server, "田芳").await, ["单田芳"]);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_before_readings_were_kept_are_read_while_others_write() {
    let server = TestServer::open().await;
    server.sql("update people set pinyin = null, initials = null").await;
    let people: i64 =
        sqlx::query_scalar("select count(*) from people").fetch_one(&server.service.pool).await.unwrap();
    // A row that somebody else has locked is left to them, and to the next time.
    let mut other = server.service.pool.begin().await.unwrap();
    sqlx::query("select from people where id = $1 for update")
        .bind(server.demo.people[0].id.0)
        .execute(&mut *other)
        .await
        .unwrap();
    assert_eq!(i64::try_from(read_names(&server.service.pool).await.unwrap()).unwrap(), people - 1);
    other.rollback().await.unwrap();
    assert_eq!(read_names(&server.service.pool).await.unwrap(), 1);
    let wrong: i64 = sqlx::query_scalar("select count(*) from people where name = '王伟' and (pinyin, initials) is distinct from ('wangwei', 'ww')")
        .fetch_one(&server.service.pool)
        .await
        .unwrap();
    assert_eq!(wrong, 0);
    server.close().await;
}
