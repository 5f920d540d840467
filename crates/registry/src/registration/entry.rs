//! What is entered in a registration, field by field: read and checked at the edge, pure. Whether a unit or a number is there
//! already is asked elsewhere.

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::proposed::{NewProposedUnit, ProposedUnit};
use crate::document::{Document, DocumentKind};
use crate::entered::{SpecialtyText, given, name_as_entered, read_specialty};
use crate::people::PRIVACY_NOTICE;
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::ids::UnitId;
use zaichang_platform::http::{Problem, Text};

/// A name as it is typed; its row holds 50 characters.
type NameText = Text<60>;
type NumberText = Text<40>;

/// What the applicant enters: any of the fields, those of one step of the form or all of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistrationEntry)]
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct Entry {
    /// As in the document.
    #[schema(value_type = Option<String>, max_length = 60, example = "王伟")]
    name: Option<NameText>,
    /// With `number`.
    document: Option<DocumentKind>,
    /// With `document`: 18 characters of an ID card, the last of which fits the others.
    #[schema(value_type = Option<String>, max_length = 40)]
    number: Option<NumberText>,
    /// One of the kind `unit`; another one takes the department away.
    unit_id: Option<UnitId>,
    /// Of that unit; null where it has none, or where none is known.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<UnitId>)]
    department_id: Option<Option<UnitId>>,
    /// The unit that is missing, in the place of `unit_id`: its authority decides, and the registration goes on by itself. Null
    /// takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NewProposedUnit>)]
    proposed_unit: Option<Option<NewProposedUnit>>,
    title_series: Option<TitleSeries>,
    title_level: Option<TitleLevel>,
    #[schema(value_type = Option<String>, max_length = 60, example = "心血管内科")]
    specialty: Option<SpecialtyText>,
    /// Whether they take part in CME.
    takes_part: Option<bool>,
    /// The version of the privacy notice that was on screen and agreed to.
    #[schema(example = "2026-11-29", max_length = 10)]
    consent: Option<String>,
}

/// What is to stand from now on, checked; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::option_option, reason = "what is left out stays, null takes it away")]
pub(super) struct ValidEntry {
    pub name: Option<String>,
    pub document: Option<Document>,
    pub unit: Option<UnitId>,
    pub department: Option<Option<UnitId>>,
    pub proposed: Option<Option<ProposedUnit>>,
    pub series: Option<TitleSeries>,
    pub level: Option<TitleLevel>,
    pub specialty: Option<String>,
    pub takes_part: Option<bool>,
    pub consents: bool,
}

impl Entry {
    /// As its applicant enters it.
    pub fn read(self, today: Date) -> Result<ValidEntry, Problem> {
        let document = match (self.document, self.number.as_deref()) {
            (None, None) => None,
            (Some(kind), Some(number)) => {
                let document = Document::parse(kind, number, today);
                Some(document.map_err(|error| Problem::field("number", error.to_string()))?)
            }
            (Some(_), None) => return Err(Problem::field("number", "it is required with document")),
            (None, Some(_)) => return Err(Problem::field("document", "it is required with number")),
        };
        if self.consent.as_deref().is_some_and(|version| version != PRIVACY_NOTICE) {
            return Err(Problem::field("consent", "it is not the version of the notice that holds now"));
        }
        let consents = self.consent.is_some();
        if self.unit_id.is_some() && matches!(self.proposed_unit, Some(Some(_))) {
            return Err(Problem::field("proposed_unit", "a unit is chosen or proposed, not both"));
        }
        let proposed = match self.proposed_unit {
            Some(Some(unit)) => Some(Some(unit.read()?)),
            Some(None) => Some(None),
            None => None,
        };
        Ok(ValidEntry {
            name: self.name.as_deref().map(read_name).transpose()?,
            document,
            unit: self.unit_id,
            department: self.department_id,
            proposed,
            series: self.title_series,
            level: self.title_level,
            specialty: self.specialty.as_deref().map(read_specialty).transpose()?,
            takes_part: self.takes_part,
            consents,
        })
    }

    /// As the unit puts it right before it approves: the document and the consent are the applicant's alone.
    pub fn read_correction(self, today: Date) -> Result<ValidEntry, Problem> {
        for (field, given) in [
            ("document", self.document.is_some()),
            ("number", self.number.is_some()),
            ("consent", self.consent.is_some()),
            ("proposed_unit", self.proposed_unit.is_some()),
        ] {
            if given {
                return Err(Problem::field(
                    field,
                    "the applicant alone enters it: return the registration to them",
                ));
            }
        }
        self.read(today)
    }
}

fn read_name(typed: &str) -> Result<String, Problem> {
    name_as_entered(typed).ok_or_else(|| Problem::field("name", "it is 1 to 50 letters, as in the document"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(entry: Value) -> Result<ValidEntry, Option<String>> {
        let entry = zaichang_platform::http::body::parse::<Entry>(entry.to_string().as_bytes());
        entry.and_then(|entry| entry.read("2026-11-29".parse().unwrap())).map_err(|problem| problem.field)
    }

    #[test]
    fn each_field_is_checked_and_named() {
        let table = [
            (json!({ "name": "" }), "name"),
            (json!({ "name": "王伟1" }), "name"),
            (json!({ "name": "王伟\u{3164}" }), "name"),
            (json!({ "name": "王".repeat(51) }), "name"),
            (json!({ "document": "id_card" }), "number"),
            (json!({ "number": "11010519491231002X" }), "document"),
            (json!({ "document": "id_card", "number": "110105194912310021" }), "number"),
            (json!({ "document": "passport", "number": "E1:2" }), "number"),
            (json!({ "specialty": " " }), "specialty"),
            (json!({ "specialty": "内\n科" }), "specialty"),
            (json!({ "specialty": "内科\u{200b}" }), "specialty"),
            (json!({ "consent": "2020-01-01" }), "consent"),
            (
                json!({ "unit_id": 7, "proposed_unit": { "name": "口腔门诊部", "division": "430104" } }),
                "proposed_unit",
            ),
        ];
        for (entry, field) in table {
            assert_eq!(read(entry.clone()), Err(Some(field.to_owned())), "{entry}");
        }
        assert!(read(json!({ "title_level": "emperor" })).is_err());
        assert!(read(json!({ "unknown": 1 })).is_err());
    }

    #[test]
    fn what_is_typed_is_put_right_and_null_is_something_else_than_nothing() {
        assert_eq!(read(json!({ "name": " 王 小明 " })).unwrap().name.as_deref(), Some("王小明"));
        assert_eq!(read(json!({ "name": "买买提・艾力" })).unwrap().name.as_deref(), Some("买买提·艾力"));
        assert_eq!(read(json!({ "name": "䶮" })).unwrap().name.as_deref(), Some("䶮"));
        assert_eq!(read(json!({ "name": "Ann  O'Neill" })).unwrap().name.as_deref(), Some("Ann O'Neill"));
        assert_eq!(read(json!({})).unwrap(), ValidEntry::default());
        assert_eq!(read(json!({ "department_id": null })).unwrap().department, Some(None));
        assert_eq!(read(json!({ "department_id": 7 })).unwrap().department, Some(Some(UnitId(7))));
    }
}
