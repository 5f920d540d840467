//! Proposals of missing units as their authority decides them: entered as a new unit, known as one that is there, handed up to the
//! authority above, or refused. The registrations that wait go on by themselves. It must not write registrations, units or proposals: their modules do.

mod body;
mod list;
mod module;
pub mod refusals;
mod routes;
mod verdict;

pub use module::MODULE;

use crate::{registration, units};
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;
use zaichang_platform::review as kit;

/// Why a proposal is not decided.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such proposal, or not this admin's")]
    NotFound,
    #[error("it was decided")]
    Decided,
    #[error("no registration waits for it any more")]
    Withdrawn,
    #[error("no authority above the admin's may act")]
    NoAuthorityAbove,
    #[error("no unit of the admin's has this id")]
    NoSuchUnit,
    #[error("the unit that it is has all the aliases that it may")]
    AliasesFull,
    #[error(transparent)]
    Unit(#[from] units::Error),
    #[error(transparent)]
    Registration(#[from] registration::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<kit::Error> for Error {
    fn from(error: kit::Error) -> Self {
        match error {
            kit::Error::NotNow(_) => Self::Decided,
            kit::Error::Database(error) => Self::Database(error),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::Decided => refusals::UNIT_PROPOSAL_DECIDED.into(),
            Error::Withdrawn => refusals::UNIT_PROPOSAL_WITHDRAWN.into(),
            Error::NoAuthorityAbove => refusals::NO_AUTHORITY_ABOVE.into(),
            Error::NoSuchUnit => Self::field("unit_id", "it is no open unit at or below your own"),
            Error::AliasesFull => Self::from(units::refusals::UNIT_ALIASES_FULL).at("unit_id"),
            Error::Unit(error) => of_the_unit(error.into()),
            Error::Registration(error) => error.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            Error::Database(error) => {
                tracing::error!(%error, "a proposal of a unit could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}

/// What is wrong with the new unit is named as the body has it.
fn of_the_unit(problem: Problem) -> Problem {
    let field = problem.field.as_ref().map(|field| format!("unit.{field}"));
    Problem { field, ..problem }
}
