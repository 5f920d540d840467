//! Notices as a module of the program: inboxes, the job that sends, and what is forgotten.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use jiff::SignedDuration;
use sqlx::PgPool;

use super::kind::Kinds;
use super::sending::{SendNotice, Sending};
use super::{routes, sql};
use crate::auth::Guard;
use crate::list::Lanes;
use crate::messages::Sender;
use crate::module::{Context, Module};

/// A phone that is somebody's no longer is kept for so long.
pub(super) const WARNED: SignedDuration = SignedDuration::from_hours(24);
/// What has been due for so long is given up, and shown.
pub(super) const DUE: SignedDuration = SignedDuration::from_hours(6);
/// The same of what goes behind all others.
pub(super) const LAST_DUE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Notices are kept for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What people and admins are told. Other modules declare the kinds. It is shared `Arc<dyn messages::Sender>`.
pub const MODULE: Module = Module {
    name: "notices",
    refusals: super::refusals::ALL,
    document: || routes::routes().into_openapi(),
    open,
    ..Module::EMPTY
};

/// What its routes reach.
#[derive(Clone, FromRef)]
pub(super) struct NoticesState {
    pub guard: Arc<Guard>,
    pub pool: PgPool,
    pub lanes: Lanes,
    #[from_ref(skip)]
    pub kinds: Kinds,
    #[from_ref(skip)]
    pub sender: Arc<dyn Sender>,
}

impl NoticesState {
    /// Whether any message that a person may choose is sent here.
    pub fn sms_offered(&self) -> bool {
        self.kinds.some(|kind| {
            kind.sms.as_ref().is_some_and(|sms| !sms.is_compulsory && self.sender.is_set_for(sms.message()))
        })
    }
}

fn open(context: &mut Context) -> anyhow::Result<Router> {
    let sender: Arc<dyn Sender> = context.shared()?;
    let sending = Sending {
        kinds: context.notices.clone(),
        sealer: context.sealer.clone(),
        sender: Arc::clone(&sender),
        clock: context.clock.clone(),
    };
    context.job(move |job: SendNotice, attempt| sending.clone().run(job, attempt));
    let kinds = context.notices.clone();
    context.hourly("notices", move |pool, now| {
        let last = (kinds.last_templates(), now - LAST_DUE);
        async move { sql::sweep(&pool, now - WARNED, now - DUE, last, now - KEPT).await }
    });
    context.titles.of("notice_delivery", sql::titles);
    let state = NoticesState {
        guard: Arc::clone(&context.guard),
        pool: context.pool.clone(),
        lanes: context.lanes.clone(),
        kinds: context.notices.clone(),
        sender,
    };
    Ok(routes::routes().with_state(state).into())
}
