//! Workbooks read back by a reader nobody here wrote.
//! They must not need Excel.

use std::io::Cursor;

use calamine::{Data, Reader as _};

use super::super::stage::{evil_texts, row};
use super::*;

const NOON: &str = "2026-11-21T04:00:00Z";

fn workbook(most_rows: u32, rows: &[ExportRow<'_>]) -> Vec<u8> {
    let mut xlsx = Xlsx::with_sheets_of(most_rows, NOON.parse().unwrap()).unwrap();
    for row in rows {
        xlsx.write_row(row).unwrap();
    }
    let mut file = Cursor::new(Vec::new());
    xlsx.finish(&mut file).unwrap();
    file.into_inner()
}

fn read(file: Vec<u8>) -> calamine::Xlsx<Cursor<Vec<u8>>> {
    calamine::Xlsx::new(Cursor::new(file)).unwrap()
}

fn cell(book: &mut calamine::Xlsx<Cursor<Vec<u8>>>, sheet: &str, row: u32, column: u32) -> Data {
    book.worksheet_range(sheet).unwrap().get_value((row, column)).cloned().unwrap_or(Data::Empty)
}

#[test]
fn a_record_is_read_back_as_it_was_written() {
    let mut book = read(workbook(MOST_ROWS, &[row()]));
    assert_eq!(book.sheet_names(), ["考勤明细"]);
    let range = book.worksheet_range("考勤明细").unwrap();
    let headers: Vec<_> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(headers, COLUMNS.map(|column| column.header));
    let text = |text: &str| Data::String(text.to_owned());
    let record = range.rows().nth(1).unwrap();
    assert_eq!(record[0], text("王䶮"));
    assert_eq!(record[3], text("4301000012345678"));
    assert_eq!(record[9], text("2026-11-21"));
    assert_eq!(record[10], text("2026-11-21 09:02:13.123"));
    assert_eq!(record[13], Data::Float(7.0));
    assert_eq!(record[15], Data::Float(-120.0));
    assert_eq!(record[17], text("23：抽查 1 次，1 次没有应答"));
    assert_eq!(range.height(), 2);
}

#[test]
fn an_evil_text_is_read_back_as_itself_and_never_as_a_formula() {
    let texts = evil_texts();
    let rows: Vec<_> =
        texts.iter().map(|(evil, _)| ExportRow { name: evil, reason: Some(evil), ..row() }).collect();
    let mut book = read(workbook(MOST_ROWS, &rows));
    for (at, (_, cleaned)) in (1_u32..).zip(&texts) {
        for column in [0, 20] {
            assert_eq!(cell(&mut book, "考勤明细", at, column), Data::String(cleaned.clone()), "{cleaned:?}");
        }
    }
    let formulas = book.worksheet_formula("考勤明细").unwrap();
    assert!(formulas.used_cells().next().is_none());
}

#[test]
fn a_text_longer_than_a_cell_is_cut_between_characters() {
    let long = "𠮷".repeat(40_000);
    let emoji = format!("a{}", "👍".repeat(20_000));
    let rows = [ExportRow { reason: Some(&long), ..row() }, ExportRow { reason: Some(&emoji), ..row() }];
    let mut book = read(workbook(MOST_ROWS, &rows));
    let Data::String(long) = cell(&mut book, "考勤明细", 1, 20) else { panic!("not a text") };
    assert_eq!((long.encode_utf16().count(), long.chars().last()), (LONGEST_TEXT, Some('…')));
    let Data::String(emoji) = cell(&mut book, "考勤明细", 2, 20) else { panic!("not a text") };
    assert_eq!((emoji.encode_utf16().count(), emoji.chars().last()), (LONGEST_TEXT - 1, Some('…')));
    assert_eq!(shortened("short"), "short");
}

#[test]
fn a_full_sheet_is_followed_by_another() {
    let names = ["一", "二", "三", "四", "五"];
    let rows = names.map(|name| ExportRow { name, ..row() });
    let mut book = read(workbook(3, &rows));
    assert_eq!(book.sheet_names(), ["考勤明细", "考勤明细 2", "考勤明细 3"]);
    assert_eq!(cell(&mut book, "考勤明细", 2, 0), Data::String("二".to_owned()));
    assert_eq!(cell(&mut book, "考勤明细 2", 0, 0), Data::String("姓名 Name".to_owned()));
    assert_eq!(cell(&mut book, "考勤明细 2", 1, 0), Data::String("三".to_owned()));
    assert_eq!(cell(&mut book, "考勤明细 3", 1, 0), Data::String("五".to_owned()));
}

#[test]
fn a_course_without_records_is_a_header_alone() {
    let mut book = read(workbook(MOST_ROWS, &[]));
    assert_eq!(book.worksheet_range("考勤明细").unwrap().height(), 1);
}
