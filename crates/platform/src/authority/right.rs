//! Rights of sub-accounts: each a named set of acts, which the table gives. What an account may do is what its role may, as far as its
//! rights reach. Pure.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

/// A right of a sub-account. Its words are public interface; which acts it holds is in the table.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Right {
    /// 项目举办: projects, courses and their day.
    Hosting,
    /// 人员管理: who registers, and people.
    People,
    /// 会务签到: the check-in desk.
    Desk,
    /// 项目审核: an authority's verdicts on projects.
    Judging,
    /// 学分管理: records for the award.
    Credits,
    /// 只读查阅: looking on, changing nothing.
    Reading,
}

impl Right {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The word in SQL, in columns with the constraint `…_rights_are_known`, and in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What it is called in Chinese and in English.
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Hosting => ("项目举办", "hosting"),
            Self::People => ("人员管理", "people"),
            Self::Desk => ("会务签到", "check-in desk"),
            Self::Judging => ("项目审核", "judging"),
            Self::Credits => ("学分管理", "credits"),
            Self::Reading => ("只读查阅", "reading"),
        }
    }
}

/// Each once, in their order; none of an empty list: an account without any right is disabled instead.
pub fn sorted(rights: &[Right]) -> Option<Vec<Right>> {
    let sorted: Vec<_> = Right::ALL.iter().copied().filter(|right| rights.contains(right)).collect();
    (!sorted.is_empty()).then_some(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_each_once_and_in_order() {
        let typed = [Right::Desk, Right::Hosting, Right::Desk];
        assert_eq!(sorted(&typed), Some(vec![Right::Hosting, Right::Desk]));
        assert_eq!(sorted(&[]), None);
    }
}
