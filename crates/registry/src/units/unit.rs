//! A unit as it is read: what it is, where it lies, who supervises it, and its other names. Its own place in the tree proves whose
//! it is.

use jiff::Timestamp;
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};

use super::body::UnitBody;
use super::kind::{Category, Grade, HospitalClass, UnitKind};
use super::{Error, sql};
use crate::divisions::Level;
use zaichang_core::ids::UnitId;
use zaichang_platform::authority::{Addressed, OfUnit};
use zaichang_platform::changeable;
use zaichang_platform::http::{Problem, Version};

/// A unit of any kind.
#[derive(Clone, Debug)]
pub struct Unit {
    pub id: UnitId,
    pub version: Version,
    pub kind: UnitKind,
    pub name: String,
    /// What is above it in the tree: a region is the authority that supervises it.
    pub above: Option<Above>,
    /// The division that it is or lies in, after those that this lies in; empty where it was not entered.
    pub division: Vec<Part>,
    pub category: Category,
    pub grade: Grade,
    pub hospital_class: HospitalClass,
    pub closed_at: Option<Timestamp>,
    /// What it was merged into.
    pub merged: Option<Merged>,
    pub other_names: Vec<OtherName>,
    /// People of it who are not cancelled: a unit's with those of its departments, a department's without those of its parts.
    pub people: i64,
    /// Accounts of it that may log in.
    pub admins: i64,
}

/// What a unit was merged into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub id: UnitId,
    pub name: String,
    /// People who have been moved so far.
    pub people: i32,
    /// Whether people are still being moved.
    pub runs: bool,
}

/// What is above a unit.
#[derive(Clone, Debug)]
pub struct Above {
    pub id: UnitId,
    /// As an authority calls itself.
    pub name: String,
    pub kind: UnitKind,
}

/// A division on the way to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub code: String,
    pub name: String,
    pub level: Level,
}

/// A name that a unit had before, or is called by besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherName {
    pub name: String,
    pub kind: NameKind,
    /// Until when it was the unit's; none of an alias, and where that is unknown.
    pub until: Option<Timestamp>,
}

/// What another name is: the words of the constraint `unit_other_name_kind_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum NameKind {
    Earlier,
    Alias,
}

impl Unit {
    /// The names that it is called by besides, which may be changed.
    pub fn aliases(&self) -> Vec<String> {
        let aliases = self.other_names.iter().filter(|other| other.kind == NameKind::Alias);
        aliases.map(|alias| alias.name.clone()).collect()
    }

    /// Whether this is a name that it had.
    pub fn was_called(&self, name: &str) -> bool {
        self.other_names.iter().any(|other| other.kind == NameKind::Earlier && other.name == name)
    }

    /// The code of its division.
    pub fn division_code(&self) -> Option<&str> {
        self.division.last().map(|part| part.code.as_str())
    }

    /// 湖南省长沙市岳麓区; none where it was not entered.
    pub fn division_name(&self) -> Option<String> {
        let names: String = self.division.iter().map(|part| part.name.as_str()).collect();
        (!names.is_empty()).then_some(names)
    }
}

changeable!(Unit, "unit" in "unit_versions", sql::units);

#[derive(Deserialize)]
pub struct UnitPath {
    id: i64,
}

impl OfUnit for Unit {
    fn unit(&self) -> UnitId {
        self.id
    }
}

impl Addressed for Unit {
    type Path = UnitPath;

    /// Departments have addresses of their own.
    async fn find(pool: &PgPool, path: UnitPath) -> Result<Option<Self>, Problem> {
        let mut connection = pool.acquire().await.map_err(Error::from)?;
        let found = one(&mut connection, UnitId(path.id)).await.map_err(Error::from)?;
        Ok(found.filter(|unit| unit.kind != UnitKind::Department))
    }
}

/// These units in this order, as the console shows them.
pub(crate) async fn listed(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<UnitBody>> {
    let mut units = sql::units(connection, ids).await?;
    units.sort_by_key(|unit| ids.iter().position(|id| *id == unit.id.0));
    Ok(units.into_iter().map(UnitBody::from).collect())
}

/// The unit of this id, whatever its kind.
pub(super) async fn one(connection: &mut PgConnection, id: UnitId) -> sqlx::Result<Option<Unit>> {
    Ok(sql::units(connection, &[id.0]).await?.pop())
}
