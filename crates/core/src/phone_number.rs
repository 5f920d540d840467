//! Phone: a mobile number of mainland China, normalised to its 11 digits and masked wherever it is shown.
//! Pure. It must not know how a number is sealed, stored, found or sent to.

use std::fmt;

use serde::Deserialize;

/// A mobile number. Printing it in any way prints it masked.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Phone(String);

/// What is wrong with a text that should be a mobile number. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("a mobile number is written with digits; +86, spaces and hyphens may stand with them")]
    Character,
    #[error("only mobile numbers of mainland China (+86) can be used")]
    Country,
    #[error("a mobile number has exactly 11 digits")]
    Length,
    #[error("a mobile number begins with 13 to 19")]
    Prefix,
}

impl Phone {
    /// Takes `13800001234`, also with `+86`, `0086` or `86` before it, and with spaces and hyphens anywhere.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let written: String = text.chars().filter(|c| !parts_digits(*c)).collect();
        let digits = national(&written)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneError::Character);
        }
        if digits.len() != 11 {
            return Err(PhoneError::Length);
        }
        if !digits.starts_with('1') || !matches!(digits.as_bytes()[1], b'3'..=b'9') {
            return Err(PhoneError::Prefix);
        }
        Ok(Self(digits.to_owned()))
    }

    /// The 11 digits in clear. Every use is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The first three digits and the last four: `138****1234`.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

/// What people put between digits: spaces (also the full-width and the no-break one) and hyphens.
fn parts_digits(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{3000}' | '-' | '\u{2010}'..='\u{2013}' | '\u{ff0d}')
}

/// The part after the country code. `86` without a sign is one only before a whole number of 11 digits.
fn national(written: &str) -> Result<&str, PhoneError> {
    if let Some(abroad) = written.strip_prefix('+').or_else(|| written.strip_prefix("00")) {
        return abroad.strip_prefix("86").ok_or(PhoneError::Country);
    }
    match written.strip_prefix("86") {
        Some(digits) if written.len() == 13 => Ok(digits),
        _ => Ok(written),
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        Self::parse(&text)
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.masked())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ways_people_write_a_number_are_one_number() {
        let ways = [
            "13800001234",
            "138 0000 1234",
            "138-0000-1234",
            "+8613800001234",
            "+86 138 0000 1234",
            "+86-138-0000-1234",
            "008613800001234",
            "0086 13800001234",
            "8613800001234",
            "\u{3000}138\u{a0}0000\u{2013}1234 ",
        ];
        for text in ways {
            assert_eq!(
                Phone::parse(text).map(|phone| phone.expose().to_owned()).as_deref(),
                Ok("13800001234"),
                "{text}"
            );
        }
    }

    #[test]
    fn each_mistake_is_named() {
        use PhoneError::*;
        let cases = [
            ("", Length),
            ("1380000123", Length),
            ("138000012345", Length),
            ("86138000012", Prefix),
            ("12800001234", Prefix),
            ("10086001234", Prefix),
            ("23800001234", Prefix),
            ("+86 12800001234", Prefix),
            ("+86 1380000123", Length),
            ("+852 6961 0000", Country),
            ("00852 6961 0000", Country),
            ("+1 202 555 0100", Country),
            ("0731-84000000", Length),
            ("0731-8400000", Prefix),
            ("1380000123a", Character),
            ("１３８００００１２３４", Character),
            ("138(0000)1234", Character),
            ("138.0000.1234", Character),
            ("1380000\u{0}1234", Character),
            ("13800001234\n", Character),
            ("+86+8613800001234", Character),
        ];
        for (text, mistake) in cases {
            assert_eq!(Phone::parse(text), Err(mistake), "{text}");
        }
    }

    #[test]
    fn printing_hides_the_middle_four_digits() {
        let phone = Phone::parse("13800001234").unwrap();
        assert_eq!(phone.to_string(), "138****1234");
        assert_eq!(format!("{phone:?}"), "Phone(138****1234)");
    }

    #[test]
    fn json_is_parsed_and_a_refusal_does_not_repeat_it() {
        let phone: Phone = serde_json::from_str(r#""+86 138 0000 1234""#).unwrap();
        assert_eq!(phone.expose(), "13800001234");
        let refusal = serde_json::from_str::<Phone>(r#""12800001234""#).unwrap_err().to_string();
        assert!(!refusal.contains("1280"), "{refusal}");
    }

    proptest! {
        #[test]
        fn every_mobile_number_is_accepted_and_parsing_it_again_changes_nothing(text in "1[3-9][0-9]{9}") {
            let phone = Phone::parse(&text).unwrap();
            prop_assert_eq!(phone.expose(), &text);
            prop_assert_eq!(&Phone::parse(&format!("+86{text}")).unwrap(), &phone);
        }

        #[test]
        fn what_is_accepted_is_eleven_digits_whatever_was_written(text in "\\PC{0,20}|[-+ 0-9]{8,20}") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert!(phone.expose().len() == 11 && phone.expose().bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
