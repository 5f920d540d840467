//! A staged file and what became of it at rest: sealed, as rows of people hold names and numbers. Pure but for random nonces.

use std::fmt;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use uuid::Uuid;

use super::Outcome;
use zaichang_core::keys::Keys;

const PURPOSE: &[u8] = b"zaichang/sheet-import/v1";
const NONCE: usize = 12;

/// What is sealed: neither passes for the other.
pub(super) const SOURCE: &[u8] = b"source";
const OUTCOME: &[u8] = b"outcome";

pub(super) fn failed(error: impl fmt::Display) -> sqlx::Error {
    sqlx::Error::Protocol(format!("a staged file cannot be sealed or opened: {error}"))
}

/// Seals with the import's own key.
pub(super) fn seal(keys: &Keys, import: Uuid, what: &[u8], clear: &[u8]) -> sqlx::Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(failed)?;
    let cipher = Aes256Gcm::new(&keys.signing(&[PURPOSE, import.as_bytes()]).into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: clear, aad: what }).map_err(failed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what any of the keys sealed.
pub(super) fn open(keys: &Keys, import: Uuid, what: &[u8], sealed: &[u8]) -> sqlx::Result<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| failed("it is cut"))?;
    let info: [&[u8]; 2] = [PURPOSE, import.as_bytes()];
    let mut keys = keys.derive(&info);
    let opened = keys.find_map(|key| {
        let payload = Payload { msg: sealed, aad: what };
        Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(*nonce), payload).ok()
    });
    opened.ok_or_else(|| failed("no master key of the list sealed it"))
}

pub(super) fn seal_outcome(keys: &Keys, import: Uuid, outcome: &Outcome) -> sqlx::Result<Vec<u8>> {
    seal(keys, import, OUTCOME, &serde_json::to_vec(outcome).map_err(failed)?)
}

pub(super) fn outcome(keys: &Keys, import: Uuid, sealed: &[u8]) -> sqlx::Result<Outcome> {
    serde_json::from_slice(&open(keys, import, OUTCOME, sealed)?).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_staged_is_opened_after_a_rotation_as_what_it_is_and_by_its_own_import_alone() {
        let keys = |masters: &[[u8; 32]]| Keys::new(masters).unwrap();
        let id = Uuid::from_u128(7);
        let sealed = seal(&keys(&[[1; 32]]), id, SOURCE, b"rows").unwrap();
        let rotated = keys(&[[2; 32], [1; 32]]);
        assert_eq!(open(&rotated, id, SOURCE, &sealed).unwrap(), b"rows");
        assert!(open(&rotated, id, OUTCOME, &sealed).is_err());
        assert!(open(&rotated, Uuid::from_u128(8), SOURCE, &sealed).is_err());
        assert!(open(&keys(&[[3; 32]]), id, SOURCE, &sealed).is_err());
    }
}
