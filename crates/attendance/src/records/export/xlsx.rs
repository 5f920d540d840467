//! Attendance records as an XLSX workbook, written row by row in bounded memory: 签到汇总, a person a row, to be printed and
//! signed; and 明细, a record a row, its dates and clocks real ones.
//! It must not know HTTP. It blocks: rows pass through a nameless temporary file, so it belongs off the async threads.

mod summary;

pub use summary::Heading;

use std::io::{Seek, Write};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use super::cell::{Cell, could_run};
use super::{COLUMNS, ExportRow, PersonRow};
use summary::Summary;
use zaichang_core::clock::SHANGHAI;

const SHEET: &str = "明细";

/// What Excel can hold: rows of a sheet, UTF-16 units of a cell.
const MOST_ROWS: u32 = 1_048_576;
const LONGEST_TEXT: usize = 32_767;

/// Excel's own number format "Text": what is typed into such a cell stays a text.
const TEXT: u8 = 49;

/// Why a workbook could not be written: a full disk, or a mistake of ours.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct XlsxError(#[from] rust_xlsxwriter::XlsxError);

/// A workbook that grows row by row: first the people, then the records. When a sheet is full, 明细 2 follows.
pub struct Xlsx {
    workbook: Workbook,
    formats: Formats,
    summary: Summary,
    /// Sheets of records begun, and rows written to the last one.
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
    day: Format,
    moment: Format,
}

impl Xlsx {
    /// `made_at` stands in the file's properties; what does not fit into memory lies in `folder` meanwhile, without a name.
    pub fn new(heading: &Heading<'_>, made_at: Timestamp, folder: &Path) -> Result<Self, XlsxError> {
        Self::with_sheets_of(MOST_ROWS, heading, made_at, folder)
    }

    fn with_sheets_of(
        most_rows: u32,
        heading: &Heading<'_>,
        made_at: Timestamp,
        folder: &Path,
    ) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let made = ExcelDateTime::from_timestamp(made_at.as_second())?;
        workbook.set_properties(&DocProperties::new().set_title(summary::SHEET).set_creation_datetime(&made));
        let summary = Summary::begin(workbook.add_worksheet_with_constant_memory()?, heading)?;
        let mut xlsx = Self { workbook, formats: Formats::new(), summary, sheets: 0, rows: 0, most_rows };
        xlsx.begin_sheet()?;
        Ok(xlsx)
    }

    /// One person.
    pub fn write_person(&mut self, person: &PersonRow<'_>) -> Result<(), XlsxError> {
        self.summary.write(self.workbook.worksheet_from_index(0)?, person)
    }

    /// One record.
    pub fn write_row(&mut self, row: &ExportRow<'_>) -> Result<(), XlsxError> {
        if self.rows == self.most_rows {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets)?;
        for (column, cell) in (0_u16..).zip(row.cells()) {
            self.formats.write(sheet, self.rows, column, &cell)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Writes the whole file to `out`.
    pub fn finish(mut self, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
        self.end_sheet()?;
        self.summary.end(self.workbook.worksheet_from_index(0)?)?;
        Ok(self.workbook.save_to_writer(out)?)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = if self.sheets == 1 { SHEET.to_owned() } else { format!("{SHEET} {}", self.sheets) };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 1)?.set_repeat_rows(0, 0)?;
        on_a4(sheet);
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
        if self.rows == 1 {
            // In constant memory the last row is written twice if it has a height of its own, as the head has.
            let sheet = self.workbook.worksheet_from_index(self.sheets)?;
            sheet.write_blank(1, 0, &self.formats.text)?;
        }
        let (last_row, last_column) = (self.rows - 1, (0_u16..).zip(&COLUMNS).last().map_or(0, |(at, _)| at));
        self.workbook.worksheet_from_index(self.sheets)?.autofilter(0, 0, last_row, last_column)?;
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
            day: Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::VerticalCenter),
            moment: Format::new()
                .set_num_format("yyyy-mm-dd hh:mm:ss.000")
                .set_align(FormatAlign::VerticalCenter),
        }
    }

    /// A text is written as a text, which Excel never runs, whatever it begins with: the value stays what it is, without
    /// the apostrophe of the CSV. What could run carries the quote mark besides, so that it stays a text when a user
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
            Cell::Day(day) => {
                sheet.write_number_with_format(row, column, serial_of_day(*day), &self.day)?;
            }
            Cell::Moment(at) => {
                sheet.write_number_with_format(row, column, serial(*at), &self.moment)?;
            }
            Cell::Empty => {}
        }
        Ok(())
    }
}

/// Landscape on A4, as wide as the page, with page numbers.
fn on_a4(sheet: &mut Worksheet) {
    const A4: u8 = 9;
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3)
        .set_print_center_horizontally(true)
        .set_footer("&C第 &P 页，共 &N 页");
}

/// 1970-01-01 as Excel counts days.
const EPOCH: f64 = 25_569.0;
const DAY_MS: f64 = 86_400_000.0;

/// An instant as Excel counts it: days since 1899-12-30, by the wall clock in Asia/Shanghai.
fn serial(at: Timestamp) -> f64 {
    let ms = at.as_millisecond() + i64::from(SHANGHAI.seconds()) * 1000;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 need 41 bits of 52")]
    let ms = ms as f64;
    ms / DAY_MS + EPOCH
}

fn serial_of_day(day: Date) -> f64 {
    let days = (day - jiff::civil::date(1970, 1, 1)).get_days();
    f64::from(days) + EPOCH
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
