//! Departments on the wire: as they are shown, and as a unit's admin adds and changes them.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::departments::ValidDepartmentChange;
use super::unit::Unit;
use super::{names, unit};
use zaichang_core::ids::UnitId;
use zaichang_platform::http::{Problem, Text, Version};

/// A department.
#[derive(Serialize, ToSchema)]
#[schema(as = Department)]
pub(super) struct DepartmentBody {
    id: UnitId,
    /// For `If-Match`. Another order is no new version.
    #[schema(value_type = String, example = "\"1\"")]
    version: Version,
    name: String,
    /// The unit or department that it lies in.
    above: UnitId,
    /// Null while it is open.
    closed_at: Option<Timestamp>,
    /// Its earlier names, the last one first.
    earlier_names: Vec<String>,
    /// People of it who are not cancelled, without those of its parts.
    #[schema(minimum = 0)]
    people: i64,
}

impl From<Unit> for DepartmentBody {
    fn from(unit: Unit) -> Self {
        let names = unit.other_names.into_iter().filter(|other| other.name != unit.name);
        let earlier_names = names.map(|other| other.name).collect();
        Self {
            id: unit.id,
            version: unit.version,
            above: unit.above.as_ref().map_or(unit.id, |unit::Above { id, .. }| *id),
            name: unit.name,
            closed_at: unit.closed_at,
            earlier_names,
            people: unit.people,
        }
    }
}

/// The departments of a unit.
#[derive(Serialize, ToSchema)]
pub(super) struct Departments {
    /// In their order, each after the one that it lies in; closed ones too.
    pub items: Vec<DepartmentBody>,
}

/// A department that is added, as the last one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDepartment {
    #[schema(value_type = String, min_length = 2, max_length = 100, example = "心血管内科")]
    pub name: Text<100>,
    /// The department that it lies in; the unit itself unless said.
    pub above: Option<UnitId>,
}

/// Another name or another place of a department; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "what is left out stays, null is the last place")]
pub(super) struct DepartmentChange {
    /// The former name stays with it.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 100)]
    name: Option<Text<100>>,
    /// The unit or the department that it is to lie in: as the last one there, unless `before` says more.
    above: Option<UnitId>,
    /// The department that is to come next after it; null if it is to be the last one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<UnitId>)]
    before: Option<Option<UnitId>>,
}

/// Null is something else than nothing.
#[expect(clippy::option_option, reason = "what is left out stays, null is the last place")]
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<UnitId>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl DepartmentChange {
    pub fn read(self) -> Result<ValidDepartmentChange, Problem> {
        let name = self.name.map(|name| names::name(&name, "name")).transpose()?;
        Ok(ValidDepartmentChange { name, above: self.above, before: self.before })
    }
}
