//! Short secrets that leave this process for a while: a token in Redis, a ticket on a phone. AES-256-GCM under a key of the
//! master keys; sealed by the first, opened by any. Pure but for its randomness. It must not know what it seals.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::Keys;

const INFO: &[u8] = b"zaichang/wechat/v1";
const NONCE: usize = 12;

/// What is sealed for one purpose never opens for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A credential of an account, for the other nodes.
    Credential,
    /// Who wants to be bound, for the phone to bring back.
    BindTicket,
}

impl Purpose {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Credential => b"credential",
            Self::BindTicket => b"bind-ticket",
        }
    }
}

/// Seals as base64url with a random nonce. None: the system gives no random bytes.
pub fn seal(keys: &Keys, purpose: Purpose, clear: &[u8]) -> Option<String> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let cipher = Aes256Gcm::new(&keys.signing(&[INFO]).into());
    let payload = Payload { msg: clear, aad: purpose.word() };
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).ok()?;
    Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
}

/// Opens what one of our keys sealed for this purpose.
pub fn open(keys: &Keys, purpose: Purpose, text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    keys.derive(&[INFO]).find_map(|key| {
        let payload = Payload { msg: sealed, aad: purpose.word() };
        Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(nonce), payload).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_for_its_purpose_alone_and_outlives_a_rotation() {
        let old = Keys::new(&[[1; 32]]).unwrap();
        let sealed = seal(&old, Purpose::BindTicket, b"openid").unwrap();
        assert!(!sealed.contains("openid"));
        assert_eq!(open(&old, Purpose::BindTicket, &sealed).as_deref(), Some(b"openid".as_slice()));
        assert_eq!(open(&old, Purpose::Credential, &sealed), None);
        let rotated = Keys::new(&[[2; 32], [1; 32]]).unwrap();
        assert!(open(&rotated, Purpose::BindTicket, &sealed).is_some());
        assert!(open(&Keys::new(&[[2; 32]]).unwrap(), Purpose::BindTicket, &sealed).is_none());
        assert_ne!(seal(&old, Purpose::BindTicket, b"openid").unwrap(), sealed);
    }

    #[test]
    fn an_altered_byte_is_found_and_nonsense_opens_nothing() {
        let keys = Keys::new(&[[1; 32]]).unwrap();
        let sealed = seal(&keys, Purpose::Credential, b"secret").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert_eq!(open(&keys, Purpose::Credential, &URL_SAFE_NO_PAD.encode(altered)), None);
        }
        for nonsense in ["", "A", "AAAA", "=", "在场", &"A".repeat(64)] {
            assert_eq!(open(&keys, Purpose::Credential, nonsense), None, "{nonsense}");
        }
    }
}
