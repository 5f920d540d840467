//! Why a file is not imported.

use super::super as sheets;
use crate::db::{away, is_away};
use crate::http::{Problem, refusals};
use crate::jobs::Failed;
use crate::scan;
use zaichang_core::seal;

/// Why a file is not imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Sheet(#[from] sheets::Error),
    #[error(transparent)]
    Scan(#[from] scan::Error),
    #[error("it would do something else than its sender has seen")]
    Otherwise,
    /// What no check had found, in the words of the module that writes the row.
    #[error("a row was refused while it was written: {0}")]
    Refused(String),
    #[error("it was interrupted")]
    Interrupted,
    #[error(transparent)]
    Seal(#[from] seal::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// The word that a job keeps.
    pub(super) const fn word(&self) -> Failed {
        Failed(match self {
            Self::Sheet(_) => "workbook",
            Self::Scan(_) => "scanner",
            Self::Otherwise | Self::Refused(_) => "changed",
            Self::Interrupted => "interrupted",
            Self::Seal(_) => "seal",
            Self::Database(_) => "database",
        })
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Sheet(error) => error.into(),
            Error::Scan(error) => error.into(),
            Error::Otherwise | Error::Refused(_) | Error::Interrupted => {
                Self::from(refusals::BUSY).retry_after_ms(1000)
            }
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::Seal(_) | Error::Database(_)) => {
                tracing::error!(%error, "an import could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
