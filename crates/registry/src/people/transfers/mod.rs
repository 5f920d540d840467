//! Transfers of people (调动): a unit lets somebody go from a day on, another finds them by name and document and takes them in. Until
//! then they are of the unit that lets them go, and check in as ever. Credits are the person's: they never move.

mod act;
mod body;
mod entry;
mod list;
mod look_ups;
pub(super) mod notice;
mod routes;
mod sql;

pub(super) use look_ups::LookUps;
pub(super) use routes::routes;

use jiff::civil::Date;
use sqlx::PgConnection;

use super::of_unit;
use crate::people::refusals;
use zaichang_core::ids::PersonId;
use zaichang_platform::http::Problem;

/// Whether the person is let go on this day, and not taken in yet.
pub(super) async fn is_let_go(
    connection: &mut PgConnection,
    person: PersonId,
    today: Date,
) -> sqlx::Result<bool> {
    Ok(sql::open_of(connection, person, today).await?.is_some())
}

/// Why somebody is not let go, not kept or not taken in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("the person is let go already")]
    LetGoAlready,
    #[error("a change of the person's state waits for its verdict")]
    StateWaits,
    #[error("the person is cancelled")]
    IsCancelled,
    #[error("no person with this name and number was let go")]
    NobodyLetGo,
    #[error("the person was let go too often")]
    TooOften,
    #[error("the unit that is named is none, is closed, or is the person's own")]
    NoSuchUnit,
    #[error("the person is of an open unit, whose own admins let them go and keep them")]
    OwnUnitDecides,
    #[error("the transfer has ended")]
    Over,
    #[error("its first day has not come")]
    NotYet,
    #[error("the person is of this unit already")]
    OwnUnit,
    #[error("the unit is closed")]
    UnitClosed,
    #[error("the person has been cancelled since they were let go")]
    CancelledMeanwhile,
    #[error(transparent)]
    Person(#[from] of_unit::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::LetGoAlready => refusals::PERSON_LET_GO.into(),
            Error::StateWaits => refusals::PERSON_STATE_WAITS.into(),
            Error::IsCancelled => refusals::PERSON_IS_CANCELLED.into(),
            Error::NobodyLetGo => refusals::NOBODY_LET_GO.into(),
            Error::TooOften => refusals::TRANSFERS_TOO_OFTEN.into(),
            Error::NoSuchUnit => Self::field("unit_id", "it is an open unit, and not the person's own"),
            Error::OwnUnitDecides => refusals::TRANSFER_OF_OWN_UNIT.into(),
            Error::Over => refusals::TRANSFER_OVER.into(),
            Error::NotYet => refusals::TRANSFER_NOT_YET.into(),
            Error::OwnUnit => refusals::PERSON_OF_THIS_UNIT.into(),
            Error::UnitClosed => refusals::TRANSFER_UNIT_CLOSED.into(),
            Error::CancelledMeanwhile => refusals::TRANSFER_OF_CANCELLED.into(),
            Error::Person(error) => error.into(),
            Error::Database(error) => of_unit::Error::Database(error).into(),
        }
    }
}
