//! What a downloaded file is called: by what is in it, in Chinese, with a plain name beside it for old programs.
//! Pure. It must not know what is in the file.

use std::fmt::Write as _;

use axum::http::HeaderValue;
use jiff::civil::Date;

/// A name longer than this is cut: some systems take no more than 255 bytes, and a Chinese character is three.
const LONGEST: usize = 60;

/// The header `Content-Disposition` (RFC 6266), by which a browser saves a file and never shows it:
/// `签到汇总_2025-01-003_心力衰竭诊治进展_2025-11-29.xlsx`. `plain` is the name for old programs, of ASCII letters, digits and hyphens.
pub fn attachment(plain: &str, what: &str, parts: [&str; 2], day: Date, ending: &str) -> HeaderValue {
    let mut name = what.to_owned();
    for part in parts.into_iter().filter(|part| !part.trim().is_empty()) {
        name.push('_');
        name.extend(part.trim().chars().map(|c| if can_stand(c) { c } else { '-' }));
    }
    let name: String = name.chars().take(LONGEST).collect();
    let coded = coded(&format!("{name}_{day}.{ending}"));
    let value = format!("attachment; filename=\"{plain}-{day}.{ending}\"; filename*=UTF-8''{coded}");
    HeaderValue::from_str(&value).expect("what is not plain is percent-encoded")
}

/// What every file system takes, and no reader mistakes for something else.
fn can_stand(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// RFC 5987: what is no attr-char is written `%XX`.
fn coded(name: &str) -> String {
    let mut coded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            write!(coded, "%{byte:02X}").expect("a String takes all");
        }
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_what_is_in_it() {
        let day = jiff::civil::date(2025, 11, 29);
        let value = attachment("attendance-7", "签到汇总", ["2025-01-003", "心衰 诊治"], day, "xlsx");
        assert_eq!(
            value.to_str().unwrap(),
            "attachment; filename=\"attendance-7-2025-11-29.xlsx\"; \
             filename*=UTF-8''%E7%AD%BE%E5%88%B0%E6%B1%87%E6%80%BB_2025-01-003_%E5%BF%83%E8%A1%B0%20%E8%AF%8A%E6%B2%BB_2025-11-29.xlsx"
        );
    }

    #[test]
    fn what_no_file_system_takes_and_what_deceives_is_replaced() {
        let day = jiff::civil::date(2025, 11, 29);
        let evil = "../a\\b:c*\"<>|\r\nSet-Cookie: x\u{202e}fdp.exe";
        let value =
            attachment("attendance-7", "签到汇总", [evil, "  "], day, "csv").to_str().unwrap().to_owned();
        let name = value.split("UTF-8''").nth(1).unwrap();
        assert!(name.ends_with("_2025-11-29.csv"), "{name}");
        assert!(
            !["%2F", "%5C", "%3A", "%22", "%0D", "%0A", "%E2%80%AE"].iter().any(|sign| name.contains(sign))
        );
        let long = attachment("attendance-7", "签到汇总", [&"长".repeat(500), "课"], day, "csv");
        assert!(long.len() < 900, "{}", long.len());
    }
}
