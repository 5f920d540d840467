//! One row of a workbook as what it says of a person, with all that is wrong with it at once. Pure.

use jiff::civil::Date;

use super::columns::{
    ALL_SERIES, CARD, COLUMNS, DEPARTMENT, DOCUMENT, DOCUMENTS, LEVEL, LEVELS, NAME, NUMBER, PHONE, SERIES,
    SPECIALTY, TAKES_PART, TITLE, UNIT, YES_OR_NO, titled,
};
use super::fault::Fault;
use crate::document::{Document, DocumentKind};
use crate::entered::{card_number_as_entered, name_as_entered, specialty_as_entered};
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::Phone;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::sheets::{Cell, Row, meant};

/// A row as it was read.
#[derive(Debug)]
pub(super) struct Read {
    /// As the sheet numbers it.
    pub number: u32,
    /// What the row calls the person; empty where nothing can be read.
    pub name: String,
    pub said: Result<Box<Said>, Vec<Fault>>,
}

/// What a row says of a person.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub name: String,
    pub document: Document,
    pub phone: Phone,
    /// Blind indexes under every master key, the newest first.
    pub number_indexes: Vec<Vec<u8>>,
    pub phone_indexes: Vec<Vec<u8>>,
    pub unit: Option<String>,
    pub department: Option<String>,
    pub titled: (TitleSeries, TitleLevel),
    pub specialty: String,
    pub takes_part: bool,
    pub card_number: Option<String>,
}

/// Reads a row.
pub(super) fn read(row: &Row, sealer: &Sealer, today: Date) -> Read {
    let mut faults = Vec::new();
    for (at, column) in COLUMNS.iter().enumerate() {
        if let Some(why) = row.cell(at).fault() {
            faults.push(Fault::CellUnreadable(column.name, why));
        }
    }
    let name = name(row, &mut faults);
    let document = document(row, today, &mut faults);
    let phone = phone(row, &mut faults);
    let titled = title(row, &mut faults);
    let specialty = specialty(row, &mut faults);
    let takes_part = word(row, TAKES_PART, YES_OR_NO, &mut faults);
    let card_number = card(row, &mut faults);
    let text = |column| row.cell(column).text().map(ToOwned::to_owned);
    let called = name.clone().or_else(|| text(NAME)).unwrap_or_default();
    let said = match (name, document, phone, titled, specialty) {
        (Some(name), Some(document), Some(phone), Some(titled), Some(specialty)) if faults.is_empty() => {
            Ok(Box::new(Said {
                number_indexes: sealer.indexes(Kind::IdNumber, &document.expose()).collect(),
                phone_indexes: sealer.indexes(Kind::Phone, phone.expose()).collect(),
                name,
                document,
                phone,
                unit: text(UNIT),
                department: text(DEPARTMENT),
                titled,
                specialty,
                takes_part: takes_part.unwrap_or(true),
                card_number,
            }))
        }
        _ => Err(faults),
    };
    Read { number: row.number, name: called, said }
}

/// The text of a cell that must have one; what is missing is said, and what cannot be read has been.
fn required<'a>(row: &'a Row, column: usize, missing: Fault, faults: &mut Vec<Fault>) -> Option<&'a str> {
    match row.cell(column) {
        Cell::Empty => {
            faults.push(missing);
            None
        }
        cell => cell.text(),
    }
}

fn name(row: &Row, faults: &mut Vec<Fault>) -> Option<String> {
    let name = name_as_entered(required(row, NAME, Fault::NameMissing, faults)?);
    if name.is_none() {
        faults.push(Fault::NameWrong);
    }
    name
}

fn document(row: &Row, today: Date, faults: &mut Vec<Fault>) -> Option<Document> {
    let kind = match row.cell(DOCUMENT) {
        Cell::Empty => Some(DocumentKind::IdCard),
        _ => word(row, DOCUMENT, DOCUMENTS, faults),
    };
    let number = required(row, NUMBER, Fault::NumberMissing, faults);
    let (kind, number) = (kind?, number?);
    Fault::of_number(kind, number, today).map_err(|fault| faults.push(fault)).ok()
}

fn phone(row: &Row, faults: &mut Vec<Fault>) -> Option<Phone> {
    let phone = Phone::parse(required(row, PHONE, Fault::PhoneMissing, faults)?).ok();
    if phone.is_none() {
        faults.push(Fault::PhoneWrong);
    }
    phone
}

/// By series and level, or by what those who have it are called.
fn title(row: &Row, faults: &mut Vec<Fault>) -> Option<(TitleSeries, TitleLevel)> {
    let before = faults.len();
    let series = word(row, SERIES, ALL_SERIES, faults);
    let level = word(row, LEVEL, LEVELS, faults);
    let is_unread = [SERIES, LEVEL, TITLE].iter().any(|at| row.cell(*at).fault().is_some());
    if faults.len() > before || is_unread {
        return None;
    }
    let text = row.cell(TITLE).text();
    // A name that is known says both; what columns beside it say is the same, or one of them is wrong.
    let named = text.and_then(|text| titled(series, text).or_else(|| titled(None, text)));
    let contradicts = named.is_some_and(|(of_series, of_level)| {
        level.is_some_and(|level| level != of_level)
            || of_level != TitleLevel::None && series.is_some_and(|series| series != of_series)
    });
    if contradicts {
        faults.push(Fault::TitleContradicts);
        return None;
    }
    match (series, level, text) {
        (Some(series), Some(level), _) => Some((series, level)),
        (None, Some(TitleLevel::None), _) => Some((TitleSeries::Other, TitleLevel::None)),
        (_, _, Some(text)) => {
            let found = titled(series, text);
            if found.is_none() {
                faults.push(Fault::TitleUnknown);
            }
            found
        }
        _ => {
            faults.push(Fault::TitleMissing);
            None
        }
    }
}

fn specialty(row: &Row, faults: &mut Vec<Fault>) -> Option<String> {
    let specialty = specialty_as_entered(required(row, SPECIALTY, Fault::SpecialtyMissing, faults)?);
    if specialty.is_none() {
        faults.push(Fault::SpecialtyWrong);
    }
    specialty
}

fn card(row: &Row, faults: &mut Vec<Fault>) -> Option<String> {
    let number = card_number_as_entered(row.cell(CARD).text()?);
    if number.is_none() {
        faults.push(Fault::CardWrong);
    }
    number
}

fn word<T: Copy>(row: &Row, column: usize, words: &[(T, &[&str])], faults: &mut Vec<Fault>) -> Option<T> {
    let found = meant(words, row.cell(column).text()?);
    if found.is_none() {
        faults.push(Fault::WordUnknown(COLUMNS[column].name, COLUMNS[column].hint));
    }
    found
}
