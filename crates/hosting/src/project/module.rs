//! Projects as a module of the program: the console's courses.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{Offered, Offers, routes, sql};
use zaichang_platform::auth::Guard;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};

/// The console's courses. It shares `Offers`.
pub const MODULE: Module = Module {
    name: "project",
    refusals: crate::project::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct ProjectsState {
    guard: Arc<Guard>,
    pool: PgPool,
    lanes: Lanes,
    #[from_ref(skip)]
    offers: Offers,
}

impl FromRef<ProjectsState> for Offered {
    fn from_ref(state: &ProjectsState) -> Self {
        state.offers.all()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("course", sql::titles);
    context.titles.of("project", sql::project_titles);
    let offers = Offers::default();
    context.share(offers.clone());
    let state = ProjectsState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        offers,
    };
    Ok(routes::routes().with_state(state).into())
}
