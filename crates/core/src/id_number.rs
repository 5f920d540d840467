//! IdNumber: an 18-character ID number (GB 11643), parsed once at the edge and masked wherever it is shown.
//! Pure: the day is passed in. It must not know how a number is sealed, stored or found.

use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;

/// An ID number whose region, date of birth and check digit fit. Printing it in any way prints it masked.
///
/// `Deserialize` and `TryFrom` check the form alone, for they have no day: where people hand a number in,
/// [`IdNumber::parse`] also refuses a date of birth that is yet to come.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct IdNumber {
    text: String,
    born_on: Date,
}

/// What is wrong with a text that should be an ID number. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberError {
    #[error("an ID number has exactly 18 characters")]
    Length,
    #[error("character {position} of the ID number is not a digit (only the last may be X)")]
    Character {
        /// Counted from 1.
        position: usize,
    },
    #[error("the first two digits of the ID number name no region")]
    Region,
    #[error("digits 7 to 14 of the ID number are not a date that exists")]
    BirthDate,
    #[error("the date of birth in the ID number is yet to come")]
    FutureBirth,
    #[error("the last character of the ID number does not match the others (check digit)")]
    CheckDigit,
}

/// Weights of the first 17 digits, and the check character for each remainder (ISO 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

impl IdNumber {
    /// Parses a number handed in on `today`, the calendar day in Asia/Shanghai.
    pub fn parse(text: &str, today: Date) -> Result<Self, IdNumberError> {
        let number = Self::from_form(text)?;
        if number.born_on > today { Err(IdNumberError::FutureBirth) } else { Ok(number) }
    }

    fn from_form(text: &str) -> Result<Self, IdNumberError> {
        if text.chars().count() != 18 {
            return Err(IdNumberError::Length);
        }
        let fits = |(at, c): (usize, char)| c.is_ascii_digit() || (at == 17 && matches!(c, 'x' | 'X'));
        if let Some(at) = text.chars().enumerate().position(|placed| !fits(placed)) {
            return Err(IdNumberError::Character { position: at + 1 });
        }
        let text = text.to_ascii_uppercase();
        let bytes = text.as_bytes();
        if !names_a_region(bytes[0], bytes[1]) {
            return Err(IdNumberError::Region);
        }
        let born_on = date_of_birth(&bytes[6..14]).ok_or(IdNumberError::BirthDate)?;
        if check_character(bytes) != bytes[17] {
            return Err(IdNumberError::CheckDigit);
        }
        Ok(Self { text, born_on })
    }

    /// The number in clear, 18 characters, `X` in upper case. Every use is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The first three characters and the last four: `430***********1234`.
    pub fn masked(&self) -> String {
        format!("{}***********{}", &self.text[..3], &self.text[14..])
    }

    pub fn born_on(&self) -> Date {
        self.born_on
    }
}

/// Provinces by their first two digits; 71 and 83 Taiwan, 81 Hong Kong, 82 Macao; 9 and a region of the
/// mainland for the permanent residence cards of foreigners.
fn names_a_region(first: u8, second: u8) -> bool {
    match first {
        b'1' | b'6' => (b'1'..=b'5').contains(&second),
        b'2' | b'8' => (b'1'..=b'3').contains(&second),
        b'3' => (b'1'..=b'7').contains(&second),
        b'4' | b'9' => (b'1'..=b'6').contains(&second),
        b'5' => (b'0'..=b'4').contains(&second),
        b'7' => second == b'1',
        _ => false,
    }
}

/// The standard's own example was born in 1880; before 1800 it is a slip of the hand.
fn date_of_birth(digits: &[u8]) -> Option<Date> {
    let number = |digits: &[u8]| digits.iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
    let (year, month, day) = (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]));
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (year >= 1800).then_some(date)
}

fn check_character(bytes: &[u8]) -> u8 {
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[(sum % 11) as usize]
}

impl TryFrom<String> for IdNumber {
    type Error = IdNumberError;

    fn try_from(text: String) -> Result<Self, IdNumberError> {
        Self::from_form(&text)
    }
}

impl fmt::Display for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.masked())
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 21);

    /// The two examples that GB 11643 itself gives.
    const OF_THE_STANDARD: [&str; 2] = ["11010519491231002X", "440524188001010014"];

    #[test]
    fn the_examples_of_the_standard_are_accepted() {
        for text in OF_THE_STANDARD {
            assert_eq!(IdNumber::parse(text, TODAY).unwrap().expose(), text);
        }
        assert_eq!(IdNumber::parse(OF_THE_STANDARD[0], TODAY).unwrap().born_on(), date(1949, 12, 31));
    }

    #[test]
    fn a_lower_case_x_is_the_same_number() {
        let number = IdNumber::parse("11010519491231002x", TODAY).unwrap();
        assert_eq!(number, IdNumber::parse("11010519491231002X", TODAY).unwrap());
        assert_eq!(number.expose(), "11010519491231002X");
    }

    #[test]
    fn each_mistake_is_named() {
        use IdNumberError::*;
        let cases = [
            ("", Length),
            ("11010519491231002", Length),
            ("11010519491231002X ", Length),
            ("1101054912310029", Length),
            ("110105491231002", Length),
            ("1101O519491231002X", Character { position: 5 }),
            ("X1010519491231002X", Character { position: 1 }),
            ("１１０１０５１９４９１２３１００２X", Character { position: 1 }),
            ("1101051949123100\u{0}X", Character { position: 17 }),
            ("11010519491231002Y", Character { position: 18 }),
            ("010105194912310021", Region),
            ("160105194912310021", Region),
            ("840105194912310021", Region),
            ("110105194902290021", BirthDate),
            ("110105194913310021", BirthDate),
            ("110105194900310021", BirthDate),
            ("110105000101010021", BirthDate),
            ("110105194912310029", CheckDigit),
            ("11010619491231002X", CheckDigit),
        ];
        for (text, mistake) in cases {
            assert_eq!(IdNumber::parse(text, TODAY), Err(mistake), "{text}");
        }
    }

    #[test]
    fn nobody_is_born_after_today() {
        let number = numbered("430102", TODAY, "002");
        assert!(IdNumber::parse(&number, TODAY).is_ok());
        assert_eq!(IdNumber::parse(&number, date(2026, 11, 20)), Err(IdNumberError::FutureBirth));
    }

    #[test]
    fn cards_of_hong_kong_macao_taiwan_and_foreigners_are_numbers_too() {
        for region in ["810000", "820000", "830000", "710000", "931840"] {
            let number = numbered(region, date(1990, 1, 1), "001");
            assert!(IdNumber::parse(&number, TODAY).is_ok(), "{region}");
        }
    }

    #[test]
    fn printing_shows_three_and_four_characters_only() {
        let number = IdNumber::parse("11010519491231002X", TODAY).unwrap();
        assert_eq!(number.to_string(), "110***********002X");
        assert_eq!(format!("{number:?}"), "IdNumber(110***********002X)");
    }

    #[test]
    fn json_is_parsed_and_a_refusal_does_not_repeat_it() {
        let number: IdNumber = serde_json::from_str(r#""11010519491231002x""#).unwrap();
        assert_eq!(number.expose(), "11010519491231002X");
        let refusal = serde_json::from_str::<IdNumber>(r#""110105194912310029""#).unwrap_err().to_string();
        assert!(refusal.contains("check digit") && !refusal.contains("1101"), "{refusal}");
    }

    fn numbered(region: &str, born: Date, sequence: &str) -> String {
        let mut text = format!("{region}{}{sequence}", born.strftime("%Y%m%d"));
        text.push(char::from(check_character(text.as_bytes())));
        text
    }

    prop_compose! {
        fn any_number()(province in prop::sample::select(vec!["11", "21", "35", "43", "50", "62", "82", "91"]),
            place in "[0-9]{4}", day in 0_i32..80_000, sequence in "[0-9]{3}") -> String {
            let born = date(1807, 1, 1).checked_add(jiff::Span::new().days(day)).expect("before the year 2027");
            numbered(&format!("{province}{place}"), born.min(TODAY), &sequence)
        }
    }

    proptest! {
        #[test]
        fn a_well_formed_number_is_accepted(text in any_number()) {
            let number = IdNumber::parse(&text, TODAY);
            prop_assert_eq!(number.as_ref().map(IdNumber::expose), Ok(text.as_str()));
        }

        #[test]
        fn one_wrong_digit_is_always_caught(text in any_number(), at in 0_usize..17, by in 1_u8..10) {
            let mut bytes = text.into_bytes();
            bytes[at] = (bytes[at] - b'0' + by) % 10 + b'0';
            prop_assert!(IdNumber::try_from(String::from_utf8(bytes).unwrap()).is_err());
        }

        #[test]
        fn two_neighbours_swapped_are_always_caught(text in any_number(), at in 0_usize..16) {
            let mut bytes = text.clone().into_bytes();
            bytes.swap(at, at + 1);
            let swapped = String::from_utf8(bytes).unwrap();
            prop_assert!(swapped == text || IdNumber::try_from(swapped).is_err());
        }

        #[test]
        fn any_text_is_parsed_or_refused_without_panic(text in "\\PC{0,24}|[0-9xX䶮]{18}") {
            let _ = IdNumber::parse(&text, TODAY);
        }
    }
}
