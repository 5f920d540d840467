//! Divisions as a module of the program.

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::routes;
use zaichang_platform::module::{Context, Module};

/// Provinces, cities and counties.
pub const MODULE: Module =
    Module { name: "divisions", document: || routes::routes().into_openapi(), open, ..Module::EMPTY };

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct DivisionsState {
    pool: PgPool,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    let state = DivisionsState { pool: context.pool.clone() };
    Ok(routes::routes().with_state(state).into())
}
