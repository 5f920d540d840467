//! Where a review stands, and what a step makes of it. Pure. A step consumes the state: what was is not there any more.

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Reason;

/// How many levels must approve, one after the other: 1 to 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Levels(NonZeroU8);

impl Levels {
    pub const ONE: Self = Self(NonZeroU8::MIN);

    pub fn new(levels: u8) -> Option<Self> {
        NonZeroU8::new(levels).filter(|levels| levels.get() <= 9).map(Self)
    }

    pub const fn number(self) -> u8 {
        self.0.get()
    }
}

/// Where a review stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// 起草: its applicant writes it.
    Draft,
    /// 已上报: this level's verdict is waited for; the first is 1.
    Submitted { level: u8 },
    /// 退回修改: its applicant may change it and submit it again.
    Returned { level: u8, reason: Reason },
    /// 不通过: this proposal is over.
    Rejected { level: u8, reason: Reason },
    /// 通过, by every level.
    Approved,
}

/// What somebody does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// 上报, by its applicant.
    Submit,
    /// 撤回, by its applicant, until the first verdict.
    Withdraw,
    /// 通过, by the level that is waited for; so are the two that follow.
    Approve,
    /// 退回修改.
    Return(Reason),
    /// 不通过.
    Reject(Reason),
}

/// A step's word, on the wire and in rows.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ReviewStep)]
pub enum StepWord {
    Submit,
    Withdraw,
    Approve,
    Return,
    Reject,
}

/// A state's word, on the wire and in the column with the constraint `review_state_is_known`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ReviewState)]
pub enum Word {
    Draft,
    Submitted,
    Returned,
    Rejected,
    Approved,
}

/// Who can take the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The applicant: it is a draft, or was returned.
    Unit,
    /// The level that judges.
    Authority,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// It has not been submitted, or was returned.
    ApplicantsTurn,
    /// It waits for a verdict.
    AuthoritysTurn,
    /// A level has approved already: it is not withdrawn any more.
    VerdictGiven,
    /// It was approved or rejected.
    Over,
}

impl Step {
    pub const fn word(&self) -> StepWord {
        match self {
            Self::Submit => StepWord::Submit,
            Self::Withdraw => StepWord::Withdraw,
            Self::Approve => StepWord::Approve,
            Self::Return(_) => StepWord::Return,
            Self::Reject(_) => StepWord::Reject,
        }
    }

    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Return(reason) | Self::Reject(reason) => Some(reason),
            Self::Submit | Self::Withdraw | Self::Approve => None,
        }
    }
}

impl StepWord {
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether it judges: it is a step of the authority, and not of the applicant.
    pub const fn judges(self) -> bool {
        matches!(self, Self::Approve | Self::Return | Self::Reject)
    }
}

impl Word {
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl State {
    /// Whether such a step can be taken now. It asks for no reason: what a verdict would come to is told before there is one.
    pub const fn admits(&self, step: StepWord) -> Result<(), NotNow> {
        match (self, step) {
            (Self::Draft | Self::Returned { .. }, StepWord::Submit) => Ok(()),
            (Self::Draft | Self::Returned { .. }, _) => Err(NotNow::ApplicantsTurn),
            (Self::Submitted { .. }, StepWord::Submit) => Err(NotNow::AuthoritysTurn),
            (Self::Submitted { level: 2.. }, StepWord::Withdraw) => Err(NotNow::VerdictGiven),
            (Self::Submitted { .. }, _) => Ok(()),
            (Self::Rejected { .. } | Self::Approved, _) => Err(NotNow::Over),
        }
    }

    /// What the step makes of it, or why it cannot be taken.
    pub fn take(self, step: Step, levels: Levels) -> Result<Self, NotNow> {
        self.admits(step.word())?;
        let level = self.level().unwrap_or(1);
        Ok(match step {
            Step::Submit => Self::Submitted { level: 1 },
            Step::Withdraw => Self::Draft,
            Step::Approve if level < levels.number() => Self::Submitted { level: level + 1 },
            Step::Approve => Self::Approved,
            Step::Return(reason) => Self::Returned { level, reason },
            Step::Reject(reason) => Self::Rejected { level, reason },
        })
    }

    /// Whether what is proposed may be changed now.
    pub const fn may_be_changed(&self) -> Result<(), NotNow> {
        match self {
            Self::Draft | Self::Returned { .. } => Ok(()),
            Self::Submitted { .. } => Err(NotNow::AuthoritysTurn),
            Self::Rejected { .. } | Self::Approved => Err(NotNow::Over),
        }
    }

    pub const fn word(&self) -> Word {
        match self {
            Self::Draft => Word::Draft,
            Self::Submitted { .. } => Word::Submitted,
            Self::Returned { .. } => Word::Returned,
            Self::Rejected { .. } => Word::Rejected,
            Self::Approved => Word::Approved,
        }
    }

    pub const fn level(&self) -> Option<u8> {
        match self {
            Self::Submitted { level } | Self::Returned { level, .. } | Self::Rejected { level, .. } => {
                Some(*level)
            }
            Self::Draft | Self::Approved => None,
        }
    }

    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Returned { reason, .. } | Self::Rejected { reason, .. } => Some(reason),
            Self::Draft | Self::Submitted { .. } | Self::Approved => None,
        }
    }

    /// Who can take the next step; none once it is over.
    pub const fn turn(&self) -> Option<Turn> {
        match self {
            Self::Draft | Self::Returned { .. } => Some(Turn::Unit),
            Self::Submitted { .. } => Some(Turn::Authority),
            Self::Rejected { .. } | Self::Approved => None,
        }
    }

    /// From the columns of a row, if they are those of a state.
    pub(super) fn of_row(word: Word, level: Option<u8>, reason: Option<String>) -> Option<Self> {
        let reason = reason.map(Reason::kept);
        Some(match word {
            Word::Draft => Self::Draft,
            Word::Submitted => Self::Submitted { level: level? },
            Word::Returned => Self::Returned { level: level?, reason: reason? },
            Word::Rejected => Self::Rejected { level: level?, reason: reason? },
            Word::Approved => Self::Approved,
        })
    }
}

#[cfg(test)]
mod tests;
