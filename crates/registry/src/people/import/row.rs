//! One row of a workbook as what it says of a person, with all that is wrong with it at once. Pure.

use jiff::civil::Date;

use super::columns::{
    ACCOUNT, ALL_SERIES, CARD, COLUMNS, DEPARTMENT, DOCUMENT, DOCUMENTS, LEVEL, LEVELS, NAME, NUMBER, PHONE,
    SERIES, SPECIALTY, TAKES_PART, TITLE, UNIT, YES_OR_NO, titled,
};
use super::fault::Fault;
use crate::document::{Document, DocumentKind};
use crate::entered::{
    account_as_entered, card_number_as_entered, is_numbered, name_as_entered, says_nothing,
    specialty_as_entered,
};
use crate::title::{TitleLevel, TitleSeries};
use zaichang_core::Phone;
use zaichang_core::seal::{Kind, Sealer};
use zaichang_platform::sheets::{Filled, Row};

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
    /// By which they logged in on the platform before.
    pub account: Option<String>,
}

/// Reads a row.
pub(super) fn read(row: &Row, sealer: &Sealer, today: Date) -> Read {
    let number = row.number;
    let mut row = Filled::of(row, &COLUMNS);
    let name = name(&mut row);
    let called = name.as_deref().or(row.text(NAME)).unwrap_or_default().to_owned();
    let document = document(&mut row, today);
    let phone = row.required(PHONE, Fault::PhoneMissing);
    let phone = phone.and_then(|phone| row.said(Phone::parse(phone).ok(), Fault::PhoneWrong));
    let titled = title(&mut row);
    let specialty = row.required(SPECIALTY, Fault::SpecialtyMissing);
    let specialty = specialty.and_then(|text| row.said(specialty_as_entered(text), Fault::SpecialtyWrong));
    let takes_part = row.word(TAKES_PART, YES_OR_NO).unwrap_or(true);
    let card = row.text(CARD);
    let card_number = card.and_then(|card| row.said(card_number_as_entered(card), Fault::CardWrong));
    let account = account(&mut row, document.as_ref());
    let [unit, department] = [UNIT, DEPARTMENT].map(|column| row.text(column).map(ToOwned::to_owned));
    let said = || {
        let (document, phone) = (document?, phone?);
        Some(Box::new(Said {
            number_indexes: sealer.indexes(Kind::IdNumber, &document.expose()).collect(),
            phone_indexes: sealer.indexes(Kind::Phone, phone.expose()).collect(),
            name: name?,
            document,
            phone,
            unit,
            department,
            titled: titled?,
            specialty: specialty?,
            takes_part,
            card_number,
            account,
        }))
    };
    Read { number, name: called, said: row.end(said) }
}

fn name(row: &mut Filled<'_, Fault>) -> Option<String> {
    let name = name_as_entered(row.required(NAME, Fault::NameMissing)?);
    row.said(name, Fault::NameWrong)
}

fn document(row: &mut Filled<'_, Fault>, today: Date) -> Option<Document> {
    let kind =
        if row.is_empty(DOCUMENT) { Some(DocumentKind::IdCard) } else { row.word(DOCUMENT, DOCUMENTS) };
    let number = row.required(NUMBER, Fault::NumberMissing);
    Fault::of_number(kind?, number?, today).map_err(|fault| row.wrong(fault)).ok()
}

/// A personal number would stand there in clear: also the row's own, of whatever document.
fn account(row: &mut Filled<'_, Fault>, document: Option<&Document>) -> Option<String> {
    let account = row.text(ACCOUNT).filter(|account| !says_nothing(account))?;
    let account = row.said(account_as_entered(account), Fault::AccountWrong)?;
    let is_number = is_numbered(&account) || document.is_some_and(|document| document.is_called(&account));
    row.said((!is_number).then_some(account), Fault::AccountIsNumber)
}

/// By series and level, or by what those who have it are called.
fn title(row: &mut Filled<'_, Fault>) -> Option<(TitleSeries, TitleLevel)> {
    let before = row.faults();
    let series = row.word(SERIES, ALL_SERIES);
    let level = row.word(LEVEL, LEVELS);
    if row.faults() > before || row.is_unread(&[SERIES, LEVEL, TITLE]) {
        return None;
    }
    let text = row.text(TITLE);
    // A name that is known says both; what columns beside it say is the same, or one of them is wrong.
    let named = text.and_then(|text| titled(series, text).or_else(|| titled(None, text)));
    let contradicts = named.is_some_and(|(of_series, of_level)| {
        level.is_some_and(|level| level != of_level)
            || of_level != TitleLevel::None && series.is_some_and(|series| series != of_series)
    });
    if contradicts {
        row.wrong(Fault::TitleContradicts);
        return None;
    }
    match (series, level, text) {
        (Some(series), Some(level), _) => Some((series, level)),
        (None, Some(TitleLevel::None), _) => Some((TitleSeries::Other, TitleLevel::None)),
        (_, _, Some(text)) => row.said(titled(series, text), Fault::TitleUnknown),
        _ => row.said(None, Fault::TitleMissing),
    }
}
