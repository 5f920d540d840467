//! What a page of ours inside WeChat needs to use the JS-SDK. A page that is not ours is not signed: the signature would let
//! it act in the Official Account's name.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::WechatState;
use crate::phone::refusals;
use zaichang_platform::http::problem::ProblemBody;
use zaichang_platform::http::{Problem, Reject};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// The page's whole address, as `location.href` gives it; what follows `#` may be left out.
    #[param(max_length = 2048)]
    url: String,
}

/// For `wx.config`.
#[derive(Serialize, ToSchema)]
pub(super) struct JssdkConfig {
    app_id: String,
    /// Unix seconds.
    timestamp: i64,
    nonce_str: String,
    signature: String,
}

/// Sign one of our pages for the JS-SDK inside WeChat.
#[utoipa::path(get, path = "/api/v1/wechat/jssdk-config", tag = "people", params(PageQuery), responses(
    (status = 200, body = JssdkConfig),
    (status = 400, body = ProblemBody, description = "bad_request"),
    (status = 403, body = ProblemBody, description = "origin_refused"),
    (status = 409, body = ProblemBody, description = "wechat_not_configured"),
    (status = 503, body = ProblemBody, description = "wechat_unavailable"),
))]
pub(super) async fn jssdk_config(
    State(state): State<Arc<WechatState>>,
    Reject(Query(PageQuery { url })): Reject<Query<PageQuery>>,
) -> Result<Json<JssdkConfig>, Problem> {
    if url.len() > 2048 || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::field("url", "it is an address as location.href gives it"));
    }
    if !is_ours(&state.public_url, &url) {
        return Err(refusals::ORIGIN_REFUSED.into());
    }
    let config = state.wechat.page_config(&url, state.phones.guard.clock.now().as_second()).await?;
    Ok(Json(JssdkConfig {
        app_id: config.app_id,
        timestamp: config.timestamp,
        nonce_str: config.nonce,
        signature: config.signature,
    }))
}

/// Whether the address is one of the public address' own pages.
fn is_ours(public_url: &str, url: &str) -> bool {
    let split = url.split_at_checked(public_url.len());
    split.is_some_and(|(origin, rest)| {
        origin.eq_ignore_ascii_case(public_url) && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_public_address_are_ours() {
        for (url, ours) in [
            ("https://cme.example.cn", true),
            ("https://cme.example.cn/", true),
            ("https://CME.example.cn/C/CODE?x=1#y", true),
            ("https://cme.example.cn?x", true),
            ("http://cme.example.cn/", false),
            ("https://cme.example.cn.evil.example/", false),
            ("https://cme.example.cn:8443/", false),
            ("https://cme.example.cn@evil.example/", false),
            ("https://evil.example/https://cme.example.cn/", false),
            ("", false),
        ] {
            assert_eq!(is_ours("https://cme.example.cn", url), ours, "{url}");
        }
    }
}
