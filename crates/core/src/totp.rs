//! One-time codes of an authenticator app (RFC 6238): six digits every 30 seconds by HMAC-SHA1, which is what every such app
//! makes. Pure. It must not know whose a secret is, nor how it is kept.

use std::fmt::Write as _;

use base32::Alphabet;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

/// How long a code stands, in seconds.
const STEP_S: i64 = 30;
/// Codes are of six digits.
const CODES: u32 = 1_000_000;
const ALPHABET: Alphabet = Alphabet::Rfc4648 { padding: false };

/// What app and server share: as long as HMAC-SHA1's own output (RFC 4226, 4). It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 20]);

impl Secret {
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// A new one, from random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 20];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads what `expose` has written.
    pub fn parse(text: &str) -> Option<Self> {
        base32::decode(ALPHABET, text)?.try_into().ok().map(Self)
    }

    /// As an app takes it by hand: 32 characters of base32.
    pub fn expose(&self) -> String {
        base32::encode(ALPHABET, &self.0)
    }

    /// As an app takes it from a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (encoded(issuer), encoded(account));
        let secret = self.expose();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
    }

    /// The step whose code this is: the present one, the one before or the one after, as clocks and people are slow. Only one
    /// that comes after `used` counts: no code works twice.
    pub fn step_of(&self, code: &str, now: Timestamp, used: Option<i64>) -> Option<i64> {
        let present = now.as_second().div_euclid(STEP_S);
        let mut steps = (present - 1..=present + 1).filter(|step| used.is_none_or(|used| *step > used));
        steps.find(|step| same(&self.code(*step), code))
    }

    /// The six digits of a step.
    pub fn code(&self, step: i64) -> String {
        let mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        let tag = mac.chain_update(step.to_be_bytes()).finalize().into_bytes();
        let at = usize::from(tag[tag.len() - 1] & 0xf);
        let four: [u8; 4] = tag[at..at + 4].try_into().expect("four bytes");
        format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % CODES)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Takes the same time wherever they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |all, (one, other)| all | one ^ other) == 0
}

/// RFC 3986: everything but letters, digits and `-_.~`.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes all that is written to it");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, of whose eight digits the last six are ours.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = Secret::new(*b"12345678901234567890");
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(second / STEP_S), code);
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(secret.step_of(code, now, None), Some(second / STEP_S));
        }
    }

    #[test]
    fn a_code_counts_a_step_early_or_late_and_never_twice() {
        let secret = Secret::new([7; 20]);
        let at = |seconds: i64| Timestamp::from_second(1_764_378_120 + seconds).unwrap();
        let step = at(0).as_second() / STEP_S;
        let code = secret.code(step);
        for (seconds, counts) in [(-31, false), (-30, true), (0, true), (59, true), (60, false)] {
            assert_eq!(secret.step_of(&code, at(seconds), None).is_some(), counts, "{seconds}");
        }
        assert_eq!(secret.step_of(&code, at(0), Some(step)), None);
        assert_eq!(secret.step_of(&code, at(0), Some(step - 1)), Some(step));
        for wrong in ["", "1", "0000000", "䶮䶮"] {
            assert_eq!(secret.step_of(wrong, at(0), None), None);
        }
    }

    #[test]
    fn an_app_takes_it_from_its_address_and_it_is_not_printed() {
        let secret = Secret::new(*b"12345678901234567890");
        assert_eq!(
            secret.uri("在场", "wjw-01"),
            "otpauth://totp/%E5%9C%A8%E5%9C%BA:wjw-01?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%9C%A8%E5%9C%BA"
        );
        assert_eq!(Secret::parse(&secret.expose()), Some(secret.clone()));
        assert_eq!(Secret::parse("GEZDGNBV"), None);
        assert!(!format!("{secret:?}").contains("GEZD"));
    }
}
