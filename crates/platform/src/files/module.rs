//! Files as a module of the program: what it takes away. It has no routes: who keeps a file decides who may have it.

use std::sync::Arc;

use axum::Router;

use super::sql;
use crate::module::{Context, Module};

/// What is kept outside Postgres.
pub const MODULE: Module = Module { name: "files", open, ..Module::EMPTY };

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    let (files, pool) = (Arc::clone(&context.files), context.pool.clone());
    context.for_ever("old_files", move || Arc::clone(&files).delete_old(pool.clone()));
    context.sweep("files", async |pool, before| sql::forget(&pool, before).await);
    Ok(Router::new())
}
