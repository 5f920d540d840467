//! A verdict as it is asked for, with the reason that it needs or must not have. It must not know what is judged.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Reason, Step, StepWord};
use crate::http::Problem;

/// What is found of what was submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReviewVerdict)]
pub enum Verdict {
    /// 通过.
    #[default]
    Approve,
    /// 退回修改.
    Return,
    /// 不通过.
    Reject,
}

impl Verdict {
    pub const fn word(self) -> StepWord {
        match self {
            Self::Approve => StepWord::Approve,
            Self::Return => StepWord::Return,
            Self::Reject => StepWord::Reject,
        }
    }

    /// The step, with the reason that it needs or must not have; refused by the field `reason`.
    pub fn step(self, reason: Option<&str>) -> Result<Step, Problem> {
        match (self, reason) {
            (Self::Approve, None) => Ok(Step::Approve),
            (Self::Approve, Some(_)) => Err(Problem::field("reason", "what is approved needs none")),
            (Self::Return, reason) => Reason::read(reason.unwrap_or_default()).map(Step::Return),
            (Self::Reject, reason) => Reason::read(reason.unwrap_or_default()).map(Step::Reject),
        }
    }
}

/// A verdict on one thing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReviewVerdict)]
pub struct NewVerdict {
    verdict: Verdict,
    /// Why it is returned or rejected, 2 to 200 characters: its applicant reads it.
    #[schema(min_length = 2, max_length = 200, example = "请核对科室")]
    reason: Option<String>,
}

impl NewVerdict {
    /// The step that it asks for.
    pub fn read(&self) -> Result<Step, Problem> {
        self.verdict.step(self.reason.as_deref())
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
