//! The request and the answer of the yardsticks: those of the service, in the same shape and of the same size.
//! It must not know what is done between the two.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{shanghai_day, unix_us};
use crate::codes::{STRICT_STEP_MS, screen_of};

/// Seconds of a slot, as the service has it.
const SLOT_S: i64 = 600;

/// A check-in as a phone sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    code: String,
    client: Client,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    #[serde(rename = "kind")]
    _kind: String,
    device_id: String,
}

/// What a scan writes.
#[derive(Clone, Copy, Debug)]
pub struct NewRow {
    pub id: Uuid,
    pub person: i64,
    pub course: i64,
    /// Days since 1970.
    pub day: i32,
    pub slot: i64,
    /// Unix microseconds.
    pub at_us: i64,
    pub screen: i64,
    pub step: i64,
    pub device: [u8; 16],
}

impl NewRow {
    /// The person is in the device's name, the course in the code: no login and no screen is looked up here.
    pub fn of(ask: &Ask) -> Option<Self> {
        let screen = i64::from(screen_of(&ask.code)?);
        let person: i64 = ask.client.device_id.rsplit('-').next()?.parse().ok()?;
        let at_us = unix_us() / 1000 * 1000;
        let bytes = fastrand::u128(..).to_be_bytes();
        Some(Self {
            // Of its time, as the service's are: a random id would cost an index nothing here, as there is none.
            id: uuid_v7(at_us / 1000, bytes),
            person,
            course: screen,
            day: i32::try_from(shanghai_day(at_us)).ok()?,
            slot: at_us / 1_000_000 / SLOT_S,
            at_us,
            screen,
            step: at_us / 1000 / i64::from(STRICT_STEP_MS),
            device: bytes,
        })
    }
}

fn uuid_v7(unix_ms: i64, mut bytes: [u8; 16]) -> Uuid {
    bytes[..6].copy_from_slice(&unix_ms.to_be_bytes()[2..]);
    bytes[6] = 0x70 | bytes[6] & 0x0f;
    bytes[8] = 0x80 | bytes[8] & 0x3f;
    Uuid::from_bytes(bytes)
}

#[derive(Serialize)]
struct Answer {
    status: &'static str,
    check_in: CheckIn,
    receipt: &'static str,
}

#[derive(Serialize)]
struct CheckIn {
    id: Uuid,
    course_id: i64,
    course_title: &'static str,
    project_number: &'static str,
    project_name: &'static str,
    at: jiff::Timestamp,
    recorded_at: jiff::Timestamp,
    day: jiff::civil::Date,
    slot: i64,
    source: &'static str,
}

/// The answer, as the service would write it.
pub fn answer(row: &NewRow) -> Vec<u8> {
    let at = jiff::Timestamp::from_microsecond(row.at_us).unwrap_or_default();
    let answer = Answer {
        status: "recorded",
        check_in: CheckIn {
            id: row.id,
            course_id: row.course,
            course_title: "急性心肌梗死的早期识别与救治",
            project_number: "2025-11-01-033 (国)",
            project_name: "急性冠脉综合征规范化诊疗新进展学习班",
            at,
            recorded_at: at,
            day: at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(8))).date(),
            slot: row.slot,
            source: "scan",
        },
        receipt: "AAAAAAABAAAAAAAFJRYAABnYk7ZGQ0Wm3cGm1jHk9a",
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::Said;

    #[test]
    fn a_yardstick_answers_as_the_service_does() {
        let asked = r#"{"code":"AAAAAAISQAAZXLEP3OCLSYIXEGAJWMZ2J44A","client":{"kind":"app","device_id":"load-000000000042"}}"#;
        let row = NewRow::of(&serde_json::from_str(asked).unwrap()).unwrap();
        assert_eq!((row.person, row.course), (42, 1));
        let Said::Recorded(told) = Said::read(201, &answer(&row)) else { panic!("the answer is not read") };
        assert_eq!((told.id, told.at_us, told.slot, told.course), (row.id.as_u128(), row.at_us, row.slot, 1));
        assert_eq!(row.id.get_version_num(), 7);
    }
}
