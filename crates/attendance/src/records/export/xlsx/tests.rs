//! Workbooks read back by an independent reader, calamine.
//! They must not need Excel.

use std::io::Cursor;

use calamine::{Data, Reader as _};

use super::super::examples::{evil_texts, row};
use super::*;

const NOON: &str = "2026-11-21T04:00:00Z";

fn heading(days: &[Date]) -> Heading<'_> {
    Heading {
        project_number: "2025-01-003",
        project_name: "心力衰竭规范化诊治",
        course: "心力衰竭诊治进展",
        place: "主会场",
        days,
        attendees: 2,
        check_ins: 5,
        made_at: NOON.parse().unwrap(),
        is_part: false,
    }
}

fn workbook(most_rows: u32, rows: &[ExportRow<'_>]) -> Vec<u8> {
    let made_at = NOON.parse().unwrap();
    let mut xlsx = Xlsx::with_sheets_of(most_rows, &heading(&[]), made_at, &std::env::temp_dir()).unwrap();
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
    assert_eq!(book.sheet_names(), ["签到汇总", "明细"]);
    let range = book.worksheet_range("明细").unwrap();
    let headers: Vec<_> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(headers, COLUMNS.map(|column| column.header));
    let text = |text: &str| Data::String(text.to_owned());
    let record = range.rows().nth(1).unwrap();
    assert_eq!(record[0], text("王䶮"));
    assert_eq!(record[3], text("4301000012345678"));
    // Real dates: a spreadsheet sorts, filters and reckons with them.
    let day = record[9].as_datetime_parts();
    assert_eq!(day, (2026, 11, 21, 0, 0, 0, 0));
    assert_eq!(record[10].as_datetime_parts(), (2026, 11, 21, 9, 2, 13, 123));
    assert_eq!(record[13], Data::Float(7.0));
    assert_eq!(record[15], Data::Float(-120.0));
    assert_eq!(record[17], text("23：抽查 1 次，1 次没有应答"));
    assert_eq!(range.height(), 2);
}

/// A date's parts as a reader takes them.
trait Parts {
    fn as_datetime_parts(&self) -> (u16, u8, u8, u8, u8, u8, u16);
}

impl Parts for Data {
    fn as_datetime_parts(&self) -> (u16, u8, u8, u8, u8, u8, u16) {
        let Data::DateTime(at) = self else { panic!("not a date: {self:?}") };
        at.to_ymd_hms_milli()
    }
}

#[test]
fn the_summary_has_a_title_block_and_a_row_a_person() {
    let days = [jiff::civil::date(2026, 11, 21), jiff::civil::date(2026, 11, 22)];
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let mut xlsx = Xlsx::new(&heading(&days), at(NOON), &std::env::temp_dir()).unwrap();
    let morning = (at("2026-11-21T01:02:13.123Z"), at("2026-11-21T09:30:00Z"));
    let person = PersonRow {
        name: "=1+1",
        unit: "湖南省人民医院",
        department: None,
        title: "主治医师",
        card_number: Some("4301000012345678"),
        masked_id_number: "430***********1234",
        days: &[Some(morning), None],
        check_ins: 3,
        assisted: 1,
        struck: 2,
    };
    xlsx.write_person(&person).unwrap();
    xlsx.write_person(&PersonRow { name: "王䶮", ..person }).unwrap();
    xlsx.write_row(&row()).unwrap();
    let mut file = Cursor::new(Vec::new());
    xlsx.finish(&mut file).unwrap();
    let rows = rows_of(file.get_ref(), "xl/worksheets/sheet1.xml");
    assert_eq!(rows, ["1", "2", "3", "4", "5", "6", "7"]);
    let mut book = read(file.into_inner());
    let range = book.worksheet_range("签到汇总").unwrap();
    let rows: Vec<Vec<_>> = range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[0][0], "签到汇总表");
    assert_eq!(rows[1][0], "项目编号：2025-01-003　　项目名称：心力衰竭规范化诊治");
    assert!(rows[2][0].ends_with("签到日期：2026-11-21 至 2026-11-22"), "{}", rows[2][0]);
    assert!(rows[3][0].ends_with("导出时间：2026-11-21 12:00"), "{}", rows[3][0]);
    let heads =
        "序号 姓名 单位 科室 职称 医通卡号 证件号码 11-21首次 11-21末次 11-22首次 11-22末次 人次 备注 签名";
    assert_eq!(rows[4].join(" ").replace(" 首次", "首次").replace(" 末次", "末次"), heads);
    assert_eq!((&*rows[5][0], &*rows[5][1], &*rows[6][1]), ("1", "=1+1", "王䶮"));
    let (.., hour, minute, second, ms) = range.get_value((5, 7)).unwrap().as_datetime_parts();
    assert_eq!((hour, minute, second, ms), (9, 2, 13, 123));
    assert_eq!(range.get_value((5, 9)), Some(&Data::Empty));
    assert_eq!((&*rows[5][11], &*rows[5][12], rows.len()), ("3", "补录 1 次；未认可 2 次", 7));
    assert!(book.worksheet_formula("签到汇总").unwrap().used_cells().next().is_none());
}

#[test]
fn an_evil_text_is_read_back_as_itself_and_never_as_a_formula() {
    let texts = evil_texts();
    let rows: Vec<_> =
        texts.iter().map(|(evil, _)| ExportRow { name: evil, reason: Some(evil), ..row() }).collect();
    let mut book = read(workbook(MOST_ROWS, &rows));
    for (at, (_, cleaned)) in (1_u32..).zip(&texts) {
        for column in [0, 20] {
            assert_eq!(cell(&mut book, "明细", at, column), Data::String(cleaned.clone()), "{cleaned:?}");
        }
    }
    let formulas = book.worksheet_formula("明细").unwrap();
    assert!(formulas.used_cells().next().is_none());
}

#[test]
fn a_text_longer_than_a_cell_is_cut_between_characters() {
    let long = "𠮷".repeat(40_000);
    let emoji = format!("a{}", "👍".repeat(20_000));
    let rows = [ExportRow { reason: Some(&long), ..row() }, ExportRow { reason: Some(&emoji), ..row() }];
    let mut book = read(workbook(MOST_ROWS, &rows));
    let Data::String(long) = cell(&mut book, "明细", 1, 20) else { panic!("not a text") };
    assert_eq!((long.encode_utf16().count(), long.chars().last()), (LONGEST_TEXT, Some('…')));
    let Data::String(emoji) = cell(&mut book, "明细", 2, 20) else { panic!("not a text") };
    assert_eq!((emoji.encode_utf16().count(), emoji.chars().last()), (LONGEST_TEXT - 1, Some('…')));
    assert_eq!(shortened("short"), "short");
}

#[test]
fn a_full_sheet_is_followed_by_another() {
    let names = ["一", "二", "三", "四", "五"];
    let rows = names.map(|name| ExportRow { name, ..row() });
    let mut book = read(workbook(3, &rows));
    assert_eq!(book.sheet_names(), ["签到汇总", "明细", "明细 2", "明细 3"]);
    assert_eq!(cell(&mut book, "明细", 2, 0), Data::String("二".to_owned()));
    assert_eq!(cell(&mut book, "明细 2", 0, 0), Data::String("姓名 Name".to_owned()));
    assert_eq!(cell(&mut book, "明细 2", 1, 0), Data::String("三".to_owned()));
    assert_eq!(cell(&mut book, "明细 3", 1, 0), Data::String("五".to_owned()));
}

#[test]
fn a_course_without_records_is_a_header_alone() {
    let mut book = read(workbook(MOST_ROWS, &[]));
    assert_eq!(book.worksheet_range("明细").unwrap().height(), 1);
}

/// The number of each row of a part, as the file has them. The directory at a file's end lists where its parts are.
fn rows_of(file: &[u8], part: &str) -> Vec<String> {
    let number = |at: usize, bytes: usize| {
        file[at..at + bytes].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let directory = file.windows(4).rposition(|at| at == b"PK\x05\x06").unwrap();
    let mut at = number(directory + 16, 4);
    while !file[at + 46..].starts_with(part.as_bytes()) {
        at += 46 + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2);
    }
    let local = number(at + 42, 4);
    let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
    let mut xml = String::new();
    let packed = flate2::read::DeflateDecoder::new(&file[start..start + number(at + 20, 4)]);
    std::io::Read::read_to_string(&mut { packed }, &mut xml).unwrap();
    xml.split("<row r=\"").skip(1).map(|row| row[..row.find('"').unwrap()].to_owned()).collect()
}

#[test]
fn no_row_stands_twice_in_a_sheet_which_a_spreadsheet_would_call_damaged() {
    let empty = workbook(MOST_ROWS, &[]);
    assert_eq!(rows_of(&empty, "xl/worksheets/sheet1.xml"), ["1", "2", "3", "4", "5"]);
    assert_eq!(rows_of(&empty, "xl/worksheets/sheet2.xml"), ["1", "2"]);
    let two = workbook(2, &[row(), row()]);
    for sheet in ["xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"] {
        assert_eq!(rows_of(&two, sheet), ["1", "2"], "{sheet}");
    }
}
