//! Which acts of the log are chosen: by whom, what, to which thing, when, and what is written of it. Pure.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::Problem;
use crate::list::{self, day};
use crate::search::Search;
use zaichang_core::clock::instant_of;

/// Days that are shown unless others are asked for, the last one included.
const DAYS: i64 = 30;

/// The newest come first. Without a first day it is the 30 days up to the last one, or to today.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Chosen {
    /// Who acted: the id of an account.
    #[param(minimum = 1)]
    pub account: Option<i64>,
    /// What was done: `open_screen`.
    #[param(max_length = 50, example = "open_screen")]
    pub action: Option<String>,
    /// To what it was done, or what it was about: `course`, `screen`, `person`, `account`, `spot_check`.
    #[param(max_length = 50, example = "course")]
    pub noun: Option<String>,
    /// Which of these; goes with `noun`.
    #[param(minimum = 1)]
    pub noun_id: Option<i64>,
    /// The first day in Asia/Shanghai; 29 days before the last unless said.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The last day in Asia/Shanghai; what is written now is the last unless said.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Part of the name or login of who acted, of their unit's name (of what a unit above has done: of the unit's to which it was), or
    /// of what is written of the act.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

/// Where an act lies in the log: its instant and its id.
pub(super) type Keyset = (Timestamp, i64);

impl list::Filter for Chosen {
    type Keyset = Keyset;

    /// No act is older than the computers' time.
    fn goes_on_after(&self, (at, _): &Keyset) -> bool {
        *at >= Timestamp::UNIX_EPOCH
    }
}

/// The filter as the queries take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub account: Option<i64>,
    pub action: Option<String>,
    pub noun: Option<String>,
    pub noun_id: Option<i64>,
    pub days: Days,
    /// Included.
    pub from: Timestamp,
    /// Not included.
    pub until: Option<Timestamp>,
    pub search: Option<Search>,
    /// Whether more days are asked for than are shown by themselves.
    pub is_long: bool,
}

impl Filter {
    /// Whether many acts may be looked through for few.
    pub fn looks_through(&self) -> bool {
        self.is_in_no_index() || self.is_long
    }

    /// No index has the words of acts, nor what was done to what.
    pub fn is_in_no_index(&self) -> bool {
        self.search.is_some() || self.action.is_some() || self.noun.is_some()
    }

    /// The place before which the chosen acts lie: one that was reached, or the first instant that is not asked for.
    pub fn before(&self, reached: Option<Keyset>) -> Keyset {
        let end = (self.until.unwrap_or(Timestamp::MAX), 0);
        reached.map_or(end, |reached| reached.min(end))
    }
}

/// The days that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub from: Date,
    pub to: Option<Date>,
}

impl Days {
    /// Of days that were asked for, or the usual ones: a log of many years is not read as a whole to find a word in it.
    fn of(from: Option<Date>, to: Option<Date>, today: Date) -> Self {
        Self { from: from.unwrap_or_else(|| Self::usual(to, today)), to }
    }

    /// The first day unless another is asked for.
    fn usual(to: Option<Date>, today: Date) -> Date {
        to.unwrap_or(today).min(today).saturating_sub((DAYS - 1).days())
    }
}

impl Chosen {
    /// Refuses, by its field, what is no word or no day of the log.
    pub fn filter(&self, today: Date) -> Result<Filter, Problem> {
        let word = |field: &str, word: &Option<String>| match word {
            Some(text) if !is_word(text) => {
                Err(Problem::field(field, "it is a word of 1 to 50 letters a to z and _"))
            }
            word => Ok(word.clone()),
        };
        if self.noun_id.is_some() && self.noun.is_none() {
            return Err(Problem::field("noun", "it goes with noun_id"));
        }
        let (from, to) = (day("from", self.from)?, day("to", self.to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Problem::field("to", "it is not before from"));
        }
        let days = Days::of(from, to, today);
        Ok(Filter {
            account: self.account,
            action: word("action", &self.action)?,
            noun: word("noun", &self.noun)?,
            noun_id: self.noun_id,
            days,
            from: instant_of(days.from, 0),
            until: to.map(|day| instant_of(day.saturating_add(1.day()), 0)),
            search: Search::of(self.q.as_deref())?,
            is_long: days.from < Days::usual(to, today),
        })
    }
}

fn is_word(text: &str) -> bool {
    (1..=50).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2025, 11, 30);

    #[test]
    fn both_days_are_included_in_shanghai() {
        let day = Some(date(2025, 11, 29));
        let filter = Chosen { from: day, to: day, ..Chosen::default() }.filter(TODAY).unwrap();
        assert_eq!(filter.from, "2025-11-29T00:00:00+08:00".parse().unwrap());
        assert_eq!(filter.until, Some("2025-11-30T00:00:00+08:00".parse().unwrap()));
    }

    #[test]
    fn unless_days_are_asked_for_thirty_are_shown() {
        let (early, late) = (date(2024, 2, 29), date(2030, 1, 1));
        let table = [
            (None, None, date(2025, 11, 1)),
            (None, Some(TODAY), date(2025, 11, 1)),
            (None, Some(early), date(2024, 1, 31)),
            // What is to come adds no days to what was.
            (None, Some(late), date(2025, 11, 1)),
            (Some(early), None, early),
            (Some(early), Some(late), early),
        ];
        for (from, to, first) in table {
            let days = Days { from: first, to };
            assert_eq!(
                Chosen { from, to, ..Chosen::default() }.filter(TODAY).unwrap().days,
                days,
                "{from:?} {to:?}"
            );
        }
    }

    #[test]
    fn what_no_index_finds_is_a_search() {
        let looks = |chosen: Chosen| chosen.filter(TODAY).unwrap().looks_through();
        let word = Some("open_screen".to_owned());
        assert!(!looks(Chosen::default()));
        assert!(!looks(Chosen { account: Some(7), from: Some(date(2025, 11, 1)), ..Chosen::default() }));
        assert!(looks(Chosen { from: Some(date(2025, 10, 31)), ..Chosen::default() }));
        assert!(looks(Chosen { action: word.clone(), ..Chosen::default() }));
        assert!(looks(Chosen { noun: word, ..Chosen::default() }));
        assert!(looks(Chosen { q: Some("王".to_owned()), ..Chosen::default() }));
    }

    #[test]
    fn what_cannot_be_asked_for_names_its_field() {
        let word = |text: &str| Some(text.to_owned());
        let table = [
            (Chosen { action: word("打开投屏"), ..Chosen::default() }, "action"),
            (Chosen { action: word(""), ..Chosen::default() }, "action"),
            (Chosen { noun: word(&"x".repeat(51)), ..Chosen::default() }, "noun"),
            (Chosen { noun_id: Some(7), ..Chosen::default() }, "noun"),
            (Chosen { from: Some(date(-5, 1, 1)), ..Chosen::default() }, "from"),
            (Chosen { to: Some(Date::MAX), ..Chosen::default() }, "to"),
            (
                Chosen { from: Some(date(2025, 11, 30)), to: Some(date(2025, 11, 29)), ..Chosen::default() },
                "to",
            ),
            (Chosen { q: word(&"长".repeat(51)), ..Chosen::default() }, "q"),
        ];
        for (chosen, field) in table {
            assert_eq!(chosen.filter(TODAY).unwrap_err().field.as_deref(), Some(field), "{chosen:?}");
        }
    }
}
