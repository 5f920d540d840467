//! A course with what admission and the screens need of it: one value, read in one query, kept in small caches.

use jiff::Timestamp;

use super::{Location, OpeningHours, Period, SpotCheck, Window, window};
use crate::project::refusals;
use zaichang_core::code::Profile;
use zaichang_core::ids::{CourseId, ProjectId, UnitId};
use zaichang_platform::http::{Refusal, Version};

/// How far a project is on its way: the words of the constraint `project_state_is_known`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProjectState {
    Draft,
    Submitted,
    /// Its unit may change it and submit it again.
    Returned,
    Approved,
    Rejected,
    Held,
    Closed,
}

impl ProjectState {
    /// A project whose review has not passed cannot be held; a closed one is over.
    pub const fn admits(self) -> Result<(), Refusal> {
        match self {
            Self::Approved | Self::Held => Ok(()),
            Self::Draft | Self::Submitted | Self::Returned | Self::Rejected => {
                Err(refusals::PROJECT_NOT_APPROVED)
            }
            Self::Closed => Err(refusals::COURSE_OVER),
        }
    }

    /// Whether a code of it may be shown; its own staff are told whose turn it is.
    pub const fn shows_codes(self) -> Result<(), Refusal> {
        match self {
            Self::Draft | Self::Returned => Err(refusals::PROJECT_NOT_SUBMITTED),
            Self::Rejected => Err(refusals::PROJECT_REJECTED),
            other => other.admits(),
        }
    }

    /// Its review has passed, at some time.
    pub const fn has_passed(self) -> bool {
        matches!(self, Self::Approved | Self::Held | Self::Closed)
    }

    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The project a course belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub unit: UnitId,
    /// As printed by the authority.
    pub number: String,
    pub name: String,
    pub venue: String,
    pub state: ProjectState,
    /// In order, none overlapping.
    pub periods: Vec<Period>,
}

/// A course and its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub id: CourseId,
    /// Of its own row, not of its project.
    pub version: Version,
    pub title: String,
    pub lecturer: Option<String>,
    /// Class hours with one decimal: `3.0`.
    pub hours: String,
    pub place: String,
    pub cap: Option<i32>,
    pub face: bool,
    /// None: no phone is asked how far it is.
    pub location: Option<Location>,
    pub profile: Profile,
    pub opening: OpeningHours,
    /// The newest 64, in order, none overlapping; also those whose drawn moment is not published yet.
    pub spot_checks: Vec<SpotCheck>,
    pub project: Project,
}

/// Why a course cannot be attended at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNow {
    pub refusal: Refusal,
    pub opens_at: Option<Timestamp>,
}

/// Why a course may not be open.
pub const NOT_NOW: &[Refusal] = &[
    refusals::PROJECT_NOT_APPROVED,
    refusals::COURSE_NOT_OPEN,
    refusals::OUTSIDE_PERIOD,
    refusals::COURSE_OVER,
];

impl Course {
    /// The spot check that was open at that instant.
    pub fn spot_check_at(&self, at: Timestamp) -> Option<SpotCheck> {
        self.spot_checks.iter().copied().find(|spot_check| spot_check.is_open_at(at))
    }

    /// Whether the course itself may be attended at that instant, by any person.
    pub fn admits(&self, at: Timestamp) -> Result<(), NotNow> {
        let no = |refusal, opens_at| {
            debug_assert!(NOT_NOW.contains(&refusal), "the API's document knows it");
            Err(NotNow { refusal, opens_at })
        };
        if let Err(refusal) = self.project.state.admits() {
            return no(refusal, None);
        }
        match window(&self.project.periods, self.opening, at) {
            Window::Open => Ok(()),
            Window::NotOpen { opens_at } => no(refusals::COURSE_NOT_OPEN, Some(opens_at)),
            Window::Over => no(refusals::COURSE_OVER, None),
            Window::OutsidePeriod { opens_at } => no(refusals::OUTSIDE_PERIOD, opens_at),
        }
    }
}
