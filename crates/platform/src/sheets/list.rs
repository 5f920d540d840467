//! Lists that are given to people: a template, or rows with the columns that are read again. Every cell is of the format "Text",
//! so that no program turns a number into another, and none is taken for a formula. Rows pass through a nameless temporary file.

use std::io::{Seek, Write};
use std::path::Path;

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::Error;
use super::head::Column;

/// Excel's own number format "Text".
const TEXT: u8 = 49;
/// Characters of a cell that Excel can hold, with room for those that it counts twice.
const LONGEST: usize = 16_000;

pub(super) struct Formats {
    pub head: Format,
    pub text: Format,
    /// As `text`, with the mark that keeps `=1+1` a text when somebody edits it.
    quoted: Format,
    pub wrong: Format,
    pub time: Format,
}

impl Formats {
    pub fn new() -> Self {
        let text = Format::new().set_num_format_index(TEXT).set_align(FormatAlign::VerticalCenter);
        Self {
            head: text.clone().set_bold().set_background_color(Color::RGB(0x00_E9_F3_F1)),
            quoted: text.clone().set_quote_prefix(),
            wrong: text.clone().set_font_color(Color::RGB(0x00_B3_26_1E)).set_text_wrap(),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            text,
        }
    }

    /// A text as it is, but for what no workbook can hold.
    pub fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        let first = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        let runs = first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        let format = if runs { &self.quoted } else { &self.text };
        sheet.write_string_with_format(row, column, held(text), format).map(|_| ())
    }
}

/// Control characters become U+FFFD, to be seen rather than lost.
pub(super) fn held(text: &str) -> String {
    let cannot_stand = |sign: char| {
        (sign.is_control() && !matches!(sign, '\t' | '\n' | '\r')) || matches!(sign, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().take(LONGEST).map(|sign| if cannot_stand(sign) { '\u{fffd}' } else { sign }).collect()
}

/// A list that grows row by row.
pub struct List {
    workbook: Workbook,
    formats: Formats,
    rows: u32,
}

impl List {
    /// A list with these columns. What does not fit into memory lies in `scratch` meanwhile.
    pub fn begin(name: &str, columns: &[Column], scratch: &Path) -> Result<Self, Error> {
        let (mut workbook, formats) = (Workbook::new(), Formats::new());
        workbook.set_tempdir(scratch)?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 1)?;
        for (at, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(at, column.width)?;
            // What is typed below stays a text, too.
            sheet.set_column_format(at, &formats.text)?;
        }
        for (at, column) in (0_u16..).zip(columns) {
            let star = if column.required { "*" } else { "" };
            sheet.write_string_with_format(0, at, format!("{}{star}", column.name), &formats.head)?;
        }
        Ok(Self { workbook, formats, rows: 1 })
    }

    /// One row: each text under its column.
    pub fn row<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (at, text) in (0_u16..).zip(texts) {
            if !text.is_empty() {
                self.formats.write(sheet, self.rows, at, text)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// A second sheet that says how each column is filled in.
    pub fn explain(&mut self, columns: &[Column]) -> Result<(), Error> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("填写说明")?;
        sheet.set_column_width(0, 16)?;
        sheet.set_column_width(1, 90)?;
        for (row, column) in (0_u32..).zip(columns) {
            sheet.write_string_with_format(row, 0, column.name, &self.formats.head)?;
            sheet.write_string_with_format(row, 1, column.hint, &self.formats.text)?;
        }
        Ok(())
    }

    /// Writes the whole workbook.
    pub fn finish(mut self, out: impl Write + Seek + Send) -> Result<(), Error> {
        Ok(self.workbook.save_to_writer(out)?)
    }
}
