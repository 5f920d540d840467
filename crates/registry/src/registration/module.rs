//! Registration as a module of the program: its routes, what is swept, and what follows a verdict.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa_axum::router::OpenApiRouter;

use super::closing;
use super::following::{self, FollowDecision};
use super::notice::{self, TellVerdict};
use super::{claims, moving, of_applicant, of_unit, opening, unit_proposal};
use crate::units::{Moves, ReturnWaiting};
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_platform::auth::Guard;
use zaichang_platform::authority::Act;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::jobs::Job;
use zaichang_platform::list::Lanes;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::scan::Scan;

/// Whole numbers that an admin may look for at the desk at once, and how soon one more: 720 an hour, as among people. An admin
/// who counts through numbers gets no further than this in any unit.
const LOOK_UPS: u32 = 120;
const LOOK_UP_EACH: Duration = Duration::from_secs(5);
/// Admins that are remembered.
const ADMINS: usize = 1 << 14;

/// People who register, and the units that review them. It is shared `units::Moves` and `Scan`.
pub const MODULE: Module = Module {
    name: "registration",
    refusals: super::refusals::ALL,
    document: || api().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct RegistrationState {
    pub guard: Arc<Guard>,
    pub keys: Arc<Keys>,
    pub pool: PgPool,
    pub lanes: Lanes,
    #[from_ref(skip)]
    pub look_ups: Arc<Budget>,
    pub sealer: Sealer,
    /// Looks at a photo before it is read.
    #[from_ref(skip)]
    pub scan: Scan,
    #[from_ref(skip)]
    pub uploads: Arc<claims::Uploads>,
}

/// What is to be done once a registration is approved: the module that keeps its applicant's scans takes the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordKeptScans {
    /// Of `registrations`.
    pub registration: i64,
}

impl Job for RecordKeptScans {
    const NAME: &'static str = "record_kept_scans";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        format!("kept:{}", self.registration)
    }
}

fn api() -> OpenApiRouter<RegistrationState> {
    OpenApiRouter::new()
        .merge(of_applicant::routes())
        .merge(of_unit::routes())
        .merge(claims::routes_of_claimant())
        .merge(claims::routes_of_unit())
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.notices.declare(notice::KINDS);
    context.notices.declare(claims::KINDS);
    context.checklist.line("number_claims", Act::JudgeNumberClaim, |pool, account| async move {
        claims::some_wait_for(&pool, account.unit.id).await
    });
    context.shared::<Moves>()?.of("registrations_moved", |change, from, into, name| {
        Box::pin(moving::move_to(change, from, into, name))
    });
    let clock = context.clock.clone();
    context.job(move |job: TellVerdict, attempt| notice::tell(job, attempt, clock.now()));
    let clock = context.clock.clone();
    context.job(move |job: ReturnWaiting, attempt| closing::run(job, attempt, clock.clone()));
    let clock = context.clock.clone();
    context.job(move |job: FollowDecision, attempt| following::run(job, attempt, clock.clone()));
    context.hourly("registrations", async |pool, now| opening::sweep(&pool, now).await);
    context.hourly("claim_photos", async |pool, now| claims::sweep_photos(&pool, now).await);
    context.hourly("unit_proposals", async |pool, now| unit_proposal::sweep_proposals(&pool, now).await);
    let state = RegistrationState {
        guard: Arc::clone(&context.guard),
        keys: Arc::clone(&context.keys),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        look_ups: Arc::new(Budget::new(LOOK_UPS, LOOK_UP_EACH, ADMINS)),
        sealer: context.sealer.clone(),
        scan: context.shared()?,
        uploads: Arc::new(claims::Uploads::new()),
    };
    Ok(api().with_state(state).into())
}
