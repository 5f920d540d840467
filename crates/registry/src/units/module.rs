//! Units as a module of the program: its routes, its line of the checklist, what units are called in the log, and where other modules
//! say what goes with a merge.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::import;
use super::merging::{self, MoveMergedPeople, Moves};
use super::{routes, sql};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Act;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::sheets::imports::ImportState;

/// The tree of units and their departments. It shares `Moves`.
pub const MODULE: Module = Module {
    name: "units",
    refusals: super::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct UnitsState {
    guard: Arc<Guard>,
    pool: PgPool,
    lanes: Lanes,
    moves: Moves,
    imports: Arc<ImportState<import::Units>>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("unit", sql::titles);
    let moves = Moves::default();
    context.share(moves.clone());
    let clock = context.guard.clock.clone();
    context.job(move |job: MoveMergedPeople, attempt| merging::move_people(job, attempt, clock.clone()));
    context.checklist.line("units", Act::AddUnit, |pool, account| async move {
        sql::lacks_units(&pool, account.unit.id).await
    });
    let units = import::Units { public_url: Arc::clone(&context.public_url) };
    let imports = ImportState::open(context, units)?;
    let state = UnitsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        moves,
        imports,
    };
    Ok(routes::routes().with_state(state).into())
}
