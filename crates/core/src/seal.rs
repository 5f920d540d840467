//! Personal numbers at rest: sealed with AES-256-GCM, found by an HMAC blind index. Both keys come from the master keys;
//! a row remembers which one, and rows of older keys are sealed again at start. Pure: no I/O.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::Mac as _;

use crate::keys::{KeyId, Keys, mac};

const SEAL: &[u8] = b"zaichang/seal/v1";
const INDEX: &[u8] = b"zaichang/index/v1";
const NONCE: usize = 12;

/// What kind of number it is: bound into the seal and the index, so that one never passes for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    IdNumber,
    Phone,
    /// The secret of an admin's authenticator.
    Totp,
    /// The secret of an authenticator that is being set up, in the ticket that brings it back. It lies in no row.
    AuthenticatorTicket,
    /// Not one number: name and document of somebody who registers, as JSON. Its index finds nothing.
    Applicant,
}

impl Kind {
    /// The word in the seal, in the index and in SQL.
    pub const fn word(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::Totp => "totp",
            Self::AuthenticatorTicket => "authenticator_ticket",
            Self::Applicant => "applicant",
        }
    }
}

/// Why a sealed number could not be opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    #[error("sealed by master key {}, which is not in ZAICHANG_MASTER_KEYS: add it to the list", hex::encode(.0))]
    UnknownKey(KeyId),
    #[error("the sealed number has been altered")]
    Altered,
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// Seals, opens and indexes personal numbers.
#[derive(Clone, Debug)]
pub struct Sealer(Keys);

/// A number as it lies in a row.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub bytes: Vec<u8>,
    /// Under the signing key.
    pub index: Vec<u8>,
    /// Under the other keys of the list: the number is held there too, as another row may lie under one of them.
    pub other_indexes: Vec<Vec<u8>>,
}

impl Sealer {
    pub fn new(keys: Keys) -> Self {
        Self(keys)
    }

    /// The id of the key that seals now.
    pub fn key_id(&self) -> KeyId {
        self.0.signing_id()
    }

    /// The ids of the other keys of the list, the newest first.
    pub fn older_key_ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.0.older_ids()
    }

    /// Seals with the signing key and a random nonce.
    pub fn seal(&self, kind: Kind, clear: &str) -> Result<Sealed, Error> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| Error::NoRandomness)?;
        let cipher = Aes256Gcm::new(&self.0.signing(&[SEAL]).into());
        let payload = Payload { msg: clear.as_bytes(), aad: kind.word().as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| Error::Altered)?;
        let mut indexes = self.indexes(kind, clear);
        let index = indexes.next().expect("there is at least one master key");
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(Sealed { bytes, index, other_indexes: indexes.collect() })
    }

    /// Opens what the key with this id sealed.
    pub fn open(&self, kind: Kind, key_id: &[u8], bytes: &[u8]) -> Result<String, Error> {
        let key_id: KeyId = key_id.try_into().map_err(|_| Error::Altered)?;
        let key = self.0.derive_with_id(&[SEAL]).find_map(|(id, key)| (id == key_id).then_some(key));
        let cipher = Aes256Gcm::new(&key.ok_or(Error::UnknownKey(key_id))?.into());
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Error::Altered)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Error::Altered)?;
        let clear = cipher
            .decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: kind.word().as_bytes() })
            .map_err(|_| Error::Altered)?;
        String::from_utf8(clear).map_err(|_| Error::Altered)
    }

    /// The index under the signing key: where a new row is found from now on.
    pub fn index(&self, kind: Kind, clear: &str) -> Vec<u8> {
        self.indexes(kind, clear).next().expect("there is at least one master key")
    }

    /// The indexes under all keys, newest first: a row may still lie under an older one.
    pub fn indexes<'a>(&'a self, kind: Kind, clear: &'a str) -> impl Iterator<Item = Vec<u8>> + 'a {
        self.0.derive(&[INDEX]).map(move |key| {
            mac(&key)
                .chain_update(kind.word())
                .chain_update([0])
                .chain_update(clear)
                .finalize()
                .into_bytes()
                .to_vec()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(masters: &[[u8; 32]]) -> Sealer {
        Sealer::new(Keys::new(masters).unwrap())
    }

    #[test]
    fn what_is_sealed_opens_and_never_looks_the_same_twice() {
        let sealer = sealer(&[[1; 32]]);
        let (one, two) = (
            sealer.seal(Kind::Phone, "13800000000").unwrap(),
            sealer.seal(Kind::Phone, "13800000000").unwrap(),
        );
        assert_ne!(one.bytes, two.bytes);
        assert_eq!(one.index, two.index);
        assert_eq!(sealer.open(Kind::Phone, &sealer.key_id(), &one.bytes).unwrap(), "13800000000");
    }

    #[test]
    fn a_number_of_one_kind_never_passes_for_the_other() {
        let sealer = sealer(&[[1; 32]]);
        let phone = sealer.seal(Kind::Phone, "13800000000").unwrap();
        assert_eq!(sealer.open(Kind::IdNumber, &sealer.key_id(), &phone.bytes), Err(Error::Altered));
        assert_ne!(phone.index, sealer.index(Kind::IdNumber, "13800000000"));
    }

    #[test]
    fn an_altered_byte_is_found() {
        let sealer = sealer(&[[1; 32]]);
        let sealed = sealer.seal(Kind::IdNumber, "11010519491231002X").unwrap().bytes;
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(sealer.open(Kind::IdNumber, &sealer.key_id(), &altered), Err(Error::Altered));
        }
    }

    #[test]
    fn after_a_rotation_old_rows_open_and_are_found() {
        let (old, rotated) = (sealer(&[[1; 32]]), sealer(&[[2; 32], [1; 32]]));
        let row = old.seal(Kind::Phone, "13800000000").unwrap();
        assert_eq!(rotated.open(Kind::Phone, &old.key_id(), &row.bytes).unwrap(), "13800000000");
        assert!(rotated.indexes(Kind::Phone, "13800000000").any(|index| index == row.index));
        let forgotten = sealer(&[[2; 32]]);
        assert_eq!(
            forgotten.open(Kind::Phone, &old.key_id(), &row.bytes),
            Err(Error::UnknownKey(old.key_id()))
        );
    }
}
