//! What each row of a file would do to the units that stand: enter one, change one, nothing, or nothing because something is
//! wrong with it. The judging is pure; what stands is read once, before.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::fault::Fault;
use super::places::Places;
use super::row::{self, Said};
use crate::divisions::Level;
use crate::units::editing::{NewInstitution, OwnFacts};
use crate::units::kind::{Category, Grade, HospitalClass};
use crate::units::names;
use crate::units::sql::{self, Known};
use zaichang_core::ids::UnitId;
use zaichang_platform::sheets::Sheet;
use zaichang_platform::sheets::imports::{Does, Tally};

/// What a file would do.
#[derive(Debug)]
pub(super) struct Plan {
    /// Of each row.
    pub rows: Vec<What>,
    pub tally: Tally,
}

/// What is done for a row.
#[derive(Clone, Debug)]
pub(super) enum What {
    Add(Box<New>),
    Change(Box<Altered>),
    Same,
    Wrong(Vec<Fault>),
}

impl What {
    fn does(&self) -> Does<'_, Fault> {
        match self {
            Self::Add(_) => Does::Add,
            Self::Change(_) => Does::Change,
            Self::Same => Does::Same,
            Self::Wrong(faults) => Does::Wrong(faults),
        }
    }
}

/// A unit that a row enters.
#[derive(Clone, Debug)]
pub(super) struct New {
    pub institution: NewInstitution,
    pub contact: Option<String>,
}

/// What a row makes of a unit that stands.
#[derive(Clone, Debug)]
pub(super) struct Altered {
    pub unit: UnitId,
    /// As it was read.
    pub version: i64,
    pub renamed: Option<String>,
    pub category: Option<Category>,
    pub grade: Option<Grade>,
    pub hospital_class: Option<HospitalClass>,
    pub earlier: Vec<String>,
    pub aliases: Vec<String>,
}

impl Altered {
    const fn changes_nothing(&self) -> bool {
        self.renamed.is_none()
            && self.category.is_none()
            && self.grade.is_none()
            && self.hospital_class.is_none()
            && self.earlier.is_empty()
            && self.aliases.is_empty()
    }
}

/// What this file would do below this authority. Nothing is changed.
pub(super) async fn read(
    connection: &mut PgConnection,
    authority: UnitId,
    sheet: &Sheet,
) -> sqlx::Result<Plan> {
    let divisions = sql::divisions(connection).await?;
    let root = sql::division_of(connection, authority).await?;
    let places = Places::new(&divisions, root.as_deref());
    let known = sql::known(connection, authority).await?;
    Ok(Plan::of(sheet, &places, &known))
}

impl Plan {
    fn of(sheet: &Sheet, places: &Places, known: &[Known]) -> Self {
        let (mut judge, mut tally) = (Judge::new(places, known), Tally::default());
        let rows = sheet.rows.iter().map(|row| {
            let (name, what) = match row::read(row, places) {
                Err(faults) => {
                    let name = row.cell(super::columns::NAME).text().unwrap_or_default();
                    (name.to_owned(), What::Wrong(faults))
                }
                Ok(said) => {
                    let what = judge.row(row.number, &said).unwrap_or_else(|fault| What::Wrong(vec![fault]));
                    (said.name, what)
                }
            };
            tally.row(row.number, &name, &what.does(), format!("{what:?}\n").as_bytes());
            what
        });
        let rows = rows.collect();
        Self { rows, tally }
    }
}

/// What stands, and what the rows before have made of it.
struct Judge<'a> {
    places: &'a Places,
    /// By division and name; two authorities may each have one in it.
    called: HashMap<(&'a str, &'a str), Vec<&'a Known>>,
    /// By division and each other name.
    called_besides: HashMap<(&'a str, &'a str), &'a Known>,
    /// Who is called so below the region of this division.
    by_region: HashMap<(&'a str, &'a str), UnitId>,
    /// The rows that have said something of a unit, by division and name.
    said: HashMap<(String, String), u32>,
    /// Those that enter one, or give one another name, by region and name.
    named: HashMap<(String, String), u32>,
    /// Those that were about a unit that stands.
    about: HashMap<UnitId, u32>,
}

impl<'a> Judge<'a> {
    fn new(places: &'a Places, known: &'a [Known]) -> Self {
        let (mut called, mut called_besides) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
        let mut by_region = HashMap::new();
        for unit in known {
            if let Some(division) = unit.division() {
                let division = places.now(division);
                called.entry((division, unit.name.as_str())).or_default().push(unit);
                for name in &unit.other_names {
                    called_besides.entry((division, name.as_str())).or_insert(unit);
                }
            }
            if let Some(region) = &unit.region {
                by_region.insert((places.now(region), unit.name.as_str()), unit.id);
            }
        }
        let (said, named, about) = Default::default();
        Self { places, called, called_besides, by_region, said, named, about }
    }

    fn row(&mut self, number: u32, said: &Said) -> Result<What, Fault> {
        let key = (said.division.clone(), said.name.clone());
        if let Some(first) = self.said.get(&key) {
            return Err(Fault::Twice(*first));
        }
        let (unit, renames) = self.found(said)?;
        let what = match unit {
            None => self.enter(number, said)?,
            Some(unit) => self.alter(number, said, unit, renames)?,
        };
        self.said.insert(key, number);
        Ok(what)
    }

    /// The units of a division that are called so.
    fn called<'b>(&'b self, division: &'b str, name: &'b str) -> &'b [&'a Known] {
        self.called.get(&(division, name)).map_or(&[], Vec::as_slice)
    }

    /// The unit that a row is about, and whether the row gives it another name; none of a new one.
    fn found(&self, said: &Said) -> Result<(Option<&'a Known>, bool), Fault> {
        let division = said.division.as_str();
        let own = self.called(division, &said.name);
        // A former name that is known already says nothing of the unit that is called so now.
        let is_news = |earlier: &&String| own.iter().all(|unit| !unit.other_names.contains(earlier));
        let former: Vec<_> =
            said.earlier.iter().filter(is_news).flat_map(|earlier| self.called(division, earlier)).collect();
        match (own, former.as_slice()) {
            ([unit], []) => Ok((Some(unit), false)),
            ([], [unit]) => Ok((Some(unit), true)),
            ([], []) => match self.called_besides.get(&(division, said.name.as_str())) {
                Some(unit) => Err(Fault::IsOtherNameOf(unit.name.clone())),
                None => Ok((None, false)),
            },
            _ => Err(Fault::SeveralUnits),
        }
    }

    fn enter(&mut self, number: u32, said: &Said) -> Result<What, Fault> {
        let region = match said.supervisor {
            None => said.division.as_str(),
            Some(supervisor) => {
                let mut above = self.places.way_up(&said.division);
                above.find(|code| level_of(code) == supervisor.level()).ok_or(Fault::SupervisorUnknown)?
            }
        };
        self.names_one(number, region.to_owned(), &said.name, None)?;
        let facts = OwnFacts {
            name: said.name.clone(),
            division: said.division.clone(),
            category: said.category.unwrap_or_default(),
            grade: said.grade.unwrap_or_default(),
            hospital_class: said.hospital_class.unwrap_or_default(),
        };
        let institution = NewInstitution {
            facts,
            supervisor: said.supervisor,
            earlier_names: said.earlier.clone(),
            aliases: said.aliases.clone(),
        };
        Ok(What::Add(Box::new(New { institution, contact: said.contact.clone() })))
    }

    /// A region's institutions are called each something else, and none like a division right below it.
    fn names_one(
        &mut self,
        number: u32,
        region: String,
        name: &str,
        unit: Option<UnitId>,
    ) -> Result<(), Fault> {
        if self.places.has_part(&region, name) {
            return Err(Fault::NameOfDivision);
        }
        if self.by_region.get(&(region.as_str(), name)).is_some_and(|other| Some(*other) != unit) {
            return Err(Fault::NameTaken);
        }
        match self.named.insert((region, name.to_owned()), number) {
            Some(first) => Err(Fault::Twice(first)),
            None => Ok(()),
        }
    }

    fn alter(&mut self, number: u32, said: &Said, unit: &Known, renames: bool) -> Result<What, Fault> {
        if let Some(into) = &unit.merged_into {
            return Err(Fault::MergedInto(into.clone()));
        }
        if unit.is_closed {
            return Err(Fault::Closed);
        }
        if said.supervisor.is_some_and(|level| unit.supervisor != Some(level.level())) {
            return Err(Fault::SupervisorOther);
        }
        if let Some(first) = self.about.get(&unit.id) {
            return Err(Fault::Twice(*first));
        }
        if let (true, Some(region)) = (renames, &unit.region) {
            let region = self.places.now(region).to_owned();
            self.names_one(number, region, &said.name, Some(unit.id))?;
        }
        let new_names = |names: &[String]| -> Vec<String> {
            let is_new = |name: &&String| **name != unit.name && !unit.other_names.contains(name);
            names.iter().filter(is_new).cloned().collect()
        };
        let altered = Altered {
            unit: unit.id,
            version: unit.version,
            renamed: renames.then(|| said.name.clone()),
            category: other(said.category, unit.category),
            grade: other(said.grade, unit.grade),
            hospital_class: other(said.hospital_class, unit.hospital_class),
            earlier: new_names(&said.earlier),
            aliases: new_names(&said.aliases),
        };
        if unit.aliases + altered.aliases.len() > names::ALIASES {
            return Err(Fault::TooManyAliases);
        }
        self.about.insert(unit.id, number);
        Ok(if altered.changes_nothing() { What::Same } else { What::Change(Box::new(altered)) })
    }
}

fn other<T: PartialEq + Copy>(said: Option<T>, stands: T) -> Option<T> {
    said.filter(|said| *said != stands)
}

fn level_of(code: &str) -> Level {
    match code {
        code if code.ends_with("0000") => Level::Province,
        code if code.ends_with("00") => Level::City,
        _ => Level::County,
    }
}
