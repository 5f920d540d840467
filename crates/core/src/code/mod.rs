//! The rotating code, version 2: what the venue's QR carries, and whether it is fresh.
//! Pure: no I/O, no clock; the caller says what time it is. The contract's section 3 is its specification.

mod judge;
mod step;
mod wire;

pub use judge::{CodeVerdict, authenticate, freshness, judge};
pub use step::{Profile, Step, phase_ms};
pub use wire::{Code, Malformed};

use hmac::Mac as _;

use crate::ids::ScreenNumber;
use crate::keys::{Key, Keys, mac};

const PURPOSE: &[u8] = b"zaichang/code/v2";

/// The first 16 bytes of an HMAC-SHA256.
type Tag = [u8; 16];

/// The code that a screen shows during a step of its own.
pub fn mint(keys: &Keys, screen: ScreenNumber, step: Step) -> Code {
    let key = keys.signing(&[PURPOSE, &screen.0.to_be_bytes()]);
    Code { screen, low_step: step.low(), tag: tag(&key, step) }
}

/// `HMAC-SHA256(key, step_ms (u32 BE) | step (u64 BE))`, cut to 16 bytes.
fn tag(key: &Key, step: Step) -> Tag {
    let full = step.authenticate(mac(key)).finalize().into_bytes();
    full[..16].try_into().expect("SHA-256 is longer than 16 bytes")
}
