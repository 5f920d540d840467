//! One attendance record as staff see it: the presence with its evidence, the person with numbers masked.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::checkin::Source;
use crate::ids::PersonId;
use crate::people::{self, Masked};
use crate::seal::Sealer;

/// A row of 考勤明细.
#[derive(Serialize, ToSchema)]
#[schema(as = AttendanceRecord)]
pub(super) struct Record {
    pub id: Uuid,
    pub person: Masked,
    /// When the code was scanned.
    pub at: Timestamp,
    /// When the row was committed.
    pub recorded_at: Timestamp,
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    pub slot: i64,
    pub source: Source,
    pub screen: Option<i64>,
    /// Where that screen stood.
    pub place: Option<String>,
    /// Age of the code when it arrived.
    pub code_age_ms: Option<i32>,
    /// h5, wechat, app or console.
    pub client_kind: String,
    /// WeChat's launch scene.
    pub scene: Option<i32>,
    pub flags: Vec<String>,
    /// Staff-assisted only: who vouched, and why.
    pub assisted_by: Option<String>,
    pub reason: Option<String>,
}

/// The row as it lies in Postgres, numbers sealed.
pub(super) struct Row {
    pub id: Uuid,
    pub person_id: i64,
    pub name: String,
    pub id_number_sealed: Vec<u8>,
    pub phone_sealed: Vec<u8>,
    pub key_id: Vec<u8>,
    pub card_number: Option<String>,
    pub title: String,
    pub specialty: String,
    pub unit: String,
    pub department: Option<String>,
    pub at: jiff_sqlx::Timestamp,
    pub recorded_at: jiff_sqlx::Timestamp,
    pub day: jiff_sqlx::Date,
    pub slot: i64,
    pub source: String,
    pub screen: Option<i64>,
    pub place: Option<String>,
    pub code_age_ms: Option<i32>,
    pub client_kind: String,
    pub scene: Option<i32>,
    pub flags: Vec<String>,
    pub assisted_by: Option<String>,
    pub reason: Option<String>,
}

impl Record {
    /// Opens the numbers only to mask them.
    pub fn of(row: Row, sealer: &Sealer) -> Result<Self, people::Error> {
        Ok(Self {
            id: row.id,
            person: Masked {
                id: PersonId(row.person_id),
                name: row.name,
                id_number: people::masked_id_number(sealer, &row.key_id, &row.id_number_sealed)?,
                phone: people::masked_phone(sealer, &row.key_id, &row.phone_sealed)?,
                card_number: row.card_number,
                title: row.title,
                specialty: row.specialty,
                unit: row.unit,
                department: row.department,
            },
            at: row.at.to_jiff(),
            recorded_at: row.recorded_at.to_jiff(),
            day: row.day.to_jiff(),
            slot: row.slot,
            source: Source::from_word(&row.source),
            screen: row.screen,
            place: row.place,
            code_age_ms: row.code_age_ms,
            client_kind: row.client_kind,
            scene: row.scene,
            flags: row.flags,
            assisted_by: row.assisted_by,
            reason: row.reason,
        })
    }

    /// The same as the exports take it.
    pub fn exported<'a>(&'a self, course: &'a str) -> super::export::ExportRow<'a> {
        super::export::ExportRow {
            name: &self.person.name,
            masked_id_number: &self.person.id_number,
            masked_phone: &self.person.phone,
            card_number: self.person.card_number.as_deref(),
            unit: &self.person.unit,
            department: self.person.department.as_deref(),
            title: &self.person.title,
            specialty: &self.person.specialty,
            course,
            day: self.day,
            at: self.at,
            recorded_at: self.recorded_at,
            source: self.source.word(),
            screen: self.screen.and_then(|screen| u32::try_from(screen).ok()),
            place: self.place.as_deref(),
            code_age_ms: self.code_age_ms,
            client_kind: &self.client_kind,
            flags: &self.flags,
            assisted_by: self.assisted_by.as_deref(),
            reason: self.reason.as_deref(),
        }
    }
}
