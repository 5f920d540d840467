//! What a person answered when the mini-program asked whether WeChat may notify them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{WechatState, stored};
use crate::phone::refusals;
use zaichang_integrations::wechat::App;
use zaichang_platform::auth::Attendee;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Checked, Problem};
use zaichang_registry::wechat_account::{self, Answered, Template};

/// What `wx.requestSubscribeMessage` answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WechatSubscription {
    template: Template,
    result: Answered,
}

/// Keep what the person answered: one agreement is good for one message.
#[utoipa::path(post, path = "/api/v1/me/wechat/subscriptions", tag = "people", request_body = WechatSubscription, responses(
    (status = 204),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 401, body = ProblemBody, description = "login_required"),
    (status = 409, body = ProblemBody, description = "wechat_not_configured"),
))]
pub(super) async fn keep_subscription(
    State(state): State<Arc<WechatState>>,
    attendee: Attendee,
    Checked(WechatSubscription { template, result }): Checked<WechatSubscription>,
) -> Result<StatusCode, Problem> {
    state.app_id(App::MiniProgram)?;
    if state.wechat.award_template().is_none() {
        return Err(refusals::WECHAT_NOT_CONFIGURED.into());
    }
    let (pool, now) = (&state.phones.pool, state.phones.guard.clock.now());
    wechat_account::answered(pool, attendee.person, template, result, now).await.map_err(stored)?;
    Ok(StatusCode::NO_CONTENT)
}
