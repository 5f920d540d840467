//! The routes of presence: spot checks, what is asked of receipts' holders, head counts, verdicts.

mod head_counts;
mod receipts;
mod spot_checks;
mod verdicts;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::PresenceState;

pub fn routes() -> OpenApiRouter<PresenceState> {
    OpenApiRouter::new()
        .routes(routes!(spot_checks::order, spot_checks::of_day))
        .routes(routes!(spot_checks::cancel))
        .routes(routes!(spot_checks::missing))
        .routes(routes!(receipts::asked))
        .routes(routes!(receipts::position))
        .routes(routes!(head_counts::count, head_counts::of_day))
        .routes(routes!(verdicts::give))
}
