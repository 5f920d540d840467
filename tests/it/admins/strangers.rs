//! Links beside strangers: a flood of made-up ones keeps no right one from being opened; and the holder of one learns of few names
//! whether they are taken.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use zaichang_platform::auth::Token;

use super::{HOSPITAL, accept, filled, make, token_of, unit};
use crate::test_server::{TestServer, answer};

/// An opening from an address of its own.
async fn opened(server: &TestServer, token: &str) -> crate::test_server::Answer {
    let request = server.service.request(Method::POST, "/api/v1/admin-links/openings", None);
    answer(request.header("content-type", "application/json").body(json!({ "token": token }).to_string()))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_make_up_waits_apart_and_not_for_long() {
    let server = TestServer::open().await;
    let (token, _) = token_of(&make(&server, server.admin().unwrap(), unit(&server, HOSPITAL).await).await);
    // The look-ups stand still: whatever waits for its turn does so as long as this lasts.
    let mut still = server.service.pool.begin().await.unwrap();
    sqlx::raw_sql("lock table admin_links in access exclusive mode").execute(&mut *still).await.unwrap();
    let made_up: Vec<_> = (0..100).map(|_| Token::random().unwrap().expose().to_owned()).collect();
    let flood = join_all(made_up.iter().map(|token| opened(&server, token)));
    let (answers, right, ()) = tokio::join!(flood, opened(&server, &token), async {
        server.until_somebody_waits().await;
        // The right one is looked up beside the one that strangers have their turn with.
        crate::test_server::eventually(async || {
            let waits = "select count(*) = 2 from pg_locks join pg_stat_activity using (pid)
                where not granted and relation = 'admin_links'::regclass and datname = current_database()";
            sqlx::query_scalar(waits).fetch_one(&server.service.pool).await.unwrap()
        })
        .await;
        still.commit().await.unwrap();
    });
    right.is(200, "");
    let busy = answers.iter().filter(|answer| answer.word() == "busy").count();
    let wrong = answers.iter().filter(|answer| answer.word() == "admin_link_wrong").count();
    // One is looked up and 64 wait; a request that comes once these are answered is looked up again.
    assert_eq!(busy + wrong, 100);
    assert!((1..=35).contains(&busy), "{busy}");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_tells_of_ten_names_that_they_are_taken_and_then_it_has_ended() {
    let server = TestServer::open().await;
    let (first, hospital) = (server.admin().unwrap(), unit(&server, HOSPITAL).await);
    let (token, _) = token_of(&make(&server, first, hospital).await.is(201, ""));
    let (mut body, _) = filled(&server, &token, "yuelu-free").await;
    body["account"] = json!("yuelu-jjb");
    for _ in 0..9 {
        accept(&server, &body).await.is(409, "account_taken");
    }
    // A name that is free costs nothing, whatever else is wrong.
    body["account"] = json!("yuelu-free");
    let right = body["one_time_code"].clone();
    body["one_time_code"] = json!("000000");
    for _ in 0..3 {
        accept(&server, &body).await.is(401, "totp_code_wrong");
    }
    body["account"] = json!("yuelu-jjb");
    accept(&server, &body).await.is(409, "account_taken");
    body["account"] = json!("yuelu-free");
    body["one_time_code"] = right;
    accept(&server, &body).await.is(410, "admin_link_ended");
    server.close().await;
}
