//! Receipts: a short signed text that anyone may look up. It names a row; the row says the rest. Pure but for its nouns.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::Source;
use super::record::Slot;
use crate::ids::{CourseId, PersonId};
use crate::keys::{Keys, sign, verify};

const PURPOSE: &[u8] = b"zaichang/receipt/v1";
/// 96 bits: a forger who tries a million a second needs longer than there is.
const TAG: usize = 12;
/// Person and course (6 bytes each), day since 2000 (2 bytes), slot (5 bytes, with its sign).
const BODY: usize = 6 + 6 + 2 + 5;
const EPOCH: Date = date(2000, 1, 1);

/// A receipt names the check-in of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt(pub Slot);

/// What a receipt attests to anyone who asks, the name masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attested {
    #[schema(example = "王*明")]
    pub name: String,
    pub unit: String,
    pub course_title: String,
    pub project_number: String,
    pub project_name: String,
    pub at: Timestamp,
    pub recorded_at: Timestamp,
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    pub source: Source,
}

/// A number of 5 bytes with its sign.
const fn signed(number: i64) -> i64 {
    number << 24 >> 24
}

impl Receipt {
    /// 42 characters of base64url.
    pub fn sign(self, keys: &Keys) -> String {
        let Slot { person, course, day, slot } = self.0;
        let days = day.duration_since(EPOCH).as_hours() / 24;
        let mut bytes = Vec::with_capacity(BODY + TAG);
        bytes.extend(&person.0.to_be_bytes()[2..]);
        bytes.extend(&course.0.to_be_bytes()[2..]);
        bytes.extend(&days.to_be_bytes()[6..]);
        bytes.extend(&slot.to_be_bytes()[3..]);
        let tag: [u8; TAG] = sign(keys, PURPOSE, &bytes);
        bytes.extend(tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a receipt of ours.
    pub fn read(keys: &Keys, text: &str) -> Option<Self> {
        let mut bytes = [0; BODY + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (body, tag) = bytes.split_at(BODY);
        if length != bytes.len() || !verify(keys, PURPOSE, body, tag) {
            return None;
        }
        let number = |bytes: &[u8]| bytes.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
        let day = EPOCH.checked_add(SignedDuration::from_hours(24 * number(&body[12..14]))).ok()?;
        Some(Self(Slot {
            person: PersonId(number(&body[..6])),
            course: CourseId(number(&body[6..12])),
            day,
            slot: signed(number(&body[14..])),
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_receipt_names_the_row_it_was_made_for(person in 1_i64..1 << 47, course in 1_i64..1 << 47, s in 946_684_800_i64..4_102_444_800, spot_check in prop::option::of(1_i64..1 << 39)) {
            let keys = Keys::new(&[[5; 32]]).unwrap();
            let at = Timestamp::from_second(s).unwrap();
            let slot = Slot::of(PersonId(person), CourseId(course), at, 600);
            let receipt = Receipt(Slot { slot: spot_check.map_or(slot.slot, |id| -id), ..slot });
            let text = receipt.sign(&keys);
            prop_assert_eq!(text.len(), 42);
            prop_assert_eq!(Receipt::read(&keys, &text), Some(receipt));
        }

        #[test]
        fn any_flipped_bit_of_a_receipt_is_refused(bit in 0_usize..(BODY + TAG) * 8) {
            let keys = Keys::new(&[[5; 32]]).unwrap();
            let at = Timestamp::from_second(1_764_374_400).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(Receipt(Slot::of(PersonId(1), CourseId(2), at, 600)).sign(&keys)).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Receipt::read(&keys, &URL_SAFE_NO_PAD.encode(bytes)), None);
        }
    }
}
