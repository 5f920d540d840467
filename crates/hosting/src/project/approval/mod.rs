//! A project's way to its approval: its unit plans and submits it, its authority judges it. What was approved and is to be held
//! otherwise is reviewed again, and held as approved until then.

mod access;
mod application;
mod body;
mod judges;
mod judging;
mod list;
mod plan;
mod routes;
mod steps;

pub use application::Application;
pub use plan::Plan;
pub(super) use routes::routes;

use zaichang_platform::auth::Role;
use zaichang_platform::http::{Problem, Refusal, WhoMay};
use zaichang_platform::review::{self, NotNow};

use super::refusals;

/// Why a project is not changed or does not take a step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such project, or not this admin's")]
    NotFound,
    #[error("not now: {0:?}")]
    NotNow(NotNow),
    #[error("the project is closed")]
    Closed,
    #[error("the unit of the project is closed")]
    UnitClosed,
    #[error("the unit hosts the project itself: {above} judges it")]
    JudgesItself { above: String },
    #[error("the project has no period or no course")]
    Incomplete,
    #[error("what is proposed is in force already")]
    Unchanged,
    #[error("days that have begun would be changed")]
    DaysHavePassed,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<review::Error> for Error {
    fn from(error: review::Error) -> Self {
        match error {
            review::Error::NotNow(why) => Self::NotNow(why),
            review::Error::Database(error) => Self::Database(error),
        }
    }
}

impl Error {
    /// The refusal of what is refused; an error of storage has none of its own.
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotFound => Some(refusals::NOT_FOUND),
            Self::NotNow(why) => Some(why.refusal()),
            Self::Closed => Some(refusals::PROJECT_CLOSED),
            Self::UnitClosed => Some(refusals::PROJECT_UNIT_CLOSED),
            Self::JudgesItself { .. } => Some(refusals::JUDGES_ITSELF),
            Self::Incomplete => Some(refusals::PROJECT_INCOMPLETE),
            Self::Unchanged => Some(refusals::PLAN_UNCHANGED),
            Self::DaysHavePassed => Some(refusals::DAYS_HAVE_PASSED),
            Self::Database(_) => None,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match (error.refusal(), error) {
            (_, Error::Database(error)) => super::Error::Database(error).into(),
            (Some(refusal), Error::JudgesItself { above }) => {
                let who_may = WhoMay {
                    roles: vec![Role::AuthorityAdmin.word()],
                    rights: None,
                    chinese: format!("本项目由您所在的部门举办，请由上级“{above}”的管理员审核。"),
                    english: format!(
                        "Your own authority hosts this project: an admin of {above}, above it, judges it."
                    ),
                };
                Self { who_may: Some(Box::new(who_may)), ..refusal.into() }
            }
            (refusal, _) => refusal.unwrap_or(refusals::INTERNAL).into(),
        }
    }
}
