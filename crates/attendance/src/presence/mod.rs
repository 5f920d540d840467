//! Presence: what speaks for and against a check-in, and what staff make of it. Evidence is scored and explained; it is
//! never shown to attendees and refuses no check-in. The rules that refuse are the check-in pipeline's.

mod assess;
mod assessor;
mod evidence;
mod handover;
mod module;
mod reason;
pub mod refusals;
mod routes;
mod rules;
mod settings;
#[cfg(test)]
mod simulated;
mod spot_check;
mod sql;
mod verdict;

pub use assess::{Assessment, assess};
pub use assessor::{follow, look};
pub use evidence::{CourseDay, Familiarity, Observed, Scan};
pub use module::MODULE;
pub use reason::{Finding, Reason};
pub use rules::{Error as RulesError, Rules};
pub use settings::Settings;
pub use verdict::Word as VerdictWord;

use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;

/// What can go wrong when presence is looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("another spot check is open or ordered at that time")]
    Overlaps,
    #[error("the system gives no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Overlaps => refusals::SPOT_CHECK_OVERLAPS.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ (Error::NoRandomness(_) | Error::Database(_)) => {
                tracing::error!(%error, "presence could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
