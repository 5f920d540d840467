//! A file at rest, sealed in parts, so that it is written and read as a stream and from anywhere within.
//! Each file has a key of its own, from a master key and the file's random id. Pure; it must not know what is in it.
//!
//! ```text
//! part  = AES-256-GCM of at most 65,536 bytes; only the last is shorter
//! nonce = last (1 byte: 0 or 1) | 0 (3 bytes) | number of the part (u64 BE)
//! ```

use aes_gcm::aead::Aead as _;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use uuid::Uuid;

use zaichang_core::keys::Keys;

const PURPOSE: &[u8] = b"zaichang/file/v1";
/// Bytes of a part.
pub(super) const PART: usize = 64 * 1024;
/// What sealing adds to a part.
pub(super) const TAG: usize = 16;

/// The key of one file.
#[derive(Clone)]
pub(super) struct Cipher(Aes256Gcm);

impl Cipher {
    /// Of a file that is written now.
    pub fn of_new(keys: &Keys, id: Uuid) -> Self {
        Self(Aes256Gcm::new(&keys.signing(&[PURPOSE, id.as_bytes()]).into()))
    }

    /// Those that may have sealed a file.
    pub fn candidates(keys: &Keys, id: Uuid) -> Vec<Self> {
        keys.derive(&[PURPOSE, id.as_bytes()]).map(|key| Self(Aes256Gcm::new(&key.into()))).collect()
    }

    /// None if it cannot be sealed: no part is as long as that.
    pub fn seal(&self, number: u64, last: bool, clear: &[u8]) -> Option<Vec<u8>> {
        self.0.encrypt(&Nonce::from(nonce(number, last)), clear).ok()
    }

    /// None if it was changed, cut, moved, or sealed by another key.
    pub fn open(&self, number: u64, last: bool, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.decrypt(&Nonce::from(nonce(number, last)), sealed).ok()
    }
}

fn nonce(number: u64, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[0] = u8::from(last);
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    nonce
}
