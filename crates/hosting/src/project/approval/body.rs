//! What the console is told of a project and its review, and what it asks for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::application::Level;
use super::batch::Chosen;
use super::{Application, Plan};
use crate::project::ProjectState;
use zaichang_core::ids::{ProjectId, UnitId};
use zaichang_platform::http::{Problem, Version};
use zaichang_platform::review::{Reason, Review, Step, StepWord, TakenStep, Turn, Word};

/// A project, its plan, and where its review stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Project)]
pub(super) struct ProjectBody {
    id: ProjectId,
    /// As its `ETag`: for `If-Match`, and for a verdict on several.
    #[schema(value_type = String, example = "\"7\"")]
    version: Version,
    number: String,
    name: String,
    unit: HoldingUnit,
    level: Level,
    venue: String,
    leader: String,
    /// How many courses it has.
    courses: i64,
    state: ProjectState,
    /// In force once it has been approved; before that, what is applied for.
    plan: Plan,
    /// The newest review; null of a draft that nobody has planned otherwise, and of what was approved before reviews were kept.
    review: Option<ReviewBody>,
}

/// The unit that holds it.
#[derive(Serialize, ToSchema)]
struct HoldingUnit {
    id: UnitId,
    name: String,
}

/// Where a review stands.
#[derive(Serialize, ToSchema)]
#[schema(as = ProjectReview)]
struct ReviewBody {
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
    before: Option<Plan>,
    /// What is applied for.
    after: Plan,
    /// When it was last submitted, and by whom.
    submitted_at: Option<Timestamp>,
    submitted_by: Option<String>,
}

/// A step as it was taken.
#[derive(Serialize, ToSchema)]
#[schema(as = ProjectReviewStep)]
pub(super) struct StepBody {
    step: StepWord,
    /// Of a verdict: the level that gave it.
    level: Option<u8>,
    reason: Option<String>,
    /// By name.
    by: String,
    at: Timestamp,
    before: Option<Plan>,
    after: Plan,
}

/// What is found of a project.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProjectVerdict)]
pub(super) enum Verdict {
    /// 通过.
    Approve,
    /// 退回修改.
    Return,
    /// 不通过.
    Reject,
}

/// A verdict on one project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProjectVerdict)]
pub(super) struct NewVerdict {
    verdict: Verdict,
    /// Why it is returned or rejected, 2 to 200 characters: its unit reads it.
    #[schema(min_length = 2, max_length = 200, example = "请补充日程安排")]
    reason: Option<String>,
}

/// A verdict on several projects.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProjectVerdicts)]
pub(super) struct NewVerdicts {
    /// 1 to 200, each once, as they were seen.
    #[schema(min_items = 1, max_items = 200)]
    pub projects: Vec<Chosen>,
    verdict: Verdict,
    /// Why they are returned or rejected, 2 to 200 characters: their units read it.
    #[schema(min_length = 2, max_length = 200, example = "请补充日程安排")]
    reason: Option<String>,
}

/// Projects that are to be judged together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChosenProjects)]
pub(super) struct ChosenProjects {
    /// 1 to 200, each once, as they were seen.
    #[schema(min_items = 1, max_items = 200)]
    pub projects: Vec<Chosen>,
}

impl Verdict {
    /// The step, with the reason that it needs or must not have.
    fn step(self, reason: Option<&str>) -> Result<Step, Problem> {
        match (self, reason) {
            (Self::Approve, None) => Ok(Step::Approve),
            (Self::Approve, Some(_)) => Err(Problem::field("reason", "what is approved needs none")),
            (Self::Return, reason) => Reason::read(reason.unwrap_or_default()).map(Step::Return),
            (Self::Reject, reason) => Reason::read(reason.unwrap_or_default()).map(Step::Reject),
        }
    }
}

impl NewVerdict {
    pub fn read(&self) -> Result<Step, Problem> {
        self.verdict.step(self.reason.as_deref())
    }
}

impl NewVerdicts {
    pub fn step(&self) -> Result<Step, Problem> {
        self.verdict.step(self.reason.as_deref())
    }
}

impl From<Application> for ProjectBody {
    fn from(project: Application) -> Self {
        Self {
            id: project.id,
            version: project.version,
            number: project.number,
            name: project.name,
            unit: HoldingUnit { id: project.unit, name: project.unit_name },
            level: project.level,
            venue: project.venue,
            leader: project.leader,
            courses: project.courses,
            state: project.state,
            plan: project.plan,
            review: project.review.map(ReviewBody::from),
        }
    }
}

impl From<Review<Plan>> for ReviewBody {
    fn from(review: Review<Plan>) -> Self {
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

impl From<TakenStep<Plan>> for StepBody {
    fn from(step: TakenStep<Plan>) -> Self {
        let TakenStep { step, level, reason, by, at, before, after } = step;
        // Projects are submitted by accounts alone.
        Self { step, level, reason, by: by.unwrap_or_default(), at, before, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_that_sends_back_says_why_and_one_that_approves_does_not() {
        let read = |json: &str| serde_json::from_str::<NewVerdict>(json).unwrap().read();
        assert_eq!(read(r#"{"verdict":"approve"}"#).unwrap(), Step::Approve);
        let returned = read(r#"{"verdict":"return","reason":" 请补充日程 "}"#).unwrap();
        assert_eq!(returned.reason().map(Reason::as_str), Some("请补充日程"));
        for wrong in [
            r#"{"verdict":"approve","reason":"很好"}"#,
            r#"{"verdict":"return"}"#,
            r#"{"verdict":"reject","reason":"否"}"#,
        ] {
            assert_eq!(read(wrong).unwrap_err().field.as_deref(), Some("reason"), "{wrong}");
        }
    }
}
