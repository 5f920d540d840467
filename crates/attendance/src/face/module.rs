//! Face checks as a module of the program.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;

use super::{Faces, routes};
use zaichang_platform::auth::Guard;
use zaichang_platform::module::{Context, Module};

/// Face checks. It is shared `Provider`, `Wechat` and `Arc<Pipeline>`.
pub const MODULE: Module = Module {
    name: "face",
    refusals: crate::face::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct FaceState {
    guard: Arc<Guard>,
    faces: Arc<Faces>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let faces = Faces {
        pipeline: context.shared()?,
        sealer: context.sealer.clone(),
        wechat: context.shared()?,
        provider: context.shared()?,
    };
    let state = FaceState { guard: Arc::clone(&context.guard), faces: Arc::new(faces) };
    Ok(routes::routes().with_state(state).into())
}
