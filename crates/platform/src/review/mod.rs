//! Reviews: one state machine for whatever has to be approved, and the rows that keep where each stands and every step that was
//! taken. It must not know what is reviewed, nor who may take which step: a module asks for that first.

mod reason;
pub mod refusals;
mod sql;
mod state;
mod verdict;

pub use reason::Reason;
pub use sql::{
    Review, Subject, Submission, TakenStep, begin, correct, correct_all, end, newest, propose, steps, take,
    take_as_applicant,
};
pub use state::{Levels, NotNow, State, Step, StepWord, Turn, Word};
pub use verdict::{NewVerdict, Verdict};

use crate::http::Refusal;
use crate::module::Module;

/// What reviews may refuse. Their routes are those of what is reviewed.
pub const MODULE: Module = Module { name: "review", refusals: refusals::ALL, ..Module::EMPTY };

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not now: {0:?}")]
    NotNow(NotNow),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl NotNow {
    /// The refusal that says whose turn it is.
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::ApplicantsTurn => refusals::REVIEW_AWAITS_UNIT,
            Self::AuthoritysTurn => refusals::REVIEW_AWAITS_AUTHORITY,
            Self::VerdictGiven => refusals::VERDICT_GIVEN,
            Self::Over => refusals::REVIEW_IS_OVER,
        }
    }
}
