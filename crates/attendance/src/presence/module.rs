//! Presence as a module of the program: the assessor, spot checks, head counts, verdicts.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use sqlx::PgPool;

use super::{Settings, follow, routes, sql};
use crate::checkin::{Pipeline, Roster};
use zaichang_hosting::project::{Offered, Offers};
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

/// Evidence weighed and explained. It is shared `Offers`, `Arc<Pipeline>` and `Roster`.
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
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    lanes: Lanes,
    #[from_ref(skip)]
    pub pipeline: Arc<Pipeline>,
    #[from_ref(skip)]
    pub roster: Roster,
    #[from_ref(skip)]
    /// Whether phones are asked how far from the hall they are.
    pub distances: bool,
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let settings: &Settings = context.settings.of();
    let (rules, distances) = (Arc::new(settings.read_rules()?), settings.distances);
    context.shared::<Offers>()?.add(Offered { distances, ..Offered::default() });
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
        roster: context.shared()?,
        distances,
    };
    Ok(routes::routes().with_state(state).into())
}
