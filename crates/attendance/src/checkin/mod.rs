//! The check-in pipeline: from a scanned code to a presence that is safe. Read `pipeline.rs` first.
//!
//! judge → admit → seen before? → commit → publish. Postgres decides; Redis only remembers what Postgres has committed.

mod admission;
mod answer;
mod batch;
mod client;
mod commit;
mod counts;
mod course_rows;
mod ending;
mod figures;
mod known_courses;
#[cfg(test)]
mod model;
mod module;
mod network;
mod outside;
mod pass;
mod phone_pass;
mod pipeline;
mod receipt;
mod record;
mod recount;
pub mod refusals;
mod roster;
mod routes;
mod scan;
mod seen;
mod settings;
mod sql;
mod versions;

pub use admission::Admission;
pub use answer::{Answer, ScanBody};
pub use client::{Browser, Client, Device, NewCookie};
pub use commit::Committer;
pub use counts::{Count, Counts, follow};
pub use ending::Ending;
pub use module::MODULE;
pub use network::{Network, Networks};
pub use pass::Pass;
pub use phone_pass::PhonePass;
pub use pipeline::{Outcome, Pipeline, Scanned};
pub use receipt::{Attested, Receipt};
#[cfg(feature = "fuzzing")]
pub use record::Evidence;
pub use record::{CheckIn, Later, NewCheckIn, Slot, Source};
pub use roster::{Roster, Screen};
#[cfg(feature = "fuzzing")]
pub use routes::fuzzing;
pub use scan::{Authentic, Caller, Presentation};
pub use seen::Seen;
pub use settings::Settings;
pub use sql::{attested, ensure_months};

use jiff::Timestamp;

use zaichang_hosting::project::NotNow;
use zaichang_platform::http::{Problem, Refusal};

/// Why a scan or a check-in was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal that carries no further data.
    #[error("refused: {}", .0.word())]
    Refused(Refusal),
    /// The course cannot be attended at that instant.
    #[error("not now: {}", .refusal.word())]
    NotNow { refusal: Refusal, opens_at: Option<Timestamp> },
    /// The person's unit has not approved the registration yet. The pass waits for it, 24 hours from the scan on.
    #[error("not approved yet")]
    NotApproved { pass: String },
    /// Postgres cannot be used now. The pass, if there is one, outlives that.
    #[error("storage is away")]
    StorageAway { pass: Option<String> },
    /// More arrive than can be committed.
    #[error("the queue is full")]
    Busy,
    /// Something that must not happen did; it has been logged where it happened.
    #[error("internal error")]
    Internal,
}

/// How long a phone waits before it presents a pass again.
pub const RETRY_AFTER_MS: u64 = 1500;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<NotNow> for Error {
    fn from(not_now: NotNow) -> Self {
        Self::NotNow { refusal: not_now.refusal, opens_at: not_now.opens_at }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if zaichang_platform::db::is_away(&error) {
            return Self::StorageAway { pass: None };
        }
        tracing::error!(%error, "a query of the check-in pipeline failed");
        Self::Internal
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::NotNow { refusal, opens_at } => Self { opens_at, ..refusal.into() },
            Error::NotApproved { pass } => Self { pass: Some(pass), ..refusals::PERSON_NOT_APPROVED.into() },
            Error::StorageAway { pass } => {
                Self { pass, ..Self::from(refusals::STORAGE_UNAVAILABLE).retry_after_ms(RETRY_AFTER_MS) }
            }
            Error::Busy => Self::from(refusals::BUSY).retry_after_ms(RETRY_AFTER_MS),
            Error::Internal => refusals::INTERNAL.into(),
        }
    }
}
