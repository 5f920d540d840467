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
pub struct Place {
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
    pub place: Place,
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

/// Reads the sheet that has these columns, and at most so many rows.
pub fn read(bytes: &[u8], wanted: &[Column], most: usize) -> Result<Sheet, Error> {
    let mut workbook = Workbook::open(bytes)?;
    for sheet in 0..workbook.sheets().len() {
        if !workbook.sheets()[sheet].is_visible {
            continue;
        }
        let top = top(&mut workbook, sheet)?;
        let merged: Vec<_> = workbook.merged(sheet).into_iter().map(|(rows, _)| rows).collect();
        if let Some(head) = head::find(wanted, &top, &merged) {
            let rows = rows(&mut workbook, sheet, &head, wanted.len(), most)?;
            return Ok(Sheet { rows, place: Place { sheet, head: head.last } });
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

fn rows(
    workbook: &mut Workbook<'_>,
    sheet: usize,
    head: &Head,
    wanted: usize,
    most: usize,
) -> Result<Vec<Row>, Error> {
    // A column may be asked for under two names, each of which finds it.
    let mut places: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (place, column) in &head.columns {
        places.entry(*column).or_default().push(*place);
    }
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    workbook.cells(sheet, |row, column, value| {
        let Some(places) = places.get(&column).filter(|_| row > head.last) else {
            return Ok(ControlFlow::Continue(()));
        };
        let cell = Cell::of(value);
        if !cell.is_empty() {
            let cells = rows.entry(row).or_insert_with(|| vec![Cell::Empty; wanted]);
            for place in places {
                cells[*place] = cell.clone();
            }
            if rows.len() > most {
                return Err(Error::TooLarge("it has too many rows"));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if rows.is_empty() {
        return Err(Error::Empty);
    }
    Ok(rows.into_iter().map(|(row, cells)| Row { number: row + 1, cells }).collect())
}
