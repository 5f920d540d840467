//! Titles on the wire: those that a person has and had, and one that is to be kept.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sql::{Entry, Title};
use crate::title::{TitleLevel, TitleSeries, title};
use zaichang_platform::http::{Problem, Version};

/// The titles that a person has and had.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonTitles)]
pub(super) struct TitlesBody {
    /// Of the person: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    pub version: Version,
    /// The newest first, 100 at most: the first is in force.
    pub items: Vec<TitleBody>,
}

/// A title, from its day until the next.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonTitle)]
pub(super) struct TitleBody {
    id: i64,
    #[schema(example = "主治医师")]
    title: String,
    /// Null, with the level, where it was not entered of which of the series it is.
    title_series: Option<TitleSeries>,
    title_level: Option<TitleLevel>,
    /// 聘任 or 取得; null where it is not known.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// By name; null of what was there before titles were kept.
    entered_by: Option<String>,
    entered_at: Option<Timestamp>,
    /// The wrong entry in whose place it stands.
    corrects: Option<CorrectedBody>,
}

/// A title that was a wrong entry, as it stood.
#[derive(Serialize, ToSchema)]
#[schema(as = CorrectedPersonTitle)]
pub(super) struct CorrectedBody {
    #[schema(example = "主治医师")]
    title: String,
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
}

impl From<Entry> for TitleBody {
    fn from(entry: Entry) -> Self {
        let Entry { id, title: Title { title, titled, from }, entered_by, entered_at, corrects } = entry;
        let (title_series, title_level) = titled.unzip();
        let corrects = corrects.map(|(title, from)| CorrectedBody { title, from });
        Self { id, title, title_series, title_level, from, entered_by, entered_at, corrects }
    }
}

/// A title that a person has from a day on: a new one, or an earlier one that was missing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPersonTitle)]
pub(super) struct NewTitle {
    title_series: TitleSeries,
    title_level: TitleLevel,
    /// 聘任 or 取得: a day since 1950, today at the latest.
    #[schema(value_type = String, format = Date)]
    from: Date,
}

impl NewTitle {
    pub fn read(&self, today: Date) -> Result<Title, Problem> {
        let from = Some(first_day("from", self.from, today)?);
        let (series, level) = (self.title_series, self.title_level);
        Ok(Title { title: title(series, level).to_owned(), titled: Some((series, level)), from })
    }
}

/// The day, if a title can hold from it; refused by its field.
pub(in crate::people) fn first_day(field: &'static str, day: Date, today: Date) -> Result<Date, Problem> {
    if day.year() < 1950 || day > today {
        return Err(Problem::field(field, "it is a day since 1950, today at the latest"));
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_title_holds_from_a_day_that_has_come() {
        let read = |json: &str| serde_json::from_str::<NewTitle>(json).unwrap().read(date(2026, 11, 30));
        let fits = read(r#"{"title_series":"nurse","title_level":"junior","from":"2026-11-30"}"#).unwrap();
        assert_eq!((fits.title.as_str(), fits.from), ("护师", Some(date(2026, 11, 30))));
        for wrong in ["2026-12-01", "1949-12-31", "9999-12-31"] {
            let json = format!(r#"{{"title_series":"nurse","title_level":"junior","from":"{wrong}"}}"#);
            assert_eq!(read(&json).unwrap_err().field.as_deref(), Some("from"), "{wrong}");
        }
    }
}
