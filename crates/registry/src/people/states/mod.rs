//! States of people by their days (产假, 不计达标, 非工作岗位, 注销, and 正常 again): the unit enters one with a reason, the authority above
//! it approves it, and from its first day on it holds. What each comes to for compliance is another module's.

mod act;
mod body;
mod effects;
mod entry;
mod judging;
mod list;
pub(super) mod notice;
mod routes;
mod sql;

pub(super) use list::some_wait_for;
pub(super) use routes::routes;

use std::ops::RangeInclusive;

use sqlx::PgConnection;

use self::effects::Conflict;
use super::of_unit;
use crate::people::refusals;
use zaichang_core::ids::PersonId;
use zaichang_platform::http::Problem;
use zaichang_platform::review::{self as kit, NotNow, Subject};

/// What a review of somebody's states is about: one is open at a time.
const fn subject(person: PersonId) -> Subject {
    Subject { noun: "person_state", id: person.0 }
}

/// Ends what the unit of before has neither submitted nor had approved: whose person it is now applies anew.
pub(super) async fn end_of_former_unit(connection: &mut PgConnection, person: PersonId) -> sqlx::Result<()> {
    kit::end(connection, subject(person), "已调入其他单位，原申请结束").await
}

/// Why a state is not changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("not now: {0:?}")]
    NotNow(NotNow),
    #[error("the person is let go to another unit")]
    LetGo,
    #[error("it was handed in too often")]
    TooOften,
    #[error("its first day lies outside these years")]
    TooFar(RangeInclusive<i16>),
    #[error("it cannot stand beside what stands: {0:?}")]
    Conflict(Conflict),
    #[error(transparent)]
    Person(#[from] of_unit::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<kit::Error> for Error {
    fn from(error: kit::Error) -> Self {
        match error {
            kit::Error::NotNow(why) => Self::NotNow(why),
            kit::Error::Database(error) => Self::Database(error),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotNow(why) => why.refusal().into(),
            Error::LetGo => refusals::PERSON_LET_GO.into(),
            Error::TooOften => refusals::PERSON_STATE_TOO_OFTEN.into(),
            Error::TooFar(years) => {
                let (first, last) = (years.start(), years.end());
                Self::field("from", format!("it is a day of the years {first} to {last}")).saying(
                    format!("开始日期须在 {first} 至 {last} 年内；更正原有状态日期的，填写其原起始日期。"),
                    format!("The first day lies in {first} to {last}, or is that of the state whose days are put right."),
                )
            }
            Error::Conflict(Conflict::AlreadySo) => refusals::PERSON_STATE_HOLDS.into(),
            Error::Conflict(Conflict::Overlaps) => refusals::PERSON_STATES_OVERLAP.into(),
            Error::Conflict(Conflict::IsCancelled) => refusals::PERSON_IS_CANCELLED.into(),
            Error::Person(error) => error.into(),
            Error::Database(error) => of_unit::Error::Database(error).into(),
        }
    }
}
