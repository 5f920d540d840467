//! Exports: written to a sealed file by a job, then downloaded at whatever speed. No request waits for a reader while it holds
//! a connection to Postgres. It must not know how a file looks.
//!
//! A file lies on the node that wrote it. The job is first of all the asked node's, so that where a balancer keeps a browser to
//! one node the file is there; any other node answers `export_elsewhere`, and a retry finds the right one.
//!
//! Each try writes a file of its own name, and of a job's files one is kept: however many nodes try, the row gets one, once.

mod filter;
mod making;
pub(super) mod routes;
mod sql;

pub(super) use sql::forget as forget_exports;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::checkin::Roster;
use zaichang_core::clock::Clock;
use zaichang_core::ids::{AccountId, CourseId};
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;
use zaichang_platform::files::{Content, Files, Kind};
use zaichang_platform::jobs::Job;

/// How long a file may be downloaded.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Exports that an account may have at once, made or waiting: all accounts share the disk.
const OF_AN_ACCOUNT: i64 = 50;

/// A million records are about 300 MB.
const LIMIT: u64 = 2 << 30;
const XLSX: Kind = Kind { name: "export_xlsx", content: Content::Xlsx, limit: LIMIT, sealed: true };
const CSV: Kind = Kind { name: "export_csv", content: Content::Csv, limit: LIMIT, sealed: true };

/// The exports of a node.
pub struct Exports {
    clock: Clock,
    roster: Roster,
    sealer: Sealer,
    keys: Arc<Keys>,
    files: Arc<Files>,
    /// Where what does not fit into memory lies meanwhile, without a name.
    scratch: PathBuf,
    /// This process, which had better make what it is asked for.
    node: Uuid,
}

/// The job that makes an export.
#[derive(Serialize, Deserialize)]
pub struct MakeExport {
    export: Uuid,
}

impl Job for MakeExport {
    const NAME: &'static str = "make_export";
    const TRIES: u8 = 3;

    fn key(&self) -> String {
        format!("export:{}", self.export)
    }
}

/// What an export is written as.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ExportFormat {
    /// For the office: a summary to be signed, and every record.
    Xlsx,
    /// For programs: every record.
    Csv,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ExportState {
    Queued,
    Running,
    /// Its file can be downloaded.
    Ready,
    /// Its job has failed for good; another one may be asked for.
    Failed,
    /// Its file has been deleted. Told by its time, never written.
    #[strum(disabled)]
    Expired,
}

/// An export as it lies in Postgres. Its file has a row of its own.
pub(super) struct Export {
    pub id: Uuid,
    pub course: CourseId,
    pub account: AccountId,
    pub format: ExportFormat,
    pub filter: Vec<u8>,
    pub state: ExportState,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub file: Option<Uuid>,
    pub rows: Option<i64>,
    pub bytes: Option<i64>,
    pub sha256: Option<Vec<u8>>,
}

impl ExportFormat {
    /// The word in SQL and JSON, and the file's ending.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What its files are: sealed, as they hold names and parts of numbers.
    const fn kind(self) -> &'static Kind {
        match self {
            Self::Xlsx => &XLSX,
            Self::Csv => &CSV,
        }
    }

    /// What the file is called.
    const fn title(self) -> &'static str {
        match self {
            Self::Xlsx => "签到汇总",
            Self::Csv => "签到明细",
        }
    }
}

impl Exports {
    pub fn new(
        clock: Clock,
        roster: Roster,
        sealer: Sealer,
        keys: Arc<Keys>,
        files: Arc<Files>,
        scratch: PathBuf,
        node: Uuid,
    ) -> Self {
        Self { clock, roster, sealer, keys, files, scratch, node }
    }
}

/// An id that cannot be guessed.
fn random_id() -> Result<Uuid, getrandom::Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}
