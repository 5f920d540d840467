//! An announcement as it is written: read and checked at the edge. Pure.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::entered::given;
use zaichang_core::ids::UnitId;
use zaichang_core::unseen::is_unseen;
use zaichang_platform::http::{Problem, Text};

/// The most units that are chosen.
const MOST_UNITS: usize = 50;
/// Nothing is announced for later than so long ahead.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24 * 366);
/// Nor is anything shown for longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 3660);

/// An announcement that is written: a draft until it is published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAnnouncement {
    #[schema(value_type = String, min_length = 2, max_length = 100, example = "2026 年度学分审核安排")]
    title: Text<100>,
    /// Plain text, 1 to 10,000 characters; an empty line ends a paragraph.
    #[schema(value_type = String, min_length = 1, max_length = 10_000)]
    body: Text<10_000>,
    /// Whether the admins of the unit and of those below it read it.
    to_admins: bool,
    /// Whether the people of those units do.
    to_people: bool,
    /// Whether it stands before the others.
    #[serde(default)]
    pinned: bool,
    /// The units at or below one's own that alone read it, each with what lies below it; the whole tree where none is named.
    #[serde(default)]
    #[schema(max_items = 50)]
    unit_ids: Vec<UnitId>,
    /// Until when it is read; without end where it is left out.
    #[serde(default)]
    shown_until: Option<Timestamp>,
}

/// What of an announcement is to be changed; what is left out stays.
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnouncementChange {
    #[schema(value_type = Option<String>, min_length = 2, max_length = 100)]
    title: Option<Text<100>>,
    #[schema(value_type = Option<String>, min_length = 1, max_length = 10_000)]
    body: Option<Text<10_000>>,
    to_admins: Option<bool>,
    to_people: Option<bool>,
    pinned: Option<bool>,
    #[schema(max_items = 50)]
    unit_ids: Option<Vec<UnitId>>,
    /// Null: without end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    shown_until: Option<Option<Timestamp>>,
}

/// When an announcement is published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Publishing {
    /// At once where it is left out.
    #[serde(default)]
    at: Option<Timestamp>,
}

/// What an announcement says and to whom, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub title: String,
    pub body: String,
    pub to_admins: bool,
    pub to_people: bool,
    pub pinned: bool,
    pub only_units: Vec<i64>,
    pub shown_until: Option<Timestamp>,
}

impl NewAnnouncement {
    pub fn read(self, now: Timestamp) -> Result<Words, Problem> {
        let Self { title, body, to_admins, to_people, pinned, unit_ids, shown_until } = self;
        has_readers(to_admins, to_people)?;
        Ok(Words {
            title: read_title(&title)?,
            body: read_body(&body)?,
            to_admins,
            to_people,
            pinned,
            only_units: units(&unit_ids)?,
            shown_until: shown_until.map(|until| read_until(until, now)).transpose()?,
        })
    }
}

impl AnnouncementChange {
    /// What stands with these changes.
    pub fn over(self, stands: Words, now: Timestamp) -> Result<Words, Problem> {
        let Self { title, body, to_admins, to_people, pinned, unit_ids, shown_until } = self;
        let to_admins = to_admins.unwrap_or(stands.to_admins);
        let to_people = to_people.unwrap_or(stands.to_people);
        has_readers(to_admins, to_people)?;
        Ok(Words {
            title: title.map_or(Ok(stands.title), |title| read_title(&title))?,
            body: body.map_or(Ok(stands.body), |body| read_body(&body))?,
            to_admins,
            to_people,
            pinned: pinned.unwrap_or(stands.pinned),
            only_units: unit_ids.map_or(Ok(stands.only_units), |ids| units(&ids))?,
            shown_until: match shown_until {
                None => stands.shown_until,
                Some(until) => until.map(|until| read_until(until, now)).transpose()?,
            },
        })
    }
}

impl Publishing {
    /// The instant from which on it is read.
    pub fn read(&self, now: Timestamp) -> Result<Timestamp, Problem> {
        match self.at {
            None => Ok(now),
            Some(at) if at > now && at <= now + FARTHEST => Ok(at),
            Some(_) => Err(Problem::field("at", "it is later than now, within a year")),
        }
    }
}

fn has_readers(to_admins: bool, to_people: bool) -> Result<(), Problem> {
    if to_admins || to_people {
        Ok(())
    } else {
        Err(Problem::field("to_admins", "it is for admins, for people, or for both"))
    }
}

fn units(ids: &[UnitId]) -> Result<Vec<i64>, Problem> {
    let mut ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MOST_UNITS {
        return Err(Problem::field("unit_ids", "they are 50 at most"));
    }
    Ok(ids)
}

fn read_until(until: Timestamp, now: Timestamp) -> Result<Timestamp, Problem> {
    if until > now && until <= now + LONGEST {
        Ok(until)
    } else {
        Err(Problem::field("shown_until", "it is later than now, within ten years"))
    }
}

fn read_title(typed: &str) -> Result<String, Problem> {
    let title = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() < 2 || title.chars().any(is_unseen) {
        return Err(Problem::field("title", "it is 2 to 100 characters on one line"));
    }
    Ok(title)
}

/// Lines end with a line feed alone, and no more than one empty line stands between two paragraphs.
fn read_body(typed: &str) -> Result<String, Problem> {
    let typed = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let mut written = String::with_capacity(typed.len());
    let mut empty = 0;
    for line in typed.trim().lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            written.push_str(line);
            written.push('\n');
        }
    }
    written.truncate(written.trim_end().len());
    let length = written.chars().count();
    if !(1..=10_000).contains(&length) || written.chars().any(|letter| letter != '\n' && is_unseen(letter)) {
        return Err(Problem::field("body", "it is 1 to 10,000 characters of plain text"));
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn read(entry: Value) -> Result<Words, Option<String>> {
        let entry = zaichang_platform::http::body::parse::<NewAnnouncement>(entry.to_string().as_bytes());
        entry.and_then(|entry| entry.read(NOW)).map_err(|problem| problem.field)
    }

    #[test]
    fn what_is_typed_is_put_in_order_and_each_fault_is_named() {
        let entry = |title: &str, body: &str, to_admins: bool| {
            read(json!({ "title": title, "body": body, "to_admins": to_admins, "to_people": false }))
        };
        let read = entry(" 学分  审核 ", "\r\n各单位：\r\n\r\n\r\n\r\n\t请按时报送。 \r\n", true).unwrap();
        assert_eq!((read.title.as_str(), read.body.as_str()), ("学分 审核", "各单位：\n\n    请按时报送。"));
        for (title, body, to, field) in [
            ("学", "正文", true, "title"),
            ("学\u{202e}分审核", "正文", true, "title"),
            ("学分审核", " \n ", true, "body"),
            ("学分审核", "正\u{7}文", true, "body"),
            ("学分审核", "正文", false, "to_admins"),
        ] {
            assert_eq!(entry(title, body, to), Err(Some(field.to_owned())), "{title} {body}");
        }
        assert!(entry("学分审核", &"文".repeat(10_001), true).is_err());
        assert!(entry("学分审核", &"文".repeat(10_000), true).is_ok());
    }

    #[test]
    fn what_is_left_out_of_a_change_stays_and_null_takes_the_end_away() {
        let stands =
            read(json!({ "title": "学分审核", "body": "正文", "to_admins": true, "to_people": false,
            "unit_ids": [3, 2, 3], "shown_until": "1970-02-01T00:00:00Z" }));
        let stands = stands.unwrap();
        assert_eq!(stands.only_units, [2, 3]);
        let over = |change: Value| {
            let change: AnnouncementChange = serde_json::from_value(change).unwrap();
            change.over(stands.clone(), NOW).map_err(|problem| problem.field)
        };
        assert_eq!(over(json!({})), Ok(stands.clone()));
        assert_eq!(over(json!({ "shown_until": null })).unwrap().shown_until, None);
        assert_eq!(over(json!({ "to_admins": false })), Err(Some("to_admins".to_owned())));
        assert_eq!(
            over(json!({ "shown_until": "1969-01-01T00:00:00Z" })),
            Err(Some("shown_until".to_owned()))
        );
        assert_eq!(over(json!({ "unit_ids": vec![1; 60] })).unwrap().only_units, [1]);
        let many: Vec<_> = (0..51).collect();
        assert_eq!(over(json!({ "unit_ids": many })), Err(Some("unit_ids".to_owned())));
    }

    #[test]
    fn it_is_published_at_once_or_later_within_a_year() {
        let at = |at: &str| Publishing { at: Some(at.parse().unwrap()) }.read(NOW).is_ok();
        assert_eq!(Publishing { at: None }.read(NOW).unwrap(), NOW);
        assert!(at("1970-01-01T00:00:01Z") && !at("1970-01-01T00:00:00Z") && !at("1972-01-01T00:00:00Z"));
    }
}
