//! Sending a login code by SMS: the port of `platform::messages`, fulfilled by three senders (the log, Aliyun, Tencent Cloud).
//! It must not know who asks, how codes are made, or how often one may be asked for: that is `auth`'s.
//!
//! # What must be set up at the provider
//! A sign name (短信签名, the name in 【】) and a template of the kind "verification code" (验证码), both approved.
//! The template has exactly one variable, the code: `您的验证码为：${code}，5分钟内有效，请勿告知他人。` at Aliyun,
//! where the variable must be named `code`; `您的验证码为：{1}，5分钟内有效，请勿告知他人。` at Tencent Cloud, where
//! variables are numbered. Tencent Cloud takes at most 6 digits for it.
//!
//! Another template, of the kind "notification" (通知), tells applicants what their unit has found of their registration. It may be
//! left out: nothing is sent then. Its one variable is the result, 已通过, 已退回修改 or 未通过:
//! `您的注册信息审核结果：${result}，请登录平台查看。`
//!
//! A third one, also a notification that may be left out, tells admins what another has done to their account. Its one variable is
//! `event` at Aliyun, `{1}` at Tencent Cloud: `您的管理端账号${event}，如非本人要求，请立即联系其他管理员或上级行政部门。`
//!
//! A fourth one tells the phone that a person had that another has taken its place. Its one variable is `event` at Aliyun, `{1}` at
//! Tencent Cloud: `您登录本平台的手机号${event}，如非本人办理，请立即联系所在单位。`
//!
//! Each further kind of notice has a template under its own name in `notice_templates`, with one variable `result`; those that are
//! known are listed in `docs/operating/settings.md`.
//!
//! # Never twice
//! Neither provider knows repeated requests for what they are: asking again sends, and bills, a second message
//! (Aliyun says so where it describes SendSms, <https://help.aliyun.com/document_detail/55284.html>).
//! So nothing here retries, follows a redirect, or turns an unclear outcome into a clear one:
//! [`Error::may_have_been_sent`] says when the message may be on its way all the same.

mod acs3;
mod aliyun;
mod settings;
mod tc3;
mod tencent;
mod wire;

#[cfg(test)]
mod fixture;

pub use settings::{AliyunSettings, Endpoint, EndpointError, NoticeTemplates, Settings, TencentSettings};

use aliyun::Aliyun;
use tencent::Tencent;

use futures_util::future::{BoxFuture, FutureExt as _, TryFutureExt as _};
use strum::VariantArray as _;
use zaichang_core::Phone;
use zaichang_core::clock::Clock;
use zaichang_platform::messages::{self, Message, NotSent};
use zaichang_platform::metric::Metric;

/// What is measured.
pub const METRICS: &[Metric] = &[Metric::counter_by_label(
    "zaichang_sms_sent_total",
    "SMS codes that the provider was asked to send, by outcome: ok, why it refused, or how the line failed.",
)];

/// Sends codes in the way that was set.
#[derive(Clone, Debug)]
pub enum Sender {
    /// For development: the code is written to the log, nothing is sent.
    Log,
    Aliyun(Aliyun),
    Tencent(Tencent),
}

/// Why a code was not sent, or not surely. It never carries the phone, the code or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the SMS provider refused: {reason} ({code}, request {request_id})")]
    Refused {
        reason: Refusal,
        /// The provider's own code.
        code: String,
        /// What the provider asks for when one complains.
        request_id: String,
    },
    #[error("the SMS provider could not be reached")]
    Unreachable,
    #[error("no template is set for this message")]
    NoTemplate,
    #[error("the SMS provider did not answer in time: the message may have been sent")]
    Timeout,
    #[error("the line to the SMS provider broke before its answer: the message may have been sent")]
    Interrupted,
    #[error("the SMS provider's answer (HTTP {status}) makes no sense: the message may have been sent")]
    Malformed { status: u16 },
}

/// What a provider's many codes come down to: who has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    /// The operator has to pay.
    #[error("no balance left")]
    Balance,
    /// The phone, or the account, has reached its limit for now.
    #[error("too many messages")]
    Rate,
    /// The sign name (短信签名) is not approved, not registered or not fit for codes.
    #[error("the sign name is not accepted")]
    SignName,
    /// The template, or what was put into it.
    #[error("the template is not accepted")]
    Template,
    /// The provider will not send to this phone.
    #[error("the number is not accepted")]
    Number,
    /// Keys, rights, the clock, or the address asked from.
    #[error("the account or its keys are not accepted")]
    Account,
    /// The provider's own trouble.
    #[error("a fault of the provider")]
    Fault,
    /// A code that is not in the provider's documents.
    #[error("for a reason of its own")]
    Other,
}

impl Error {
    /// Whether the person may receive the message although this is an error: the code must then stay valid.
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::Refused { reason, .. } => *reason == Refusal::Fault,
            Self::Unreachable | Self::NoTemplate => false,
            Self::Timeout | Self::Interrupted | Self::Malformed { .. } => true,
        }
    }

    /// The provider's own code, or what happened in a word.
    fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } if !code.is_empty() => code,
            other => other.outcome(),
        }
    }

    /// The word in metrics.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Refused { reason, .. } => reason.into(),
            Self::NoTemplate => "no_template",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Malformed { .. } => "malformed",
        }
    }
}

impl Sender {
    /// Fails when no TLS can be had on this machine.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, reqwest::Error> {
        // To an alert, a counter that first appears as 1 has not risen.
        for reason in Refusal::VARIANTS {
            metrics::counter!("zaichang_sms_sent_total", "outcome" => <&str>::from(reason)).increment(0);
        }
        Ok(match settings {
            Settings::Log => Self::Log,
            Settings::Aliyun(settings) => Self::Aliyun(Aliyun::new(settings, wire::client()?, clock)),
            Settings::Tencent(settings) => Self::Tencent(Tencent::new(settings, wire::client()?, clock)),
        })
    }

    /// Sends the code once. `Ok` means that the provider took it, not that the phone has it.
    pub async fn send_code(&self, phone: &Phone, code: &str) -> Result<(), Error> {
        match self {
            Self::Log => {
                tracing::info!(%phone, code, "login code: nothing is sent, it is only written here");
                Ok(())
            }
            Self::Aliyun(aliyun) => aliyun.send_code(phone, code).await,
            Self::Tencent(tencent) => tencent.send_code(phone, code).await,
        }
    }

    /// Says this once, where a template is set for what is said.
    async fn tell(&self, phone: &Phone, template: &str, variable: &str, says: &str) -> Result<(), Error> {
        match self {
            Self::Log => {
                tracing::info!(%phone, template, says, "a notice: nothing is sent, it is only written here");
                Ok(())
            }
            Self::Aliyun(aliyun) => aliyun.tell(phone, template, variable, says).await,
            Self::Tencent(tencent) => tencent.tell(phone, template, says).await,
        }
    }

    /// Whether a template is set for what is called so.
    fn has(&self, template: &str) -> bool {
        match self {
            Self::Log => true,
            Self::Aliyun(aliyun) => aliyun.has(template),
            Self::Tencent(tencent) => tencent.has(template),
        }
    }
}

impl messages::Sender for Sender {
    fn delivers(&self) -> bool {
        !matches!(self, Self::Log)
    }

    fn is_set_for(&self, message: Message<'_>) -> bool {
        match message {
            Message::LoginCode(_) => true,
            Message::Notice { template, .. } => self.has(template),
        }
    }

    fn send<'a>(&'a self, to: &'a Phone, message: Message<'a>) -> BoxFuture<'a, Result<(), NotSent>> {
        let sent = async move {
            match message {
                Message::LoginCode(code) => self.send_code(to, code).await,
                Message::Notice { template, variable, says } => self.tell(to, template, variable, says).await,
            }
        };
        let sent = sent.inspect(|sent| {
            let outcome = sent.as_ref().map_or_else(Error::outcome, |()| "ok");
            metrics::counter!("zaichang_sms_sent_total", "outcome" => outcome).increment(1);
        });
        sent.map_err(|error| NotSent {
            may_have_been_sent: error.may_have_been_sent(),
            code: error.code().to_owned(),
            reason: error.into(),
        })
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_log_sender_writes_the_code_and_hides_the_phone() {
        let (log, guard) = fixture::listen();
        Sender::Log.send_code(&fixture::phone(), "042917").await.unwrap();
        drop(guard);
        let log = log.text();
        assert!(log.contains("138****1234") && log.contains("042917"), "{log}");
        assert!(!log.contains("13800001234"), "{log}");
    }

    #[test]
    fn only_an_unclear_outcome_may_have_been_sent() {
        let refused =
            |reason| Error::Refused { reason, code: "code".to_owned(), request_id: "request".to_owned() };
        assert!(!refused(Refusal::Balance).may_have_been_sent());
        assert!(!Error::Unreachable.may_have_been_sent());
        for unclear in
            [refused(Refusal::Fault), Error::Timeout, Error::Interrupted, Error::Malformed { status: 502 }]
        {
            assert!(unclear.may_have_been_sent(), "{unclear}");
        }
    }
}
