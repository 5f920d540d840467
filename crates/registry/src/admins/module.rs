//! The admins of units as a module of the program.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{routes, unit};
use zaichang_core::keys::Keys;
use zaichang_platform::auth::{Guard, Role};
use zaichang_platform::authority::{Act, Losses};
use zaichang_platform::module::{Context, Module};
use zaichang_platform::print::Print;

/// The admins of units, and the links by which further ones come in.
pub const MODULE: Module = Module {
    name: "admins",
    refusals: super::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct AdminsState {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    pub keys: Arc<Keys>,
    /// What is closed that an account has opened and may open no longer.
    pub losses: Losses,
    /// Under which the console is opened, without a path.
    pub public_url: Arc<str>,
    pub print: Print,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.checklist.line("unit_admins", Act::InviteAdmin, |pool, account| async move {
        // A unit's own admin is there already.
        Ok(account.role == Role::AuthorityAdmin && unit::await_their_admin(&pool, account.unit.id).await?)
    });
    let state = AdminsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        keys: Arc::clone(&context.keys),
        losses: context.losses.clone(),
        public_url: Arc::clone(&context.public_url),
        print: context.shared()?,
    };
    Ok(routes::routes().with_state(state).into())
}
