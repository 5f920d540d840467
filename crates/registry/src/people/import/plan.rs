//! What each row of a file would do to the people that stand: enter one, fill in what is empty of one, nothing, or nothing because
//! something is wrong with it. Rows are judged some at a time, each beside those before it; what stands is read for each piece.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use super::ANSWERS_A_DAY;
use super::fault::Fault;
use super::places::{Places, WITHIN};
use super::row::{Read, Said};
use super::sql::{self, Stands};
use crate::title::{TitleLevel, TitleSeries, title};
use crate::units;
use zaichang_core::ids::{PersonId, UnitId};
use zaichang_platform::auth::Account;
use zaichang_platform::sheets::imports::{Does, Tally};

/// What is done for a row.
#[derive(Debug)]
pub(super) enum What {
    Add(Box<New>),
    Fill(Box<Filled>),
    Same,
    Wrong(Vec<Fault>),
}

/// A person whom a row enters.
#[derive(Debug)]
pub(super) struct New {
    pub said: Said,
    pub unit: UnitId,
    pub department: Option<UnitId>,
}

/// What a row fills in of a person who stands; what is none stays as it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filled {
    pub person: PersonId,
    /// As it was read.
    pub version: i64,
    pub department: Option<UnitId>,
    pub titled: Option<(TitleSeries, TitleLevel)>,
    pub card_number: Option<String>,
    pub account: Option<String>,
}

/// How many rows have told the sender of somebody whom they do not see, by what they were told.
#[derive(Clone, Debug, Default)]
pub struct Disclosures {
    /// Each of these rows once, by a hash of its numbers: the same is no news in another file. At most [`ENOUGH`].
    pub rows: HashSet<[u8; 8]>,
    pub of_other_unit: u32,
    pub registers_elsewhere: u32,
    pub phone_taken: u32,
    pub card_taken: u32,
    pub account_taken: u32,
}

impl Disclosures {
    pub const fn in_all(&self) -> u32 {
        self.of_other_unit
            + self.registers_elsewhere
            + self.phone_taken
            + self.card_taken
            + self.account_taken
    }

    fn count(&mut self, faults: &[Fault], said: &Said) {
        let before = self.in_all();
        for fault in faults {
            match fault {
                Fault::OfOtherUnit(None) | Fault::LetGo(None) | Fault::Voided(_) => self.of_other_unit += 1,
                Fault::RegistersElsewhere => self.registers_elsewhere += 1,
                Fault::PhoneTaken => self.phone_taken += 1,
                Fault::CardTaken => self.card_taken += 1,
                Fault::AccountTaken => self.account_taken += 1,
                _ => {}
            }
        }
        if self.in_all() > before && self.rows.len() < ENOUGH {
            let numbers = Sha256::new()
                .chain_update(short(&said.number_indexes))
                .chain_update(short(&said.phone_indexes))
                .chain_update(said.card_number.as_deref().unwrap_or_default());
            // A row without an account is known as it was before there were any.
            let numbers = match &said.account {
                Some(account) => numbers.chain_update("\n").chain_update(account),
                None => numbers,
            };
            self.rows.extend(numbers.finalize().first_chunk().copied());
        }
    }
}

/// More are told in no day, so no more are looked at one by one.
const ENOUGH: usize = ANSWERS_A_DAY as usize + 1;

/// What a file comes to.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub tally: Tally,
    pub told: Disclosures,
    /// Departments that rows of the sender's own unit name, and that it has not.
    pub missing: BTreeSet<String>,
}

impl Sum {
    /// Keeps the name of a department that could be added as it is written: one within another is added by hand.
    fn lacks(&mut self, department: &str) {
        let is_name = units::name_as_kept(department).as_deref() == Some(department);
        if is_name && !department.contains(WITHIN) && self.missing.len() < MISSING {
            self.missing.insert(department.to_owned());
        }
    }

    fn add(&mut self, number: u32, name: &str, what: &What) {
        let (does, known_by) = match what {
            What::Add(new) => {
                let New { said, unit, department } = &**new;
                let Said { titled, specialty, takes_part, card_number, account, .. } = said;
                let indexes =
                    [&said.number_indexes, &said.phone_indexes].into_iter().filter_map(|all| all.first());
                let facts = format!(
                    "add {unit:?} {department:?} {titled:?} {specialty} {takes_part} {card_number:?} {account:?}\n"
                );
                (Does::Add, indexes.flatten().copied().chain(facts.into_bytes()).collect())
            }
            What::Fill(filled) => (Does::Change, format!("{filled:?}\n").into_bytes()),
            What::Same => (Does::Same, b"same\n".to_vec()),
            What::Wrong(faults) => (Does::Wrong(faults), format!("{faults:?}\n").into_bytes()),
        };
        self.tally.row(number, name, &does, &known_by);
    }
}

/// Missing departments that are kept.
const MISSING: usize = 200;
/// The first bytes of a blind index, by which a row is found among those before it.
type Short = [u8; 16];

/// What the rows so far have come to.
pub(super) struct Judge {
    places: Places,
    today: Date,
    numbers: HashMap<Short, u32>,
    phones: HashMap<Short, u32>,
    cards: HashMap<String, u32>,
    accounts: HashMap<String, u32>,
    pub sum: Sum,
}

impl Judge {
    pub async fn new(pool: &PgPool, by: &Account, today: Date) -> sqlx::Result<Self> {
        let (numbers, phones, cards, accounts, sum) = Default::default();
        Ok(Self { places: Places::of(pool, by).await?, today, numbers, phones, cards, accounts, sum })
    }

    /// Judges the next rows.
    pub async fn rows(&mut self, pool: &PgPool, rows: Vec<Read>) -> sqlx::Result<Vec<(u32, What)>> {
        let said = || rows.iter().filter_map(|row| row.said.as_deref().ok());
        self.places.learn(pool, said().filter_map(|said| said.unit.as_deref())).await?;
        let stands = sql::stands(pool, self.places.above(), said(), self.today).await?;
        let mut judged = Vec::with_capacity(rows.len());
        for Read { number, name, said } in rows {
            let what = match said {
                Err(faults) => What::Wrong(faults),
                Ok(said) => self.row(number, *said, &stands),
            };
            self.sum.add(number, &name, &what);
            judged.push((number, what));
        }
        Ok(judged)
    }

    fn row(&mut self, number: u32, said: Said, stands: &Stands) -> What {
        // Of a number, a phone, a card and an account that several rows have, the first row has it.
        let mut faults = Vec::new();
        faults.extend(taken(&mut self.numbers, short(&said.number_indexes), number).map(Fault::Twice));
        faults.extend(taken(&mut self.phones, short(&said.phone_indexes), number).map(Fault::PhoneTwice));
        if let Some(card) = &said.card_number {
            faults.extend(taken(&mut self.cards, card.clone(), number).map(Fault::CardTwice));
        }
        if let Some(account) = &said.account {
            faults.extend(taken(&mut self.accounts, account.clone(), number).map(Fault::AccountTwice));
        }
        // No more is said of these: many rows with one number and a different phone each would tell which is the person's.
        if !faults.is_empty() {
            return What::Wrong(faults);
        }
        let unit = self.places.unit(said.unit.as_deref()).map_err(|fault| faults.push(fault)).ok();
        let department = match (unit, said.department.as_deref()) {
            (Some(unit), Some(name)) => match self.places.department(unit, name) {
                Ok(department) => Some(department),
                Err(fault) => {
                    if fault == Fault::DepartmentUnknown && self.places.is_own(unit) {
                        self.sum.lacks(name);
                    }
                    faults.push(fault);
                    None
                }
            },
            _ => None,
        };
        let person = stands.of_number(&said.number_indexes);
        if let (Some(unit), Some(person)) = (unit, person) {
            let differs = differs(person, unit, &said);
            // A phone is not changed by a file: that takes proof, or the unit's look at the document.
            let has_other = stands.of_phone(&said.phone_indexes) != Some(person.id);
            faults.extend(differs.or_else(|| has_other.then_some(Fault::PhoneOther)));
        }
        let is_other = |owner: PersonId| person.is_none_or(|person| person.id != owner);
        if person.is_none() && stands.of_phone(&said.phone_indexes).is_some() {
            faults.push(Fault::PhoneTaken);
        }
        if said.card_number.as_deref().and_then(|card| stands.of_card(card)).is_some_and(is_other) {
            faults.push(Fault::CardTaken);
        }
        if said.account.as_deref().and_then(|account| stands.of_account(account)).is_some_and(is_other) {
            faults.push(Fault::AccountTaken);
        }
        if let (None, Some(unit)) = (person, unit) {
            faults.extend(stands.registers(&said.number_indexes, &said.phone_indexes, unit));
        }
        self.sum.told.count(&faults, &said);
        match (unit, person) {
            (Some(unit), None) if faults.is_empty() => What::Add(Box::new(New { said, unit, department })),
            (Some(_), Some(person)) if faults.is_empty() => fill(person, &said, department),
            _ => What::Wrong(faults),
        }
    }
}

/// Why a row is not about this person, who has its number.
fn differs(person: &sql::Known, unit: UnitId, said: &Said) -> Option<Fault> {
    if let Some(by) = &person.voided_by {
        return Some(Fault::Voided(by.clone()));
    }
    let is_called_so = alike(&person.name) == alike(&said.name);
    if person.unit != unit {
        let shown = person.unit_shown.clone();
        // Who has another name in hand could not take them in either.
        let let_go = person.is_let_go && is_called_so;
        return Some(if let_go { Fault::LetGo(shown) } else { Fault::OfOtherUnit(shown) });
    }
    if !is_called_so {
        return Some(Fault::NameOther);
    }
    if person.is_cancelled {
        return Some(Fault::Cancelled);
    }
    (!person.is_approved).then_some(Fault::NotApproved)
}

/// The row before that has it; otherwise this one has it.
fn taken<T: std::hash::Hash + Eq>(by: &mut HashMap<T, u32>, what: T, row: u32) -> Option<u32> {
    let first = *by.entry(what).or_insert(row);
    (first != row).then_some(first)
}

fn short(indexes: &[Vec<u8>]) -> Short {
    indexes.first().and_then(|index| index.first_chunk().copied()).unwrap_or_default()
}

/// The dot of names such as 买买提·吐尔逊 is written in many ways.
fn alike(name: &str) -> String {
    name.chars().map(|letter| if "•‧・．.".contains(letter) { '·' } else { letter }).collect()
}

/// What stands is the unit's to change on the person's page: a file fills in what is empty.
fn fill(person: &sql::Known, said: &Said, department: Option<UnitId>) -> What {
    let filled = Filled {
        person: person.id,
        version: person.version,
        department: department.filter(|_| !person.has_department),
        // Where a title stands, another one is no correction of it: it is entered with its day, on the person's page.
        titled: Some(said.titled).filter(|(series, level)| {
            !person.is_titled && (person.title.is_empty() || person.title == title(*series, *level))
        }),
        card_number: said.card_number.clone().filter(|_| !person.has_card),
        account: said.account.clone().filter(|_| !person.has_account),
    };
    let numbers = [&filled.card_number, &filled.account];
    if filled.department.is_none() && filled.titled.is_none() && numbers.iter().all(|one| one.is_none()) {
        What::Same
    } else {
        What::Fill(Box::new(filled))
    }
}
