//! Instants as frames carry them, read without a parser: forty thousand a second. Microseconds since 1970, by the wall
//! clock that server and crowd share. Pure; it must not know what an instant means.

/// Microseconds since 1970, UTC.
pub type Micros = i64;

/// One second.
pub const SECOND: Micros = 1_000_000;

/// Reads `2025-11-29T01:02:13.123456789Z`; what follows the microseconds is cut off. None if it is not of that form.
pub fn read(text: &[u8]) -> Option<Micros> {
    let (head, rest) = text.split_at_checked(19)?;
    let shaped = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if shaped.iter().any(|(at, mark)| head[*at] != *mark) || rest.last() != Some(&b'Z') {
        return None;
    }
    let part = |from: usize, to: usize| number(&head[from..to]);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let seconds = part(11, 13)? * 3600 + part(14, 16)? * 60 + part(17, 19)?;
    let fraction = match rest {
        [b'.', digits @ .., b'Z'] => (0..6)
            .try_fold(0, |sum, at| Some(sum * 10 + digits.get(at).map_or(Some(0), |digit| value(*digit))?))?,
        [b'Z'] => 0,
        _ => return None,
    };
    Some((days(year, month, day) * 86_400 + seconds) * SECOND + fraction)
}

/// Writes an instant as frames carry it.
pub fn written(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at).map(|at| at.to_string()).unwrap_or_default()
}

/// A number of decimal digits only.
pub fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(value(*digit)?))
}

fn value(digit: u8) -> Option<i64> {
    digit.is_ascii_digit().then(|| i64::from(digit - b'0'))
}

/// Days since 1970 of a date of the Gregorian calendar: years begin in March, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_calendar_says_is_read() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59.5Z",
            "2025-11-29T01:02:13.123456Z",
            "2026-03-01T00:00:00.000001Z",
            "2100-12-31T12:00:00Z",
        ] {
            let expected = text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
            assert_eq!(read(text.as_bytes()), Some(expected), "{text}");
            assert_eq!(read(written(expected).as_bytes()), Some(expected), "{text}");
        }
        assert_eq!(read(b"1970-01-01T00:00:00.123456789Z"), Some(123_456));
    }

    #[test]
    fn what_is_no_instant_is_not_read() {
        for text in
            ["", "2025-11-29", "2025-11-29T01:02:13", "2025-11-29 01:02:13Z", "2025-11-29T01:02:13.1x3Z"]
        {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
