//! Attendance: the records of a course as its admin reads, filters and exports them, and what staff record for others.

mod assist;
pub mod export;
mod query;
mod record;
mod routes;
mod sql;

pub use routes::{Desk, routes};

use crate::db::is_away;
use crate::http::{Problem, Refusal};
use crate::people;

/// What can go wrong when records are read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    People(#[from] people::Error),
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] export::XlsxError),
    #[error("the export was cut short")]
    Interrupted,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::People(error) => error.into(),
            Error::Database(error) if is_away(&error) => {
                Self::from(Refusal::StorageUnavailable).retry_after_ms(1000)
            }
            error @ (Error::Workbook(_) | Error::Interrupted | Error::Database(_)) => {
                tracing::error!(%error, "attendance could not be read");
                Refusal::Internal.into()
            }
        }
    }
}
