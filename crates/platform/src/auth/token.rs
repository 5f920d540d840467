//! Session tokens, tickets and links: 32 bytes that cannot be guessed, with the holder only; we keep their SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use zaichang_core::keys::{self, Keys};

/// Bytes of a signed token that are random; the others are the tag over them.
const RANDOM: usize = 16;

/// 32 bytes as 43 characters of base64url. Never logged, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// SHA-256 of a token's bytes: what a row and a cache are found by.
pub type TokenHash = [u8; 32];

impl Token {
    /// A new one from the system's randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A new one that can be told from what strangers make up before anything is looked up: half of it is random, the other half a
    /// tag over that.
    pub fn signed(keys: &Keys, purpose: &[u8]) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes[..RANDOM])?;
        let tag: [u8; 32 - RANDOM] = keys::sign(keys, purpose, &bytes[..RANDOM]);
        bytes[RANDOM..].copy_from_slice(&tag);
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Whether a master key of this list has signed what is presented.
    pub fn is_signed(presented: &str, keys: &Keys, purpose: &[u8]) -> bool {
        let mut bytes = [0; 32];
        let length = URL_SAFE_NO_PAD.decode_slice(presented, &mut bytes);
        let (random, tag) = bytes.split_at(RANDOM);
        length == Ok(bytes.len()) && keys::verify(keys, purpose, random, tag)
    }

    /// The text that its holder keeps.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The hash of what is presented as a token; none if it cannot be one.
    pub fn hash_of(presented: &str) -> Option<TokenHash> {
        let mut bytes = [0; 32];
        let length = URL_SAFE_NO_PAD.decode_slice(presented, &mut bytes).ok()?;
        (length == bytes.len()).then(|| Sha256::digest(bytes).into())
    }

    /// Its own hash.
    pub fn hash(&self) -> TokenHash {
        Self::hash_of(&self.0).expect("a token is 32 bytes of base64url")
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_token_has_no_hash() {
        let token = Token::random().unwrap();
        assert_eq!(Token::hash_of(token.expose()), Some(token.hash()));
        for wrong in ["", "short", &token.expose()[1..], &format!("{}A", token.expose()), "䶮"] {
            assert_eq!(Token::hash_of(wrong), None, "{wrong}");
        }
        assert!(!format!("{token:?}").contains(token.expose()));
    }

    #[test]
    fn what_no_key_of_the_list_has_signed_is_told_from_what_one_has() {
        let (keys, other) = (Keys::new(&[[7; 32]]).unwrap(), Keys::new(&[[8; 32]]).unwrap());
        let rotated = Keys::new(&[[8; 32], [7; 32]]).unwrap();
        let token = Token::signed(&keys, b"links").unwrap();
        assert!(Token::hash_of(token.expose()).is_some());
        assert!(Token::is_signed(token.expose(), &keys, b"links"));
        assert!(Token::is_signed(token.expose(), &rotated, b"links"));
        assert!(!Token::is_signed(token.expose(), &other, b"links"));
        assert!(!Token::is_signed(token.expose(), &keys, b"others"));
        for wrong in ["", "䶮", &token.expose()[1..], Token::random().unwrap().expose()] {
            assert!(!Token::is_signed(wrong, &keys, b"links"), "{wrong}");
        }
        assert_ne!(token, Token::signed(&keys, b"links").unwrap());
    }
}
