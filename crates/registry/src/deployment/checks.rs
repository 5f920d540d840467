//! What is checked of a deployment, once each, by its authority: that text messages are sent, that WeChat knows us, and that the
//! master keys are backed up. What a check came to is kept, with who made it. A result is what was seen, never a hope.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::PgPool;
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use super::{Error, fingerprint, refusals, sql};
use zaichang_core::clock::Clock;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_integrations::wechat::{App, Wechat};
use zaichang_platform::audit::{self, Entry};
use zaichang_platform::auth::sms_code::{self, AskedBy};
use zaichang_platform::auth::{self, Account, accounts};
use zaichang_platform::http::Problem;
use zaichang_platform::http::budget::Budget;
use zaichang_platform::messages::{Message, Sender};
use zaichang_platform::module::Context;

/// A check asks another company's service: so often at once and so soon again, for each admin.
const AT_ONCE: u32 = 3;
const EACH: Duration = Duration::from_secs(20);
const ADMINS: usize = 1 << 10;
/// What the message of a check says in place of a code. It opens nothing.
const NO_CODE: &str = "000000";

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Check {
    MasterKey,
    Sms,
    Wechat,
}

impl Check {
    /// The word in SQL, in a column with the constraint `deployment_check_is_known`.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What a check has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(super) enum CheckResult {
    /// The other service took it.
    Passed,
    Failed,
    /// There is nothing to be checked: the settings name no such service.
    NotConfigured,
}

impl CheckResult {
    /// The word in SQL, in a column with the constraint `deployment_check_result_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The same with what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub result: CheckResult,
    /// Why it failed, in the other service's words; the fingerprint of the key that was backed up.
    pub reason: Option<String>,
}

/// What a check came to last.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub check: Check,
    pub outcome: Outcome,
    pub at: Timestamp,
    pub by: String,
}

/// Whether something is still to be checked: a service that failed, or a key that is not backed up.
pub(super) fn waits(checked: &[Checked], key: &str) -> bool {
    let is_done = |check: Check| {
        checked.iter().any(|checked| {
            let Outcome { result, reason } = &checked.outcome;
            checked.check == check
                && *result != CheckResult::Failed
                && (check != Check::MasterKey || reason.as_deref() == Some(key))
        })
    };
    ![Check::MasterKey, Check::Sms, Check::Wechat].into_iter().all(is_done)
}

/// What checks stand on.
pub(super) struct Examined {
    pool: PgPool,
    clock: Clock,
    sealer: Sealer,
    pub messages: Arc<dyn Sender>,
    wechat: Wechat,
    /// The fingerprint of the master key that signs now.
    pub key: String,
    often: Budget,
}

impl Examined {
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            pool: context.pool.clone(),
            clock: context.guard.clock.clone(),
            sealer: context.sealer.clone(),
            messages: context.shared()?,
            wechat: context.shared()?,
            key: fingerprint(context.keys.signing_id()),
            often: Budget::new(AT_ONCE, EACH, ADMINS),
        })
    }

    /// Whether WeChat is set up, as a mini-program and as an official account.
    pub fn wechat_apps(&self) -> Vec<App> {
        let apps = [App::MiniProgram, App::OfficialAccount];
        apps.into_iter().filter(|app| self.wechat.app_id(*app).is_ok()).collect()
    }

    /// Sends a message without a code to the admin's own phone: five a day on all nodes together.
    pub async fn sms(&self, by: &Account) -> Result<Outcome, Problem> {
        self.admit(by)?;
        if !self.messages.delivers() {
            return Ok(Outcome { result: CheckResult::NotConfigured, reason: None });
        }
        let phone = accounts::phone(&self.pool, &self.sealer, by.id).await?.ok_or(Error::NoPhone)?;
        let index = self.sealer.index(Kind::Phone, phone.expose());
        let mut connection = self.pool.acquire().await.map_err(Error::from)?;
        let counted = sms_code::count(&mut connection, &index, AskedBy::Check, self.clock.now()).await;
        counted.map_err(|error| match error {
            auth::Error::NumberUsedUp => refusals::SMS_CHECKS_USED_UP.into(),
            error => Problem::from(error),
        })?;
        drop(connection);
        Ok(outcome(self.messages.send(&phone, Message::LoginCode(NO_CODE)).await))
    }

    /// Asks WeChat for a token of each of our accounts there, now: one that a node holds says nothing of today.
    pub async fn wechat(&self, by: &Account) -> Result<Outcome, Problem> {
        self.admit(by)?;
        let apps = self.wechat_apps();
        if apps.is_empty() {
            return Ok(Outcome { result: CheckResult::NotConfigured, reason: None });
        }
        for app in apps {
            if let Err(error) = self.wechat.gives_a_token_now(app).await {
                return Ok(outcome(Err(error)));
            }
        }
        Ok(outcome(Ok::<_, Error>(())))
    }

    /// Somebody has compared the fingerprint of a backup with the one that was shown.
    pub fn master_key(&self, fingerprint: &str) -> Result<Outcome, Error> {
        if fingerprint != self.key {
            return Err(Error::FingerprintOther);
        }
        Ok(Outcome { result: CheckResult::Passed, reason: Some(self.key.clone()) })
    }

    /// Keeps what a check has come to, with the log's entry.
    pub async fn keep(&self, check: Check, outcome: &Outcome, by: &Account) -> Result<(), Error> {
        let (mut transaction, now) = (self.pool.begin().await?, self.clock.now());
        sql::keep_check(&mut transaction, check, outcome, by.id, now).await?;
        let detail =
            json!({ "check": check.word(), "result": outcome.result.word(), "reason": outcome.reason });
        let entry = Entry { action: "check_deployment", noun: "deployment", noun_id: 1, detail };
        audit::record(&mut transaction, by, now, entry).await?;
        Ok(transaction.commit().await?)
    }

    fn admit(&self, by: &Account) -> Result<(), Problem> {
        Ok(self.often.admit(by.id, self.clock.now())?)
    }
}

fn outcome<E: std::fmt::Display>(done: Result<(), E>) -> Outcome {
    match done {
        Ok(()) => Outcome { result: CheckResult::Passed, reason: None },
        Err(error) => Outcome { result: CheckResult::Failed, reason: Some(error.to_string()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(check: Check, result: CheckResult, reason: Option<&str>) -> Checked {
        let outcome = Outcome { result, reason: reason.map(str::to_owned) };
        Checked { check, outcome, at: Timestamp::UNIX_EPOCH, by: "何建国".to_owned() }
    }

    #[test]
    fn it_waits_until_all_is_checked_and_again_once_another_key_signs() {
        let sms = checked(Check::Sms, CheckResult::NotConfigured, None);
        let wechat = checked(Check::Wechat, CheckResult::Passed, None);
        let key = checked(Check::MasterKey, CheckResult::Passed, Some("1a2b 3c4d"));
        let failed = checked(Check::Wechat, CheckResult::Failed, Some("40013"));
        assert!(waits(&[], "1a2b 3c4d"));
        assert!(waits(&[sms.clone(), wechat.clone()], "1a2b 3c4d"));
        assert!(!waits(&[sms.clone(), wechat.clone(), key.clone()], "1a2b 3c4d"));
        assert!(waits(&[sms.clone(), wechat, key.clone()], "ffff 0000"));
        assert!(waits(&[sms, failed, key], "1a2b 3c4d"));
    }
}
