//! One row of a workbook as what it says of a unit, with all that is wrong with it at once. Pure.

use super::columns::{
    ALIASES, CATEGORIES, CATEGORY, CITY, CLASS, CLASSES, COLUMNS, CONTACT, COUNTY, DIVISION, EARLIER, GRADE,
    GRADES, NAME, PROVINCE, SUPERVISOR, SUPERVISORS, meant,
};
use super::fault::Fault;
use super::places::Places;
use crate::admin_links;
use crate::units::kind::{Category, Grade, HospitalClass};
use crate::units::names;
use crate::units::supervision::Supervisor;

use zaichang_platform::sheets::{Cell, Column, Row};

/// What a row says of a unit; what is none it does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub name: String,
    /// The code.
    pub division: String,
    pub supervisor: Option<Supervisor>,
    pub category: Option<Category>,
    pub grade: Option<Grade>,
    pub hospital_class: Option<HospitalClass>,
    pub earlier: Vec<String>,
    pub aliases: Vec<String>,
    /// Who gets the link of its first admin.
    pub contact: Option<String>,
}

/// Reads a row. `Err` holds everything that is wrong with it.
pub(super) fn read(row: &Row, places: &Places) -> Result<Said, Vec<Fault>> {
    let mut faults = Vec::new();
    for (at, column) in COLUMNS.iter().enumerate() {
        if let Some(why) = row.cell(at).fault() {
            faults.push(Fault::CellUnreadable(column.name, why));
        }
    }
    let name = name(row, &mut faults);
    // One that cannot be read has been told of already.
    let is_read = [DIVISION, PROVINCE, CITY, COUNTY].iter().all(|at| row.cell(*at).fault().is_none());
    let division = division(row, places).map_err(|fault| faults.extend(is_read.then_some(fault))).ok();
    let contact = contact(row, &mut faults);
    let supervisor = word(row, SUPERVISOR, SUPERVISORS, &mut faults, |_| Fault::SupervisorUnknown);
    let category =
        word(row, CATEGORY, CATEGORIES, &mut faults, |column| Fault::WordUnknown(column.name, column.hint));
    let grade = word(row, GRADE, GRADES, &mut faults, |column| Fault::WordUnknown(column.name, column.hint));
    let hospital_class =
        word(row, CLASS, CLASSES, &mut faults, |column| Fault::WordUnknown(column.name, column.hint));
    let earlier = several(row, EARLIER, &mut faults);
    let aliases = several(row, ALIASES, &mut faults);
    if aliases.len() > names::ALIASES {
        faults.push(Fault::TooManyAliases);
    }
    match (name, division) {
        (Some(name), Some(division)) if faults.is_empty() => {
            let other = |names: Vec<String>| names.into_iter().filter(|other| *other != name).collect();
            let (earlier, aliases) = (other(earlier), other(aliases));
            Ok(Said {
                name,
                division,
                supervisor,
                category,
                grade,
                hospital_class,
                earlier,
                aliases,
                contact,
            })
        }
        _ => Err(faults),
    }
}

fn name(row: &Row, faults: &mut Vec<Fault>) -> Option<String> {
    match row.cell(NAME) {
        Cell::Empty => {
            faults.push(Fault::NameMissing);
            None
        }
        cell => {
            let name = names::kept(cell.text()?);
            if name.is_none() {
                faults.push(Fault::NameWrong);
            }
            name
        }
    }
}

fn contact(row: &Row, faults: &mut Vec<Fault>) -> Option<String> {
    let contact = row.cell(CONTACT).text()?;
    let contact = admin_links::name("contact", contact).map(ToOwned::to_owned).ok();
    if contact.is_none() {
        faults.push(Fault::ContactWrong);
    }
    contact
}

fn division(row: &Row, places: &Places) -> Result<String, Fault> {
    let text = |column| row.cell(column).text().unwrap_or_default();
    match text(DIVISION) {
        "" => places.find(&[text(PROVINCE), text(CITY), text(COUNTY)].concat()),
        division => places.find(division),
    }
}

fn word<T: Copy>(
    row: &Row,
    column: usize,
    words: &[(T, &[&str])],
    faults: &mut Vec<Fault>,
    unknown: impl FnOnce(&'static Column) -> Fault,
) -> Option<T> {
    let found = meant(words, row.cell(column).text()?);
    if found.is_none() {
        faults.push(unknown(&COLUMNS[column]));
    }
    found
}

/// Names in one cell, each once.
fn several(row: &Row, column: usize, faults: &mut Vec<Fault>) -> Vec<String> {
    let mut several: Vec<String> = Vec::new();
    let text = row.cell(column).text().unwrap_or_default();
    let parts = text.split(['、', '，', ',', ';', '；', '\n']).map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        match names::kept(part) {
            Some(name) if !several.contains(&name) => several.push(name),
            Some(_) => {}
            None => {
                faults.push(Fault::NamesWrong(COLUMNS[column].name));
                break;
            }
        }
    }
    several
}
