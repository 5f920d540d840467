//! Announcements as a module of the program: its routes, and the cache of what units announce.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::standing::Board;
use super::{routes, routes_of_readers, sql};
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::Guard;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};

/// What authorities and units announce.
pub const MODULE: Module = Module {
    name: "announcements",
    refusals: super::refusals::ALL,
    document: || routes::routes().merge(routes_of_readers::routes()).into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct AnnouncementsState {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    pub lanes: Lanes,
    pub board: Board,
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("announcement", sql::titles);
    let board = Board::new(&context.pool, &context.hearing);
    let told = board.clone();
    context.changes.on_id("announcing_unit", move |unit| told.forget(UnitId(unit)));
    let missed = board.clone();
    context.changes.after_gap(move || missed.forget_all());
    let counted = board.clone();
    context.caches(move || [("announcements", counted.entries())]);
    let state = AnnouncementsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        board,
    };
    Ok(routes::routes().merge(routes_of_readers::routes()).with_state(state).into())
}
