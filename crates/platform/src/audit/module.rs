//! The audit log as a module of the program: reading it.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{Titles, routes, sql};
use crate::auth::Guard;
use crate::list::Lanes;
use crate::module::{Context, Module};

/// The audit log's page in the console. Modules that act write it themselves, and say what their things are called.
pub const MODULE: Module =
    Module { name: "audit", document: || routes::routes().into_openapi(), open, ..Module::EMPTY };

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct AuditState {
    guard: Arc<Guard>,
    pool: PgPool,
    lanes: Lanes,
    titles: Titles,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("account", sql::accounts);
    let state = AuditState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        titles: context.titles.clone(),
    };
    Ok(routes::routes().with_state(state).into())
}
