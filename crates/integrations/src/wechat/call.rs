//! The calls of WeChat's server API that are made here: their names in metrics, whether they may be repeated, and how one is
//! made, measured and repeated. It must not know what a call is about.

use std::time::Duration;

use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;
use strum::{IntoStaticStr, VariantArray};
use tokio::sync::Semaphore;

use super::errcode::Reason;
use super::{Error, wire};
use zaichang_core::clock::steady;
use zaichang_platform::metric::Metric;

/// Another company's service, far away; given up after three seconds.
const WECHAT: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0];

/// What is measured.
pub const METRICS: &[Metric] = &[
    Metric::counter_by_label(
        "zaichang_wechat_calls_total",
        "Calls of WeChat's server API, by call and outcome: ok, a reason of WeChat's, or how the line failed.",
    ),
    Metric::histogram(
        "zaichang_wechat_seconds",
        WECHAT,
        "One call of WeChat's server API, in seconds, by call.",
    ),
];

/// Before WeChat is asked again that was busy.
const PAUSE: Duration = Duration::from_millis(300);

/// Calls in flight: where WeChat is slow and a hall logs in, further calls wait for a permit, without a connection.
static AT_ONCE: Semaphore = Semaphore::const_new(128);

/// A call, named as WeChat names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Call {
    #[strum(serialize = "code2session")]
    Code2Session,
    #[strum(serialize = "sns_oauth2")]
    SnsOauth2,
    StableToken,
    #[strum(serialize = "getticket")]
    GetTicket,
    #[strum(serialize = "getuserphonenumber")]
    GetUserPhoneNumber,
    #[strum(serialize = "subscribe_send")]
    SendSubscribeMessage,
    #[strum(serialize = "getuserriskrank")]
    GetUserRiskRank,
    #[strum(serialize = "getverifyid")]
    GetVerifyId,
    #[strum(serialize = "queryverifyinfo")]
    QueryVerifyInfo,
}

impl Call {
    /// The word in metrics.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Under the endpoint.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Code2Session => "sns/jscode2session",
            Self::SnsOauth2 => "sns/oauth2/access_token",
            Self::StableToken => "cgi-bin/stable_token",
            Self::GetTicket => "cgi-bin/ticket/getticket",
            Self::GetUserPhoneNumber => "wxa/business/getuserphonenumber",
            Self::SendSubscribeMessage => "cgi-bin/message/subscribe/send",
            Self::GetUserRiskRank => "wxa/getuserriskrank",
            Self::GetVerifyId => "cityservice/face/identify/getverifyid",
            Self::QueryVerifyInfo => "cityservice/face/identify/queryverifyinfo",
        }
    }

    /// Whether it may be made again after WeChat said that it is busy. A message might go twice.
    const fn again_when_busy(self) -> bool {
        !matches!(self, Self::SendSubscribeMessage)
    }
}

/// Counters of faults that need a fix begin at 0: to an alert, one that first appears as 1 has not risen.
pub(super) fn begin() {
    let reasons =
        [Reason::Account, Reason::Quota, Reason::Right, Reason::Template, Reason::Request, Reason::Other];
    for &call in Call::VARIANTS {
        for reason in reasons {
            count(call, reason.word(), 0);
        }
    }
}

fn count(call: Call, outcome: &'static str, times: u64) {
    metrics::counter!("zaichang_wechat_calls_total", "call" => call.word(), "outcome" => outcome)
        .increment(times);
}

/// Makes a call; once more where WeChat said that it is busy, or where nothing can have arrived. After silence or half an
/// answer never: most calls use up a code, a message or a check of a face.
pub(super) async fn make<T: DeserializeOwned>(
    call: Call,
    request: impl Fn() -> RequestBuilder + Send + Sync,
) -> Result<T, Error> {
    match measured(call, request()).await {
        Err(Error::Refused(code)) if code.reason() == Reason::Busy && call.again_when_busy() => {
            tokio::time::sleep(PAUSE).await;
            measured(call, request()).await
        }
        Err(Error::Unreachable) => measured(call, request()).await,
        made => made,
    }
}

async fn measured<T: DeserializeOwned>(call: Call, request: RequestBuilder) -> Result<T, Error> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| Error::Unreachable)?;
    let began = steady();
    // In a box: what a request in flight holds is large, and calls stand in calls.
    let made = Box::pin(wire::ask(request)).await;
    let seconds = steady().saturating_sub(began).as_secs_f64();
    metrics::histogram!("zaichang_wechat_seconds", "call" => call.word()).record(seconds);
    let outcome = made.as_ref().map_or_else(Error::outcome, |_| "ok");
    count(call, outcome, 1);
    made
}
