//! Receipts: a short signed text that anyone may look up. It names a row, which holds the rest. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::record::{CheckIn, Slot};
use super::{Ending, Source};
use zaichang_core::ids::{CourseId, PersonId};
use zaichang_core::keys::{Keys, sign, verify};

const PURPOSE: &[u8] = b"zaichang/receipt/v1";
/// 96 bits: a forger who tries a million a second needs some 10¹⁵ years.
const TAG: usize = 12;
/// Person and course (6 bytes each), day since 2000 (2 bytes), slot (5 bytes, with its sign).
const BODY: usize = 6 + 6 + 2 + 5;
const EPOCH: Date = date(2000, 1, 1);
/// What is signed, in base64url.
const NAMED: usize = (BODY + TAG).div_ceil(3) * 4 - 2;

/// A receipt names the check-in of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub slot: Slot,
    /// None of receipts that were handed out before they had one: these still open.
    pub ending: Option<Ending>,
}

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
    /// What is read out and searched, whatever keys signed the receipt.
    #[schema(example = "3467ACDE")]
    pub ending: String,
    /// Whether the organiser recognises the record: false once it has been struck.
    pub recognised: bool,
}

/// A number of 5 bytes with its sign.
const fn signed_number(number: i64) -> i64 {
    number << 24 >> 24
}

impl Receipt {
    pub fn of(check_in: &CheckIn) -> Self {
        Self { slot: check_in.slot, ending: Some(Ending::of(check_in.id)) }
    }

    /// 42 characters of base64url, and the ending.
    pub fn sign(self, keys: &Keys) -> String {
        let Slot { person, course, day, slot } = self.slot;
        let ending = self.ending.map(|ending| ending.to_string()).unwrap_or_default();
        let days = day.duration_since(EPOCH).as_hours() / 24;
        let mut bytes = Vec::with_capacity(BODY + TAG);
        bytes.extend(&person.0.to_be_bytes()[2..]);
        bytes.extend(&course.0.to_be_bytes()[2..]);
        bytes.extend(&days.to_be_bytes()[6..]);
        bytes.extend(&slot.to_be_bytes()[3..]);
        let tag: [u8; TAG] = sign(keys, PURPOSE, &[&bytes, ending.as_bytes()].concat());
        bytes.extend(tag);
        let mut text = URL_SAFE_NO_PAD.encode(bytes);
        text.push_str(&ending);
        text
    }

    /// Reads a receipt of ours.
    pub fn read(keys: &Keys, text: &str) -> Option<Self> {
        let (named, written) = text.split_at_checked(NAMED)?;
        let mut bytes = [0; BODY + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(named, &mut bytes).ok()?;
        let (body, tag) = bytes.split_at(BODY);
        // `Ending::read` stops at the ninth letter, however long the text is.
        let ending = if written.is_empty() { None } else { Some(Ending::read(written)?) };
        let is_as_signed = ending.is_none_or(|ending| ending.is_written(written));
        let signed = [body, written.as_bytes()].concat();
        if length != bytes.len() || !is_as_signed || !verify(keys, PURPOSE, &signed, tag) {
            return None;
        }
        let number = |bytes: &[u8]| bytes.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
        let day = EPOCH.checked_add(SignedDuration::from_hours(24 * number(&body[12..14]))).ok()?;
        let slot = Slot {
            person: PersonId(number(&body[..6])),
            course: CourseId(number(&body[6..12])),
            day,
            slot: signed_number(number(&body[14..])),
        };
        Some(Self { slot, ending })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn keys() -> Keys {
        Keys::new(&[[5; 32]]).unwrap()
    }

    proptest! {
        #[test]
        fn a_receipt_names_the_row_it_was_made_for(person in 1_i64..1 << 47, course in 1_i64..1 << 47, s in 946_684_800_i64..4_102_444_800, spot_check in prop::option::of(1_i64..1 << 39), id in prop::option::of(any::<u128>())) {
            let at = Timestamp::from_second(s).unwrap();
            let slot = Slot::of(PersonId(person), CourseId(course), at, 600);
            let slot = Slot { slot: spot_check.map_or(slot.slot, |id| -id), ..slot };
            let ending = id.map(|id| Ending::of(Uuid::from_u128(id)));
            let receipt = Receipt { slot, ending };
            let text = receipt.sign(&keys());
            prop_assert_eq!(text.len(), if ending.is_some() { 50 } else { 42 });
            prop_assert!(ending.is_none_or(|ending| text.ends_with(&ending.to_string())));
            prop_assert_eq!(Receipt::read(&keys(), &text), Some(receipt));
        }

        #[test]
        fn any_other_character_of_a_receipt_is_refused(place: prop::sample::Index, other in "[A-Za-z0-9_-]", id: u128) {
            let text = some(Some(Ending::of(Uuid::from_u128(id)))).sign(&keys());
            let place = place.index(text.len());
            let altered = [&text[..place], &other, &text[place + 1..]].concat();
            prop_assume!(altered != text);
            prop_assert_eq!(Receipt::read(&keys(), &altered), None);
        }
    }

    fn some(ending: Option<Ending>) -> Receipt {
        let at = Timestamp::from_second(1_764_374_400).unwrap();
        Receipt { slot: Slot::of(PersonId(1), CourseId(2), at, 600), ending }
    }

    #[test]
    fn an_ending_cannot_be_added_taken_away_or_exchanged() {
        let (one, other) = (Ending::of(Uuid::from_u128(1)), Ending::of(Uuid::from_u128(2)));
        let with = some(Some(one)).sign(&keys());
        let without = some(None).sign(&keys());
        for forged in [
            with[..NAMED].to_owned(),
            format!("{}{other}", &with[..NAMED]),
            format!("{without}{one}"),
            with.to_lowercase(),
            format!("{with}3"),
        ] {
            assert_eq!(Receipt::read(&keys(), &forged), None, "{forged}");
        }
    }

    #[test]
    fn a_receipt_that_was_handed_out_with_m_and_n_in_its_ending_still_opens() {
        let before = "AAAAAAABAAAAAAACJPgAACze0GefEQ9bi64Z26jpEg34MNMNXY";
        let receipt = some(Ending::read("345858XY"));
        assert_eq!(Receipt::read(&keys(), before), Some(receipt));
        assert_eq!(Receipt::read(&keys(), &receipt.sign(&keys())), Some(receipt));
        let mixed = format!("{}345858XY", &before[..NAMED]);
        assert_eq!(Receipt::read(&keys(), &mixed), None, "its signature is over the letters");
    }

    #[test]
    fn the_ending_stays_when_the_keys_are_rotated() {
        let rotated = Keys::new(&[[6; 32], [5; 32]]).unwrap();
        let receipt = some(Some(Ending::of(Uuid::from_u128(7))));
        let (before, after) = (receipt.sign(&keys()), receipt.sign(&rotated));
        assert_ne!(before, after);
        assert_eq!(before[NAMED..], after[NAMED..]);
        assert_eq!(Receipt::read(&rotated, &before), Receipt::read(&rotated, &after));
    }
}
