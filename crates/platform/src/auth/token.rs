//! Session tokens and tickets: 32 random bytes, with the holder only; we keep their SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 32 random bytes as 43 characters of base64url. Never logged, never stored.
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
}
