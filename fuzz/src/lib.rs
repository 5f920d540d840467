//! What the fuzz targets share: two master keys that no deployment has, and a reader that takes numbers out of an input.
//! It must not know what a target asserts.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zaichang_core::keys::{Key, Keys};

/// The published vectors' key.
pub const FIRST: Key = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31,
];
/// A key from before a rotation.
pub const SECOND: Key = [0xA5; 32];
/// Somebody else's key.
pub const FOREIGN: Key = [0x5A; 32];

/// A moment of the published vectors: 2025-11-29T00:00:00Z, in Unix milliseconds.
pub const MORNING_MS: i64 = 1_764_374_400_000;

/// These master keys, the first one signing.
pub fn keys(masters: &[Key]) -> Keys {
    Keys::new(masters).expect("at least one")
}

/// Takes numbers out of an input; zeros when it has run out, so that every input means something.
pub struct Hand<'a>(pub &'a [u8]);

impl Hand<'_> {
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut taken = [0; N];
        let length = self.0.len().min(N);
        let (head, rest) = self.0.split_at(length);
        taken[..length].copy_from_slice(head);
        self.0 = rest;
        taken
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes::<1>()[0]
    }

    pub fn u16(&mut self) -> u16 {
        u16::from_be_bytes(self.bytes())
    }

    pub fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes())
    }

    pub fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.u64() % span)
    }
}

/// Base64url with one bit of its bytes turned over; none if the text is not base64url of any bytes.
pub fn flipped(text: &str, bit: usize) -> Option<String> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| !bytes.is_empty())?;
    let at = bit % (bytes.len() * 8);
    bytes[at / 8] ^= 1 << (at % 8);
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// Where a target writes the inputs to begin with, before the first of them is read. Named by scripts/fuzz.sh.
pub fn seed<S: AsRef<[u8]>>(seeds: impl IntoIterator<Item = S>) {
    let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).expect("the folder of the seeds can be made");
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:03}")), seed).expect("a seed can be written");
    }
}
