//! Bytes at rest in Postgres that are no number of a person: a staged file, a photo. Each is sealed with a key of its own, made from
//! what it is for and its id. Pure but for random nonces. It must not know what is sealed.

use std::fmt;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use uuid::Uuid;

use zaichang_core::keys::Keys;

const NONCE: usize = 12;

/// Whose key it is: what it is for, as `zaichang/…/v1`, and the id of the thing, which no other ever has.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub purpose: &'a [u8],
    pub id: Uuid,
}

/// What cannot be sealed or opened. It never repeats any of it.
pub fn failed(error: impl fmt::Display) -> sqlx::Error {
    sqlx::Error::Protocol(format!("bytes cannot be sealed or opened: {error}"))
}

/// Seals with the place's own key. `what` it is is associated data: neither of two passes for the other.
pub fn seal(keys: &Keys, place: Place<'_>, what: &[u8], clear: &[u8]) -> sqlx::Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(failed)?;
    let cipher = Aes256Gcm::new(&keys.signing(&[place.purpose, place.id.as_bytes()]).into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: clear, aad: what }).map_err(failed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what any of the keys sealed.
pub fn open(keys: &Keys, place: Place<'_>, what: &[u8], sealed: &[u8]) -> sqlx::Result<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| failed("it is cut"))?;
    let info: [&[u8]; 2] = [place.purpose, place.id.as_bytes()];
    let mut keys = keys.derive(&info);
    let opened = keys.find_map(|key| {
        let payload = Payload { msg: sealed, aad: what };
        Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(*nonce), payload).ok()
    });
    opened.ok_or_else(|| failed("no master key of the list sealed it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_after_a_rotation_as_what_it_is_and_in_its_own_place_alone() {
        let keys = |masters: &[[u8; 32]]| Keys::new(masters).unwrap();
        let place = |number| Place { purpose: b"zaichang/test/v1", id: Uuid::from_u128(number) };
        let sealed = seal(&keys(&[[1; 32]]), place(7), b"source", b"rows").unwrap();
        let rotated = keys(&[[2; 32], [1; 32]]);
        assert_eq!(open(&rotated, place(7), b"source", &sealed).unwrap(), b"rows");
        assert!(open(&rotated, place(7), b"outcome", &sealed).is_err());
        assert!(open(&rotated, place(8), b"source", &sealed).is_err());
        assert!(
            open(&rotated, Place { purpose: b"zaichang/other/v1", ..place(7) }, b"source", &sealed).is_err()
        );
        assert!(open(&keys(&[[3; 32]]), place(7), b"source", &sealed).is_err());
        assert!(open(&rotated, place(7), b"source", &sealed[..11]).is_err());
    }
}
