//! The client of WeChat's server API: the accounts, their credentials, and how each call is made. One file per call.
//! What must be set up there, and what each code means: docs/operating/wechat.en.md.
//! No check-in waits for it: a person who is logged in is checked in even while WeChat is away.
//! It must not know people or rows; what WeChat hands out as a session key it does not even read.
//!
//! A call takes at most 8 seconds, whatever is asked again in it. Nothing of a request reaches the log: addresses hold tokens.

mod account;
mod call;
mod errcode;
mod facial;
mod jssdk;
mod keeper;
mod login;
mod message;
mod phone_number;
pub mod refusals;
mod risk;
mod settings;
mod shared;
mod wire;

pub use account::App;
pub use call::{Call, METRICS};
pub use errcode::{Actor, Code, Reason};
pub use facial::{CertInfo, FacialCheck, FacialOutcome};
pub use jssdk::{PageConfig, signature};
pub use login::{Identity, LoginCode};
pub use message::Message;
pub use risk::Scene;
pub use settings::Settings;

use std::sync::Arc;

use account::Account;

use settings::Credentials;
use zaichang_core::clock::Clock;
use zaichang_core::keys::Keys;
use zaichang_platform::http::Problem;
use zaichang_platform::redis::Redis;

/// How long a phone waits before it tries again what WeChat could not do.
const RETRY_AFTER_MS: u64 = 3000;
/// WeChat counts a user's calls by the minute.
const NEXT_MINUTE_MS: u64 = 60_000;

/// Why WeChat did not do what was asked. It never carries a code, a token, or anything of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("no {} is configured", .0.name())]
    NotConfigured(App),
    #[error("WeChat refused: {} (errcode {})", .0.reason(), .0.0)]
    Refused(Code),
    /// The page is shown as a snapshot to a user who has not agreed to anything: WeChat made an openid up.
    #[error("the page is a snapshot, which has no user")]
    Snapshot,
    #[error("WeChat could not be reached")]
    Unreachable,
    #[error("WeChat did not answer in time")]
    Timeout,
    #[error("the line to WeChat broke before its answer")]
    Interrupted,
    #[error("WeChat's answer (HTTP {status}) makes no sense")]
    Malformed { status: u16 },
}

impl Error {
    /// The word in metrics.
    fn outcome(&self) -> &'static str {
        match self {
            Self::NotConfigured(_) => "not_configured",
            Self::Refused(code) => code.reason().word(),
            Self::Snapshot => "snapshot",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Malformed { .. } => "malformed",
        }
    }

    /// Whether WeChat may have done it all the same: a code may be used up, a message on its way.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Refused(code) => code.reason() == Reason::Busy,
            Self::Timeout | Self::Interrupted | Self::Malformed { .. } => true,
            Self::NotConfigured(_) | Self::Snapshot | Self::Unreachable => false,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let away = || Self::from(refusals::WECHAT_UNAVAILABLE).retry_after_ms(RETRY_AFTER_MS);
        let code = match error {
            Error::NotConfigured(_) => return refusals::WECHAT_NOT_CONFIGURED.into(),
            Error::Snapshot => return refusals::WECHAT_SNAPSHOT.into(),
            Error::Unreachable | Error::Timeout | Error::Interrupted | Error::Malformed { .. } => {
                tracing::warn!(%error, "WeChat did not help");
                return away();
            }
            Error::Refused(code) => code,
        };
        match code.reason() {
            Reason::CodeInvalid | Reason::CodeUsed => refusals::WECHAT_CODE_INVALID.into(),
            Reason::HighRisk => refusals::WECHAT_BLOCKED.into(),
            Reason::UserRate => Self::from(refusals::TOO_MANY_REQUESTS).retry_after_ms(NEXT_MINUTE_MS),
            Reason::Busy | Reason::Token => {
                tracing::warn!(%error, "WeChat did not help");
                away()
            }
            Reason::Openid | Reason::NotSubscribed | Reason::Stale => away(),
            // A retry does not help: the operator or a developer has to fix it.
            Reason::Quota
            | Reason::Account
            | Reason::Right
            | Reason::Template
            | Reason::Request
            | Reason::Other => {
                tracing::error!(%error, actor = ?code.reason().actor(), "WeChat refused: see docs/operating/wechat.en.md");
                refusals::WECHAT_UNAVAILABLE.into()
            }
        }
    }
}

/// Our accounts at WeChat. Clones share it.
#[derive(Clone)]
pub struct Wechat(Arc<Accounts>);

struct Accounts {
    mini_program: Option<Account>,
    official_account: Option<Account>,
    settings: Settings,
}

impl Wechat {
    /// With a Redis, what the nodes share lies there sealed under these keys. Connects to nothing. Fails when no TLS can be
    /// had on this machine. To be called inside a Tokio runtime.
    pub fn new(settings: &Settings, redis: Option<(&Redis, &Keys)>, clock: &Clock) -> anyhow::Result<Self> {
        let endpoint = settings.endpoint_url().ok_or(anyhow::anyhow!("ZAICHANG_WECHAT__ENDPOINT"))?;
        let client = wire::client()?;
        if settings.app_id.is_some() || settings.official_app_id.is_some() {
            call::begin();
        }
        let line = redis.map(|(redis, keys)| redis.line().map(|line| (line, keys))).transpose()?;
        let account = |credentials: Option<Credentials>| {
            let credentials = credentials?;
            let share = |what: &str| {
                let shared = line.as_ref().map(|(line, keys)| {
                    shared::Shared::new(line.clone(), Keys::clone(keys), &credentials.app_id, what)
                });
                keeper::Keeper::new(shared, clock.clone())
            };
            Some(Account {
                token: share("token"),
                ticket: share("ticket"),
                client: client.clone(),
                endpoint: endpoint.clone(),
                credentials,
            })
        };
        Ok(Self(Arc::new(Accounts {
            mini_program: account(settings.mini_program()),
            official_account: account(settings.official_account()),
            settings: settings.clone(),
        })))
    }

    /// Whether the account is configured.
    pub fn has(&self, app: App) -> bool {
        self.account(app).is_ok()
    }

    /// The account's app id.
    pub fn app_id(&self, app: App) -> Result<&str, Error> {
        Ok(&self.account(app)?.credentials.app_id)
    }

    /// The template that notifies of an award, with its keywords for activity, credits and day.
    pub fn award_template(&self) -> Option<(&str, [String; 3])> {
        let template = self.0.settings.award_template_id.as_deref()?;
        Some((template, self.0.settings.award_fields()?))
    }

    /// Whether an access token can be had, or is held: for `zaichang doctor`, which holds none.
    pub async fn token_can_be_had(&self, app: App) -> Result<(), Error> {
        self.account(app)?.token().await.map(|_| ())
    }

    /// Whether WeChat itself gives an access token now, with the credentials of the settings, whatever is held: for the page of checks.
    /// It is asked in the ordinary way: the nodes' own token stays what it is.
    pub async fn gives_a_token_now(&self, app: App) -> Result<(), Error> {
        self.account(app)?.asks_for_token().await
    }

    fn account(&self, app: App) -> Result<&Account, Error> {
        let account = match app {
            App::MiniProgram => &self.0.mini_program,
            App::OfficialAccount => &self.0.official_account,
        };
        account.as_ref().ok_or(Error::NotConfigured(app))
    }
}

impl std::fmt::Debug for Wechat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Wechat").field(&self.0.settings).finish()
    }
}
