//! Claims: who registers finds their document number taken, and has their proved phone put in the place of the one that is there. By a
//! code to that one, at once; or with a photo of the document, at which the unit of record looks, or an authority above it. It must not
//! tell whose the number is, nor which phone, before either.

mod act;
mod body;
mod by_phone;
mod judging;
mod list;
mod notice;
mod of_claimant;
mod of_unit;
mod photo;
mod sql;

pub use by_phone::{ByPhone, claim_by_phone, may_claim};
pub(super) use notice::KINDS;
pub(super) use of_claimant::{MyClaim, Uploads, routes as routes_of_claimant};
pub(super) use of_unit::routes as routes_of_unit;
pub(super) use sql::{Proposal, mine, some_wait_for, stands, sweep_photos};

use zaichang_core::seal;
use zaichang_platform::auth;
use zaichang_platform::http::Problem;
use zaichang_platform::review::{self as kit, NotNow};

use self::photo::Unfit;
use super::refusals;
use crate::people::{self, phones};

zaichang_core::id!(
    /// A claim of a document number that is taken (号码认领).
    NumberClaimId
);

/// Why a number is not claimed, or a claim not judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such claim, or not this admin's")]
    NotFound,
    #[error("no person is registered with this number")]
    NumberFree,
    #[error("this phone is not the one of record")]
    NotOfRecord,
    #[error("no claim was begun")]
    NotBegun,
    #[error("too many claims were handed in today")]
    Used,
    #[error("as many claims of this number wait as may")]
    Full,
    #[error("the photo: {0:?}")]
    Photo(Unfit),
    #[error("the photo is kept no longer")]
    PhotoGone,
    #[error("who approves has not looked at the photo")]
    PhotoUnseen,
    #[error("the person has another number than the one that was claimed")]
    NumberChanged,
    #[error("claims are judged one by one")]
    Several,
    #[error("the row was merged into another")]
    IsMerged,
    #[error("not now: {0:?}")]
    NotNow(NotNow),
    #[error(transparent)]
    Phone(#[from] phones::Error),
    #[error(transparent)]
    Sessions(auth::Error),
    #[error(transparent)]
    Registration(#[from] super::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<kit::Error> for Error {
    fn from(error: kit::Error) -> Self {
        match error {
            kit::Error::NotNow(why) => Self::NotNow(why),
            kit::Error::Database(error) => Self::Database(error),
        }
    }
}

impl From<people::Error> for Error {
    fn from(error: people::Error) -> Self {
        Self::Registration(error.into())
    }
}

impl From<seal::Error> for Error {
    fn from(error: seal::Error) -> Self {
        Self::Registration(error.into())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::NumberFree => Self::from(refusals::NUMBER_FREE).at("number"),
            Error::NotOfRecord => Self::from(refusals::NOT_PHONE_OF_RECORD).at("phone"),
            Error::NotBegun => refusals::CLAIM_NOT_BEGUN.into(),
            Error::Used => refusals::CLAIMS_USED.into(),
            Error::Full => refusals::CLAIMS_FULL.into(),
            Error::Photo(Unfit::TooLarge) => refusals::PHOTO_TOO_LARGE.into(),
            Error::Photo(Unfit::TooSmall) => refusals::PHOTO_TOO_SMALL.into(),
            Error::Photo(Unfit::NoPhoto) => refusals::PHOTO_UNREADABLE.into(),
            Error::PhotoGone => refusals::PHOTO_GONE.into(),
            Error::PhotoUnseen => refusals::CLAIM_PHOTO_UNSEEN.into(),
            Error::NumberChanged => refusals::CLAIM_NUMBER_CHANGED.into(),
            Error::Several => refusals::CLAIMS_ONE_BY_ONE.into(),
            Error::IsMerged => refusals::PERSON_IS_MERGED.into(),
            Error::NotNow(NotNow::ApplicantsTurn) => refusals::CLAIM_NOT_SUBMITTED.into(),
            Error::NotNow(NotNow::AuthoritysTurn) => refusals::CLAIM_WAITS.into(),
            Error::NotNow(NotNow::VerdictGiven | NotNow::Over) => refusals::CLAIM_JUDGED.into(),
            Error::Phone(error) => error.into(),
            Error::Sessions(error) => error.into(),
            Error::Registration(error) => error.into(),
            Error::Database(error) => super::Error::Database(error).into(),
        }
    }
}
