//! The ending of a receipt: eight characters that are read out, compared and searched. They come from the row's id alone, so that
//! they stay whatever keys sign the receipt. They prove nothing: the receipt's public page does. Pure.

use std::fmt;

use uuid::Uuid;

/// Digits and capitals that are hard to confuse by ear or eye: without 0 and O, 1, I and L, M and N, 2 and Z, S, B and V.
const LETTERS: &[u8; 24] = b"34679ACDEFGHJK58PQRTUWXY";
/// In endings that were handed out before, M stood for 5 and N for 8: they are read, and not written any more.
const BEFORE: [(char, char); 2] = [('5', 'M'), ('8', 'N')];
const LENGTH: usize = 8;
/// The number of possible endings.
const ENDINGS: u64 = 24_u64.pow(8);
/// The last bits of an id, those that are random.
const ID_BITS: u128 = 1 << 48;

/// A number below `ENDINGS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending(u64);

impl Ending {
    pub fn of(id: Uuid) -> Self {
        let bits = u64::try_from(id.as_u128() % ID_BITS).expect("48 bits are within 64");
        Self(bits % ENDINGS)
    }

    /// Reads a typed ending: either case, spaces and hyphens allowed; none if it is no ending.
    pub fn read(typed: &str) -> Option<Self> {
        let mut number = 0;
        let mut length = 0;
        for character in typed.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{3000}')) {
            let character = character.to_ascii_uppercase();
            let before = BEFORE.iter().find(|(_, before)| *before == character);
            let letter = u8::try_from(before.map_or(character, |(now, _)| *now)).ok()?;
            let digit = LETTERS.iter().position(|known| *known == letter)?;
            number = number * 24 + u64::try_from(digit).ok()?;
            length += 1;
            if length > LENGTH {
                return None;
            }
        }
        (length == LENGTH).then_some(Self(number))
    }

    /// Whether we have ever written it so: letter for letter as now, or as before.
    pub fn is_written(self, text: &str) -> bool {
        let now = self.to_string();
        let before =
            BEFORE.iter().fold(now.clone(), |text, (now, before)| text.replace(*now, &before.to_string()));
        text == now || text == before
    }

    /// As the queries reckon it: the last 48 bits of the id, modulo 24 to the power of 8.
    pub fn number(self) -> i64 {
        i64::try_from(self.0).expect("it is below 24 to the power of 8")
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; LENGTH];
        let mut left = self.0;
        for letter in text.iter_mut().rev() {
            *letter = LETTERS[usize::try_from(left % 24).expect("it is below 24")];
            left /= 24;
        }
        f.write_str(std::str::from_utf8(&text).expect("letters and digits are UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_read_out_is_what_is_searched(id: u128) {
            let ending = Ending::of(Uuid::from_u128(id));
            let text = ending.to_string();
            prop_assert_eq!(text.len(), 8);
            prop_assert!(text.bytes().all(|letter| LETTERS.contains(&letter)));
            prop_assert_eq!(Ending::read(&text), Some(ending));
            let typed = format!(" {}-{} ", &text[..4].to_lowercase(), &text[4..]);
            prop_assert_eq!(Ending::read(&typed), Some(ending));
        }

        #[test]
        fn whatever_is_typed_is_read_without_a_panic(typed in ".{0,40}") {
            let _ = Ending::read(&typed);
        }
    }

    #[test]
    fn an_ending_that_was_handed_out_with_m_and_n_is_the_same_ending() {
        let before = Ending::read("34mn-MNXY").unwrap();
        assert_eq!(before.to_string(), "345858XY");
        assert_eq!(Ending::read("345858XY"), Some(before));
        assert!(before.is_written("34MNMNXY") && before.is_written("345858XY"));
        assert!(!before.is_written("34M8MNXY") && !before.is_written("34mnmnxy"));
    }

    #[test]
    fn what_can_be_mistaken_is_no_ending() {
        for typed in
            ["", "3467ACD", "3467ACDEF", "3467ACD0", "3467ACDO", "3467ACD1", "3467ACDL", "王晓明王晓明王晓"]
        {
            assert_eq!(Ending::read(typed), None, "{typed}");
        }
        assert!(!LETTERS.contains(&b'M') && !LETTERS.contains(&b'N'), "M and N sound alike");
        assert_eq!(Ending(ENDINGS - 1).to_string(), "YYYYYYYY");
        assert_eq!(Ending(0).to_string(), "33333333");
    }
}
