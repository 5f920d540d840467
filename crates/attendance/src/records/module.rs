//! A course's records as a module of the program: the table, the exports with their worker, staff-assisted check-in.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use super::{Desk, Exports, routes};
use crate::checkin::Corridor;
use zaichang_platform::auth::Guard;
use zaichang_platform::db;
use zaichang_platform::module::{Context, Module};

/// A course's records. It is shared `Arc<Corridor>`.
pub const MODULE: Module = Module { name: "records", document: || routes::routes().into_openapi(), open };

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct RecordsState {
    guard: Arc<Guard>,
    pool: PgPool,
    desk: Arc<Desk>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let corridor: Arc<Corridor> = context.shared()?;
    let exports = Arc::new(Exports::new(
        Arc::clone(&corridor),
        context.sealer.clone(),
        Arc::clone(&context.keys),
        db::export_pool(context.database_url.expose_secret())?,
        &context.data_dir,
    )?);
    let working = Arc::clone(&exports);
    context.for_ever("exports", move || Arc::clone(&working).work());
    let state = RecordsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        desk: Arc::new(Desk::new(corridor, context.sealer.clone(), exports)),
    };
    Ok(routes::routes().with_state(state).into())
}
