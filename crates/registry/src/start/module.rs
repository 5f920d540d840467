//! The first hour as a module of the program: its routes, and its line of the checklist.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::accepting::{Limits, Links};
use super::checks::{self, Examined};
use super::{fingerprint, routes, sql};
use zaichang_integrations::wechat::Wechat;
use zaichang_platform::auth::{self, Guard};
use zaichang_platform::authority::Act;
use zaichang_platform::module::{Context, Module};

/// Links for the first admins, and what is checked of the deployment. It is shared `Arc<dyn messages::Sender>` and `Wechat`.
pub const MODULE: Module = Module {
    name: "start",
    refusals: super::refusals::ALL,
    settings: &[],
    document: || routes::routes().into_openapi(),
    open,
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct StartState {
    guard: Arc<Guard>,
    pool: PgPool,
    links: Links,
    examined: Arc<Examined>,
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
    let key = fingerprint(context.keys.signing_id());
    let examined = Examined::new(links.clone(), context.shared::<Wechat>()?, key.clone());
    context.checklist.line("deployment_checks", Act::CheckDeployment, move |pool, account| {
        let key = key.clone();
        async move {
            Ok(sql::is_theirs(&pool, account.unit.id).await?
                && checks::waits(&sql::checked(&pool).await?, &key))
        }
    });
    let state = StartState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        links,
        examined: Arc::new(examined),
    };
    Ok(routes::routes().with_state(state).into())
}
