//! Attendance records as an XLSX workbook, sheet 考勤明细, written row by row in bounded memory.
//! It must not know HTTP. It blocks: rows pass through a nameless temporary file, so it belongs off the async threads.

use std::io::{Seek, Write};

use jiff::Timestamp;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::cell::{Cell, could_run};
use super::{COLUMNS, ExportRow};

const SHEET: &str = "考勤明细";

/// What Excel can hold: rows of a sheet, UTF-16 units of a cell.
const MOST_ROWS: u32 = 1_048_576;
const LONGEST_TEXT: usize = 32_767;

/// Excel's own number format "Text": what is typed into such a cell stays a text.
const TEXT: u8 = 49;

/// Why a workbook could not be written: a full disk, or a mistake of ours.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct XlsxError(#[from] rust_xlsxwriter::XlsxError);

/// A workbook that grows row by row. When a sheet is full, 考勤明细 2 follows.
pub struct Xlsx {
    workbook: Workbook,
    formats: Formats,
    /// Sheets begun, and rows written to the last one.
    sheets: usize,
    rows: u32,
    most_rows: u32,
}

struct Formats {
    header: Format,
    text: Format,
    /// As `text`, with the mark that Excel sets when one types an apostrophe first.
    could_run: Format,
    whole: Format,
}

impl Xlsx {
    /// `made_at` stands in the file's properties.
    pub fn new(made_at: Timestamp) -> Result<Self, XlsxError> {
        Self::with_sheets_of(MOST_ROWS, made_at)
    }

    fn with_sheets_of(most_rows: u32, made_at: Timestamp) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let made_at = ExcelDateTime::from_timestamp(made_at.as_second())?;
        workbook.set_properties(&DocProperties::new().set_title(SHEET).set_creation_datetime(&made_at));
        let mut xlsx = Self { workbook, formats: Formats::new(), sheets: 0, rows: 0, most_rows };
        xlsx.begin_sheet()?;
        Ok(xlsx)
    }

    /// One record.
    pub fn write_row(&mut self, row: &ExportRow<'_>) -> Result<(), XlsxError> {
        if self.rows == self.most_rows {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (column, cell) in (0_u16..).zip(row.cells()) {
            self.formats.write(sheet, self.rows, column, &cell)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Writes the whole file to `out`.
    pub fn finish(mut self, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
        self.end_sheet()?;
        Ok(self.workbook.save_to_writer(out)?)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = if self.sheets == 1 { SHEET.to_owned() } else { format!("{SHEET} {}", self.sheets) };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?.set_landscape();
        for (at, column) in (0_u16..).zip(&COLUMNS) {
            sheet.set_column_width(at, column.width)?;
        }
        sheet.set_row_height(0, 34)?;
        for (at, column) in (0_u16..).zip(&COLUMNS) {
            sheet.write_string_with_format(0, at, column.header, &self.formats.header)?;
        }
        self.rows = 1;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let (last_row, last_column) = (self.rows - 1, (0_u16..).zip(&COLUMNS).last().map_or(0, |(at, _)| at));
        self.workbook.worksheet_from_index(self.sheets - 1)?.autofilter(0, 0, last_row, last_column)?;
        Ok(())
    }
}

impl Formats {
    fn new() -> Self {
        let text = Format::new().set_num_format_index(TEXT).set_align(FormatAlign::VerticalCenter);
        Self {
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_font_color(Color::RGB(0x00_1F_2A_37))
                .set_background_color(Color::RGB(0x00_E8_EE_F4))
                .set_border_bottom(FormatBorder::Thin),
            could_run: text.clone().set_quote_prefix(),
            text,
            whole: Format::new().set_align(FormatAlign::VerticalCenter),
        }
    }

    /// A text is written as a text, which Excel never runs, whatever it begins with: the value stays what it is, without
    /// the apostrophe of the CSV. What could run carries the quote mark besides, so that it stays a text when somebody
    /// edits the cell and presses Enter.
    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell<'_>) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) => {
                let format = if could_run(text) { &self.could_run } else { &self.text };
                sheet.write_string_with_format(row, column, shortened(text), format)?;
            }
            Cell::Whole(number) => {
                // Every i32 and u32 is exact as a double.
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "screens and milliseconds are far below 2^53"
                )]
                sheet.write_number_with_format(row, column, *number as f64, &self.whole)?;
            }
            Cell::Empty => {}
        }
        Ok(())
    }
}

/// At most what a cell can hold, the last character an ellipsis if something was cut.
fn shortened(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let mut left = LONGEST_TEXT - 1;
    let fits = text.chars().take_while(|c| {
        let room = left >= c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        room
    });
    fits.chain(['…']).collect()
}

#[cfg(test)]
mod tests;
