//! A file read: the first visible sheet that has the head, row by row, each under its own number in the sheet. Only the columns
//! that are asked for are held.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Error;
use super::cell::Cell;
use super::head::{self, Column, DEEP, Head, SEARCHED, Top};
use super::workbook::Workbook;

/// Columns of a sheet among which those that are asked for are looked for.
pub(super) const COLUMNS: u16 = 200;

/// Where in a file what was asked for stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLocation {
    /// Which of its sheets, from 0.
    pub(super) sheet: usize,
    /// The last row of the head, from 0.
    pub(super) head: u32,
}

/// A sheet with the columns that were asked for.
#[derive(Debug)]
pub struct Sheet {
    /// Rows below the head that hold something in any of these columns.
    pub rows: Vec<Row>,
    pub place: TableLocation,
}

/// One row below the head.
#[derive(Debug)]
pub struct Row {
    /// As the program that shows the sheet numbers it, from 1.
    pub number: u32,
    cells: Vec<Cell>,
}

impl Row {
    /// What stands in a column, by its place among those that were asked for.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// Rows that `read` takes at a time.
const PIECE: usize = 1000;

/// Reads the sheet that has these columns, and at most so many rows. It blocks.
pub fn read(bytes: &[u8], wanted: &[Column], most: usize) -> Result<Sheet, Error> {
    let mut rows = Vec::new();
    let place = read_in_pieces(bytes, wanted, most, PIECE, |piece| {
        rows.extend(piece);
        Ok(())
    })?;
    Ok(Sheet { rows, place })
}

/// The same off the async threads.
pub async fn read_apart(bytes: Vec<u8>, wanted: &'static [Column], most: usize) -> Result<Sheet, Error> {
    let read = tokio::task::spawn_blocking(move || read(&bytes, wanted, most)).await;
    // A reader that panics has met what it cannot read.
    read.unwrap_or(Err(Error::NotAWorkbook))
}

/// The same, so many rows at a time and no more of them in memory: `see` is given each piece. Where they stand.
pub fn read_in_pieces(
    bytes: &[u8],
    wanted: &[Column],
    most: usize,
    piece: usize,
    see: impl FnMut(Vec<Row>) -> Result<(), Error>,
) -> Result<TableLocation, Error> {
    let mut workbook = Workbook::open(bytes)?;
    for sheet in 0..workbook.sheets().len() {
        if !workbook.sheets()[sheet].is_visible {
            continue;
        }
        let top = top(&mut workbook, sheet)?;
        let merged: Vec<_> = workbook.merged(sheet).into_iter().map(|(rows, _)| rows).collect();
        if let Some(head) = head::find(wanted, &top, &merged) {
            let mut pieces = Pieces { piece, most, rows: Vec::with_capacity(piece), seen: 0, see };
            pieces.read(&mut workbook, sheet, &head, wanted.len())?;
            return Ok(TableLocation { sheet, head: head.last });
        }
    }
    Err(Error::NoHead(wanted.iter().find(|column| column.required).map_or("", |column| column.name)))
}

/// The rows among which the head is looked for.
fn top(workbook: &mut Workbook<'_>, sheet: usize) -> Result<Top, Error> {
    let mut top = Top::new();
    workbook.cells(sheet, |row, column, value| {
        if let Cell::Text(text) = Cell::of(value)
            && column < COLUMNS
        {
            if top.len() == SEARCHED + DEEP as usize && !top.contains_key(&row) {
                return Ok(ControlFlow::Break(()));
            }
            top.entry(row).or_default().insert(column, text);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(top)
}

/// Rows that are handed on as soon as they are so many.
struct Pieces<S> {
    piece: usize,
    most: usize,
    /// Those that are not handed on yet; the last one may go on.
    rows: Vec<Row>,
    seen: usize,
    see: S,
}

impl<S: FnMut(Vec<Row>) -> Result<(), Error>> Pieces<S> {
    fn read(
        &mut self,
        workbook: &mut Workbook<'_>,
        sheet: usize,
        head: &Head,
        wanted: usize,
    ) -> Result<(), Error> {
        // A column may be asked for under two names, each of which finds it.
        let mut places: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (place, column) in &head.columns {
            places.entry(*column).or_default().push(*place);
        }
        workbook.cells(sheet, |row, column, value| {
            if let Some(places) = places.get(&column).filter(|_| row > head.last) {
                let cell = Cell::of(value);
                if !cell.is_empty() {
                    let cells = &mut self.row(row + 1, wanted)?.cells;
                    for place in places {
                        cells[*place] = cell.clone();
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if self.seen == 0 {
            return Err(Error::Empty);
        }
        (self.see)(std::mem::take(&mut self.rows))
    }

    /// The row of this number, which is the last one or comes after it: they stand in order in every workbook.
    fn row(&mut self, number: u32, wanted: usize) -> Result<&mut Row, Error> {
        match self.rows.last().map(|last| last.number) {
            Some(last) if last > number => return Err(Error::NotAWorkbook),
            Some(last) if last == number => {}
            _ => {
                self.seen += 1;
                if self.seen > self.most {
                    return Err(Error::TooLarge("it has too many rows"));
                }
                if self.rows.len() == self.piece {
                    let full = std::mem::replace(&mut self.rows, Vec::with_capacity(self.piece));
                    (self.see)(full)?;
                }
                self.rows.push(Row { number, cells: vec![Cell::Empty; wanted] });
            }
        }
        self.rows.last_mut().ok_or(Error::Empty)
    }
}
