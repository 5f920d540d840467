//! A link for an admin that somebody else reads as well: they never learn the second factor of its admin, and its holder is told
//! that it was opened before.

use std::time::Duration;

use serde_json::{Value, json};
use zaichang_platform::auth::Token;
use zaichang_registry::admin_links::{self, MadeBy, Runner};

use crate::first_hour::{Empty, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn who_merely_reads_a_link_never_learns_the_second_factor_of_its_admin() {
    let server = Empty::open().await;
    let token = server.token();
    let before = server.set_up(&token).await;
    let holders = server.set_up(&token).await;
    let after = server.set_up(&token).await;
    for reader in [&before, &after] {
        assert!(reader.secret != holders.secret, "each set-up has a secret of its own");
        // Nor does a code of theirs do with the holder's ticket.
        let mut mixed = server.filled_with(&token, reader);
        mixed["authenticator_ticket"] = json!(holders.ticket);
        server.accept(&mixed).await.is(401, "totp_code_wrong");
    }
    server.accept(&server.filled_with(&token, &holders)).await.is(201, "");

    server.clock.advance(Duration::from_mins(1));
    let log_in = async |code: String| {
        let login = json!({ "account": "hunan-wjw", "password": PASSWORD, "one_time_code": code });
        server.service.post("/api/v1/admin-sessions", None, login).await
    };
    for reader in [&before, &after] {
        log_in(server.code(&reader.secret)).await.is(401, "totp_code_wrong");
    }
    log_in(server.code(&holders.secret)).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_is_of_the_link_that_it_was_set_up_with() {
    let server = Empty::open().await;
    let of_first = server.set_up(&server.token()).await;
    let by = MadeBy::Command(Runner::default());
    let mut second = String::new();
    let keep = |token: &Token, _| {
        second = token.expose().to_owned();
        anyhow::Ok(())
    };
    admin_links::make(&server.service.pool, Some(&server.service.keys), &by, server.clock.now(), keep)
        .await
        .unwrap();
    let refused = server.accept(&server.filled_with(&second, &of_first)).await;
    refused.is(409, "authenticator_ticket_wrong");
    server.accept(&server.filled(&second).await).await.is(201, "");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_of_a_link_is_told_how_often_and_when_it_was_opened_before() {
    let server = Empty::open().await;
    let token = server.token();
    let opened = async || server.opened(&token).await.is(200, "").body["used_before"].clone();
    let times = |openings: i64, first: Value, last: Value, authenticators: i64| {
        json!({ "openings": openings, "first_opened_at": first, "last_opened_at": last,
            "authenticators": authenticators })
    };
    assert_eq!(opened().await, times(0, json!(null), json!(null), 0));
    let first = json!(server.clock.now());
    server.clock.advance(Duration::from_mins(5));
    assert_eq!(opened().await, times(1, first.clone(), first.clone(), 0));
    let last = json!(server.clock.now());
    let wanted = json!({ "token": token, "account": "hunan-wjw" });
    for before in 0..2 {
        let path = "/api/v1/admin-links/authenticators";
        let made = server.service.post(path, None, wanted.clone()).await.is(200, "").body;
        assert_eq!(made["used_before"], times(2, first.clone(), last.clone(), before));
    }
    // What is refused opens nothing.
    server.opened("x").await.is(403, "admin_link_wrong");
    assert_eq!(opened().await, times(2, first.clone(), last, 2));
    let last = json!(server.clock.now());

    let accepted = server.accept(&server.filled(&token).await).await.is(201, "");
    let session = accepted.cookie("zc_admin").unwrap();
    let log = server.service.get("/api/v1/admin/audit-log", Some(&session)).await.is(200, "").body;
    let detail = &log["items"][0]["detail"];
    assert_eq!(detail["openings"], 3);
    assert_eq!((&detail["first_opened_at"], &detail["last_opened_at"]), (&first, &last));
    assert_eq!(detail["authenticators"], 3);
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_of_a_link_are_its_holder_s_own_and_few() {
    let server = Empty::open().await;
    let token = server.token();
    let right = server.filled(&token).await;
    let mut wrong = right.clone();
    wrong["one_time_code"] = json!("000000");
    let mut words = Vec::new();
    for _ in 0..22 {
        words.push(server.accept(&wrong).await.word().to_owned());
    }
    let judged = words.iter().filter(|word| *word == "totp_code_wrong").count();
    assert_eq!((judged, words[20].as_str()), (20, "too_many_requests"));
    server.accept(&right).await.is(429, "too_many_requests");
    server.clock.advance(Duration::from_mins(1));
    server.accept(&server.filled(&token).await).await.is(201, "");
    server.close().await;
}
