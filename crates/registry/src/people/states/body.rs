//! What the console is told of somebody's states: those that were approved, the change that is reviewed, and every step so far.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::StateChange;
use super::sql::PastState;
use crate::people::standing::State;
use zaichang_platform::http::Version;
use zaichang_platform::review::{Reason, Review, StepBody, Word};

/// Somebody's states, and how far a change of them is.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonStates)]
pub(super) struct StatesBody {
    /// Of the person: for `If-Match`.
    #[schema(value_type = String, example = "\"7\"")]
    pub version: Version,
    /// In which they are today.
    pub state: State,
    /// What was approved, the newest first, 200 at most.
    pub items: Vec<HeldBody>,
    /// The newest change that was submitted; null where none ever was.
    pub change: Option<ChangeBody>,
    /// Every step of the reviews, the newest first, 200 at most.
    pub steps: Vec<StepBody<StateChange>>,
}

/// A state as it was approved.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldPersonState)]
pub(super) struct HeldBody {
    state: State,
    /// Null of what began before days were kept.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Null of what has no end yet. What was ended early ends here.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    reason: Option<String>,
    /// False of 正常, which only ends another, and of what another has replaced: it covers no day.
    holds: bool,
    /// Another has ended or replaced it before its last day.
    ended_early: bool,
    approved_by: Option<String>,
    approved_at: Option<Timestamp>,
}

impl From<PastState> for HeldBody {
    fn from(told: PastState) -> Self {
        let PastState { held, reason, holds, ended_early, approved_by, approved_at } = told;
        let (state, from, to) = (held.state, held.from, held.to);
        Self { state, from, to, reason, holds, ended_early, approved_by, approved_at }
    }
}

/// A change of state, and where its review stands.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewedPersonState)]
pub(super) struct ChangeBody {
    /// `draft` is one that its unit has taken back.
    review: Word,
    /// Why it was returned or rejected.
    review_reason: Option<String>,
    #[serde(flatten)]
    wanted: StateChange,
    submitted_at: Option<Timestamp>,
    submitted_by: Option<String>,
}

impl From<Review<StateChange>> for ChangeBody {
    fn from(review: Review<StateChange>) -> Self {
        let (submitted_at, submitted_by) = match review.submission {
            Some(submission) => (Some(submission.at), submission.by),
            None => (None, None),
        };
        Self {
            review: review.state.word(),
            review_reason: review.state.reason().map(Reason::as_str).map(str::to_owned),
            wanted: review.after,
            submitted_at,
            submitted_by,
        }
    }
}
