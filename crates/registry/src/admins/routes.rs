//! What the console asks about the admins of units.

use utoipa_axum::router::OpenApiRouter;

use super::module::AdminsState;
use super::{accounts, letter, links, resets, rights};

pub(super) fn routes() -> OpenApiRouter<AdminsState> {
    OpenApiRouter::new()
        .merge(accounts::routes())
        .merge(links::routes())
        .merge(letter::routes())
        .merge(resets::routes())
        .merge(rights::routes())
}
