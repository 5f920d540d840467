//! One cell as it was sent: its text, however the program that wrote it keeps it. What has lost digits is known as such and never
//! guessed. Pure.

use calamine::DataRef;

/// Characters of a cell that are read.
const LONGEST: usize = 500;
/// A double holds every whole number up to here; of a longer one Excel has made zeros of the last digits.
const EXACT: f64 = 1e15;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    #[default]
    Empty,
    /// Without blanks around it; digits and letters in their usual width.
    Text(String),
    /// A number of more than 15 digits, whose last ones are lost.
    LostDigits,
    /// A number with a fraction.
    Fraction,
    /// A day or a time, where none is asked for.
    Time,
    /// `#REF!` and the like: what a formula came to.
    Fault,
    /// More than 500 characters.
    Long,
}

impl Cell {
    pub(super) fn of(data: &DataRef<'_>) -> Self {
        match data {
            DataRef::Empty => Self::Empty,
            DataRef::String(text) => Self::of_text(text),
            DataRef::SharedString(text) => Self::of_text(text),
            DataRef::Int(number) if number.unsigned_abs() < 1_000_000_000_000_000 => {
                Self::Text(number.to_string())
            }
            DataRef::Int(_) => Self::LostDigits,
            DataRef::Float(number) => Self::of_number(*number),
            DataRef::Bool(so) => Self::Text(if *so { "是" } else { "否" }.to_owned()),
            DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => Self::Time,
            DataRef::Error(_) => Self::Fault,
        }
    }

    fn of_number(number: f64) -> Self {
        match number {
            number if !number.is_finite() || number.abs() >= EXACT => Self::LostDigits,
            number if number.fract() == 0.0 => Self::Text(format!("{number:.0}")),
            _ => Self::Fraction,
        }
    }

    pub(super) fn of_text(text: &str) -> Self {
        // ="0731" is how a text is kept a text in a file of commas.
        let text = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || takes_no_room(letter));
        if text.is_empty() {
            return Self::Empty;
        }
        if is_scientific(text) {
            return Self::LostDigits;
        }
        if text.chars().count() > LONGEST {
            return Self::Long;
        }
        Self::Text(text.chars().filter(|letter| !takes_no_room(*letter)).map(of_usual_width).collect())
    }

    /// Its text; none where it is empty or no text can be made of it.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// Why no text can be made of it and what to do, in Chinese and in English; none of one that has a text or is empty.
    pub const fn fault(&self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Empty | Self::Text(_) => return None,
            Self::LostDigits => (
                "是数字且超过 15 位，末几位已丢失，请将单元格设为文本格式后重新填写",
                "a number of more than 15 digits has lost its last ones: make the cell a text and fill it in again",
            ),
            Self::Fraction => {
                ("是带小数的数字，请改为文字", "this is a number with a fraction: write a text")
            }
            Self::Time => ("是日期或时间，请改为文字", "this is a day or a time: write a text"),
            Self::Fault => {
                ("公式结果有误，请改为文字", "the formula came to an error: write what it should be")
            }
            Self::Long => ("超过 500 个字", "it has more than 500 characters"),
        })
    }
}

/// 4.30102E+17: how a spreadsheet writes a long number into a file of commas.
fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    whole.len() == 1 && digits(whole) && digits(fraction) && exponent.strip_prefix('+').is_some_and(digits)
}

/// Copying from web pages and other programs brings these along.
fn takes_no_room(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || (letter.is_control() && !letter.is_whitespace())
}

/// １２３ＡＢＣ is 123ABC. Brackets and commas stay as Chinese has them.
fn of_usual_width(letter: char) -> char {
    match letter {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
        }
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn texts_are_read_without_what_typing_and_copying_bring() {
        for (sent, read) in [
            ("  岳麓人民医院\u{a0}\n", text("岳麓人民医院")),
            ("\u{feff}第３６６医院\u{200b}", text("第366医院")),
            ("医院（东区）", text("医院（东区）")),
            ("=\"0731\"", text("0731")),
            ("\t430102199001011234", text("430102199001011234")),
            (" \u{3000} ", Cell::Empty),
            ("4.30102E+17", Cell::LostDigits),
            ("1E+01", Cell::LostDigits),
            ("E+1 栋", text("E+1 栋")),
            (&"长".repeat(501), Cell::Long),
        ] {
            assert_eq!(Cell::of(&DataRef::SharedString(sent)), read, "{sent}");
        }
    }

    #[test]
    fn a_number_is_read_as_long_as_it_has_all_its_digits() {
        for (number, read) in [
            (430_104.0, text("430104")),
            (13_800_001_234.0, text("13800001234")),
            (430_102_199_001_011_234.0, Cell::LostDigits),
            (1.5, Cell::Fraction),
            (f64::NAN, Cell::LostDigits),
            (f64::INFINITY, Cell::LostDigits),
        ] {
            assert_eq!(Cell::of(&DataRef::Float(number)), read, "{number}");
        }
        assert_eq!(Cell::of(&DataRef::Int(430_102_199_001_011_234)), Cell::LostDigits);
        for cell in [Cell::LostDigits, Cell::Fraction, Cell::Time, Cell::Fault, Cell::Long] {
            assert!(cell.fault().is_some_and(|(chinese, english)| !chinese.is_ascii() && english.is_ascii()));
        }
    }
}
