//! Attendance: the records of a course as its admin reads, filters and exports them, and what staff record for others.

mod assist;
pub mod export;
pub mod exports;
mod look_ups;
mod module;
mod query;
mod record;
pub mod refusals;
mod routes;
mod sign_in_sheet;
mod sql;

pub use exports::Exports;
pub use look_ups::LookUps;
pub use module::MODULE;

use zaichang_platform::db::{away, is_away};
use zaichang_platform::files;
use zaichang_platform::http::Problem;
use zaichang_platform::jobs::Failed;
use zaichang_registry::people;

/// What can go wrong when records are read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    People(#[from] people::Error),
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] export::XlsxError),
    #[error("the export was cut short")]
    Interrupted,
    #[error("what was asked for cannot be read: its master key is not in ZAICHANG_MASTER_KEYS any more")]
    Unreadable,
    #[error("an export could not be written or sealed: {0}")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    File(#[from] files::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// The word by which a job tells it.
    fn word(&self) -> Failed {
        Failed(match self {
            Self::People(_) => "people",
            Self::Workbook(_) => "workbook",
            Self::Interrupted => "interrupted",
            Self::Unreadable => "unreadable",
            Self::Io(_) => "io",
            Self::File(_) => "file",
            Self::Database(_) => "database",
        })
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::People(error) => error.into(),
            Error::Database(error) | Error::File(files::Error::Database(error)) if is_away(&error) => {
                away(&error)
            }
            error @ (Error::Workbook(_)
            | Error::Interrupted
            | Error::Unreadable
            | Error::Io(_)
            | Error::File(_)
            | Error::Database(_)) => {
                tracing::error!(%error, "attendance could not be read");
                refusals::INTERNAL.into()
            }
        }
    }
}
