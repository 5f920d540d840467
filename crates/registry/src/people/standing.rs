//! Whether a person may take part: registered and approved by their unit, and not cancelled. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use crate::people::refusals;
use zaichang_platform::http::Refusal;

/// How far the unit's review of a registration is: the words of the constraint `person_registration_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = PersonRegistration)]
pub enum Registration {
    /// 单位待审
    Pending,
    /// 单位审核不过
    Rejected,
    /// 单位审核通过
    Approved,
}

/// The person's state: the words of the constraint `person_state_is_known`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = PersonState)]
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

impl State {
    /// The word in SQL and JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Both together: what admission asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub registration: Registration,
    pub state: State,
    /// When the unit approved the registration; none where that is not known, and of who has been approved all along.
    pub approved_at: Option<Timestamp>,
}

/// Why a person may not take part.
pub const NOT_ADMITTED: &[Refusal] = &[refusals::PERSON_INACTIVE, refusals::PERSON_NOT_APPROVED];

impl Standing {
    /// Whether this person may log in and check in.
    pub fn admits(self) -> Result<(), Refusal> {
        match (self.state, self.registration) {
            (State::Cancelled, _) => Err(refusals::PERSON_INACTIVE),
            (_, Registration::Pending | Registration::Rejected) => Err(refusals::PERSON_NOT_APPROVED),
            (State::Normal | State::Maternity | State::Exempt, Registration::Approved) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_approved_people_who_are_not_cancelled_may_take_part() {
        use {Registration as R, State as S};
        let table = [
            (R::Approved, S::Normal, Ok(())),
            (R::Approved, S::Maternity, Ok(())),
            (R::Approved, S::Exempt, Ok(())),
            (R::Approved, S::Cancelled, Err(refusals::PERSON_INACTIVE)),
            (R::Pending, S::Normal, Err(refusals::PERSON_NOT_APPROVED)),
            (R::Rejected, S::Normal, Err(refusals::PERSON_NOT_APPROVED)),
            (R::Pending, S::Cancelled, Err(refusals::PERSON_INACTIVE)),
        ];
        for (registration, state, expected) in table {
            let standing = Standing { registration, state, approved_at: None };
            assert_eq!(standing.admits(), expected, "{registration:?} {state:?}");
            assert!(standing.admits().err().is_none_or(|refusal| NOT_ADMITTED.contains(&refusal)));
        }
    }
}
