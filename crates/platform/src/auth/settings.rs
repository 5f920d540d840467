//! What may be set about admins' logins.

use jiff::SignedDuration;
use serde::Deserialize;

use super::account::Role;
use crate::settings::{self, MayBe, Values, YES_OR_NO};

/// How long an admin stays logged in, and what they prove.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Hours after which an admin logs in anew, whatever they do: a working day.
    pub session_hours: u32,
    /// Minutes without any request after which an admin logs in anew. A page that stays open asks by itself.
    pub idle_minutes: u32,
    /// Whether an authority's admins must have an authenticator as their second factor, also where messages reach phones.
    pub authority_totp: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { session_hours: 12, idle_minutes: 120, authority_totp: false }
    }
}

impl settings::Settings for Settings {
    const TABLE: Option<&'static str> = Some("admins");

    const MAY_BE: &'static [MayBe] = &[
        ("ADMINS", "请对照 docs/operating/settings.md 改正", "correct it by docs/operating/settings.en.md"),
        ("ADMINS__SESSION_HOURS", "请写 1 至 72 的整数", "write a whole number from 1 to 72"),
        (
            "ADMINS__IDLE_MINUTES",
            "请写 5 至 4320 的整数，且不长于登录时长",
            "write a whole number from 5 to 4320, no longer than a session",
        ),
        ("ADMINS__AUTHORITY_TOTP", YES_OR_NO.0, YES_OR_NO.1),
    ];

    fn check(&self, _: &Values) -> Result<(), &'static str> {
        if !(1..=72).contains(&self.session_hours) {
            return Err("session_hours");
        }
        if !(5..=4320).contains(&self.idle_minutes) || self.idle() > self.session() {
            return Err("idle_minutes");
        }
        Ok(())
    }
}

impl Settings {
    /// How long a session lasts at most.
    pub fn session(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.session_hours))
    }

    /// How long it lasts without a request.
    pub fn idle(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.idle_minutes))
    }

    /// Whether such an admin must have an authenticator.
    pub fn demands_totp(&self, role: Role) -> bool {
        self.authority_totp && role == Role::AuthorityAdmin
    }
}
