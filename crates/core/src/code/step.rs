//! Steps: how long one code stands on the screen, when each begins there, and how long it is accepted.
//! Pure arithmetic on Unix milliseconds.

use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use crate::ids::ScreenNumber;

/// A step this far in the future is accepted: nodes' clocks differ a little.
pub(super) const EARLY_MS: i64 = 250;

/// How many steps ahead of the current one the 16 bits of a code may lie: 8 hours of the shortest step. A clock that holds
/// Shanghai's time and is read as UTC is wrong by that much. Once it has been set back, its codes are called expired, not
/// forged. 46 hours are left for codes of the past, so that yesterday's are recognised, too.
const AHEAD: u64 = 8 * 3600 / 3;

/// The phase of a screen in what repeats every `period_ms`: ten thousand screens are spread evenly over it, so that nothing
/// is due on all of them in one instant.
pub fn phase_ms(screen: ScreenNumber, period_ms: u32) -> u32 {
    // Multiplicative hashing by the golden ratio: neighbouring numbers lie far apart.
    let turn = screen.0.wrapping_mul(2_654_435_769);
    u32::try_from((u64::from(turn) * u64::from(period_ms)) >> 32).expect("less than the period")
}

/// How long a code lives, chosen per course.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Profile {
    /// A new code every 3 s, accepted until 6 s after it appeared.
    #[default]
    Strict,
    /// A new code every 5 s, accepted until 10 s after it appeared.
    Standard,
    /// A new code every 5 s, accepted until 15 s after it appeared: for halls with a bad network.
    Relaxed,
}

impl Profile {
    pub const ALL: [Self; 3] = [Self::Strict, Self::Standard, Self::Relaxed];

    /// Milliseconds for which one code stands on the screen.
    pub const fn step_ms(self) -> u32 {
        match self {
            Self::Strict => 3000,
            Self::Standard | Self::Relaxed => 5000,
        }
    }

    /// How many steps before the current one are still accepted.
    pub const fn grace(self) -> u32 {
        match self {
            Self::Strict | Self::Standard => 1,
            Self::Relaxed => 2,
        }
    }

    /// The word in SQL, in a column with the constraint `course_profile_is_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One step of a screen: `floor((unix_ms + phase_ms) / step_ms)`, together with its length and the screen's phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub step_ms: u32,
    pub phase_ms: u32,
    pub number: u64,
}

impl Step {
    /// The step of a screen that `now` falls into. Instants before 1970 count as 1970.
    pub fn at(now: Timestamp, step_ms: u32, screen: ScreenNumber) -> Self {
        let unix_ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let phase_ms = phase_ms(screen, step_ms);
        Self { step_ms, phase_ms, number: (unix_ms + u64::from(phase_ms)) / u64::from(step_ms.max(1)) }
    }

    /// The one step that these 16 bits may stand for: the largest that is at most `AHEAD` after this one; none if that would
    /// be negative. One candidate alone, so that a forged code costs one HMAC.
    pub(super) fn rebuild(self, low: u16) -> Option<Self> {
        let newest = self.number + AHEAD;
        let candidate = (newest & !0xFFFF) | u64::from(low);
        let number = if candidate <= newest { Some(candidate) } else { candidate.checked_sub(0x1_0000) };
        number.map(|number| Self { number, ..self })
    }

    /// The 16 bits that travel in the code.
    pub fn low(self) -> u16 {
        u16::try_from(self.number & 0xFFFF).expect("16 bits fit")
    }

    /// Unix milliseconds of its first instant.
    pub fn starts_at_ms(self) -> i64 {
        let ms = i64::try_from(self.number * u64::from(self.step_ms)).unwrap_or(i64::MAX);
        ms - i64::from(self.phase_ms)
    }

    /// Its first instant.
    pub fn starts_at(self) -> Timestamp {
        Timestamp::from_millisecond(self.starts_at_ms()).unwrap_or(Timestamp::MAX)
    }

    /// The step after it.
    pub fn next(self) -> Self {
        Self { number: self.number + 1, ..self }
    }

    /// The first instant of the step after it.
    pub fn ends_at(self) -> Timestamp {
        self.next().starts_at()
    }

    pub(super) fn authenticate(self, mac: Hmac<Sha256>) -> Hmac<Sha256> {
        mac.chain_update(self.step_ms.to_be_bytes()).chain_update(self.number.to_be_bytes())
    }
}
