//! WeChat's routes on a phone: logging in with a WeChat account, binding one and undoing that, signing a page for the JS-SDK,
//! and agreeing to notifications. No check-in passes through this module.

mod binding;
mod jssdk;
mod login;
mod subscription;
mod unbinding;

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Phones;
use super::module::PhoneState;
use zaichang_integrations::wechat::{App, Wechat, refusals};
use zaichang_platform::auth;
use zaichang_platform::http::Problem;

/// Everything these routes reach.
#[derive(Clone)]
pub struct WechatState {
    pub phones: Arc<Phones>,
    pub wechat: Wechat,
    /// The address that phones open: only its pages are signed.
    pub public_url: Arc<str>,
}

pub(super) fn routes() -> OpenApiRouter<PhoneState> {
    OpenApiRouter::new()
        .routes(routes!(login::log_in_by_wechat))
        .routes(routes!(binding::bind_wechat))
        .routes(routes!(jssdk::jssdk_config))
        .routes(routes!(subscription::keep_subscription))
        .routes(routes!(unbinding::unbind_wechat))
}

impl WechatState {
    /// The Official Account's AppID, where one is configured: its pages inside WeChat log in by it.
    pub(super) fn official_app_id(&self) -> Option<&str> {
        self.wechat.app_id(App::OfficialAccount).ok()
    }

    fn app_id(&self, app: App) -> Result<&str, Problem> {
        Ok(self.wechat.app_id(app)?)
    }
}

/// A code as WeChat gives it to a page: what cannot be one is not sent there.
fn code(field: &str, code: SecretString) -> Result<SecretString, Problem> {
    let text = code.expose_secret();
    let fits = (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(code) } else { Err(Problem::field(field, "it is 1 to 512 visible ASCII characters")) }
}

/// How soon it may be tried again where others wait for WeChat as well.
const AGAIN_MS: u64 = 3000;

/// Others who have proved work wait for WeChat, which is slow: its answer names the other ways in.
fn no_turn(busy: auth::Error) -> Problem {
    match busy {
        auth::Error::Busy => Problem::from(refusals::WECHAT_UNAVAILABLE).retry_after_ms(AGAIN_MS),
        error => error.into(),
    }
}

/// Storage's errors as every login answers them.
fn stored(error: sqlx::Error) -> Problem {
    auth::Error::from(error).into()
}
