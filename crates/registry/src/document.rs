//! What identifies a person: the document's kind and its number, checked once at the edge. An ID card has a check digit; of the
//! others the form alone is known, and the unit looks at the paper. Pure. It must not know how a number is sealed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};
use utoipa::ToSchema;

use zaichang_core::IdNumber;

/// The words of the constraint `person_document_is_known`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr, EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DocumentKind {
    /// 居民身份证, and the cards with such a number: 港澳台居民居住证, 外国人永久居留身份证.
    IdCard,
    /// 护照.
    Passport,
    /// 港澳居民来往内地通行证.
    HkMacaoPermit,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit,
    /// 军官证.
    Officer,
    /// 其他证件.
    Other,
}

impl DocumentKind {
    /// The word in SQL and JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A document whose number has the form of its kind. Printing it in any way prints it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    kind: DocumentKind,
    number: String,
}

/// The number does not have the form of its kind. The sentence never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedNumber(pub &'static str);

impl Document {
    /// Whether this is what its number is, however it is typed.
    pub fn is_called(&self, typed: &str) -> bool {
        tidied(typed) == self.number
    }

    /// Reads a number as people type it: full-width figures, blanks and small letters are put right.
    pub fn parse(kind: DocumentKind, typed: &str, today: Date) -> Result<Self, MalformedNumber> {
        let number = tidied(typed);
        let length = number.chars().count();
        // One person, one number: the number of an ID card is none of another document.
        if kind != DocumentKind::IdCard && IdNumber::parse(&number, today).is_ok() {
            return Err(MalformedNumber("it is the number of an ID card: choose that document"));
        }
        let is_latin = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let of_digits = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let fits = match kind {
            DocumentKind::IdCard => {
                let number = IdNumber::parse(&number, today);
                return number
                    .map(Self::from)
                    .map_err(|_| MalformedNumber("it is 18 characters that fit their check digit"));
            }
            DocumentKind::Passport => is_latin && (5..=20).contains(&length),
            DocumentKind::HkMacaoPermit => {
                matches!(number.as_bytes().first(), Some(b'H' | b'M'))
                    && matches!(length, 9 | 11)
                    && of_digits(&number[1..])
            }
            DocumentKind::TaiwanPermit => matches!(length, 8 | 10) && of_digits(&number),
            DocumentKind::Officer | DocumentKind::Other => {
                (4..=30).contains(&length)
                    && number.chars().all(|letter| {
                        letter.is_ascii_alphanumeric() || matches!(letter, '-' | '\u{4e00}'..='\u{9fff}')
                    })
            }
        };
        if fits { Ok(Self { kind, number }) } else { Err(MalformedNumber(kind.form())) }
    }

    /// A number to look for, of whatever form.
    pub(crate) fn unchecked(kind: DocumentKind, typed: &str) -> Self {
        Self { kind, number: tidied(typed) }
    }

    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// What is sealed and indexed: an ID number as it is, any other with its kind before it, so that a passport's number is
    /// never taken for an ID number. Every use is a place to look at in a review.
    pub fn expose(&self) -> String {
        match self.kind {
            DocumentKind::IdCard => self.number.clone(),
            kind => format!("{}:{}", kind.word(), self.number),
        }
    }

    /// From what was sealed.
    pub fn of_sealed(clear: &str) -> Option<Self> {
        match clear.split_once(':') {
            Some((kind, number)) => Some(Self { kind: kind.parse().ok()?, number: number.to_owned() }),
            None => IdNumber::try_from(clear.to_owned()).ok().map(Self::from),
        }
    }

    /// Of an ID number the first three and the last four; of any other the last four, of a short one the last two.
    pub fn masked(&self) -> String {
        let length = self.number.chars().count();
        let shown_from = length - if length >= 8 { 4 } else { length.min(2) };
        let shown_to = if self.kind == DocumentKind::IdCard { 3 } else { 0 };
        let mask = |(at, letter)| if at < shown_to || at >= shown_from { letter } else { '*' };
        self.number.chars().enumerate().map(mask).collect()
    }
}

impl DocumentKind {
    const fn form(self) -> &'static str {
        match self {
            Self::IdCard => "it is 18 characters that fit their check digit",
            Self::Passport => "it is 5 to 20 letters and digits",
            Self::HkMacaoPermit => "it is H or M and 8 or 10 digits",
            Self::TaiwanPermit => "it is 8 or 10 digits",
            Self::Officer | Self::Other => "it is 4 to 30 letters and digits",
        }
    }
}

impl From<IdNumber> for Document {
    fn from(number: IdNumber) -> Self {
        Self { kind: DocumentKind::IdCard, number: number.expose().to_owned() }
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.masked())
    }
}

/// Full-width figures and letters as plain ones, without blanks, in upper case.
fn tidied(typed: &str) -> String {
    let plain = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        letter => letter,
    };
    typed.chars().map(plain).filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(kind: DocumentKind, typed: &str) -> Option<String> {
        let today = "2026-11-29".parse().unwrap();
        Document::parse(kind, typed, today).ok().map(|document| document.expose())
    }

    #[test]
    fn a_number_is_tidied_and_has_the_form_of_its_kind() {
        use DocumentKind as K;
        let table = [
            (K::IdCard, " 11010519491231002x ", Some("11010519491231002X")),
            (K::IdCard, "１１０１０５１９４９１２３１００２Ｘ", Some("11010519491231002X")),
            (K::IdCard, "110105194912310021", None),
            (K::Passport, "e1234 5678", Some("passport:E12345678")),
            (K::Passport, "E123", None),
            (K::Passport, "E1234:678", None),
            (K::HkMacaoPermit, "h12345678", Some("hk_macao_permit:H12345678")),
            (K::HkMacaoPermit, "A12345678", None),
            (K::HkMacaoPermit, "香2345678", None),
            (K::TaiwanPermit, "12345678", Some("taiwan_permit:12345678")),
            (K::TaiwanPermit, "1234567", None),
            (K::Officer, "军字第12345", Some("officer:军字第12345")),
            (K::Other, "", None),
            (K::Other, "\u{0410}12345", None),
            (K::Other, "11010519491231002X", None),
            (K::Passport, "11010519491231002x", None),
        ];
        for (kind, typed, read) in table {
            assert_eq!(parse(kind, typed).as_deref(), read, "{kind:?} {typed}");
        }
    }

    #[test]
    fn what_was_sealed_is_the_same_document_and_shows_little() {
        let today = "2026-11-29".parse().unwrap();
        for (kind, typed, masked) in [
            (DocumentKind::IdCard, "11010519491231002X", "110***********002X"),
            (DocumentKind::Passport, "E12345678", "*****5678"),
            (DocumentKind::Officer, "1234", "**34"),
        ] {
            let document = Document::parse(kind, typed, today).unwrap();
            assert_eq!(document.masked(), masked);
            assert_eq!(Document::of_sealed(&document.expose()), Some(document.clone()));
            assert!(!format!("{document:?}").contains("2345"));
        }
        assert_eq!(Document::of_sealed("passenger:1"), None);
    }
}
