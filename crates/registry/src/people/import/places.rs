//! Units and departments by what rows call them: a unit by any of its names, a department by its name or by as much of the way to
//! it as is its alone. What is open and the admin's is asked for once. It must not know what a row is of.

use std::collections::{HashMap, HashSet};

use sqlx::PgPool;

use super::fault::Fault;
use super::sql::{self, Department};
use zaichang_core::ids::UnitId;
use zaichang_platform::auth::{Account, Role};

/// Whose people an admin may import.
pub(super) struct Places {
    above: UnitId,
    /// A unit's admin enters people of that unit alone.
    own: Option<UnitId>,
    /// By each name that was asked for; none if several are called so.
    units: HashMap<String, Option<UnitId>>,
    departments: HashMap<UnitId, Departments>,
}

impl Places {
    pub async fn of(pool: &PgPool, by: &Account) -> sqlx::Result<Self> {
        let own = match by.role {
            Role::UnitAdmin if sql::is_open_unit(pool, by.unit.id).await? => Some(by.unit.id),
            // Of a department or a region no people are.
            Role::UnitAdmin => Some(NOWHERE),
            Role::AuthorityAdmin => None,
        };
        Ok(Self { above: by.unit.id, own, units: HashMap::new(), departments: HashMap::new() })
    }

    /// Asks for the units that these rows name, and for the departments of each.
    pub async fn learn<'a>(
        &mut self,
        pool: &PgPool,
        names: impl Iterator<Item = &'a str>,
    ) -> sqlx::Result<()> {
        let mut new: Vec<String> =
            names.filter(|name| !self.units.contains_key(*name)).map(ToOwned::to_owned).collect();
        new.sort_unstable();
        new.dedup();
        if !new.is_empty() {
            let called = sql::units_called(pool, self.above, &new).await?;
            // Who is called so now goes before all who were once, or are by another name.
            let now: HashSet<_> =
                called.iter().filter(|(_, _, is_now)| *is_now).map(|(name, ..)| name.clone()).collect();
            let mut found: HashMap<String, Option<UnitId>> = HashMap::new();
            for (name, unit, is_now) in called {
                if !is_now && now.contains(&name) {
                    continue;
                }
                let known = found.entry(name).or_insert(Some(unit));
                if *known != Some(unit) {
                    *known = None;
                }
            }
            // What nothing is called is remembered, too.
            self.units.extend(new.into_iter().map(|name| {
                let unit = found.get(&name).copied();
                (name, unit.unwrap_or(Some(NOWHERE)))
            }));
        }
        let named = self.units.values().flatten().filter(|unit| **unit != NOWHERE).chain(&self.own);
        let unknown: Vec<_> =
            named.filter(|unit| !self.departments.contains_key(unit)).map(|unit| unit.0).collect();
        if !unknown.is_empty() {
            let mut found = sql::departments(pool, &unknown).await?;
            for unit in unknown.into_iter().map(UnitId) {
                self.departments.insert(unit, Departments(found.remove(&unit).unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// What all of them lie at or below.
    pub const fn above(&self) -> UnitId {
        self.above
    }

    /// Whether it is the sender's own, of which they keep the departments.
    pub fn is_own(&self, unit: UnitId) -> bool {
        self.own == Some(unit)
    }

    /// The unit that a row is for.
    pub fn unit(&self, name: Option<&str>) -> Result<UnitId, Fault> {
        let named = name.map(|name| self.units.get(name).copied().unwrap_or(Some(NOWHERE)));
        match (self.own, named) {
            (Some(NOWHERE), _) | (None, Some(Some(NOWHERE))) => Err(Fault::UnitUnknown),
            (Some(own), None) => Ok(own),
            (Some(own), Some(Some(unit))) if unit == own => Ok(own),
            (Some(_), Some(_)) => Err(Fault::OtherUnit),
            (None, None) => Err(Fault::UnitMissing),
            (None, Some(Some(unit))) => Ok(unit),
            (None, Some(None)) => Err(Fault::UnitAmbiguous),
        }
    }

    /// The unit's department that is called so.
    pub fn department(&self, unit: UnitId, name: &str) -> Result<UnitId, Fault> {
        self.departments.get(&unit).ok_or(Fault::DepartmentUnknown)?.find(name)
    }
}

/// Between the name of what a department lies in and its own.
pub(super) const WITHIN: [char; 6] = ['/', '／', '>', '＞', '→', '\\'];

/// No unit has this id.
const NOWHERE: UnitId = UnitId(0);

/// The departments of a unit.
#[derive(Debug, Default)]
pub(super) struct Departments(pub HashMap<UnitId, Department>);

impl Departments {
    fn find(&self, text: &str) -> Result<UnitId, Fault> {
        let way: Vec<_> = text.split(WITHIN).map(str::trim).filter(|part| !part.is_empty()).collect();
        let Some((name, above)) = way.split_last() else { return Err(Fault::DepartmentUnknown) };
        let called = self.0.iter().filter(|(_, one)| one.name == *name);
        let called: Vec<_> = called.filter(|(id, _)| self.lies_so(**id, above)).collect();
        let open: Vec<_> = called.iter().filter(|(_, one)| one.is_open).map(|(id, _)| **id).collect();
        match open.as_slice() {
            [] if called.is_empty() => Err(Fault::DepartmentUnknown),
            [] => Err(Fault::DepartmentClosed),
            [one] => Ok(*one),
            _ => Err(Fault::DepartmentAmbiguous),
        }
    }

    /// Whether these names are those that it lies in, the nearest last.
    fn lies_so(&self, id: UnitId, above: &[&str]) -> bool {
        let mut at = id;
        above.iter().rev().all(|name| {
            let Some(department) = self.0.get(&at) else { return false };
            at = department.above;
            self.0.get(&at).is_some_and(|above| above.name == *name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_is_found_by_its_name_or_by_as_much_of_its_way_as_is_its_alone() {
        let of = |id, name: &str, above| {
            let is_open = name != "传染科";
            (UnitId(id), Department { name: name.to_owned(), above: UnitId(above), is_open })
        };
        // 内科 with 心血管内科 (with 一病区), 外科 with 一病区; 传染科 is closed.
        let departments = Departments(
            [
                of(2, "内科", 1),
                of(3, "心血管内科", 2),
                of(4, "一病区", 3),
                of(5, "外科", 1),
                of(6, "一病区", 5),
                of(7, "传染科", 1),
            ]
            .into(),
        );
        for (text, found) in [
            ("内科", Ok(UnitId(2))),
            ("心血管内科", Ok(UnitId(3))),
            ("内科/心血管内科", Ok(UnitId(3))),
            ("一病区", Err(Fault::DepartmentAmbiguous)),
            ("外科 ＞ 一病区", Ok(UnitId(6))),
            ("内科/心血管内科/一病区", Ok(UnitId(4))),
            ("心血管内科/一病区", Ok(UnitId(4))),
            ("内科/一病区", Err(Fault::DepartmentUnknown)),
            ("儿科", Err(Fault::DepartmentUnknown)),
            ("传染科", Err(Fault::DepartmentClosed)),
            ("/", Err(Fault::DepartmentUnknown)),
        ] {
            assert_eq!(departments.find(text), found, "{text}");
        }
    }
}
