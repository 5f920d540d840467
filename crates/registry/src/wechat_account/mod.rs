//! Whose WeChat account is whose, and which notifications its person agreed to.

mod binding;
pub mod refusals;
mod risk;
mod sql;
mod subscription;
mod ticket;

pub use binding::{Proof, bind, bound, openid_of, stays_bound, unbind};
pub use risk::note_risk;
pub use sql::{sweep, try_ticket, use_ticket};
pub use subscription::{Answered, Award, Notified, TellError, Template, answered, tell_award};
pub use ticket::BindTicket;

use axum::Router;

use zaichang_platform::module::{Context, Module};

/// Whose WeChat account is whose. Its routes are the phone's.
pub const MODULE: Module =
    Module { name: "wechat_account", refusals: crate::wechat_account::refusals::ALL, open, ..Module::EMPTY };

#[expect(clippy::unnecessary_wraps, reason = "other modules can fail")]
fn open(context: &mut Context) -> anyhow::Result<Router> {
    context.sweep("wechat_account", async |pool, before| sweep(&pool, before).await);
    Ok(Router::new())
}
