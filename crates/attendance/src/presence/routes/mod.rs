//! The routes of presence: spot checks, what is asked of receipts' holders, head counts, verdicts.

mod head_counts;
mod receipts;
mod spot_checks;
mod verdicts;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::module::PresenceState;
use zaichang_platform::authority::{Act, Acting as _};

pub fn routes() -> OpenApiRouter<PresenceState> {
    OpenApiRouter::new()
        .routes(routes!(spot_checks::order).act(Act::OrderSpotCheck))
        .routes(routes!(spot_checks::of_day).act(Act::SeeSpotChecks))
        .routes(routes!(spot_checks::cancel).act(Act::CancelSpotCheck))
        .routes(routes!(spot_checks::missing).act(Act::SeeSpotChecks))
        .routes(routes!(receipts::asked))
        .routes(routes!(receipts::position))
        .routes(routes!(head_counts::count).act(Act::CountHeads))
        .routes(routes!(head_counts::of_day).act(Act::SeeHeadCounts))
        .routes(routes!(verdicts::give).act(Act::GiveVerdict))
}
