//! The verdict on a code: fresh, expired or forged, by the server's clock and no other.
//! One HMAC per master key and step length; no store is touched, so that forged traffic costs nothing.

use hmac::Mac as _;
use jiff::Timestamp;

use super::step::EARLY_MS;
use super::{Code, PURPOSE, Step};
use crate::keys::{Keys, mac};

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeVerdict {
    /// Authentic and accepted. `age_ms` counts from the start of its step; a code up to 250 ms early is below zero.
    Fresh { step: Step, age_ms: i64 },
    /// Authentic, but too old, or more than 250 ms early.
    Expired { step: Step },
    /// Made by none of our keys for this screen and step length.
    Forged,
}

/// Judges a code of a screen whose steps are `step_ms` long and of which `grace` previous ones are accepted.
pub fn judge(keys: &Keys, code: &Code, step_ms: u32, grace: u32, now: Timestamp) -> CodeVerdict {
    match authenticate(keys, code, &[step_ms], now) {
        Some(step) => freshness(step, grace, now),
        None => CodeVerdict::Forged,
    }
}

/// The full step that the code's 16 bits stand for, if one of our keys made it for its screen and one of these step lengths.
pub fn authenticate(keys: &Keys, code: &Code, lengths: &[u32], now: Timestamp) -> Option<Step> {
    let screen = code.screen.0.to_be_bytes();
    let info: [&[u8]; 2] = [PURPOSE, &screen];
    keys.derive(&info).find_map(|key| {
        let keyed = mac(&key);
        let mut steps =
            lengths.iter().filter_map(|step_ms| Step::at(now, *step_ms, code.screen).rebuild(code.low_step));
        steps.find(|step| step.authenticate(keyed.clone()).verify_truncated_left(&code.tag).is_ok())
    })
}

/// Fresh or expired: whether an authentic step is still, and already, accepted.
pub fn freshness(step: Step, grace: u32, now: Timestamp) -> CodeVerdict {
    let age_ms = now.as_millisecond() - step.starts_at_ms();
    let lasts_ms = i64::from(step.step_ms) * (i64::from(grace) + 1);
    if (-EARLY_MS..lasts_ms).contains(&age_ms) {
        CodeVerdict::Fresh { step, age_ms }
    } else {
        CodeVerdict::Expired { step }
    }
}

#[cfg(test)]
mod tests;
