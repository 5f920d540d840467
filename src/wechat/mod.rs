//! WeChat: the client of its server API, whose WeChat account a person has bound, and what they agreed to be told.
//! What must be set up there, and what each code means: docs/wechat.md.
//! No check-in waits for it: whoever is logged in is checked in though WeChat be away.

mod api;
mod binding;
mod risk;
mod sealed;
mod settings;
mod sql;
mod subscription;
mod ticket;

pub use api::{
    Actor, App, Asked, Call, CertInfo, Code, Error, Identity, LoginCode, Message, PageConfig, Reason, Scene,
    Verdict, Wechat, signature,
};
pub use binding::{Proof, bind, bound, openid_of, unbind};
pub use risk::note_risk;
pub use settings::Settings;
pub use sql::{sweep, try_ticket, use_ticket};
pub use subscription::{Answered, Award, TellError, Template, Told, answered, tell_award};
pub use ticket::BindTicket;

use zaichang_platform::http::{Problem, Refusal};

/// How long a phone waits before it tries again what WeChat could not do.
const RETRY_AFTER_MS: u64 = 3000;
/// WeChat counts a user's calls by the minute.
const NEXT_MINUTE_MS: u64 = 60_000;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let away = || Self::from(Refusal::WechatUnavailable).retry_after_ms(RETRY_AFTER_MS);
        let code = match error {
            Error::NotConfigured(_) => return Refusal::WechatNotConfigured.into(),
            Error::Snapshot => return Refusal::WechatSnapshot.into(),
            Error::Unreachable | Error::Timeout | Error::Interrupted | Error::Malformed { .. } => {
                tracing::warn!(%error, "WeChat did not help");
                return away();
            }
            Error::Refused(code) => code,
        };
        match code.reason() {
            Reason::CodeInvalid | Reason::CodeUsed => Refusal::WechatCodeInvalid.into(),
            Reason::HighRisk => Refusal::WechatBlocked.into(),
            Reason::UserRate => Self::from(Refusal::TooManyRequests).retry_after_ms(NEXT_MINUTE_MS),
            Reason::Busy | Reason::Token => {
                tracing::warn!(%error, "WeChat did not help");
                away()
            }
            Reason::Openid | Reason::NotSubscribed | Reason::Stale => away(),
            // Trying again helps nobody: somebody has to mend it.
            Reason::Quota
            | Reason::Account
            | Reason::Right
            | Reason::Template
            | Reason::Request
            | Reason::Other => {
                tracing::error!(%error, actor = ?code.reason().actor(), "WeChat refused: see docs/wechat.md");
                Refusal::WechatUnavailable.into()
            }
        }
    }
}
