//! A unit that an applicant does not find and proposes in its place: as it is entered, checked and kept. Pure. It must not know who
//! decides whether there is one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::units::{Category, name_as_kept};
use zaichang_core::unseen::holds_unseen;
use zaichang_platform::audit::holds_a_number;
use zaichang_platform::http::{Problem, Text};

/// A unit as its applicant enters it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProposedUnit)]
pub(super) struct NewProposedUnit {
    /// Its full name.
    #[schema(value_type = String, min_length = 2, max_length = 100, example = "岳麓区望月湖口腔门诊部")]
    name: Text<100>,
    /// Where it lies: the code of the county, or of the city or province where nothing smaller is known.
    #[schema(value_type = String, min_length = 6, max_length = 6, example = "430104")]
    division: Text<6>,
    #[serde(default)]
    category: Category,
    /// Where it is found, or how it is called up: 2 to 100 characters, without anybody's own phone number.
    #[schema(value_type = Option<String>, max_length = 100, example = "望月湖路 12 号")]
    address: Option<Text<100>>,
}

/// The same as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProposedUnit {
    pub name: String,
    /// The division's code.
    pub division: String,
    pub category: Category,
    pub address: Option<String>,
}

impl NewProposedUnit {
    pub fn read(self) -> Result<ProposedUnit, Problem> {
        let name = name_as_kept(&self.name).filter(|name| !holds_a_number(name)).ok_or_else(|| {
            Problem::field("proposed_unit.name", "it is 2 to 100 characters, all of which can be seen")
        })?;
        let typed = self.address.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
        let address = typed.map(|typed| {
            if (2..=100).contains(&typed.chars().count()) && !holds_unseen(typed) && !holds_a_number(typed) {
                Ok(typed.to_owned())
            } else {
                Err(Problem::field(
                    "proposed_unit.address",
                    "it is 2 to 100 characters on one line, without a mobile or an ID number",
                ))
            }
        });
        Ok(ProposedUnit {
            name,
            division: self.division.into(),
            category: self.category,
            address: address.transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(unit: &Value) -> Result<ProposedUnit, Option<String>> {
        let unit = zaichang_platform::http::body::parse::<NewProposedUnit>(unit.to_string().as_bytes());
        unit.and_then(NewProposedUnit::read).map_err(|problem| problem.field)
    }

    #[test]
    fn a_proposed_unit_is_kept_as_units_are_and_holds_nobody_s_number() {
        let kept =
            read(&json!({ "name": " 望月湖  口腔门诊部 ", "division": "430104", "address": " " })).unwrap();
        assert_eq!((kept.name.as_str(), kept.address), ("望月湖 口腔门诊部", None));
        let called_up =
            json!({ "name": "望月湖口腔", "division": "430104", "address": "0731-84445678 转 2" });
        assert_eq!(read(&called_up).unwrap().address.as_deref(), Some("0731-84445678 转 2"));
        for (unit, field) in [
            (json!({ "name": "院", "division": "430104" }), "proposed_unit.name"),
            (json!({ "name": "口腔\u{200b}门诊部", "division": "430104" }), "proposed_unit.name"),
            (json!({ "name": "口腔门诊部13800001234", "division": "430104" }), "proposed_unit.name"),
            (
                json!({ "name": "口腔门诊部", "division": "430104", "address": "找王医生 13800001234" }),
                "proposed_unit.address",
            ),
            (json!({ "name": "口腔门诊部", "division": "430104", "address": "路" }), "proposed_unit.address"),
        ] {
            assert_eq!(read(&unit), Err(Some(field.to_owned())), "{unit}");
        }
        assert!(read(&json!({ "name": "口腔门诊部", "division": "4301045" })).is_err());
    }
}
