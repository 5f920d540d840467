//! What an app's own server says of a person, signed with Ed25519: read, proved and judged. Pure: the instant is passed in.
//! It must not know how a person is found, nor what has been presented before.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;

use crate::phone::refusals;
use zaichang_core::IdNumber;
use zaichang_platform::http::{Problem, body};

/// What is signed: this, then the claims as they were written.
pub const DOMAIN: &[u8] = b"zaichang/app-assertion/v1\0";

/// From `issued_at` to `expires_at` at most.
pub const LIFE: SignedDuration = SignedDuration::from_secs(120);

/// How far the clocks of the two servers may be apart.
pub const SKEW: SignedDuration = SignedDuration::from_secs(10);

/// The public keys of the servers that may speak for people. An issuer with two keys is changing them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppKeys(Vec<AppKey>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct AppKey {
    issuer: String,
    public: [u8; 32],
}

/// An entry of the list is not an issuer, a colon and base64 of 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {position} is not issuer:base64 of an Ed25519 public key")]
pub struct MalformedKey {
    /// Counted from 1, as written.
    pub position: usize,
}

impl AppKeys {
    /// Reads the setting's form: `issuer:base64`, separated by commas.
    pub fn parse(list: &str) -> Result<Self, MalformedKey> {
        let written = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let keys = written.enumerate().map(|(at, entry)| {
            let read =
                entry.split_once(':').and_then(|(issuer, key)| AppKey::read(issuer.trim(), key.trim()));
            read.ok_or(MalformedKey { position: at + 1 })
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// The issuers whose key made this signature.
    fn signers<'a>(&'a self, signed: &'a [u8], signature: &'a [u8]) -> impl Iterator<Item = &'a str> {
        let made =
            |key: &&AppKey| UnparsedPublicKey::new(&ED25519, key.public).verify(signed, signature).is_ok();
        self.0.iter().filter(made).map(|key| key.issuer.as_str())
    }
}

impl AppKey {
    fn read(issuer: &str, key: &str) -> Option<Self> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_issuer = (1..=64).contains(&issuer.len()) && issuer.bytes().all(is_word);
        let public = STANDARD.decode(key).ok()?.try_into().ok()?;
        is_issuer.then(|| Self { issuer: issuer.to_owned(), public })
    }
}

/// 128 random bits: what makes an assertion one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Nonce(pub [u8; 16]);

impl TryFrom<String> for Nonce {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("it is 16 random bytes as base64url without padding")
    }
}

/// What is said of a person. The number goes no further than the query that looks for its owner.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub issuer: String,
    /// The public address of the service that it is meant for.
    audience: String,
    pub name: String,
    pub id_number: IdNumber,
    device_id: String,
    issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub nonce: Nonce,
}

/// Reads and judges assertions that are meant for one service.
#[derive(Clone, Debug)]
pub struct Assertions {
    keys: AppKeys,
    audience: String,
}

impl Assertions {
    pub fn new(keys: AppKeys, public_url: &str) -> Self {
        Self { keys, audience: public_url.trim_end_matches('/').to_owned() }
    }

    /// The claims, if one of the keys signed them and they hold for this device at `now`. Nothing is read before it is proved.
    pub fn prove(&self, text: &str, device_id: &str, now: Timestamp) -> Result<Claims, Problem> {
        let (claims, signature) = apart(text).ok_or_else(|| {
            invalid(
                "it is base64url of the claims, a full stop, and base64url of the signature, without padding",
            )
        })?;
        let signed = [DOMAIN, &claims].concat();
        let mut signers = self.keys.signers(&signed, &signature).peekable();
        if signers.peek().is_none() {
            return Err(invalid("no key of ZAICHANG_APP_KEYS made its signature"));
        }
        let claims: Claims = body::parse(&claims).map_err(|problem| {
            let field =
                problem.field.map_or_else(|| "assertion".to_owned(), |field| format!("assertion.{field}"));
            Problem { refusal: refusals::ASSERTION_INVALID, field: Some(field), ..problem }
        })?;
        if !signers.any(|signer| signer == claims.issuer) {
            return Err(invalid("its issuer is another one's than the key's"));
        }
        claims.judge(&self.audience, device_id, now)?;
        Ok(claims)
    }
}

impl Claims {
    fn judge(&self, audience: &str, device_id: &str, now: Timestamp) -> Result<(), Problem> {
        let life = self.expires_at.duration_since(self.issued_at);
        if self.audience.trim_end_matches('/') != audience {
            return Err(invalid("its audience is not the public address of this service"));
        }
        if self.device_id != device_id {
            return Err(invalid("its device_id is not client.device_id"));
        }
        if !life.is_positive() || life > LIFE {
            return Err(invalid("expires_at is to be after issued_at, by 120 seconds at most"));
        }
        if self.issued_at > now + SKEW {
            return Err(invalid("issued_at is yet to come: set the clock of the server that signs"));
        }
        if now > self.expires_at + SKEW {
            return Err(refusals::ASSERTION_EXPIRED.into());
        }
        Ok(())
    }
}

/// The claims as they were written, and the signature.
fn apart(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let (claims, signature) = text.split_once('.')?;
    Some((URL_SAFE_NO_PAD.decode(claims).ok()?, URL_SAFE_NO_PAD.decode(signature).ok()?))
}

fn invalid(explanation: &str) -> Problem {
    Problem {
        field: Some("assertion".to_owned()),
        explanation: Some(explanation.to_owned()),
        ..refusals::ASSERTION_INVALID.into()
    }
}

#[cfg(test)]
mod tests;
