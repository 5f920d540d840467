//! Merging people who are registered twice: an authority that both lie under chooses which row stays. What was recorded keeps its
//! person; reads lead from the merged row to the one that stays. Undone while nothing was built on it. Counts of courses that both came
//! to are another module's, which is told by a job.

mod act;
mod body;
mod effects;
mod list;
mod routes;
mod sql;

pub(super) use routes::routes;

use serde::{Deserialize, Serialize};

use super::of_unit;
use crate::people::{self, phones, refusals};
use zaichang_core::seal;
use zaichang_platform::auth;
use zaichang_platform::http::Problem;
use zaichang_platform::jobs::Job;

/// Has the courses counted again to which both of two people came who were merged, or whose merge was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecountMerged {
    /// Of `person_merges`.
    pub merge: i64,
    /// 1 of the merge, 2 of its undoing: each is counted once more. A payload has numbers alone.
    pub act: u8,
}

impl Job for RecountMerged {
    const NAME: &'static str = "recount_merged";
    /// Nearly two days.
    const TRIES: u8 = 16;

    fn key(&self) -> String {
        format!("person_merge:{}:{}", self.merge, self.act)
    }
}

/// What was done with the person who stays since a merge, so that it cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Built {
    /// They have checked in: either of the two may have, if they are two.
    CheckIn,
    /// The merged row has records of that day or later: a scan of who stays may have been answered by them.
    ThatDay,
    /// They were merged into somebody else.
    Merged,
    /// Somebody else was merged into them.
    TookIn,
    Phone,
    Transfer,
    State,
    /// What else makes a new version: a correction, a title, another department or unit.
    Change,
}

impl Built {
    const fn sentences(self) -> (&'static str, &'static str) {
        match self {
            Self::CheckIn => ("保留的人员此后有新的签到", "they have checked in"),
            Self::ThatDay => (
                "被合并的人员在合并当日有签到，此后的扫码可能已按该记录答复",
                "scans may have been answered by what the merged row has recorded on the day of the merge",
            ),
            Self::Merged => ("保留的人员此后又被合并到其他人员", "they were merged into somebody else"),
            Self::TookIn => ("此后又有其他人员合并到保留的人员", "somebody else was merged into them"),
            Self::Phone => ("保留的人员此后更换了手机号", "their mobile number was replaced"),
            Self::Transfer => ("保留的人员此后办理了调动", "they were transferred"),
            Self::State => ("保留的人员此后变更了状态", "their state was changed"),
            Self::Change => (
                "保留的人员此后有其他变更（更正、职称、科室等）",
                "they were changed otherwise: put right, given a title, moved",
            ),
        }
    }
}

/// Why people are not merged, or a merge is not undone.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("no such person, or not this admin's")]
    NotFound,
    #[error("the other is none, is merged itself, or is not this admin's")]
    NotMergedInto,
    #[error("a transfer or a change of state of the one to be merged waits")]
    Waits,
    #[error("the merge is undone already, or there was none")]
    Over,
    #[error("something was built on the merge: {0:?}")]
    BuiltOn(Vec<Built>),
    #[error(transparent)]
    Phone(#[from] phones::Error),
    #[error(transparent)]
    Sessions(auth::Error),
    #[error(transparent)]
    Person(#[from] of_unit::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<people::Error> for Error {
    fn from(error: people::Error) -> Self {
        Self::Person(error.into())
    }
}

impl From<seal::Error> for Error {
    fn from(error: seal::Error) -> Self {
        Self::Person(error.into())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => refusals::NOT_FOUND.into(),
            Error::NotMergedInto => Self::from(refusals::PERSON_NOT_MERGED_INTO).at("into"),
            Error::Waits => refusals::MERGE_WAITS.into(),
            Error::Over => refusals::MERGE_OVER.into(),
            Error::BuiltOn(built) => {
                let (chinese, english): (Vec<_>, Vec<_>) = built.iter().map(|one| one.sentences()).unzip();
                Self::from(refusals::MERGE_BUILT_ON).saying(
                    format!("{}。请先核对；仍须分开的，请联系系统管理员。", chinese.join("；")),
                    format!("Since then {}. Please look at it; if they are two people all the same, ask the system's administrator.", english.join("; ")),
                )
            }
            Error::Phone(error) => error.into(),
            Error::Sessions(error) => error.into(),
            Error::Person(error) => error.into(),
            Error::Database(error) => of_unit::Error::Database(error).into(),
        }
    }
}
