//! A file that was sent, open to be read cell by cell, whichever kind it is. Only after its bounds were checked. Pure.

use std::io::Cursor;
use std::ops::ControlFlow;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};

use super::csv::Records;
use super::source::{self, Source};
use super::{Error, bounds, text};

/// Sheets of a workbook.
const SHEETS: usize = 20;
/// Cells that are looked at while it is open, blank ones with a format counted.
const CELLS: u64 = 30_000_000;

/// An open file.
pub(super) struct Workbook<'a> {
    kind: Kind<'a>,
    sheets: Vec<Named>,
    /// Cells that may still be looked at.
    left: u64,
}

enum Kind<'a> {
    Xlsx(Box<Xlsx<Cursor<&'a [u8]>>>),
    Csv(std::borrow::Cow<'a, str>),
}

/// A sheet.
#[derive(Clone)]
pub(super) struct Named {
    pub name: String,
    pub is_visible: bool,
}

impl<'a> Workbook<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let (kind, sheets) = match source::of(bytes)? {
            Source::Csv => {
                let text = text::read(bytes).ok_or(Error::NotAWorkbook)?;
                let sheet = Named { name: "Sheet1".to_owned(), is_visible: true };
                (Kind::Csv(text), vec![sheet])
            }
            Source::Xlsx => {
                bounds::check(bytes)?;
                let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Error::NotAWorkbook)?;
                let sheets = workbook.sheets_metadata().iter();
                let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| Named {
                    name: sheet.name.clone(),
                    is_visible: sheet.visible == SheetVisible::Visible,
                });
                let sheets: Vec<_> = sheets.take(SHEETS + 1).collect();
                (Kind::Xlsx(Box::new(workbook)), sheets)
            }
        };
        if sheets.len() > SHEETS {
            return Err(Error::TooLarge("it has 20 sheets at most"));
        }
        Ok(Self { kind, sheets, left: CELLS })
    }

    /// Its sheets, in their order.
    pub fn sheets(&self) -> &[Named] {
        &self.sheets
    }

    /// Calls `see` with row, column and value of each cell of a sheet that holds something, both counted from 0, until it breaks.
    pub fn cells(
        &mut self,
        sheet: usize,
        mut see: impl FnMut(u32, u16, &DataRef<'_>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        let left = &mut self.left;
        let mut count = || {
            *left = left.checked_sub(1).ok_or(Error::TooLarge("it has too many cells"))?;
            Ok::<_, Error>(())
        };
        match &mut self.kind {
            Kind::Xlsx(workbook) => {
                let Some(Named { name, .. }) = self.sheets.get(sheet) else { return Ok(()) };
                let mut cells = workbook.worksheet_cells_reader(name).map_err(|_| Error::NotAWorkbook)?;
                while let Some(cell) = cells.next_cell().map_err(|_| Error::NotAWorkbook)? {
                    count()?;
                    let (row, column) = cell.get_position();
                    let value = cell.get_value();
                    // No sheet has more columns.
                    let Ok(column) = u16::try_from(column) else { continue };
                    if *value != DataRef::Empty && see(row, column, value)?.is_break() {
                        break;
                    }
                }
            }
            Kind::Csv(text) => {
                for (row, record) in (0_u32..).zip(Records::of(text)) {
                    for (column, field) in (0_u16..).zip(record) {
                        count()?;
                        if !field.is_empty() && see(row, column, &DataRef::String(field))?.is_break() {
                            return Ok(());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The cells of a sheet that are one, each as its first and last row, its first and last column.
    pub fn merged(&mut self, sheet: usize) -> Vec<((u32, u32), (u32, u32))> {
        let (Kind::Xlsx(workbook), Some(Named { name, .. })) = (&mut self.kind, self.sheets.get(sheet))
        else {
            return Vec::new();
        };
        // What cannot be read of them is no reason to refuse the rest.
        let merged = workbook.merge_cells_by_sheet_name(name).unwrap_or_default();
        merged.into_iter().map(|cells| ((cells.start.0, cells.end.0), (cells.start.1, cells.end.1))).collect()
    }
}
