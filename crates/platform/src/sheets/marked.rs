//! Somebody's own workbook given back: the same sheets, rows, columns and values, with what is wrong with each row in a column of
//! its own behind the others. Sent again, that column makes room for the next one.

use std::collections::{BTreeMap, HashSet};
use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;

use calamine::DataRef;
use rust_xlsxwriter::{Workbook as Written, Worksheet, XlsxError};

use super::Error;
use super::list::{Formats, held};
use super::reading::{COLUMNS, TableLocation};
use super::workbook::Workbook;

/// Writes the file as it was sent to `out`, as a workbook, with `said` beside its rows, by their numbers.
pub fn mark(
    bytes: &[u8],
    place: TableLocation,
    title: &str,
    said: &BTreeMap<u32, String>,
    scratch: &Path,
    out: impl Write + Seek + Send,
) -> Result<(), Error> {
    let mut source = Workbook::open(bytes)?;
    let column = column(&mut source, place, title)?;
    let (mut written, formats) = (Written::new(), Formats::new());
    written.set_tempdir(scratch)?;
    let mut names = HashSet::new();
    for at in 0..source.sheets().len() {
        let named = source.sheets()[at].clone();
        let sheet = written.add_worksheet_with_constant_memory()?;
        // A name that no workbook may have is not worth the file.
        if names.insert(named.name.to_lowercase()) && sheet.set_name(&named.name).is_err() {
            sheet.set_name(format!("Sheet{}", at + 1))?;
        }
        sheet.set_hidden(!named.is_visible);
        if at == place.sheet {
            sheet.set_active(true);
            sheet.set_freeze_panes(place.head + 1, 0)?;
            sheet.set_column_width(column, 60)?;
            let mut marks = Marks { rows: said, head: place.head, title, next: 0, column };
            source.cells(at, |row, at, value| {
                marks.up_to(row, sheet, &formats)?;
                if at != column || row < place.head {
                    copy(sheet, row, at, value, &formats, row == place.head)?;
                }
                Ok(ControlFlow::Continue(()))
            })?;
            marks.up_to(u32::MAX, sheet, &formats)?;
        } else {
            source.cells(at, |row, at, value| {
                copy(sheet, row, at, value, &formats, false)?;
                Ok(ControlFlow::Continue(()))
            })?;
        }
    }
    Ok(written.save_to_writer(out)?)
}

/// The column of the time before; otherwise the one behind all that hold something.
fn column(source: &mut Workbook<'_>, place: TableLocation, title: &str) -> Result<u16, Error> {
    let (mut last, mut before) = (0, None);
    source.cells(place.sheet, |row, at, value| {
        if at < COLUMNS {
            last = last.max(at);
            if row == place.head && text_of(value) == Some(title) {
                before = Some(at);
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(before.unwrap_or(last + 1))
}

fn text_of<'a>(value: &'a DataRef<'_>) -> Option<&'a str> {
    match value {
        DataRef::String(text) => Some(text),
        DataRef::SharedString(text) => Some(text),
        _ => None,
    }
}

/// What is said of rows, written as the rows come by: a row that was written cannot be gone back to.
struct Marks<'a> {
    rows: &'a BTreeMap<u32, String>,
    head: u32,
    title: &'a str,
    /// The row, from 0, that has not been marked yet.
    next: u32,
    column: u16,
}

impl Marks<'_> {
    /// Marks each row that has gone by, and this one.
    fn up_to(&mut self, row: u32, sheet: &mut Worksheet, formats: &Formats) -> Result<(), XlsxError> {
        if row < self.next {
            return Ok(());
        }
        if (self.next..=row).contains(&self.head) {
            self.write(sheet, self.head, self.title, formats)?;
        }
        // Their numbers are from 1.
        let numbers = self.next.max(self.head + 1).saturating_add(1)..=row.saturating_add(1);
        if !numbers.is_empty() {
            for (number, said) in self.rows.range(numbers) {
                self.write(sheet, number - 1, said, formats)?;
            }
        }
        self.next = row.saturating_add(1);
        Ok(())
    }

    fn write(&self, sheet: &mut Worksheet, row: u32, text: &str, formats: &Formats) -> Result<(), XlsxError> {
        let format = if row == self.head { &formats.head } else { &formats.wrong };
        sheet.write_string_with_format(row, self.column, held(text), format).map(|_| ())
    }
}

/// A value as it was sent; of a formula what it came to.
fn copy(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &DataRef<'_>,
    formats: &Formats,
    is_head: bool,
) -> Result<(), XlsxError> {
    if let (true, Some(text)) = (is_head, text_of(value)) {
        return sheet.write_string_with_format(row, column, held(text), &formats.head).map(|_| ());
    }
    match value {
        DataRef::Empty => Ok(()),
        DataRef::SharedString(text) => formats.write(sheet, row, column, text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            formats.write(sheet, row, column, text)
        }
        #[expect(clippy::cast_precision_loss, reason = "Excel knows no other numbers")]
        DataRef::Int(number) => sheet.write_number(row, column, *number as f64).map(|_| ()),
        DataRef::Float(number) if number.is_finite() => sheet.write_number(row, column, *number).map(|_| ()),
        DataRef::Float(number) => formats.write(sheet, row, column, &number.to_string()),
        DataRef::Bool(so) => sheet.write_boolean(row, column, *so).map(|_| ()),
        DataRef::DateTime(time) => {
            sheet.write_number_with_format(row, column, time.as_f64(), &formats.time).map(|_| ())
        }
        DataRef::Error(error) => formats.write(sheet, row, column, &error.to_string()),
    }
}
