//! The modules that the program is put together from. The order is that in which they are opened.

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use zaichang_platform::module::{Context, Module};

/// Each crate lists its own.
fn all() -> impl Iterator<Item = &'static Module> {
    let crates = [
        zaichang_platform::MODULES,
        zaichang_registry::MODULES,
        zaichang_hosting::MODULES,
        zaichang_attendance::MODULES,
    ];
    crates.into_iter().flatten()
}

/// What they add to the API's document.
pub fn documents() -> OpenApiRouter {
    all().fold(OpenApiRouter::new(), |whole, module| {
        whole.merge(OpenApiRouter::with_openapi((module.document)()))
    })
}

/// Opens all of them, and gives their routes.
pub fn open(context: &mut Context) -> anyhow::Result<Router> {
    all().try_fold(Router::new(), |whole, module| {
        let routes = (module.open)(context).map_err(|error| error.context(module.name))?;
        Ok(whole.merge(routes))
    })
}
