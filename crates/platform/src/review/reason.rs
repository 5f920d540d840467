//! Why something is sent back: the words that its applicant reads.

use crate::audit::holds_a_number;
use crate::http::Problem;

/// 2 to 200 characters on one line, without white space around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Refuses what is no reason by the field `reason`.
    pub fn read(written: &str) -> Result<Self, Problem> {
        let reason = written.trim();
        if !(2..=200).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
            return Err(Problem::field("reason", "it is 2 to 200 characters"));
        }
        if holds_a_number(reason) {
            return Err(Problem::field(
                "reason",
                "leave out phone and ID numbers: reasons are shown and searched",
            ));
        }
        Ok(Self(reason.to_owned()))
    }

    /// As it stands in a row.
    pub(super) const fn kept(reason: String) -> Self {
        Self(reason)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Reason> for String {
    fn from(Reason(reason): Reason) -> Self {
        reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_two_to_two_hundred_characters_on_one_line() {
        assert_eq!(Reason::read(" 材料不全\n").unwrap().as_str(), "材料不全");
        assert!(Reason::read(&"长".repeat(200)).is_ok());
        for wrong in ["", "全", " 全 ", "第一行\n第二行", "a\0b", &"长".repeat(201)] {
            assert_eq!(Reason::read(wrong).unwrap_err().field.as_deref(), Some("reason"), "{wrong}");
        }
    }

    #[test]
    fn a_reason_holds_nobody_s_number() {
        for wrong in
            ["手机没电，13800001234", "tel13800001234", "１３８００００１２３４", "证件11010519491231002X"]
        {
            assert_eq!(Reason::read(wrong).unwrap_err().field.as_deref(), Some("reason"), "{wrong}");
        }
        for fits in ["编号 2025-11-01-033", "12345678901", "20251129090213"] {
            assert!(Reason::read(fits).is_ok(), "{fits}");
        }
    }
}
