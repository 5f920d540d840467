//! Units from a file: what each row would do is told first, with all that is wrong with it; then the rows are written in one
//! transaction, or none. Sent again, the same file changes nothing. The page and the shell do it by the same code.

mod apply;
mod columns;
mod fault;
pub(super) mod jobs;
mod links;
mod places;
mod plan;
pub(super) mod routes;
mod row;
pub(super) mod sheet;

pub use apply::{Done, apply};
pub use places::Place;
pub use plan::{Plan, preview};
pub use sheet::{TITLE, read};

use super::Error as UnitError;
use super::refusals;
use zaichang_platform::http::Problem;
use zaichang_platform::jobs::Failed;
use zaichang_platform::sheets;

/// What is imported, in the rows of staged files.
pub(super) const NOUN: &str = "unit";

/// Why a file of units is not imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Sheet(#[from] sheets::Error),
    #[error(transparent)]
    Unit(#[from] UnitError),
    #[error("the account may not import units any more")]
    NotAllowed,
    #[error("it was interrupted")]
    Interrupted,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Unit(error.into())
    }
}

impl Error {
    /// The word that a job keeps.
    const fn word(&self) -> Failed {
        Failed(match self {
            Self::Sheet(_) => "workbook",
            Self::Unit(UnitError::Database(_)) => "database",
            Self::Unit(_) => "unit",
            Self::NotAllowed => "not_allowed",
            Self::Interrupted => "interrupted",
        })
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Sheet(error) => error.into(),
            Error::Unit(error) => error.into(),
            Error::NotAllowed => refusals::FORBIDDEN.into(),
            Error::Interrupted => Self::from(refusals::BUSY).retry_after_ms(1000),
        }
    }
}
