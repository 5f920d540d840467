//! A course's records as a module of the program: the table, the exports with their worker, staff-assisted check-in.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use super::{Exports, LookUps, routes};
use crate::checkin::Pipeline;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Guard;
use zaichang_platform::db;
use zaichang_platform::module::{Context, Module};

/// A course's records. It is shared `Arc<Pipeline>`.
pub const MODULE: Module = Module {
    name: "records",
    refusals: crate::records::refusals::ALL,
    settings: &[],
    document: || routes::routes().into_openapi(),
    open,
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct RecordsState {
    guard: Arc<Guard>,
    pub pool: PgPool,
    #[from_ref(skip)]
    pub pipeline: Arc<Pipeline>,
    #[from_ref(skip)]
    pub sealer: Sealer,
    #[from_ref(skip)]
    pub exports: Arc<Exports>,
    #[from_ref(skip)]
    pub look_ups: Arc<LookUps>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let pipeline: Arc<Pipeline> = context.shared()?;
    let exports = Arc::new(Exports::new(
        Arc::clone(&pipeline),
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
        pipeline,
        sealer: context.sealer.clone(),
        exports,
        look_ups: Arc::default(),
    };
    Ok(routes::routes().with_state(state).into())
}
