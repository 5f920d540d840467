//! Attendance records as CSV (RFC 4180, CRLF), UTF-8 with a byte order mark so that Excel reads Chinese.
//! It must not hold more than one row: it is made for streams without an end in sight.

use std::io::{self, Write};

use super::cell::{Cell, could_run};
use super::{COLUMNS, ExportRow, clock};

/// The byte order mark and the header row: once, at the beginning.
pub fn write_csv_header(out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    write_cells(out, COLUMNS.iter().map(|column| Cell::text(column.header)))
}

/// One record.
pub fn write_csv_row(out: &mut impl Write, row: &ExportRow<'_>) -> io::Result<()> {
    write_cells(out, row.cells())
}

fn write_cells<'a>(out: &mut impl Write, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        match cell {
            Cell::Text(text) => write_text(out, &text)?,
            Cell::Whole(number) => write!(out, "{number}")?,
            Cell::Day(day) => write!(out, "\"{day}\"")?,
            Cell::Moment(at) => write!(out, "\"{}\"", clock(at))?,
            Cell::Empty => {}
        }
    }
    out.write_all(b"\r\n")
}

/// Always in quotes: a spreadsheet that parts fields at semicolons or tabs then finds no second field in a text.
/// A text that could run as a formula gets an apostrophe before it, which is what CSV has against that.
fn write_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(if could_run(text) { b"\"'" } else { b"\"" })?;
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.write_all(b"\"\"")?;
        }
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use super::super::examples::{evil_texts, row};
    use super::*;

    fn written(rows: &[ExportRow<'_>]) -> String {
        let mut out = Vec::new();
        write_csv_header(&mut out).unwrap();
        for row in rows {
            write_csv_row(&mut out, row).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    fn read(text: &str) -> Vec<Vec<String>> {
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_record_is_written_as_it_should_look() {
        let text = written(&[row()]);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert!(
            lines[0].starts_with("\u{feff}\"姓名 Name\",\"证件号码 ID number\",\"手机 Phone\""),
            "{}",
            lines[0]
        );
        assert_eq!(
            lines[1],
            "\"王䶮\",\"430***********1234\",\"138****1234\",\"4301000012345678\",\"湖南省人民医院\",\"心血管内科\",\
             \"主治医师\",\"心血管病学\",\"心力衰竭诊治进展\",\"2026-11-21\",\"2026-11-21 09:02:13.123\",\
             \"2026-11-21 09:02:13.140\",\"扫码\",7,\"主会场\",-120,\"微信小程序\",\"23：抽查 1 次，1 次没有应答\",,,,"
        );
        assert_eq!(lines[2..], [""]);
    }

    #[test]
    fn every_record_has_a_field_for_every_column() {
        let records = read(&written(&[row(), row()]));
        assert_eq!(records.len(), 3);
        assert!(records.iter().all(|record| record.len() == COLUMNS.len()));
    }

    #[test]
    fn an_evil_text_is_read_back_as_itself_behind_an_apostrophe() {
        for (evil, cleaned) in evil_texts() {
            let records = read(&written(&[ExportRow { name: &evil, reason: Some(&evil), ..row() }]));
            assert_eq!(records.len(), 2, "{evil:?}");
            let expected = if could_run(&cleaned) { format!("'{cleaned}") } else { cleaned };
            assert_eq!(records[1][0], expected);
            assert_eq!(records[1][20], expected);
        }
    }

    #[test]
    fn a_failing_stream_is_told_of() {
        let mut full = [0_u8; 8];
        assert!(write_csv_header(&mut full.as_mut_slice()).is_err());
    }
}
