//! Lists of units that are given out: what a filter chooses, with the columns of a file that is imported, so that it can be put right and
//! sent again.

use std::path::Path;

use super::columns::{self, CATEGORIES, CLASSES, COLUMNS, GRADES, SUPERVISORS};
use crate::divisions::Level;
use crate::units::supervision::Supervisor;
use crate::units::unit::{NameKind, Unit};
use zaichang_platform::sheets::{self, List};

/// What a sheet of units is called.
pub(super) const NAME: &str = "单位";

/// A list that rows are added to.
pub(in crate::units) fn begin(scratch: &Path) -> Result<List, sheets::Error> {
    List::begin(NAME, &COLUMNS, scratch)
}

/// Adds a unit to a list.
pub(in crate::units) fn add(list: &mut List, unit: &Unit) -> Result<(), sheets::Error> {
    list.row(row(unit).iter().map(String::as_str))
}

fn row(unit: &Unit) -> [String; COLUMNS.len()] {
    let mut row = [const { String::new() }; COLUMNS.len()];
    let others = |kind: NameKind| {
        let names = unit.other_names.iter().filter(|other| other.kind == kind && other.name != unit.name);
        names.map(|other| other.name.as_str()).collect::<Vec<_>>().join("、")
    };
    row[columns::NAME].clone_from(&unit.name);
    row[columns::DIVISION] = unit.division_name().unwrap_or_default();
    let supervisor = unit.above.as_ref().and_then(|above| above.kind.word().parse::<Level>().ok());
    let supervisor = supervisor.map(|level| columns::written(SUPERVISORS, &of_level(level)));
    row[columns::SUPERVISOR] = supervisor.unwrap_or_default();
    row[columns::CATEGORY] = columns::written(CATEGORIES, &unit.category);
    row[columns::GRADE] = columns::written(GRADES, &unit.grade);
    row[columns::CLASS] = columns::written(CLASSES, &unit.hospital_class);
    row[columns::EARLIER] = others(NameKind::Earlier);
    row[columns::ALIASES] = others(NameKind::Alias);
    row
}

const fn of_level(level: Level) -> Supervisor {
    match level {
        Level::Province => Supervisor::Province,
        Level::City => Supervisor::City,
        Level::County => Supervisor::County,
    }
}
