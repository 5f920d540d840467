//! The checklist as a module of the program.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{Checklist, routes};
use crate::auth::Guard;
use crate::module::{Context, Module};

/// What is still to be done; other modules declare the lines.
pub const MODULE: Module =
    Module { name: "checklist", document: || routes::routes().into_openapi(), open, ..Module::EMPTY };

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct ChecklistState {
    guard: Arc<Guard>,
    pool: PgPool,
    checklist: Checklist,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    let state = ChecklistState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        checklist: context.checklist.clone(),
    };
    Ok(routes::routes().with_state(state).into())
}
