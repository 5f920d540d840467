//! Projects as a module of the program: the console's courses.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{Offered, routes, sql};
use zaichang_platform::auth::Guard;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};

/// The console's courses. It is shared `Offered`.
pub const MODULE: Module = Module {
    name: "project",
    refusals: crate::project::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct ProjectsState {
    guard: Arc<Guard>,
    pool: PgPool,
    lanes: Lanes,
    offered: Offered,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("course", sql::titles);
    context.titles.of("project", sql::project_titles);
    let state = ProjectsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        offered: context.shared()?,
    };
    Ok(routes::routes().with_state(state).into())
}
