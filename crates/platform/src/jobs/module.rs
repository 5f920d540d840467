//! Jobs as a module of the program: what is stuck is seen and tried again by the authority that runs the deployment.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{routes, sql};
use crate::auth::Guard;
use crate::metric::Metric;
use crate::module::{Context, Module};

/// What is measured.
const METRICS: &[Metric] = &[
    Metric::gauge(
        "zaichang_jobs",
        "Jobs of all nodes, by kind and state: waiting, running; and what somebody should look at: failed (for good), late (due \
         for five minutes), hanging (running for an hour).",
    ),
    Metric::counter("zaichang_job_looks_total", "Times this node asked Postgres for jobs that are due."),
    Metric::counter_by_label(
        "zaichang_job_tries_total",
        "Tries at jobs, by kind and outcome: done, put_off, failed.",
    ),
];

/// What is stuck.
pub const MODULE: Module = Module {
    name: "jobs",
    refusals: crate::jobs::refusals::ALL,
    metrics: METRICS,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct JobsState {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.hourly("jobs", async |pool, _| sql::forget_replaced(&pool).await);
    let state = JobsState { guard: Arc::clone(&context.guard), pool: context.pool.clone() };
    Ok(routes::routes().with_state(state).into())
}
