//! A course's records as a module of the program: the table, the exports with their job, the sign-in sheet, staff-assisted check-in.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::exports::{MakeExport, forget_exports};
use super::{Exports, LookUps, routes};
use crate::checkin::{Pipeline, Roster};
use zaichang_core::clock::Clock;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Guard;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::print::Print;

/// A course's records. It is shared `Arc<Pipeline>` and `Roster`.
pub const MODULE: Module = Module {
    name: "records",
    refusals: crate::records::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct RecordsState {
    guard: Arc<Guard>,
    pub pool: PgPool,
    #[from_ref(skip)]
    pub lanes: Lanes,
    #[from_ref(skip)]
    pub clock: Clock,
    #[from_ref(skip)]
    pub pipeline: Arc<Pipeline>,
    #[from_ref(skip)]
    pub roster: Roster,
    #[from_ref(skip)]
    pub sealer: Sealer,
    #[from_ref(skip)]
    pub exports: Arc<Exports>,
    #[from_ref(skip)]
    pub print: Print,
    #[from_ref(skip)]
    pub look_ups: Arc<LookUps>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let roster: Roster = context.shared()?;
    let exports = Arc::new(Exports::new(
        context.clock.clone(),
        roster.clone(),
        context.sealer.clone(),
        Arc::clone(&context.keys),
        Arc::clone(&context.files),
        context.data_dir.clone(),
        context.node,
    ));
    let making = Arc::clone(&exports);
    context.job(move |job: MakeExport, attempt| {
        let making = Arc::clone(&making);
        async move { making.run(job, attempt).await }
    });
    context.sweep("exports", async |pool, before| forget_exports(&pool, before).await);
    delete_former(&context.data_dir.join("exports"))?;
    let state = RecordsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        clock: context.clock.clone(),
        pipeline: context.shared()?,
        roster,
        sealer: context.sealer.clone(),
        exports,
        print: context.shared()?,
        look_ups: Arc::default(),
    };
    Ok(routes::routes().with_state(state).into())
}

/// The folder of the release before: sealed files that no node opens any more.
fn delete_former(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
