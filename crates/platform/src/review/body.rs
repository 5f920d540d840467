//! What the API tells of a review, whatever is reviewed: where it stands, every step so far, what a verdict on several would come to
//! and what it came to. One shape for all, so that a page handles every reviewed thing alike.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::judging::{Judged, Left, Preview};
use super::{Review, StepWord, TakenStep, Turn, Word};
use crate::http::Problem;
use crate::http::language::Language;

/// Where a review stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewBody<P> {
    state: Word,
    /// Who can take the next step; null once it is over.
    turn: Option<Turn>,
    /// The level whose verdict is waited for, or which sent it back; the first is 1.
    level: Option<u8>,
    /// How many levels judge.
    levels: u8,
    /// Why it was returned or rejected.
    reason: Option<String>,
    /// What is in force meanwhile; null of what has never been approved.
    before: Option<P>,
    /// What is applied for.
    after: P,
    /// When it was last submitted, and by whom.
    submitted_at: Option<Timestamp>,
    submitted_by: Option<String>,
}

impl<P> From<Review<P>> for ReviewBody<P> {
    fn from(review: Review<P>) -> Self {
        let submitted_at = review.submission.as_ref().map(|submission| submission.at);
        let submitted_by = review.submission.and_then(|submission| submission.by);
        Self {
            state: review.state.word(),
            turn: review.state.turn(),
            level: review.state.level(),
            levels: review.levels.number(),
            reason: review.state.reason().map(|reason| reason.as_str().to_owned()),
            before: review.before,
            after: review.after,
            submitted_at,
            submitted_by,
        }
    }
}

/// A step as it was taken.
#[derive(Serialize, ToSchema)]
#[schema(as = TakenReviewStep)]
pub struct StepBody<P> {
    step: StepWord,
    /// Of a verdict: the level that gave it.
    level: Option<u8>,
    reason: Option<String>,
    /// An admin, by name; null where an applicant without an account did it.
    by: Option<String>,
    at: Timestamp,
    /// What was in force then; null of what had never been approved.
    before: Option<P>,
    /// What was submitted or judged.
    after: P,
}

impl<P> From<TakenStep<P>> for StepBody<P> {
    fn from(taken: TakenStep<P>) -> Self {
        let TakenStep { step, level, reason, by, at, before, after } = taken;
        Self { step, level, reason, by, at, before, after }
    }
}

/// The steps that were taken in something's reviews.
#[derive(Serialize, ToSchema)]
#[schema(as = TakenReviewSteps)]
pub struct StepsBody<P> {
    /// The newest first, 200 at most.
    items: Vec<StepBody<P>>,
}

impl<P> From<Vec<TakenStep<P>>> for StepsBody<P> {
    fn from(steps: Vec<TakenStep<P>>) -> Self {
        Self { items: steps.into_iter().map(StepBody::from).collect() }
    }
}

/// One of those that were chosen, on which the verdict cannot be given, and why: it stays as it is.
#[derive(Serialize, ToSchema)]
#[schema(as = LeftByVerdict)]
pub struct LeftBody {
    id: i64,
    /// The code of the refusal that the same verdict on it alone would meet.
    #[schema(example = "changed_meanwhile")]
    code: &'static str,
    /// The same in words, in the reader's language.
    title: &'static str,
    /// What to do next.
    detail: String,
}

impl LeftBody {
    fn of<R>(left: &Left<R>, language: Language) -> Self {
        let Problem { refusal, .. } = left.problem;
        Self {
            id: left.id,
            code: refusal.word(),
            title: language.of(refusal).title,
            detail: left.problem.detail(language).into_owned(),
        }
    }

    fn each<R>(left: &[Left<R>], language: Language) -> Vec<Self> {
        left.iter().map(|left| Self::of(left, language)).collect()
    }
}

/// What a verdict on several came to.
#[derive(Serialize, ToSchema)]
#[schema(as = JudgedTogether)]
pub struct JudgedBody<B> {
    /// Those on which it was given, as they are from now on; also those on which the same account had given it already, as where it
    /// is sent twice.
    items: Vec<B>,
    left: Vec<LeftBody>,
}

impl<B> JudgedBody<B> {
    pub fn of<R>(
        judged: Judged<R>,
        language: Language,
        body: impl Fn(R) -> Result<B, Problem>,
    ) -> Result<Self, Problem> {
        let left = LeftBody::each(&judged.left, language);
        Ok(Self { items: judged.rows.into_iter().map(body).collect::<Result<_, _>>()?, left })
    }
}

/// What a verdict on several would come to. Nothing is judged.
#[derive(Serialize, ToSchema)]
#[schema(as = VerdictPreview)]
pub struct PreviewBody<N> {
    /// On how many it would be given: the other figures are of these.
    #[schema(minimum = 0)]
    count: usize,
    left: Vec<LeftBody>,
    #[serde(flatten)]
    numbers: N,
}

impl<N> PreviewBody<N> {
    pub fn of<R>(preview: &Preview<R>, language: Language, numbers: N) -> Self {
        let left = LeftBody::each(&preview.left, language);
        Self { count: preview.rows.len(), left, numbers }
    }
}
