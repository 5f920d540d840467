//! People as a module of the program: their numbers are sealed again after a rotation of the master keys.

use std::time::Duration;

use axum::Router;
use sqlx::PgPool;

use super::{Resealed, read_names, reseal, sql};
use zaichang_core::seal::Sealer;
use zaichang_platform::module::{Context, Module};

/// Health professionals. Their pages are other modules'.
pub const MODULE: Module = Module {
    name: "people",
    refusals: crate::people::refusals::ALL,
    settings: &[],
    document: Default::default,
    open,
};

/// How long after a re-sealing that broke off it is begun again.
const RESEAL_AGAIN: Duration = Duration::from_mins(1);

/// How long names may stand that nobody can find by pinyin.
const READ_AGAIN: Duration = Duration::from_mins(10);

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.titles.of("person", sql::names);
    let (pool, sealer) = (context.pool.clone(), context.sealer.clone());
    let names = context.pool.clone();
    context.for_ever("names", move || keep_names_read(names.clone()));
    context.until_done("reseal", move || reseal_all(pool.clone(), sealer.clone()));
    Ok(Router::new())
}

/// Works out how names are read that others have written without it.
async fn keep_names_read(pool: PgPool) {
    loop {
        match read_names(&pool).await {
            Ok(0) => {}
            Ok(people) => tracing::info!(people, "readings of names were worked out"),
            Err(error) => tracing::warn!(%error, "reading names is put off"),
        }
        tokio::time::sleep(READ_AGAIN).await;
    }
}

/// Seals personal numbers again after a rotation of the master keys, once.
async fn reseal_all(pool: PgPool, sealer: Sealer) {
    loop {
        match reseal(&pool, &sealer).await {
            Ok(Resealed { people, left }) => {
                if people > 0 {
                    tracing::info!(people, "personal numbers were sealed again with the newest master key");
                }
                if !left.is_empty() {
                    tracing::error!(
                        ?left,
                        "people whose numbers could not be sealed again: zaichang doctor lists them"
                    );
                }
                return;
            }
            Err(error) => tracing::error!(%error, "sealing personal numbers again is put off"),
        }
        tokio::time::sleep(RESEAL_AGAIN).await;
    }
}
