//! What may be set about phones and their logins.

use serde::Deserialize;

use super::AppKeys;
use zaichang_platform::settings::{self, MayBe, Values};

/// How many messages are sent, and which apps vouch for people.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The most messages that this node sends in a minute; strangers have a fifth. Beyond, none is sent, and an alert fires.
    pub sms_per_minute: u32,
    /// Apps whose own server vouches for people: `issuer:base64` of each Ed25519 public key, separated by commas.
    pub app_keys: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sms_per_minute: 3000, app_keys: String::new() }
    }
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[
        ("SMS_PER_MINUTE", "请写 1 至 1000000 的整数", "write a whole number from 1 to 1000000"),
        (
            "APP_KEYS",
            "每一项应为 名称:Ed25519 公钥的 base64，以逗号分隔，名称由字母、数字、-、_ 和 . 组成，请改正",
            "each entry is issuer:base64 of an Ed25519 public key, separated by commas, the issuer in letters, digits, '-', '_' \
             and '.': correct it",
        ),
    ];

    fn check(&self, _: &Values) -> Result<(), &'static str> {
        if !(1..=1_000_000).contains(&self.sms_per_minute) {
            return Err("sms_per_minute");
        }
        AppKeys::parse(&self.app_keys).map(drop).map_err(|_| "app_keys")
    }
}

impl Settings {
    /// The keys of the apps that vouch for people.
    pub(super) fn keys(&self) -> anyhow::Result<AppKeys> {
        Ok(AppKeys::parse(&self.app_keys).map_err(|_| settings::wrong::<Self>("APP_KEYS"))?)
    }
}
