//! A code's form on the wire: 22 bytes as 36 characters of base32.
//! Reading accepts either case and nothing else: nothing is trimmed or guessed.

use std::fmt;

use super::Tag;
use crate::ids::ScreenNumber;

const ALPHABET: base32::Alphabet = base32::Alphabet::Rfc4648 { padding: false };
const BYTES: usize = 22;
const CHARACTERS: usize = 36;

/// A code as read from a QR: well formed, not yet judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub screen: ScreenNumber,
    /// The step modulo 65536.
    pub low_step: u16,
    pub(super) tag: Tag,
}

/// Not 22 bytes of canonical base32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is 36 characters of A-Z and 2-7")]
pub struct Malformed;

impl Code {
    /// Reads the 36 characters, upper or lower case.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() != CHARACTERS || !text.is_ascii() {
            return Err(Malformed);
        }
        let upper = text.to_ascii_uppercase();
        let bytes = base32::decode(ALPHABET, &upper).ok_or(Malformed)?;
        // The last character carries bits that no byte holds: only one spelling of a code is a code.
        if bytes.len() != BYTES || base32::encode(ALPHABET, &bytes) != upper {
            return Err(Malformed);
        }
        let (screen, rest) = bytes.split_at(4);
        let (low_step, tag) = rest.split_at(2);
        Ok(Self {
            screen: ScreenNumber(u32::from_be_bytes(screen.try_into().map_err(|_| Malformed)?)),
            low_step: u16::from_be_bytes(low_step.try_into().map_err(|_| Malformed)?),
            tag: tag.try_into().map_err(|_| Malformed)?,
        })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&self.screen.0.to_be_bytes());
        bytes[4..6].copy_from_slice(&self.low_step.to_be_bytes());
        bytes[6..].copy_from_slice(&self.tag);
        f.write_str(&base32::encode(ALPHABET, &bytes))
    }
}

impl fmt::Debug for Code {
    /// Without the tag: a code in a log must not be usable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code(screen {}, step …{})", self.screen, self.low_step)
    }
}
