//! Presence as a module of the program: the assessor, spot checks, head counts, verdicts.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{Settings, follow, routes, sql};
use crate::checkin::Pipeline;
use zaichang_hosting::project::Offered;
use zaichang_platform::auth::Guard;
use zaichang_platform::list::Lanes;
use zaichang_platform::metric::Metric;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::settings;

/// What is measured.
const METRICS: &[Metric] = &[Metric::counter(
    "zaichang_halls_assessed_total",
    "Times that this node weighed the evidence of a course's day.",
)];

/// Evidence weighed and explained. It is shared `Offered` and `Arc<Pipeline>`.
pub const MODULE: Module = Module {
    name: "presence",
    refusals: crate::presence::refusals::ALL,
    settings: &[settings::declared::<Settings>()],
    metrics: METRICS,
    document: || routes::routes().into_openapi(),
    open,
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct PresenceState {
    guard: Arc<Guard>,
    pool: PgPool,
    lanes: Lanes,
    pipeline: Arc<Pipeline>,
    offered: Offered,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let rules = Arc::new(context.settings.of::<Settings>().read_rules()?);
    context.titles.of("spot_check", sql::spot_checks::titles);
    let followed = (context.pool.clone(), rules, context.clock.clone());
    context.for_ever("assessor", move || {
        let (pool, rules, clock) = followed.clone();
        follow(pool, rules, clock)
    });
    let state = PresenceState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        pipeline: context.shared()?,
        offered: context.shared()?,
    };
    Ok(routes::routes().with_state(state).into())
}
