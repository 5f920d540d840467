//! Units on the wire: as they are shown, and as an admin enters and changes them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::editing::{NewInstitution, OwnFacts};
use super::kind::{Category, Grade, HospitalClass, UnitKind};
use super::names;
use super::supervision::Supervisor;
use super::unit::{Above, Merged, NameKind, OtherName, Part, Unit};
use crate::divisions::Level;
use zaichang_core::ids::UnitId;
use zaichang_platform::http::{Problem, Text, Version};

/// A unit of any kind but a department.
#[derive(Serialize, ToSchema)]
#[schema(as = Unit)]
pub(crate) struct UnitBody {
    id: UnitId,
    /// For `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    kind: UnitKind,
    name: String,
    /// The authority that supervises it. Null of a province, and of what was merged into another.
    supervisor: Option<SupervisorBody>,
    /// The division that it lies in, or that it is, after those that this lies in: the province first. Empty where it was not entered.
    division: Vec<UnitDivision>,
    category: Category,
    grade: Grade,
    hospital_class: HospitalClass,
    /// Null while it is open.
    closed_at: Option<Timestamp>,
    /// What it was merged into; null of any other.
    merged: Option<MergedBody>,
    /// The names that it had, the last one first.
    earlier_names: Vec<EarlierName>,
    /// What it is called besides.
    aliases: Vec<String>,
    /// People of the unit itself who are not cancelled.
    #[schema(minimum = 0)]
    people: i64,
    /// Accounts of the unit itself that may log in.
    #[schema(minimum = 0)]
    admins: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UnitSupervisor)]
struct SupervisorBody {
    id: UnitId,
    /// As an authority calls itself.
    name: String,
    kind: UnitKind,
}

/// What a unit was merged into.
#[derive(Serialize, ToSchema)]
#[schema(as = MergedUnit)]
struct MergedBody {
    id: UnitId,
    name: String,
    /// People who have been moved so far.
    #[schema(minimum = 0)]
    people: i32,
    /// Whether people are still being moved.
    runs: bool,
}

#[derive(Serialize, ToSchema)]
struct UnitDivision {
    #[schema(example = "430104")]
    code: String,
    #[schema(example = "岳麓区")]
    name: String,
    level: Level,
}

#[derive(Serialize, ToSchema)]
struct EarlierName {
    name: String,
    /// Until when it was the unit's name; null where that is unknown.
    until: Option<Timestamp>,
}

/// The names that it had, without the one that it has again, and those that it is called by besides.
fn other_names(now: &str, names: Vec<OtherName>) -> (Vec<EarlierName>, Vec<String>) {
    let (earlier, aliases): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|other| other.kind == NameKind::Earlier);
    let earlier = earlier
        .into_iter()
        .filter(|earlier| earlier.name != now)
        .map(|OtherName { name, until, .. }| EarlierName { name, until });
    (earlier.collect(), aliases.into_iter().map(|alias| alias.name).collect())
}

impl From<Unit> for UnitBody {
    fn from(unit: Unit) -> Self {
        let (earlier_names, aliases) = other_names(&unit.name, unit.other_names);
        let division = unit.division.into_iter();
        Self {
            id: unit.id,
            version: unit.version,
            kind: unit.kind,
            name: unit.name,
            supervisor: unit
                .above
                .filter(|_| unit.merged.is_none())
                .map(|Above { id, name, kind }| SupervisorBody { id, name, kind }),
            division: division.map(|Part { code, name, level }| UnitDivision { code, name, level }).collect(),
            category: unit.category,
            grade: unit.grade,
            hospital_class: unit.hospital_class,
            closed_at: unit.closed_at,
            merged: unit.merged.map(|Merged { id, name, people, runs }| MergedBody {
                id,
                name,
                people,
                runs,
            }),
            earlier_names,
            aliases,
            people: unit.people,
            admins: unit.admins,
        }
    }
}

/// A unit that is entered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUnit {
    #[schema(value_type = String, min_length = 2, max_length = 100, example = "岳麓人民医院")]
    name: Text<100>,
    /// Where it lies: the code of a province, a city or, usually, a county.
    #[schema(value_type = String, min_length = 6, max_length = 6, example = "430104")]
    division: Text<6>,
    /// The authority of which level supervises it; that of the division itself unless said. 市直 institutions are the city's.
    supervisor: Option<Supervisor>,
    #[serde(default)]
    category: Category,
    #[serde(default)]
    grade: Grade,
    #[serde(default)]
    hospital_class: HospitalClass,
    /// 10 at most.
    #[serde(default)]
    #[schema(max_items = 10)]
    aliases: Vec<AliasText>,
}

/// A name of an alias as it is typed.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 100)]
pub(crate) struct AliasText(Text<100>);

impl std::ops::Deref for AliasText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl NewUnit {
    pub fn read(self) -> Result<NewInstitution, Problem> {
        let name = names::name(&self.name, "name")?;
        let aliases = names::aliases(self.aliases.iter().map(|alias| &**alias), &name)?;
        let facts = OwnFacts {
            name,
            division: self.division.into(),
            category: self.category,
            grade: self.grade,
            hospital_class: self.hospital_class,
        };
        Ok(NewInstitution { facts, supervisor: self.supervisor, earlier_names: Vec::new(), aliases })
    }
}

/// What is changed of a unit; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitChange)]
pub(super) struct UnitChange {
    /// The former name stays with the unit: it is found by it.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 100)]
    pub name: Option<Text<100>>,
    /// Where it lies. Who supervises it stays.
    #[schema(value_type = Option<String>, min_length = 6, max_length = 6)]
    pub division: Option<Text<6>>,
    pub category: Option<Category>,
    pub grade: Option<Grade>,
    pub hospital_class: Option<HospitalClass>,
    /// These and no others; 10 at most.
    #[schema(max_items = 10)]
    pub aliases: Option<Vec<AliasText>>,
}

/// Who is to supervise a unit from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitMove {
    /// The code of the province, city or county whose authority it is.
    #[schema(value_type = String, min_length = 6, max_length = 6, example = "430100")]
    pub supervisor: Text<6>,
}
