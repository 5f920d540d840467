//! Which of a course's records are asked for. The same filters serve the table and the exports.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::checkin::{Ending, Source};
use zaichang_platform::db;
use zaichang_platform::http::page::Limit;
use zaichang_platform::http::{Cursor, Problem};

/// The address's query.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordsQuery {
    /// One day in Asia/Shanghai; all days unless said.
    #[param(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
    /// Part of a name, unit or department; a whole card number; or the ending of a receipt.
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
    /// How many: 1 to 200, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Option<Cursor<Place>>,
}

/// Where a record lies in its list: score (0 in the order of time), time, id.
pub(super) type Place = (i32, Timestamp, Uuid);

/// Which records come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
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
    /// A LIKE pattern with its own signs escaped.
    pub pattern: Option<String>,
    pub card_number: Option<String>,
    /// Of a receipt. The course's own index leads to its rows, and each is looked at: an index of endings would cost every
    /// check-in more than half of what writing its row does.
    pub ending: Option<i64>,
    pub source: Option<&'static str>,
    pub screen: Option<i64>,
    pub suspicious: Option<bool>,
    pub order: Order,
}

/// What is asked for, before it is turned into what the queries take.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Chosen {
    pub day: Option<Date>,
    pub q: Option<String>,
    pub source: Option<Source>,
    pub screen: Option<u32>,
    pub suspicious: Option<bool>,
    pub order: Order,
}

impl RecordsQuery {
    pub fn filter(&self, course: i64) -> Result<Filter, Problem> {
        let Self { day, source, screen, suspicious, order, .. } = *self;
        Chosen { day, q: self.q.clone(), source, screen, suspicious, order }.filter(course)
    }
}

impl Chosen {
    pub fn filter(&self, course: i64) -> Result<Filter, Problem> {
        let text = self.text();
        if text.is_some_and(|text| text.chars().count() > 50) {
            return Err(Problem::field("q", "it is 50 characters at most"));
        }
        if text.is_some_and(|text| text.contains('\0')) {
            return Err(Problem::field("q", "U+0000 is in no text"));
        }
        Ok(Filter {
            course,
            day: self.day,
            pattern: text.map(db::containing),
            card_number: text.map(ToOwned::to_owned),
            ending: text.and_then(Ending::read).map(Ending::number),
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
