//! The deployment as a module of the program: its checks, and their line of the checklist.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::checks::{self, Examined};
use super::{routes, sql};
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Act;
use zaichang_platform::module::{Context, Module};

/// What is checked of the deployment. It is shared `Arc<dyn messages::Sender>` and `Wechat`.
pub const MODULE: Module = Module {
    name: "deployment",
    refusals: super::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct DeploymentState {
    guard: Arc<Guard>,
    pool: PgPool,
    examined: Arc<Examined>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let examined = Arc::new(Examined::new(context)?);
    let key = examined.key.clone();
    context.checklist.line("deployment_checks", Act::CheckDeployment, move |pool, account| {
        let key = key.clone();
        async move {
            Ok(sql::is_theirs(&pool, account.unit.id).await?
                && checks::waits(&sql::checked(&pool).await?, &key))
        }
    });
    let state = DeploymentState { guard: Arc::clone(&context.guard), pool: context.pool.clone(), examined };
    Ok(routes::routes().with_state(state).into())
}
