//! Exports: written to a sealed file on this node by one worker, then downloaded at whatever speed. No request waits for a
//! reader while it holds a connection to Postgres. It must not know how a file looks.
//!
//! A file lies on the node that wrote it. The node that was asked takes the export first, so that where a balancer keeps a
//! browser to one node the file is there; any other node answers `export_elsewhere`, and a retry finds the right one.

mod file;
pub(super) mod routes;
mod sql;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::sync::Notify;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::checkin::Pipeline;
use zaichang_core::ids::{AccountId, CourseId};
use zaichang_core::keys::Keys;
use zaichang_core::seal::Sealer;

/// How long a file may be downloaded.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Exports that an account may have at once, made or waiting: all accounts share the disk.
const OF_AN_ACCOUNT: i64 = 50;

/// The exports of a node.
pub struct Exports {
    pipeline: Arc<Pipeline>,
    sealer: Sealer,
    keys: Arc<Keys>,
    /// Two connections of its own: however many exports wait, requests keep theirs.
    pool: PgPool,
    folder: PathBuf,
    /// This process, as other nodes' workers see it.
    worker: Uuid,
    wake: Notify,
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
    /// It was tried three times; another one may be asked for.
    Failed,
    /// Its file has been deleted. Told by its time, never written.
    #[strum(disabled)]
    Expired,
}

/// An export as it lies in Postgres.
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

    const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
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
        pipeline: Arc<Pipeline>,
        sealer: Sealer,
        keys: Arc<Keys>,
        pool: PgPool,
        data_dir: &std::path::Path,
    ) -> Result<Self, getrandom::Error> {
        let folder = data_dir.join("exports");
        Ok(Self { pipeline, sealer, keys, pool, folder, worker: random_id()?, wake: Notify::new() })
    }
}

/// An id that cannot be guessed.
fn random_id() -> Result<Uuid, getrandom::Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}
