//! Attendance records as files: the columns, their order and their words, once for CSV and XLSX.
//! It must not know where rows come from or who may have them; it is handed numbers that are masked already.
//!
//! XLSX is for the office: a sheet to be printed and signed, and one with every record, its dates real ones. CSV is for
//! programs and very large exports; it opens in Excel, but Excel then reads long card numbers as numbers and clocks without
//! their milliseconds, as it does with every CSV.

mod cell;
mod csv;
mod xlsx;

pub use csv::{write_csv_header, write_csv_row};
pub use xlsx::{Heading, Xlsx, XlsxError};

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use cell::Cell;
use zaichang_core::clock::SHANGHAI;

/// One attendance record as it stands in a file. It has no `Debug`: names do not belong in logs.
#[derive(Clone)]
pub struct ExportRow<'a> {
    pub name: &'a str,
    /// `430***********1234`
    pub masked_id_number: &'a str,
    /// `138****1234`
    pub masked_phone: &'a str,
    pub card_number: Option<&'a str>,
    pub unit: &'a str,
    pub department: Option<&'a str>,
    pub title: &'a str,
    pub specialty: &'a str,
    pub course: &'a str,
    pub day: Date,
    pub at: Timestamp,
    pub recorded_at: Timestamp,
    /// `scan`, `assisted` or `card`
    pub source: &'a str,
    pub screen: Option<u32>,
    pub place: Option<&'a str>,
    pub code_age_ms: Option<i32>,
    /// `h5`, `wechat`, `app` or `console`
    pub client_kind: &'a str,
    /// What speaks against it, if the rules list it as suspicious: score and sentences.
    pub suspicion: Option<String>,
    /// What staff decided about it.
    pub verdict: Option<String>,
    pub assisted_by: Option<&'a str>,
    pub reason: Option<&'a str>,
    /// The person's unit approved the registration only after the scan.
    pub approved_afterwards: bool,
}

/// One person as they stand in the summary. It has no `Debug`: names do not belong in logs.
pub struct PersonRow<'a> {
    pub name: &'a str,
    pub unit: &'a str,
    pub department: Option<&'a str>,
    pub title: &'a str,
    pub card_number: Option<&'a str>,
    /// `430***********1234`
    pub masked_id_number: &'a str,
    /// Of each of the heading's days: the first and the last time, without records that staff have struck.
    pub days: &'a [Option<(Timestamp, Timestamp)>],
    pub check_ins: i64,
    pub assisted: i64,
    pub struck: i64,
}

struct Column {
    header: &'static str,
    /// In XLSX, in characters of Excel's standard font; a Chinese one takes two.
    width: f64,
}

const fn column(header: &'static str, width: f64) -> Column {
    Column { header, width }
}

/// One header row, Chinese with English beside it, so that filters, pivots and programs find it in row one.
const COLUMNS: [Column; 22] = [
    column("姓名 Name", 12.0),
    column("证件号码 ID number", 22.0),
    column("手机 Phone", 14.0),
    column("医通卡号 Card number", 20.0),
    column("单位 Unit", 32.0),
    column("科室 Department", 18.0),
    column("职称 Title", 16.0),
    column("专业 Specialty", 18.0),
    column("课程 Course", 36.0),
    column("日期 Day", 12.0),
    column("扫码时间 Scanned at", 25.0),
    column("记录时间 Recorded at", 25.0),
    column("方式 Method", 14.0),
    column("屏幕 Screen", 10.0),
    column("地点 Place", 18.0),
    column("二维码时效(毫秒) Code age (ms)", 18.0),
    column("客户端 Client", 16.0),
    column("可疑评分 Suspicion", 40.0),
    column("认定 StaffVerdict", 24.0),
    column("补录人 Assisted by", 14.0),
    column("原因 Reason", 36.0),
    column("注册审核 Approval", 20.0),
];

impl<'a> ExportRow<'a> {
    /// In the order of `COLUMNS`.
    fn cells(&self) -> [Cell<'a>; COLUMNS.len()] {
        [
            Cell::text(self.name),
            Cell::text(self.masked_id_number),
            Cell::text(self.masked_phone),
            Cell::optional(self.card_number),
            Cell::text(self.unit),
            Cell::optional(self.department),
            Cell::text(self.title),
            Cell::text(self.specialty),
            Cell::text(self.course),
            Cell::Day(self.day),
            Cell::Moment(self.at),
            Cell::Moment(self.recorded_at),
            Cell::text(source_words(self.source)),
            self.screen.map_or(Cell::Empty, |screen| Cell::Whole(screen.into())),
            Cell::optional(self.place),
            self.code_age_ms.map_or(Cell::Empty, |age| Cell::Whole(age.into())),
            Cell::text(client_words(self.client_kind)),
            self.suspicion.clone().map_or(Cell::Empty, Cell::text),
            self.verdict.clone().map_or(Cell::Empty, Cell::text),
            Cell::optional(self.assisted_by),
            Cell::optional(self.reason),
            if self.approved_afterwards { Cell::text("补审通过") } else { Cell::Empty },
        ]
    }
}

/// The wall clock in Asia/Shanghai, to the millisecond: `2026-11-21 09:02:13.123`.
fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(SHANGHAI)).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn source_words(source: &str) -> Cow<'_, str> {
    Cow::Borrowed(match source {
        "scan" => "扫码",
        "assisted" => "补录",
        "card" => "刷卡",
        unknown => unknown,
    })
}

fn client_words(kind: &str) -> Cow<'_, str> {
    Cow::Borrowed(match kind {
        "h5" => "手机网页",
        "wechat" => "微信小程序",
        "app" => "医教管理 APP",
        "console" => "管理端",
        unknown => unknown,
    })
}

#[cfg(test)]
mod examples;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_shanghais_and_keep_three_decimals() {
        for (at, text) in [
            ("2026-11-21T01:02:13.123Z", "2026-11-21 09:02:13.123"),
            ("2026-11-21T01:02:13Z", "2026-11-21 09:02:13.000"),
            ("2026-11-20T16:00:00.007999Z", "2026-11-21 00:00:00.007"),
        ] {
            assert_eq!(clock(at.parse().unwrap()), text);
        }
    }

    #[test]
    fn codes_of_the_database_are_written_as_words() {
        assert_eq!(source_words("assisted"), "补录");
        assert_eq!(client_words("wechat"), "微信小程序");
        assert_eq!((source_words("import"), client_words("kiosk")), ("import".into(), "kiosk".into()));
    }
}
