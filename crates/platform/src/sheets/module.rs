//! Workbooks as a module of the program: what may be wrong with one, and when what was staged goes.

use axum::Router;

use super::{imports, refusals};
use crate::module::{Context, Module};

/// What people send as a workbook. It has no routes: other modules ask for them.
pub const MODULE: Module = Module { name: "sheets", refusals: refusals::ALL, open, ..Module::EMPTY };

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    // At their very hour: what was sent is kept no longer than was said.
    context.hourly("sheet_imports", async |pool, now| imports::forget(&pool, now).await);
    Ok(Router::new())
}
