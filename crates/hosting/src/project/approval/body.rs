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
use zaichang_platform::review::{Review, Step, StepWord, TakenStep, Turn, Verdict, Word};

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
