//! Face checks as a module of the program.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;

use super::{Faces, Settings, routes};
use zaichang_hosting::project::{Offered, Offers};
use zaichang_platform::auth::Guard;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::settings;

/// Face checks. It is shared `Wechat`, `Offers`, `Arc<Pipeline>` and `Roster`.
pub const MODULE: Module = Module {
    name: "face",
    refusals: crate::face::refusals::ALL,
    settings: &[settings::declared::<Settings>()],
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct FaceState {
    guard: Arc<Guard>,
    faces: Arc<Faces>,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let Settings { provider } = *context.settings.of();
    let face_checks = provider.is_available();
    context.shared::<Offers>()?.add(Offered { face_checks, ..Offered::default() });
    let faces = Faces {
        pool: context.pool.clone(),
        clock: context.clock.clone(),
        pipeline: context.shared()?,
        roster: context.shared()?,
        sealer: context.sealer.clone(),
        wechat: context.shared()?,
        provider,
    };
    let state = FaceState { guard: Arc::clone(&context.guard), faces: Arc::new(faces) };
    Ok(routes::routes().with_state(state).into())
}
