//! A request for a page: by whom, from where, and how the answer is wanted. It must not know which page.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::ExtensionRejection;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::{Phones, WechatState};
use crate::phone::refusals;
use zaichang_core::ids::PersonId;
use zaichang_platform::auth::{Attendee, Guard, MaybeAttendee, Presented};
use zaichang_platform::cache::Stale;
use zaichang_platform::http::RequestId;

/// A page that is opened.
pub(super) struct Visit {
    pub phones: Arc<Phones>,
    /// The Official Account's AppID, where there is one and the page is opened inside WeChat.
    pub wechat: Option<String>,
    /// None also when the session cannot be looked up now: a page is shown in any case.
    pub attendee: Option<Attendee>,
    /// With storage away, whose session it was when last read from Postgres.
    pub stale: Option<Stale<PersonId>>,
    pub address: IpAddr,
    pub headers: HeaderMap,
    pub request_id: RequestId,
}

impl Visit {
    /// Programs ask for JSON; browsers get the page.
    pub fn wants_json(&self) -> bool {
        let accept = self.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        accept.contains("application/json") && !accept.contains("text/html")
    }
}

/// 企业微信 names itself the same, and knows other accounts.
fn in_wechat(headers: &HeaderMap) -> bool {
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    browser.contains("MicroMessenger") && !browser.contains("wxwork")
}

impl<S> FromRequestParts<S> for Visit
where
    S: Send + Sync,
    Arc<Guard>: FromRef<S>,
    Arc<Phones>: FromRef<S>,
    Arc<WechatState>: FromRef<S>,
{
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ExtensionRejection> {
        let Extension(request_id) = Extension::from_request_parts(parts, state).await?;
        let guard: Arc<Guard> = Arc::from_ref(state);
        let (attendee, stale) = match Presented::from_request_parts(parts, state).await {
            Ok(presented) => match presented.attendee(&guard).await {
                Err(problem) if problem.refusal == refusals::STORAGE_UNAVAILABLE => {
                    (None, presented.stale_person(&guard))
                }
                attendee => (attendee.ok().and_then(|MaybeAttendee(attendee)| attendee), None),
            },
            Err(_) => (None, None),
        };
        let wechat: Arc<WechatState> = Arc::from_ref(state);
        Ok(Self {
            phones: Arc::from_ref(state),
            wechat: wechat.official_app_id().filter(|_| in_wechat(&parts.headers)).map(str::to_owned),
            attendee,
            stale,
            address: guard.address(parts),
            headers: parts.headers.clone(),
            request_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wechat_is_known_by_its_browser_and_wechat_work_is_another() {
        for (browser, inside) in [
            ("Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile MicroMessenger/8.0.56 NetType/WIFI", true),
            (
                "Mozilla/5.0 (Windows NT 10.0) Chrome/122 MicroMessenger/7.0.20 WindowsWechat(0x63090c0f)",
                true,
            ),
            ("Mozilla/5.0 (Linux; Android 14) MicroMessenger/7.0.1 wxwork/4.1.0", false),
            ("Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::USER_AGENT, browser.parse().unwrap())]);
            assert_eq!(in_wechat(&headers), inside, "{browser}");
        }
        assert!(!in_wechat(&HeaderMap::new()));
    }
}
