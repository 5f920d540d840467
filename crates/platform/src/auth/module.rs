//! Logging in as a module of the program: its routes, its caches, what it forgets.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::second_factor::SecondStep;
use super::{Guard, accounts, routes, sweep};
use crate::module::{Context, Module};
use zaichang_core::ids::AccountId;
use zaichang_core::seal::Sealer;

/// How long after it could not be done accounts are sealed again.
const AGAIN: Duration = Duration::from_mins(1);

/// Logging in to the console, and logging out of anything. It is shared `Arc<dyn messages::Sender>`.
pub const MODULE: Module = Module {
    name: "auth",
    refusals: crate::auth::refusals::ALL,
    settings: &[],
    document: || routes::routes().into_openapi(),
    open,
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct AuthState {
    guard: Arc<Guard>,
    pool: PgPool,
    second_step: SecondStep,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let sessions = context.guard.sessions.clone();
    let counted = sessions.clone();
    context.caches(move || counted.entries());
    let forgotten = sessions.clone();
    context.changes.after_gap(move || forgotten.forget_all());
    let changed = sessions.clone();
    context.changes.on_id("account", move |id| changed.account_changed(AccountId(id)));
    context.changes.on("session", move |key| {
        let hash = key.strip_prefix("\\x").and_then(|hash| hex::decode(hash).ok());
        if let Some(hash) = hash.and_then(|hash| hash.try_into().ok()) {
            sessions.session_changed(hash);
        }
    });
    context.sweep("auth", async |pool, before| sweep(&pool, before).await);
    let (pool, sealer) = (context.pool.clone(), context.sealer.clone());
    context.until_done("reseal_accounts", move || reseal(pool.clone(), sealer.clone()));
    let second_step = SecondStep {
        pool: context.pool.clone(),
        keys: Arc::clone(&context.keys),
        sealer: context.sealer.clone(),
        messages: context.shared()?,
    };
    let state = AuthState { guard: Arc::clone(&context.guard), pool: context.pool.clone(), second_step };
    Ok(routes::routes().with_state(state).into())
}

/// Each start asks for it: what there is to do is nothing unless the keys are others now.
async fn reseal(pool: PgPool, sealer: Sealer) {
    loop {
        match accounts::reseal(&pool, &sealer).await {
            Ok(0) => return,
            Ok(accounts) => {
                tracing::info!(
                    accounts,
                    "admins' phones and secrets were sealed again with the newest master key"
                );
                return;
            }
            Err(error) => tracing::warn!(%error, "sealing admins' phones and secrets again is put off"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}
