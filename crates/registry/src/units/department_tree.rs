//! Where a department may stand: which departments a unit has, what lies in what and in which order, how deep and how many. Pure.

use std::collections::HashMap;

use super::Error;
use zaichang_core::ids::UnitId;

/// Open departments of one unit.
pub(super) const MOST: usize = 500;
/// The same with those that are closed: they are neither deleted nor counted above, so that tidying up always helps.
pub(super) const MOST_EVER: usize = 5000;
/// Departments may lie in one another so deep: 院区 → 中心 → 科室 → 病区.
const DEEPEST: usize = 4;

/// A unit's departments, as they stand.
pub(super) struct Tree {
    unit: UnitId,
    /// In their order.
    departments: Vec<(UnitId, UnitId)>,
    open: HashMap<UnitId, bool>,
}

/// A department's place: what it lies in, and the order there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub above: UnitId,
    pub order: Vec<UnitId>,
}

impl Tree {
    /// Of departments in their order: each with what it lies in, and whether it is open.
    pub fn new(unit: UnitId, departments: impl Iterator<Item = (UnitId, UnitId, bool)>) -> Self {
        let (mut placed, mut open) = (Vec::new(), HashMap::new());
        for (id, above, is_open) in departments {
            placed.push((id, above));
            open.insert(id, is_open);
        }
        Self { unit, departments: placed, open }
    }

    /// What lies directly in this one, in order.
    pub fn siblings(&self, above: UnitId) -> Vec<UnitId> {
        let here = self.departments.iter().filter(|(_, lies_in)| *lies_in == above);
        here.map(|(id, _)| *id).collect()
    }

    /// What a department lies in.
    pub fn above(&self, id: UnitId) -> UnitId {
        let found = self.departments.iter().find(|(department, _)| *department == id);
        found.map_or(self.unit, |(_, above)| *above)
    }

    /// How deep it lies: the unit itself at 0.
    fn depth(&self, id: UnitId) -> usize {
        let (mut depth, mut at) = (0, id);
        while at != self.unit && depth <= self.departments.len() {
            (depth, at) = (depth + 1, self.above(at));
        }
        depth
    }

    /// How many levels lie below it.
    fn height(&self, id: UnitId) -> usize {
        self.siblings(id).into_iter().map(|below| 1 + self.height(below)).max().unwrap_or(0)
    }

    fn is_open(&self, above: UnitId) -> Result<(), Error> {
        match self.open.get(&above) {
            _ if above == self.unit => Ok(()),
            None => Err(Error::PlaceUnknown("above")),
            Some(false) => Err(Error::ClosedAbove),
            Some(true) => Ok(()),
        }
    }

    /// Whether one more department may be added there.
    pub fn may_take(&self, above: UnitId) -> Result<(), Error> {
        self.is_open(above)?;
        let open = self.open.values().filter(|is_open| **is_open).count();
        if open >= MOST || self.departments.len() >= MOST_EVER {
            return Err(Error::TooManyDepartments);
        }
        if self.depth(above) >= DEEPEST { Err(Error::TooDeep) } else { Ok(()) }
    }

    /// A department put in `above`, or where it lies, right before another, or as the last one.
    pub fn placed(&self, id: UnitId, above: Option<UnitId>, before: Option<UnitId>) -> Result<Placed, Error> {
        let above = above.unwrap_or_else(|| self.above(id));
        self.is_open(above)?;
        let (mut at, mut steps) = (above, 0);
        while at != self.unit && steps <= self.departments.len() {
            if at == id {
                return Err(Error::PlaceUnknown("above"));
            }
            (at, steps) = (self.above(at), steps + 1);
        }
        if self.depth(above) + 1 + self.height(id) > DEEPEST {
            return Err(Error::TooDeep);
        }
        let mut order = self.siblings(above);
        order.retain(|sibling| *sibling != id);
        let place = match before {
            None => order.len(),
            Some(next) => {
                order.iter().position(|sibling| *sibling == next).ok_or(Error::PlaceUnknown("before"))?
            }
        };
        order.insert(place, id);
        Ok(Placed { above, order })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The unit 1 with 2, 3 (with 4, which has 5, which has 6) and 7, which is closed.
    fn tree() -> Tree {
        let of = |id, above| (UnitId(id), UnitId(above), id != 7);
        Tree::new(UnitId(1), [of(2, 1), of(3, 1), of(4, 3), of(5, 4), of(6, 5), of(7, 1)].into_iter())
    }

    fn placed(id: i64, above: Option<i64>, before: Option<i64>) -> Result<(i64, Vec<i64>), String> {
        let placed = tree().placed(UnitId(id), above.map(UnitId), before.map(UnitId));
        let ids = |order: Vec<UnitId>| order.into_iter().map(|id| id.0).collect();
        placed.map(|placed| (placed.above.0, ids(placed.order))).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn a_department_goes_before_another_or_to_the_end() {
        assert_eq!(placed(7, None, Some(2)), Ok((1, vec![7, 2, 3])));
        assert_eq!(placed(2, None, None), Ok((1, vec![3, 7, 2])));
        assert_eq!(placed(2, None, Some(3)), Ok((1, vec![2, 3, 7])));
        assert_eq!(placed(2, Some(4), Some(5)), Ok((4, vec![2, 5])));
        assert_eq!(placed(5, Some(1), Some(2)), Ok((1, vec![5, 2, 3, 7])));
    }

    #[test]
    fn it_never_lies_in_itself_nor_too_deep_nor_in_what_is_closed_or_another_unit_s() {
        let refused = |id, above, before| placed(id, above, before).unwrap_err();
        for (id, above) in [(3, 3), (3, 4), (3, 6), (2, 99)] {
            assert_eq!(refused(id, Some(above), None), "PlaceUnknown(\"above\")", "{id} in {above}");
        }
        assert_eq!(refused(2, Some(1), Some(4)), "PlaceUnknown(\"before\")");
        assert_eq!(refused(2, Some(7), None), "ClosedAbove");
        assert_eq!(refused(2, Some(6), None), "TooDeep");
        assert_eq!(refused(3, Some(2), None), "TooDeep");
        assert!(tree().may_take(UnitId(5)).is_ok());
        assert!(matches!(tree().may_take(UnitId(6)), Err(Error::TooDeep)));
        assert!(matches!(tree().may_take(UnitId(7)), Err(Error::ClosedAbove)));
        let many = Tree::new(UnitId(1), (2..502).map(|id| (UnitId(id), UnitId(1), true)));
        assert!(matches!(many.may_take(UnitId(1)), Err(Error::TooManyDepartments)));
    }
}
