//! Master keys and what is derived from them. The first key signs, all verify.
//! Pure: no I/O, no clock. It never prints a key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Keys of 32 bytes, as HKDF gives them.
pub type Key = [u8; 32];

/// HMAC-SHA256 under a derived key.
pub fn mac(key: &Key) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The list of master keys, newest first, each with its HKDF extraction done.
#[derive(Clone)]
pub struct Keys {
    masters: Vec<Master>,
}

#[derive(Clone)]
struct Master {
    hkdf: Hkdf<Sha256>,
    id: KeyId,
}

/// First 4 bytes of SHA-256 over a master key's fingerprint key: names the key, reveals nothing of it.
pub type KeyId = [u8; 4];

/// Why a list of master keys is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    #[error("no master key: give at least one, base64 of 32 bytes (`zaichang key make` prints one)")]
    Empty,
    #[error("master key {position} is not base64 of 32 bytes (`zaichang key make` prints one)")]
    Malformed {
        /// Counted from 1, as written.
        position: usize,
    },
}

impl Keys {
    /// Takes raw master keys, the signing one first.
    pub fn new(masters: &[Key]) -> Result<Self, Error> {
        if masters.is_empty() {
            return Err(Error::Empty);
        }
        Ok(Self { masters: masters.iter().map(Master::new).collect() })
    }

    /// Reads the setting's form: base64 of 32 bytes each, separated by commas.
    pub fn parse(list: &SecretString) -> Result<Self, Error> {
        let written = list.expose_secret().split(',').map(str::trim).filter(|key| !key.is_empty());
        let masters = written
            .enumerate()
            .map(|(at, key)| {
                let bytes = STANDARD.decode(key).map_err(|_| Error::Malformed { position: at + 1 })?;
                Key::try_from(bytes.as_slice()).map_err(|_| Error::Malformed { position: at + 1 })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(&masters)
    }

    /// Keys for one purpose, one from each master, the signing one first. `info` is concatenated.
    pub fn derive<'a>(&'a self, info: &'a [&[u8]]) -> impl Iterator<Item = Key> + 'a {
        self.masters.iter().map(move |master| master.derive(info))
    }

    /// The signing key for one purpose.
    pub fn signing(&self, info: &[&[u8]]) -> Key {
        self.masters[0].derive(info)
    }

    /// The signing key's id.
    pub fn signing_id(&self) -> KeyId {
        self.masters[0].id
    }

    /// The ids of the others, the newest first.
    pub fn older_ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.masters.iter().skip(1).map(|master| master.id)
    }

    /// Each master's id with its key for one purpose.
    pub fn derive_with_id<'a>(&'a self, info: &'a [&[u8]]) -> impl Iterator<Item = (KeyId, Key)> + 'a {
        self.masters.iter().map(move |master| (master.id, master.derive(info)))
    }
}

impl Master {
    fn new(key: &Key) -> Self {
        let hkdf = Hkdf::new(None, key);
        let mut fingerprint = Key::default();
        hkdf.expand(b"zaichang/key-id/v1", &mut fingerprint).expect("32 bytes is a length HKDF can give");
        let digest = Sha256::digest(fingerprint);
        Self { hkdf, id: [digest[0], digest[1], digest[2], digest[3]] }
    }

    fn derive(&self, info: &[&[u8]]) -> Key {
        let mut key = Key::default();
        self.hkdf.expand_multi_info(info, &mut key).expect("32 bytes is a length HKDF can give");
        key
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.masters.iter().map(|master| hex::encode(master.id))).finish()
    }
}

/// A new master key in the setting's form.
pub fn make() -> Result<SecretString, getrandom::Error> {
    let mut key = Key::default();
    getrandom::fill(&mut key)?;
    Ok(STANDARD.encode(key).into())
}

/// HMAC tag of `parts` truncated to `N` bytes under the signing key of `purpose`.
pub fn sign<const N: usize>(keys: &Keys, purpose: &[u8], parts: &[u8]) -> [u8; N] {
    tag(&keys.signing(&[purpose]), parts)
}

/// HMAC tag of `parts` truncated to `N` bytes under this derived key.
pub fn tag<const N: usize>(key: &Key, parts: &[u8]) -> [u8; N] {
    let tag = mac(key).chain_update(parts).finalize().into_bytes();
    tag[..N].try_into().expect("SHA-256 is longer than any tag of ours")
}

/// Whether any master key made this truncated tag; compared in constant time.
pub fn verify(keys: &Keys, purpose: &[u8], parts: &[u8], tag: &[u8]) -> bool {
    keys.derive(&[purpose]).any(|key| mac(&key).chain_update(parts).verify_truncated_left(tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_the_key_that_is_wrong() {
        let good = make().unwrap();
        let list = format!("{}, c2hvcnQ=", good.expose_secret()).into();
        assert_eq!(Keys::parse(&list).unwrap_err(), Error::Malformed { position: 2 });
        assert_eq!(Keys::parse(&" , ".into()).unwrap_err(), Error::Empty);
    }

    #[test]
    fn a_tag_outlives_a_rotation_but_not_its_key() {
        let (old, new) = ([1; 32], [2; 32]);
        let tag: [u8; 12] = sign(&Keys::new(&[old]).unwrap(), b"purpose", b"parts");
        let rotated = Keys::new(&[new, old]).unwrap();
        assert!(verify(&rotated, b"purpose", b"parts", &tag));
        assert!(!verify(&rotated, b"another purpose", b"parts", &tag));
        assert!(!verify(&Keys::new(&[new]).unwrap(), b"purpose", b"parts", &tag));
    }

    #[test]
    fn no_key_is_ever_printed() {
        let keys = Keys::new(&[[7; 32]]).unwrap();
        assert_eq!(format!("{keys:?}").len(), "[\"01234567\"]".len());
    }
}
