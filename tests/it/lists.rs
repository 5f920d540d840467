//! Lists and searches beside check-ins: they take a part of the connections and no more, a search that takes too long says what to
//! do, and no request searches for more words than a row is looked through for.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use crate::test_server::{TestServer, answer, eventually};

const LOG: &str = "/api/v1/admin/audit-log";

/// Whatever is searched for by `holds` takes a minute from now on, unless it is stopped.
const SLOW: &str = "create or replace function holds (value text, searched text) returns boolean language plpgsql immutable as $$
    begin if searched is not null then perform pg_sleep(60); end if; return false; end $$";

/// How many statements of this test's database are like this.
async fn count(server: &TestServer, are: &str) -> i64 {
    let count = format!("select count(*) from pg_stat_activity where datname = current_database() and {are}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&server.service.pool).await.unwrap()
}

const SEARCHING: &str = "wait_event = 'PgSleep'";

/// Sessions of so many admins of the tests' unit.
async fn admins(server: &TestServer, count: usize) -> Vec<String> {
    let mut sessions = Vec::new();
    for n in 0..count {
        server
            .sql(&format!(
                "insert into accounts (unit_id, account, name, role, password_hash)
                 select unit_id, 'list-{n}', '列表管理员', role, password_hash from accounts where account = 'yuelu-jjb'"
            ))
            .await;
        sessions.push(crate::projects::session(server, &format!("list-{n}")).await);
    }
    sessions
}

async fn stop_searches(server: &TestServer) {
    let stop = format!(
        "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and {SEARCHING}"
    );
    server.sql(&stop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_take_a_quarter_of_the_connections_and_check_ins_the_rest() {
    let server = TestServer::open().await;
    let (screen, _) = server.screen(server.course()).await;
    let mut holder = PgConnection::connect(server.stores.postgres.url()).await.unwrap();
    let mut holding = holder.begin().await.unwrap();
    // No check-in looks at these.
    sqlx::raw_sql("lock table reviews in access exclusive mode").execute(&mut *holding).await.unwrap();
    // No account has two turns at a time: so several ask, each on and on.
    let admins = admins(&server, 6).await;
    let asked = join_all((0..24).map(|n| server.service.get("/api/v1/projects", Some(&admins[n % 6]))));
    let beside = async {
        let waiting = "wait_event_type = 'Lock'";
        eventually(async || count(&server, waiting).await == 4).await;
        for person in 0..10 {
            server.check_in(person, json!({ "code": server.code(screen) })).await.is(201, "recorded");
            // A statement does not wait for a lock for ever: the next takes its place.
            assert!(count(&server, waiting).await <= 4, "of sixteen connections");
        }
        holding.commit().await.unwrap();
    };
    let (answers, ()) = tokio::join!(asked, beside);
    for answer in answers {
        // On a slow machine some have waited for too long.
        match answer.status.as_u16() {
            200 => {}
            _ => assert!(answer.is(503, "busy").body["retry_after_ms"].as_u64() > Some(0)),
        }
    }
    drop(holder);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_takes_too_long_says_what_to_do_and_a_list_beside_it_is_read() {
    let server = TestServer::open().await;
    server.screen(server.course()).await;
    server.sql(SLOW).await;
    let search = format!("{LOG}?q=主会场");
    let searched =
        server.service.request(Method::GET, &search, server.admin()).header("accept-language", "zh");
    let beside = async {
        eventually(async || count(&server, SEARCHING).await == 1).await;
        server.service.get(LOG, server.admin()).await.is(200, "");
        stop_searches(&server).await;
    };
    let (refused, ()) = tokio::join!(answer(searched), beside);
    let refused = refused.is(422, "search_too_slow");
    assert_eq!(refused.body["detail"], "请缩短日期范围，或输入更具体的内容后再查找。");
    assert_eq!(refused.body["retry_after_ms"], json!(null), "the same once more takes as long");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_makes_no_room_before_the_statement_has_ended() {
    let server = TestServer::open().await;
    server.sql(SLOW).await;
    let search = format!("{LOG}?q=x");
    let admins = admins(&server, 2).await;
    let begun: Vec<_> = (0..2)
        .map(|n| {
            let request = server.service.request(Method::GET, &search, Some(&admins[n]));
            tokio::spawn(async move { request.send().await.map(drop) })
        })
        .collect();
    eventually(async || count(&server, SEARCHING).await == 2).await;
    begun.iter().for_each(tokio::task::JoinHandle::abort);
    let refused = server.service.get(&search, server.admin()).await.is(503, "busy");
    assert_eq!(
        (&refused.body["retry_after_ms"], &refused.headers["retry-after"]),
        (&json!(2000), &"2".parse().unwrap())
    );
    assert_eq!(count(&server, SEARCHING).await, 2);
    server.service.get(LOG, server.admin()).await.is(200, "");
    stop_searches(&server).await;
    // Their turns are free now: the next search begins.
    let next = server.service.get(&search, server.admin());
    let beside = async {
        eventually(async || count(&server, SEARCHING).await == 1).await;
        stop_searches(&server).await;
    };
    let (refused, ()) = tokio::join!(next, beside);
    refused.is(422, "search_too_slow");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_searches_for_more_than_five_words() {
    let server = TestServer::open().await;
    let all = "a b c d e f g h i j k l m n o p q r s t u v w x y".replace(' ', "%20");
    for list in ["/api/v1/projects", "/api/v1/courses", "/api/v1/registrations"] {
        let refused = server.service.get(&format!("{list}?q={all}"), server.admin()).await;
        assert_eq!(refused.is(400, "too_many_words").body["field"], "q", "{list}");
        for few in ["a%20b%20c%20d%20e", "a%20b%20c%20d%20e%20a%20B%20c%20d%20e"] {
            server.service.get(&format!("{list}?q={few}"), server.admin()).await.is(200, "");
        }
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_counts_through_numbers_at_the_desk() {
    let server = TestServer::open().await;
    let path = "/api/v1/registrations/searches";
    let asked = async |number: u64| {
        server.service.post(path, server.admin(), json!({ "number": number.to_string() })).await
    };
    for number in 0..120 {
        asked(13_700_000_000 + number).await.is(200, "");
    }
    let refused = asked(13_700_000_120).await.is(429, "too_many_requests");
    assert_eq!(refused.body["retry_after_ms"], 5000);
    server.advance(5);
    asked(13_700_000_120).await.is(200, "");
    asked(13_700_000_121).await.is(429, "too_many_requests");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_asks_on_and_on_keeps_nobody_from_their_lists_nor_the_desk() {
    let server = TestServer::open().await;
    let greedy = admins(&server, 1).await.remove(0);
    let mut holder = PgConnection::connect(server.stores.postgres.url()).await.unwrap();
    let mut holding = holder.begin().await.unwrap();
    // No index has what was done: it is a search, and it waits here.
    sqlx::raw_sql("lock table audit_log in access exclusive mode").execute(&mut *holding).await.unwrap();
    let path = format!("{LOG}?from=2000-01-01&action=zzz");
    let asked = join_all((0..12).map(|_| server.service.get(&path, Some(&greedy))));
    let beside = async {
        eventually(async || count(&server, "wait_event_type = 'Lock'").await == 1).await;
        server.service.get("/api/v1/projects", server.admin()).await.is(200, "");
        server.service.get("/api/v1/projects?q=a", server.admin()).await.is(200, "");
        assert_eq!(count(&server, "wait_event_type = 'Lock'").await, 1, "one turn of the kind");
        holding.commit().await.unwrap();
    };
    let (answers, ()) = tokio::join!(asked, beside);
    assert!(answers.iter().any(|answer| answer.status == 503), "those beyond are told to come back");
    drop(holder);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_which_nothing_was_typed_is_away_where_it_takes_too_long() {
    let server = TestServer::open().await;
    // Whatever the log is asked takes a minute.
    server
        .sql(
            "create or replace function holds (value text, searched text) returns boolean language plpgsql immutable as $$
             begin perform pg_sleep(60); return true; end $$",
        )
        .await;
    let listed = server.service.get(LOG, server.admin());
    let beside = async {
        eventually(async || count(&server, SEARCHING).await == 1).await;
        stop_searches(&server).await;
    };
    let (refused, ()) = tokio::join!(listed, beside);
    assert!(refused.is(503, "storage_unavailable").body["retry_after_ms"].as_u64() > Some(0));
    server.close().await;
}
