//! When a course may be attended: inside the declared period, within the day's opening hours. Pure; Asia/Shanghai throughout.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use zaichang_core::clock::{day_of, instant_of, minute_of_day};

/// Declared dates on which a project is really held, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

/// The minutes of the day between which people may check in: `opens` included, `closes` not; 1440 is midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpeningHours {
    pub opens: i16,
    pub closes: i16,
}

/// Where an instant lies for a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    Open,
    /// Today is a declared day, and it opens then.
    NotOpen {
        opens_at: Timestamp,
    },
    /// Today is a declared day, and it is over.
    Over,
    /// Today is not declared; the next declared day opens then, if there is one.
    OutsidePeriod {
        opens_at: Option<Timestamp>,
    },
}

/// Where `at` lies for these periods (in order) and hours.
pub fn window(periods: &[Period], hours: OpeningHours, at: Timestamp) -> Window {
    let today = day_of(at);
    if !periods.iter().any(|period| period.from <= today && today <= period.to) {
        let next = periods.iter().map(|period| period.from).filter(|from| *from > today).min();
        return Window::OutsidePeriod { opens_at: next.map(|day| instant_of(day, hours.opens)) };
    }
    match minute_of_day(at) {
        minute if minute < hours.opens => Window::NotOpen { opens_at: instant_of(today, hours.opens) },
        minute if minute >= hours.closes => Window::Over,
        _ => Window::Open,
    }
}

/// Minutes after midnight as `HH:MM`, up to `24:00`.
pub fn written(minute: i16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads `HH:MM`, `24:00` included.
pub fn read(text: &str) -> Option<i16> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2
        || minutes.len() != 2
        || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
    {
        return None;
    }
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 1440).then_some(minute)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("{text}+08:00").parse().unwrap()
    }

    #[test]
    fn the_window_of_a_course_has_exact_edges() {
        let periods = [
            Period { from: date(2025, 11, 29), to: date(2025, 11, 30) },
            Period { from: date(2025, 12, 6), to: date(2025, 12, 6) },
        ];
        let hours = OpeningHours { opens: 420, closes: 1080 };
        let table = [
            ("2025-11-28T12:00:00", Window::OutsidePeriod { opens_at: Some(at("2025-11-29T07:00:00")) }),
            ("2025-11-29T00:00:00", Window::NotOpen { opens_at: at("2025-11-29T07:00:00") }),
            ("2025-11-29T06:59:59.999", Window::NotOpen { opens_at: at("2025-11-29T07:00:00") }),
            ("2025-11-29T07:00:00", Window::Open),
            ("2025-11-30T17:59:59.999", Window::Open),
            ("2025-11-30T18:00:00", Window::Over),
            ("2025-12-01T09:00:00", Window::OutsidePeriod { opens_at: Some(at("2025-12-06T07:00:00")) }),
            ("2025-12-07T09:00:00", Window::OutsidePeriod { opens_at: None }),
        ];
        for (instant, expected) in table {
            assert_eq!(window(&periods, hours, at(instant)), expected, "{instant}");
        }
    }

    #[test]
    fn a_course_of_the_whole_day_never_closes_within_it() {
        let periods = [Period { from: date(2025, 11, 29), to: date(2025, 11, 29) }];
        let hours = OpeningHours { opens: 0, closes: 1440 };
        assert_eq!(window(&periods, hours, at("2025-11-29T00:00:00")), Window::Open);
        assert_eq!(window(&periods, hours, at("2025-11-29T23:59:59.999")), Window::Open);
    }

    #[test]
    fn hours_are_written_as_they_are_read() {
        for minute in 0..=1440 {
            assert_eq!(read(&written(minute)), Some(minute));
        }
        for wrong in ["", "7:00", "24:01", "25:00", "07:60", "+7:00", "07-00", "０７:00", "07:00:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
