//! Proposals of units as a module of the program: its routes, and its line of the checklist.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{list, routes};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Act;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};

/// Units that are missing, and the authorities that decide.
pub const MODULE: Module = Module {
    name: "proposals",
    refusals: super::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct ProposalsState {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    pub lanes: Lanes,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("unit_proposal", list::titles);
    context.checklist.line("unit_proposals", Act::JudgeUnitProposal, |pool, account| async move {
        list::some_wait_for(&pool, account.unit.id).await
    });
    let state = ProposalsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
    };
    Ok(routes::routes().with_state(state).into())
}
