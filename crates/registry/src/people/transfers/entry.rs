//! What is typed of a transfer: from when somebody is let go and why; and whom another unit looks for. Read and checked at the edge, pure.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::document::{Document, DocumentKind};
use crate::entered::name_as_entered;
use zaichang_core::ids::UnitId;
use zaichang_platform::http::{Problem, Text};
use zaichang_platform::review::Reason;

/// How many days ahead or back the first day may lie.
const DAYS: i64 = 90;

/// That a unit lets somebody go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPersonTransfer)]
pub(super) struct NewTransfer {
    /// The first day on which another unit may take them in: of the last 90 or the next 90.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The open unit that alone may take them in. Null or left out: any unit, within 90 days.
    unit_id: Option<UnitId>,
    /// Why, 2 to 200 characters.
    #[schema(value_type = String, min_length = 2, max_length = 200, example = "调往其他单位")]
    reason: Text<400>,
}

/// The same, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LetGo {
    pub from: Date,
    /// The unit that alone may take them in.
    pub unit: Option<UnitId>,
    pub reason: String,
}

impl NewTransfer {
    pub fn read(&self, today: Date) -> Result<LetGo, Problem> {
        let days = today.saturating_sub(DAYS.days())..=today.saturating_add(DAYS.days());
        if !days.contains(&self.from) {
            return Err(Problem::field("from", "it is a day of the last 90 or the next 90"));
        }
        Ok(LetGo { from: self.from, unit: self.unit_id, reason: Reason::read(&self.reason)?.into() })
    }
}

/// Whom a unit looks for that takes them in, by their document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferSearch)]
pub(super) struct NewSearch {
    /// The whole name.
    #[schema(value_type = String, max_length = 100)]
    name: Text<100>,
    document: DocumentKind,
    /// The whole number of the document.
    #[schema(value_type = String, max_length = 40)]
    number: Text<40>,
}

/// Whom a unit takes in: again by their document, so that no person is taken in whose document the unit has not seen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TransferTaking)]
pub(super) struct NewTaking {
    /// Of the transfer that was found.
    transfer_id: i64,
    /// The whole name.
    #[schema(value_type = String, max_length = 100)]
    name: Text<100>,
    document: DocumentKind,
    /// The whole number of the document.
    #[schema(value_type = String, max_length = 40)]
    number: Text<40>,
    /// An open one of the own unit, at whatever depth; null where there is none.
    department_id: Option<UnitId>,
}

/// Somebody by name and document.
pub(super) struct Sought {
    pub name: String,
    pub document: Document,
}

fn sought(name: &str, kind: DocumentKind, number: &str, today: Date) -> Result<Sought, Problem> {
    let name = name_as_entered(name).ok_or_else(|| {
        Problem::field("name", "it is the name in the document: 1 to 50 letters, without digits or signs")
    })?;
    let document =
        Document::parse(kind, number, today).map_err(|wrong| Problem::field("number", wrong.to_string()))?;
    Ok(Sought { name, document })
}

impl NewSearch {
    pub fn read(&self, today: Date) -> Result<Sought, Problem> {
        sought(&self.name, self.document, &self.number, today)
    }
}

/// The same, checked.
pub(super) struct Taking {
    /// Which transfer was seen.
    pub transfer: i64,
    pub sought: Sought,
    pub department: Option<UnitId>,
}

impl NewTaking {
    pub fn read(&self, today: Date) -> Result<Taking, Problem> {
        let sought = sought(&self.name, self.document, &self.number, today)?;
        Ok(Taking { transfer: self.transfer_id, sought, department: self.department_id })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let today = date(2026, 11, 30);
        let let_go = |json: &str| serde_json::from_str::<NewTransfer>(json).unwrap().read(today);
        let fits = let_go(r#"{"from":"2027-02-28","reason":" 调往其他单位 "}"#).unwrap();
        assert_eq!(fits, LetGo { from: date(2027, 2, 28), unit: None, reason: "调往其他单位".into() });
        for (wrong, field) in [
            (r#"{"from":"2027-03-01","reason":"调往其他单位"}"#, "from"),
            (r#"{"from":"2026-08-31","reason":"调往其他单位"}"#, "from"),
            (r#"{"from":"2026-11-30","reason":"调"}"#, "reason"),
        ] {
            assert_eq!(let_go(wrong).unwrap_err().field.as_deref(), Some(field), "{wrong}");
        }
        let search = |json: &str| serde_json::from_str::<NewSearch>(json).unwrap().read(today).map(drop);
        for (wrong, field) in [
            (r#"{"name":"7","document":"passport","number":"E12345678"}"#, "name"),
            (r#"{"name":"王伟","document":"passport","number":"E1"}"#, "number"),
            (r#"{"name":"王伟","document":"id_card","number":"430102198001010010"}"#, "number"),
        ] {
            assert_eq!(search(wrong).unwrap_err().field.as_deref(), Some(field), "{wrong}");
        }
        search(r#"{"name":"王 伟","document":"passport","number":"e12345678"}"#).unwrap();
    }
}
