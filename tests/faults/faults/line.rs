//! The connection between the server and a store, damaged in every way that a network knows.
//! It must not know which store is at its end.

use std::time::Duration;

use loadtest::client::call;
use serde_json::json;
use sqlx::Connection as _;

use crate::process::until;
use crate::proxy::{Mode, Proxy};
use crate::test_server::TestServer;

/// How long the connection is damaged. Seconds.
const SPOILT: f64 = 5.0;

pub async fn lines_to_postgres_cut_lose_nobody(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.postgres_line, Mode::Cut).await
}

pub async fn lines_to_postgres_reset_lose_nobody(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.postgres_line, Mode::Reset).await
}

pub async fn a_postgres_that_refuses_loses_nobody(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.postgres_line, Mode::Refuse).await
}

pub async fn half_open_lines_to_postgres_lose_nobody(test: &mut TestServer) -> anyhow::Result<()> {
    // So that the server has opened as many connections as it may, and loses them all.
    test.crowd.burst(500);
    test.go_on(0.5).await;
    spoil(test, |test| &test.postgres_line, Mode::HalfOpen).await
}

/// Changes reach a node over the same connections; a half-open one is as quiet as one on which nothing happens.
pub async fn a_screen_closed_after_a_half_open_line_is_closed_for_the_node(
    test: &mut TestServer,
) -> anyhow::Result<()> {
    test.postgres_line.set(Mode::HalfOpen);
    test.go_on(SPOILT).await;
    test.postgres_line.set(Mode::Pass);
    test.returned();
    test.go_on(3.0).await;
    // The hall with ten places, which is full.
    let shared = std::sync::Arc::clone(test.crowd.shared());
    let (hall, screen) = shared.smallest();
    let mut owner = test.postgres.connect("zaichang").await?;
    sqlx::query("update screens set closed_at = now(), closed_by = opened_by where screen = $1")
        .bind(i64::from(screen))
        .execute(&mut owner)
        .await?;
    owner.close().await?;
    let target = test.node.target();
    let closed = async || {
        let client = json!({ "kind": "app", "device_id": "phone-of-a-witness" });
        let body = json!({ "code": shared.code(hall), "client": client }).to_string();
        let reply = call(&target, "POST", "/api/v1/scans", None, Some(&body)).await;
        reply.is_ok_and(|reply| reply.body["code"] == "screen_closed")
    };
    let heard = until("the node knows of the closed screen", Duration::from_secs(2), closed).await;
    test.expect(heard.is_ok(), "the node has not heard of a change within 2 s");
    Ok(())
}

pub async fn a_postgres_200_ms_away_is_slow_and_sound(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.postgres_line, Mode::Delay(Duration::from_millis(100))).await
}

pub async fn lines_to_redis_cut_are_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.redis_line, Mode::Cut).await
}

pub async fn lines_to_redis_reset_are_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.redis_line, Mode::Reset).await
}

pub async fn a_redis_that_refuses_is_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.redis_line, Mode::Refuse).await
}

pub async fn half_open_lines_to_redis_are_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.redis_line, Mode::HalfOpen).await
}

pub async fn a_redis_that_answers_in_2_s_is_not_felt(test: &mut TestServer) -> anyhow::Result<()> {
    spoil(test, |test| &test.redis_line, Mode::Delay(Duration::from_secs(1))).await
}

async fn spoil(test: &mut TestServer, which: fn(&TestServer) -> &Proxy, mode: Mode) -> anyhow::Result<()> {
    which(test).set(mode);
    test.go_on(SPOILT).await;
    which(test).set(Mode::Pass);
    test.returned();
    test.go_on(3.0).await;
    Ok(())
}
