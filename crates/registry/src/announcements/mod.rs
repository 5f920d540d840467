//! Announcements (通知公告): what an authority or a unit tells the admins of the units below it, people, or both. One row however many
//! read it. It must not know how notices of single acts are told.

mod act;
mod entry;
mod module;
mod reading;
pub mod refusals;
mod routes;
mod routes_of_readers;
mod sql;
mod sql_of_readers;
mod standing;

pub use module::MODULE;

use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;

/// Why one is not published, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such announcement, or none of this reader's")]
    NotFound,
    #[error("it was withdrawn")]
    Withdrawn,
    #[error("it is read already")]
    Published,
    #[error("as many stand as a unit may have")]
    Full,
    #[error("as many as a day may have were drafted")]
    Used,
    #[error("a chosen unit is no open one at or below the admin's own")]
    NoSuchUnit,
    #[error("it would end before it is read")]
    EndsBefore,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::Withdrawn => refusals::ANNOUNCEMENT_WITHDRAWN.into(),
            Error::Published => refusals::ANNOUNCEMENT_PUBLISHED.into(),
            Error::Full => refusals::ANNOUNCEMENTS_FULL.into(),
            Error::Used => refusals::ANNOUNCEMENTS_USED.into(),
            Error::NoSuchUnit => Self::field("unit_ids", "each is an open unit at or below your own"),
            Error::EndsBefore => Self::from(refusals::ANNOUNCEMENT_ENDS_BEFORE).at("shown_until"),
            Error::Database(error) if is_away(&error) => away(&error),
            error @ Error::Database(_) => {
                tracing::error!(%error, "announcements could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
