//! People as their unit keeps them in the console: a list of one unit's, one person, and what the unit may change of their work.
//! Name, phone and card number it puts right with a reason; the number of a document nobody changes.

mod change;
mod correction;
mod list;
mod person;
mod routes;
mod sql;

pub(super) use change::locked;
pub(super) use person::{Person, PersonBody};
pub(super) use routes::{PeopleState, answer, routes};
pub(super) use sql::{each, hold_department};

use crate::people;
use crate::people::phones;
use zaichang_core::seal;
use zaichang_platform::auth;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::Problem;

use super::refusals;

/// What can go wrong with a person whom a unit keeps.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no such person, or not this admin's")]
    NotFound,
    #[error("regions have no people of their own")]
    NotAnInstitution,
    #[error("it is no open department of the person's unit")]
    NoSuchDepartment,
    #[error("another title begins on this day")]
    TitleDayTaken,
    #[error("an earlier title begins later")]
    TitleOutOfOrder,
    #[error("a title is a series and a level")]
    HalfATitle(&'static str),
    #[error("the person has logged in, or was not imported")]
    HasLoggedIn,
    #[error("this card number is another person's")]
    CardTaken,
    #[error(transparent)]
    Phone(#[from] phones::Error),
    #[error(transparent)]
    Sessions(auth::Error),
    #[error(transparent)]
    Person(#[from] people::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<seal::Error> for Error {
    fn from(error: seal::Error) -> Self {
        Self::Person(error.into())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::NotAnInstitution => crate::units::refusals::NOT_AN_INSTITUTION.into(),
            Error::NoSuchDepartment => {
                Self::field("department_id", "it is no open department of the person's unit")
            }
            Error::TitleDayTaken => refusals::TITLE_DAY_TAKEN.into(),
            Error::TitleOutOfOrder => {
                Self::field("title_from", "an earlier title begins later: it is after that one's day")
            }
            Error::HalfATitle(field) => {
                Self::field(field, "a title is a series and a level: both are required")
            }
            Error::HasLoggedIn => refusals::PERSON_HAS_LOGGED_IN.into(),
            Error::CardTaken => Self::from(refusals::CARD_TAKEN).at("card_number"),
            Error::Phone(error) => error.into(),
            Error::Sessions(error) => error.into(),
            Error::Person(error) => error.into(),
            Error::Database(error) if is_away(&error) => away(&error),
            Error::Database(error) => {
                tracing::error!(%error, "a person of a unit could not be read or written");
                refusals::INTERNAL.into()
            }
        }
    }
}
