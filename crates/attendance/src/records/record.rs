//! One attendance record as staff see it: the presence with its evidence, the person with numbers masked.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::{Keyset, Order};
use crate::checkin::{Ending, Source};
use crate::presence::{Reason, VerdictWord};
use zaichang_core::ids::PersonId;
use zaichang_core::seal::Sealer;
use zaichang_platform::db;
use zaichang_platform::http::language::Language;
use zaichang_registry::people::{self, Masked};

/// A row of 考勤明细.
#[derive(Serialize, ToSchema)]
#[schema(as = AttendanceRecord)]
pub(super) struct Record {
    pub id: Uuid,
    /// The ending of its receipt, as it is read out: a search for it finds the record.
    #[schema(example = "3467ACDE")]
    pub receipt_ending: String,
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
    /// What speaks against it; null while nothing does.
    pub suspicion: Option<Suspicion>,
    /// The newest of staff's verdicts.
    pub verdict: Option<StaffVerdict>,
    /// Staff-assisted only: who vouched, and why.
    pub assisted_by: Option<String>,
    pub reason: Option<String>,
    /// The person's unit approved the registration only after the scan.
    pub approved_afterwards: bool,
}

/// The row as it lies in Postgres, numbers sealed.
pub(super) struct RecordRow {
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
    pub assisted_by: Option<String>,
    pub reason: Option<String>,
    pub approved_afterwards: bool,
    pub score: Option<i32>,
    pub suspicious: Option<bool>,
    pub rules: Option<String>,
    pub reasons: Option<Json<Vec<Reason>>>,
    pub verdict: Option<String>,
    pub verdict_reason: Option<String>,
    pub verdict_by: Option<String>,
    pub verdict_at: Option<jiff_sqlx::Timestamp>,
}

/// What speaks against a check-in, by the rules of a version.
#[derive(Serialize, ToSchema)]
pub(super) struct Suspicion {
    /// The sum of the points: decibans.
    pub score: i32,
    pub suspicious: bool,
    pub rules: String,
    /// The heaviest first.
    pub reasons: Vec<SaidReason>,
}

/// A reason with its sentence in the reader's language.
#[derive(Serialize, ToSchema)]
pub(super) struct SaidReason {
    #[serde(flatten)]
    reason: Reason,
    sentence: String,
}

/// What staff decided about a check-in.
#[derive(Serialize, ToSchema)]
pub(super) struct StaffVerdict {
    pub verdict: VerdictWord,
    pub reason: String,
    pub given_by: String,
    pub given_at: Timestamp,
}

impl Suspicion {
    /// In one cell of a file: the score, and the sentences.
    fn in_cell(&self) -> String {
        let sentences: Vec<_> = self.reasons.iter().map(|reason| reason.sentence.as_str()).collect();
        format!("{}：{}", self.score, sentences.join("；"))
    }
}

impl StaffVerdict {
    /// In one cell of a file: the word, why, and by whom.
    fn in_cell(&self) -> String {
        let word = match self.verdict {
            VerdictWord::Kept => "保留",
            VerdictWord::Struck => "已记录，主办方未认可",
        };
        format!("{word}：{}（{}）", self.reason, self.given_by)
    }
}

impl RecordRow {
    /// Where it lies in its list.
    pub fn place(&self, order: Order) -> Keyset {
        match order {
            Order::Time => Keyset::ByTime(self.at.to_jiff(), self.id),
            Order::Suspicion => Keyset::BySuspicion(self.score.unwrap_or(0), self.at.to_jiff(), self.id),
        }
    }

    fn suspicion(&mut self, language: Language) -> Option<Suspicion> {
        let reasons = self.reasons.take()?.0.into_iter();
        let said =
            |reason: Reason| SaidReason { sentence: reason.finding.said(reason.points, language), reason };
        Some(Suspicion {
            score: self.score?,
            suspicious: self.suspicious?,
            rules: self.rules.take()?,
            reasons: reasons.map(said).collect(),
        })
    }

    fn verdict(&mut self) -> sqlx::Result<Option<StaffVerdict>> {
        let given = self.verdict_reason.take().zip(self.verdict_by.take()).zip(self.verdict_at);
        let Some((word, ((reason, given_by), given_at))) = self.verdict.as_deref().zip(given) else {
            return Ok(None);
        };
        let verdict = db::word("verdicts", "verdict", self.id, word)?;
        Ok(Some(StaffVerdict { verdict, reason, given_by, given_at: given_at.to_jiff() }))
    }
}

impl Record {
    /// Opens the numbers only to mask them.
    pub fn of(mut row: RecordRow, sealer: &Sealer, language: Language) -> Result<Self, people::Error> {
        Ok(Self {
            suspicion: row.suspicion(language),
            verdict: row.verdict()?,
            id: row.id,
            receipt_ending: Ending::of(row.id).to_string(),
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
            source: db::word("check_ins", "source", row.id, &row.source)?,
            screen: row.screen,
            place: row.place,
            code_age_ms: row.code_age_ms,
            client_kind: row.client_kind,
            scene: row.scene,
            assisted_by: row.assisted_by,
            reason: row.reason,
            approved_afterwards: row.approved_afterwards,
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
            suspicion: self.suspicion.as_ref().filter(|found| found.suspicious).map(Suspicion::in_cell),
            verdict: self.verdict.as_ref().map(StaffVerdict::in_cell),
            assisted_by: self.assisted_by.as_deref(),
            reason: self.reason.as_deref(),
            approved_afterwards: self.approved_afterwards,
        }
    }
}
