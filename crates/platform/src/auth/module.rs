//! Logging in as a module of the program: its routes, its caches, what it forgets.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::notice::{self, TellAccount};
use super::second_factor::SecondStep;
use super::{Guard, Settings, routes, sweep};
use crate::messages::Sender;
use crate::metric::Metric;
use crate::module::{Context, Module};
use crate::settings::declared;
use zaichang_core::ids::AccountId;

/// What is measured.
const METRICS: &[Metric] = &[
    Metric::counter_of(
        "zaichang_guesses_limited_total",
        "budget",
        &["address", "phone", "account", "right", "screen", "node"],
        "Logins that met an empty budget, by budget: address, phone, account, or node; that of the node refuses no user with a \
         fresh scan or on a known device.",
    ),
    Metric::counter_of(
        "zaichang_logins_by_work_total",
        "level",
        &["easy", "medium", "hard"],
        "Logins judged because work was proved where a budget was empty, by level: easy, medium or hard.",
    ),
    Metric::counter(
        "zaichang_password_checks_refused_total",
        "Logins told busy because too many passwords waited to be checked.",
    ),
];

/// Logging in to the console, and logging out of anything. It is shared `Arc<dyn messages::Sender>`.
pub const MODULE: Module = Module {
    name: "auth",
    refusals: crate::auth::refusals::ALL,
    settings: &[declared::<Settings>()],
    metrics: METRICS,
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
    let messages: Arc<dyn Sender> = context.shared()?;
    context.notices.declare(notice::KINDS);
    let clock = context.clock.clone();
    context.job(move |job: TellAccount, attempt| notice::tell(job, attempt, clock.now()));
    let second_step = SecondStep {
        pool: context.pool.clone(),
        keys: Arc::clone(&context.keys),
        sealer: context.sealer.clone(),
        messages,
        settings: *context.settings.of::<Settings>(),
    };
    let state = AuthState { guard: Arc::clone(&context.guard), pool: context.pool.clone(), second_step };
    Ok(routes::routes().with_state(state).into())
}
