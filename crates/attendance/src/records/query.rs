//! Which of a course's records are chosen: one filter for the table, its totals and the exports.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::checkin::{Ending, Source};
use zaichang_platform::http::Problem;
use zaichang_platform::list;
use zaichang_platform::search::Search;

/// Where a record lies in its list: before it come those of greater keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Keyset {
    /// Score, time, id.
    BySuspicion(i32, Timestamp, Uuid),
    ByTime(Timestamp, Uuid),
}

/// Which records come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RecordOrder)]
pub(super) enum Order {
    /// The newest.
    #[default]
    Time,
    /// The most suspicious; the newest among equals.
    Suspicion,
}

/// The filters as the queries take them.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub course: i64,
    pub day: Option<Date>,
    pub search: Option<Search>,
    /// Of a receipt. The course's own index leads to its rows, and each is looked at: an index of endings would cost every
    /// check-in more than half of what writing its row does.
    pub ending: Option<i64>,
    pub source: Option<&'static str>,
    pub screen: Option<i64>,
    pub suspicious: Option<bool>,
    pub order: Order,
}

/// Which of a course's records are chosen, and in which order: what the table and the exports are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Chosen {
    /// One day in Asia/Shanghai; all days unless said.
    #[param(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
    /// Part of a name, unit or department; the beginning of a name's pinyin, or its initials; a whole card number; or the ending
    /// of a receipt.
    #[param(max_length = 50)]
    pub q: Option<String>,
    #[param(inline)]
    pub source: Option<Source>,
    /// The number of a screen.
    pub screen: Option<u32>,
    /// Only those that the rules list as suspicious, or only the others.
    pub suspicious: Option<bool>,
    #[serde(default)]
    #[param(inline)]
    pub order: Order,
}

impl list::Filter for Chosen {
    type Keyset = Keyset;

    fn goes_on_after(&self, place: &Keyset) -> bool {
        match (self.order, place) {
            // No check-in is older than the computers' time.
            (Order::Time, Keyset::ByTime(at, _)) | (Order::Suspicion, Keyset::BySuspicion(_, at, _)) => {
                *at >= Timestamp::UNIX_EPOCH
            }
            _ => false,
        }
    }
}

impl Chosen {
    pub fn filter(&self, course: i64) -> Result<Filter, Problem> {
        let search = Search::of(self.q.as_deref())?;
        let ending = search.as_ref().and_then(|search| Ending::read(search.text()));
        Ok(Filter {
            course,
            day: list::day("day", self.day)?,
            search,
            ending: ending.map(Ending::number),
            source: self.source.map(Source::word),
            screen: self.screen.map(i64::from),
            suspicious: self.suspicious,
            order: self.order,
        })
    }

    /// Whether it leaves records out.
    pub fn is_part(&self) -> bool {
        let Self { day, source, screen, suspicious, .. } = self;
        day.is_some() || source.is_some() || screen.is_some() || suspicious.is_some() || self.text().is_some()
    }

    pub fn text(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}
