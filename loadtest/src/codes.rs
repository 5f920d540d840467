//! The rotating code, version 2, minted from a master key as section 3 of the contract says. Pure.
//! Written from the contract alone: agreement with the server checks both.

use std::fmt;
use std::sync::Mutex;

use anyhow::Context as _;
use base64::Engine as _;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Characters of a code.
pub const CODE: usize = 36;
/// How long one code of the profile `strict` stands, which is every course's unless it says otherwise. Milliseconds.
pub const STRICT_STEP_MS: u32 = 3000;

const ALPHABET: base32::Alphabet = base32::Alphabet::Rfc4648 { padding: false };
const TAG: usize = 16;

/// A master key. It is never printed.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Takes the raw key.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Reads base64 of 32 bytes.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok();
        let key = bytes.and_then(|bytes| bytes.try_into().ok());
        key.map(Self).context("a master key is base64 of 32 bytes")
    }
}

/// How much earlier than at whole steps of the clock a screen's code changes: each screen has a phase of its own.
pub fn phase_ms(screen: u32, step_ms: u32) -> u64 {
    (u64::from(screen) * 2_654_435_769 % (1 << 32) * u64::from(step_ms)) >> 32
}

/// Mints the codes of one screen.
pub struct Minter {
    screen: u32,
    step_ms: u32,
    phase_ms: u64,
    mac: Hmac<Sha256>,
    /// The newest step's code: thousands of phones see the same one.
    newest: Mutex<(u64, [u8; CODE])>,
}

impl Minter {
    /// For one screen whose code changes every `step_ms` milliseconds.
    pub fn new(master: &MasterKey, screen: u32, step_ms: u32) -> Self {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, &master.0)
            .expand_multi_info(&[b"zaichang/code/v2", &screen.to_be_bytes()], &mut key)
            .expect("32 bytes is a length HKDF can give");
        let mac = Hmac::new_from_slice(&key).expect("HMAC takes a key of any length");
        let newest = Mutex::new((u64::MAX, [0; CODE]));
        let phase_ms = phase_ms(screen, step_ms);
        Self { screen, step_ms: step_ms.max(1), phase_ms, mac, newest }
    }

    /// The number of the screen.
    pub const fn screen(&self) -> u32 {
        self.screen
    }

    /// The step that an instant in Unix milliseconds falls into.
    pub fn step_at(&self, unix_ms: i64) -> u64 {
        (u64::try_from(unix_ms).unwrap_or(0) + self.phase_ms) / u64::from(self.step_ms)
    }

    /// The code that stands on the screen at an instant in Unix milliseconds.
    pub fn code_at(&self, unix_ms: i64) -> [u8; CODE] {
        let step = self.step_at(unix_ms);
        let mut newest = self.newest.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if newest.0 != step {
            *newest = (step, self.code_of(step));
        }
        newest.1
    }

    /// The code of one step.
    pub fn code_of(&self, step: u64) -> [u8; CODE] {
        let mac = self.mac.clone().chain_update(self.step_ms.to_be_bytes()).chain_update(step.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        let mut bytes = [0; 4 + 2 + TAG];
        bytes[..4].copy_from_slice(&self.screen.to_be_bytes());
        bytes[4..6].copy_from_slice(&step.to_be_bytes()[6..]);
        bytes[6..].copy_from_slice(&tag[..TAG]);
        spelled(&bytes)
    }

    /// A code that looks right and is not: one bit of the tag of the present code is flipped.
    pub fn flipped_at(&self, unix_ms: i64, bit: usize) -> [u8; CODE] {
        let code = self.code_at(unix_ms);
        let text = std::str::from_utf8(&code).unwrap_or_default();
        let mut bytes = base32::decode(ALPHABET, text).expect("we have just spelled it");
        bytes[6 + bit / 8 % TAG] ^= 1 << (bit % 8);
        spelled(&bytes)
    }
}

impl fmt::Debug for Minter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Minter(screen {})", self.screen)
    }
}

/// Any 22 bytes, spelled as a code.
pub fn spelled(bytes: &[u8]) -> [u8; CODE] {
    let text = base32::encode(ALPHABET, bytes);
    text.as_bytes().try_into().expect("22 bytes are 36 characters")
}

/// The screen that a well-formed code names.
pub fn screen_of(code: &str) -> Option<u32> {
    let bytes = base32::decode(ALPHABET, code).filter(|_| code.len() == CODE)?;
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        codes: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        master_key_hex: String,
        screen: u32,
        step_ms: u32,
        phase_ms: u64,
        unix_ms: i64,
        step: u64,
        code: String,
    }

    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../tests/vectors/code-v2.json");
        serde_json::from_str::<Vectors>(text).unwrap().codes
    }

    #[test]
    fn every_code_of_the_vectors_is_minted() {
        let vectors = vectors();
        assert!(vectors.len() > 5);
        for vector in vectors {
            let key = hex::decode(&vector.master_key_hex).unwrap().try_into().unwrap();
            let minter = Minter::new(&MasterKey::new(key), vector.screen, vector.step_ms);
            assert_eq!(phase_ms(vector.screen, vector.step_ms), vector.phase_ms);
            assert_eq!(minter.step_at(vector.unix_ms), vector.step);
            assert_eq!(minter.code_at(vector.unix_ms), vector.code.as_bytes());
            assert_eq!(minter.code_at(vector.unix_ms), vector.code.as_bytes(), "and again, as kept");
            assert_eq!(screen_of(&vector.code), Some(vector.screen));
        }
    }

    #[test]
    fn a_flipped_bit_makes_another_code_of_the_same_screen_and_step() {
        let minter = Minter::new(&MasterKey::new([1; 32]), 7, STRICT_STEP_MS);
        let right = minter.code_at(1_764_374_400_000);
        for bit in 0..8 * TAG {
            let flipped = minter.flipped_at(1_764_374_400_000, bit);
            assert_ne!(flipped, right);
            // 48 bits of screen and step are nine whole characters and a part of the tenth.
            assert_eq!(flipped[..9], right[..9]);
        }
    }

    #[test]
    fn a_master_key_is_32_bytes_of_base64() {
        assert!(MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").is_ok());
        assert!(MasterKey::parse("c2hvcnQ=").is_err());
        assert!(MasterKey::parse("not base64").is_err());
    }
}
