//! Whether a person may take part: registered and approved by their unit, and not cancelled. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::Refusal;

/// How far the unit's review of a registration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// 单位待审
    Pending,
    /// 单位审核不过
    Rejected,
    /// 单位审核通过
    Approved,
}

/// The person's state in the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 正常
    Normal,
    /// 产假
    Maternity,
    /// 不计达标: may attend, is not measured against the standard.
    Exempt,
    /// 注销
    Cancelled,
}

/// Both together: what admission asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub registration: Registration,
    pub state: State,
}

impl Standing {
    /// Reads the words of `person_registration_is_known` and `person_state_is_known`; anything else may do nothing.
    pub fn from_words(registration: &str, state: &str) -> Self {
        let registration = match registration {
            "approved" => Registration::Approved,
            "rejected" => Registration::Rejected,
            _ => Registration::Pending,
        };
        let state = match state {
            "normal" => State::Normal,
            "maternity" => State::Maternity,
            "exempt" => State::Exempt,
            _ => State::Cancelled,
        };
        Self { registration, state }
    }

    /// Whether this person may log in and check in.
    pub fn admits(self) -> Result<(), Refusal> {
        match (self.state, self.registration) {
            (State::Cancelled, _) => Err(Refusal::PersonInactive),
            (_, Registration::Pending | Registration::Rejected) => Err(Refusal::PersonNotApproved),
            (State::Normal | State::Maternity | State::Exempt, Registration::Approved) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_approved_people_who_are_not_cancelled_may_take_part() {
        let table = [
            ("approved", "normal", Ok(())),
            ("approved", "maternity", Ok(())),
            ("approved", "exempt", Ok(())),
            ("approved", "cancelled", Err(Refusal::PersonInactive)),
            ("pending", "normal", Err(Refusal::PersonNotApproved)),
            ("rejected", "normal", Err(Refusal::PersonNotApproved)),
            ("pending", "cancelled", Err(Refusal::PersonInactive)),
            ("", "", Err(Refusal::PersonInactive)),
        ];
        for (registration, state, expected) in table {
            assert_eq!(
                Standing::from_words(registration, state).admits(),
                expected,
                "{registration} {state}"
            );
        }
    }
}
