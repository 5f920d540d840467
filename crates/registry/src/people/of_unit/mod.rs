//! People as their unit keeps them in the console: a list of one unit's, one person, and what the unit may change of their work.
//! Name, document number, phone and card number it puts right with a reason.

mod change;
mod correction;
mod list;
mod person;
mod review_list;
mod routes;
mod sql;

pub(super) use change::locked;
pub(super) use person::{Person, PersonBody};
pub(super) use routes::{PeopleState, answer, routes};
pub(super) use sql::{each, hold_department, people};

use crate::people;
use crate::people::phones;
use zaichang_core::seal;
use zaichang_platform::auth;
use zaichang_platform::db::{away, is_away};
use zaichang_platform::http::{Problem, Refusal};

use super::refusals;

/// What can go wrong with a person whom a unit keeps.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no such person, or not this admin's")]
    NotFound,
    #[error("the row was merged into another")]
    IsMerged,
    #[error("regions have no people of their own")]
    NotAnInstitution,
    #[error("it is no open department of the person's unit")]
    NoSuchDepartment,
    #[error("another title begins on this day")]
    TitleDayTaken,
    #[error("titles were entered too often")]
    TitlesTooOften,
    #[error("an earlier title begins later")]
    TitleOutOfOrder,
    #[error("a title is a series and a level")]
    HalfATitle(&'static str),
    #[error("the person has logged in, or was not imported")]
    HasLoggedIn,
    #[error("the person has check-ins")]
    HasCheckIns,
    #[error("this document number is another person's")]
    NumberTaken,
    #[error("somebody waits for a verdict with this document number")]
    NumberRegisters,
    #[error("this card number is another person's")]
    CardTaken,
    #[error("the account was told of too many numbers of others today")]
    AnswersUsed,
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

impl Error {
    /// The refusal that tells the admin that a number is another person's.
    const fn tells(&self) -> Option<Refusal> {
        Some(match self {
            Self::NumberTaken => refusals::NUMBER_TAKEN,
            Self::NumberRegisters => refusals::NUMBER_REGISTERS,
            Self::Phone(phones::Error::Taken) => refusals::PHONE_TAKEN,
            Self::Phone(phones::Error::Registers) => refusals::PHONE_REGISTERS,
            Self::CardTaken => refusals::CARD_TAKEN,
            _ => return None,
        })
    }
}

/// As it is said to a unit's admin, who can neither log in as the other nor ask an admin above them in their unit.
fn of_another(refusal: Refusal, field: &'static str, chinese: &str, english: &str) -> Problem {
    Problem::from(refusal).at(field).saying(chinese.to_owned(), english.to_owned())
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::IsMerged => refusals::PERSON_IS_MERGED.into(),
            Error::NotAnInstitution => crate::units::refusals::NOT_AN_INSTITUTION.into(),
            Error::NoSuchDepartment => {
                Self::field("department_id", "it is no open department of the person's unit")
            }
            Error::TitleDayTaken => refusals::TITLE_DAY_TAKEN.into(),
            Error::TitlesTooOften => refusals::TITLES_TOO_OFTEN.into(),
            Error::TitleOutOfOrder => {
                Self::field("title_from", "an earlier title begins later: it is after that one's day")
            }
            Error::HalfATitle(field) => {
                Self::field(field, "a title is a series and a level: both are required")
            }
            Error::HasLoggedIn => refusals::PERSON_HAS_LOGGED_IN.into(),
            Error::HasCheckIns => Self::from(refusals::PERSON_HAS_CHECK_INS).at("number"),
            Error::NumberTaken => of_another(
                refusals::NUMBER_TAKEN,
                "number",
                "该证件号码已有人员使用。请核对证件原件；正确的，请在课程的“协助签到”中输入该号码查明其单位。",
                "Somebody is registered with it. Check the document; if it is right, the number finds their unit in a course's Assisted check-in.",
            ),
            Error::NumberRegisters => Self::from(refusals::NUMBER_REGISTERS).at("number"),
            Error::CardTaken => Self::from(refusals::CARD_TAKEN).at("card_number"),
            Error::AnswersUsed => refusals::ANSWERS_USED.into(),
            Error::Phone(phones::Error::Taken) => of_another(
                refusals::PHONE_TAKEN,
                "phone",
                "该手机号已由其他人员使用，可能是前任机主。请在课程的“协助签到”中输入该号码，查明其单位；由该单位为其更换后，即可填写。",
                "Somebody else is registered with it, perhaps who had the number before. In a course's Assisted check-in it finds their unit; once that unit has replaced it, it can be given here.",
            ),
            Error::Phone(phones::Error::Registers) => of_another(
                refusals::PHONE_REGISTERS,
                "phone",
                "请本人用该手机号登录并撤回注册申请，或由所申请的单位退回，然后再更正。",
                "Have its holder log in with it and withdraw the registration, or its unit return it; then put the phone right.",
            ),
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
