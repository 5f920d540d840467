//! What the kit of sheets reads, refuses and gives back marked, with workbooks and texts made here as offices send them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const MOST: usize = 2000;
const COLUMNS: [Column; 3] = [
    Column { name: "单位名称", also: &["单位"], required: true, hint: "全称", width: 24.0 },
    Column { name: "级别", also: &[], required: false, hint: "", width: 8.0 },
    Column { name: "省", also: &[], required: false, hint: "", width: 8.0 },
];

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().unwrap()
}

fn rows(bytes: &[u8]) -> Vec<(u32, Option<String>, Option<String>)> {
    let text = |row: &Row, at| row.cell(at).text().map(ToOwned::to_owned);
    let sheet = read(bytes, &COLUMNS, MOST).unwrap();
    sheet.rows.iter().map(|row| (row.number, text(row, 0), text(row, 1))).collect()
}

fn some(number: u32, name: &str, grade: &str) -> (u32, Option<String>, Option<String>) {
    (number, Some(name.to_owned()), (!grade.is_empty()).then(|| grade.to_owned()))
}

fn marked(bytes: &[u8], said: &[(u32, &str)]) -> Vec<u8> {
    let sheet = read(bytes, &COLUMNS, MOST).unwrap();
    let said: BTreeMap<_, _> = said.iter().map(|(row, said)| (*row, (*said).to_owned())).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut out = Cursor::new(Vec::new());
    mark(bytes, sheet.place, "检查结果", &said, folder.path(), &mut out).unwrap();
    out.into_inner()
}

/// A cell of a workbook, by the name of its sheet.
fn value(bytes: &[u8], sheet: &str, row: u32, column: u32) -> Data {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    workbook.worksheet_range(sheet).unwrap().get_value((row, column)).cloned().unwrap_or(Data::Empty)
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[test]
fn the_sheet_that_has_the_head_is_read_under_its_own_row_numbers_and_comes_back_as_it_was() {
    let bytes = workbook(|workbook| {
        workbook.add_worksheet().set_name("说明").unwrap().write(0, 0, "说明").unwrap();
        let sheet = workbook.add_worksheet().set_name("单位").unwrap();
        sheet.write(0, 0, "附件7 联系表").unwrap();
        sheet.write(2, 1, "单位").unwrap();
        sheet.write(2, 3, "级别").unwrap();
        sheet.write(4, 1, " 岳麓人民医院 ").unwrap();
        sheet.write(4, 2, 7.5).unwrap();
        sheet.write(6, 1, 366.0).unwrap();
        sheet.write(6, 3, "县").unwrap();
        sheet.write(8, 2, "只有备注").unwrap();
        sheet.write(9, 1, true).unwrap();
        sheet.write_formula(10, 1, Formula::new("=1+1").set_result("算出的医院")).unwrap();
        sheet.set_row_hidden(10).unwrap();
    });
    let expected =
        [some(5, "岳麓人民医院", ""), some(7, "366", "县"), some(10, "是", ""), some(11, "算出的医院", "")];
    assert_eq!(rows(&bytes), expected, "a hidden row and a formula's value too");

    let back = marked(&bytes, &[(7, "级别有误")]);
    let names = Xlsx::new(Cursor::new(&back)).unwrap().sheet_names();
    assert_eq!(names, ["说明", "单位"]);
    assert_eq!(value(&back, "说明", 0, 0), text("说明"));
    for (row, column, is) in [
        (0, 0, text("附件7 联系表")),
        (2, 4, text("检查结果")),
        (4, 1, text(" 岳麓人民医院 ")),
        (4, 2, Data::Float(7.5)),
        (4, 4, Data::Empty),
        (6, 1, Data::Float(366.0)),
        (6, 4, text("级别有误")),
        (8, 2, text("只有备注")),
        (9, 1, Data::Bool(true)),
    ] {
        assert_eq!(value(&back, "单位", row, column), is, "{row} {column}");
    }
    assert_eq!(rows(&back), expected);
    // Sent again, it is marked in the same column.
    let again = marked(&back, &[(5, "重复")]);
    assert_eq!((value(&again, "单位", 4, 4), value(&again, "单位", 6, 4)), (text("重复"), Data::Empty));
    assert_eq!(value(&again, "单位", 2, 5), Data::Empty);
}

#[test]
fn heads_of_merged_cells_are_read() {
    let bytes = workbook(|workbook| {
        let format = Format::new();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 3, "湖南省单位联系表", &format).unwrap();
        sheet.merge_range(1, 0, 2, 0, "单位名称", &format).unwrap();
        sheet.merge_range(1, 1, 1, 2, "所在区划", &format).unwrap();
        sheet.write(2, 1, "省").unwrap();
        sheet.write(2, 2, "市州").unwrap();
        sheet.merge_range(1, 3, 2, 3, "级别", &format).unwrap();
        sheet.write(3, 0, "岳麓人民医院").unwrap();
        sheet.write(3, 1, "湖南省").unwrap();
        sheet.write(3, 3, "县").unwrap();
    });
    let sheet = read(&bytes, &COLUMNS, MOST).unwrap();
    let texts: Vec<_> = (0..3).map(|at| sheet.rows[0].cell(at).text().unwrap()).collect();
    assert_eq!((sheet.rows.len(), sheet.rows[0].number, texts), (1, 4, vec!["岳麓人民医院", "县", "湖南省"]));
}

#[test]
fn a_text_of_columns_is_a_sheet_too_in_each_of_its_codes() {
    let clear = "说明,,\r\n单位名称*,级别\r\n\r\n\"岳麓,人民医院\",县\r\n市一医院,4.30102E+17\r\n";
    let (gbk, _, _) = encoding_rs::GBK.encode(clear);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(clear.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [clear.as_bytes(), &gbk, &utf16, format!("\u{feff}{clear}").as_bytes()] {
        assert_eq!(rows(bytes), [some(4, "岳麓,人民医院", "县"), some(5, "市一医院", "")]);
        let sheet = read(bytes, &COLUMNS, MOST).unwrap();
        assert_eq!(sheet.rows[1].cell(1), &Cell::LostDigits);
    }
    let back = marked(&gbk, &[(5, "末几位已丢失")]);
    assert_eq!(value(&back, "Sheet1", 3, 0), text("岳麓,人民医院"));
    assert_eq!(
        (value(&back, "Sheet1", 4, 2), value(&back, "Sheet1", 4, 1)),
        (text("末几位已丢失"), text("4.30102E+17"))
    );
}

#[test]
fn a_list_is_read_again_and_runs_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let written = |rows: &[[&str; 2]]| {
        let mut list = List::begin("单位", &COLUMNS, folder.path()).unwrap();
        for row in rows {
            list.row(*row).unwrap();
        }
        list.explain(&COLUMNS).unwrap();
        let mut out = Cursor::new(Vec::new());
        list.finish(&mut out).unwrap();
        out.into_inner()
    };
    let bytes = written(&[["=1+1", "县"], ["岳麓\u{7}医院", ""]]);
    assert_eq!(rows(&bytes), [some(2, "=1+1", "县"), some(3, "岳麓\u{fffd}医院", "")]);
    assert_eq!(value(&bytes, "填写说明", 0, 1), text("全称"));
    let mut workbook = Xlsx::new(Cursor::new(&bytes)).unwrap();
    assert_eq!(workbook.worksheet_formula("单位").unwrap().used_cells().count(), 0);
    assert!(matches!(read(&written(&[]), &COLUMNS, MOST), Err(Error::Empty)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn what_is_no_such_file_is_refused_for_what_it_is() {
    let other = workbook(|workbook| {
        workbook.add_worksheet().write(0, 0, "姓名").unwrap();
    });
    let many = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "单位名称").unwrap();
        for row in 1..=2001 {
            sheet.write(row, 0, "医院").unwrap();
        }
    });
    let sheets = workbook(|workbook| {
        for _ in 0..21 {
            workbook.add_worksheet();
        }
    });
    let word = |bytes: &[u8]| format!("{:?}", read(bytes, &COLUMNS, MOST).unwrap_err());
    assert_eq!(word(b"name,grade\n"), "NoHead(\"单位名称\")");
    assert_eq!(word(b"MZ\x90\0\x03\0"), "NotAWorkbook", "a renamed program");
    assert_eq!(word(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "OldForm");
    assert_eq!(word(&other[..other.len() / 2]), "NotAWorkbook");
    assert_eq!(word(&[b"MZ".as_slice(), &other].concat()), "NotAWorkbook", "a ZIP behind a program");
    assert_eq!(word(&other), "NoHead(\"单位名称\")");
    for bytes in [many, sheets, vec![b'a'; MOST_BYTES + 1]] {
        assert!(word(&bytes).starts_with("TooLarge"));
    }
}

#[test]
fn sparse_cells_and_a_million_empty_rows_cost_little() {
    let corner = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "单位名称").unwrap();
        sheet.write(0, 1, "级别").unwrap();
        sheet.write(1, 0, "岳麓人民医院").unwrap();
        sheet.write(1_048_575, 0, "最后一行医院").unwrap();
        sheet.write(1_048_575, 16_383, "角落").unwrap();
    });
    assert_eq!(rows(&corner), [some(2, "岳麓人民医院", ""), some(1_048_576, "最后一行医院", "")]);
    let back = marked(&corner, &[(1_048_576, "有误")]);
    let sheet = read(&back, &[COLUMNS[0], Column { name: "检查结果", ..COLUMNS[1] }], MOST).unwrap();
    assert_eq!(sheet.rows[1].cell(1).text(), Some("有误"));

    let mut empty = String::from(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>单位名称</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>岳麓人民医院</t></is></c></row>"#,
    );
    for row in 3..=1_000_000 {
        write!(empty, r#"<row r="{row}" spans="1:2" ht="14.25"><c r="A{row}" s="0"/></row>"#).unwrap();
    }
    empty.push_str("</sheetData></worksheet>");
    assert_eq!(rows(&handmade(&empty, "<sst/>")), [some(2, "岳麓人民医院", "")]);
}

#[test]
fn rows_are_handed_on_a_few_at_a_time_each_whole_and_no_more_than_may_be() {
    let mut text = "单位名称,级别\n".to_owned();
    for row in 2..=8 {
        writeln!(text, "第{row}医院,县").unwrap();
    }
    let mut pieces = Vec::new();
    let take = |most, pieces: &mut Vec<Vec<u32>>| {
        read_in_pieces(text.as_bytes(), &COLUMNS, most, 3, |rows| {
            pieces.push(rows.iter().map(|row| row.number).collect());
            Ok(())
        })
    };
    take(7, &mut pieces).unwrap();
    assert_eq!(pieces, [vec![2, 3, 4], vec![5, 6, 7], vec![8]]);
    assert!(matches!(take(6, &mut pieces), Err(Error::TooLarge(_))));
    // Who has enough of it ends the reading.
    let stopped = read_in_pieces(text.as_bytes(), &COLUMNS, MOST, 3, |_| Err(Error::Empty));
    assert!(matches!(stopped, Err(Error::Empty)));
    // Rows that stand in no order are no workbook's.
    let disorder = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>单位名称</t></is></c></row><row r="4"><c r="A4" t="inlineStr"><is><t>岳麓医院</t></is></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>岳麓医院</t></is></c></row></sheetData></worksheet>"#;
    assert!(matches!(read(&handmade(disorder, "<sst/>"), &COLUMNS, MOST), Err(Error::NotAWorkbook)));
}

/// A workbook of one sheet, written by hand.
fn handmade(sheet: &str, strings: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(1));
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ];
    for (name, part) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_would_blow_up_is_refused_before_it_is_opened() {
    let zipped = |name: &str, files: usize, bytes: usize| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for file in 0..files {
            zip.start_file(format!("{file}/{name}"), SimpleFileOptions::default().compression_level(Some(1)))
                .unwrap();
            zip.write_all(&vec![b' '; bytes]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let strings = zipped("xl/sharedStrings.xml", 1, 49 << 20);
    assert!(strings.len() < 600_000, "{}", strings.len());
    for sent in [
        strings,
        zipped("xl/worksheets/sheet1.xml", 17, 10 << 20),
        zipped("xl/styles.xml", 1, 7 << 20),
        zipped("a.xml", 201, 1),
        handmade("<worksheet/>", r#"<sst uniqueCount="99999999999999"/>"#),
    ] {
        assert!(matches!(read(&sent, &COLUMNS, MOST), Err(Error::TooLarge(_))));
    }
    assert!(matches!(read(&zipped("a.xml", 3, 10), &COLUMNS, MOST), Err(Error::NotAWorkbook)));
}

proptest::proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused(at in 0_usize..8000, byte: u8) {
        let mut bytes = workbook(|workbook| {
            workbook.add_worksheet().write(0, 0, "单位名称").unwrap();
        });
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&bytes, &COLUMNS, MOST);
    }

    #[test]
    fn whatever_text_is_sent_is_read_or_refused(bytes: Vec<u8>) {
        let _ = read(&bytes, &COLUMNS, MOST);
    }
}
