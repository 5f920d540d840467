//! One row of a workbook as what it says of a unit, with all that is wrong with it at once. Pure.

use super::columns::{
    ALIASES, CATEGORIES, CATEGORY, CITY, CLASS, CLASSES, COLUMNS, CONTACT, COUNTY, DIVISION, EARLIER, GRADE,
    GRADES, NAME, PROVINCE, SUPERVISOR, SUPERVISORS,
};
use super::fault::Fault;
use super::places::Places;
use crate::admin_links;
use crate::units::kind::{Category, Grade, HospitalClass};
use crate::units::names;
use crate::units::supervision::Supervisor;
use zaichang_platform::sheets::{Filled, Row, meant};

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
    let mut row = Filled::of(row, &COLUMNS);
    let name = row.required(NAME, Fault::NameMissing);
    let name = name.and_then(|name| row.said(names::kept(name), Fault::NameWrong));
    let division = division(&mut row, places);
    let contact = row.text(CONTACT);
    let contact = contact.and_then(|contact| {
        row.said(admin_links::name("contact", contact).map(ToOwned::to_owned).ok(), Fault::ContactWrong)
    });
    let supervisor = row.text(SUPERVISOR);
    let supervisor = supervisor.and_then(|text| row.said(meant(SUPERVISORS, text), Fault::SupervisorUnknown));
    let category = row.word(CATEGORY, CATEGORIES);
    let grade = row.word(GRADE, GRADES);
    let hospital_class = row.word(CLASS, CLASSES);
    let earlier = several(&mut row, EARLIER);
    let aliases = several(&mut row, ALIASES);
    if aliases.len() > names::ALIASES {
        row.wrong(Fault::TooManyAliases);
    }
    row.end(|| {
        let (name, division) = (name?, division?);
        let other = |names: Vec<String>| names.into_iter().filter(|other| *other != name).collect();
        let (earlier, aliases) = (other(earlier), other(aliases));
        Some(Said { name, division, supervisor, category, grade, hospital_class, earlier, aliases, contact })
    })
}

fn division(row: &mut Filled<'_, Fault>, places: &Places) -> Option<String> {
    let text = |column| row.text(column).unwrap_or_default();
    let found = match text(DIVISION) {
        "" => places.find(&[text(PROVINCE), text(CITY), text(COUNTY)].concat()),
        division => places.find(division),
    };
    // One that cannot be read has been told of already.
    let is_read = !row.is_unread(&[DIVISION, PROVINCE, CITY, COUNTY]);
    match found {
        Err(fault) if is_read => row.said(None, fault),
        found => found.ok(),
    }
}

/// Names in one cell, each once.
fn several(row: &mut Filled<'_, Fault>, column: usize) -> Vec<String> {
    let mut several: Vec<String> = Vec::new();
    let text = row.text(column).unwrap_or_default();
    let parts = text.split(['、', '，', ',', ';', '；', '\n']).map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        match names::kept(part) {
            Some(name) if !several.contains(&name) => several.push(name),
            Some(_) => {}
            None => {
                row.wrong(Fault::NamesWrong(COLUMNS[column].name));
                break;
            }
        }
    }
    several
}
