//! Reviews: one state machine for whatever has to be approved, the rows that keep where each stands and every step that was taken, and
//! one rule for verdicts on one thing or on several (`Judging`). It must not know what is reviewed, nor who may take which step: a
//! module asks for that first.

mod body;
mod chosen;
mod judging;
mod reason;
pub mod refusals;
mod sql;
mod state;
mod taking;
mod verdict;

pub use body::{JudgedBody, LeftBody, PreviewBody, ReviewBody, StepBody, StepsBody};
pub use chosen::{Chosen, NewPreview, NewVerdicts, Verdicts};
pub use judging::{
    Found, Judged, Judging, Left, Preview, Refused, StepRequest, judge_all, judge_one, preview,
};
pub use reason::Reason;
use sql::judged_so;
pub use sql::{Review, Subject, Submission, TakenStep, newest, steps};
pub use state::{Levels, NotNow, State, Step, StepWord, Turn, Word};
pub use taking::{begin, correct, correct_all, end, propose, take, take_all, take_as_applicant};
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
