//! Projects and their courses: what may be attended, when and under which settings.

mod access;
pub mod approval;
mod change;
mod course;
mod location;
mod module;
mod of_day;
mod offered;
mod period;
pub mod refusals;
mod routes;
mod settings;
mod spot_check;
mod sql;

pub use course::{Course, NotNow, Project, ProjectState};
pub use location::{Degrees, Location};
pub use module::MODULE;
pub use offered::{Offered, Offers};
pub use period::{OpeningHours, Period, Window, window, written};
pub use spot_check::SpotCheck;
pub use sql::courses;

use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;

/// What can go wrong with a course's row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such course, or not this admin's")]
    NotFound,
    #[error("no face check provider is configured")]
    FaceProviderMissing,
    #[error("this deployment collects no distances")]
    DistancesNotCollected,
    #[error("opens must be before closes")]
    OpensAfterCloses,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::FaceProviderMissing => refusals::FACE_PROVIDER_MISSING.into(),
            Error::DistancesNotCollected => refusals::DISTANCES_NOT_COLLECTED.into(),
            Error::OpensAfterCloses => Self::field("opens", "it must be before closes"),
            Error::Database(error) if is_away(&error) => away(&error),
            Error::Database(error) => {
                tracing::error!(%error, "a course could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
