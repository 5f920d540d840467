//! One request, parsed and bounded before anything is typeset: the template's name, the instant that it is made at, and the data.

use serde::Deserialize;
use serde_json::Value;
use typst::foundations::Datetime;

use crate::data;
use crate::fault::Fault;

/// The largest request.
pub const BYTES: u64 = 4 * 1024 * 1024;
/// The longest name of a template.
const NAME: usize = 64;

/// What is to be printed.
#[derive(Debug)]
pub struct Request {
    pub template: String,
    /// In the deployment's own time: this program has no clock.
    pub made_at: Datetime,
    pub data: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    template: String,
    made_at: String,
    data: Value,
}

impl Request {
    pub fn read(text: &[u8]) -> Result<Self, Fault> {
        if text.len() as u64 > BYTES {
            return Err(Fault::data(format!("the request has more than {BYTES} bytes")));
        }
        let written: Written = serde_json::from_slice(text).map_err(|error| {
            Fault::data(format!("no request: line {}, column {}", error.line(), error.column()))
        })?;
        Self::of(&written.template, &written.made_at, written.data)
    }

    pub fn of(template: &str, made_at: &str, data: Value) -> Result<Self, Fault> {
        if !is_name(template) {
            return Err(Fault::data("a template's name has a-z, 0-9 and hyphens"));
        }
        let made_at =
            instant(made_at).ok_or_else(|| Fault::data("made_at is written 2026-12-01 08:30:00"))?;
        data::within_bounds(&data)?;
        Ok(Self { template: template.to_owned(), made_at, data })
    }
}

/// Whether it can be the name of a template, and of nothing outside its folder.
pub fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=NAME).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('-')
}

/// `2026-12-01 08:30:00`.
fn instant(text: &str) -> Option<Datetime> {
    let (day, time) = text.split_once(' ')?;
    let [year, month, day] = numbers(day, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let small = |number: u16| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        year.into(),
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    )
}

fn numbers(text: &str, between: char) -> Option<[u16; 3]> {
    let numbers: Option<Vec<u16>> = text.split(between).map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        for name in ["sign-in-sheet", "cv", "a1"] {
            assert!(is_name(name), "{name}");
        }
        for wrong in ["", "-a", "../x", "a/b", "a.typ", "A", "签到", &"a".repeat(65)] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_instant_is_a_day_and_a_time() {
        assert_eq!(instant("2026-12-01 08:30:00"), Datetime::from_ymd_hms(2026, 12, 1, 8, 30, 0));
        for wrong in
            ["", "2026-12-01", "2026-13-01 08:30:00", "2026-12-01T08:30:00", "2026-12-01 24:00:00", "1-1 1:1"]
        {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_request_is_told_without_its_words() {
        for wrong in [
            "",
            "[]",
            "{}",
            r#"{"template":"a","made_at":"secret","data":{}}"#,
            r#"{"template":"a","x":"secret"}"#,
        ] {
            let Err(fault) = Request::read(wrong.as_bytes()) else { panic!("{wrong}") };
            assert!(!fault.to_json().contains("secret"), "{fault:?}");
        }
        let long = vec![b' '; usize::try_from(BYTES).unwrap() + 1];
        assert!(matches!(Request::read(&long), Err(Fault::DataWrong { .. })));
    }
}
