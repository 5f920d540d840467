//! What becomes of the departments of a unit that is merged: those that the other has by the same name, at the same place, are
//! merged with them; all others move with what lies in them, and keep their order after the other's own. Pure.

use crate::units::Error;
use crate::units::department_tree::{MOST, MOST_EVER};
use crate::units::unit::Unit;
use zaichang_core::ids::UnitId;

/// Which departments go where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Each with what it is to lie in.
    pub moved: Vec<(UnitId, UnitId)>,
    /// Each with the one that its people are of from then on.
    pub merged: Vec<(UnitId, UnitId)>,
    /// Those of the other unit that are closed, and get people of an open one.
    pub reopened: Vec<UnitId>,
    pub names_moved: Vec<String>,
    pub names_merged: Vec<String>,
}

/// Of two units with their departments, each after the one that it lies in. Refused where the other would have too many.
pub(super) fn of((from, theirs): (UnitId, &[Unit]), (into, own): (UnitId, &[Unit])) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    // What a department of the unit has become: where those in it are looked for.
    let mut became = vec![(from, into)];
    let above = |department: &Unit, unit: UnitId| department.above.as_ref().map_or(unit, |above| above.id);
    for department in theirs {
        let lies_in = above(department, from);
        // What lies in one that moves goes with it.
        let Some((_, target)) = became.iter().find(|(was, _)| *was == lies_in).copied() else { continue };
        let same = own.iter().find(|one| above(one, into) == target && one.name == department.name);
        if let Some(same) = same {
            became.push((department.id, same.id));
            plan.merged.push((department.id, same.id));
            plan.names_merged.push(department.name.clone());
            if same.closed_at.is_some() && department.closed_at.is_none() {
                plan.reopened.push(same.id);
            }
        } else {
            plan.moved.push((department.id, target));
            plan.names_moved.push(department.name.clone());
        }
    }
    let merged = |department: &&Unit| plan.merged.iter().any(|(was, _)| *was == department.id);
    let come: Vec<_> = theirs.iter().filter(|department| !merged(department)).collect();
    let open = |departments: &mut dyn Iterator<Item = &Unit>| {
        departments.filter(|department| department.closed_at.is_none()).count()
    };
    let all_open = open(&mut own.iter()) + open(&mut come.iter().copied()) + plan.reopened.len();
    if all_open > MOST || own.len() + come.len() > MOST_EVER {
        return Err(Error::TooManyDepartments);
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::units::kind::{Category, Grade, HospitalClass, UnitKind};
    use crate::units::unit::Above;
    use zaichang_platform::http::Version;

    fn department(id: i64, above: i64, name: &str, open: bool) -> Unit {
        Unit {
            id: UnitId(id),
            version: Version(1),
            kind: UnitKind::Department,
            name: name.to_owned(),
            above: Some(Above { id: UnitId(above), name: String::new(), kind: UnitKind::Unit }),
            division: Vec::new(),
            category: Category::Unknown,
            grade: Grade::Unknown,
            hospital_class: HospitalClass::Undetermined,
            closed_at: (!open).then(|| Timestamp::from_second(7).unwrap()),
            merged: None,
            other_names: Vec::new(),
            people: 0,
            admins: 0,
        }
    }

    fn ids(pairs: &[(UnitId, UnitId)]) -> Vec<(i64, i64)> {
        pairs.iter().map(|(one, other)| (one.0, other.0)).collect()
    }

    #[test]
    fn departments_of_one_name_at_one_place_are_merged_and_others_move_with_what_lies_in_them() {
        let own = [
            department(11, 1, "内科", true),
            department(12, 11, "心内科", false),
            department(13, 1, "外科", true),
        ];
        let theirs = [
            department(21, 2, "内科", true),
            department(22, 21, "心内科", true),
            department(23, 21, "呼吸科", true),
            department(24, 2, "儿科", true),
            department(25, 24, "外科", true),
        ];
        let plan = of((UnitId(2), &theirs), (UnitId(1), &own)).unwrap();
        assert_eq!(ids(&plan.merged), [(21, 11), (22, 12)]);
        assert_eq!(ids(&plan.moved), [(23, 11), (24, 1)]);
        assert_eq!(plan.reopened, [UnitId(12)]);
        assert_eq!(
            (plan.names_moved.join("、"), plan.names_merged.join("、")),
            ("呼吸科、儿科".into(), "内科、心内科".into())
        );
    }

    #[test]
    fn no_unit_gets_more_departments_than_it_may_have() {
        let own: Vec<_> = (0..300).map(|n| department(100 + n, 1, &format!("甲{n}"), true)).collect();
        let theirs: Vec<_> = (0..201).map(|n| department(1000 + n, 2, &format!("乙{n}"), true)).collect();
        assert!(matches!(of((UnitId(2), &theirs), (UnitId(1), &own)), Err(Error::TooManyDepartments)));
        assert!(of((UnitId(2), &theirs[1..]), (UnitId(1), &own)).is_ok());
    }
}
