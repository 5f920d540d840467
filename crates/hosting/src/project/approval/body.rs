//! What the console is told of a project and its review.

use serde::Serialize;
use utoipa::ToSchema;

use super::application::Level;
use super::{Application, Plan};
use crate::project::ProjectState;
use zaichang_core::ids::{ProjectId, UnitId};
use zaichang_platform::http::Version;
use zaichang_platform::review::ReviewBody;

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
    /// The newest review; null of a draft that was never changed, and of what was approved before reviews were kept.
    review: Option<ReviewBody<Plan>>,
}

/// The unit that holds it.
#[derive(Serialize, ToSchema)]
struct HoldingUnit {
    id: UnitId,
    name: String,
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
