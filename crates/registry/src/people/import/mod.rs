//! People from a file: what each row would do is told first, with all that is wrong with it; then the rows are written in one
//! transaction, or none. Sent again, the same file changes nothing. The page and the shell do it by the same code. It must not
//! hold more than a few pieces of a file in memory, nor let a number out in clear.

mod apply;
mod check;
mod columns;
pub(super) mod fault;
pub(super) mod jobs;
mod places;
mod plan;
pub(super) mod routes;
mod row;
mod sheet;
pub(super) mod sql;

pub use apply::{clear, write};
pub use check::{Checked, check, stage};
pub use sheet::TITLE;

use uuid::Uuid;

use super::refusals;
use zaichang_core::seal;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;
use zaichang_platform::jobs::Failed;
use zaichang_platform::sheets::{self, imports};

/// What is imported, in the rows of staged files.
pub(super) const NOUN: &str = "person";

/// Under what the rows of one import are staged: its id, or one of their own where it has none.
pub type Batch = Uuid;

/// A batch of an import that has no row.
pub fn batch() -> Result<Batch, Error> {
    Ok(imports::new_id()?)
}

/// Why a file of people is not imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Sheet(#[from] sheets::Error),
    #[error("it would do something else than its sender has seen")]
    Otherwise,
    #[error("it was interrupted")]
    Interrupted,
    #[error(transparent)]
    Seal(seal::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// The word that a job keeps.
    const fn word(&self) -> Failed {
        Failed(match self {
            Self::Sheet(_) => "workbook",
            Self::Otherwise => "changed",
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
            Error::Otherwise | Error::Interrupted => Self::from(refusals::BUSY).retry_after_ms(1000),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::Seal(_) | Error::Database(_)) => {
                tracing::error!(%error, "people could not be imported");
                refusals::INTERNAL.into()
            }
        }
    }
}
