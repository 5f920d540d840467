//! Titles of people with the day from which each holds: a new one is entered beside those of before, a wrong entry is put right or
//! taken out. Which title somebody had on a day is asked by `titles_on`; what it comes to for the standard of a year is another
//! module's.

mod act;
mod body;
mod routes;
mod sql;

pub(super) use act::correct;
pub(super) use body::first_day;
pub(super) use routes::routes;
pub use sql::{Title, titles_on};

use super::of_unit;
use crate::people::refusals;
use zaichang_platform::http::Problem;

/// Why a title is not kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no such person or title, or not this admin's")]
    NotFound,
    #[error("another title begins on this day")]
    DayTaken,
    #[error("the title of before is the same")]
    HoldsAlready,
    #[error("the title in force has no day, and this is a lower one")]
    DayUnknown,
    #[error("too many titles stand")]
    Full,
    #[error("titles were entered too often")]
    TooOften,
    #[error("no person is without a title")]
    TheOnlyOne,
    #[error(transparent)]
    Person(#[from] of_unit::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::DayTaken => refusals::TITLE_DAY_TAKEN.into(),
            Error::DayUnknown => refusals::TITLE_DAY_UNKNOWN.into(),
            Error::HoldsAlready => refusals::TITLE_HOLDS.into(),
            Error::Full => refusals::TITLES_FULL.into(),
            Error::TooOften => refusals::TITLES_TOO_OFTEN.into(),
            Error::TheOnlyOne => refusals::TITLE_IS_THE_ONLY_ONE.into(),
            Error::Person(error) => error.into(),
            Error::Database(error) => of_unit::Error::Database(error).into(),
        }
    }
}
