//! The sheet 签到汇总: what the course is, then a person a row with the first and last time of each day and room to sign.
//! It must not know where rows come from.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet};

use super::super::cell::Cell;
use super::{Formats, PersonRow, XlsxError, could_run, on_a4, serial, shortened};

pub(super) const SHEET: &str = "签到汇总";

/// Rows before the table, and its head.
const HEAD: u32 = 4;
/// Columns before the days, and after them.
const BEFORE: [(&str, f64); 7] = [
    ("序号", 6.0),
    ("姓名", 11.0),
    ("单位", 26.0),
    ("科室", 16.0),
    ("职称", 13.0),
    ("医通卡号", 19.0),
    ("证件号码", 21.0),
];
const AFTER: [(&str, f64); 3] = [("人次", 7.0), ("备注", 20.0), ("签名", 16.0)];
/// A person's row is high enough to sign in, in points.
const HIGH: u32 = 24;

/// What stands above the table.
pub struct Heading<'a> {
    pub project_number: &'a str,
    pub project_name: &'a str,
    pub course: &'a str,
    pub place: &'a str,
    /// The days that have columns, in order.
    pub days: &'a [Date],
    pub attendees: i64,
    pub check_ins: i64,
    pub made_at: Timestamp,
    /// Whether only a part was asked for: the reader must not take it for the whole.
    pub is_part: bool,
}

pub(super) struct Summary {
    people: u32,
    columns: u16,
    text: Format,
    could_run: Format,
    time: Format,
    cell: Format,
}

impl Summary {
    pub fn begin(sheet: &mut Worksheet, heading: &Heading<'_>) -> Result<Self, XlsxError> {
        let days = heading.days.iter().flat_map(|day| {
            [format!("{} 首次", day.strftime("%m-%d")), format!("{} 末次", day.strftime("%m-%d"))]
        });
        let before = BEFORE.iter().map(|(word, width)| ((*word).to_owned(), *width));
        let after = AFTER.iter().map(|(word, width)| ((*word).to_owned(), *width));
        let columns: Vec<_> = before.chain(days.map(|word| (word, 10.0))).chain(after).collect();
        let last = u16::try_from(columns.len() - 1).unwrap_or(u16::MAX);
        sheet.set_name(SHEET)?.set_freeze_panes(HEAD + 1, 2)?.set_repeat_rows(HEAD, HEAD)?;
        on_a4(sheet);
        let formats = Formats::new();
        let name = Format::new().set_bold().set_font_size(16.0).set_align(FormatAlign::Center);
        let line = Format::new().set_align(FormatAlign::Left).set_align(FormatAlign::VerticalCenter);
        for (at, (_, width)) in (0_u16..).zip(&columns) {
            sheet.set_column_width(at, *width)?;
        }
        // Not row by row: the last row would be written twice if it had a height of its own.
        sheet.set_default_row_height(HIGH);
        sheet.set_row_height(0, 30)?;
        sheet.merge_range(0, 0, 0, last, "签到汇总表", &name)?;
        for (row, text) in (1_u32..).zip(heading.lines()) {
            sheet.set_row_height(row, 18)?;
            sheet.merge_range(row, 0, row, last, &shortened(&text), &line)?;
        }
        let header = formats.header.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::Center);
        for (at, (word, _)) in (0_u16..).zip(&columns) {
            sheet.write_string_with_format(HEAD, at, word, &header)?;
        }
        let cell = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let time = cell.clone().set_num_format("hh:mm:ss").set_align(FormatAlign::Center);
        let boxed = |format: Format| format.set_border(FormatBorder::Thin).set_text_wrap();
        let (text, could_run) = (boxed(formats.text), boxed(formats.could_run));
        Ok(Self { people: 0, columns: last, text, could_run, time, cell })
    }

    pub fn write(&mut self, sheet: &mut Worksheet, person: &PersonRow<'_>) -> Result<(), XlsxError> {
        self.people += 1;
        let row = HEAD + self.people;
        sheet.write_number_with_format(row, 0, f64::from(self.people), &self.cell)?;
        let texts = [
            Cell::text(person.name),
            Cell::text(person.unit),
            Cell::optional(person.department),
            Cell::text(person.title),
            Cell::optional(person.card_number),
            Cell::text(person.masked_id_number),
        ];
        for (at, text) in (1_u16..).zip(&texts) {
            self.write_text(sheet, row, at, text)?;
        }
        let mut at = u16::try_from(BEFORE.len()).unwrap_or(u16::MAX);
        for times in person.days {
            for time in times.map_or([None, None], |(first, last)| [Some(first), Some(last)]) {
                match time {
                    Some(time) => {
                        sheet.write_number_with_format(row, at, serial(time).fract(), &self.time)?
                    }
                    None => sheet.write_blank(row, at, &self.time)?,
                };
                at += 1;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a person's check-ins in one course are few")]
        let check_ins = person.check_ins as f64;
        sheet.write_number_with_format(row, at, check_ins, &self.cell)?;
        self.write_text(sheet, row, at + 1, &Cell::text(remark(person)))?;
        sheet.write_blank(row, at + 2, &self.cell)?;
        Ok(())
    }

    /// What is printed is the table, whatever stands beside it later.
    pub fn end(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_print_area(0, 0, HEAD + self.people, self.columns)?;
        Ok(())
    }

    fn write_text(&self, sheet: &mut Worksheet, row: u32, at: u16, text: &Cell<'_>) -> Result<(), XlsxError> {
        let Cell::Text(text) = text else {
            sheet.write_blank(row, at, &self.cell)?;
            return Ok(());
        };
        let format = if could_run(text) { &self.could_run } else { &self.text };
        sheet.write_string_with_format(row, at, shortened(text), format)?;
        Ok(())
    }
}

impl Heading<'_> {
    fn lines(&self) -> [String; 3] {
        let days = match self.days {
            [] => String::new(),
            [day] => day.to_string(),
            [first, .., last] => format!("{first} 至 {last}"),
        };
        let part = if self.is_part { "　　（仅为所选筛选条件下的记录）" } else { "" };
        [
            format!("项目编号：{}　　项目名称：{}", self.project_number, self.project_name),
            format!("课程：{}　　地点：{}　　签到日期：{days}", self.course, self.place),
            format!(
                "签到人数：{}　　签到人次：{}　　导出时间：{}{part}",
                self.attendees,
                self.check_ins,
                &super::super::clock(self.made_at)[..16],
            ),
        ]
    }
}

fn remark(person: &PersonRow<'_>) -> String {
    let mut remarks = Vec::new();
    if person.assisted > 0 {
        remarks.push(format!("补录 {} 次", person.assisted));
    }
    if person.struck > 0 {
        remarks.push(format!("未认可 {} 次", person.struck));
    }
    remarks.join("；")
}
