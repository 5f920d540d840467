//! A row with a word that this program does not know, of a newer release or written by hand: only that row is refused.

use futures_util::future::join_all;
use serde_json::json;

use crate::test_server::{TestServer, client, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_standing_is_unknown_is_refused_and_whoever_is_asked_for_with_them_is_not() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let strange = server.demo.people[0].id;
    server
        .sql(&format!(
            "alter table people drop constraint person_registration_is_known;
             update people set registration = 'suspended' where id = {strange}"
        ))
        .await;
    let hall = (0..6).map(|person| server.check_in(person, json!({ "code": server.code(screen) })));
    for (person, answer) in join_all(hall).await.into_iter().enumerate() {
        match person {
            0 => answer.is(500, "internal"),
            _ => answer.is(201, "recorded"),
        };
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_role_is_unknown_may_do_nothing() {
    let server = TestServer::open().await;
    server
        .sql(
            "alter table accounts drop constraint account_role_is_known;
             update accounts set role = 'owner' where account = 'yuelu-jjb'",
        )
        .await;
    let courses = async || server.service.get("/api/v1/courses", server.admin()).await.word() == "internal";
    eventually(courses).await;
    let screens = format!("/api/v1/courses/{}/screens", server.course());
    server.service.post(&screens, server.admin(), json!({ "place": "主会场" })).await.is(500, "internal");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_whose_state_is_unknown_is_left_out_of_the_list_and_admits_nobody() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let (other, _) = server.screen(server.small_course()).await;
    let listed = async || {
        let courses = server.service.get("/api/v1/courses", server.admin()).await.is(200, "");
        courses.body["items"].as_array().unwrap().len()
    };
    let before = listed().await;
    server
        .sql(&format!(
            "alter table projects drop constraint project_state_is_known;
             update projects set state = 'paused' where id = (select project_id from courses where id = {})",
            server.course()
        ))
        .await;
    eventually(async || {
        server.check_in(0, json!({ "code": server.code(screen) })).await.word() == "internal"
    })
    .await;
    // Two courses are this project's. The list says that they are left out.
    assert_eq!(listed().await, before - 2);
    let courses = server.service.get("/api/v1/courses", server.admin()).await.is(200, "");
    assert_eq!(courses.body["unreadable"], 2);
    // So does the list of projects, and it shows the others.
    let projects = server.service.get("/api/v1/projects", server.admin()).await.is(200, "");
    assert_eq!(projects.body["unreadable"], 1);
    let in_all = projects.body["in_all"].as_u64().unwrap();
    assert_eq!(projects.body["items"].as_array().unwrap().len() as u64, in_all - 1);
    server.check_in(0, json!({ "code": server.code(other) })).await.is(201, "recorded");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_source_is_unknown_stops_no_other_record_of_its_course() {
    let mut server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    server.check_in(0, json!({ "code": server.code(screen) })).await.is(201, "recorded");
    let strange = server.demo.people[0].id;
    server
        .sql(&format!(
            "alter table check_ins disable trigger user;
             alter table check_ins drop constraint check_in_source_is_known;
             update check_ins set source = 'radio' where person_id = {strange};
             alter table check_ins enable trigger user"
        ))
        .await;
    // A node that remembers nothing, neither by itself nor by Redis.
    server.stores.redis.take().unwrap().stop().await.unwrap();
    let second = server.second(|settings| settings.redis_url = None).await;
    let check_in = async |person: usize| {
        let body = json!({ "code": server.code(screen), "client": client(&format!("phone-of-{person:04}")) });
        second.post("/api/v1/check-ins", server.session(person), body).await
    };
    // The first looks row by row; then the course is read whole, were it not for that row.
    for person in 1..4 {
        check_in(person).await.is(201, "recorded");
    }
    check_in(0).await.is(500, "internal");
    check_in(4).await.is(201, "recorded");
    // Lists show the others, page by page, and say that one is left out.
    let records = format!("/api/v1/courses/{}/attendance-records", server.course());
    let (mut shown, mut left_out, mut after) = (0, 0, String::new());
    loop {
        let page = second.get(&format!("{records}?limit=2{after}"), server.admin()).await.is(200, "").body;
        shown += page["items"].as_array().unwrap().len();
        left_out += page["unreadable"].as_u64().unwrap();
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!((shown, left_out), (4, 1));
    let own = second.get("/api/v1/me/check-ins", server.session(0)).await.is(200, "").body;
    assert_eq!((own["items"].as_array().unwrap().len(), &own["unreadable"]), (0, &json!(1)));
    // A file is evidence: it is whole, or it is not made.
    let exports = format!("/api/v1/courses/{}/exports", server.course());
    let asked = second.post(&exports, server.admin(), json!({ "format": "csv" })).await.is(202, "");
    let id = asked.body["id"].as_str().unwrap().to_owned();
    eventually(async || {
        let failed = sqlx::query_scalar::<_, i64>(
            "select count(*) from exports where id = $1::uuid and (state = 'failed' or state = 'queued' and exists (
                 select from graphile_worker.jobs where last_error is not null))",
        );
        failed.bind(&id).fetch_one(&server.service.pool).await.unwrap() == 1
    })
    .await;
    second.stop().await;
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_check_and_a_candidate_with_an_unknown_word_are_left_out_and_said_to_be() {
    let server = TestServer::open().await;
    let path = format!("/api/v1/courses/{}/spot-checks", server.course());
    let order =
        async || server.service.post(&path, server.admin(), json!({ "minutes": 3 })).await.is(201, "").body;
    let first = order().await["items"][0]["id"].as_i64().unwrap();
    server.advance(600);
    server
        .sql(&format!(
            "alter table spot_checks drop constraint spot_check_mode_is_known;
             update spot_checks set mode = 'wave' where id = {first}"
        ))
        .await;
    let ordered = order().await;
    let listed = server.service.get(&path, server.admin()).await.is(200, "").body;
    for list in [ordered, listed] {
        let items = list["items"].as_array().unwrap();
        assert_eq!((items.len(), &list["unreadable"]), (1, &json!(1)));
        assert_ne!(items[0]["id"], json!(first));
    }

    let [strange, plain] = [server.demo.people[0].id, server.demo.people[1].id];
    server
        .sql(&format!(
            "alter table people drop constraint person_registration_is_known;
             update people set name = '欧阳同名' where id in ({strange}, {plain});
             update people set registration = 'suspended' where id = {strange}"
        ))
        .await;
    let candidates = format!("/api/v1/courses/{}/candidates/searches", server.course());
    let found = server
        .service
        .post(&candidates, server.admin(), json!({ "text": "欧阳同名" }))
        .await
        .is(200, "")
        .body;
    let items = found["items"].as_array().unwrap();
    assert_eq!((items.len(), &found["unreadable"]), (1, &json!(1)));
    assert_eq!(items[0]["person"]["id"], json!(plain));
    server.close().await;
}
