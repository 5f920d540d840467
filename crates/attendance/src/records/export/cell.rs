//! One cell of an export: what may stand in it, and which texts a spreadsheet would take for a formula.
//! Pure. It must not know a file format.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Without characters that no file can hold.
    Text(Cow<'a, str>),
    Whole(i64),
    Day(Date),
    /// The wall clock in Asia/Shanghai.
    Moment(Timestamp),
    Empty,
}

impl<'a> Cell<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        match clean(text.into()) {
            text if text.is_empty() => Self::Empty,
            text => Self::Text(text),
        }
    }

    pub(super) fn optional(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }
}

/// Control characters become U+FFFD, to be seen rather than lost; line ends and tabs stay. XML 1.0, and so XLSX, can
/// hold no others, and a NUL ends the text in some readers of CSV.
fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(cannot_stand) { Cow::Owned(text.replace(cannot_stand, "\u{fffd}")) } else { text }
}

fn cannot_stand(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Whether a spreadsheet might run the text as a formula: it begins with a sign that starts one (in half or full
/// width), also behind blanks and characters that take no space, or with a tab or line end that hides one.
pub(super) fn could_run(text: &str) -> bool {
    let hides_one = text.starts_with(['\t', '\r', '\n']);
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || takes_no_room(c));
    hides_one || first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn takes_no_room(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_a_formula_is_known_in_every_guise() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\nx",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            " =1",
            "\u{3000}=1",
            "\u{feff}=1",
            "\u{200b}＝1",
            "=",
        ] {
            assert!(could_run(text), "{text:?}");
        }
        for text in ["", "王晓明", "1=1", "a-b", "'=1", "（=1）", "138****1234", "心内科=一病区", "—", " "]
        {
            assert!(!could_run(text), "{text:?}");
        }
    }

    #[test]
    fn characters_that_no_file_can_hold_are_replaced_and_seen() {
        assert_eq!(
            Cell::text("王\0晓\u{1b}明\u{7f}\u{9f}\u{ffff}"),
            Cell::text("王\u{fffd}晓\u{fffd}明\u{fffd}\u{fffd}\u{fffd}")
        );
        assert_eq!(Cell::text("\0=1"), Cell::Text("\u{fffd}=1".into()));
        assert!(could_run("\u{fffd}=1"));
        let kept = "䶮\t一\r\n二";
        assert_eq!(Cell::text(kept), Cell::Text(kept.into()));
    }

    #[test]
    fn nothing_is_an_empty_cell() {
        assert_eq!(Cell::text(""), Cell::Empty);
        assert_eq!(Cell::optional(None), Cell::Empty);
    }
}
