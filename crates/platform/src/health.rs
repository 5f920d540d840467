//! Liveness and readiness. Alive: the process answers. Ready: Postgres can be written to and the clock is right; Redis
//! missing is reported, and does not make the node unready.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::Serialize;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cache::Hearing;
use crate::module::{Context, Module};
use crate::redis::Line;
use crate::timekeeper::Timekeeper;

/// Whether the process is alive and ready.
pub const MODULE: Module =
    Module { name: "health", document: || routes().into_openapi(), open, ..Module::EMPTY };

/// A store that takes longer is missing.
const PATIENCE: Duration = Duration::from_secs(1);

/// What readiness asks.
struct Health {
    pool: PgPool,
    /// None: this deployment has no Redis.
    redis: Option<Line>,
    timekeeper: Timekeeper,
    hearing: Hearing,
    stopping: CancellationToken,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let redis = context.redis.as_ref().map(|redis| redis.line()).transpose()?;
    let health = Health {
        pool: context.pool.clone(),
        redis,
        timekeeper: context.timekeeper.clone(),
        hearing: context.hearing.clone(),
        stopping: context.stopping.clone(),
    };
    Ok(routes().with_state(Arc::new(health)).into())
}

fn routes() -> OpenApiRouter<Arc<Health>> {
    OpenApiRouter::new().routes(routes!(alive)).routes(routes!(ready))
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = String)))]
async fn alive() -> &'static str {
    "ok"
}

/// What is missing, if anything.
#[derive(Serialize, ToSchema)]
struct Readiness {
    ready: bool,
    /// Without these nothing can be recorded: postgres, postgres_primary, clock; or stopping.
    missing: Vec<&'static str>,
    /// Without these everything works, but slower: redis; changes (of the database's rows, which are asked for again instead).
    degraded: Vec<&'static str>,
}

/// Whether requests may be sent here.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, body = Readiness),
    (status = 503, body = Readiness, description = "What is missing."),
))]
async fn ready(State(health): State<Arc<Health>>) -> Response {
    let mut missing = Vec::new();
    if health.stopping.is_cancelled() {
        missing.push("stopping");
    }
    if !health.timekeeper.is_trusted() {
        missing.push("clock");
    }
    let writable =
        sqlx::query_scalar!(r#"select not pg_is_in_recovery() as "primary!""#).fetch_one(&health.pool);
    match tokio::time::timeout(PATIENCE, writable).await {
        Ok(Ok(true)) => health.hearing.answered(),
        Ok(Ok(false)) => missing.push("postgres_primary"),
        _ => missing.push("postgres"),
    }
    let redis = match health.redis.clone() {
        Some(mut line) => redis::cmd("PING").exec_async(&mut line).await.is_ok(),
        None => true,
    };
    let degraded = [("redis", redis), ("changes", health.hearing.is_heard())];
    let degraded = degraded.into_iter().filter(|(_, works)| !works).map(|(name, _)| name).collect();
    let status = if missing.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: missing.is_empty(), missing, degraded })).into_response()
}
