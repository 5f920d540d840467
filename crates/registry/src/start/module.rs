//! The first hour as a module of the program: the routes of a link's holder.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;

use super::accepting::{Limits, Links};
use super::routes;
use zaichang_platform::auth::{self, Guard};
use zaichang_platform::module::{Context, Module};

/// How admins come in by their links. It is shared `Arc<dyn messages::Sender>`.
pub const MODULE: Module = Module {
    name: "start",
    refusals: super::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct StartState {
    guard: Arc<Guard>,
    links: Links,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let links = Links {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        keys: Arc::clone(&context.keys),
        sealer: context.sealer.clone(),
        messages: context.shared()?,
        limits: Arc::new(Limits::default()),
        settings: *context.settings.of::<auth::Settings>(),
    };
    let state = StartState { guard: Arc::clone(&context.guard), links };
    Ok(routes::routes().with_state(state).into())
}
