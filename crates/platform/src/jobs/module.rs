//! Jobs as a module of the program: what is stuck is seen and tried again by the authority that runs the deployment.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{routes, sql};
use crate::auth::Guard;
use crate::module::{Context, Module};

/// What is stuck.
pub const MODULE: Module = Module {
    name: "jobs",
    refusals: crate::jobs::refusals::ALL,
    settings: &[],
    document: || routes::routes().into_openapi(),
    open,
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
