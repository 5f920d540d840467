//! The phone's pages and logins as a module of the program.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use utoipa_axum::router::OpenApiRouter;

use super::{
    Assertions, Phones, Settings, SmsLimits, WechatState, app_session, kept_scans, login, number_claim,
    own_password, own_phone, own_sessions, pages, privacy, scans_of_applicant, sms_codes, wechat,
};
use zaichang_core::keys::Keys;
use zaichang_platform::auth::Guard;
use zaichang_platform::metric::Metric;
use zaichang_platform::module::{Context, Module};
use zaichang_platform::settings;
use zaichang_registry::registration::RecordKeptScans;

/// What is measured.
const METRICS: &[Metric] = &[
    Metric::counter_by_label(
        "zaichang_kept_scans_total",
        "Scans of people who registered afterwards, once they were approved, by outcome: recorded, or the refusal's code.",
    ),
    Metric::counter_by_label(
        "zaichang_sms_codes_total",
        "SMS codes that were sent, by asked_by: known_device, scan or stranger.",
    ),
    Metric::counter(
        "zaichang_sms_braked_total",
        "SMS codes that were not sent as more were asked for than this node may send in a minute.",
    ),
];

/// What a phone opens. It is shared `Arc<dyn messages::Sender>`, `Wechat`, `Arc<Pipeline>` and `Roster`.
pub const MODULE: Module = Module {
    name: "phone",
    refusals: crate::phone::refusals::ALL,
    settings: &[settings::declared::<Settings>()],
    metrics: METRICS,
    document: || api().into_openapi(),
    open,
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct PhoneState {
    guard: Arc<Guard>,
    keys: Arc<Keys>,
    phones: Arc<Phones>,
    wechat: Arc<WechatState>,
}

fn api() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new()
        .merge(login::routes())
        .merge(own_phone::routes())
        .merge(number_claim::routes())
        .merge(own_password::routes())
        .merge(own_sessions::routes())
        .merge(sms_codes::routes())
        .merge(privacy::routes())
        .merge(wechat::routes())
        .merge(app_session::routes())
        .merge(scans_of_applicant::routes())
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let settings = context.settings.of::<Settings>();
    let (sms_per_minute, app_keys) = (settings.sms_per_minute, settings.keys()?);
    context.sweep("phone", async |pool, before| app_session::sweep(&pool, before).await);
    let phones = Arc::new(Phones {
        pool: context.pool.clone(),
        clock: context.clock.clone(),
        keys: Arc::clone(&context.keys),
        pipeline: context.shared()?,
        roster: context.shared()?,
        guard: Arc::clone(&context.guard),
        sealer: context.sealer.clone(),
        messages: context.shared()?,
        sms_limits: Arc::new(SmsLimits::new(sms_per_minute)),
        own_passwords: Arc::new(own_password::budget()),
        assertions: Assertions::new(app_keys, &context.public_url),
        pages: context.pages.clone(),
    });
    let of_jobs = Arc::clone(&phones);
    context.job(move |job: RecordKeptScans, attempt| kept_scans::record(job, attempt, Arc::clone(&of_jobs)));
    let wechat = WechatState {
        phones: Arc::clone(&phones),
        wechat: context.shared()?,
        public_url: Arc::clone(&context.public_url),
    };
    let state = PhoneState {
        guard: Arc::clone(&context.guard),
        keys: Arc::clone(&context.keys),
        phones,
        wechat: Arc::new(wechat),
    };
    Ok(Router::from(api().merge(pages::routes())).with_state(state))
}
