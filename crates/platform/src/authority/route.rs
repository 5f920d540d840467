//! How a route names its act: once, where it is declared. The check and the API's document take it from there.

use axum::Extension;
use utoipa_axum::router::UtoipaMethodRouter;

use super::{Act, who_may};

/// Under this an operation of the API's document has its act.
pub const ACT: &str = "x-act";
/// Under this it has the roles that may.
pub const ROLES: &str = "x-roles";

/// What is declared by `routes!`.
pub trait Acting {
    /// These routes do this act.
    #[must_use]
    fn act(self, act: Act) -> Self;
}

impl<S: Clone + Send + Sync + 'static> Acting for UtoipaMethodRouter<S> {
    fn act(self, act: Act) -> Self {
        let (schemas, mut paths, router) = self;
        let roles: Vec<_> = who_may(act).iter().map(|role| role.word()).collect();
        for item in paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let extensions = operation.extensions.get_or_insert_default();
                extensions.insert(ACT.to_owned(), act.word().into());
                extensions.insert(ROLES.to_owned(), roles.clone().into());
            }
        }
        (schemas, paths, router.route_layer(Extension(act)))
    }
}
