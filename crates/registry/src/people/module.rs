//! People as a module of the program: the console's pages of them, and how their names are read is kept up to date.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use sqlx::PgPool;

use super::{of_unit, read_names, read_unit_names, sql};
use zaichang_platform::module::{Context, Module};

/// Health professionals, as their units keep them.
pub const MODULE: Module = Module {
    name: "people",
    refusals: crate::people::refusals::ALL,
    settings: &[],
    document: || of_unit::routes().into_openapi(),
    open,
};

/// How long after names could not be read it is tried again.
const AGAIN: Duration = Duration::from_mins(1);

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("person", sql::names);
    let names = context.pool.clone();
    context.until_done("names_at_start", move || read_at_start(names.clone()));
    context.hourly("names", async |pool, _| keep_names_read(&pool).await);
    let state = of_unit::PeopleState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        sealer: context.sealer.clone(),
        lanes: context.lanes.clone(),
    };
    Ok(of_unit::routes().with_state(state).into())
}

/// Works out how names are read that others have written without it: by hand, or a node of the release before.
async fn keep_names_read(pool: &PgPool) -> sqlx::Result<()> {
    let (people, units) = tokio::try_join!(read_names(pool), read_unit_names(pool))?;
    if people + units > 0 {
        tracing::info!(people, units, "readings of names were worked out");
    }
    Ok(())
}

/// Once at a start, which may be that of a release that reads more; then once an hour by one node of all.
async fn read_at_start(pool: PgPool) {
    while let Err(error) = keep_names_read(&pool).await {
        tracing::warn!(%error, "reading names is put off");
        tokio::time::sleep(AGAIN).await;
    }
}
